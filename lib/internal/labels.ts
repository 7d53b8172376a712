import { labelLimits } from "../facts/limits/labels";
import * as check from "./check";

/** Checks labels: {@link https://cloud.google.com/resource-manager/docs/labels-overview#requirements}. */
export const labels = check.pipe(
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
    check.atMost(labelLimits.rows.labels),
);

/** Converts a name to a valid label value. */
export function labelValue(name: string): string {
    return name
        .toLowerCase()
        .replaceAll(/[^a-z0-9_-]/g, "-")
        .slice(0, 63);
}
