export type { Duration } from "../internal/duration";
export type { CorsRule, RetentionPolicy, StorageBucketArgs } from "./arguments";
export { type AnyBucket, type ExistingBucket, StorageBucket } from "./bucket";
export type { LifecycleCondition, LifecycleRule, StorageClass } from "./lifecycle";
export type { FolderUpload } from "./upload";
