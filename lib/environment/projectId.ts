import * as check from "../internal/check";

/** Checks a {@link https://cloud.google.com/resource-manager/docs/creating-managing-projects project ID}. */
export const projectId = check.matching(
    /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
    "must be a project id: 6 to 30 lower-case letters, digits and hyphens, starting with a letter, not ending with a hyphen",
);
