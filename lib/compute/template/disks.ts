import type * as pulumi from "@pulumi/pulumi";
import { type BlockDiskType, type DiskTypeFacts, diskTypes } from "../../facts/machines/diskTypes";
import { seriesNameOf } from "../../facts/machines/machineTypes";
import { bootsInZone, commonDiskType, diskLimitsOf, diskTypesOf, seriesOf } from "../../facts/machines/series";
import * as check from "../../internal/arguments/check";
import { regionOf, zone } from "../../internal/arguments/locations";
import { diskSize, gigabytes, gigabytesIn, type Size } from "../../internal/arguments/size";
import { diskSnapshots, type SnapshotsOr } from "../snapshots";
import { imageSize, type MachineImage, machineImage } from "./image";
import { snapshot } from "./snapshot";

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
    /**
     * The snapshot from which the disk is created: its name, or its ID such as `projects/acme-dev/global/snapshots/data-2026-11-01`.
     * A boot disk has it in place of `image`, and changing it replaces the machine. It cannot be changed for a data disk.
     * @default none
     */
    snapshot?: pulumi.Input<string>;
}

/** A data disk that is created with its machine. */
export interface DataDisk extends MachineDisk {
    /**
     * The image from which the disk is created: the newest of a family at that time, or one by its name. It cannot be changed.
     * @default none: an empty disk
     */
    image?: check.Short<MachineImage, string>;
}

/** Settings of a disk of a {@link VirtualMachine}. */
export interface OwnSnapshots {
    /**
     * Snapshots of this disk on another schedule than `snapshots` of the machine; `false` for none.
     * @default `snapshots` of the machine
     */
    snapshots?: SnapshotsOr | false;
}

/** The boot disk of a {@link VirtualMachine}. */
export interface VirtualMachineBootDisk extends MachineDisk, OwnSnapshots {
    /**
     * Creates the disk as a resource of its own, which stays when the machine is deleted or replaced, and which production protects. Changing
     * this replaces the machine and its boot disk.
     * @default false: the disk is deleted with the machine
     */
    independent?: boolean;
}

/** How a machine uses a disk. */
export type DiskMode = "read-write" | "read-only";

/** A data disk of a {@link VirtualMachine}, which outlives a replacement of the machine. */
export interface VirtualMachineDisk extends DataDisk, OwnSnapshots {
    /**
     * Another zone of the machine's region, to which all data is copied synchronously: a
     * {@link https://cloud.google.com/compute/docs/disks/about-regional-persistent-disk regional disk}, which a machine in that zone can
     * take over. Changing this replaces the disk.
     * @default none: a disk in the zone of the machine
     */
    replicaZone?: string;
    /**
     * Whether the machine writes to the disk. Several machines can use a disk that all of them only read: the others have it as `disk`.
     * Of the Hyperdisk types, only `hyperdisk-ml`
     * {@link https://cloud.google.com/compute/docs/disks/sharing-disks-between-vms can be read-only}.
     * @default "read-write"
     */
    mode?: DiskMode;
}

/** A disk with its type. */
export interface ResolvedDisk extends Omit<VirtualMachineDisk & VirtualMachineBootDisk, "size" | "image"> {
    image?: MachineImage;
    type: BlockDiskType;
    /** The size in GB; undefined for the size of the image or the snapshot. */
    size?: number;
}

const rows: Readonly<Record<string, DiskTypeFacts>> = diskTypes.rows;
const types = Object.keys(rows) as BlockDiskType[];
const maxSize = Math.max(...Object.values(rows).map((row) => row.maxSize));

/** The facts of a type; the facts of an unlisted type allow everything. */
const factsOf = (type: string): DiskTypeFacts =>
    rows[type] ?? { minSize: 1, maxSize, boots: true, iops: true, throughput: true };

const settings: check.Checks<MachineDisk> = {
    type: check.known(
        "disk type",
        types,
        /^[a-z]+(-[a-z]+)*$/,
        "must be a disk type such as pd-balanced",
    ) as check.Check<BlockDiskType>,
    size: diskSize({ min: 1, max: maxSize }),
    iops: check.whole(1, Number.MAX_SAFE_INTEGER),
    throughput: check.whole(1, Number.MAX_SAFE_INTEGER),
    snapshot,
};

/** The size of a disk in the place of its settings. */
const sized = (size: Size) => ({ size });

/** Checks each setting of a boot disk. */
export const machineDisk = check.short(check.options<MachineDisk>(settings), sized);

/** Checks each setting of a data disk of a group. */
export const dataDisk = check.short(check.options<DataDisk>({ ...settings, image: machineImage }), sized);

