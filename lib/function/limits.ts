import type { Problem } from "../internal/check";
import * as check from "../internal/check";

/** The memory of an instance: `"512Mi"`, `"6Gi"`. */
export type Memory = `${number}Mi` | `${number}Gi`;

/** The CPUs of an instance; less than one only for one request at a time ("CPU limits", Cloud Run). */
export const cpus = [0.083, 0.167, 0.333, 0.583, 1, 2, 4, 6, 8] as const;

export type Cpu = (typeof cpus)[number];

const form = /^(\d+)(Mi|Gi)$/;

function mebibytes(memory: string): number {
    const [, amount, unit] = form.exec(memory) ?? [];
    return Number(amount) * (unit === "Gi" ? 1024 : 1);
}

/** "Memory limits", Cloud Run: 128 MiB to 32 GiB. */
export const memory: check.Check = check.pipe(
    check.matching(form, "must be an amount of memory, such as 512Mi or 4Gi"),
    check.refine(
        // What has no amount was told by the check of its form.
        (value) => !(mebibytes(value as string) < 128 || mebibytes(value as string) > 32 * 1024),
        "must be from 128Mi to 32Gi",
    ),
);

export const cpu: check.Check = check.custom(
    (value) => cpus.includes(value as Cpu),
    `must be one of ${cpus.join(", ")}`,
);

/** The least CPU above an amount of memory in MiB: "Required CPU for memory limits", Cloud Run. */
const leastCpu: [above: number, cpu: Cpu][] = [
    [24 * 1024, 8],
    [16 * 1024, 6],
    [8 * 1024, 4],
    [4 * 1024, 2],
    [1024, 1],
    [512, 0.583],
];

/** The least memory from a number of CPUs on: "Minimum memory for CPU limits", Cloud Run. */
const leastMemory: [Cpu, Memory][] = [
    [6, "4Gi"],
    [4, "2Gi"],
];

/** Why this much memory and CPU do not go together, if they do not. */
export function combinationProblem(memory: Memory, cpu: Cpu, concurrency: number): Problem | undefined {
    const leastOfMemory = leastCpu.find(([above]) => mebibytes(memory) > above)?.[1];
    if (leastOfMemory && cpu < leastOfMemory) {
        return { path: "cpu", reason: `must be at least ${leastOfMemory} with ${memory} of memory (got ${cpu}).` };
    }
    const leastOfCpu = leastMemory.find(([from]) => cpu >= from)?.[1];
    if (leastOfCpu && mebibytes(memory) < mebibytes(leastOfCpu)) {
        return { path: "memory", reason: `must be at least ${leastOfCpu} with ${cpu} CPUs (got "${memory}").` };
    }
    if (concurrency > 1 && cpu < 1) {
        const reason = `must be 1 with less than one CPU (got ${concurrency}). Set cpu to 1 or more.`;
        return { path: "scaling.concurrency", reason };
    }
    return undefined;
}
