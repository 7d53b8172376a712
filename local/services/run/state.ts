import type { Cloud } from "../../cloud/cloud";
import type { Context, Inputs } from "../../rules/rules";
import { common, condition } from "./conditions";
import { kinds } from "./kind";
import { deterministicUrl, servicePath, serviceUrl, taggedUrl } from "./names";
import { areReady, nextRevision, RouteFailure } from "./revision";
import type { StartFailure } from "./start";
import { targetsOf, traffic } from "./traffic";

/** CPUs, memory, and the probes of a container. */
export function containerOf(container: Inputs, port?: number, memory = "512Mi"): Inputs {
    const { resources, startupProbe, livenessProbe, readinessProbe } = container;
    return {
        ...container,
        resources: { ...resources, limits: { cpu: "1000m", memory, ...resources?.limits } },
        ...(startupProbe && { startupProbe: probed(startupProbe, port) }),
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

/** The port of probes is by default that of the container. */
function probed(probe: Inputs, port?: number, path?: string): Inputs {
    const { grpc, httpGet, tcpSocket } = probe;
    const at = port === undefined ? {} : { port };
    return {
        ...probe,
        ...(grpc && { grpc: { ...at, ...grpc } }),
        ...(httpGet && { httpGet: { ...at, ...(path && { path }), ...httpGet } }),
        ...(tcpSocket && { tcpSocket: { ...at, ...tcpSocket } }),
    };
}

/**
 * A container of a service. Of several ones, only that with a port receives requests. The others have less memory by default:
 * https://github.com/pulumi/pulumi-gcp/tree/ed6078aa/provider/testdata/recorded/TestProviderUpgrade/cloudrunv2-service-7
 */
function servedContainer(container: Inputs, index: number, all: Inputs[]): Inputs {
    const { ports, resources } = container;
    const isIngress = ports || all.length === 1 || (index === 0 && !all.some((each) => each.ports));
    const port = ports?.containerPort ?? 8080;
    const memory = isIngress ? "512Mi" : "256Mi";
    const probe = { failureThreshold: 1, initialDelaySeconds: 0, periodSeconds: 240, timeoutSeconds: 240 };
    const completed = isIngress && !container.startupProbe ? { startupProbe: { ...probe, tcpSocket: {} } } : {};
    return {
        ...containerOf({ ...container, ...completed }, port, memory),
        buildInfos: [],
        ...(isIngress && { ports: { name: "http1", containerPort: port, ...ports } }),
        // "If ResourceRequirements is set, the caller must explicitly set this field to true":
        // https://cloud.google.com/run/docs/reference/rest/v2/Container#ResourceRequirements
        ...(!resources && { resources: { cpuIdle: true, limits: { cpu: "1000m", memory } } }),
    };
}

/** The egress with its defaults. */
export const egressOf = ({ vpcAccess }: Inputs): Inputs =>
    vpcAccess && {
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
    };

/** Requests of an instance, by default: fewer than one CPU serve one at a time. */
function defaultConcurrency(containers: Inputs[]): number {
    const cpus = containers.map(({ resources }) => String(resources?.limits?.cpu ?? "1"));
    const whole = cpus.some((cpu) => (cpu.endsWith("m") ? Number.parseFloat(cpu) >= 1000 : Number(cpu) >= 1));
    return whole ? 80 : 1;
}

/** The template of a service's revision, with its defaults. */
export function templateOf(template: Inputs, account: string): Inputs {
    const { containers = [], scaling } = template;
    return {
        maxInstanceRequestConcurrency: defaultConcurrency(containers),
        serviceAccount: account,
        timeout: "300s",
        ...template,
        containers: containers.map(servedContainer),
        scaling: { maxInstanceCount: 100, ...scaling },
        ...egressOf(template),
    };
}

/** What a service's targets receive, with the URLs of tags. */
const statusesOf = (targets: Inputs[], uri: string): Inputs[] =>
    targets.map(({ percent, type = traffic.latest, revision = "", tag = "" }) => ({
        percent,
        type,
        revision,
        tag,
        uri: tag ? taggedUrl(uri, tag) : "",
    }));

/** The URLs of a service, unless its default URL is disabled. */
function urlsOf(
    { project, location, name, defaultUriDisabled }: Inputs,
    cloud: Cloud,
): { uri: string; urls: string[] } {
    const number = cloud.projects.number(project);
    const uri = serviceUrl(number, location, name);
    return defaultUriDisabled
        ? { uri: "", urls: [] }
        : { uri, urls: [...new Set([deterministicUrl(number, location, name), uri])] };
}

/** Values that the server sets, also for services of functions. */
export function state(inputs: Inputs, context: Context, old?: Inputs): Inputs {
    const { cloud } = context;
    const { project, location, name, template, scaling } = inputs;
    const path = servicePath(inputs, name);
    const now = cloud.now().toISOString();
    const revision = `${path}/revisions/${nextRevision(kinds.service, inputs, context, old).name}`;
    const targets = targetsOf(traffic, inputs);
    return {
        ingress: "INGRESS_TRAFFIC_ALL",
        launchStage: "GA",
        ...inputs,
        template: templateOf(template, cloud.projects.defaultAccount(project)),
        scaling: { manualInstanceCount: 0, maxInstanceCount: 0, minInstanceCount: 0, ...scaling },
        traffics: targets,
        trafficStatuses: statusesOf(targets, serviceUrl(cloud.projects.number(project), location, name)),
        conditions: ["RoutesReady", "ConfigurationsReady"].map((type) => condition(type, now)),
        terminalConditions: [condition("Ready", now)],
        ...common(inputs, path, cloud, old),
        latestCreatedRevision: revision,
        latestReadyRevision: revision,
        ...urlsOf(inputs, cloud),
        ...(inputs.buildConfig && { buildConfig: { name: "", ...inputs.buildConfig } }),
        ...(inputs.multiRegionSettings && {
            multiRegionSettings: { multiRegionId: "", ...inputs.multiRegionSettings },
        }),
    };
}

/** The state of a service whose revision or traffic has failed: the ready revisions keep their traffic. */
export function brokenState(state: Inputs, failure: StartFailure, { cloud }: Context, old?: Inputs): Inputs {
    const now = cloud.now().toISOString();
    const isRoute = failure instanceof RouteFailure;
    const isRouted = !isRoute && old !== undefined && areReady(cloud, kinds.service, traffic, state);
    return {
        ...(!isRoute && { latestReadyRevision: old?.latestReadyRevision ?? "" }),
        ...(!isRouted && { trafficStatuses: old?.trafficStatuses ?? [] }),
        conditions: [
            condition("RoutesReady", now, isRouted ? undefined : failure),
            condition("ConfigurationsReady", now, isRoute ? undefined : failure),
        ],
        terminalConditions: [condition("Ready", now, failure)],
    };
}
