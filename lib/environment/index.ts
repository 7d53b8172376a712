export { type EnvironmentDefaults, type EnvironmentKind, environmentDefaults } from "./defaults";
export { Environment } from "./environment";
