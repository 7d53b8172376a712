export type { Duration } from "../internal/duration";
export type { ContainerCleanup, ContainerRegistryArgs } from "./arguments";
export { ContainerImage } from "./image";
export type { ContainerImageArgs, DigestedImage, ReferencedImage, TaggedImage } from "./imageArguments";
export { ContainerRegistry } from "./registry";
