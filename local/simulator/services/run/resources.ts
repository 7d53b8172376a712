import {
    type CloudRunGpu,
    type CloudRunGpuQuota,
    cloudRunGpuQuotas,
    cloudRunGpus,
    cloudRunLimits,
    memoryOfCpus,
} from "slipway/facts";
import type { Inputs } from "../../rules/rules";
import { type Checked, invalid } from "./kind";

const units: Record<string, number> = {
    k: 1000 / 2 ** 20,
    Ki: 1 / 1024,
    M: 1e6 / 2 ** 20,
    Mi: 1,
    G: 1e9 / 2 ** 20,
    Gi: 1024,
};

const quantity = /^\d+(?:\.\d+)?([kMGT]i?|m)?$/;

const mebibytes = (memory: string) => Number.parseFloat(memory) * (units[memory.replace(/^[\d.]+/, "")] ?? 2 ** -20);
const processors = (cpu: string) => (cpu.endsWith("m") ? Number(cpu.slice(0, -1)) / 1000 : Number(cpu));
const written = (size: number) => (size % 1024 === 0 ? `${size / 1024}Gi` : `${size}Mi`);

/** As in errors: `1.0 CPU`. */
const counted = (cpus: number) => (Number.isInteger(cpus) ? cpus.toFixed(1) : String(cpus));

const gpus: Record<string, CloudRunGpu> = cloudRunGpus.rows;
const quotas: Record<string, CloudRunGpuQuota> = cloudRunGpuQuotas.rows;

/** The GPUs of a container. */
const gpusOf = ({ resources }: Inputs): string | undefined => resources?.limits?.["nvidia.com/gpu"];

/** Without GPUs: https://cloud.google.com/run/docs/reference/rest/v2/RevisionScaling */
const usualInstances = 100;

/** The instances that a revision has at most by default: https://cloud.google.com/run/docs/configuring/max-instances-limits */
export function defaultInstances({ containers = [], nodeSelector }: Inputs): number {
    const hasGpu = nodeSelector !== undefined || containers.some((each: Inputs) => gpusOf(each) !== undefined);
    return (hasGpu && quotas[nodeSelector?.accelerator]?.count) || usualInstances;
}

/** The instances that a service or pool can have, if it says so. The usual default is lowered to the quota. */
function mostInstances({ template, scaling }: Inputs): number | undefined {
    const { maxInstanceCount = usualInstances } = template.scaling ?? {};
    return maxInstanceCount === usualInstances
        ? scaling?.maxInstanceCount || scaling?.manualInstanceCount
        : maxInstanceCount;
}

/**
 * "Configure GPUs for services", and the quota of new projects.
 * https://cloud.google.com/run/docs/configuring/services/gpu
 */
function verifyGpu({ kind, inputs }: Checked, template: Inputs, container: Inputs, field: string): void {
    const accelerator = template.nodeSelector?.accelerator;
    const [gpu, quota] = [gpus[accelerator], quotas[accelerator]];
    if (gpusOf(container) !== "1" || !accelerator) {
        throw invalid(`${field}.resources.limits.nvidia.com/gpu`, "GPU can only be set to 1, with a node selector.");
    }
    if (!gpu || !quota) {
        throw invalid(`${kind.path}.node_selector`, `The accelerator '${accelerator}' is not supported.`);
    }
    if (template.executionEnvironment === "EXECUTION_ENVIRONMENT_GEN1") {
        throw invalid(
            `${kind.path}.execution_environment`,
            "Execution environment must be set to gen2 in order to set GPU requirements.",
        );
    }
    if (container.resources.cpuIdle) {
        throw invalid(
            `${field}.resources.cpu_idle`,
            "CPU throttling must be disabled in order to set GPU requirements.",
        );
    }
    if (gpu.regions && !gpu.regions.includes(inputs.location)) {
        throw invalid(`${kind.path}.node_selector`, `${accelerator} is not supported in ${inputs.location}.`);
    }
    const { cpu = "1", memory = "512Mi" } = container.resources.limits;
    if (processors(String(cpu)) < gpu.cpu || mebibytes(String(memory)) < gpu.memory) {
        throw invalid(
            `${field}.resources.limits`,
            `Invalid resource requirements for ${accelerator}: CPU must be at least ${gpu.cpu}; memory must be at least ${written(gpu.memory)}.`,
        );
    }
    if (!template.gpuZonalRedundancyDisabled) {
        throw invalid(kind.path, "You do not have quota for using GPUs with zonal redundancy.");
    }
    const most = kind.field === "job" ? (inputs.template.parallelism ?? undefined) : mostInstances(inputs);
    if (most > quota.count) {
        const what = kind.field === "job" ? "Parallelism" : "Max instances";
        throw invalid(
            `${kind.path}.scaling.max_instance_count`,
            `${what} must be set to ${quota.count} or fewer in order to set GPU requirements.\nTo request quota: g.co/cloudrun/gpu-quota\nQuota violated:\n${quota.quota}GpuAllocNoZonalRedundancyPerProjectRegion requested: ${most} allowed: ${quota.count}`,
        );
    }
}

