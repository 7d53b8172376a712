import { exportTogether } from "../internal/arguments/reportTogether";

export type { Duration } from "../internal/arguments/duration";
export type { ContainerBuild, ContainerPlatform } from "./build/build";
export type { ContainerBuildCache } from "./build/cache";
export type { ContainerCleanup, PackageCleanup } from "./cleanup";
export type { CleanupFilter, CleanupRule } from "./cleanupRules";
export { ContainerImage, type ImageSource } from "./image";
export type { BuiltImage, ContainerImageArgs, DigestedImage, ReferencedImage, TaggedImage } from "./imageArgs";
export { type ExistingPackageRegistry, PackageRegistry } from "./packageRegistry";
export type { MavenOptions, PackageRegistryArgs } from "./packageRegistryArgs";
export { type AnyRegistry, ContainerRegistry, type ExistingRegistry } from "./registry";
export type { ContainerRegistryArgs } from "./registryArgs";
export type { AnyPackageFormat } from "./registryKind";
export type { PublicSource, RemoteCredentials, RemoteRepository, RemoteSource } from "./remote";
export type { AnyPackageRegistry, UpstreamRegistry } from "./upstreams";

exportTogether(module);
