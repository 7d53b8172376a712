import type { Environment } from "../environment/environment";
import { ExistingOf, existingNameProblem } from "../environment/existing";
import { labelLimits } from "../facts/limits/labels";
import { nameFormats } from "../facts/names";
import * as check from "../internal/check";
import { labelValue } from "../internal/labels";
import { shortenName } from "../internal/names";
import { type AnyClusterArgs, type GkeClusterArgs, gkeClusterArgs, type SharedClusterArgs } from "./arguments";
import { controlPlaneProblem } from "./controlPlane";
import { dnsProblem } from "./dns";
import { type ExistingClusterArgs, existingCluster } from "./existing";
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
    return (args as object) instanceof ExistingOf
        ? resolveExisting(component, (args as ExistingOf<ExistingClusterArgs>).args, environment, stack)
        : resolveNew(component, args as AnyClusterArgs, environment, stack);
}

function resolveExisting(name: string, args: ExistingClusterArgs, { project, region }: Environment, stack: string) {
    const completed = check.withDefaults(args, {
        project,
        mode: args?.nodePools ? ("standard" as const) : ("autopilot" as const),
        auth: "plugin" as const,
    });
    const resolved = check.checked(
        `GkeCluster "${name}"`,
        completed,
        existingCluster() as check.Check<typeof completed>,
        ({ mode, nodePools: pools, ...place }) => [
            existingNameProblem(name, nameFormats.rows.gkeCluster),
            ...nodePoolProblems(pools, regionOf(locationOf(place, region))),
            twoPlaces(place),
            check.when(
                pools && mode === "autopilot",
                "mode",
                "gke/mode-with-node-pools",
                'must be standard with nodePools (got "autopilot").',
            ),
        ],
    );
    return {
        ...resolved,
        ...placeOf(locationOf(resolved, region)),
        isExisting: true as const,
        name,
        labels: labelsOf(resolved, stack),
    };
}

type Place = Pick<AnyClusterArgs, "region" | "zone">;

/** Where a cluster is: its zone, its region, or the region of the environment. */
const locationOf = ({ region, zone }: Place, ofEnvironment: string): string => zone ?? region ?? ofEnvironment;

/** The location of a cluster, its region, and whether it is in one zone. */
const placeOf = (location: string) => ({ location, region: regionOf(location), isZonal: isZone(location) });

function twoPlaces({ region, zone }: Place): check.Problem | undefined {
    const reason = `cannot be combined with region (got "${zone}"). Set zone for a cluster in one zone, or region.`;
    return check.when(region !== undefined && zone !== undefined, "zone", "gke/zone-and-region", reason);
}

/** The provider's default labels do not apply to nodes. */
const labelsOf = ({ labels }: Pick<SharedClusterArgs, "labels">, stack: string) => ({
    environment: labelValue(stack),
    ...labels,
});

function resolveNew(component: string, args: AnyClusterArgs, environment: Environment, stack: string) {
    const completed = check.withDefaults(args, {
        name: shortenName(component, namePrefix.max),
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
        gkeClusterArgs(regionOf(String(locationOf(Object(completed), environment.region)))),
        (all) => problems(all, locationOf(all, environment.region)),
    );
    return {
        ...resolved,
        ...placeOf(locationOf(resolved, environment.region)),
        isExisting: false as const,
        project: environment.project,
        mode: resolved.nodePools ? ("standard" as const) : ("autopilot" as const),
        protect: environment.defaults.protect,
        labels: labelsOf(resolved, stack),
    };
}

type CompletedArgs = AnyClusterArgs & { privateNodes: boolean };

function problems(args: CompletedArgs, location: string): (check.Problem | undefined)[] {
    const region = regionOf(location);
    return [
        twoPlaces(args),
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

/** Options that Autopilot clusters do not have. */
function standardProblems(args: CompletedArgs): check.Problem[] {
    const options = ["zone", "autoscalingProfile", "maxPodsPerNode", "autoProvisioning", "dns"] as const;
    const standardOptions = options.filter((key) => args[key] !== undefined);
    return args.nodePools
        ? []
        : standardOptions.map((path) => {
              const why =
                  path === "zone"
                      ? "cannot be set, because Autopilot clusters are regional"
                      : "is managed by Google in an Autopilot cluster";
              const reason = `${why} (got ${JSON.stringify(args[path])}). Remove it, or set nodePools.`;
              return check.problem(path, "gke/option-of-standard", reason);
          });
}

function tooManyLabels({ labels: own = {} }: CompletedArgs): check.Problem | undefined {
    const count = Object.keys({ environment: "", ...own }).length;
    const { max } = labelLimits.rows.labels;
    const reason = `there can be ${max} labels at most, with environment (got ${count}).`;
    return check.when(count > max, "labels", "gke/too-many-labels", reason);
}

const isZone = (location: string) => /-[a-z]$/.test(location);
const regionOf = (location: string) => location.replace(/-[a-z]$/, "");
