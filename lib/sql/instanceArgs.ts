import type { JobArgs } from "@pulumi/gcp/cloudscheduler/job";
import type { IAMMemberArgs } from "@pulumi/gcp/projects/iammember";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { DatabaseArgs } from "@pulumi/gcp/sql/database";
import type { DatabaseInstanceArgs } from "@pulumi/gcp/sql/databaseInstance";
import type { UserArgs } from "@pulumi/gcp/sql/user";
import type { WorkflowArgs } from "@pulumi/gcp/workflows/workflow";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import { type EncryptionKey, encryptionKeyIn } from "../component/encryption";
import { type TaggedArgs, taggedArgs } from "../component/tags";
import type { Environment } from "../environment/environment";
import { existingHint } from "../environment/existing";
import type { Edition } from "../facts/cloudSqlVersions";
import { labelLimits } from "../facts/limits/labels";
import * as check from "../internal/arguments/check";
import { labels, labelValue } from "../internal/arguments/labels";
import { region as regionCheck, zone } from "../internal/arguments/locations";
import { shortenName } from "../internal/arguments/names";
import type { Size } from "../internal/arguments/size";
import { type Transform, transforms } from "../internal/engine/children";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { databaseSignals } from "../monitoring/signals/data";
import type { DatabaseProtection } from "../stack/settings/defaults";
import { type Availability, zoneProblems } from "./availability";
import { type Backups, backupProblems, backups } from "./backups";
import { type Connectivity, connectivityChecks, connectivityProblems, endpointProblem } from "./connectivity";
import { charsetProblems, databasesCheck, type SqlDatabase } from "./databases";
import { edition, editionProblems } from "./edition";
import { type MySqlInstance, type PostgresInstance, type SqlServerInstance, sqlServerProblems } from "./engines";
import { exportProblems, type SqlExport, sqlExport } from "./exports";
import { auditProblem, flagProblems, flagsCheck } from "./flags";
import { insights, insightsProblems, type QueryInsights } from "./insights";
import { type Maintenance, maintenance, maintenanceProblems } from "./maintenance";
import { instanceName, nameProblem, nameProblems } from "./names";
import { type PasswordPolicy, passwordPolicy, passwordPolicyProblems } from "./passwordPolicy";
import { type ConnectionPooling, pooling, poolingProblems } from "./pooling";
import { type Replica, type ResolvedReplica, replicaProblems, replicasCheck, resolveReplica } from "./replicas";
import { type Source, source, sourceProblems } from "./source";
import { type ResolvedStorage, resolveStorage, type Storage, storage, storageProblems } from "./storage";
import { canCache, defaultTier, type Machine, machineChecks, machineProblems, resolveTier } from "./tiers";
import { type IamUser, type SqlUser, userChecks, userProblems } from "./users";
import { checkedEngine, defaultVersions, type Engine, versionCheck } from "./versions";

