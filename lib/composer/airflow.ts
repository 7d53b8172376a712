import { isBlockedAirflowOption, limitsOfAirflowOption } from "../facts/airflowOptions";
import * as check from "../internal/arguments/check";
import type { Image } from "./versions";

/**
 * An option's {@link https://cloud.google.com/composer/docs/composer-3/override-airflow-configurations name}: section and
 * option, joined by a hyphen.
 */
const key = check.pipe(
    check.matching(
        /^[a-z][a-z0-9_.]*-[a-z][a-z0-9_]*$/,
        "must be a section and an option of airflow.cfg such as core-max_active_runs_per_dag",
    ),
    check.refine((name) => {
        const [section = "", option = ""] = String(name).split(/-(.*)/s);
        return !isBlockedAirflowOption(section, option);
    }, "is reserved by Composer and cannot be overridden"),
);

/** Checks the overrides of `airflow.cfg`. */
export const airflowOptions = check.record(key, check.text());

/** Overrides that exceed the limits of Composer. */
export function airflowProblems(overrides: Record<string, string>, { composer }: Image): (check.Problem | undefined)[] {
    return Object.entries(overrides).map(([option, value]) => {
        const limits = composer === 3 ? limitsOfAirflowOption(option) : undefined;
        if (!limits) {
            return undefined;
        }
        const { min, max } = limits;
        const isWithin = value.trim() !== "" && Number(value) >= min && Number(value) <= max;
        const bounds = max === Number.POSITIVE_INFINITY ? `${min} at least` : `from ${min} to ${max}`;
        return check.when(
            !isWithin,
            `airflow.${option}`,
            "composer/airflow-option-range",
            `must be ${bounds} (got "${value}").`,
        );
    });
}
