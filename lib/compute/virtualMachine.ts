import { Disk, type DiskArgs } from "@pulumi/gcp/compute/disk";
import type { Firewall } from "@pulumi/gcp/compute/firewall";
import { getInstance } from "@pulumi/gcp/compute/getInstance";
import { Instance, type InstanceArgs } from "@pulumi/gcp/compute/instance";
import { InstanceIAMMember } from "@pulumi/gcp/compute/instanceIAMMember";
import { RegionDisk, type RegionDiskArgs } from "@pulumi/gcp/compute/regionDisk";
import type { ResourcePolicy } from "@pulumi/gcp/compute/resourcePolicy";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../component/component";
import { idOfKey, keyBlock } from "../component/encryption";
import { Environment, inEnvironment } from "../environment/environment";
import { checkExisting, type Existing, type ExistingArgs, lookUp, type Place } from "../environment/existing";
import { nameFormats } from "../facts/names";
import type { AccountReference } from "../iam/serviceAccount";
import type { Capability } from "../internal/access/capability";
import { rolesOn, sharedOffers } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import { recordImages } from "../internal/arguments/image";
import { zone as zoneCheck } from "../internal/arguments/locations";
import { partName } from "../internal/arguments/names";
import { withChangeWarning } from "../internal/engine/changeWarning";
import type { Child } from "../internal/engine/children";
import { signalsOfMachine } from "../monitoring/signals/machines";
import { projectId } from "../stack/settings/projectId";
import { changeWarning, trackedArgs } from "./changes";
import { createSchedule } from "./schedule";
import { createSnapshots, type SnapshotDisk } from "./snapshots";
import { allowSsh } from "./ssh";
import { attachedMode, linkOf, noteUse, providerMode, warnOfUsers } from "./template/attachedDisk";
import type { DiskMode, ResolvedDisk } from "./template/disks";
import { keptImage } from "./template/image";
import { createParts, type MachineParts, machineArgs } from "./template/template";
import { machineOf, type ResolvedArgs, resolveArgs, type VirtualMachineArgs } from "./virtualMachineArgs";
import { pinnedZone } from "./zone";

/** Where a machine exists. */
export interface ExistingMachineArgs extends ExistingArgs {
    /** The zone: `"europe-west1-b"`. */
    zone: string;
}

type MachinePath = Record<"project" | "zone" | "name", pulumi.Input<string>>;

/** A machine that exists already. */
export interface ExistingMachine extends Existing, Pick<VirtualMachine, "privateAddress" | "role"> {
    readonly instance: Record<"project" | "zone" | "name" | "selfLink", pulumi.Output<string>>;
    /** The name of the machine. @internal */
    readonly machine: string;
    /** The network and the subnet of the machine. @internal */
    readonly networkPlace: NetworkPlace;
}

/** A network and a subnet, by ID or link. */
export type NetworkPlace = Record<"network" | "subnetwork", pulumi.Input<string>> & {
    /** The project of a network in another project. */
    inProject?: string;
};

/** A machine of the program, or one that exists already. */
export type AnyMachine = VirtualMachine | ExistingMachine;

/** The capability of any role on a machine. */
function roleOn(component: string, { project, zone, name }: MachinePath) {
    const path = pulumi.interpolate`projects/${project}/zones/${zone}/instances/${name}`;
    return rolesOn(component, InstanceIAMMember, { project, zone, instanceName: name }, path).role;
}

/**
 * A Compute Engine virtual machine with its disks. It runs as its own service account, has no external address, and accepts SSH only
 * through Identity-Aware Proxy and OS Login, for the members in `ssh`. In production the machine and its disks are protected from
 * deletion.
 * @example
 * ```ts
 * const models = new StorageBucket("models");
 * const training = new VirtualMachine("training", {
 *     machineType: "e2-standard-4",
 *     disks: { data: { size: "200 GB" } },
 *     uses: { MODELS: models.writer },
 *     startupScript: "./train.sh",
 *     ssh: ["group:ml@acme.com"],
 * });
 * ```
 */
