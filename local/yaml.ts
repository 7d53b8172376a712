/** The parser of YAML, loaded when it is first used: it takes longer than all else that a test loads of this folder. */
export const yaml = (): typeof import("yaml") => require("yaml");
