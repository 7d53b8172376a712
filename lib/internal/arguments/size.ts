import * as check from "./check";

/** Bytes of a unit. */
const units = { KB: 1e3, KiB: 2 ** 10, MB: 1e6, MiB: 2 ** 20, GB: 1e9, GiB: 2 ** 30, TB: 1e12, TiB: 2 ** 40 };

/** The {@link https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ suffixes} of Kubernetes. */
const suffixes = { k: "KB", Ki: "KiB", M: "MB", Mi: "MiB", G: "GB", Gi: "GiB", T: "TB", Ti: "TiB" } as const;

type Unit = keyof typeof units;
type Suffix = keyof typeof suffixes;

/** A size, in powers of two or of ten: `"512 MiB"`, `"20 GB"`. Also in the form of Kubernetes and gcloud: `"512Mi"`. */
export type Size = `${number} ${Unit}` | `${number}${Suffix}`;

const form = new RegExp(
    `^(\\d+(?:\\.\\d+)?)(?: (${Object.keys(units).join("|")})|(${Object.keys(suffixes).join("|")}))$`,
);

function parsed(size: string): [amount: number, unit: Unit | undefined] {
    const [, amount, unit, suffix] = form.exec(size) ?? [];
    return [Number(amount), (unit as Unit | undefined) ?? suffixes[suffix as Suffix]];
}

/** Bytes; NaN for a text of another form. */
export function bytesIn(size: string): number {
    const [amount, unit] = parsed(size);
    return unit === undefined ? Number.NaN : amount * units[unit];
}

/** Mebibytes, also a fraction; NaN for a text of another form. */
export const mebibytes = (size: string): number => bytesIn(size) / units.MiB;

/**
 * The gigabytes of a disk or of another size that Google's APIs take in GB, also a fraction: Google's are powers of two
 * ({@link https://cloud.google.com/compute/docs/disks}), so that `"20 GB"` and `"20 GiB"` are the same.
 */
export function gigabytesIn(size: string): number {
    const [amount, unit] = parsed(size);
    return unit === undefined ? Number.NaN : (amount * units[unit.replace(/^(.)B$/, "$1iB") as Unit]) / units.GiB;
}

/** Formats mebibytes: `"512 MiB"`, `"4 GiB"`. */
export function sizeOf(size: number): Size {
    return size % 1024 === 0 ? `${size / 1024} GiB` : `${size} MiB`;
}

/** Formats Google's gigabytes: `"20 GB"`. */
export const gigabytes = (size: number): Size => `${size} GB`;

/** The form of Kubernetes and Cloud Run, with the same number: `"512Mi"`. */
export const quantityOf = (size: Size): string =>
    size.replace(/ (.)(i?)B$/, (_, unit, binary) => `${unit === "K" && !binary ? "k" : unit}${binary}`);

/** The form of Kubernetes' API server: a whole number with the largest suffix of its kind, so that a refresh shows no change. */
export function canonicalQuantity(size: Size): string {
    const bytes = Math.ceil(bytesIn(size));
    const isBinary = /i/.test(size);
    const unit = (Object.keys(suffixes) as Suffix[])
        .reverse()
        .find((each) => each.endsWith("i") === isBinary && bytes % units[suffixes[each]] === 0);
    return unit ? `${bytes / units[suffixes[unit]]}${unit}` : String(bytes);
}

/** Checks the form of a size. */
export const anySize: check.Check<Size> = check.matching<Size>(form, 'must be a size such as "512 MiB" or "20 GB"');

/** Checks a size within bounds. */
export function size(min: Size, max: Size): check.Check<Size> {
    return check.pipe(
        anySize,
        // A text of another form was reported by the check above.
        check.refine(
            (value) => !(bytesIn(value) < bytesIn(min) || bytesIn(value) > bytesIn(max)),
            `must be from ${min} to ${max}`,
        ),
    );
}

/** Checks the size of a disk in whole gigabytes, within a limit of Google Cloud in GB. */
export function diskSize({ min, max }: { min: number; max: number }): check.Check<Size> {
    return check.pipe(
        anySize,
        check.refine((value) => !(gigabytesIn(value) % 1 > 0), "must be a whole number of GB"),
        check.refine(
            (value) => !(gigabytesIn(value) < min || gigabytesIn(value) > max),
            `must be from ${gigabytes(min)} to ${gigabytes(max)}`,
        ),
    );
}