export class VirtualMachine extends pulumi.ComponentResource {
    /** The machine itself. */
    readonly instance: Instance;
    /** The service account of the machine. */
    readonly account: AccountReference;
    /** The data disks in the machine's zone, by their keys in `disks`. */
    readonly disks: Readonly<Record<string, Disk>>;
    /** The data disks with a `replicaZone`, by their keys in `disks`. */
    readonly regionDisks: Readonly<Record<string, RegionDisk>>;
    /** When the machine starts and stops; undefined without `schedule`, and for one that exists already. */
    readonly schedule?: ResourcePolicy;
    /** The boot disk, if it is `independent`. */
    readonly bootDisk?: Disk;
    /** The schedule of snapshots; undefined without `snapshots`, and for one that exists already. */
    readonly snapshotSchedule?: ResourcePolicy;
    /** The schedules of disks with `snapshots` of their own, by their keys in `disks`; the one of the boot disk is `boot`. */
    readonly snapshotSchedules: Readonly<Record<string, ResourcePolicy>>;
    /** The firewall rule for SSH through Identity-Aware Proxy; undefined without `ssh`. */
    readonly firewall?: Firewall;
    /** The internal IP address. */
    readonly privateAddress: pulumi.Output<string>;
    readonly #networkPlace: NetworkPlace;
    /** A capability of any role on the machine; the consumer receives its path, `projects/…/zones/…/instances/train`. */
    readonly role: (role: string) => Capability;

    /**
     * A machine that exists already and is not managed by the stack, which only grants access to it:
     * `VirtualMachine.existing("train", { zone: "europe-west1-b" })`. The preview fails if there is none.
     */
    static existing(name: string, args: ExistingMachineArgs): ExistingMachine {
        const format = check.nameOf(nameFormats.rows.computeResource);
        const checks = { zone: zoneCheck, project: projectId };
        const checked = checkExisting("VirtualMachine", name, format, args, checks, ["zone"]);
        const find = async ({ project, location }: Place, options: pulumi.InvokeOptions) => {
            const found = await getInstance({ project, zone: location, name }, options);
            const { networkInterfaces } = found;
            const selfLink = found.selfLink as string;
            const privateAddress = addressOf(networkInterfaces);
            const { network = "", subnetwork = "" } = networkInterfaces[0] ?? {};
            return { project, zone: location, name, privateAddress, network, subnetwork, selfLink };
        };
        const place = { project: checked.project, region: checked.zone };
        const found = lookUp(
            "VirtualMachine",
            name,
            format,
            place,
            find,
            "project",
            "zone",
            "name",
            "privateAddress",
            "network",
            "subnetwork",
            "selfLink",
        );
        const { privateAddress, network, subnetwork, ...instance } = found;
        const networkPlace = { network, subnetwork };
        const offers = sharedOffers({ role: roleOn(name, instance) });
        return { existing: "VirtualMachine", machine: name, instance, privateAddress, networkPlace, ...offers };
    }

    /** The network and the subnet, known before the machine is created; not a property, which programs would export. @internal */
    get networkPlace(): NetworkPlace {
        return this.#networkPlace;
    }