/** The arguments that all engines have. */
export interface SharedInstanceArgs extends ComponentArgs, TaggedArgs, Connectivity, check.AllowUnlistedArgs {
    /**
     * The type, size and growth of the disk.
     * @default an SSD of 10 GB that grows automatically; 20 GB for Hyperdisk
     */
    storage?: check.Short<Storage, Size>;
    /**
     * Creates a standby in another zone, to which Cloud SQL
     * {@link https://cloud.google.com/sql/docs/postgres/high-availability fails over}. Requires backups, for MySQL with
     * point-in-time recovery.
     * @default true in production
     */
    highAvailability?: boolean;
    /**
     * The zone of the instance: `europe-west1-b`.
     * @default chosen by Cloud SQL
     */
    zone?: string;
    /**
     * The zone of the standby: a different zone of the same region.
     * @default chosen by Cloud SQL
     */
    secondaryZone?: string;
    /**
     * When backups are made and how long they are kept. `false` disables them; it is refused with high availability, replicas or
     * protection.
     * @default daily at 03:00 UTC, the last 7 are kept, with point-in-time recovery for 7 days
     * @example
     * ```ts
     * backups: { start: "03:00", keep: 30, transactionLogRetention: "7 days" }
     * ```
     */
    backups?: check.Short<false | Backups, true>;
    /**
     * The databases, by name. Removing one drops it with all its data, which protection refuses.
     * @default {}: only the databases that every instance has
     */
    databases?: check.Short<Record<string, SqlDatabase>, readonly string[]>;
    /**
     * Users with a generated password that is kept in a {@link Secret}, by name. Clients select one with `as({ user: "app" })`.
     * @default {}
     * @example
     * ```ts
     * users: { reporting: { roles: ["analyst"] } }
     * ```
     */
    users?: Record<string, SqlUser>;
    /**
     * People, groups and service accounts that sign in
     * {@link https://cloud.google.com/sql/docs/postgres/iam-authentication with IAM}, by principal: `"user:ana@acme.com"`,
     * `"group:data@acme.com"`, `"serviceAccount:reports@acme-dev.iam.gserviceaccount.com"`. Do not list consumers: their `uses` adds
     * them.
     * @default {}
     */
    iamUsers?: Record<string, IamUser>;
    /**
     * Read replicas, by name, in this region or another.
     * @default {}
     * @example
     * ```ts
     * replicas: { reports: { region: "europe-west4", cpu: 2, memory: "8 GiB" } }
     * ```
     */
    replicas?: Record<string, Replica>;
    /**
     * Enables auditing: PostgreSQL logs statements with pgAudit, their durations and host names; MySQL loads the audit plugin.
     * @default false
     */
    audit?: boolean;
    /**
     * {@link https://cloud.google.com/sql/docs/postgres/using-query-insights Query insights}, which find slow queries.
     * @default true
     */
    insights?: boolean | QueryInsights;
    /**
     * When Google may maintain the instance.
     * @default at any time
     */
    maintenance?: Maintenance;
    /**
     * The requirements for the passwords of built-in users.
     * @default at least 16 characters, without the user's name; none for SQL Server
     */
    passwordPolicy?: check.Short<false | PasswordPolicy, true>;
    /**
     * {@link https://cloud.google.com/sql/docs/postgres/managed-connection-pooling Managed Connection Pooling}; requires
     * `ENTERPRISE_PLUS`.
     * @default false
     */
    connectionPooling?: boolean | ConnectionPooling;
    /**
     * Caches reads on a local SSD ({@link https://cloud.google.com/sql/docs/postgres/data-cache data cache}); requires
     * `ENTERPRISE_PLUS`.
     * @default true with the edition `ENTERPRISE_PLUS`, if the machine supports it
     */
    dataCache?: boolean;
    /**
     * The protection against deletion. With `none` the instance can be deleted. With `standard` Pulumi and the provider refuse to
     * delete or replace it; if it is deleted by other means, a final backup is kept for 30 days. With `maximum` Google refuses the
     * deletion to everybody as well, all backups are kept after it, and the final backup is kept for a year. To delete or replace a
     * protected instance: set `none` and run `pulumi up`, then make the change and run `pulumi up` again.
     * @default "none"; "maximum" in production
     */
    protection?: DatabaseProtection;
    /**
     * Scheduled exports of databases to a bucket.
     * @default none
     */
    exports?: SqlExport;
    /**
     * The initial content: a clone of another instance, also as of an earlier time, or a backup.
     * @default empty
     */
    from?: Source;
    /**
     * The {@link https://cloud.google.com/sql/docs/postgres/cmek Cloud KMS key}, a `KmsKey`, a `KmsKeyHandle`, or an ID, that encrypts the
     * instance and its backups, in the region of the instance. Changing this replaces the instance.
     * @default a Google-managed key
     */
    encryptionKey?: EncryptionKey;
    /**
     * The region, such as `europe-west1`. Changing this replaces the instance.
     * @default the environment's region
     */
    region?: string;
    /**
     * The prefix of the instance's {@link https://cloud.google.com/sql/docs/postgres/instance-settings name}: lower-case letters,
     * digits and hyphens, with the project ID at most 90 characters. A hyphen and six random hexadecimal digits follow, because the
     * name of a deleted instance stays reserved for a week. Changing this replaces the instance.
     * @default the component's name
     */
    name?: string;
    /**
     * {@link https://cloud.google.com/sql/docs/postgres/label-instance Labels} in addition to `environment`: at most 64 in total.
     * @default `environment` only
     */
    labels?: Record<string, pulumi.Input<string>>;
    /**
     * Sends alerts about CPU, memory, disk, connections, replication lag, unavailability and failed exports to the contacts of
     * {@link Alerts}. An object also changes single signals: `{ to: oncall, cpu: false }`.
     * @default no alerts
     */
    alerts?: ComponentAlerts<
        "cpu" | "memory" | "disk" | "connections" | "failedRuns" | "replicationLag" | "unavailable"
    >;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        instance?: Transform<DatabaseInstanceArgs>;
        replica?: Transform<DatabaseInstanceArgs>;
        database?: Transform<DatabaseArgs>;
        user?: Transform<UserArgs>;
        iamUser?: Transform<UserArgs>;
        iamGrant?: Transform<IAMMemberArgs>;
        workflow?: Transform<WorkflowArgs>;
        exportAccount?: Transform<AccountArgs>;
        schedule?: Transform<JobArgs>;
    };
}

/** The arguments of a {@link CloudSqlInstance}. */
export type CloudSqlInstanceArgs = check.OneOf<
    SharedInstanceArgs & Machine & Availability & check.OneOf<PostgresInstance | MySqlInstance | SqlServerInstance>
>;

/** {@link CloudSqlInstanceArgs} as one interface, with the arguments of all engines and editions. */
interface AnyInstanceArgs extends SharedInstanceArgs {
    engine?: Engine;
    version?: string;
    flags?: object;
    collation?: string;
    timeZone?: string;
    edition?: Edition;
    tier?: string;
    cpu?: number;
    memory?: Size;
}

type Defaulted =
    | "users"
    | "databases"
    | "iamUsers"
    | "insights"
    | "maintenance"
    | "flags"
    | "connectionPooling"
    | "publicAddress";

