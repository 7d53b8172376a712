export type { Duration } from "../internal/duration";
export type { ContainerCleanup, ContainerRegistryArgs } from "./arguments";
export type { ContainerBuild, ContainerBuildCache, ContainerPlatform } from "./build/arguments";
export { ContainerImage, type ImageSource } from "./image";
export type { BuiltImage, ContainerImageArgs, DigestedImage, ReferencedImage, TaggedImage } from "./imageArguments";
export { type AnyRegistry, ContainerRegistry, type ExistingRegistry } from "./registry";
