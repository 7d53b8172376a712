import type { FirewallArgs } from "@pulumi/gcp/compute/firewall";
import type { HealthCheckArgs } from "@pulumi/gcp/compute/healthCheck";
import type { RegionAutoscalerArgs } from "@pulumi/gcp/compute/regionAutoscaler";
import type { RegionInstanceGroupManagerArgs } from "@pulumi/gcp/compute/regionInstanceGroupManager";
import type { RegionInstanceTemplateArgs } from "@pulumi/gcp/compute/regionInstanceTemplate";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import { type ComponentArgs, componentArgs } from "../../component/component";
import type { Environment } from "../../environment/environment";
import { instanceGroupLimits } from "../../facts/machines/instanceGroups";
import { nameFormats } from "../../facts/names";
import * as check from "../../internal/arguments/check";
import { region, regionProblem } from "../../internal/arguments/locations";
import { shortenName } from "../../internal/arguments/names";
import { type Transform, transforms } from "../../internal/engine/children";
import { suffixLength } from "../../internal/engine/freshName";
import { type ComponentAlerts, componentAlerts } from "../../monitoring/alerts/componentAlerts";
import { groupSignals } from "../../monitoring/signals/machines";
import { signalProblems } from "../template/agent";
import { sharedProblems, useProblems } from "../template/attachedDisk";
import {
    completeTemplate,
    type Machine,
    type MachineTemplateArgs,
    type ResolvedTemplate,
    templateChecks,
    templateDefaults,
    templateProblems,
    withNetwork,
} from "../template/templateArgs";
import { canaryProblems, type GroupCanary, groupCanary, resolveCanary } from "./canary";
import {
    type GroupHealthCheck,
    groupHealth,
    healthProblems,
    namedPorts,
    type ResolvedHealthCheck,
    resolveHealthCheck,
} from "./health";
import { allMachineTypes, groupMachineTypes, machineTypesProblems } from "./machineTypes";
import { type GroupScaling, groupScaling, groupScalingProblems, type ResolvedScaling, resolveScaling } from "./scaling";
import { type StandbyPool, standbyPool, standbyProblems } from "./standby";
import { type StatefulDisk, statefulChecks, statefulProblems } from "./statefulDisks";
import {
    type GroupUpdate,
    groupUpdate,
    type ResolvedUpdate,
    resolveUpdate,
    type UpdatePlace,
    updateProblems,
} from "./update";
import { defaultZones, type GroupShape, gpuZonesOf, groupShape, groupZones, shapeProblems } from "./zones";

/** The arguments of all groups. */
export interface SharedGroupArgs extends MachineTemplateArgs, ComponentArgs {
    /**
     * The name of the instances before their random suffix, and of the group before its own suffix: up to 56 lower-case letters, digits and
     * hyphens, starting with a letter. Changing this replaces the group.
     * @default the component's name
     */
    name?: string;
    /**
     * The region of the group's machines. Changing this replaces the group: the new group is created before the old one is deleted.
     * @default the environment's region
     */
    region?: string;
    /**
     * The zones of the instances. Changing this replaces the group.
     * @default three of the region that Compute Engine chooses; with GPUs all that have them
     */
    zones?: string[];
    /**
     * {@link https://cloud.google.com/compute/docs/instance-groups/about-instance-flexibility Machine types} in the order of preference, in
     * place of `machineType`, for capacity that a single one does not always have: `["n2-standard-4", ["n2d-standard-4", "e2-standard-4"]]`;
     * an inner list has types that are preferred alike.
     * @default only `machineType`
     */
    machineTypes?: (string | string[])[];
    /**
     * How instances are distributed over the zones: evenly; as evenly as the capacity of the zones allows (`BALANCED`); where there is
     * capacity (`ANY`), or all in one zone (`ANY_SINGLE_ZONE`).
     * @default "EVEN"; "BALANCED" with `machineTypes`
     */
    shape?: GroupShape;
    /**
     * How existing instances get another template, which every change of the machine's arguments creates.
     * @default rolling, one instance more for each zone
     */
    update?: GroupUpdate;
    /**
     * A second template for a share of the instances.
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
interface UncheckedArgs extends SharedGroupArgs, Partial<Pick<FixedGroupArgs, "statefulDisks">> {
    scaling?: number | GroupScaling;
}

const { rows: limits } = instanceGroupLimits;

/** Checks each argument. */
const instanceGroupArgs = check.explainedOptions<UncheckedArgs>(
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
        zones: groupZones,
        machineTypes: groupMachineTypes,
        shape: groupShape,
        update: groupUpdate,
        canary: groupCanary,
        health: groupHealth,
        ports: namedPorts,
        standby: standbyPool,
        scaling: check.either((value) => typeof value === "number", check.limit(limits.instances), groupScaling),
        statefulDisks: statefulChecks,
        alerts: componentAlerts(...groupSignals),
        transform: transforms("account", "template", "group", "autoscaler", "healthCheck", "firewall"),
        ...componentArgs,
    },
);

