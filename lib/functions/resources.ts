import { type CpuMemory, cloudRunLimits, functionCpus, memoryOfCpus } from "../facts/limits/cloudRun";
import type { Problem } from "../internal/arguments/check";
import * as check from "../internal/arguments/check";
import { cpusOf, isBelowOneText } from "../internal/arguments/cpus";
import { mebibytes, quantityOf, type Size, size, sizeOf } from "../internal/arguments/size";

/**
 * {@link https://cloud.google.com/run/docs/configuring/services/cpu CPUs} of an instance: a number, or thousandths of one: `"500m"` is half a
 * CPU, `"80m"` the minimum, and `"1000m"` one.
 */
export type Cpu = keyof typeof functionCpus.rows | `${number}` | `${number}m`;

const cpus = Object.keys(functionCpus.rows)
    .map(Number)
    .sort((one, other) => one - other);

const { min, max } = cloudRunLimits.rows.memory;

/** {@link https://cloud.google.com/run/docs/configuring/services/memory-limits Memory limits}: 128 MiB to 32 GiB. */
export const memory = check.pipe(
    size(sizeOf(min), sizeOf(max)),
    // The API takes whole numbers of k, M, G, Mi or Gi: https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions
    check.refine(
        (value) => Number.isNaN(mebibytes(value)) || /^\d+(k|M|Mi|G|Gi)$/.test(quantityOf(value)),
        "must be a whole number of MiB, GiB, MB or GB",
    ),
);

// Text as of gcloud's `--cpu`, whose examples are .5, 2, 0.5 and 2000m: https://cloud.google.com/sdk/gcloud/reference/functions/deploy
export const cpu = check.custom<Cpu>(
    (value) =>
        ["number", "string"].includes(typeof value) && (cpus.includes(cpusOf(value as Cpu)) || isBelowOneText(value)),
    `must be one of ${cpus.join(", ")}, or less than one as thousandths, from "80m" to "999m"`,
);

/** Validates the combination of memory, CPUs and concurrency. */
export function validateResources(memory: Size, cpu: number, concurrency: number): Problem | undefined {
    const mebi = mebibytes(memory);
    const { min: minMemory, max: maxMemory } = memoryOfCpus(cpu) as CpuMemory;
    if (mebi > maxMemory) {
        const minCpu = cpus.find((count) => mebi <= (memoryOfCpus(count) as CpuMemory).max);
        return check.problem(
            "cpu",
            "functions/cpu-of-memory",
            `must be at least ${minCpu} with ${memory} of memory (got ${cpu}).`,
        );
    }
    if (mebi < minMemory) {
        return check.problem(
            "memory",
            "functions/memory-of-cpu",
            `must be at least ${sizeOf(minMemory)} with ${cpu} CPUs (got "${memory}").`,
        );
    }
    if (concurrency > 1 && cpu < 1) {
        const reason = `must be 1 with less than one CPU (got ${concurrency}). Set cpu to 1 or more.`;
        return check.problem("scaling.concurrency", "functions/concurrency-of-cpu", reason);
    }
    return undefined;
}
