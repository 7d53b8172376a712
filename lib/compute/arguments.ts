import type { DiskArgs } from "@pulumi/gcp/compute/disk";
import type { FirewallArgs } from "@pulumi/gcp/compute/firewall";
import type { InstanceArgs } from "@pulumi/gcp/compute/instance";
import type { ResourcePolicyArgs } from "@pulumi/gcp/compute/resourcePolicy";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import { type ComponentArgs, componentArgs } from "../environment/component";
import { nameFormats } from "../facts/names";
import type { Member } from "../iam/member";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { zone } from "../internal/places";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { machineSignals } from "../monitoring/signals/machines";
import { type MachineSchedule, schedule } from "./schedule";
import { type Snapshots, snapshots } from "./snapshots";
import { sshMembers } from "./ssh";
import { type MachineTemplateArgs, templateChecks } from "./template/arguments";

/** The arguments of a {@link VirtualMachine}. */
export interface VirtualMachineArgs extends MachineTemplateArgs, ComponentArgs {
    /**
     * The name, unique in its zone: up to 63 lower-case letters, digits and hyphens. Changing this replaces the machine.
     * @default the component's name
     */
    name?: string;
    /**
     * The zone: `"europe-west1-b"`. In another region than the environment's, `network` must have a subnet there. Changing this replaces
     * the machine and its disks.
     * @default a zone of the region that has the GPUs, chosen by the name and kept
     */
    zone?: string;
    /**
     * Snapshots of all disks on a schedule; `{}` is once a day.
     * @default none
     */
    snapshots?: Snapshots;
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
     * When the machine starts and stops.
     * @default it runs all the time
     */
    schedule?: MachineSchedule;
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
        account?: Transform<AccountArgs>;
        firewall?: Transform<FirewallArgs>;
        schedule?: Transform<ResourcePolicyArgs>;
        snapshotSchedule?: Transform<ResourcePolicyArgs>;
    };
}

/** Checks each argument. */
export const virtualMachineArgs = check.options<VirtualMachineArgs>({
    ...templateChecks,
    name: check.nameOf(nameFormats.rows.computeResource),
    zone,
    snapshots,
    ssh: sshMembers,
    sshAdmins: sshMembers,
    personalAccounts: check.flag(),
    schedule,
    alerts: componentAlerts(...machineSignals),
    transform: transforms("instance", "disk", "account", "firewall", "schedule", "snapshotSchedule"),
    ...componentArgs,
});
