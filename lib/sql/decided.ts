import * as pulumi from "@pulumi/pulumi";
import { componentArgs } from "../environment/component";
import type { Environment } from "../environment/environment";
import { encryptionKeyIn } from "../identity/encryption";
import * as check from "../internal/check";
import { transforms } from "../internal/children";
import { labels, labelValue } from "../internal/labels";
import { fitted } from "../internal/names";
import { region, zone } from "../internal/places";
import type { CloudSqlInstanceArgs } from "./arguments";
import { backups } from "./backups";
import { connectivity } from "./connectivity";
import { exported } from "./exports";
import { flagsOf } from "./flags";
import type { Decided, Edition, Given } from "./given";
import { insights } from "./insights";
import { maintenance } from "./maintenance";
import { iamPrincipal, instanceName, sqlName } from "./names";
import { type PasswordPolicy, passwordPolicy, userPolicy } from "./passwordPolicy";
import { pooling } from "./pooling";
import { problemsTogether } from "./problems";
import { type DecidedReplica, replicasOf } from "./replicas";
import { source } from "./source";
import { decidedStorage, storage } from "./storage";
import { machineChecks, tierOf } from "./tiers";
import type { IamUser, SqlDatabase, SqlUser } from "./users";
import { type Engine, newestVersion, versionOf } from "./versions";

const roles = check.list(check.text());

const argsOf = (engine: Engine, place: string) =>
    check.options<Given>({
        ...connectivity,
        ...machineChecks,
        engine: check.oneOf("postgres", "mysql", "sqlserver"),
        version: versionOf(engine),
        flags: flagsOf(engine),
        collation: check.text(),
        timeZone: check.text(),
        edition: check.oneOf("ENTERPRISE", "ENTERPRISE_PLUS"),
        storage,
        highAvailability: check.flag(),
        zone,
        secondaryZone: zone,
        backups,
        databases: check.record(
            sqlName,
            check.options<SqlDatabase>({ charset: check.text(), collation: check.text() }),
        ),
        users: check.record(
            sqlName,
            check.options<SqlUser>({
                roles,
                host: check.matching(/^[\w.%:/-]{1,60}$/, "must be a host or an address, also with %, such as 10.%"),
                rotation: check.text(),
                passwordPolicy: userPolicy,
            }),
        ),
        iamUsers: check.record(iamPrincipal, check.options<IamUser>({ roles })),
        replicas: replicasOf(flagsOf(engine)),
        audit: check.flag(),
        insights,
        maintenance,
        passwordPolicy,
        connectionPooling: pooling,
        dataCache: check.flag(),
        protection: check.oneOf("none", "standard", "maximum"),
        exports: exported,
        from: source,
        encryptionKey: encryptionKeyIn(place, "the instance"),
        region,
        name: instanceName,
        labels,
        transform: transforms(
            "instance",
            "replica",
            "database",
            "user",
            "iamUser",
            "iamGrant",
            "workflow",
            "exportAccount",
            "schedule",
        ),
        ...check.allowUnlistedArgs,
        ...componentArgs,
    });

/** The arguments as they were given or by default, or an error that tells of all that is wrong with them. */
export function decided(component: string, given: CloudSqlInstanceArgs, environment: Environment): Decided {
    const open = given as Given;
    const args = argsOf(engineOf(open), String(Object(open).region ?? environment.region));
    const together = (checked: Given) =>
        problemsTogether(completed(component, checked, environment), checked, environment);
    const checked = check.checked(`CloudSqlInstance "${component}"`, open, args, together);
    return completed(component, checked, environment);
}

/** The engine by which the other arguments are checked; one that there is not is told by its own check. */
function engineOf(given: Given): Engine {
    const engine: unknown = Object(given).engine;
    return engine === "mysql" || engine === "sqlserver" ? engine : "postgres";
}

function completed(component: string, given: Given, environment: Environment): Decided {
    const { defaults } = environment;
    const engine = given.engine ?? "postgres";
    const edition = given.edition ?? "ENTERPRISE";
    const tier = tierOf(given) ?? defaultTier(engine, edition, defaults.databaseTier);
    const all = check.completed(given, {
        version: newestVersion[engine],
        region: environment.region,
        name: fitted(component, 90 - environment.project.length),
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
    const replicas = Object.entries(given.replicas ?? {}).map(([key, replica]) => {
        const { vCpus, memory, ...others } = replica;
        const own = { ...others, tier: tierOf(replica) ?? tier, flags: replica.flags ?? all.flags };
        const decidedReplica: DecidedReplica = {
            region: all.region,
            highAvailability: false,
            publicAddress: false,
            promoted: false,
            ...own,
            encryptionKey:
                own.encryptionKey ??
                ((own.region ?? all.region) === all.region && typeof all.encryptionKey === "string"
                    ? all.encryptionKey
                    : undefined),
        };
        return [key, decidedReplica];
    });
    return {
        ...all,
        engine,
        edition,
        tier,
        storage: decidedStorage(given.storage, tier),
        replicas: Object.fromEntries(replicas),
        // The provider's own labels do not reach an instance.
        labels: { environment: labelValue(pulumi.getStack()), ...given.labels },
    };
}

function defaultTier(engine: Engine, edition: Edition, tier: string): string {
    return edition === "ENTERPRISE_PLUS" ? "db-perf-optimized-N-2" : engine === "sqlserver" ? "db-custom-2-8192" : tier;
}
