import type { Environment } from "../environment/environment";
import { labelLimits } from "../facts/limits/labels";
import * as check from "../internal/check";
import { labelValue } from "../internal/labels";
import { shortenName } from "../internal/names";
import { type AnyClusterArgs, type GkeClusterArgs, gkeClusterArgs, type SharedClusterArgs } from "./arguments";
import { controlPlaneProblem } from "./controlPlane";
import { dnsProblem } from "./dns";
import { type ExistingCluster, existingCluster } from "./existing";
import { maintenanceProblems } from "./maintenance";
import { networkProblems } from "./network";
import { namePrefix, nodePoolProblems } from "./nodePool";
import { observabilityProblems } from "./observability";

/** Validated arguments with their defaults. */
export type ResolvedArgs = ReturnType<typeof resolveNew>;

/** Validated arguments of an existing cluster with their defaults. */
export type ResolvedExisting = ReturnType<typeof resolveExisting>;

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(
    component: string,
    args: GkeClusterArgs,
    environment: Environment,
    stack: string,
): ResolvedArgs | ResolvedExisting {
    return args?.existing === undefined
        ? resolveNew(component, args as AnyClusterArgs, environment, stack)
        : resolveExisting(component, args as ExistingCluster, environment, stack);
}

function resolveExisting(component: string, args: ExistingCluster, { region }: Environment, stack: string) {
    const [, , , ofId] = args.existing.split("/");
    const completed = check.withDefaults(args, {
        location: ofId ?? region,
        mode: args.nodePools ? ("standard" as const) : ("autopilot" as const),
        auth: "plugin" as const,
    });
    const resolved = check.checked(
        `GkeCluster "${component}"`,
        completed,
        existingCluster() as check.Check<typeof completed>,
        ({ location, mode, nodePools: pools }) => [
            ...nodePoolProblems(pools, regionOf(location)),
            ofId !== undefined && ofId !== location
                ? {
                      path: "location",
                      reason: `must be the location in the ID, "${ofId}" (got "${location}"). Remove it.`,
                  }
                : undefined,
            pools && mode === "autopilot"
                ? { path: "mode", reason: 'must be standard with nodePools (got "autopilot").' }
                : undefined,
        ],
    );
    return {
        ...resolved,
        ...placeOf(resolved.location),
        name: resolved.existing.split("/").at(-1) as string,
        labels: labelsOf(resolved, stack),
    };
}

/** The region of a location, and whether it is a zone. */
const placeOf = (location: string) => ({ region: regionOf(location), isZonal: isZone(location) });

/** The provider's default labels do not apply to nodes. */
const labelsOf = ({ labels }: Pick<SharedClusterArgs, "labels">, stack: string) => ({
    environment: labelValue(stack),
    ...labels,
});

function resolveNew(component: string, args: AnyClusterArgs, environment: Environment, stack: string) {
    const completed = check.withDefaults(args, {
        name: shortenName(component, namePrefix.max),
        location: environment.region,
        releaseChannel: "REGULAR",
        privateNodes: true,
        controlPlane: {},
        auth: "plugin",
        controlPlaneLogs: [],
        labels: {},
    });
    const resolved = check.checked(
        `GkeCluster "${component}"`,
        completed,
        gkeClusterArgs(regionOf(String(Object(completed).location))),
        problems,
    );
    return {
        ...resolved,
        ...placeOf(resolved.location),
        existing: undefined,
        mode: resolved.nodePools ? ("standard" as const) : ("autopilot" as const),
        protect: environment.defaults.protect,
        labels: labelsOf(resolved, stack),
    };
}

type CompletedArgs = AnyClusterArgs & { location: string; privateNodes: boolean };

function problems(args: CompletedArgs): (check.Problem | undefined)[] {
    const region = regionOf(args.location);
    return [
        locationProblem(args),
        ...standardProblems(args),
        ...nodePoolProblems(args.nodePools, region),
        ...networkProblems(args.network, region),
        ...maintenanceProblems(args.maintenance),
        controlPlaneProblem(args.controlPlane, args.privateNodes),
        dnsProblem(args.dns),
        ...observabilityProblems(args, !args.nodePools),
        tooManyLabels(args),
    ];
}

function locationProblem({ location, nodePools: pools }: CompletedArgs): check.Problem | undefined {
    const reason = `must be a region, because Autopilot clusters are regional (got "${location}"). Set nodePools for a Standard cluster.`;
    return isZone(location) && !pools ? { path: "location", reason } : undefined;
}

/** Options that Autopilot clusters do not have. */
function standardProblems(args: CompletedArgs): check.Problem[] {
    const options = ["autoscalingProfile", "maxPodsPerNode", "autoProvisioning", "dns"] as const;
    const standardOptions = options.filter((key) => args[key] !== undefined);
    return args.nodePools
        ? []
        : standardOptions.map((path) => {
              const reason = `is managed by Google in an Autopilot cluster (got ${JSON.stringify(args[path])}). Remove it, or set nodePools.`;
              return { path, reason };
          });
}

function tooManyLabels({ labels: own = {} }: CompletedArgs): check.Problem | undefined {
    const count = Object.keys({ environment: "", ...own }).length;
    const { max } = labelLimits.rows.labels;
    const reason = `there can be ${max} labels at most, with environment (got ${count}).`;
    return count > max ? { path: "labels", reason } : undefined;
}

const isZone = (location: string) => /-[a-z]$/.test(location);
const regionOf = (location: string) => location.replace(/-[a-z]$/, "");
