import * as pulumi from "@pulumi/pulumi";
import type { DatabaseProtection } from "../environment/defaults";
import type { Environment } from "../environment/environment";
import type { Edition } from "../facts/cloudSqlVersions";
import * as check from "../internal/check";
import { labelValue } from "../internal/labels";
import { shortenName } from "../internal/names";
import { type AnyInstanceArgs, type CloudSqlInstanceArgs, cloudSqlInstanceArgs } from "./arguments";
import type { Backups } from "./backups";
import { existingInstance } from "./existing";
import type { PasswordPolicy } from "./passwordPolicy";
import { type ResolvedReplica, resolveReplica } from "./replicas";
import { type ResolvedStorage, resolveStorage } from "./storage";
import { resolveTier } from "./tiers";
import { attachedProblems, combinationProblems } from "./validation";
import { defaultVersions, type Engine } from "./versions";

type Defaulted =
    | "users"
    | "databases"
    | "iamUsers"
    | "insights"
    | "maintenance"
    | "flags"
    | "connectionPooling"
    | "publicAddress";

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends Omit<AnyInstanceArgs, Defaulted | "replicas" | "storage" | "labels">,
        Required<Pick<AnyInstanceArgs, Defaulted>> {
    engine: Engine;
    version: string;
    edition: Edition;
    tier: string;
    region: string;
    name: string;
    storage: ResolvedStorage;
    highAvailability: boolean;
    backups: false | Backups;
    protection: DatabaseProtection;
    replicas: Record<string, ResolvedReplica>;
    passwordPolicy: false | PasswordPolicy;
    dataCache: boolean;
    audit: boolean;
    labels: Record<string, pulumi.Input<string>>;
}

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(name: string, args: CloudSqlInstanceArgs, environment: Environment): ResolvedArgs {
    const component = `CloudSqlInstance "${name}"`;
    const { engine, region, existing } = Object(args) as AnyInstanceArgs;
    const checks =
        existing === undefined
            ? cloudSqlInstanceArgs(checkedEngine(engine), String(region ?? environment.region))
            : existingInstance(checkedEngine(engine));
    return check.resolved(
        component,
        args as AnyInstanceArgs,
        checks as check.Check<AnyInstanceArgs>,
        (checked) => complete(name, checked, environment),
        (resolved, checked) =>
            existing === undefined ? combinationProblems(resolved, checked, environment) : attachedProblems(resolved),
    );
}

/** The engine whose checks apply. An unknown engine fails the check of `engine` itself. */
function checkedEngine(engine: unknown): Engine {
    return engine === "mysql" || engine === "sqlserver" ? engine : "postgres";
}

function complete(component: string, args: AnyInstanceArgs, environment: Environment): ResolvedArgs {
    const { defaults } = environment;
    const engine = args.engine ?? "postgres";
    const edition = args.edition ?? "ENTERPRISE";
    const tier = resolveTier(args) ?? defaultTier(engine, edition, defaults.databaseTier);
    const completed = check.withDefaults(args, {
        version: defaultVersions[engine],
        region: environment.region,
        name: args.existing?.split("/").at(-1) ?? shortenName(component, 90 - environment.project.length),
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
        // That of an existing instance is not known.
        network: args.existing === undefined ? args.network : (args.network ?? false),
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
