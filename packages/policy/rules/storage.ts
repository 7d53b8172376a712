import type { ProjectSinkArgs } from "@pulumi/gcp/logging/projectSink";
import type { BucketArgs } from "@pulumi/gcp/storage/bucket";
import type { BucketACLArgs } from "@pulumi/gcp/storage/bucketACL";
import { isPublic, notPublic } from "../grants";
import { each, type Rule, rule, stackRule } from "../rule";

const bucket = "gcp:storage/bucket:Bucket";

/** Rules of Cloud Storage. */
export const storage: Rule[] = [
    rule(
        {
            name: "storage-not-public",
            description: "Buckets and their objects are not public.",
            cis: { "4.0": ["5.1"], "5.0": ["5.1"] },
            checkov: ["CKV_GCP_28"],
            url: "https://cloud.google.com/storage/docs/public-access-prevention",
        },
        notPublic("storage/(?:bucket|managedFolder)"),
        each<{ entity: string }>(
            /^gcp:storage\/(?:bucket|object|default\w*)AccessControl:/i,
            ({ entity }) =>
                isPublic(entity) && `'entity' is ${entity}: grant access by IAM, to groups or service accounts.`,
        ),
        each<BucketACLArgs>(
            /^gcp:storage\/(?:bucketACL|objectACL|defaultObjectACL):/,
            ({ predefinedAcl = "", defaultAcl = "", roleEntities = [] }) => [
                [predefinedAcl, defaultAcl].some((acl) => /^(public|authenticated)/.test(acl)) &&
                    "The predefined ACL makes objects public: leave it out, and grant access by IAM.",
                roleEntities.some((entry) => isPublic(entry.split(":")[1] ?? "")) &&
                    "'roleEntities' has everybody: grant access by IAM, to groups or service accounts.",
            ],
        ),
    ),
    rule(
        {
            name: "storage-uniform-access",
            description: "Access to buckets is granted by IAM only, not by access control lists of objects.",
            cis: { "4.0": ["5.2"], "5.0": ["5.2"] },
            checkov: ["CKV_GCP_29"],
            url: "https://cloud.google.com/storage/docs/uniform-bucket-level-access",
        },
        each<BucketArgs>(
            bucket,
            ({ uniformBucketLevelAccess }) =>
                uniformBucketLevelAccess !== true && "Set 'uniformBucketLevelAccess' to true.",
        ),
    ),
    rule(
        {
            name: "storage-public-access-prevention",
            description: "Buckets refuse grants to everybody.",
            checkov: ["CKV_GCP_114"],
            url: "https://cloud.google.com/storage/docs/public-access-prevention",
        },
        each<BucketArgs>(
            bucket,
            ({ publicAccessPrevention }) =>
                publicAccessPrevention !== "enforced" && "Set 'publicAccessPrevention' to \"enforced\".",
        ),
    ),
    rule(
        {
            name: "storage-versioning",
            description: "Buckets keep replaced and deleted objects.",
            checkov: ["CKV_GCP_78"],
            url: "https://cloud.google.com/storage/docs/object-versioning",
            optional: "Noncurrent objects are billed, and soft delete keeps objects for a week as well.",
        },
        each<BucketArgs>(
            bucket,
            ({ versioning }) => versioning?.enabled !== true && "Set 'versioning' to { enabled: true }.",
        ),
    ),
    rule(
        {
            name: "storage-access-logs",
            description: "Accesses to buckets are logged to another bucket.",
            checkov: ["CKV_GCP_62"],
            url: "https://cloud.google.com/storage/docs/access-logs",
            optional: "The logs need another bucket; audit logs of data access record most accesses as well.",
        },
        each<BucketArgs>(bucket, ({ logging }) => !logging?.logBucket && "Set 'logging' to another bucket."),
    ),
    rule(
        {
            name: "storage-logs-elsewhere",
            description: "A bucket does not log accesses to itself.",
            checkov: ["CKV_GCP_63"],
            url: "https://cloud.google.com/storage/docs/access-logs",
        },
        each<BucketArgs>(bucket, ({ logging, name }) => {
            const target = logging?.logBucket;
            return target !== undefined && target === name && "Set 'logging.logBucket' to another bucket.";
        }),
    ),
    rule(
        {
            name: "storage-no-forced-deletion",
            description: "A bucket that has objects is not deleted.",
            url: "https://cloud.google.com/storage/docs/deleting-buckets",
            optional: "Buckets of source code and other files that each deployment uploads need no protection.",
        },
        each<BucketArgs>(
            bucket,
            ({ forceDestroy }) => forceDestroy === true && "Leave 'forceDestroy' out: it deletes all objects as well.",
        ),
    ),
    stackRule(
        {
            name: "storage-log-retention-locked",
            description: "Buckets that logs are exported to have a locked retention policy.",
            cis: { "4.0": ["2.3"], "5.0": ["2.4"] },
            url: "https://cloud.google.com/storage/docs/bucket-lock",
            optional:
                "A locked retention policy cannot be shortened or removed, and keeps the project from being deleted.",
        },
        each<ProjectSinkArgs>(
            /^gcp:logging\/(?:project|folder|organization|billingAccount)Sink:/,
            ({ destination }, _, stack) => {
                const name = /^storage\.googleapis\.com\/(.+)$/.exec(destination)?.[1];
                const target = stack
                    .of<BucketArgs>(bucket)
                    .find(({ props }) => name !== undefined && props.name === name);
                return (
                    target !== undefined &&
                    target.props.retentionPolicy?.isLocked !== true &&
                    `The bucket '${target.name}' has logs: set its 'retentionPolicy' with 'isLocked: true'.`
                );
            },
        ),
    ),
];