/** Checks how a machine uses a disk. */
export const diskMode = check.oneOf("read-write", "read-only");

/** Checks each setting of a data disk of a machine. */
export const virtualMachineDisk = check.short(
    check.options<VirtualMachineDisk>({
        ...settings,
        image: machineImage,
        replicaZone: zone,
        mode: diskMode,
        snapshots: diskSnapshots,
    }),
    sized,
);

/** Checks each setting of the boot disk of a machine. */
export const virtualMachineBootDisk = check.short(
    check.options<VirtualMachineBootDisk>({
        ...settings,
        independent: check.flag(),
        snapshots: diskSnapshots,
    }),
    sized,
);

/** Checks the name of a disk. */
export const diskName = check.matching(
    /^[a-z]([a-z0-9-]{0,28}[a-z0-9])?$/,
    "a disk's name must have up to 30 lower-case letters, digits and hyphens, and start with a letter",
);

/** Completes a boot disk. */
export const resolveBootDisk = (
    disk: check.Long<VirtualMachineBootDisk>,
    machineTypes: readonly string[],
): ResolvedDisk => ({
    ...disk,
    size: disk.size && gigabytesIn(disk.size),
    type: disk.type ?? commonDiskType(machineTypes),
});

const defaultSize = 100;

/** Completes a data disk, which has the size of its source, if it has one. */
export function resolveDataDisk(disk: check.Long<VirtualMachineDisk>, machineTypes: readonly string[]): ResolvedDisk {
    const type = disk.type ?? commonDiskType(machineTypes);
    const { minSize, regionalMinSize = minSize } = factsOf(type);
    const isEmpty = disk.snapshot === undefined && disk.image === undefined;
    const least = disk.replicaZone === undefined ? minSize : regionalMinSize;
    const size = disk.size ? gigabytesIn(disk.size) : isEmpty ? Math.max(defaultSize, least) : undefined;
    return { ...disk, type, size };
}

const bootTypes = (all: readonly BlockDiskType[]) => all.filter(bootsInZone);

