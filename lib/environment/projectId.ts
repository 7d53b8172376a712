import * as check from "../internal/check";

/** "Creating and managing projects": a project's id. */
export const projectId = check.matching(
    /^[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
    "must be a project id: 6 to 30 lower-case letters, digits and hyphens, starting with a letter, not ending with a hyphen",
);
