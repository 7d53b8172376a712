import type { BucketArgs } from "@pulumi/gcp/storage/bucket";
import type * as pulumi from "@pulumi/pulumi";
import { bucketName } from "./names";

/** A bucket for code that a service builds, as the provider takes it. */
export function sourceBucketArgs(
    name: string,
    location: string,
    labels: Record<string, pulumi.Input<string>> | undefined,
): BucketArgs {
    return {
        name: bucketName(name.toLowerCase()),
        location,
        uniformBucketLevelAccess: true,
        publicAccessPrevention: "enforced",
        forceDestroy: true,
        // What was deployed over can be had back for a month, and does not stay for ever.
        versioning: { enabled: true },
        lifecycleRules: [{ action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: 30 } }],
        labels,
    };
}