/** "Configure CPU limits for services": less than 1, or 1, 2, 4, 6 or 8 CPUs, with the allowed memory for each. */
function verifyContainer(checked: Checked, template: Inputs, container: Inputs, field: string): void {
    const { limits = {}, cpuIdle } = container.resources ?? {};
    const { cpu = "1000m", memory = "512Mi" } = limits;
    const unknown = Object.keys(limits).find((name) => !["cpu", "memory", "nvidia.com/gpu"].includes(name));
    if (unknown !== undefined) {
        throw invalid(`${field}.resources.limits`, `Only cpu, memory and nvidia.com/gpu limits are supported.`);
    }
    for (const [name, value] of Object.entries({ cpu, memory })) {
        if (!quantity.test(String(value))) {
            throw invalid(`${field}.resources.limits.${name}`, `Could not parse Quantity '${value}'.`);
        }
    }
    const [count, size] = [processors(String(cpu)), mebibytes(String(memory))];
    const accelerator = gpusOf(container) === undefined ? "" : template.nodeSelector?.accelerator;
    const own = quotas[accelerator]?.cpus;
    const counts = own ?? [2, 4, 6, 8];
    if (!(!own && count >= 0.08 && count <= 1) && !counts.includes(count)) {
        const allowed = counts.map(counted).join(", ");
        throw invalid(
            `${field}.resources.limits.cpu`,
            `Invalid value specified for cpu. Must be equal to one of ${own ? allowed : `[.08-1], ${allowed}`}.`,
        );
    }
    const range = own ? { min: gpus[accelerator]?.memory ?? 0, max: count * 4096 } : memoryOfCpus(count);
    const { min, max } = range ?? cloudRunLimits.rows.memory;
    if (!(size >= min && size <= max)) {
        throw invalid(
            `${field}.resources.limits.memory`,
            `Invalid value specified for container memory. For ${counted(count)} CPU, memory must be between ${written(min)} and ${written(max)} inclusive.`,
        );
    }
    if (checked.kind.field !== "service" && cpuIdle) {
        throw invalid(`${field}.resources.cpu_idle`, "CPU idle must be set to false.");
    }
    if (gpusOf(container) !== undefined) {
        verifyGpu(checked, template, container, field);
    }
}

/**
 * The CPUs and the memory of an instance. Jobs, worker pools and services with the second generation, or with CPUs that are always allocated,
 * need a whole CPU and 512 MiB.
 */
function verifyTotals({ kind }: Checked, template: Inputs, containers: Inputs[]): void {
    const limits = containers.map(({ resources }) => ({ cpu: "1", memory: "512Mi", ...resources?.limits }));
    const cpus = limits.reduce((sum, { cpu }) => sum + processors(String(cpu)), 0);
    const memory = limits.reduce((sum, each) => sum + mebibytes(String(each.memory)), 0);
    const isSecond = kind.field !== "service" || template.executionEnvironment === "EXECUTION_ENVIRONMENT_GEN2";
    // Without resources, CPUs are allocated during requests only.
    const isUnthrottled =
        kind.field !== "service" || containers.some(({ resources }) => resources && resources.cpuIdle !== true);
    const field = `${kind.path}.containers.resources.limits`;
    const refused = (name: string, total: string, why: string) =>
        invalid(
            `${field}.${name}`,
            `Invalid value specified for ${name}. Total ${name} < ${total} is not supported with ${why}.`,
        );
    if (cpus < 1 && kind.field === "service" && (template.maxInstanceRequestConcurrency ?? 1) > 1) {
        throw refused("cpu", "1", "concurrency > 1");
    }
    const why = isSecond
        ? `gen2 execution environment${isUnthrottled ? " with cpu always allocated (unthrottled)" : ""}`
        : "cpu always allocated (unthrottled)";
    if (cpus < 1 && (isSecond || isUnthrottled)) {
        throw refused("cpu", "1", why);
    }
    const { min } = cloudRunLimits.rows.memoryOfGen2;
    if (memory < min && isSecond) {
        throw refused("memory", `${min} Mi`, why);
    }
}

/** CPUs, memory and GPUs of all containers. */
export function verifyResources(checked: Checked): void {
    const { kind, inputs } = checked;
    const template = kind.template(inputs);
    const { containers = [] } = template;
    for (const [index, container] of containers.entries()) {
        verifyContainer(checked, template, container, `${kind.path}.containers[${index}]`);
    }
    const withGpu = containers.filter((container: Inputs) => gpusOf(container) !== undefined).length;
    if (withGpu > 1) {
        throw invalid(`${kind.path}.containers`, "GPU can only be set on one container.");
    }
    // A node selector without a limit is one GPU: https://cloud.google.com/run/docs/configuring/jobs/gpu
    const hasGpu = withGpu > 0 || template.nodeSelector?.accelerator !== undefined;
    if (!hasGpu && template.gpuZonalRedundancyDisabled !== undefined) {
        throw invalid(kind.path, "GPU must be set when GPU redundancy is set.");
    }
    verifyTotals(checked, template, containers);
}
