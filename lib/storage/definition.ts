import type { BucketArgs } from "@pulumi/gcp/storage/bucket";
import type { EnvironmentDefaults } from "../environment/defaults";
import { inMilliseconds } from "../internal/duration";
import { lifecycleArgs } from "./lifecycle";
import type { ResolvedArgs } from "./resolveArgs";

/** The arguments of the bucket resource. */
export function bucketArgs(args: ResolvedArgs, { forceDestroy }: EnvironmentDefaults): BucketArgs {
    const { retention, accessLogs, softDelete, website, autoclass, encryptionKey: key } = args;
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
            softDelete === undefined
                ? undefined
                : { retentionDurationSeconds: softDelete ? inMilliseconds(softDelete) / 1000 : 0 },
        lifecycleRules: lifecycleArgs(args.lifecycleRules),
        retentionPolicy: retention && {
            retentionPeriod: String(inMilliseconds(retention.period) / 1000),
            isLocked: retention.locked ?? false,
        },
        enableObjectRetention: args.objectRetention,
        defaultEventBasedHold: args.defaultEventBasedHold,
        encryption: key === undefined ? undefined : { defaultKmsKeyName: key },
        cors: args.cors?.map((rule) => ({ maxAgeSeconds: 3600, ...rule })),
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
