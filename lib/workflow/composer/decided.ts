import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import * as check from "../../internal/check";
import { fitted } from "../../internal/names";
import { type ComposerEnvironmentArgs, composerArgs } from "./arguments";
import { checkDags, type Preflight } from "./preflight/dags";
import { ownersWarning } from "./preflight/owners";
import { problemsTogether } from "./problems";
import { defaultVersion, type Image, imageOf } from "./versions";
import { type DecidedWorkloads, decidedWorkloads } from "./workloads";

/** What is there, be it by default. */
type Always =
    | "version"
    | "size"
    | "resilience"
    | "packages"
    | "environment"
    | "airflow"
    | "uses"
    | "connections"
    | "variables"
    | "ranges"
    | "region"
    | "name";

/** The arguments of an environment with everything decided that they leave open. */
export interface Decided
    extends Omit<ComposerEnvironmentArgs, Always | "workloads">,
        Required<Pick<ComposerEnvironmentArgs, Always>> {
    image: Image;
    workloads: DecidedWorkloads;
    /** What the check of DAG files says of itself; nothing where there are none, or none was asked for. */
    checked?: string;
}

/** By environment the components of each environment of Composer, by region and name. */
const taken = new WeakMap<Environment, Map<string, string>>();

/** The arguments as they were given or by default, or an error that tells of all that is wrong with them. */
export function decided(component: string, given: ComposerEnvironmentArgs, environment: Environment): Decided {
    const args = composerArgs(String(Object(given).region ?? environment.region));
    const names = taken.get(environment) ?? new Map<string, string>();
    taken.set(environment, names);
    let preflight: Preflight | undefined;
    const together = (checked: ComposerEnvironmentArgs) => {
        const all = completed(component, checked, environment);
        preflight = dagsOf(all);
        return [nameProblem(all, names), ...problemsTogether(all, checked), ...(preflight?.problems ?? [])];
    };
    const checked = check.checked(`ComposerEnvironment "${component}"`, given, args, together);
    const warning = ownersWarning(preflight?.owners ?? [], checked.alerts);
    if (warning) {
        pulumi.log.warn(`ComposerEnvironment "${component}": ${warning}`);
    }
    const all = completed(component, checked, environment);
    names.set(`${all.region}/${all.name}`, component);
    return { ...all, checked: preflight?.how };
}

/** A name that another environment of the program has: Google would refuse the second while the first is made. */
function nameProblem({ region, name }: Decided, names: Map<string, string>): check.Problem | undefined {
    const other = names.get(`${region}/${name}`);
    return other === undefined
        ? undefined
        : { path: "name", reason: `is that of ComposerEnvironment "${other}" (got "${name}"). Choose another one.` };
}

function completed(component: string, given: ComposerEnvironmentArgs, environment: Environment): Decided {
    const { defaults, region } = environment;
    const all = check.completed(given, {
        version: defaultVersion,
        size: defaults.composerSize,
        resilience: defaults.highAvailability ? "high" : "standard",
        packages: {},
        environment: {},
        airflow: {},
        uses: {},
        connections: {},
        variables: {},
        ranges: {},
        region,
        name: fitted(component.toLowerCase(), 63),
    });
    const image = imageOf(all.version) as Image;
    const { workloads = {} } = given;
    const resilient = all.resilience === "high";
    return { ...all, image, workloads: decidedWorkloads(workloads, all.size, { composer: image.composer, resilient }) };
}

function dagsOf(all: Decided): Preflight | undefined {
    const {
        dags,
        plugins,
        checkDags: isAsked = true,
        packages,
        image,
        environment,
        uses,
        variables,
        connections,
    } = all;
    return dags === undefined || !isAsked
        ? undefined
        : checkDags({
              dags,
              plugins,
              packages: Object.keys(packages),
              image,
              environment: { ...environment, ...uses },
              variables,
              connections,
          });
}