/** Checks a disk against its type and its source. */
export function diskProblems(path: string, disk: ResolvedDisk, isBoot = false): (check.Problem | undefined)[] {
    const { type, size, iops, throughput } = disk;
    const { maxSize: max, boots, iops: hasIops, throughput: hasThroughput, onlyRegional, ...facts } = factsOf(type);
    const isRegional = disk.replicaZone !== undefined;
    const minSize = (isRegional ? facts.regionalMinSize : undefined) ?? facts.minSize;
    return [
        ...sourceProblems(path, disk, minSize),
        check.when(
            isBoot && (!boots || onlyRegional),
            `${path}.type`,
            "compute/boot-disk-type",
            `must be a type that machines can boot from: ${bootTypes(types).join(", ")} (got "${type}").`,
        ),
        check.when(
            size !== undefined && (size < minSize || size > max),
            `${path}.size`,
            "compute/disk-size-of-type",
            `must be from ${gigabytes(minSize)} to ${gigabytes(max)} for ${isRegional ? "regional " : ""}${type} (got "${size && gigabytes(size)}").`,
        ),
        check.when(
            !isBoot && onlyRegional && !isRegional,
            `${path}.replicaZone`,
            "compute/replica-of-type",
            `is missing: all disks of ${type} are in two zones. Set replicaZone, or take hyperdisk-balanced.`,
        ),
        modeProblem(path, type, disk.mode),
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

/** Checks the mode of a type: https://cloud.google.com/compute/docs/disks/sharing-disks-between-vms */
export function modeProblem(path: string, type: string, mode: DiskMode | undefined): check.Problem | undefined {
    const { accessModes } = factsOf(type);
    return check.when(
        mode === "read-only" && accessModes && !accessModes.includes("READ_ONLY_MANY"),
        `${path}.mode`,
        "compute/disk-mode-of-type",
        `must be "read-write" for ${type}, which no machine can only read. Take hyperdisk-ml or a Persistent Disk to share it.`,
    );
}

/** What a disk is created from: https://cloud.google.com/compute/docs/reference/rest/v1/disks */
function sourceProblems(
    path: string,
    { image, snapshot: source, size, replicaZone }: ResolvedDisk,
    minSize: number,
): (check.Problem | undefined)[] {
    const least = image && imageSize(image);
    return [
        check.when(
            image !== undefined && source !== undefined,
            `${path}.snapshot`,
            "compute/disk-of-snapshot-and-image",
            "cannot be combined with image, because a disk is created from one of them. Remove one.",
        ),
        check.when(
            least !== undefined && size !== undefined && size < least && size >= minSize,
            `${path}.size`,
            "compute/disk-smaller-than-image",
            `must be at least the size of the image, ${least && gigabytes(least)} (got "${size && gigabytes(size)}").`,
        ),
        // "You can't create a regional Persistent Disk from an image": https://cloud.google.com/compute/docs/disks/about-regional-persistent-disk
        check.when(
            image !== undefined && replicaZone !== undefined,
            `${path}.image`,
            "compute/regional-disk-of-image",
            "cannot be combined with replicaZone, because a regional disk is not created from an image. Remove one, or create it from a snapshot.",
        ),
    ];
}

/** Checks a regional disk: https://cloud.google.com/compute/docs/disks/about-regional-persistent-disk */
export function replicaProblems(
    path: string,
    { replicaZone, type }: ResolvedDisk,
    { zone: machineZone, region }: { zone: string; region: string },
): (check.Problem | undefined)[] {
    return [
        check.when(
            replicaZone !== undefined && regionOf(replicaZone) !== region,
            `${path}.replicaZone`,
            "compute/replica-in-other-region",
            `must be a zone of ${region}, where the machine is (got "${replicaZone}").`,
        ),
        check.when(
            replicaZone !== undefined && replicaZone === machineZone,
            `${path}.replicaZone`,
            "compute/replica-in-same-zone",
            `must be another zone than the machine's (got "${replicaZone}").`,
        ),
        check.when(
            replicaZone !== undefined && rows[type] !== undefined && factsOf(type).regionalMinSize === undefined,
            `${path}.type`,
            "compute/regional-disk-type",
            `must be a type of regional disks: ${types.filter((each) => factsOf(each).regionalMinSize).join(", ")} (got "${type}").`,
        ),
    ];
}

/** More disks, or larger ones, than a machine can have: https://cloud.google.com/compute/docs/disks/persistent-disks#pdnumberlimits */
export function diskLimitProblems(
    { bootDisk, disks, attached }: { bootDisk: ResolvedDisk; disks: Record<string, ResolvedDisk>; attached: object },
    machineType: string,
): check.Problem[] {
    const limits = diskLimitsOf(machineType);
    const count = Object.keys({ ...disks, ...attached }).length;
    const all = [bootDisk, ...Object.values(disks)];
    const sizeOf = (isHyperdisk: boolean) =>
        all.reduce((sum, { type, size = 0 }) => sum + (type.startsWith("hyperdisk-") === isHyperdisk ? size : 0), 0);
    const sizes = [
        ["Persistent Disk", sizeOf(false), limits.persistent],
        ["Hyperdisk", sizeOf(true), limits.hyperdisk],
    ] as const;
    return [
        check.when(
            count > limits.disks,
            "disks",
            "compute/disks-of-machine",
            `must be at most ${limits.disks}, in addition to the boot disk, for ${machineType} (got ${count}).`,
        ),
        ...sizes.map(([kind, size, max]) =>
            check.when(
                size > max,
                "disks",
                "compute/disk-sizes-of-machine",
                `must have at most ${gigabytes(max)} of ${kind} with the boot disk for ${machineType} (got "${gigabytes(size)}").`,
            ),
        ),
    ].filter((each) => each !== undefined);
}

/** A listed type that the machine series is not known to support. */
export function seriesProblems(
    path: string,
    { type, replicaZone }: ResolvedDisk,
    machineType: string,
    isBoot = false,
): check.Problem[] {
    const disks = diskTypesOf(machineType) ?? [type];
    const { hasRegionalDisks } = seriesOf(machineType) ?? { hasRegionalDisks: true };
    const series = seriesNameOf(machineType)?.toUpperCase();
    const supported = (isBoot ? bootTypes(disks) : disks).join(", ");
    const reason = `is not supported by ${machineType} machines, which have ${supported} (got "${type}").`;
    return [
        ...(disks.includes(type) || rows[type] === undefined
            ? []
            : [check.problem(`${path}.type`, "compute/disk-type-of-machine", reason)]),
        ...(replicaZone === undefined || hasRegionalDisks || rows[type]?.onlyRegional
            ? []
            : [
                  check.problem(
                      `${path}.replicaZone`,
                      "compute/regional-disk-of-machine",
                      `is not supported by ${series} machines with ${type}. Take an E2, N1, N2 or N2D machine${disks.some((each) => factsOf(each).onlyRegional) ? ", or hyperdisk-balanced-high-availability" : ""}.`,
                  ),
              ]),
    ];
}
