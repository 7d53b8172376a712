import { GoogleError } from "../cloud/errors";
import type { Grant } from "../cloud/grants";
import { policyTypes } from "../rules/policy";
import type { Context, Inputs, Service } from "../rules/rules";
import { bucket } from "./storage/bucket";
import { managedFolder } from "./storage/managedFolder";
import {
    bucketName,
    bucketNotFound,
    findBucket,
    folderName,
    invalid,
    plainName,
    projectOf,
    storageAgent,
} from "./storage/names";
import { notification } from "./storage/notification";
import { getBucketObjectContent, object } from "./storage/object";

export { bucketName, bucketNotFound, objectName, storageAgent } from "./storage/names";
export { writeObject } from "./storage/object";

/**
 * "Public access prevention", conditions, and members by their basic role. The words of the last two are as measured:
 * https://github.com/kmoneil/zig-gcp/blob/c7368cf7f0575e81be3864691dbba72b2df5f43d/src/storage/fake_buckets.zig
 */
function verifyGrant({ member, condition }: Grant, { bucket }: Inputs, { cloud }: Context): void {
    const [, owner] = /^project(?:Owner|Editor|Viewer):(.*)$/.exec(member) ?? [];
    if (owner !== undefined && owner !== projectOf(cloud, bucket)) {
        throw invalid(`Project ${owner} does not exist.`);
    }
    if (condition && !findBucket(cloud, bucket)?.state.uniformBucketLevelAccess) {
        throw new GoogleError(
            412,
            "To set IAM conditions in this bucket, enable uniform bucket-level access. This ensures that all object access is controlled uniformly at the bucket-level without individual, object-level permissions. Learn more at https://cloud.google.com/storage/docs/uniform-bucket-level-access",
            { reason: "conditionNotMet" },
        );
    }
    const prevention = findBucket(cloud, bucket)?.state.publicAccessPrevention;
    const project = projectOf(cloud, bucket);
    const isEnforced =
        prevention === "enforced" || cloud.organization.isEnforced(project, "storage.publicAccessPrevention");
    if (isEnforced && /^all(Users|AuthenticatedUsers)$/.test(member)) {
        throw new GoogleError(
            412,
            "The member bindings allUsers and allAuthenticatedUsers are not allowed since public access prevention is enforced.",
            { reason: "conditionNotMet" },
        );
    }
}

const service: Service = {
    titles: { "storage.googleapis.com": "Cloud Storage API" },
    methods: { storage: { create: "insert", isFlat: true } },
    lookups: {
        "gcp:storage/getBucket:getBucket": {
            type: "gcp:storage/bucket:Bucket",
            method: "storage.buckets.get",
            // The API finds a bucket by its name alone.
            inputs: ({ name, project }, { cloud }) => ({ name, project: projectOf(cloud, name) || project }),
        },
    },
    types: {
        "gcp:storage/bucket:Bucket": bucket,
        "gcp:storage/bucketObject:BucketObject": object,
        "gcp:storage/managedFolder:ManagedFolder": managedFolder,
        "gcp:storage/notification:Notification": notification,
        // https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/storage/iam_storage_managed_folder.go
        ...policyTypes({
            token: "gcp:storage/managedFolderIam",
            property: "managedFolder",
            asGiven: true,
            id: ({ bucket, managedFolder }) => `b/${plainName(bucket)}/managedFolders/${managedFolder}`,
            name: ({ bucket, managedFolder }) => folderName(bucket, managedFolder),
            describe: ({ bucket, managedFolder }) =>
                `storage managedfolder "b/${plainName(bucket)}/managedFolders/${managedFolder}"`,
            project: ({ bucket }, { cloud }) => projectOf(cloud, bucket),
            missing: () => new GoogleError(404, "The specified managed folder does not exist.", { reason: "notFound" }),
            reason: "invalid",
            verify: verifyGrant,
        }),
        ...policyTypes({
            token: "gcp:storage/bucketIAM",
            property: "bucket",
            id: (inputs) => `b/${plainName(inputs.bucket)}`,
            name: (inputs) => bucketName(inputs.bucket),
            describe: (inputs) => `storage bucket "b/${plainName(inputs.bucket)}"`,
            project: (inputs, { cloud }) => projectOf(cloud, inputs.bucket),
            missing: bucketNotFound,
            reason: "invalid",
            verify: verifyGrant,
        }),
    },
    functions: {
        "gcp:storage/getBucketObjectContent:getBucketObjectContent": getBucketObjectContent,
        "gcp:storage/getProjectServiceAccount:getProjectServiceAccount": (args, context) => {
            const project = args.project ?? context.project;
            if (!project || !context.cloud.projects.find(project)) {
                throw new Error(`Project "${project}" GCS service account not found`);
            }
            const email = storageAgent(context.cloud, project);
            return { id: email, emailAddress: email, member: `serviceAccount:${email}`, project };
        },
    },
    functionMethods: {
        "gcp:storage/getBucketObjectContent:getBucketObjectContent": ["storage.objects.get"],
        "gcp:storage/getProjectServiceAccount:getProjectServiceAccount": ["storage.projects.serviceAccount.get"],
    },
};

export default service;
