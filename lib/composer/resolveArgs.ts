import { existsSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import { nameFormats } from "../facts/names";
import * as check from "../internal/check";
import { shortenName } from "../internal/names";
import type { Alerts } from "../monitoring/alerts/alerts";
import { airflowProblems } from "./airflow";
import { alertProblem, type ComposerAlerts } from "./alerts";
import { type ComposerEnvironmentArgs, composerArgs } from "./arguments";
import { backendProblems } from "./backend";
import { maintenanceProblem } from "./maintenance";
import { networkProblems, rangeProblems } from "./network";
import { packageProblems } from "./packages";
import { pluginFiles } from "./plugin";
import { checkDags, type DagCheckResult, type DagOwner } from "./preflight/dags";
import { variableProblems } from "./variables";
import { defaultVersion, type Image, resolveImage } from "./versions";
import { workloadProblems } from "./workloadLimits";
import { type ResolvedWorkloads, resolveWorkloads } from "./workloads";

type Defaulted =
    | "version"
    | "size"
    | "resilience"
    | "packages"
    | "env"
    | "airflow"
    | "uses"
    | "connections"
    | "variables"
    | "ranges"
    | "region"
    | "name";

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends Omit<ComposerEnvironmentArgs, Defaulted | "workloads" | "alerts">,
        Required<Pick<ComposerEnvironmentArgs, Defaulted>> {
    alerts?: ComposerAlerts;
    image: Image;
    workloads: ResolvedWorkloads;
    /** How the DAG files were checked; undefined without DAGs or with `checkDags: false`. */
    dagCheck?: string;
}

/** The components of each program by the region and name of their environments. */
const componentsByName = new WeakMap<Environment, Map<string, string>>();

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: ComposerEnvironmentArgs, environment: Environment): ResolvedArgs {
    const title = `ComposerEnvironment "${component}"`;
    const argsCheck = composerArgs(String(Object(args).region ?? environment.region));
    const names = componentsByName.get(environment) ?? new Map<string, string>();
    componentsByName.set(environment, names);
    let result: DagCheckResult | undefined;
    const all = check.resolved(
        title,
        args,
        argsCheck,
        (valid) => complete(component, valid, environment),
        (resolved, valid) => {
            result = checkDagFiles(resolved);
            return [nameProblem(resolved, names), ...combinationProblems(resolved, valid), ...(result?.problems ?? [])];
        },
    );
    const warning = ownersWarning(result?.owners ?? [], all.alerts);
    if (warning) {
        pulumi.log.warn(`${title}: ${warning}`);
    }
    names.set(`${all.region}/${all.name}`, component);
    return { ...all, dagCheck: result?.summary };
}

/** A name that another environment of the program has: Composer would fail to create the second. */
function nameProblem({ region, name }: ResolvedArgs, names: Map<string, string>): check.Problem | undefined {
    const other = names.get(`${region}/${name}`);
    return check.when(
        other !== undefined,
        "name",
        "composer/name-taken",
        `is the name of ComposerEnvironment "${other}" (got "${name}"). Choose another name.`,
    );
}

function complete(component: string, args: ComposerEnvironmentArgs, environment: Environment): ResolvedArgs {
    const { defaults, region } = environment;
    const all = check.withDefaults(args, {
        version: defaultVersion,
        size: defaults.composerSize,
        resilience: defaults.highAvailability ? "high" : "standard",
        packages: {},
        env: {},
        airflow: {},
        uses: {},
        connections: {},
        variables: {},
        ranges: {},
        region,
        name: shortenName(component.toLowerCase(), nameFormats.rows.composerEnvironment.max),
    });
    const image = resolveImage(all.version) as Image;
    const { workloads = {} } = args;
    const resilient = all.resilience === "high";
    const { alerts } = args;
    return {
        ...all,
        alerts: check.isResource(alerts) ? { to: alerts as Alerts } : (alerts as ComposerAlerts | undefined),
        image,
        workloads: resolveWorkloads(workloads, all.size, { composer: image.composer, resilient }),
    };
}

function checkDagFiles(all: ResolvedArgs): DagCheckResult | undefined {
    const { dags, plugins, checkDags: isEnabled = true, packages, image, env, uses, variables, connections } = all;
    return dags === undefined || !isEnabled
        ? undefined
        : checkDags({
              dags,
              plugins,
              packages: Object.keys(packages),
              image,
              env: { ...env, ...uses },
              variables,
              connections,
          });
}

function combinationProblems(all: ResolvedArgs, args: ComposerEnvironmentArgs): (check.Problem | undefined)[] {
    const { image, region, resilience, uses, env, network } = all;
    const { composer } = image;
    return [
        check.when(
            !nameFormats.rows.composerEnvironment.pattern.test(all.name),
            "name",
            "composer/name-missing",
            `is missing, because the component's name is not a valid name: it ${nameFormats.rows.composerEnvironment.rule} (got "${all.name}").`,
        ),
        check.when(
            composer === 2 && all.size === "extra-large",
            "size",
            "composer/size-of-generation",
            'is only available in Composer 3 (got "extra-large"). Use "large".',
        ),
        ...workloadProblems(args.workloads ?? {}, all.workloads, { ...image, resilient: resilience === "high" }),
        ...packageProblems(all.packages, image),
        check.when(
            composer === 2 && all.privateBuilds,
            "privateBuilds",
            "composer/private-builds-of-generation",
            "is only available in Composer 3. Remove it.",
        ),
        ...airflowProblems(all.airflow, image),
        ...variableProblems(env, uses),
        ...backendProblems(all, all.airflow),
        ...networkProblems(network, uses, env, region, composer),
        ...rangeProblems(all.ranges, network, composer),
        maintenanceProblem(all.maintenance),
        all.alerts && alertProblem(all.alerts),
        ...(all.pools || all.alerts ? pluginFiles.map((file) => pluginFileProblem(all.plugins, file)) : []),
    ];
}

/** A plugin with the filename of the plugin that the component uploads. */
function pluginFileProblem(plugins: string | undefined, file: string): check.Problem | undefined {
    return check.when(
        plugins !== undefined && existsSync(join(plugins, file)),
        "plugins",
        "composer/plugin-reserved",
        `has the file ${file}, which is reserved for pools and alerts. Rename it.`,
    );
}

/** Warns of owners in DAG files for whom there is no alert. */
function ownersWarning(owners: DagOwner[], alerts: ComposerAlerts | undefined): string | undefined {
    const known = alerts?.owners ?? {};
    const missing = alerts && !alerts.others ? owners.filter(({ owner }) => !Object.hasOwn(known, owner)) : [];
    const each = missing.map(({ owner, place }) => `"${owner}" (${place})`);
    return each.length > 0
        ? `alerts: no alert is configured for the owners of the DAGs of ${each.join(", ")}. Add ${each.length > 1 ? "them" : "the owner"} to alerts.owners, or set alerts.others.`
        : undefined;
}
