import { GoogleError } from "../cloud/errors";
import { policyTypes } from "../rules/policy";
import type { Service } from "../rules/rules";
import { bucket } from "./storage/bucket";
import { bucketName, bucketNotFound, findBucket, plainName, projectOf, storageAgent } from "./storage/names";
import { notification } from "./storage/notification";
import { getBucketObjectContent, object } from "./storage/object";

export { bucketName, bucketNotFound, objectName, storageAgent } from "./storage/names";
export { writeObject } from "./storage/object";

const service: Service = {
    titles: { "storage.googleapis.com": "Cloud Storage API" },
    types: {
        "gcp:storage/bucket:Bucket": bucket,
        "gcp:storage/bucketObject:BucketObject": object,
        "gcp:storage/notification:Notification": notification,
        ...policyTypes({
            token: "gcp:storage/bucketIAM",
            property: "bucket",
            id: (inputs) => `b/${plainName(inputs.bucket)}`,
            name: (inputs) => bucketName(inputs.bucket),
            describe: (inputs) => `storage bucket "b/${plainName(inputs.bucket)}"`,
            project: (inputs, { cloud }) => projectOf(cloud, inputs.bucket),
            missing: bucketNotFound,
            reason: "invalid",
            verify: ({ member }, inputs, { cloud }) => {
                const prevention = findBucket(cloud, inputs.bucket)?.state.publicAccessPrevention;
                const project = projectOf(cloud, inputs.bucket);
                const isEnforced =
                    prevention === "enforced" ||
                    cloud.organization.isEnforced(project, "storage.publicAccessPrevention");
                if (isEnforced && /^all(Users|AuthenticatedUsers)$/.test(member)) {
                    throw new GoogleError(
                        412,
                        "The member bindings allUsers and allAuthenticatedUsers are not allowed since public access prevention is enforced.",
                        { reason: "conditionNotMet" },
                    );
                }
            },
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