type CheckedArgs = check.Long<AnyInstanceArgs>;

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends Omit<CheckedArgs, Defaulted | "replicas" | "storage" | "labels">,
        Required<Pick<CheckedArgs, Defaulted>> {
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
    /** Whether the instance exists already, and the component does not manage it. */
    isExisting: boolean;
    /** The ID of its project. */
    project: string;
}

/** Checks of what attaches to an instance, also to an existing one. */
export const attachedChecks = (engine: Engine) => ({
    engine: check.oneOf("postgres", "mysql", "sqlserver"),
    version: versionCheck(engine),
    databases: databasesCheck,
    ...userChecks,
    protection: check.oneOf("none", "standard", "maximum"),
    exports: sqlExport,
    region: regionCheck,
    alerts: componentAlerts(...databaseSignals),
    transform: transforms<NonNullable<SharedInstanceArgs["transform"]>>(
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
    ...taggedArgs,
});

/** Checks of the settings of an instance of this engine in this region. */
export const settingChecks = (engine: Engine, region: string) =>
    ({
        ...connectivityChecks,
        ...machineChecks,
        flags: flagsCheck(engine),
        collation: check.text(),
        timeZone: check.text(),
        edition,
        storage,
        highAvailability: check.flag(),
        zone,
        secondaryZone: zone,
        backups,
        replicas: replicasCheck(flagsCheck(engine)),
        audit: check.flag(),
        insights,
        maintenance,
        passwordPolicy,
        connectionPooling: pooling,
        dataCache: check.flag(),
        from: source,
        encryptionKey: encryptionKeyIn(region, "the instance", "sqladmin.googleapis.com/Instance"),
        name: instanceName,
        labels,
    }) satisfies Partial<check.Checks<AnyInstanceArgs>>;

/** Checks of the arguments of an instance of this engine in this region. */
const cloudSqlInstanceArgs = check.builtOnce((engine: Engine, region: string) =>
    check.explainedOptions<AnyInstanceArgs>(
        { existing: existingHint("CloudSqlInstance") },
        { ...attachedChecks(engine), ...settingChecks(engine, region) },
    ),
);

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(name: string, args: CloudSqlInstanceArgs, environment: Environment): ResolvedArgs {
    const { engine, region } = Object(args) as AnyInstanceArgs;
    return check.resolved(
        `CloudSqlInstance "${name}"`,
        args as AnyInstanceArgs,
        cloudSqlInstanceArgs(checkedEngine(engine), typeof region === "string" ? region : environment.region),
        (checked) => ({
            ...complete(checked, shortenName(name, 90 - environment.project.length), environment),
            isExisting: false,
            project: environment.project,
        }),
        (resolved, checked) => combinationProblems(resolved, checked, environment),
    );
}

/** Completes the arguments of an instance, or of an existing one, with their defaults. */
export function complete(args: CheckedArgs, name: string, environment: Environment) {
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
        passwordPolicy: engine === "sqlserver" ? (false as const) : {},
        connectionPooling: false,
        dataCache: edition === "ENTERPRISE_PLUS" && canCache(tier),
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

/**
 * The problems of arguments that are valid one by one.
 *
 * @param args the arguments without defaults
 */
function combinationProblems(
    resolved: ResolvedArgs,
    args: CheckedArgs,
    environment: Environment,
): (check.Problem | undefined)[] {
    const { engine, edition, tier } = resolved;
    const machine = machineProblems({ ...args, engine, edition });
    return [
        nameProblem(resolved.name, environment.project),
        ...machine,
        ...(machine.some((one) => one) ? [] : storageProblems(resolved.storage, tier, edition)),
        ...sqlServerProblems(engine, args),
        ...editionProblems(resolved, args.dataCache),
        ...backupProblems(resolved),
        ...connectivityProblems(resolved),
        ...zoneProblems(resolved),
        ...attachedProblems(resolved),
        ...replicaProblems(resolved, args.replicas),
        ...flagProblems(resolved, args.flags),
        auditProblem(engine, resolved.audit),
        ...insightsProblems(resolved.insights, edition),
        ...maintenanceProblems(resolved.maintenance),
        ...passwordPolicyProblems(args.passwordPolicy, engine),
        ...poolingProblems(resolved.connectionPooling, engine, edition),
        ...sourceProblems(resolved.from, engine),
        labelProblem(resolved),
    ];
}

/** The problems of what attaches to an instance, also to an existing one. */
export function attachedProblems(resolved: ResolvedArgs): (check.Problem | undefined)[] {
    const { engine, region, exports, databases, privateServiceConnect } = resolved;
    return [
        ...nameProblems(resolved),
        ...charsetProblems(resolved),
        ...userProblems(resolved),
        ...exportProblems(exports, engine, databases),
        endpointProblem(privateServiceConnect, region),
    ];
}

function labelProblem({ labels }: ResolvedArgs): check.Problem | undefined {
    const count = Object.keys(labels).length;
    return check.when(
        count > labelLimits.rows.labels.max,
        "labels",
        "sql/too-many-labels",
        `there can be ${labelLimits.rows.labels.max} labels at most, with environment (got ${count}).`,
    );
}
