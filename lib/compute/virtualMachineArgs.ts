import type { DiskArgs } from "@pulumi/gcp/compute/disk";
import type { FirewallArgs } from "@pulumi/gcp/compute/firewall";
import type { InstanceArgs } from "@pulumi/gcp/compute/instance";
import type { RegionDiskArgs } from "@pulumi/gcp/compute/regionDisk";
import type { ResourcePolicyArgs } from "@pulumi/gcp/compute/resourcePolicy";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import { type ComponentArgs, componentArgs } from "../component/component";
import { type TaggedArgs, taggedArgs } from "../component/tags";
import type { Environment } from "../environment/environment";
import { computeLimits } from "../facts/limits/compute";
import { nameFormats } from "../facts/names";
import type { Member } from "../internal/access/member";
import * as check from "../internal/arguments/check";
import { regionOf, zone } from "../internal/arguments/locations";
import { shortenName } from "../internal/arguments/names";
import type { Size } from "../internal/arguments/size";
import { type Transform, transforms } from "../internal/engine/children";
import { type NetworkOr, networkOf } from "../internal/network/networkOf";
import { addressProblem } from "../internal/network/reservedAddress";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { machineSignals } from "../monitoring/signals/machines";
import type { IpAddress } from "../network";
import { type ExistingSchedule, type MachineSchedule, schedule, scheduleProblems } from "./schedule";
import { type SnapshotsOr, snapshotProblems, snapshots } from "./snapshots";
import { duplicateProblems, personalProblems, sshMembers } from "./ssh";
import { signalProblems } from "./template/agent";
import { type AttachedDisk, attachedProblems, useProblems, zoneOfDisks } from "./template/attachedDisk";
import {
    replicaProblems,
    type VirtualMachineBootDisk,
    type VirtualMachineDisk,
    virtualMachineBootDisk,
    virtualMachineDisk,
} from "./template/disks";
import { type VirtualMachineInterface, virtualMachineInterfaces } from "./template/interfaces";
import {
    completeTemplate,
    disksOf,
    type Machine,
    type MachineTemplateArgs,
    type ResolvedTemplate,
    templateChecks,
    templateDefaults,
    templateProblems,
    withNetwork,
} from "./template/templateArgs";
import { zoneOf, zoneProblem } from "./zone";

/** The arguments of a {@link VirtualMachine}. */
export interface VirtualMachineArgs
    extends Omit<MachineTemplateArgs, "publicAddress" | "bootDisk" | "disks" | "interfaces">,
        ComponentArgs,
        TaggedArgs {
    /**
     * The name, unique in its zone: up to 63 lower-case letters, digits and hyphens. Changing this replaces the machine.
     * @default the component's name
     */
    name?: string;
    /**
     * The description of the machine.
     * @default none
     */
    description?: string;
    /**
     * The {@link https://cloud.google.com/compute/docs/instances/custom-hostname-vm host name} inside of the machine, fully qualified, such as
     * `"db.acme.internal"`: it creates no DNS record. Changing this replaces the machine.
     * @default the internal DNS name of the machine
     */
    hostname?: string;
    /**
     * The zone: `"europe-west1-b"`. In another region than the environment's, `network` must have a subnet there. Changing this replaces
     * the machine and its disks.
     * @default the zone of its disks that exist already; a zone of the region that has the GPUs, chosen by the name and kept
     */
    zone?: string;
    /**
     * The boot disk, which is deleted with the machine, unless it is `independent`.
     * @default a disk of the size of the image
     */
    bootDisk?: check.Short<VirtualMachineBootDisk, Size>;
    /**
     * Data disks by their names: up to 127, new ones that outlive a replacement of the machine, or disks that exist without it. The machine finds
     * them as `/dev/disk/by-id/google-<name>`, neither formatted nor mounted.
     * @default none
     */
    disks?: Record<string, check.Short<check.OneOf<VirtualMachineDisk | AttachedDisk>, Size>>;
    /**
     * Further network interfaces, each in another VPC network: up to 7, and not more than the machine has vCPUs. Traffic to other networks
     * leaves by the first interface, which `network` describes. Changing their number replaces the machine.
     * @default none
     */
    interfaces?: NetworkOr<VirtualMachineInterface>[];
    /**
     * Gives the machine an external IP address: `true` one that changes with each start, an `IpAddress` of type `"regional-external"` one that
     * stays. Without one it reaches the internet through the Cloud NAT that a {@link Network} creates, and accepts SSH through Identity-Aware
     * Proxy.
     * @default false
     */
    publicAddress?: boolean | IpAddress;
    /**
     * The internal IP address, an `IpAddress` of type `"regional-internal"` in the machine's subnet. If it differs from the
     * present address, it replaces the machine.
     * @default a free address, which the machine keeps
     */
    privateAddress?: IpAddress;
    /**
     * Snapshots of all disks on a schedule; `{}` is once a day, `{ existing: "daily" }` a schedule that exists already in the region.
     * @default none
     */
    snapshots?: SnapshotsOr;
    /**
     * Who can sign in by SSH, through Identity-Aware Proxy and OS Login: `["group:ml@acme.com"]`. They run
     * `gcloud compute ssh <name> --tunnel-through-iap`.
     * @default nobody
     */
    ssh?: Member[];
    /**
     * Who can sign in by SSH and become root.
     * @default nobody
     */
    sshAdmins?: Member[];
    /**
     * Whether `ssh` and `sshAdmins` may have accounts outside of an organization, such as `user:ada@gmail.com`. In an organization they also
     * need the role {@link https://cloud.google.com/compute/docs/oslogin/set-up-oslogin `roles/compute.osLoginExternalUser`}.
     * @default false
     */
    personalAccounts?: boolean;
    /**
     * When the machine starts and stops: times, or a schedule that exists already in the region, `{ existing: "office-hours" }`.
     * @default it runs all the time
     */
    schedule?: MachineSchedule | ExistingSchedule;
    /**
     * Sends alerts about a busy CPU, and with `agent` about memory and disks that are almost full, to the contacts of {@link Alerts}. An
     * object also changes single signals: `{ to: oncall, cpu: false }`.
     * @default no alerts
     */
    alerts?: ComponentAlerts<"cpu" | "memory" | "disk">;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        instance?: Transform<InstanceArgs>;
        disk?: Transform<DiskArgs>;
        regionDisk?: Transform<RegionDiskArgs>;
        account?: Transform<AccountArgs>;
        firewall?: Transform<FirewallArgs>;
        schedule?: Transform<ResourcePolicyArgs>;
        snapshotSchedule?: Transform<ResourcePolicyArgs>;
    };
}

