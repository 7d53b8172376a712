import type { Disk } from "@pulumi/gcp/compute/disk";
import { getDisk } from "@pulumi/gcp/compute/getDisk";
import { getRegionDisk } from "@pulumi/gcp/compute/getRegionDisk";
import type { RegionDisk } from "@pulumi/gcp/compute/regionDisk";
import * as pulumi from "@pulumi/pulumi";
import { Environment } from "../../environment/environment";
import { checkExisting, type Existing, type ExistingArgs, lookUp, type Place } from "../../environment/existing";
import { nameFormats } from "../../facts/names";
import { deferredError } from "../../internal/arguments/argumentsError";
import * as check from "../../internal/arguments/check";
import { region, regionOf, zone } from "../../internal/arguments/locations";
import { stateOfProgram } from "../../internal/engine/programState";
import { typeOf } from "../../internal/engine/pulumiSdk";
import { projectId } from "../../stack/settings/projectId";
import { type DiskMode, diskMode, modeProblem } from "./disks";

/** Where a zonal disk exists. */
export interface ExistingZonalDiskArgs extends ExistingArgs {
    /** The zone: `"europe-west1-b"`. */
    zone: string;
}

/** Where a regional disk exists. */
export interface ExistingRegionalDiskArgs extends ExistingArgs {
    /** The region: `"europe-west1"`. */
    region: string;
}

/** A disk that exists already. */
export interface ExistingDisk extends Existing {
    readonly disk: Record<"project" | "name" | "selfLink", pulumi.Output<string>>;
    /** Where the disk is: its zone, or the region of a regional one. @internal */
    readonly place: { project: string; zone?: string; region: string; name: string };
    /** The type, by its link. @internal */
    readonly type: pulumi.Output<string>;
    /** The machines that use the disk, by their links. @internal */
    readonly users: pulumi.Output<string[]>;
}

/** A disk of another machine of the program or one that exists already, which a machine uses as well. */
export interface AttachedDisk {
    /**
     * The disk: `PersistentDisk.existing("models", { zone: "europe-west1-b" })`, or one of another machine, `loader.disks.models`. It is in the
     * zone of the machine. It is detached, and not deleted, with the machine.
     */
    disk: ExistingDisk | Disk | RegionDisk;
    /**
     * Whether the machine writes to the disk. Only one machine at a time can; several machines can use a disk that all of them only read,
     * as the machines of a group do. Of the Hyperdisk types, only `hyperdisk-ml`
     * {@link https://cloud.google.com/compute/docs/disks/sharing-disks-between-vms can be read-only}.
     * @default "read-write"
     */
    mode?: DiskMode;
}

export type ResolvedAttachedDisk = AttachedDisk & { mode: DiskMode };

/**
 * Disks that exist already.
 * @example
 * ```ts
 * const models = PersistentDisk.existing("models", { zone: "europe-west1-b" });
 * new VirtualMachine("predict", { zone: "europe-west1-b", disks: { models: { disk: models, mode: "read-only" } } });
 * ```
 */
export const PersistentDisk = {
    /**
     * A disk that exists already and is not managed by the stack, which machines use: `PersistentDisk.existing("models", { zone:
     * "europe-west1-b" })`, or with the `region` of a regional disk. The preview fails if there is none.
     */
    existing(name: string, args: check.OneOf<ExistingZonalDiskArgs | ExistingRegionalDiskArgs>): ExistingDisk {
        const format = check.nameOf(nameFormats.rows.computeResource);
        const checked: Partial<ExistingZonalDiskArgs & ExistingRegionalDiskArgs> = checkExisting(
            "PersistentDisk",
            name,
            format,
            args,
            { zone, region, project: projectId },
            [],
            (given) => [
                check.when(
                    (given.zone === undefined) === (given.region === undefined),
                    "",
                    "compute/disk-zone-or-region",
                    "must have exactly one of zone, region.",
                ),
            ],
        );
        const { project = Environment.current().project } = checked;
        const find = async ({ location }: Place, options: pulumi.InvokeOptions) => {
            const { selfLink, type, users } = checked.zone
                ? await getDisk({ project, zone: location, name }, options)
                : await getRegionDisk({ project, region: location, name }, options);
            return { project, name, selfLink, type, users };
        };
        const place = { project, region: (checked.zone ?? checked.region) as string };
        const found = lookUp(
            "PersistentDisk",
            name,
            format,
            place,
            find,
            "project",
            "name",
            "selfLink",
            "type",
            "users",
        );
        const { type, users, ...disk } = found;
        const { zone: inZone, region: inRegion = regionOf(inZone as string) } = checked;
        return {
            existing: "PersistentDisk",
            disk,
            type,
            users,
            place: { project, name, zone: inZone, region: inRegion },
        };
    },
};