    constructor(name: string, args: VirtualMachineArgs = {}, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveArgs(name, args, environment));
        const machine = machineOf(name);
        const { protect } = environment.defaults;
        super(
            "slipway:index:VirtualMachine",
            name,
            trackedArgs(resolved, protect),
            withChangeWarning(inEnvironment(options, resolved.crossProject), machine.title, changeWarning),
        );
        const { region } = resolved;
        const { child, observe, bindTags } = component(this, name, resolved);
        const parts = createParts(name, machine, resolved, child, environment, this);
        this.account = parts.account;
        const { network, subnetwork, inProject } = parts;
        this.#networkPlace = { network, subnetwork, inProject };
        const policy =
            resolved.schedule &&
            createSchedule(
                name,
                { name: partName(resolved.name, "schedule"), region, schedule: resolved.schedule },
                afterApis(child, parts.enabled),
                environment,
            );
        this.schedule = policy?.policy;
        const created = this.createDisks(name, resolved, parts, afterApis(child, parts.enabled), protect);
        const { ignoreChanges, trigger } = keptImage(
            resolved,
            resolved.bootDisk.independent ? "image" : "bootDisk.initializeParams.image",
        );
        const kept = { ignoreChanges: [...ignoreChanges, ...pinnedZone(resolved)], replacementTrigger: trigger };
        this.bootDisk = resolved.bootDisk.independent
            ? new Disk(
                  ...afterApis(child, parts.enabled)(
                      "disk",
                      `${name}-boot`,
                      { ...diskArgs(resolved, "boot", resolved.bootDisk), ...parts.boot },
                      // The machine that has the disk is deleted before it.
                      { protect, deleteBeforeReplace: true, ...kept },
                  ),
              )
            : undefined;
        this.disks = created.zonal;
        this.regionDisks = created.regional;
        const all = { ...this.disks, ...this.regionDisks };
        for (const [key, disk] of Object.entries(all)) {
            noteUse(environment, machine.title, { disk, mode: resolved.disks[key]?.mode });
        }
        for (const disk of Object.values(resolved.attached)) {
            noteUse(environment, machine.title, disk);
        }
        warnOfUsers(machine.title, resolved.name, resolved.attached);
        this.instance = new Instance(
            ...child(
                "instance",
                name,
                instanceArgs(
                    resolved,
                    parts,
                    { title: machine.title, boot: this.bootDisk, data: all },
                    policy?.link,
                    environment,
                ),
                {
                    dependsOn: [...parts.ready, ...(policy?.grants ?? [])],
                    protect,
                    // Two machines cannot have the same name and the same disks.
                    deleteBeforeReplace: true,
                    ...(this.bootDisk ? { ignoreChanges: pinnedZone(resolved) } : kept),
                },
            ),
        );
        const { project, zone, name: instanceName, networkInterfaces } = this.instance;
        this.privateAddress = networkInterfaces.apply(addressOf);
        const schedules = createSnapshots(
            name,
            { name: resolved.name, region, snapshots: resolved.snapshots },
            snapshotDisks(resolved, this),
            afterApis(child, parts.enabled),
        );
        this.snapshotSchedule = schedules.shared;
        this.snapshotSchedules = schedules.own;
        this.firewall = allowSsh(
            name,
            { instance: this.instance, account: parts.account, network, inProject, name: resolved.name },
            resolved,
            child,
            environment,
        );
        this.role = roleOn(name, { project, zone, name: instanceName });
        recordImages([resolved.container?.image], this.instance);
        const { instanceId } = this.instance;
        observe("Serving", signalsOfMachine(instanceId, this.instance.zone, resolved.agent), args.alerts);
        bindTags(this.instance);
        this.registerOutputs({ name: instanceName, zone });
    }

    /** Data disks exist without the machine, so that its replacement keeps them. */
    private createDisks(
        component: string,
        resolved: ResolvedArgs,
        parts: MachineParts,
        child: Child,
        protect: boolean,
    ) {
        const zonal: Record<string, Disk> = {};
        const regional: Record<string, RegionDisk> = {};
        for (const [key, disk] of Object.entries(resolved.disks)) {
            const args = { ...diskArgs(resolved, key, disk), ...parts.sources[key] };
            const name = `${component}-${key}`;
            if (disk.replicaZone === undefined) {
                const { ignoreChanges, trigger } = keptImage({ ...disk, imageUpdates: "keep" }, "image");
                const options = {
                    protect,
                    ignoreChanges: [...pinnedZone(resolved), ...ignoreChanges],
                    ...(disk.image && { replacementTrigger: trigger }),
                };
                zonal[key] = new Disk(...child("disk", name, args, options));
            } else {
                const options = { protect, ignoreChanges: resolved.hasZone ? [] : ["replicaZones"] };
                const inRegion = regionDiskArgs(resolved, disk.replicaZone, args);
                regional[key] = new RegionDisk(...child("regionDisk", name, inRegion, options));
            }
        }
        return { zonal, regional };
    }
}

/** The internal address, which a machine with only IPv6 does not have. */
const addressOf = ([first]: { networkIp?: string }[]): string => first?.networkIp ?? "";

/** Children that need the APIs and grants first. */
const afterApis =
    (child: Child, ready: pulumi.Resource[]): Child =>
    (part, name, args, own) =>
        child(part, name, args, pulumi.mergeOptions(own, { dependsOn: ready }));

