import { managedFolderName, managedFoldersOf, type Target } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError, inLog } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import type { Inputs } from "../../rules/rules";

/** Policies refer to buckets as `b/my-bucket`. */
export const plainName = (bucket: string) => bucket.replace(/^b\//, "");

export const bucketName = (bucket: string) => `//storage.googleapis.com/buckets/${plainName(bucket)}`;

export const objectName = (bucket: string, object: string) => `${bucketName(bucket)}/objects/${object}`;

export const folderName = (bucket: string, folder: string) => managedFolderName(bucketName(bucket), folder);

export const bucketNotFound = () =>
    new GoogleError(404, "The specified bucket does not exist.", { reason: "notFound" }).recordedIn(
        inLog("tags/v1beta1/tagslocationtagbinding/tagslocationtagbinding_multiregionbucket"),
    );

export const invalid = (message: string) => new GoogleError(400, message, { reason: "invalid" });

export function findBucket(cloud: Cloud, bucket: string): Entry | undefined {
    return cloud.store.read(bucketName(bucket));
}

/** An object of a bucket, for permissions. */
export const objectTarget = (project: string, bucket: string, object: string): Target => ({
    project,
    policies: [bucketName(bucket), ...managedFoldersOf(objectName(bucket, object))],
    name: `projects/_/buckets/${bucket}/objects/${object}`,
    type: "storage.googleapis.com/Object",
    service: "storage.googleapis.com",
});

/** Creates a bucket that a Google service keeps in a project. */
export function createBucket(cloud: Cloud, project: string, bucket: string, settings: Inputs): void {
    const state = { name: bucket, storageClass: "STANDARD", uniformBucketLevelAccess: true, ...settings };
    cloud.store.create({ name: bucketName(bucket), project, id: bucket, state });
    cloud.iam.grantBasicRoles(project, bucketName(bucket));
}

/** The project of a bucket. */
export const projectOf = (cloud: Cloud, bucket: string): string => findBucket(cloud, bucket)?.project ?? "";

/** Cloud Storage's service agent of a project, created on demand. */
export function storageAgent(cloud: Cloud, project: string): string {
    const email = `service-${cloud.projects.number(project)}@gs-project-accounts.iam.gserviceaccount.com`;
    cloud.iam.admitAgent(project, email);
    return email;
}
