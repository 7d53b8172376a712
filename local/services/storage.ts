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
    plainName,
    projectOf,
    storageAgent,
} from "./storage/names";
import { notification } from "./storage/notification";
import { getBucketObjectContent, object } from "./storage/object";

export { bucketName, bucketNotFound, objectName, storageAgent } from "./storage/names";
export { writeObject } from "./storage/object";

/** "Public access prevention". */
function verifyPrevention({ member }: Grant, { bucket }: Inputs, { cloud }: Context): void {
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
            verify: verifyPrevention,
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
            verify: verifyPrevention,
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
};

export default service;
