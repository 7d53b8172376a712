import { computeLimits } from "../../facts/limits/compute";
import { type BlockDiskType, type DiskTypeFacts, diskTypes } from "../../facts/machines/diskTypes";
import { seriesNameOf } from "../../facts/machines/machineTypes";
import { defaultDiskType, seriesOf } from "../../facts/machines/series";
import * as check from "../../internal/check";
import { diskSize, gigabytes, gigabytesIn, type Size } from "../../internal/size";

/** The settings that boot and data disks have in common. */
export interface MachineDisk {
    /**
     * The {@link https://cloud.google.com/compute/docs/disks type}, as the machine series supports it. Changing this replaces the
     * disk.
     * @default "pd-balanced"; "hyperdisk-balanced" in series without Persistent Disk
     */
    type?: BlockDiskType;
    /**
     * The size in whole GB: `"200 GB"`. A disk grows while it is used, and never shrinks: its file system grows at the next start, if the
     * image supports it.
     * @default the size of the image for a boot disk; "100 GB" for a data disk, or the minimum of its type
     */
    size?: Size;
    /**
     * The IOPS of a `pd-extreme`, `hyperdisk-balanced` or `hyperdisk-extreme` disk.
     * @default the value of Compute Engine for the size
     */
    iops?: number;
    /**
     * The throughput of a `hyperdisk-balanced`, `hyperdisk-throughput` or `hyperdisk-ml` disk, in MiB per second.
     * @default the value of Compute Engine for the size
     */
    throughput?: number;
}

/** A disk with its type. */
export interface ResolvedDisk extends Omit<MachineDisk, "size"> {
    type: BlockDiskType;
    /** The size in GB; undefined for the size of the image. */
    size?: number;
}

/** A data disk with its type and its size. */
export type ResolvedDataDisk = ResolvedDisk & { size: number };

const rows: Readonly<Record<string, DiskTypeFacts>> = diskTypes.rows;
const types = Object.keys(rows) as BlockDiskType[];
const maxSize = Math.max(...Object.values(rows).map((row) => row.maxSize));

/** The facts of a type; the facts of an unlisted type allow everything. */
const factsOf = (type: string): DiskTypeFacts =>
    rows[type] ?? { minSize: 1, maxSize, boots: true, iops: true, throughput: true };

/** Checks each setting of a disk. */
export const machineDisk = check.options<MachineDisk>({
    type: check.known(
        "disk type",
        types,
        /^[a-z]+(-[a-z]+)*$/,
        "must be a disk type such as pd-balanced",
    ) as check.Check<BlockDiskType>,
    size: diskSize({ min: 1, max: maxSize }),
    iops: check.whole(1, Number.MAX_SAFE_INTEGER),
    throughput: check.whole(1, Number.MAX_SAFE_INTEGER),
});

/** Checks data disks by their names. */
export const dataDisks = check.pipe(
    check.record(
        check.matching(
            /^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/,
            "a disk's name must have up to 30 lower-case letters, digits and hyphens, and start with a letter",
        ),
        machineDisk,
    ),
    check.atMost(computeLimits.rows.dataDisks),
);

/** Completes a boot disk. */
export const resolveBootDisk = (disk: MachineDisk, machineType: string): ResolvedDisk => ({
    ...disk,
    size: disk.size && gigabytesIn(disk.size),
    type: disk.type ?? defaultDiskType(machineType),
});

const defaultSize = 100;

/** Completes a data disk. */
export function resolveDataDisk(disk: MachineDisk, machineType: string): ResolvedDataDisk {
    const type = disk.type ?? defaultDiskType(machineType);
    const size = disk.size ? gigabytesIn(disk.size) : Math.max(defaultSize, factsOf(type).minSize);
    return { ...disk, type, size };
}

const bootTypes = (all: readonly BlockDiskType[]) => all.filter((each) => factsOf(each).boots);

/** Checks a disk against its type. */
export function diskProblems(path: string, disk: ResolvedDisk, isBoot = false): (check.Problem | undefined)[] {
    const { type, size, iops, throughput } = disk;
    const { minSize, maxSize: max, boots, iops: hasIops, throughput: hasThroughput } = factsOf(type);
    return [
        check.when(
            isBoot && !boots,
            `${path}.type`,
            "compute/boot-disk-type",
            `must be a type that machines can boot from: ${bootTypes(types).join(", ")} (got "${type}").`,
        ),
        check.when(
            size !== undefined && (size < minSize || size > max),
            `${path}.size`,
            "compute/disk-size-of-type",
            `must be from ${gigabytes(minSize)} to ${gigabytes(max)} for ${type} (got "${size && gigabytes(size)}").`,
        ),
        check.when(
            iops !== undefined && !hasIops,
            `${path}.iops`,
            "compute/disk-iops-of-type",
            `cannot be set for ${type}, whose performance follows from its size (got ${iops}). Remove it, or take hyperdisk-balanced.`,
        ),
        check.when(
            throughput !== undefined && !hasThroughput,
            `${path}.throughput`,
            "compute/disk-throughput-of-type",
            `cannot be set for ${type}, whose performance follows from its size (got ${throughput}). Remove it, or take hyperdisk-balanced.`,
        ),
    ];
}

/** A listed type that the machine series is not known to support. */
export function seriesProblems(
    path: string,
    { type }: ResolvedDisk,
    machineType: string,
    isBoot = false,
): check.Problem[] {
    const { disks = [type] } = seriesOf(machineType) ?? {};
    const supported = (isBoot ? bootTypes(disks) : disks).join(", ");
    const reason = `is not supported by ${seriesNameOf(machineType)?.toUpperCase()} machines, which have ${supported} (got "${type}").`;
    return disks.includes(type) || rows[type] === undefined
        ? []
        : [check.problem(`${path}.type`, "compute/disk-type-of-machine", reason)];
}
