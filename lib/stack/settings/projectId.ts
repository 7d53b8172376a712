import { nameFormats } from "../../facts/names";
import * as check from "../../internal/arguments/check";

/** Checks a {@link https://cloud.google.com/resource-manager/docs/creating-managing-projects project ID}. */
export const projectId = check.matching(
    nameFormats.rows.projectId.pattern,
    "must be a project ID: 6 to 30 lower-case letters, digits and hyphens, starting with a letter, not ending with a hyphen",
);