const isOfProgram = (disk: AttachedDisk["disk"]): disk is Disk | RegionDisk => !("existing" in disk);

const diskTypes = ["gcp:compute/disk:Disk", "gcp:compute/regionDisk:RegionDisk"];

/** Checks a disk that is attached. */
export const attachedDisk = check.options<AttachedDisk>(
    {
        disk: check.custom<AttachedDisk["disk"]>(
            (value) =>
                Reflect.get(Object(value), "existing") === "PersistentDisk" ||
                (check.isResource(value) && diskTypes.includes(typeOf(value) ?? "")),
            "must be a disk of a VirtualMachine, or PersistentDisk.existing(name, { zone })",
        ),
        mode: diskMode,
    },
    "disk",
);

/** Whether a disk is attached, and not created with the machine. */
export const isAttached = (disk: unknown): disk is AttachedDisk =>
    typeof disk === "object" && disk !== null && "disk" in disk && disk.disk !== undefined;

/** The place of a disk that exists already; undefined for a disk of the program. */
const placeOf = ({ disk }: AttachedDisk) => (isOfProgram(disk) ? undefined : disk.place);

/** The zone of the disks of a machine that exist already. */
export const zoneOfDisks = (disks: object = {}): string | undefined =>
    Object.values(disks)
        .filter(isAttached)
        .map((disk) => placeOf(disk)?.zone)
        .find((each) => each !== undefined);

/** Checks where disks are that a machine uses, and their names: the boot disk has the name of the machine. */
export function attachedProblems(
    disks: Record<string, ResolvedAttachedDisk>,
    { name: machine, zone: machineZone, region: machineRegion }: { name: string; zone: string; region: string },
): (check.Problem | undefined)[] {
    return Object.entries(disks).flatMap(([key, disk]) => {
        const { zone: inZone, region: inRegion = machineRegion, name } = placeOf(disk) ?? {};
        const isElsewhere = inZone === undefined ? inRegion !== machineRegion : inZone !== machineZone;
        return [
            check.when(
                isElsewhere,
                `disks.${key}.disk`,
                "compute/disk-in-other-zone",
                `must be in ${inZone === undefined ? machineRegion : machineZone}, where the machine is (got "${inZone ?? inRegion}").`,
            ),
            // https://github.com/hashicorp/terraform/issues/7998
            check.when(
                inZone !== undefined && name === machine,
                `disks.${key}.disk`,
                "compute/disk-named-as-machine",
                `has the name of the machine, which its boot disk gets (got "${name}"). Set another name of the machine.`,
            ),
        ];
    });
}

/**
 * Checks the disks of a group, whose machines share them: "you can attach a persistent disk to multiple VM instances in read-only mode",
 * https://cloud.google.com/compute/docs/disks/sharing-disks-between-vms. A zonal disk is only for machines in its zone.
 */
export function sharedProblems(
    disks: Record<string, ResolvedAttachedDisk>,
    { zones = [], region: groupRegion }: { zones?: readonly string[]; region: string },
): (check.Problem | undefined)[] {
    const [zoneOfGroup] = zones;
    return Object.entries(disks).flatMap(([key, disk]) => {
        const { zone: inZone, region: inRegion = groupRegion } = placeOf(disk) ?? {};
        const isZonal = isOfProgram(disk.disk) ? typeOf(disk.disk) === diskTypes[0] : inZone !== undefined;
        const isInZone = zones.length === 1 && (inZone === undefined || inZone === zoneOfGroup);
        return [
            check.when(
                disk.mode === "read-write",
                `disks.${key}.mode`,
                "compute/disk-of-group-writable",
                'must be "read-only", because the instances share the disk.',
            ),
            check.when(
                isZonal && !isInZone,
                `disks.${key}.disk`,
                "compute/disk-in-other-zone-of-group",
                `is in one zone, and the instances in others would not find it. Set zones to ${inZone ? `["${inZone}"]` : "the zone of the disk"}.`,
            ),
            check.when(
                !isZonal && inRegion !== groupRegion,
                `disks.${key}.disk`,
                "compute/disk-in-other-region-of-group",
                `must be in ${groupRegion}, where the group is (got "${inRegion}").`,
            ),
        ];
    });
}

