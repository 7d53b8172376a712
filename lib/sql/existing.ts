import { DatabaseInstance } from "@pulumi/gcp/sql/databaseInstance";
import * as pulumi from "@pulumi/pulumi";
import type { ComponentArgs } from "../component/component";
import type { Environment } from "../environment/environment";
import { type ExistingRegionalArgs, existingNameProblem } from "../environment/existing";
import { databaseVersion } from "../facts/cloudSqlVersions";
import { nameFormats } from "../facts/names";
import { deferredError, programPlace } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import type { Child } from "../internal/engine/children";
import type { NetworkOr } from "../internal/network/networkOf";
import { projectId } from "../stack/settings/projectId";
import type { InstanceNetwork, PrivateServiceConnect } from "./connectivity";
import {
    attachedChecks,
    attachedProblems,
    complete,
    type ResolvedArgs,
    type SharedInstanceArgs,
    settingChecks,
} from "./instanceArgs";
import { checkedEngine, type Engine } from "./versions";

type Attached = Pick<
    SharedInstanceArgs,
    "databases" | "users" | "iamUsers" | "exports" | "protection" | "alerts" | "transform"
>;

/** Where an instance exists, what is known of it, and what the component adds to it. */
export interface ExistingInstanceArgs extends ComponentArgs, ExistingRegionalArgs, check.AllowUnlistedArgs, Attached {
    /**
     * The engine of the instance.
     * @default "postgres"
     */
    engine?: Engine;
    /**
     * The major version of the instance: clients of MySQL 5.7 have no roles.
     * @default the default version of new instances
     */
    version?: string;
    /**
     * The network in which the instance has a private address.
     * @default not known: consumers with sockets connect, and others need a `network` of their own
     */
    network?: NetworkOr<InstanceNetwork>;
    /**
     * Whether the instance has a public address, to which App Engine connects.
     * @default false
     */
    publicAddress?: boolean;
    /**
     * The network in which the component creates an endpoint for an instance with Private Service Connect, in the subnet of its region.
     * @default none
     */
    privateServiceConnect?: Pick<PrivateServiceConnect, "network">;
}

const unmanaged = "The stack does not manage an existing instance. Remove it.";

/** Checks the arguments of an existing instance of this engine. */
const existingInstance = (engine: Engine) => {
    const settings = settingChecks(engine, "");
    const { network, privateServiceConnect } = settings;
    return check.explainedOptions<ExistingInstanceArgs>(
        Object.fromEntries(Object.keys(settings).map((setting) => [setting, unmanaged])),
        {
            ...attachedChecks(engine),
            project: projectId,
            network: network as check.Check<NetworkOr<InstanceNetwork>>,
            publicAddress: check.flag(),
            privateServiceConnect,
        },
    );
};

/** Completes the arguments of an existing instance with their defaults and validates the result. */
export function resolveExisting(name: string, args: ExistingInstanceArgs, environment: Environment): ResolvedArgs {
    return check.resolved(
        `CloudSqlInstance "${name}"`,
        args,
        existingInstance(checkedEngine(Object(args).engine)),
        ({ project = environment.project, ...checked }) => ({
            ...complete(checked, name, environment),
            // The network of an existing instance is known only from the arguments.
            network: checked.network ?? false,
            isExisting: true,
            project,
        }),
        (resolved) => [existingNameProblem(name, nameFormats.rows.cloudSqlInstance), ...attachedProblems(resolved)],
    );
}

/** Reads an existing instance. The preview fails if there is none. */
export function readInstance(
    component: string,
    { project, name }: Pick<ResolvedArgs, "project" | "name">,
    child: Child,
): DatabaseInstance {
    const [childName, , options] = child("instance", component, {});
    return DatabaseInstance.get(childName, `projects/${project}/instances/${name}`, undefined, options);
}

/**
 * The connection name of an existing instance, which is refused if the arguments describe another instance. A program's own mocks may not know
 * what they describe.
 */
export function verifiedConnectionName(
    component: string,
    { engine, version, region }: ResolvedArgs,
    instance: DatabaseInstance,
): pulumi.Output<string> {
    const place = programPlace();
    return pulumi
        .all([instance.connectionName, instance.databaseVersion, instance.region])
        .apply(([connectionName, actualVersion, actualRegion]) => {
            const [prefix] = databaseVersion(engine, version).split("_");
            const isOther = (actual: string | undefined, isSame: boolean) => actual !== undefined && !isSame;
            const problems: check.Problem[] = [];
            if (isOther(actualVersion, actualVersion?.startsWith(`${prefix}_`))) {
                const reason = `must be the engine of the instance, ${actualVersion} (got "${engine}").`;
                problems.push(check.problem("engine", "sql/engine-of-existing", reason));
            }
            if (isOther(actualRegion, actualRegion === region)) {
                const reason = `must be the region of the instance, ${actualRegion} (got "${region}").`;
                problems.push(check.problem("region", "sql/region-of-existing", reason));
            }
            if (problems.length > 0) {
                throw deferredError(component, problems, place);
            }
            return connectionName;
        });
}
