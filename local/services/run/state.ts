import { createHash, randomUUID } from "node:crypto";
import { digits } from "../../cloud/ids";
import type { Context, Inputs } from "../../rules/rules";
import { deterministicUrl, servicePath, serviceUrl } from "./names";

/** The short name of a revision: `predict-00001-x7c`. */
export function revisionOf(service: string, generation: number): string {
    const letters = createHash("sha256").update(`${service} ${generation}`).digest("hex").slice(0, 3);
    return `${service}-${String(generation).padStart(5, "0")}-${letters}`;
}

const latest = { type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100 };

function containerOf(container: Inputs, index: number): Inputs {
    const { resources, ports, startupProbe, livenessProbe, readinessProbe } = container;
    const port = ports?.containerPort ?? 8080;
    return {
        ...container,
        buildInfos: [],
        resources: { ...resources, limits: { cpu: "1000m", memory: "512Mi", ...resources?.limits } },
        // Of several containers, only the one with a port receives requests.
        ...((index === 0 || ports) && { ports: { name: "http1", containerPort: port, ...ports } }),
        startupProbe: probed(
            startupProbe ?? {
                failureThreshold: 1,
                initialDelaySeconds: 0,
                periodSeconds: 240,
                timeoutSeconds: 240,
                tcpSocket: { port },
            },
            port,
        ),
        ...(livenessProbe && { livenessProbe: probed(livenessProbe, port) }),
        ...(readinessProbe && {
            readinessProbe: probed(
                { failureThreshold: 3, periodSeconds: 10, successThreshold: 2, timeoutSeconds: 1, ...readinessProbe },
                port,
                "/",
            ),
        }),
    };
}

function probed(probe: Inputs, port: number, path?: string): Inputs {
    const { grpc, httpGet, tcpSocket } = probe;
    return {
        ...probe,
        ...(grpc && { grpc: { port, ...grpc } }),
        ...(httpGet && { httpGet: { port, ...(path && { path }), ...httpGet } }),
        ...(tcpSocket && { tcpSocket: { port, ...tcpSocket } }),
    };
}

function templateOf(template: Inputs, account: string): Inputs {
    const { containers = [], scaling, vpcAccess } = template;
    return {
        maxInstanceRequestConcurrency: 80,
        serviceAccount: account,
        timeout: "300s",
        ...template,
        containers: containers.map(containerOf),
        scaling: { maxInstanceCount: 100, ...scaling },
        ...(vpcAccess && {
            vpcAccess: {
                egress: "PRIVATE_RANGES_ONLY",
                ...vpcAccess,
                ...(vpcAccess.networkInterfaces && {
                    networkInterfaces: vpcAccess.networkInterfaces.map(({ network, subnetwork, ...rest }: Inputs) => ({
                        ...rest,
                        network: network ?? subnetwork,
                        subnetwork: subnetwork ?? network,
                    })),
                }),
            },
        }),
    };
}

/** Values that the server sets, also for services of functions. */
export function state(inputs: Inputs, { cloud }: Context, old?: Inputs): Inputs {
    const { project, location, name, template, scaling, traffics } = inputs;
    const path = servicePath(inputs, name);
    const number = cloud.projects.number(project);
    const now = cloud.now().toISOString();
    const generation = Number(old?.generation ?? 0) + 1;
    const revision = `${path}/revisions/${template.revision ?? revisionOf(name, generation)}`;
    const condition = {
        executionReason: "",
        lastTransitionTime: now,
        message: "",
        reason: "",
        revisionReason: "",
        severity: "",
        state: "CONDITION_SUCCEEDED",
    };
    const uri = serviceUrl(number, location, name);
    const targets = (traffics ?? [latest]).map((item: Inputs) => ({ percent: 0, ...item }));
    return {
        ingress: "INGRESS_TRAFFIC_ALL",
        launchStage: "GA",
        ...inputs,
        template: templateOf(template, cloud.projects.defaultAccount(project)),
        scaling: { manualInstanceCount: 0, maxInstanceCount: 0, minInstanceCount: 0, ...scaling },
        traffics: targets,
        trafficStatuses: targets.map((item: Inputs) => ({
            revision: "",
            tag: "",
            uri: "",
            type: latest.type,
            ...item,
        })),
        conditions: ["RoutesReady", "ConfigurationsReady"].map((type) => ({ type, ...condition })),
        terminalConditions: [{ type: "Ready", ...condition }],
        createTime: old?.createTime ?? now,
        updateTime: now,
        deleteTime: "",
        expireTime: "",
        creator: `owner@${project}.example.com`,
        lastModifier: `owner@${project}.example.com`,
        effectiveAnnotations: { ...inputs.annotations },
        etag: `"${Buffer.from(`${digits(path, 10)}${generation}`).toString("base64")}"`,
        generation: String(generation),
        observedGeneration: String(generation),
        latestCreatedRevision: revision,
        latestReadyRevision: revision,
        reconciling: false,
        uid: old?.uid ?? randomUUID(),
        uri,
        urls: [...new Set([deterministicUrl(number, location, name), uri])],
        ...(inputs.buildConfig && { buildConfig: { name: "", ...inputs.buildConfig } }),
        ...(inputs.multiRegionSettings && {
            multiRegionSettings: { multiRegionId: "", ...inputs.multiRegionSettings },
        }),
    };
}
