export type { Duration } from "../internal/duration";
export type { AnyBucket, ExistingBucket } from "./anyBucket";
export type { CorsRule, RetentionPolicy, StorageBucketArgs } from "./arguments";
export { StorageBucket } from "./bucket";
export type { LifecycleCondition, LifecycleRule, StorageClass } from "./lifecycle";
export type { FolderUpload } from "./upload";
