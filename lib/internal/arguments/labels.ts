import { labelLimits } from "../../facts/limits/labels";
import * as check from "./check";

const { key, value, labels: most } = labelLimits.rows;

const anyNumber = check.record(
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
);

/** Checks labels: {@link https://cloud.google.com/resource-manager/docs/labels-overview#requirements}. */
export const labels = check.pipe(anyNumber, check.atMost(most));

/** Checks labels of what gets some more, of which there are `own`, from the component. */
export const labelsBeside = (own: number) => check.pipe(anyNumber, check.atMost({ ...most, max: most.max - own }));

/** Converts a name to a valid label value. */
export function labelValue(name: string): string {
    return name
        .toLowerCase()
        .replaceAll(/[^a-z0-9_-]/g, "-")
        .slice(0, value.max);
}
