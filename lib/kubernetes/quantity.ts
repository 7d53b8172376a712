import * as check from "../internal/check";

/** A Kubernetes quantity of CPU: whole CPUs or thousandths of one, `"2"`, `"0.5"`, `"250m"`. */
export type CpuQuantity = `${number}` | `${number}m`;

/** A Kubernetes quantity of memory: `"256Mi"`, `"4Gi"`. */
export type MemoryQuantity = `${number}Mi` | `${number}Gi`;

const cpuForm = /^(\d+(?:\.\d{1,3})?|\d+m)$/;
const memoryForm = /^(\d+)(Mi|Gi)$/;

/** Thousandths of a CPU; NaN if invalid. */
export function millicpus(quantity: string): number {
    const isForm = cpuForm.test(quantity);
    return isForm ? Math.round(Number.parseFloat(quantity) * (quantity.endsWith("m") ? 1 : 1000)) : Number.NaN;
}

/** Mebibytes; NaN if invalid. */
export function mebibytes(quantity: string): number {
    const [, amount, unit] = memoryForm.exec(quantity) ?? [];
    return Number(amount) * (unit === "Gi" ? 1024 : 1);
}

/** Checks a quantity of CPU, which must not be zero. */
export const cpuQuantity = check.pipe(
    check.matching(cpuForm, "must be an amount of CPU, such as 250m or 2"),
    check.refine((value) => millicpus(String(value)) !== 0, "must be above 0"),
);

/** Checks a quantity of memory, which must not be zero. */
export const memoryQuantity = check.pipe(
    check.matching(memoryForm, "must be an amount of memory, such as 256Mi or 4Gi"),
    check.refine((value) => mebibytes(String(value)) !== 0, "must be above 0"),
);
