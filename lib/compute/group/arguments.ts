import type { FirewallArgs } from "@pulumi/gcp/compute/firewall";
import type { HealthCheckArgs } from "@pulumi/gcp/compute/healthCheck";
import type { RegionAutoscalerArgs } from "@pulumi/gcp/compute/regionAutoscaler";
import type { RegionInstanceGroupManagerArgs } from "@pulumi/gcp/compute/regionInstanceGroupManager";
import type { RegionInstanceTemplateArgs } from "@pulumi/gcp/compute/regionInstanceTemplate";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import { type ComponentArgs, componentArgs } from "../../environment/component";
import { instanceGroupLimits } from "../../facts/machines/instanceGroups";
import { nameFormats } from "../../facts/names";
import * as check from "../../internal/check";
import { type Transform, transforms } from "../../internal/children";
import { region, zone } from "../../internal/places";
import { type ComponentAlerts, componentAlerts } from "../../monitoring/alerts/componentAlerts";
import { groupSignals } from "../../monitoring/signals/machines";
import { type MachineTemplateArgs, templateChecks } from "../template/arguments";
import { type GroupHealthCheck, groupHealth, namedPorts } from "./health";
import { type GroupScaling, groupScaling } from "./scaling";
import { type GroupShape, type GroupUpdate, groupUpdate, type StandbyPool, standbyPool } from "./update";

/** What a canary can have other than the group. */
export type CanaryTemplate = Pick<
    MachineTemplateArgs,
    "machineType" | "image" | "bootDisk" | "startupScript" | "container" | "metadata"
>;

/** A second template for a share of the instances, to try it. */
export interface GroupCanary {
    /** What is different from the other instances: `{ startupScript: "./next.sh" }`. */
    template: CanaryTemplate;
    /**
     * The share of the instances of each template: whole percentages of `latest` and `canary`, which sum to 100, rounded in favor of the
     * canary.
     * @default { latest: 90, canary: 10 }
     */
    split?: { latest: number; canary: number };
}

/** What happens to a stateful disk when its instance is deleted: it is deleted as well, or kept. */
export type StatefulDisk = "delete" | "keep";

/** The arguments of all groups. */
export interface SharedGroupArgs extends MachineTemplateArgs, ComponentArgs {
    /**
     * The name of the instances before their random suffix, and of the group before its own suffix: up to 56 lower-case letters, digits and
     * hyphens, starting with a letter. Changing this replaces the group.
     * @default the component's name
     */
    name?: string;
    /**
     * The region. Changing this replaces the group: the new group is created before the old one is deleted.
     * @default the environment's region
     */
    region?: string;
    /**
     * The zones of the instances. Changing this replaces the group.
     * @default three of the region that Compute Engine chooses; with GPUs all that have them
     */
    zones?: string[];
    /**
     * How instances are distributed over the zones: evenly; as evenly as the capacity of the zones allows (`BALANCED`); where there is
     * capacity (`ANY`), or all in one zone (`ANY_SINGLE_ZONE`).
     * @default "EVEN"
     */
    shape?: GroupShape;
    /**
     * How existing instances get another template, which every change of the machine's arguments creates.
     * @default rolling, one instance more for each zone
     */
    update?: GroupUpdate;
    /**
     * Another template for a share of the instances.
     * @default none
     */
    canary?: GroupCanary;
    /**
     * The health check of the instances: a path that responds with 200, such as `"/healthz"`, or more. Instances that fail it are created
     * again. A firewall rule allows its probes.
     * @default none: only instances that stop are created again
     */
    health?: string | GroupHealthCheck;
    /**
     * Ports by {@link https://cloud.google.com/compute/docs/instance-groups/adding-an-instance-group-to-a-load-balancer#assign_named_ports name},
     * to which load balancers send requests: `{ http: 8080 }`.
     * @default none
     */
    ports?: Record<string, number>;
    /**
     * Instances that are prepared and wait, so that the group grows faster.
     * @default none
     */
    standby?: StandbyPool;
    /**
     * Sends alerts about a busy CPU, the maximum of instances, and with `agent` about memory and disks that are almost full, to the contacts
     * of {@link Alerts}. An object also changes single signals: `{ to: oncall, cpu: false }`.
     * @default no alerts
     */
    alerts?: ComponentAlerts<"cpu" | "instances" | "memory" | "disk">;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        account?: Transform<AccountArgs>;
        template?: Transform<RegionInstanceTemplateArgs>;
        group?: Transform<RegionInstanceGroupManagerArgs>;
        autoscaler?: Transform<RegionAutoscalerArgs>;
        healthCheck?: Transform<HealthCheckArgs>;
        firewall?: Transform<FirewallArgs>;
    };
}