/** The disks of a machine that get snapshots: its own ones, not those that exist without it. */
function snapshotDisks(
    { bootDisk, disks }: ResolvedArgs,
    machine: Pick<VirtualMachine, "bootDisk" | "instance" | "disks" | "regionDisks">,
): Record<string, SnapshotDisk> {
    const { name, zone } = machine.instance;
    const own = (key: string) => ({ snapshots: disks[key]?.snapshots });
    return {
        boot: { name: machine.bootDisk?.name ?? name, zone, snapshots: bootDisk.snapshots },
        ...Object.fromEntries(
            Object.entries(machine.disks).map(([key, disk]) => [
                key,
                { name: disk.name, zone: disk.zone, ...own(key) },
            ]),
        ),
        ...Object.fromEntries(
            Object.entries(machine.regionDisks).map(([key, disk]) => [key, { name: disk.name, ...own(key) }]),
        ),
    };
}

/** The arguments of a data disk. */
function diskArgs({ name, zone, encryptionKey, labels }: ResolvedArgs, key: string, disk: ResolvedDisk) {
    return {
        name: partName(name, key),
        zone,
        type: disk.type,
        size: disk.size,
        provisionedIops: disk.iops,
        provisionedThroughput: disk.throughput,
        diskEncryptionKey: keyBlock(encryptionKey, "kmsKeySelfLink"),
        labels,
        // "READ_ONLY_MANY" is required of Hyperdisk ML that several machines read: https://cloud.google.com/compute/docs/disks/sharing-disks-between-vms
        accessMode: disk.type === "hyperdisk-ml" && disk.mode === "read-only" ? "READ_ONLY_MANY" : undefined,
    } satisfies DiskArgs;
}

/** The arguments of a data disk in two zones. */
function regionDiskArgs(
    { zone, region, encryptionKey }: ResolvedArgs,
    replicaZone: string,
    { zone: _, diskEncryptionKey: __, ...args }: DiskArgs,
): RegionDiskArgs {
    return {
        ...args,
        region,
        replicaZones: [zone, replicaZone],
        diskEncryptionKey: keyBlock(encryptionKey, "kmsKeyName"),
    };
}

/** The mode of a disk, if it is not the default. */
const modeArgs = (mode: DiskMode = "read-write") => (mode === "read-only" ? { mode: providerMode(mode) } : {});

/** The arguments of the instance. */
function instanceArgs(
    resolved: ResolvedArgs,
    parts: MachineParts,
    { title, boot, data: disks }: { title: string; boot?: Disk; data: Readonly<Record<string, Disk | RegionDisk>> },
    schedule: pulumi.Input<string> | undefined,
    { defaults }: Environment,
): InstanceArgs {
    const { name, zone, bootDisk, encryptionKey, labels } = resolved;
    return {
        name,
        description: resolved.description,
        hostname: resolved.hostname,
        zone,
        ...machineArgs(resolved, parts),
        bootDisk: boot
            ? { source: boot.selfLink, autoDelete: false, kmsKeySelfLink: idOfKey(encryptionKey) }
            : {
                  kmsKeySelfLink: idOfKey(encryptionKey),
                  initializeParams: {
                      ...parts.boot,
                      type: bootDisk.type,
                      size: bootDisk.size,
                      provisionedIops: bootDisk.iops,
                      provisionedThroughput: bootDisk.throughput,
                      labels,
                  },
              },
        attachedDisks: [
            ...Object.entries(disks).map(([deviceName, disk]) => ({
                source: disk.selfLink,
                deviceName,
                ...modeArgs(resolved.disks[deviceName]?.mode),
                kmsKeySelfLink: idOfKey(encryptionKey),
            })),
            ...Object.entries(resolved.attached).map(([deviceName, disk]) => ({
                source: linkOf(disk),
                deviceName,
                ...(disk.mode === "read-only" && { mode: attachedMode(title, deviceName, disk) }),
            })),
        ],
        resourcePolicies: schedule,
        deletionProtection: defaults.protect,
        // Without a desired status, an update leaves a stopped machine stopped.
        allowStoppingForUpdate: true,
    };
}
