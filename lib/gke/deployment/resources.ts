import { autopilotLimits } from "../../facts/limits/gke";
import * as check from "../../internal/arguments/check";
import { canonicalQuantity, sizeOf } from "../../internal/arguments/size";
import { type CpuQuantity, cpuQuantity, type MemoryQuantity, mebibytes, memoryQuantity, millicpus } from "../quantity";
import { gpuResource, type ResolvedGpu } from "./gpu";

/** Amounts of a node's resources. */
export interface ResourceAmounts {
    /** CPUs: `"250m"`, `"2"`. */
    cpu?: CpuQuantity;
    /** Memory: `"512 MiB"`, `"4 GiB"`. */
    memory?: MemoryQuantity;
    /** Ephemeral storage of the node, for `writable` folders and logs: `"1Gi"`. */
    ephemeralStorage?: MemoryQuantity;
}

/** The requests and limits of a container. */
export interface ContainerResources {
    /**
     * The requests, which pods are scheduled by and always have. Autopilot accepts 50m to 30 CPUs, 52 MiB to 110 GiB of memory
     * with 1 to 6.5 GiB for each CPU, and 10 MiB to 10 GiB of disk
     * ({@link https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-resource-requests resource requests}).
     * @default `{ cpu: "500m", memory: "1Gi", ephemeralStorage: "1Gi" }`
     */
    requests?: ResourceAmounts;
    /**
     * The limits: a container above its CPU limit is throttled, above its memory or disk limit it is terminated. On Autopilot
     * the limit of disk is the request.
     * @default the requests, so that the performance does not depend on other pods
     */
    limits?: ResourceAmounts;
}

/** Requests and limits with their defaults. */
export interface ResolvedResources {
    requests: Required<ResourceAmounts>;
    limits: Required<ResourceAmounts>;
}

const amounts = check.options<ResourceAmounts>({
    cpu: cpuQuantity,
    memory: memoryQuantity,
    ephemeralStorage: memoryQuantity,
});

/** Checks each amount of the `resources` of a container. */
export const resources = check.options<ContainerResources>({ requests: amounts, limits: amounts });

/** Completes the requests with their defaults; limits default to the requests. */
export function resolveResources({ requests = {}, limits = {} }: ContainerResources = {}): ResolvedResources {
    const { cpu, memory, ephemeralStorage = "1Gi" } = requests;
    const requested = {
        cpu: canonicalCpu(cpu === undefined ? cpuFor(memory) : millicpus(cpu)),
        memory: canonical(memory ?? sizeOf(memoryFor(cpu))),
        ephemeralStorage: canonical(ephemeralStorage),
    };
    return {
        requests: requested,
        limits: {
            cpu: limits.cpu === undefined ? requested.cpu : canonicalCpu(millicpus(limits.cpu)),
            memory: limits.memory === undefined ? requested.memory : canonical(limits.memory),
            ephemeralStorage:
                limits.ephemeralStorage === undefined ? requested.ephemeralStorage : canonical(limits.ephemeralStorage),
        },
    };
}

const { cpu: cpuLimit, memory: memoryLimit, ephemeralStorage: diskLimit, memoryPerCpu } = autopilotLimits.rows;

/**
 * Autopilot's minimum ratio of memory to CPU, 1 GiB for each CPU, as mebibytes per thousandth of a CPU; and the factor to its
 * maximum.
 */
const minRatio = (memoryPerCpu.min * 1024) / 1000;
const maxRatio = memoryPerCpu.max / memoryPerCpu.min;

/** Half a CPU, or the nearest amount that Autopilot accepts with this memory. */
function cpuFor(memory: MemoryQuantity = "1Gi"): number {
    const max = mebibytes(memory) / minRatio;
    const min = Math.ceil(max / maxRatio / 10) * 10;
    return Math.max(min, Math.min(500, Math.floor(max / 10) * 10));
}

/** A GiB, or the nearest amount that Autopilot accepts with this CPU. */
function memoryFor(cpu: CpuQuantity = "500m"): number {
    const min = Math.ceil(millicpus(cpu) * minRatio);
    return Math.max(min, Math.min(1024, Math.floor(min * maxRatio)));
}

/** The form that the API server returns, so that a refresh shows no change. */
function canonicalCpu(millis: number): CpuQuantity {
    return millis % 1000 === 0 ? `${millis / 1000}` : `${millis}m`;
}

const canonical = (memory: MemoryQuantity) => canonicalQuantity(memory) as MemoryQuantity;

