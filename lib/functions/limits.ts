import { type CpuMemory, cloudRunLimits, functionCpus, memoryOfCpus } from "../facts/limits/cloudRun";
import type { Problem } from "../internal/check";
import * as check from "../internal/check";
import { cpusOf, isBelowOneText } from "../internal/cpus";
import { type Memory, mebibytes } from "../internal/memory";

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
    // "Supported units are k, M, G, Mi, Gi": https://cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions
    check.matching(/^\d+(k|M|Mi|G|Gi)$/, "must be an amount of memory, such as 512Mi or 4Gi"),
    check.refine(
        // NaN, for an amount of the wrong form, passes: the check above has reported it.
        (value) => !(mebibytes(value as string) < min || mebibytes(value as string) > max),
        `must be from ${min}Mi to ${max / 1024}Gi`,
    ),
);

// Text as of gcloud's `--cpu`, whose examples are .5, 2, 0.5 and 2000m: https://cloud.google.com/sdk/gcloud/reference/functions/deploy
export const cpu = check.custom<Cpu>(
    (value) =>
        ["number", "string"].includes(typeof value) && (cpus.includes(cpusOf(value as Cpu)) || isBelowOneText(value)),
    `must be one of ${cpus.join(", ")}, or less than one as thousandths, from "80m" to "999m"`,
);

/** Validates the combination of memory, CPUs and concurrency. */
export function validateResources(memory: Memory, cpu: number, concurrency: number): Problem | undefined {
    const size = mebibytes(memory);
    const { min: minMemory, max: maxMemory } = memoryOfCpus(cpu) as CpuMemory;
    if (size > maxMemory) {
        const minCpu = cpus.find((count) => size <= (memoryOfCpus(count) as CpuMemory).max);
        return { path: "cpu", reason: `must be at least ${minCpu} with ${memory} of memory (got ${cpu}).` };
    }
    if (size < minMemory) {
        return { path: "memory", reason: `must be at least ${minMemory / 1024}Gi with ${cpu} CPUs (got "${memory}").` };
    }
    if (concurrency > 1 && cpu < 1) {
        const reason = `must be 1 with less than one CPU (got ${concurrency}). Set cpu to 1 or more.`;
        return { path: "scaling.concurrency", reason };
    }
    return undefined;
}
