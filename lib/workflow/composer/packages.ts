import * as check from "../../internal/check";
import { requirementsOf } from "./requirements";
import type { Image } from "./versions";

/** "Install Python dependencies": extras and a version as pip writes them; nothing is the newest that fits. */
const specifier =
    /^(\[[a-z0-9._-]+(,\s*[a-z0-9._-]+)*\])?\s*((===|==|~=|!=|<=|>=|<|>)\s*[\w.*+!-]+(\s*,\s*(===|==|~=|!=|<=|>=|<|>)\s*[\w.*+!-]+)*)?$/;

/** Checks the packages of PyPI that are installed beside those of the image, by their names. */
export const packages: check.Check = check.record(
    check.matching(
        /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/,
        "the name of a package must have lower-case letters, digits, -, _ and ., and start and end with a letter or digit",
    ),
    check.matching(specifier, 'must be a version as pip writes it, such as "==1.5.2", "[gcp]>=2,<3", or "" for any'),
);

/** A version that a range ends with. */
interface Bound {
    version: string;
    isIncluded: boolean;
}

interface Range {
    least?: Bound;
    most?: Bound;
    /** Versions that are left out. */
    not: string[];
}

/** The numbers of a version; of `2.1.0rc1` those before the letters. */
const numbers = (version: string) => /^\d+(\.\d+)*/.exec(version)?.[0] ?? "0";

/** Compares versions of PyPI, which have any number of parts: `2024.7.10` with `2024.7.10.1`. */
function compareReleases(one: string, other: string): number {
    const [left, right] = [one.split("."), other.split(".")];
    const length = Math.max(left.length, right.length);
    const differences = Array.from({ length }, (_, index) => Number(left[index] ?? 0) - Number(right[index] ?? 0));
    return differences.find((difference) => difference !== 0) ?? 0;
}

/** The next version of a prefix: `1.5` after `1.4`. */
const after = (prefix: string) => prefix.replace(/\d+$/, (last) => String(Number(last) + 1));

function rangesOf(specifiers: string): Range[] {
    const bare = specifiers.replace(/^\[[^\]]*\]/, "").trim();
    return bare === "" ? [] : bare.split(",").map((one) => rangeOf(one.trim()));
}

function rangeOf(one: string): Range {
    const [, operator = "", version = ""] = /^(===|==|~=|!=|<=|>=|<|>)\s*(.*)$/.exec(one) ?? [];
    const value = numbers(version);
    const within = (prefix: string, least = prefix): Range => ({
        least: { version: least, isIncluded: true },
        most: { version: after(prefix), isIncluded: false },
        not: [],
    });
    if (version.endsWith(".*")) {
        return operator === "!=" ? { not: [] } : within(value);
    }
    if (operator === "~=") {
        return within(value.replace(/\.\d+$/, ""), value);
    }
    if (operator === "!=") {
        return { not: [value] };
    }
    const bound = { version: value, isIncluded: operator.includes("=") };
    return {
        ...(operator.startsWith("<") ? {} : { least: bound }),
        ...(operator.startsWith(">") ? {} : { most: bound }),
        not: [],
    };
}

/** Whether no version is in all of the ranges. */
function areApart(all: Range[]): boolean {
    const least = all
        .flatMap((one) => one.least ?? [])
        .sort((one, other) => compareReleases(other.version, one.version))[0];
    const most = all
        .flatMap((one) => one.most ?? [])
        .sort((one, other) => compareReleases(one.version, other.version))[0];
    if (!least || !most) {
        return false;
    }
    const order = compareReleases(least.version, most.version);
    const isIncluded = [...all.flatMap((one) => [one.least, one.most])]
        .filter((bound) => bound !== undefined && compareReleases(bound.version, least.version) === 0)
        .every((bound) => bound?.isIncluded);
    const isLeftOut = all.some(({ not }) => not.some((version) => compareReleases(version, least.version) === 0));
    return order > 0 || (order === 0 && (!isIncluded || isLeftOut));
}

/** The name by which PyPI knows a package, however it is written. */
export const normalized = (name: string) => name.toLowerCase().replaceAll(/[-_.]+/g, "-");

/** Packages that no version of can be installed beside those of the image, which fails the environment after half an hour. */
export function packageProblems(given: Record<string, string>, { airflow }: Image): (check.Problem | undefined)[] {
    const required = requirementsOf(airflow) ?? {};
    const names = Object.keys(given);
    return Object.entries(given).map(([name, specifiers], index) => {
        const path = `packages.${name}`;
        const known = normalized(name);
        if (/^apache-airflow(-core|-task-sdk)?$/.test(known)) {
            return { path, reason: `is Airflow itself, which is that of the image, ${airflow}. Take another version.` };
        }
        const twin = names.slice(0, index).find((other) => normalized(other) === known);
        if (twin !== undefined) {
            return { path, reason: `is the package ${twin}, which is there already. Leave one of them out.` };
        }
        const range = required[known];
        return range !== undefined && areApart([...rangesOf(specifiers), ...rangesOf(range)])
            ? {
                  path,
                  reason: `clashes with Airflow ${airflow}, which requires ${known} ${range.replaceAll(",", ", ")} (got "${specifiers}"). Choose a version in both, or another image.`,
              }
            : areApart(rangesOf(specifiers))
              ? { path, reason: `allows no version (got "${specifiers}").` }
              : undefined;
    });
}
