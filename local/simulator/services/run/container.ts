import { cloudRunContainerLimits, cloudRunLimits, cloudRunProbeLimits } from "slipway/facts";
import { secondsIn } from "../../../../lib/formats";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { type Checked, invalid, violation } from "./kind";

const { variables: variableLimit, variable: valueLimit } = cloudRunLimits.rows;
const limits = cloudRunContainerLimits.rows;

/** All containers together: https://cloud.google.com/run/quotas */
function verifyCounts(checked: Checked, containers: Inputs[]): void {
    const { path } = checked.kind;
    const count = (property: string) => containers.reduce((sum, each) => sum + (each[property] ?? []).length, 0);
    if (count("envs") > variableLimit.max) {
        const rule = `The limit on EnvVars across all containers is ${variableLimit.max}.`;
        throw violation(checked, `${path}.containers[0].env`, rule);
    }
    if (count("args") > limits.arguments.max) {
        const rule = `The limit on args across all containers is ${limits.arguments.max}.`;
        throw violation(checked, `${path}.containers[0].args`, rule);
    }
}

/**
 * https://github.com/hashicorp/terraform-provider-google/issues/26877. A sidecar can have a port of its own:
 * https://cloud.google.com/run/docs/container-contract#port
 */
function verifyVariables(checked: Checked, { envs = [], ports }: Inputs, field: string): void {
    const { containers = [] } = checked.kind.template(checked.inputs);
    const isSidecar = containers.length > 1 && ports === undefined;
    const reserved = checked.kind.reserved.filter((name) => name !== "PORT" || !isSidecar);
    const taken = envs.map(({ name }: Inputs) => name).filter((name: string) => reserved.includes(name));
    if (taken.length > 0) {
        throw new GoogleError(
            400,
            `${field}.env: The following reserved env names were provided: ${taken.join(", ")}. These values are automatically set by the system.`,
        ).recordedIn("https://github.com/hashicorp/terraform-provider-google/issues/26877");
    }
    for (const { name, value = "", valueSource } of envs as Inputs[]) {
        // https://cloud.google.com/run/docs/configuring/services/environment-variables#reserved
        if (name === "" || name.includes("=")) {
            throw violation(checked, `${field}.env.name`, "must not be empty and must not contain '='.");
        }
        if (Buffer.byteLength(value) > valueLimit.max) {
            throw violation(checked, `${field}.env.${name}.value`, `length cannot exceed ${valueLimit.max}.`);
        }
        const { secret, version = "latest" } = valueSource?.secretKeyRef ?? { secret: "secret" };
        verifySecretName(checked, `${field}.env.${name}.value_source.secret_key_ref`, secret, version);
    }
}

/** The names of a secret and its version. */
export function verifySecretName(checked: Checked, field: string, secret: string, version: string): void {
    if (!/^(?:projects\/[\w:-]+\/secrets\/)?[\w-]+$/.test(secret)) {
        const rule = "may only be a secret name, or projects/{project}/secrets/{secret}.";
        throw violation(checked, `${field}.secret`, rule);
    }
    if (!/^[\w-]+$/.test(version)) {
        throw violation(checked, `${field}.version`, "should have only alphanumeric characters, '-' and '_'.");
    }
}

/**
 * Images of other registries than Google's and Docker Hub need a remote repository.
 * https://cloud.google.com/run/docs/deploying#images
 */
function verifyImageName(checked: Checked, { image }: Inputs, field: string): void {
    if (!/^[a-z\d][\w./:-]*(?:@sha256:[a-f\d]{64})?$/i.test(image)) {
        const rule = "must be a container image path in the form [hostname/]repo-path[:tag and/or @digest]";
        throw violation(checked, `${field}.image`, rule);
    }
    const [, host] = /^([^/]*[.:][^/]*|localhost)\//.exec(image) ?? [];
    if (
        host &&
        !/^(?:[a-z\d-]+\.)?gcr\.io$|^(?:[a-z\d-]+-)?docker\.pkg\.dev$|^(?:[a-z\d-]+\.)*docker\.io$/.test(host)
    ) {
        throw invalid(
            `${field}.image`,
            `Expected an image path like [host/]repo-path[:tag and/or @digest], where host is one of [region.]gcr.io, [region-]docker.pkg.dev or docker.io but obtained ${image}. To deploy container images from other public or private registries, set up an Artifact Registry remote repository. See https://cloud.google.com/artifact-registry/docs/repositories/remote-overview.`,
        );
    }
}

/** Ports of services: one container has one, for HTTP/1 or HTTP/2. */
function verifyPort(checked: Checked, { ports }: Inputs, field: string): void {
    const [port] = [ports].flat();
    if (!port) {
        return;
    }
    const { min, max } = limits.port;
    if (!["", "http1", "h2c", undefined].includes(port.name)) {
        throw violation(checked, `${field}.ports[0].name`, "must be one of empty, 'http1' or 'h2c'.");
    }
    if (port.containerPort !== undefined && !(port.containerPort >= min && port.containerPort <= max)) {
        throw violation(checked, `${field}.ports[0].container_port`, `must be 0 < container_port < ${max + 1}.`);
    }
}

/** A kind of probe, with its field in requests and the maximums of its times in seconds. */
interface ProbeKind {
    property: "startupProbe" | "livenessProbe" | "readinessProbe";
    word: "startup" | "liveness" | "readiness";
    period: number;
    timeout: number;
    delay: number;
}

