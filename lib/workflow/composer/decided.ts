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

/** The arguments as they were given or by default, or an error that tells of all that is wrong with them. */
export function decided(component: string, given: ComposerEnvironmentArgs, environment: Environment): Decided {
    const args = composerArgs(String(Object(given).region ?? environment.region));
    let preflight: Preflight | undefined;
    const together = (checked: ComposerEnvironmentArgs) => {
        const all = completed(component, checked, environment);
        preflight = dagsOf(all);
        return [...problemsTogether(all, checked), ...(preflight?.problems ?? [])];
    };
    const checked = check.checked(`ComposerEnvironment "${component}"`, given, args, together);
    const warning = ownersWarning(preflight?.owners ?? [], checked.alerts);
    if (warning) {
        pulumi.log.warn(`ComposerEnvironment "${component}": ${warning}`);
    }
    return { ...completed(component, checked, environment), checked: preflight?.how };
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
