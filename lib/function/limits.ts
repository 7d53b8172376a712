import type { Problem } from "../internal/check";

/** The memory of an instance: "Memory limits", Cloud Run. */
export const memories = ["128Mi", "256Mi", "512Mi", "1Gi", "2Gi", "4Gi", "8Gi", "16Gi", "32Gi"] as const;

export type Memory = (typeof memories)[number];

/** The CPUs of an instance; less than one only for one request at a time ("CPU limits", Cloud Run). */
export const cpus = [0.083, 0.167, 0.333, 0.583, 1, 2, 4, 6, 8] as const;

export type Cpu = (typeof cpus)[number];

/** The least CPU for each memory: "Minimum CPU limits for a memory limit"; 32 GiB goes with 8, as 16 GiB with 4. */
const leastCpu: Record<Memory, Cpu> = {
    "128Mi": 0.083,
    "256Mi": 0.083,
    "512Mi": 0.083,
    "1Gi": 0.583,
    "2Gi": 1,
    "4Gi": 1,
    "8Gi": 2,
    "16Gi": 4,
    "32Gi": 8,
};

/** The least memory from a number of CPUs on: "Minimum memory limits for a CPU limit". */
const leastMemory: [Cpu, Memory][] = [
    [8, "4Gi"],
    [6, "4Gi"],
    [4, "2Gi"],
];

/** Why this much memory and CPU do not go together, if they do not. */
export function combinationProblem(memory: Memory, cpu: Cpu, concurrency: number): Problem | undefined {
    if (cpu < leastCpu[memory]) {
        return { path: "cpu", reason: `must be at least ${leastCpu[memory]} with ${memory} of memory (got ${cpu}).` };
    }
    const least = leastMemory.find(([from]) => cpu >= from)?.[1];
    if (least && memories.indexOf(memory) < memories.indexOf(least)) {
        return { path: "memory", reason: `must be at least ${least} with ${cpu} CPUs (got "${memory}").` };
    }
    if (concurrency > 1 && cpu < 1) {
        const reason = `must be 1 with less than one CPU (got ${concurrency}). Set cpu to 1 or more.`;
        return { path: "scaling.concurrency", reason };
    }
    return undefined;
}