/** Checks each argument. */
const virtualMachineArgs = check.options<VirtualMachineArgs>({
    ...templateChecks,
    name: check.nameOf(nameFormats.rows.computeResource),
    description: check.text(),
    hostname: check.nameOf(nameFormats.rows.domain),
    zone,
    bootDisk: virtualMachineBootDisk,
    disks: check.pipe(disksOf<VirtualMachineDisk>(virtualMachineDisk), check.atMost(computeLimits.rows.dataDisks)),
    interfaces: virtualMachineInterfaces,
    publicAddress: check.componentOr(check.component<IpAddress>("IpAddress"), check.flag("an IpAddress")),
    privateAddress: check.component("IpAddress"),
    snapshots,
    ssh: sshMembers,
    sshAdmins: sshMembers,
    personalAccounts: check.flag(),
    schedule,
    alerts: componentAlerts(...machineSignals),
    transform: transforms("instance", "disk", "regionDisk", "account", "firewall", "schedule", "snapshotSchedule"),
    ...componentArgs,
    ...taggedArgs,
});

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends ResolvedTemplate,
        Pick<
            VirtualMachineArgs,
            "description" | "hostname" | "snapshots" | "ssh" | "sshAdmins" | "schedule" | "transform" | "crossProject"
        > {
    name: string;
    zone: string;
    /** The region of the zone. */
    region: string;
    /** Whether the zone is in the arguments; otherwise the machine stays in the one that it has. */
    hasZone: boolean;
}

/** A machine in errors. */
export const machineOf = (component: string): Machine => ({
    title: `VirtualMachine "${component}"`,
    kind: "machine",
});

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: VirtualMachineArgs, environment: Environment): ResolvedArgs {
    const machine = machineOf(component);
    const withDefaults = check.withDefaults(args, {
        ...templateDefaults,
        name: shortenName(component, nameFormats.rows.computeResource.max),
    });
    const complete = (checked: check.Long<typeof withDefaults>) => {
        const given = checked.zone ?? zoneOfDisks(checked.disks);
        const template = completeTemplate(checked);
        return {
            ...template,
            zone: given ?? zoneOf(checked, environment.region, Object.values(template.disks)) ?? "",
            hasZone: given !== undefined,
            region: given === undefined ? environment.region : regionOf(given),
        };
    };
    const resolved = check.resolved(machine.title, withDefaults, virtualMachineArgs, complete, (all, checked) => [
        ...templateProblems(machine, checked, all, {
            region: all.region,
            zones: [all.zone].filter(Boolean),
            environment,
        }),
        zoneProblem(checked, all.zone, environment.region),
        ...Object.entries(all.disks).flatMap(([key, disk]) => replicaProblems(`disks.${key}`, disk, all)),
        ...attachedProblems(all.attached, all),
        ...useProblems(environment, all.attached),
        addressProblem(
            "publicAddress",
            all.publicAddress,
            { type: "regional-external", region: all.region },
            "the machine",
        ),
        addressProblem(
            "privateAddress",
            all.privateAddress,
            { type: "regional-internal", region: all.region, network: networkOf(all.network) },
            "the machine",
        ),
        check.when(
            all.privateAddress?.kind.isShared,
            "privateAddress",
            "compute/address-of-load-balancer",
            'must have the purpose "GCE_ENDPOINT", because it is the address of a machine (got "SHARED_LOADBALANCER_VIP").',
        ),
        ...signalProblems(checked.alerts, checked.agent),
        ...snapshotProblems("snapshots", checked.snapshots, all.region),
        ...snapshotProblems("bootDisk.snapshots", all.bootDisk.snapshots, all.region),
        ...Object.entries(all.disks).flatMap(([key, disk]) =>
            snapshotProblems(`disks.${key}.snapshots`, disk.snapshots, all.region),
        ),
        check.when(
            all.bootDisk.independent && Object.hasOwn(all.disks, "boot"),
            "disks.boot",
            "compute/disk-named-as-boot",
            "must have another name, because the independent boot disk has it.",
        ),
        ...scheduleProblems(checked.schedule, all.region),
        ...duplicateProblems("sshAdmins", checked.sshAdmins, checked.ssh),
        ...personalProblems("ssh", checked.ssh, checked.personalAccounts),
        ...personalProblems("sshAdmins", checked.sshAdmins, checked.personalAccounts),
    ]);
    return withNetwork(resolved);
}
