import type { Cloud } from "../../cloud/cloud";
import { type Inputs, lastPart } from "../../rules/rules";
import { findSubnetwork } from "../compute";
import { networkPath } from "../compute/names";
import type { Kind } from "./kind";
import { defaultInstances } from "./resources";

/** CPUs, memory, and the probes of a container. */
function containerOf(container: Inputs, port?: number, memory = "512Mi"): Inputs {
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

/** The name of the network of a subnetwork. */
type NetworkOf = (subnetwork: string) => string;

/**
 * The egress with its defaults: the network of a subnetwork, and the subnetwork with the name of a network
 * (https://cloud.google.com/run/docs/reference/rest/v2/VpcAccess#NetworkInterface).
 */
const egressOf = ({ vpcAccess }: Inputs, networkOf: NetworkOf): Inputs =>
    vpcAccess && {
        vpcAccess: {
            egress: "PRIVATE_RANGES_ONLY",
            ...vpcAccess,
            ...(vpcAccess.networkInterfaces && {
                networkInterfaces: vpcAccess.networkInterfaces.map(({ network, subnetwork, ...rest }: Inputs) => ({
                    ...rest,
                    network: network ?? networkOf(subnetwork),
                    subnetwork: subnetwork ?? lastPart(network),
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
export function templateOf(template: Inputs, account: string, networkOf: NetworkOf = lastPart): Inputs {
    const { containers = [], scaling } = template;
    return {
        maxInstanceRequestConcurrency: defaultConcurrency(containers),
        serviceAccount: account,
        timeout: "300s",
        ...template,
        containers: containers.map(servedContainer),
        scaling: { maxInstanceCount: defaultInstances(template), ...scaling },
        ...egressOf(template, networkOf),
    };
}

/** The template of a worker pool's revision, with its defaults. */
export const poolTemplateOf = (template: Inputs, account: string, networkOf: NetworkOf = lastPart): Inputs => ({
    serviceAccount: account,
    ...template,
    ...(template.containers && { containers: template.containers.map((each: Inputs) => containerOf(each)) }),
    ...egressOf(template, networkOf),
});

/** The template of a job's tasks, with its defaults. */
const taskTemplateOf = (template: Inputs, account: string, networkOf: NetworkOf): Inputs => ({
    executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
    serviceAccount: account,
    timeout: "600s",
    ...template,
    containers: (template.containers ?? []).map((each: Inputs) => containerOf(each)),
    ...egressOf(template, networkOf),
});

const completions = { service: templateOf, job: taskTemplateOf, worker_pool: poolTemplateOf };

/** The template with the containers of a resource, as the API answers it. */
export function completedTemplate(kind: Kind, inputs: Inputs, cloud: Cloud): Inputs {
    const { project, location } = inputs;
    // "If network is not specified, it will be looked up from the subnetwork", which can be in a host project: the next request has the answer.
    const networkOf = (subnetwork: string) => {
        const found = findSubnetwork(cloud, subnetwork, { project, region: location });
        const path = found ? networkPath(String(found.state.network), project) : subnetwork;
        return !found || path.startsWith(`projects/${project}/`) ? lastPart(path) : path;
    };
    return completions[kind.field](kind.template(inputs), cloud.projects.defaultAccount(project), networkOf);
}