/** Checks combinations of amounts. */
export function resourcesProblems(
    { requests, limits }: ResolvedResources,
    isAutopilot: boolean,
    path = "resources",
): (check.Problem | undefined)[] {
    const isAbove = {
        cpu: millicpus(requests.cpu) > millicpus(limits.cpu),
        memory: mebibytes(requests.memory) > mebibytes(limits.memory),
        ephemeralStorage: mebibytes(requests.ephemeralStorage) > mebibytes(limits.ephemeralStorage),
    };
    const above = Object.entries(isAbove).filter(([, is]) => is);
    return [
        ...above.map(([key]) => {
            const [request, limit] = [requests, limits].map((each) => each[key as keyof typeof isAbove]);
            const reason = `must not be below the request, "${request}" (got "${limit}").`;
            return check.problem(
                `${path}.limits.${key}`,
                "gke/limit-below-request",
                `${reason} Request less, or remove the limit.`,
            );
        }),
        ...(isAutopilot ? autopilotProblems(requests, path) : []),
        check.when(
            isAutopilot && mebibytes(limits.ephemeralStorage) > mebibytes(requests.ephemeralStorage),
            `${path}.limits.ephemeralStorage`,
            "gke/ephemeral-storage-limit-of-autopilot",
            `must be what is requested, "${requests.ephemeralStorage}", on Autopilot, which would reduce it (got "${limits.ephemeralStorage}"). Request more, or leave the limit out.`,
        ),
    ];
}

/** Checks the requests of containers that share a pod on Autopilot, whose maximums apply to the pod. */
export function podProblems(...all: ResolvedResources[]): (check.Problem | undefined)[] {
    const sum = (amount: (requests: Required<ResourceAmounts>) => number) =>
        all.reduce((total, { requests }) => total + amount(requests), 0);
    const totals: [key: keyof ResourceAmounts, total: number, max: number, text: (amount: number) => string][] = [
        ["cpu", sum(({ cpu }) => millicpus(cpu)), cpuLimit.max, canonicalCpu],
        ["memory", sum(({ memory }) => mebibytes(memory)), memoryLimit.max, sizeOf],
        ["ephemeralStorage", sum((each) => mebibytes(each.ephemeralStorage)), diskLimit.max, sizeOf],
    ];
    return totals.map(([key, total, max, text]) =>
        total > max
            ? check.problem(
                  `resources.requests.${key}`,
                  "gke/requests-with-auth-proxy",
                  `must be at most ${text(max)} on Autopilot together with the Auth Proxy (got ${text(total)}).`,
              )
            : undefined,
    );
}

/**
 * The ranges of {@link https://cloud.google.com/kubernetes-engine/docs/concepts/autopilot-resource-requests general-purpose
 * pods in Autopilot}, which adjusts or refuses others.
 */
function autopilotProblems(
    { cpu, memory, ephemeralStorage }: Required<ResourceAmounts>,
    path: string,
): (check.Problem | undefined)[] {
    const isWithin = (amount: number, { min, max }: { min: number; max: number }) => amount >= min && amount <= max;
    const rangeProblem = (key: string, amount: string, isOutside: boolean, [min, max]: [min: string, max: string]) =>
        check.when(
            isOutside,
            `${path}.requests.${key}`,
            "gke/request-range",
            `must be from ${min} to ${max} on Autopilot (got "${amount}").`,
        );
    const [millis, mebi] = [millicpus(cpu), mebibytes(memory)];
    const [minMemory, maxMemory] = [Math.ceil(millis * minRatio), Math.floor(millis * minRatio * maxRatio)];
    const [hasCpu, hasMemory] = [isWithin(millis, cpuLimit), isWithin(mebi, memoryLimit)];
    const hasDisk = isWithin(mebibytes(ephemeralStorage), diskLimit);
    const memories = ({ min, max }: { min: number; max: number }): [string, string] => {
        return [sizeOf(min), sizeOf(max)];
    };
    return [
        rangeProblem("cpu", cpu, !hasCpu, [canonicalCpu(cpuLimit.min), canonicalCpu(cpuLimit.max)]),
        rangeProblem("memory", memory, !hasMemory, memories(memoryLimit)),
        rangeProblem("ephemeralStorage", ephemeralStorage, !hasDisk, memories(diskLimit)),
        hasCpu && hasMemory && (mebi < minMemory || mebi > maxMemory)
            ? check.problem(
                  `${path}.requests.memory`,
                  "gke/memory-of-cpu",
                  `must be from ${sizeOf(minMemory)} to ${sizeOf(maxMemory)} with ${cpu} CPUs on Autopilot, ${memoryPerCpu.min} to ${memoryPerCpu.max} GiB for each CPU (got "${memory}").`,
              )
            : undefined,
    ];
}

/** The resource requirements of the container. Kubernetes requests as many GPUs as are the limit. */
export function resourceRequirements({ requests, limits }: ResolvedResources, gpu?: ResolvedGpu) {
    const named = ({ cpu, memory, ephemeralStorage }: Required<ResourceAmounts>) => {
        return { cpu, memory, "ephemeral-storage": ephemeralStorage };
    };
    const gpus = gpu && { [gpuResource]: String(gpu.count) };
    return { requests: { ...named(requests), ...gpus }, limits: { ...named(limits), ...gpus } };
}