/** A group that is scaled. Google Cloud does not scale groups with stateful disks. */
export interface ScaledGroupArgs extends SharedGroupArgs {
    /**
     * How many instances there are: between a minimum and a maximum, by the utilization, the load, metrics and schedules.
     * @default by an average CPU utilization of 60 %
     */
    scaling?: GroupScaling;
}

/** A group of a fixed size. */
export interface FixedGroupArgs extends SharedGroupArgs {
    /**
     * The number of instances: up to 2,000, and up to 4,000 if the
     * {@link https://cloud.google.com/compute/docs/instance-groups/regional-migs limit of the group} is increased.
     */
    scaling: number;
    /**
     * Data disks of `disks` that an instance keeps when it is created again, and what happens to them when it is deleted:
     * {@link https://cloud.google.com/compute/docs/instance-groups/configuring-stateful-disks-in-migs stateful disks}. `{ data: "keep" }`.
     * @default none
     */
    statefulDisks?: Record<string, StatefulDisk>;
}

/** The arguments of an {@link AutoscaledInstanceGroup}: scaled, or of a fixed size, which may have stateful disks. */
export type AutoscaledInstanceGroupArgs = check.OneOf<ScaledGroupArgs | FixedGroupArgs>;

/** All arguments together, so that validation can report which of them conflict. */
export interface UncheckedArgs extends SharedGroupArgs, Partial<Pick<FixedGroupArgs, "statefulDisks">> {
    scaling?: number | GroupScaling;
}

const { rows: limits } = instanceGroupLimits;
const { machineType, image, bootDisk, startupScript, container, metadata } = templateChecks;

/** Checks each argument. */
export const instanceGroupArgs = check.explainedOptions<UncheckedArgs>(
    {
        targetSize: "Set scaling, for a fixed number of instances to the number.",
        size: "Set scaling to the number of instances.",
        minReplicas: "Set scaling.min.",
        maxReplicas: "Set scaling.max.",
        zone: "Instances are in several zones of a region: set zones, also for a single one.",
    },
    {
        ...templateChecks,
        name: check.nameOf(nameFormats.rows.computeResource),
        region,
        zones: check.pipe(
            check.list(zone) as check.Check<string[]>,
            check.refine(
                (all) => all.length > 0 && new Set(all).size === all.length,
                "must be a list of different zones with at least one",
            ),
        ),
        shape: check.oneOf("EVEN", "BALANCED", "ANY", "ANY_SINGLE_ZONE"),
        update: groupUpdate,
        canary: check.options<GroupCanary>(
            {
                template: check.options<CanaryTemplate>({
                    machineType,
                    image,
                    bootDisk,
                    startupScript,
                    container,
                    metadata,
                }),
                split: check.options<{ latest: number; canary: number }>(
                    { latest: check.percentage(), canary: check.percentage() },
                    "latest",
                    "canary",
                ),
            },
            "template",
        ),
        health: groupHealth,
        ports: namedPorts,
        standby: standbyPool,
        scaling: check.either((value) => typeof value === "number", check.limit(limits.instances), groupScaling),
        statefulDisks: check.record(check.text(), check.oneOf("delete", "keep")),
        alerts: componentAlerts(...groupSignals),
        transform: transforms("account", "template", "group", "autoscaler", "healthCheck", "firewall"),
        ...componentArgs,
    },
);
