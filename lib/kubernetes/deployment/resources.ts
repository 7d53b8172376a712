import * as check from "../../internal/check";
import { type CpuQuantity, cpuQuantity, type MemoryQuantity, mebibytes, memoryQuantity, millicpus } from "../quantity";

/** Amounts of what a container takes of a node. */
export interface ResourceAmounts {
    /** CPUs: `"250m"`, `"2"`. */
    cpu?: CpuQuantity;
    /** Memory: `"512Mi"`, `"4Gi"`. */
    memory?: MemoryQuantity;
    /** The node's disk, for what is written to `writable` folders and to the log: `"1Gi"`. */
    ephemeralStorage?: MemoryQuantity;
}

/** What a container is sure to have, and what it may take. */
export interface ContainerResources {
    /**
     * What a pod is placed by, and has for sure. Autopilot takes 50m to 30 CPUs and 52 MiB to 110 GiB of memory, of which there
     * are 1 to 6.5 GiB for each CPU, and 10 MiB to 10 GiB of disk ("Resource requests in Autopilot").
     * @default `{ cpu: "500m", memory: "1Gi", ephemeralStorage: "1Gi" }`
     */
    requests?: ResourceAmounts;
    /**
     * What a container may take: above its CPU it is slowed down, above its memory or disk it is ended.
     * @default as much as is requested, so that what is there does not depend on the neighbours
     */
    limits?: ResourceAmounts;
}

/** All of it decided. */
export interface DecidedResources {
    requests: Required<ResourceAmounts>;
    limits: Required<ResourceAmounts>;
}

const amounts = check.options<ResourceAmounts>({
    cpu: cpuQuantity,
    memory: memoryQuantity,
    ephemeralStorage: memoryQuantity,
});

/** Checks the `resources` of a container, each amount by itself. */
export const resources: check.Check = check.options<ContainerResources>({ requests: amounts, limits: amounts });

/** What is left out is requested by default, and the limits follow what is requested. */
export function decidedResources({ requests = {}, limits = {} }: ContainerResources = {}): DecidedResources {
    const { cpu, memory, ephemeralStorage = "1Gi" } = requests;
    const requested = {
        cpu: canonicalCpu(cpu === undefined ? cpuFor(memory) : millicpus(cpu)),
        memory: canonicalMemory(memory === undefined ? memoryFor(cpu) : mebibytes(memory)),
        ephemeralStorage: canonicalMemory(mebibytes(ephemeralStorage)),
    };
    return {
        requests: requested,
        limits: {
            cpu: limits.cpu === undefined ? requested.cpu : canonicalCpu(millicpus(limits.cpu)),
            memory: limits.memory === undefined ? requested.memory : canonicalMemory(mebibytes(limits.memory)),
            ephemeralStorage:
                limits.ephemeralStorage === undefined
                    ? requested.ephemeralStorage
                    : canonicalMemory(mebibytes(limits.ephemeralStorage)),
        },
    };
}

/** Mebibytes for a thousandth of a CPU at one GiB for each, and how many times that there may be. */
const perMilli = 1.024;
const mostTimes = 6.5;

/** Half a CPU, or what comes nearest of what goes with this much memory on Autopilot. */
function cpuFor(memory: MemoryQuantity | undefined): number {
    const most = memory === undefined ? 500 : mebibytes(memory) / perMilli;
    const least = Math.ceil(most / mostTimes / 10) * 10;
    return Math.max(10, memory === undefined ? 500 : least, Math.min(500, Math.floor(most / 10) * 10));
}

/** A GiB, or what comes nearest of what goes with this much CPU on Autopilot. */
function memoryFor(cpu: CpuQuantity | undefined): number {
    const least = Math.ceil((cpu === undefined ? 500 : millicpus(cpu)) * perMilli);
    return Math.max(least, Math.min(1024, Math.floor(least * mostTimes)));
}

/** As the API server writes it, so that it is never seen as changed. */
function canonicalCpu(millis: number): CpuQuantity {
    return millis % 1000 === 0 ? `${millis / 1000}` : `${millis}m`;
}

function canonicalMemory(mebi: number): MemoryQuantity {
    return mebi % 1024 === 0 ? `${mebi / 1024}Gi` : `${mebi}Mi`;
}

/** What is wrong with amounts that are right each by itself. */
export function resourcesProblems(
    { requests, limits }: DecidedResources,
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
            const reason = `must not be below what is requested, "${request}" (got "${limit}").`;
            return { path: `${path}.limits.${key}`, reason: `${reason} Request less, or leave the limit out.` };
        }),
        ...(isAutopilot ? autopilotProblems(requests, path) : []),
    ];
}

/** "Resource requests in Autopilot", general-purpose pods: others would be changed or refused. */
function autopilotProblems(
    { cpu, memory, ephemeralStorage }: Required<ResourceAmounts>,
    path: string,
): (check.Problem | undefined)[] {
    const outside = (key: string, given: string, isOutside: boolean, range: string) =>
        isOutside
            ? { path: `${path}.requests.${key}`, reason: `must be from ${range} on Autopilot (got "${given}").` }
            : undefined;
    const [millis, mebi] = [millicpus(cpu), mebibytes(memory)];
    const [least, most] = [Math.ceil(millis * perMilli), Math.floor(millis * perMilli * mostTimes)];
    const isSized = millis >= 50 && millis <= 30_000 && mebi >= 52 && mebi <= 110 * 1024;
    return [
        outside("cpu", cpu, millis < 50 || millis > 30_000, "50m to 30"),
        outside("memory", memory, mebi < 52 || mebi > 110 * 1024, "52Mi to 110Gi"),
        outside(
            "ephemeralStorage",
            ephemeralStorage,
            mebibytes(ephemeralStorage) < 10 || mebibytes(ephemeralStorage) > 10 * 1024,
            "10Mi to 10Gi",
        ),
        isSized && (mebi < least || mebi > most)
            ? {
                  path: `${path}.requests.memory`,
                  reason: `must be from ${least}Mi to ${most}Mi with ${cpu} CPUs on Autopilot, 1 to 6.5 GiB for each CPU (got "${memory}").`,
              }
            : undefined,
    ];
}

/** In Kubernetes' terms. */
export function resourceRequirements({ requests, limits }: DecidedResources) {
    const named = ({ cpu, memory, ephemeralStorage }: Required<ResourceAmounts>) => {
        return { cpu, memory, "ephemeral-storage": ephemeralStorage };
    };
    return { requests: named(requests), limits: named(limits) };
}
