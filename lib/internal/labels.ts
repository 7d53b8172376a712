import { labelLimits } from "../facts/limits";
import * as check from "./check";

export const mostLabels = labelLimits.rows.labels.max;

/** Checks labels: {@link https://cloud.google.com/resource-manager/docs/labels-overview#requirements}. */
export const labels: check.Check = check.pipe(
    check.record(
        check.matching(
            /^[a-z][a-z0-9_-]{0,62}$/,
            "a label's key must start with a lower-case letter and have up to 63 lower-case letters, digits, _ and -",
        ),
        check.input(
            check.matching(
                /^[a-z0-9_-]{0,63}$/,
                "a label's value must have up to 63 lower-case letters, digits, _ and -",
            ),
        ),
    ),
    check.refine((all) => Object.keys(all as object).length <= mostLabels, `there can be ${mostLabels} labels at most`),
);

/** Converts a name to a valid label value. */
export function labelValue(name: string): string {
    return name
        .toLowerCase()
        .replaceAll(/[^a-z0-9_-]/g, "-")
        .slice(0, 63);
}
