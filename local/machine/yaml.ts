/**
 * The YAML parser, loaded on first use, because loading it takes longer than the rest of what tests load from this
 * folder.
 */
export const yaml = (): typeof import("yaml") => require("yaml");
