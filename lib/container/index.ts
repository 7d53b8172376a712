export type { Duration } from "../internal/duration";
export type { ContainerCleanup, ContainerRegistryArgs } from "./arguments";
export { ContainerRegistry } from "./registry";
