import type { Environment } from "../../environment/environment";
import { zonesWithGpu } from "../../facts/machines/gpuZones";
import { nameFormats } from "../../facts/names";
import { regions } from "../../facts/regions";
import * as check from "../../internal/check";
import { suffixLength } from "../../internal/freshName";
import { shortenName } from "../../internal/names";
import { regionProblem } from "../../internal/places";
import { splitProblems } from "../../internal/traffic";
import {
    completeTemplate,
    type Machine,
    type ResolvedTemplate,
    signalProblems,
    templateDefaults,
    templateProblems,
    withNetwork,
} from "../template/resolveArgs";
import {
    type AutoscaledInstanceGroupArgs,
    instanceGroupArgs,
    type StatefulDisk,
    type UncheckedArgs,
} from "./arguments";
import { healthProblems, type ResolvedHealthCheck, resolveHealthCheck } from "./health";
import { groupScalingProblems, type ResolvedScaling, resolveScaling } from "./scaling";
import { type ResolvedUpdate, resolveUpdate, type UpdatePlace, updateProblems } from "./update";

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

const defaultSplit = { latest: 90, canary: 10 };

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
    });
    const machine = machineOf(component);
    const completed = check.resolved(
        machine.title,
        withDefaults,
        instanceGroupArgs,
        (checked) => complete(checked, environment),
        (all, checked) => problems(machine, checked, all, environment),
    );
    const { canary, ...resolved } = withNetwork(completed);
    return {
        ...resolved,
        canary: canary && { ...canary, template: { ...canary.template, network: resolved.network } },
    };
}

type Checked = UncheckedArgs &
    Required<Pick<UncheckedArgs, "name" | "region" | "ports" | keyof typeof templateDefaults>>;

/** Arguments with their defaults, except for the network, which may be created. */
type Completed = Omit<ResolvedArgs, "network" | "canary"> &
    Pick<UncheckedArgs, "network"> & {
        canary?: { template: Omit<ResolvedTemplate, "network">; percent: number };
    };

function complete(args: Checked, { defaults }: Environment): Completed {
    const { scaling, health, update = {}, shape = "EVEN", canary, statefulDisks = {} } = args;
    const size = sizeOf(args);
    const template = completeTemplate(args);
    const zones = args.zones ?? gpuZonesOf(template, args.region);
    const resolvedScaling = typeof scaling === "number" ? undefined : resolveScaling(scaling ?? {}, defaults);
    const place = {
        zones: zones?.length ?? defaultZones(args.region),
        shape,
        isStateful: Object.keys(statefulDisks).length > 0,
        most: size ?? resolvedScaling?.max ?? 0,
    };
    const { canary: percent } = canary?.split ?? defaultSplit;
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
        canary: canary && { template: completeTemplate({ ...args, ...canary.template }), percent },
    };
}

/** The number of instances of a group that is not scaled. */
const sizeOf = ({ scaling }: UncheckedArgs) => (typeof scaling === "number" ? scaling : undefined);

/** "If you don't explicitly specify individual zones, Compute Engine automatically chooses three zones." */
const defaultZones = (region: string): number =>
    Math.min(3, (regions.rows as Record<string, { zones: string }>)[region]?.zones.length ?? 3);

/** The zones with the GPUs of the machines, as not all of a region have them. */
function gpuZonesOf({ gpu }: Pick<ResolvedTemplate, "gpu">, region: string): string[] | undefined {
    const zones = gpu && zonesWithGpu(gpu.type, region);
    return zones && zones.length > 0 ? zones : undefined;
}

