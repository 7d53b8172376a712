/** An amount of memory: `"512Mi"`, `"6Gi"`. */
export type Memory = `${number}Mi` | `${number}Gi`;

/** The form of an amount of memory. */
export const memoryForm = /^(\d+)(Mi|Gi)$/;

/** Mebibytes; NaN for an amount of another form. */
export function mebibytes(memory: string): number {
    const [, amount, unit] = memoryForm.exec(memory) ?? [];
    return Number(amount) * (unit === "Gi" ? 1024 : 1);
}

/** Formats mebibytes: `"512Mi"`, `"4Gi"`. */
export function memoryOf(size: number): string {
    return size % 1024 === 0 ? `${size / 1024}Gi` : `${size}Mi`;
}