const { startupDelay, startupPeriod, delay, period, timeout } = cloudRunProbeLimits.rows;
const { startupTimeout, readiness } = limits;
const startup = {
    period: secondsIn(startupPeriod.max),
    timeout: startupTimeout.max,
    delay: secondsIn(startupDelay.max),
};
const probes: ProbeKind[] = [
    { property: "startupProbe", word: "startup", ...startup },
    {
        property: "livenessProbe",
        word: "liveness",
        period: secondsIn(period.max),
        timeout: secondsIn(timeout.max),
        delay: secondsIn(delay.max),
    },
    // Readiness probes have no delay.
    { property: "readinessProbe", word: "readiness", period: readiness.max, timeout: readiness.max, delay: 0 },
];

/** https://cloud.google.com/run/docs/configuring/healthchecks */
function verifyProbe(checked: Checked, probe: Inputs, field: string, kind: ProbeKind): void {
    const actions = ["httpGet", "tcpSocket", "grpc"].filter((action) => probe[action]);
    if (actions.length !== 1) {
        throw violation(checked, field, "Exactly one probe action must be set.");
    }
    if (probe.tcpSocket && kind.word !== "startup") {
        throw invalid(field, `Cloud Run currently does not support TCP socket in ${kind.word} probe.`);
    }
    const { periodSeconds = 10, timeoutSeconds = 1, initialDelaySeconds = 0, failureThreshold = 3 } = probe;
    const ranges: [name: string, value: number, max: number][] = [
        ["period_seconds", periodSeconds, kind.period],
        ["timeout_seconds", timeoutSeconds, kind.timeout],
        ["initial_delay_seconds", initialDelaySeconds, kind.delay],
    ];
    for (const [name, value, max] of ranges) {
        if (value < 0 || value > max) {
            throw violation(checked, field, `${name} must be a number between 0 and ${max}.`);
        }
    }
    if (failureThreshold < 0) {
        throw violation(checked, `${field}.failure_threshold`, "Must be a positive number if set.");
    }
    // The API's reference: "Must be smaller than period_seconds".
    if (timeoutSeconds > periodSeconds) {
        throw violation(checked, `${field}.timeout_seconds`, "must be less than or equal to period_seconds.");
    }
    const { port } = probe.httpGet ?? probe.tcpSocket ?? probe.grpc;
    if (port !== undefined && !(port >= limits.port.min && port <= limits.port.max)) {
        throw violation(checked, `${field}.port`, "if specified, must be between 1 and 65535.");
    }
    const header = (probe.httpGet?.httpHeaders ?? []).find(({ name }: Inputs) => !/^[A-Za-z\d-]+$/.test(name));
    if (header) {
        const rule = "a valid HTTP header must consist of alphanumeric characters or '-'.";
        throw violation(checked, `${field}.http_get.http_headers`, rule);
    }
}

function verifyProbes(checked: Checked, container: Inputs, field: string): void {
    for (const kind of probes.filter(({ property }) => container[property])) {
        const at = `${field}.${kind.word}_probe`;
        if (checked.kind.field === "job" && kind.word !== "startup") {
            throw violation(checked, at, `Cloud Run does not support ${kind.word} probe for jobs.`);
        }
        verifyProbe(checked, container[kind.property], at, kind);
    }
}

/** The names of containers, and the order in which they start. */
function verifyOrder(checked: Checked, containers: Inputs[]): void {
    const { path } = checked.kind;
    const names = containers.flatMap(({ name }) => name || []);
    const field = (index: number) => `${path}.containers[${index}]`;
    for (const [index, { name, dependsOns = [] }] of containers.entries()) {
        if (name && !/^[a-z\d](?:[a-z\d.-]{0,61}[a-z\d])?$/.test(name)) {
            throw violation(checked, `${field(index)}.name`, "must conform to RFC 1123.");
        }
        if (name && names.indexOf(name) !== names.lastIndexOf(name)) {
            throw violation(checked, `${path}.containers`, `duplicate container names: ${name}.`);
        }
        const unknown = dependsOns.find((each: string) => !names.includes(each));
        if (unknown !== undefined) {
            throw violation(checked, `${field(index)}.depends_on`, `container '${unknown}' does not exist.`);
        }
    }
    const after = new Map<string, string[]>(containers.map(({ name, dependsOns = [] }) => [name, dependsOns]));
    // Containers start in rounds, after those that they depend on.
    let waiting = names;
    for (let before = names.length + 1; waiting.length < before; ) {
        before = waiting.length;
        waiting = waiting.filter((name) => after.get(name)?.some((each) => waiting.includes(each)));
    }
    if (waiting.length > 0) {
        throw violation(checked, `${path}.containers`, "dependency cycle detected.");
    }
}

/** Each container, and what they have in common. */
export function verifyContainers(checked: Checked): void {
    const { kind, inputs } = checked;
    const { containers = [] } = kind.template(inputs);
    if (containers.length < cloudRunLimits.rows.containers.min) {
        throw violation(checked, `${kind.path}.containers`, "must contain at least one container.");
    }
    if (containers.length > cloudRunLimits.rows.containers.max) {
        const rule = `must contain at most ${cloudRunLimits.rows.containers.max} containers.`;
        throw violation(checked, `${kind.path}.containers`, rule);
    }
    verifyCounts(checked, containers);
    for (const [index, container] of containers.entries()) {
        const field = `${kind.path}.containers[${index}]`;
        verifyImageName(checked, container, field);
        verifyVariables(checked, container, field);
        verifyPort(checked, container, field);
        verifyProbes(checked, container, field);
    }
    verifyOrder(checked, containers);
    const withPort = containers.filter(({ ports }: Inputs) => [ports].flat().some(Boolean)).length;
    if (kind.field === "service" && containers.length > 1 && withPort !== 1) {
        throw invalid(
            "template.containers",
            "Revision template should contain exactly one container with an exposed port.",
        );
    }
}
