import * as check from "./check";

/** "Requirements for labels": at most 64, each of 63 characters at most. */
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
    check.refine((all) => Object.keys(all as object).length <= 64, "there can be 64 labels at most"),
);

/** A name as the value of a label. */
export function labelValue(name: string): string {
    return name
        .toLowerCase()
        .replaceAll(/[^a-z0-9_-]/g, "-")
        .slice(0, 63);
}