type Own = "scaling" | "health" | "update" | "shape" | "canary" | "statefulDisks" | keyof ResolvedTemplate;

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends Omit<UncheckedArgs, Own | "name" | "region" | "ports">,
        Required<Pick<UncheckedArgs, "name" | "region" | "ports">>,
        ResolvedTemplate {
    /** Undefined for a group of a fixed size. */
    scaling?: ResolvedScaling;
    /** The number of instances of a group of a fixed size. */
    size?: number;
    health?: ResolvedHealthCheck;
    update: ResolvedUpdate;
    /** What decides how instances are updated. */
    place: UpdatePlace;
    statefulDisks: Record<string, StatefulDisk>;
    canary?: { template: ResolvedTemplate; percent: number };
}

/** What the arguments belong to. */
export const machineOf = (component: string): Machine => ({
    title: `AutoscaledInstanceGroup "${component}"`,
    kind: "group",
});

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(
    component: string,
    args: AutoscaledInstanceGroupArgs,
    environment: Environment,
): ResolvedArgs {
    const withDefaults = check.withDefaults(args as UncheckedArgs, {
        name: shortenName(component, nameFormats.rows.computeResource.max - suffixLength),
        region: environment.region,
        ports: {},
        ...templateDefaults,
        ...templateTypes(args),
    });
    const machine = machineOf(component);
    const completed = check.resolved(
        machine.title,
        withDefaults,
        instanceGroupArgs,
        (checked) => complete(checked, environment),
        (all, checked) => problems(machine, checked, all, environment, args.machineType),
    );
    const { canary, ...resolved } = withNetwork(completed);
    return {
        ...resolved,
        canary: canary && { ...canary, template: { ...canary.template, network: resolved.network } },
    };
}

type Checked = check.Long<
    UncheckedArgs & Required<Pick<UncheckedArgs, "name" | "region" | "ports" | keyof typeof templateDefaults>>
>;

/** Arguments with their defaults, except for the network, which may be created. */
type Completed = Omit<ResolvedArgs, "network" | "canary"> &
    Pick<UncheckedArgs, "network"> & {
        canary?: { template: Omit<ResolvedTemplate, "network">; percent: number };
    };

function complete(args: Checked, { defaults }: Environment): Completed {
    const { scaling, health, update = {}, canary, statefulDisks = {} } = args;
    const shape = args.shape ?? (args.machineTypes ? "BALANCED" : "EVEN");
    const size = sizeOf(args);
    const [, ...alternatives] = allMachineTypes(args.machineTypes);
    const flexible = { ...args, ...(alternatives.length > 0 && { alternatives }) };
    const template = completeTemplate(flexible);
    const zones = args.zones ?? gpuZonesOf(template, args.region);
    const resolvedScaling = typeof scaling === "number" ? undefined : resolveScaling(scaling ?? {}, defaults);
    const place = {
        zones: zones?.length ?? defaultZones,
        shape,
        isStateful: Object.keys(statefulDisks).length > 0,
        most: size ?? (resolvedScaling as ResolvedScaling).max,
    };
    return {
        ...(template as Omit<
            Completed,
            "scaling" | "size" | "health" | "update" | "place" | "statefulDisks" | "canary"
        >),
        zones,
        scaling: resolvedScaling,
        size,
        health: health === undefined ? undefined : resolveHealthCheck(health, args.ports),
        update: resolveUpdate(update, place),
        place,
        statefulDisks,
        canary: canary && resolveCanary(canary, flexible),
    };
}

/** The number of instances of a group that is not scaled. */
const sizeOf = ({ scaling }: UncheckedArgs) => (typeof scaling === "number" ? scaling : undefined);

/** The machine type of the template, in place of which the instances have one of `machineTypes`. */
function templateTypes({ machineTypes }: UncheckedArgs) {
    const [first] = Array.isArray(machineTypes) ? allMachineTypes(machineTypes) : [];
    return typeof first === "string" ? { machineType: first } : {};
}

/** @param single the argument `machineType` */
function problems(machine: Machine, args: Checked, resolved: Completed, environment: Environment, single?: string) {
    const { canary, region, zones, name, health } = args;
    const max = nameFormats.rows.computeResource.max - suffixLength;
    const place = { region, zones: resolved.zones ?? [], environment };
    const ofTemplate = templateProblems(machine, args, resolved, place);
    return [
        check.when(
            name.length > max,
            "name",
            "compute/group-name-too-long",
            `must have at most ${max} characters, as the name of the group begins with it (got ${name.length}).`,
        ),
        ...(zones ?? []).map((zone, index) => regionProblem(`zones.${index}`, zone, region, "the group")),
        ...ofTemplate,
        ...signalProblems(args.alerts, args.agent),
        ...sharedProblems(resolved.attached, { zones: resolved.zones, region }),
        ...useProblems(environment, resolved.attached),
        ...(canary && resolved.canary
            ? canaryProblems(machine, canary, args, resolved.canary.template, place, ofTemplate)
            : []),
        ...(resolved.scaling ? groupScalingProblems(resolved.scaling) : []),
        ...statefulProblems(resolved.statefulDisks, args, resolved.disks),
        ...(health !== undefined && resolved.health ? healthProblems(health, resolved.health, resolved.ports) : []),
        ...updateProblems(resolved.update, resolved.place),
        ...standbyProblems(args.standby, resolved),
        ...shapeProblems(args),
        ...machineTypesProblems(allMachineTypes(args.machineTypes), {
            single,
            canary,
            shape: resolved.place.shape,
            standby: args.standby,
        }),
    ];
}
