import type { Target } from "../cloud/access";
import type { Cloud } from "../cloud/cloud";
import { GoogleError } from "../cloud/errors";

/** A permission that a caller lacks. */
export interface Denied {
    method: string;
    permission: string;
    /** The path of the resource. */
    path: string;
    target: Target;
    cloud: Cloud;
    /** The email of the caller; by default that of the command's. */
    email?: string;
}

/** The error of an API for a missing permission. */
type Words = (denied: Denied) => GoogleError;

const forbidden = (message: string, reason?: string) => new GoogleError(403, message, { reason });

const callerLacks: Words = () => forbidden("The caller does not have permission", "forbidden");

/** https://github.com/w9jds/firebase-action/issues/244, https://github.com/stackkit/laravel-google-cloud-tasks-queue/issues/26 */
const principalLacks: Words = ({ permission, path }) =>
    forbidden(
        `The principal (user or service account) lacks IAM permission "${permission}" for the resource "${path}" (or the resource may not exist).`,
    );

/** https://cloud.google.com/run/docs/troubleshooting, https://cloud.google.com/functions/docs/troubleshooting */
const orResource: Words = ({ permission, path }) =>
    forbidden(`Permission '${permission}' denied on resource '${path}' (or resource may not exist).`);

const accessDenied: Words = ({ permission, path }) => {
    const [, project, dataset, table] =
        /^projects\/([^/]+)(?:\/datasets\/([^/]+))?(?:\/tables\/([^/]+))?/.exec(path) ?? [];
    const what = table
        ? `Table ${project}:${dataset}.${table}`
        : dataset
          ? `Dataset ${project}:${dataset}`
          : `Project ${project}`;
    return forbidden(
        `Access Denied: ${what}: Permission ${permission} denied on ${what.charAt(0).toLowerCase()}${what.slice(1)} (or it may not exist).`,
        "accessDenied",
    );
};

/** Approximate where no source is given. */
const words: Record<string, Words> = {
    bigquery: accessDenied,
    // https://github.com/terraform-google-modules/terraform-example-foundation/issues/195
    billingbudgets: callerLacks,
    cloudfunctions: orResource,
    // https://github.com/terraform-google-modules/terraform-google-vault/issues/35
    cloudresourcemanager: callerLacks,
    cloudscheduler: principalLacks,
    cloudtasks: principalLacks,
    // https://github.com/hashicorp/terraform-provider-google/issues/1306
    compute: ({ permission, path }) => forbidden(`Required '${permission}' permission for '${path}'`, "forbidden"),
    // https://github.com/pulumi/examples/issues/150
    container: ({ permission, target }) =>
        forbidden(`Required "${permission}" permission(s) for "projects/${target.project}".`, "forbidden"),
    // https://github.com/GoogleCloudPlatform/pubsec-declarative-toolkit/issues/578
    iam: ({ permission, target }) =>
        new GoogleError(403, `Permission '${permission}' denied on resource (or it may not exist).`, {
            reason: "forbidden",
            details: [
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    domain: "iam.googleapis.com",
                    metadata: { permission, resource: target.name },
                    reason: "IAM_PERMISSION_DENIED",
                },
            ],
        }),
    // https://github.com/GoogleCloudPlatform/reliable-task-scheduling-compute-engine-sample/issues/25
    pubsub: () => forbidden("User not authorized to perform this action."),
    // https://github.com/GoogleCloudPlatform/terraform-dynamic-python-webapp/issues/400
    run: (denied) =>
        denied.permission.startsWith("artifactregistry.")
            ? forbidden(`Permission "${denied.permission}" denied on resource "${denied.path}" (or it may not exist)`)
            : orResource(denied),
    // https://github.com/firebase/firebase-tools/issues/4871
    serviceusage: ({ permission, path, target, cloud }) =>
        forbidden(
            permission.endsWith(".enable")
                ? `Permission denied to enable service [${path.split("/").at(-1)}]`
                : `Permission denied to list services for consumer container [projects/${cloud.projects.number(target.project)}]`,
            "forbidden",
        ),
    // https://github.com/hashicorp/terraform-provider-google/issues/5495
    sqladmin: () => forbidden("The client is not authorized to make this request.", "notAuthorized"),
    // As gcloud prints it: `… does not have storage.buckets.create access to the Google Cloud project. Permission … denied on resource …`.
    storage: ({ permission, target, cloud, email = cloud.caller.email }) => {
        const to = permission.endsWith("buckets.create")
            ? "project"
            : `Storage ${target.type.split("/")[1]?.toLowerCase()}`;
        return forbidden(
            `${email} does not have ${permission} access to the Google Cloud ${to}. Permission '${permission}' denied on resource (or it may not exist).`,
            "forbidden",
        );
    },
};

/** https://cloud.google.com/iam/docs/permission-error-messages */
const usual: Words = ({ method, permission, path, target: { service } }) => {
    const resource = method.endsWith(".create") ? path.split("/").slice(0, -2).join("/") : path;
    return new GoogleError(
        403,
        `Permission '${permission}' denied on resource '//${service}/${resource}' (or it may not exist).`,
        {
            details: [
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    domain: service,
                    metadata: { permission, resource },
                    reason: "IAM_PERMISSION_DENIED",
                },
            ],
        },
    );
};

/** The API's error for a call without a permission. */
export function refusal(denied: Denied): GoogleError {
    const [service = ""] = denied.method.split(".");
    return (words[service] ?? usual)(denied);
}
