import type { BucketArgs } from "@pulumi/gcp/storage/bucket";
import { each, type Rule, rule } from "../rule";

const bucket = "gcp:storage/bucket:Bucket";

/** Rules of Cloud Storage. */
export const storage: Rule[] = [
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
];
