/** Bytes of the {@link https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ suffixes} of an amount. */
const units = { k: 1e3, Ki: 2 ** 10, M: 1e6, Mi: 2 ** 20, G: 1e9, Gi: 2 ** 30, T: 1e12, Ti: 2 ** 40 };

type Unit = keyof typeof units;

/** An amount of memory, in powers of two or of ten: `"512Mi"`, `"6Gi"`, `"512M"`. */
export type Memory = `${number}${Unit}`;

/** The form of an amount of memory. */
export const memoryForm = /^(\d+(?:\.\d+)?)(k|Ki|M|Mi|G|Gi|T|Ti)$/;

/** Mebibytes, also a fraction; NaN for an amount of another form. */
export function mebibytes(memory: string): number {
    const [, amount, unit] = memoryForm.exec(memory) ?? [];
    return (Number(amount) * (units[unit as Unit] ?? Number.NaN)) / units.Mi;
}

/** Formats mebibytes: `"512Mi"`, `"4Gi"`. */
export function memoryOf(size: number): Memory {
    return size % 1024 === 0 ? `${size / 1024}Gi` : `${size}Mi`;
}

/** The form of the API server: a whole number with the largest suffix of its kind, so that a refresh shows no change. */
export function canonicalMemory(memory: Memory): string {
    const bytes = Math.ceil(mebibytes(memory) * units.Mi);
    const kind: Unit[] = memory.endsWith("i") ? ["Ti", "Gi", "Mi", "Ki"] : ["T", "G", "M", "k"];
    const unit = kind.find((each) => bytes % units[each] === 0);
    return unit ? `${bytes / units[unit]}${unit}` : String(bytes);
}
