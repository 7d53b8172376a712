import * as check from "../internal/arguments/check";
import { anySize, mebibytes, type Size } from "../internal/arguments/size";

/** A Kubernetes quantity of CPU: whole CPUs or thousandths of one, `"2"`, `"0.5"`, `"250m"`. */
export type CpuQuantity = `${number}` | `${number}m`;

/** A Kubernetes quantity of memory: `"256Mi"`, `"4Gi"`, `"512M"`. */
export type MemoryQuantity = Size;

const cpuForm = /^(\d+(?:\.\d{1,3})?|\d+m)$/;

/** Thousandths of a CPU; NaN if invalid. */
export function millicpus(quantity: string): number {
    const isForm = cpuForm.test(quantity);
    return isForm ? Math.round(Number.parseFloat(quantity) * (quantity.endsWith("m") ? 1 : 1000)) : Number.NaN;
}

/** Checks a quantity of CPU, which must not be zero. */
export const cpuQuantity = check.pipe(
    check.matching(cpuForm, "must be an amount of CPU, such as 250m or 2"),
    check.refine((value) => millicpus(String(value)) !== 0, "must be above 0"),
);

/** Checks a quantity of memory, which must not be zero. */
export const memoryQuantity = check.pipe(
    anySize,
    check.refine((value) => mebibytes(String(value)) !== 0, "must be above 0"),
);

export { mebibytes };
