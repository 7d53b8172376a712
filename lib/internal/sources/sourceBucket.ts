import type { BucketArgs } from "@pulumi/gcp/storage/bucket";
import type * as pulumi from "@pulumi/pulumi";
import { bucketName } from "../arguments/names";

/** Replaced and deleted objects can be restored for 30 days. */
export const keptVersions = {
    versioning: { enabled: true },
    lifecycleRules: [{ action: { type: "Delete" }, condition: { daysSinceNoncurrentTime: 30 } }],
} satisfies Partial<BucketArgs>;

/** The arguments of a bucket for source code. */
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
        ...keptVersions,
        labels,
    };
}
