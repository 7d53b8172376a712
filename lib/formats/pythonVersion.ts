// Versions of Python packages: https://packaging.python.org/en/latest/specifications/version-specifiers/

/** A clause of a specifier, such as `>=2.1` or `==2.*`, with the numbers of its version. */
interface Clause {
    operator: string;
    release: number[];
    isPrefix: boolean;
}

/** Normalizes the {@link https://packaging.python.org/en/latest/specifications/name-normalization/ name of a package}. */
export const normalizePackageName = (name: string): string => name.toLowerCase().replaceAll(/[-_.]+/g, "-");

/** The clauses of a specifier: `[gcp]>=2,<3` has two, and an empty one none. Suffixes such as `rc1` are left out. */
function parseSpecifier(specifier: string): Clause[] {
    const clauses = specifier.replace(/^\s*\[[^\]]*\]/, "").matchAll(/(===?|~=|!=|<=?|>=?)\s*([^\s,]+)/g);
    return [...clauses].map(([, operator = "", version = ""]) => {
        const release = (/^\d+(\.\d+)*/.exec(version)?.[0] ?? "0").split(".").map(Number);
        return { operator, release, isPrefix: version.endsWith(".*") };
    });
}

/** Compares versions, which have any number of parts: `2024.7.10` is older than `2024.7.10.1`. */
function compare(one: number[], other: number[]): number {
    const length = Math.max(one.length, other.length);
    const differences = Array.from({ length }, (_, index) => (one[index] ?? 0) - (other[index] ?? 0));
    return differences.find((difference) => difference !== 0) ?? 0;
}

/** The version that follows all those that start with this one: `1.5` after `1.4`. */
const next = (release: number[]) => [...release.slice(0, -1), (release.at(-1) as number) + 1];

const startsWith = (version: number[], prefix: number[]) =>
    compare(version, prefix) >= 0 && compare(version, next(prefix)) < 0;

function allows({ operator, release, isPrefix }: Clause, version: number[]): boolean {
    const order = compare(version, release);
    const isEqual = isPrefix ? startsWith(version, release) : order === 0;
    switch (operator) {
        case "==":
        case "===":
            return isEqual;
        case "!=":
            return !isEqual;
        case "~=":
            return order >= 0 && startsWith(version, release.length > 1 ? release.slice(0, -1) : release);
        case "<":
            return order < 0;
        case "<=":
            return order <= 0;
        case ">":
            return order > 0;
        default:
            return order >= 0;
    }
}

/** Whether no version of a package is in all of these specifiers. */
export function areDisjoint(...specifiers: string[]): boolean {
    const clauses = specifiers.flatMap(parseSpecifier);
    // Every range of versions starts at a version of a clause, right after it, or after all that start with it.
    const starts = [[0], ...clauses.flatMap(({ release }) => [release, next(release)])];
    const candidates = starts.flatMap((release) => [release, [...release, ...Array(8).fill(0), 1]]);
    return !candidates.some((version) => clauses.every((clause) => allows(clause, version)));
}
