export { StorageBucket, type StorageBucketArgs, type StorageClass } from "./bucket";
