export type { Duration } from "../internal/duration";
export type { ContainerBuild, ContainerPlatform } from "./build/build";
export type { ContainerBuildCache } from "./build/cache";
export type { ContainerCleanup } from "./cleanup";
export { ContainerImage, type ImageSource } from "./image";
export type { BuiltImage, ContainerImageArgs, DigestedImage, ReferencedImage, TaggedImage } from "./imageArgs";
export { type AnyRegistry, ContainerRegistry, type ExistingRegistry } from "./registry";
export type { ContainerRegistryArgs } from "./registryArgs";
