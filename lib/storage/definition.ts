import type { BucketArgs } from "@pulumi/gcp/storage/bucket";
import type { EnvironmentDefaults } from "../environment/defaults";
import { secondsIn } from "../internal/duration";
import { lifecycleArgs } from "./lifecycle";
import type { ResolvedArgs } from "./resolveArgs";

/** The arguments of the bucket resource. */
export function bucketArgs(args: ResolvedArgs, { forceDestroy }: EnvironmentDefaults): BucketArgs {
    const { retention, accessLogs, softDelete, website, autoclass, encryptionKey: key } = args;
    const retentionPolicy = typeof retention === "string" ? { period: retention, locked: false } : retention;
    return {
        name: args.name,
        location: args.location,
        customPlacementConfig: args.dataLocations && { dataLocations: args.dataLocations },
        rpo: args.rpo,
        storageClass: args.storageClass,
        autoclass: autoclass && { enabled: true, ...autoclass },
        versioning: { enabled: args.versioning === true },
        hierarchicalNamespace: args.hierarchicalNamespace ? { enabled: true } : undefined,
        softDeletePolicy:
            softDelete === undefined ? undefined : { retentionDurationSeconds: softDelete ? secondsIn(softDelete) : 0 },
        lifecycleRules: lifecycleArgs(args.lifecycleRules),
        retentionPolicy: retentionPolicy && {
            retentionPeriod: String(secondsIn(retentionPolicy.period)),
            isLocked: retentionPolicy.locked ?? false,
        },
        enableObjectRetention: args.objectRetention,
        defaultEventBasedHold: args.defaultEventBasedHold,
        encryption: key === undefined ? undefined : { defaultKmsKeyName: key },
        cors: args.cors?.map(({ maxAge = "1 hour", ...rule }) => ({ maxAgeSeconds: secondsIn(maxAge), ...rule })),
        website,
        logging: accessLogs && {
            logBucket: accessLogs.bucket.bucket.name,
            logObjectPrefix: accessLogs.prefix ?? args.name,
        },
        uniformBucketLevelAccess: true,
        publicAccessPrevention: "enforced",
        forceDestroy,
        labels: args.labels,
    };
}