function problems(machine: Machine, args: Checked, resolved: Completed, environment: Environment) {
    const { canary, region, zones, name, health, shape } = args;
    const max = nameFormats.rows.computeResource.max - suffixLength;
    const place = { region, zones: resolved.zones ?? [], environment };
    return [
        check.when(
            name.length > max,
            "name",
            "compute/group-name-too-long",
            `must have at most ${max} characters, as the name of the group begins with it (got ${name.length}).`,
        ),
        ...(zones ?? []).map((zone, index) => regionProblem(`zones.${index}`, zone, region, "the group")),
        ...templateProblems(machine, args, resolved, place),
        ...signalProblems(args.alerts, args.agent),
        ...(canary ? canaryProblems(machine, args, resolved, place) : []),
        ...(resolved.scaling ? groupScalingProblems(resolved.scaling) : []),
        ...statefulProblems(args, resolved),
        ...(health !== undefined && resolved.health ? healthProblems(health, resolved.health, resolved.ports) : []),
        ...updateProblems(resolved.update, resolved.place),
        ...standbyProblems(resolved),
        check.when(
            shape !== undefined && shape !== "EVEN" && zones?.length === 1,
            "shape",
            "compute/shape-in-one-zone",
            `has no effect in one zone (got "${shape}"). Remove it.`,
        ),
        shapeProblem(args),
    ];
}

/**
 * "If you want to autoscale a regional MIG, you must set the group's target distribution shape to BALANCED or EVEN":
 * https://cloud.google.com/compute/docs/instance-groups/creating-groups-of-managed-instances#limitations
 */
function shapeProblem({ shape, scaling }: Checked): check.Problem | undefined {
    const reason = `must be "EVEN" or "BALANCED" for a group that is scaled (got "${shape}"). Set one of them, or scaling to a fixed number.`;
    return check.when(
        typeof scaling !== "number" && (shape === "ANY" || shape === "ANY_SINGLE_ZONE"),
        "shape",
        "compute/shape-of-scaled-group",
        reason,
    );
}

function canaryProblems(
    machine: Machine,
    args: Checked,
    { canary }: Completed,
    place: Parameters<typeof templateProblems>[3],
): check.Problem[] {
    const { template = {}, split = defaultSplit } = args.canary ?? {};
    const own = Object.keys(template);
    const found = canary ? templateProblems(machine, { ...args, ...template }, canary.template, place) : [];
    const inTemplate = found.filter(
        (problem) => problem !== undefined && own.includes(problem.path.split(".")[0] as string),
    ) as check.Problem[];
    return [
        ...inTemplate.map((problem) => ({ ...problem, path: `canary.template.${problem.path}` })),
        ...splitProblems(split, 0).map((problem) => ({ ...problem, path: problem.path.replace("traffic", "canary") })),
        ...(own.length === 0
            ? [
                  check.problem(
                      "canary.template",
                      "compute/canary-without-difference",
                      "must have what is different from the other instances.",
                  ),
              ]
            : []),
    ];
}

/**
 * "Autoscaling cannot be used with stateful configuration":
 * https://cloud.google.com/compute/docs/instance-groups/stateful-migs#limitations
 */
function statefulProblems({ scaling, statefulDisks = {}, canary }: Checked, { disks }: Completed): check.Problem[] {
    const names = Object.keys(statefulDisks);
    return [
        ...(names.length > 0 && typeof scaling !== "number"
            ? [
                  check.problem(
                      "statefulDisks",
                      "compute/stateful-disks-of-scaled-group",
                      "needs a fixed number of instances, because Google Cloud does not scale groups with stateful disks. Set scaling to the number.",
                  ),
              ]
            : []),
        ...(names.length > 0 && canary !== undefined
            ? [
                  check.problem(
                      "statefulDisks",
                      "compute/stateful-disks-with-canary",
                      "cannot be combined with canary, because a stateful group has one template. Remove one of them.",
                  ),
              ]
            : []),
        ...names
            .filter((name) => disks[name] === undefined)
            .map((name) =>
                check.problem(
                    `statefulDisks.${name}`,
                    "compute/stateful-disk-unknown",
                    `must be one of disks: ${Object.keys(disks).join(", ") || "there are none"}.`,
                ),
            ),
    ];
}

/** https://cloud.google.com/compute/docs/instances/suspend-resume-instance#limitations */
function standbyProblems({ standby, gpu, confidential, spot }: Completed): check.Problem[] {
    const path = "standby.suspended";
    const { suspended = 0 } = standby ?? {};
    const kind = gpu ? "GPUs" : confidential ? "confidential" : spot ? "spot" : undefined;
    return suspended > 0 && kind !== undefined
        ? [
              check.problem(
                  path,
                  "compute/suspended-unsupported",
                  `is not supported for machines with ${kind} (got ${suspended}). Use stopped.`,
              ),
          ]
        : [];
}
