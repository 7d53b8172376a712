import type { Disk, DiskArgs } from "@pulumi/gcp/compute/disk";
import type { InstanceArgs } from "@pulumi/gcp/compute/instance";
import type { ResourcePolicy } from "@pulumi/gcp/compute/resourcePolicy";
import type { Environment } from "../environment/environment";
import { partName } from "../internal/names";
import type { ResolvedArgs } from "./resolveArgs";
import { type MachineParts, machineArgs } from "./template/definition";
import type { ResolvedDataDisk } from "./template/disks";

/** The arguments of a data disk. */
export function diskArgs(
    { name, zone, encryptionKey, labels }: ResolvedArgs,
    key: string,
    disk: ResolvedDataDisk,
): DiskArgs {
    return {
        name: partName(name, key),
        zone,
        type: disk.type,
        size: disk.size,
        provisionedIops: disk.iops,
        provisionedThroughput: disk.throughput,
        diskEncryptionKey: encryptionKey === undefined ? undefined : { kmsKeySelfLink: encryptionKey },
        labels,
    };
}

/** The arguments of the instance. */
export function instanceArgs(
    resolved: ResolvedArgs,
    parts: MachineParts,
    disks: Readonly<Record<string, Disk>>,
    schedule: ResourcePolicy | undefined,
    { defaults }: Environment,
): InstanceArgs {
    const { name, zone, bootDisk, encryptionKey, labels } = resolved;
    return {
        name,
        zone,
        ...machineArgs(resolved, parts),
        bootDisk: {
            kmsKeySelfLink: encryptionKey,
            initializeParams: {
                image: parts.image,
                type: bootDisk.type,
                size: bootDisk.size,
                provisionedIops: bootDisk.iops,
                provisionedThroughput: bootDisk.throughput,
                labels,
            },
        },
        attachedDisks: Object.entries(disks).map(([deviceName, disk]) => ({
            source: disk.selfLink,
            deviceName,
            kmsKeySelfLink: encryptionKey,
        })),
        resourcePolicies: schedule?.selfLink,
        deletionProtection: defaults.protect,
        // Without a desired status, an update leaves a stopped machine stopped.
        allowStoppingForUpdate: true,
    };
}
