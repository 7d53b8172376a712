import { labelLimits } from "../facts/limits/labels";
import * as check from "./check";

const { key, value } = labelLimits.rows;

/** Checks labels: {@link https://cloud.google.com/resource-manager/docs/labels-overview#requirements}. */
export const labels = labelsUpTo(labelLimits.rows.labels.max);

/** @param max the limit less the labels that the component adds */
export function labelsUpTo(max: number) {
    return check.pipe(
        check.record(
            check.matching(
                new RegExp(`^[a-z][a-z0-9_-]{0,${key.max - 1}}$`),
                `a label's key must start with a lower-case letter and have up to ${key.max} lower-case letters, digits, _ and -`,
            ),
            check.input(
                check.matching(
                    new RegExp(`^[a-z0-9_-]{0,${value.max}}$`),
                    `a label's value must have up to ${value.max} lower-case letters, digits, _ and -`,
                ),
            ),
        ),
        check.atMost({ max, unit: "labels" }),
    );
}

/** Converts a name to a valid label value. */
export function labelValue(name: string): string {
    return name
        .toLowerCase()
        .replaceAll(/[^a-z0-9_-]/g, "-")
        .slice(0, value.max);
}