/** The uses of disks by the machines of a program, by the disk. */
type Uses = Map<unknown, { title: string; mode: DiskMode }[]>;

const usesOf = (environment: Environment): Uses => stateOfProgram("slipway.disks", environment, () => new Map());

const identityOf = (disk: AttachedDisk["disk"]): unknown => {
    if (isOfProgram(disk)) {
        return disk;
    }
    const { project, zone: inZone, region: inRegion, name } = disk.place;
    return `${project}/${inZone ?? inRegion}/${name}`;
};

/** Notes the use of a disk by a machine or a group of the program. */
export function noteUse(
    environment: Environment,
    title: string,
    { disk, mode = "read-write" }: Pick<AttachedDisk, "disk" | "mode">,
): void {
    const uses = usesOf(environment);
    const key = identityOf(disk);
    uses.set(key, [...(uses.get(key) ?? []), { title, mode }]);
}

/**
 * Checks disks that other machines of the program use: a disk that one of them writes to, no other can have.
 * https://cloud.google.com/compute/docs/disks/sharing-disks-between-vms
 */
export function useProblems(
    environment: Environment,
    disks: Record<string, ResolvedAttachedDisk>,
): (check.Problem | undefined)[] {
    return Object.entries(disks).map(([key, { disk, mode }]) => {
        const others = usesOf(environment).get(identityOf(disk)) ?? [];
        const [other] = mode === "read-write" ? others : others.filter((each) => each.mode === "read-write");
        const reason =
            other?.mode === "read-write"
                ? `is a disk to which ${other.title} writes, so that no other machine can have it. Set mode: "read-only" for both, which Persistent Disk and Hyperdisk ML permit.`
                : `must be "read-only", because ${other?.title} uses the disk as well.`;
        return check.when(other, `disks.${key}.mode`, "compute/disk-of-two-machines", reason);
    });
}

/** Warns at preview of disks that a machine outside of the program uses, so that this one cannot write to them. */
export function warnOfUsers(title: string, machine: string, disks: Record<string, ResolvedAttachedDisk>): void {
    for (const [key, { disk, mode }] of Object.entries(disks)) {
        if (isOfProgram(disk) || mode === "read-only") {
            continue;
        }
        disk.users.apply((users = []) => {
            const other = users.find((each) => !each.endsWith(`/instances/${machine}`));
            if (other !== undefined) {
                const name = other.split("/").at(-1);
                pulumi.log.warn(
                    `${title}: disks.${key}: is attached to the machine ${name}. A machine can only write to a disk that no other one has: detach it there first, or set mode: "read-only" for both, which Persistent Disk and Hyperdisk ML permit.`,
                );
            }
        });
    }
}

/** The link of a disk. */
export const linkOf = ({ disk }: AttachedDisk): pulumi.Output<string> =>
    isOfProgram(disk) ? disk.selfLink : disk.disk.selfLink;

/**
 * A disk in the form that templates have: "specify the disk name for zonal disk, and the URL for regional disk",
 * https://cloud.google.com/compute/docs/reference/rest/v1/regionInstanceTemplates
 */
export function templateSource({ disk }: AttachedDisk): pulumi.Output<string> {
    if (isOfProgram(disk)) {
        return typeOf(disk) === diskTypes[0] ? disk.name : disk.selfLink;
    }
    return disk.place.zone === undefined ? disk.disk.selfLink : disk.disk.name;
}

/** The mode in the form of the provider. */
export const providerMode = (mode: DiskMode) => (mode === "read-only" ? "READ_ONLY" : "READ_WRITE");

/** The mode of a disk that is attached, which its type must permit. */
export function attachedMode(
    title: string,
    key: string,
    { disk, mode = "read-write" }: AttachedDisk,
): pulumi.Output<string> {
    const type: pulumi.Output<string | undefined> = disk.type;
    return type.apply((link) => {
        const refused = modeProblem(`disks.${key}`, link?.split("/").at(-1) ?? "", mode);
        if (refused) {
            throw deferredError(title, [refused]);
        }
        return providerMode(mode);
    });
}
