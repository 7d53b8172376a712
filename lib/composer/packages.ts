import { packageRequirements } from "../facts/airflowRequirements";
import { areDisjoint, normalizePackageName } from "../formats/pythonVersion";
import * as check from "../internal/arguments/check";
import type { Image } from "./versions";

/**
 * {@link https://cloud.google.com/composer/docs/composer-3/install-python-dependencies Extras and a version} in the syntax of
 * pip; empty for the newest compatible version.
 */
const specifier =
    /^(\[[a-z0-9._-]+(,\s*[a-z0-9._-]+)*\])?\s*((===|==|~=|!=|<=|>=|<|>)\s*[\w.*+!-]+(\s*,\s*(===|==|~=|!=|<=|>=|<|>)\s*[\w.*+!-]+)*)?$/;

/** Checks the PyPI packages that are installed in addition to the packages of the image, by name. */
export const packages = check.record(
    check.matching(
        /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/,
        "the name of a package must have lower-case letters, digits, -, _ and ., and start and end with a letter or digit",
    ),
    check.matching(specifier, 'must be a version specifier of pip, such as "==1.5.2", "[gcp]>=2,<3", or "" for any'),
);

/** Packages that conflict with the packages of the image, with which creating the environment fails after half an hour. */
export function packageProblems(packages: Record<string, string>, { airflow }: Image): (check.Problem | undefined)[] {
    const names = Object.keys(packages);
    return Object.entries(packages).map(([name, specifiers], index) => {
        const path = `packages.${name}`;
        const normalized = normalizePackageName(name);
        if (/^apache-airflow(-core|-task-sdk)?$/.test(normalized)) {
            return check.problem(
                path,
                "composer/package-is-airflow",
                `is Airflow itself, whose version ${airflow} is set by the image. Set version instead.`,
            );
        }
        const twin = names.slice(0, index).find((other) => normalizePackageName(other) === normalized);
        if (twin !== undefined) {
            return check.problem(path, "composer/package-twice", `is the same package as ${twin}. Remove one of them.`);
        }
        const clash = packageRequirements(airflow, normalized).find(({ range }) => areDisjoint(specifiers, range));
        return clash
            ? check.problem(
                  path,
                  "composer/package-clashes-with-airflow",
                  `clashes with ${clash.by}, which requires ${normalized} ${clash.range.replaceAll(",", ", ")} (got "${specifiers}"). Choose a version in both, or another image.`,
              )
            : areDisjoint(specifiers)
              ? check.problem(path, "composer/package-allows-no-version", `allows no version (got "${specifiers}").`)
              : undefined;
    });
}
