import { exportTogether } from "../internal/arguments/reportTogether";

export type { Duration } from "../internal/arguments/duration";
export type { AnyBucket, ExistingBucket } from "./anyBucket";
export { StorageBucket } from "./bucket";
export type { StorageBucketArgs } from "./bucketArgs";
export type { CorsRule } from "./cors";
export type { IpFilter, IpFilterNetwork } from "./ipFilter";
export type { LifecycleCondition, LifecycleRule, StorageClass } from "./lifecycle";
export { ManagedFolder, type ManagedFolderArgs } from "./managedFolder";
export type { BucketNotification } from "./notifications";
export type { RetentionPolicy } from "./retention";
export type { FolderUpload } from "./upload";

exportTogether(module);
