import type { Problem } from "../internal/check";
import * as check from "../internal/check";

/** The memory of an instance: `"512Mi"`, `"6Gi"`. */
export type Memory = `${number}Mi` | `${number}Gi`;

/** CPUs of an instance. {@link https://cloud.google.com/run/docs/configuring/services/cpu CPU limits} */
export const cpus = [0.083, 0.167, 0.333, 0.583, 1, 2, 4, 6, 8] as const;

export type Cpu = (typeof cpus)[number];

const form = /^(\d+)(Mi|Gi)$/;

function mebibytes(memory: string): number {
    const [, amount, unit] = form.exec(memory) ?? [];
    return Number(amount) * (unit === "Gi" ? 1024 : 1);
}

/** {@link https://cloud.google.com/run/docs/configuring/services/memory-limits Memory limits}: 128 MiB to 32 GiB. */
export const memory: check.Check = check.pipe(
    check.matching(form, "must be an amount of memory, such as 512Mi or 4Gi"),
    check.refine(
        // NaN, for an amount of the wrong form, passes: the check above has reported it.
        (value) => !(mebibytes(value as string) < 128 || mebibytes(value as string) > 32 * 1024),
        "must be from 128Mi to 32Gi",
    ),
);

export const cpu: check.Check = check.custom(
    (value) => cpus.includes(value as Cpu),
    `must be one of ${cpus.join(", ")}`,
);

/** The minimum CPU for memory above an amount in MiB. {@link https://cloud.google.com/run/docs/configuring/services/memory-limits} */
const minCpu: [above: number, cpu: Cpu][] = [
    [24 * 1024, 8],
    [16 * 1024, 6],
    [8 * 1024, 4],
    [4 * 1024, 2],
    [1024, 1],
    [512, 0.583],
];

/** The minimum memory from a number of CPUs. {@link https://cloud.google.com/run/docs/configuring/services/cpu} */
const minMemory: [Cpu, Memory][] = [
    [6, "4Gi"],
    [4, "2Gi"],
];

/** Validates the combination of memory, CPU and concurrency. */
export function validateResources(memory: Memory, cpu: Cpu, concurrency: number): Problem | undefined {
    const minCpuOfMemory = minCpu.find(([above]) => mebibytes(memory) > above)?.[1];
    if (minCpuOfMemory && cpu < minCpuOfMemory) {
        return { path: "cpu", reason: `must be at least ${minCpuOfMemory} with ${memory} of memory (got ${cpu}).` };
    }
    const minMemoryOfCpu = minMemory.find(([from]) => cpu >= from)?.[1];
    if (minMemoryOfCpu && mebibytes(memory) < mebibytes(minMemoryOfCpu)) {
        return { path: "memory", reason: `must be at least ${minMemoryOfCpu} with ${cpu} CPUs (got "${memory}").` };
    }
    if (concurrency > 1 && cpu < 1) {
        const reason = `must be 1 with less than one CPU (got ${concurrency}). Set cpu to 1 or more.`;
        return { path: "scaling.concurrency", reason };
    }
    return undefined;
}
