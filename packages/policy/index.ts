export type { Exemption } from "./exemptions";
export { type Enforcement, type PolicyOptions, policies } from "./policies";
export type { Rule } from "./rule";
export { rules } from "./rules";
export type { EnvironmentKind } from "./stackSettings";
