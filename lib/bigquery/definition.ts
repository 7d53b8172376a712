import type { DatasetArgs } from "@pulumi/gcp/bigquery/dataset";
import type { EnvironmentDefaults } from "../environment/defaults";
import { inMilliseconds } from "../internal/duration";
import type { ResolvedArgs } from "./resolveArgs";

/** The arguments of the dataset resource. */
export function datasetArgs(args: ResolvedArgs, { forceDestroy }: EnvironmentDefaults): DatasetArgs {
    const { defaultTableExpiration, defaultPartitionExpiration, timeTravel } = args;
    return {
        datasetId: args.datasetId,
        location: args.location,
        friendlyName: args.displayName,
        description: args.description,
        defaultTableExpirationMs: defaultTableExpiration && inMilliseconds(defaultTableExpiration),
        defaultPartitionExpirationMs: defaultPartitionExpiration && inMilliseconds(defaultPartitionExpiration),
        maxTimeTravelHours: timeTravel && String(inMilliseconds(timeTravel) / 3_600_000),
        storageBillingModel: args.storageBillingModel,
        defaultEncryptionConfiguration:
            args.encryptionKey === undefined ? undefined : { kmsKeyName: args.encryptionKey },
        deleteContentsOnDestroy: forceDestroy,
        labels: args.labels,
    };
}
