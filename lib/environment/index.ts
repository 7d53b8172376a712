export { crossing } from "./crossing";
export { type EnvironmentDefaults, type EnvironmentKind, environmentDefaults } from "./defaults";
export type { EnvironmentEntry } from "./entries";
export { Environment } from "./environment";
