import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import { ExistingOf, existingNameProblem } from "../environment/existing";
import type { Edition } from "../facts/cloudSqlVersions";
import { nameFormats } from "../facts/names";
import * as check from "../internal/check";
import { labelValue } from "../internal/labels";
import { shortenName } from "../internal/names";
import { type AnyInstanceArgs, type CloudSqlInstanceArgs, cloudSqlInstanceArgs, type ResolvedArgs } from "./arguments";
import { type ExistingInstanceArgs, existingInstance } from "./existing";
import type { PasswordPolicy } from "./passwordPolicy";
import { resolveReplica } from "./replicas";
import { resolveStorage } from "./storage";
import { resolveTier } from "./tiers";
import { attachedProblems, combinationProblems } from "./validation";
import { defaultVersions, type Engine } from "./versions";

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(name: string, args: CloudSqlInstanceArgs, environment: Environment): ResolvedArgs {
    const component = `CloudSqlInstance "${name}"`;
    if ((args as object) instanceof ExistingOf) {
        return resolveExisting(name, (args as ExistingOf<ExistingInstanceArgs>).args, environment);
    }
    const { engine, region } = Object(args) as AnyInstanceArgs;
    return check.resolved(
        component,
        args as AnyInstanceArgs,
        cloudSqlInstanceArgs(checkedEngine(engine), String(region ?? environment.region)),
        (checked) => ({
            ...complete(checked, shortenName(name, 90 - environment.project.length), environment),
            isExisting: false,
            project: environment.project,
        }),
        (resolved, checked) => combinationProblems(resolved, checked, environment),
    );
}

function resolveExisting(name: string, args: ExistingInstanceArgs, environment: Environment): ResolvedArgs {
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

/** The engine whose checks apply. An unknown engine fails the check of `engine` itself. */
function checkedEngine(engine: unknown): Engine {
    return engine === "mysql" || engine === "sqlserver" ? engine : "postgres";
}

function complete(args: AnyInstanceArgs, name: string, environment: Environment) {
    const { defaults } = environment;
    const engine = args.engine ?? "postgres";
    const edition = args.edition ?? "ENTERPRISE";
    const tier = resolveTier(args) ?? defaultTier(engine, edition, defaults.databaseTier);
    const completed = check.withDefaults(args, {
        version: defaultVersions[engine],
        region: environment.region,
        name,
        highAvailability: defaults.highAvailability,
        backups: {},
        databases: {},
        users: {},
        iamUsers: {},
        flags: {},
        audit: false,
        insights: true,
        maintenance: {},
        passwordPolicy: engine === "sqlserver" ? false : ({} as PasswordPolicy),
        connectionPooling: false,
        dataCache: edition === "ENTERPRISE_PLUS",
        publicAddress: false,
        protection: defaults.databaseProtection,
    });
    const replicas = Object.entries(args.replicas ?? {}).map(([key, replica]) => {
        return [key, resolveReplica(replica, { ...completed, tier })];
    });
    return {
        ...completed,
        engine,
        edition,
        tier,
        storage: resolveStorage(args.storage, tier),
        replicas: Object.fromEntries(replicas),
        // The provider's default labels do not apply to instances.
        labels: { environment: labelValue(pulumi.getStack()), ...args.labels },
    };
}

function defaultTier(engine: Engine, edition: Edition, tier: string): string {
    return edition === "ENTERPRISE_PLUS" ? "db-perf-optimized-N-2" : engine === "sqlserver" ? "db-custom-2-8192" : tier;
}
