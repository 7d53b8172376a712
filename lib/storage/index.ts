export type { Duration } from "../internal/duration";
export type { AnyBucket, ExistingBucket } from "./anyBucket";
export { StorageBucket } from "./bucket";
export type { StorageBucketArgs } from "./bucketArgs";
export type { CorsRule } from "./cors";
export type { LifecycleCondition, LifecycleRule, StorageClass } from "./lifecycle";
export type { BucketNotification } from "./notifications";
export type { RetentionPolicy } from "./retention";
export type { FolderUpload } from "./upload";
