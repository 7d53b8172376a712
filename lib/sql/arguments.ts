import type { JobArgs } from "@pulumi/gcp/cloudscheduler/job";
import type { IAMMemberArgs } from "@pulumi/gcp/projects/iammember";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { DatabaseArgs } from "@pulumi/gcp/sql/database";
import type { DatabaseInstanceArgs } from "@pulumi/gcp/sql/databaseInstance";
import type { UserArgs } from "@pulumi/gcp/sql/user";
import type { WorkflowArgs } from "@pulumi/gcp/workflows/workflow";
import type * as pulumi from "@pulumi/pulumi";
import type { ComponentArgs } from "../environment/component";
import type { DatabaseProtection } from "../environment/defaults";
import type * as check from "../internal/check";
import type { Transform } from "../internal/children";
import type { Backups } from "./backups";
import type { Connectivity } from "./connectivity";
import type { SqlExport } from "./exports";
import type { MySqlFlags, PostgresFlags, SqlServerFlags } from "./flags";
import type { QueryInsights } from "./insights";
import type { Maintenance } from "./maintenance";
import type { PasswordPolicy } from "./passwordPolicy";
import type { ConnectionPooling } from "./pooling";
import type { Replica } from "./replicas";
import type { Source } from "./source";
import type { Storage } from "./storage";
import type { Machine } from "./tiers";
import type { IamUser, SqlDatabase, SqlUser } from "./users";
import type { MySqlVersion, PostgresVersion, SqlServerVersion } from "./versions";

/** An instance of PostgreSQL. */
export interface PostgresInstance {
    /** @default "postgres" */
    engine?: "postgres";
    /**
     * The major version ("Database versions and version policies"). A newer one upgrades the instance where it is, and there is no
     * way back.
     * @default "18"
     */
    version?: PostgresVersion;
    /**
     * Database flags beside the secure ones that the component sets ("Configure database flags" for PostgreSQL).
     * @default the secure ones alone
     */
    flags?: PostgresFlags;
}

/** An instance of MySQL. */
export interface MySqlInstance {
    engine: "mysql";
    /**
     * The major version ("Database versions and version policies"). A newer one upgrades the instance where it is, and there is no
     * way back.
     * @default "8.4"
     */
    version?: MySqlVersion;
    /**
     * Database flags beside the secure ones that the component sets ("Configure database flags" for MySQL).
     * @default the secure ones alone
     */
    flags?: MySqlFlags;
}

/** An instance of SQL Server. */
export interface SqlServerInstance {
    engine: "sqlserver";
    /**
     * The version with SQL Server's own edition ("Database versions and version policies").
     * @default "2022 Standard"
     */
    version?: SqlServerVersion;
    /**
     * Database flags beside the secure ones that the component sets ("Configure database flags" for SQL Server).
     * @default the secure ones alone
     */
    flags?: SqlServerFlags;
    /**
     * How texts are compared and sorted ("Manage the default server collation"). Another one makes another instance.
     * @default "SQL_Latin1_General_CP1_CI_AS"
     */
    collation?: string;
    /**
     * The time zone of the server, by its name in Windows. Another one makes another instance.
     * @default "UTC"
     */
    timeZone?: string;
}

/** What instances of all engines are told. */
export interface SharedInstanceArgs extends ComponentArgs, Connectivity, check.AllowUnlistedArgs {
    /**
     * What the disk is and how it grows.
     * @default an SSD of 10 GB, which grows by itself; 20 GB where it is a Hyperdisk
     */
    storage?: Storage;
    /**
     * Whether there is a standby in another zone, to which Cloud SQL fails over ("About high availability"). It needs backups with
     * point-in-time recovery.
     * @default true in production
     */
    highAvailability?: boolean;
    /**
     * The zone of the instance, `europe-west1-b`.
     * @default one that Cloud SQL chooses
     */
    zone?: string;
    /**
     * The zone of the standby, another one of the region.
     * @default one that Cloud SQL chooses
     */
    secondaryZone?: string;
    /**
     * When backups are made and how long they are kept. `false` is refused with high availability, replicas or protection.
     * @default at 03:00 each day, 7 of them, with point-in-time recovery for 7 days
     */
    backups?: false | Backups;
    /**
     * The databases, by name. One that is taken away is dropped with all that is in it, which protection refuses.
     * @default {}: those that every instance has
     */
    databases?: Record<string, SqlDatabase>;
    /**
     * Users with a password that is generated and kept in a {@link Secret}, by name. Clients take it by `as({ user: "app" })`.
     * @default {}
     */
    users?: Record<string, SqlUser>;
    /**
     * People, groups and service accounts that sign in by IAM, by their principal: `"user:ana@acme.com"`, `"group:data@acme.com"`,
     * `"serviceAccount:reports@acme-dev.iam.gserviceaccount.com"`. Consumers need not be named: their `uses` does it.
     * @default {}
     */
    iamUsers?: Record<string, IamUser>;
    /**
     * Read replicas, by name, in this region or another.
     * @default {}
     */
    replicas?: Record<string, Replica>;
    /**
     * Whether statements are audited: pgaudit, all durations and host names in the logs of PostgreSQL, the audit plugin of MySQL.
     * @default false
     */
    audit?: boolean;
    /**
     * Query insights, by which slow queries are found ("About query insights").
     * @default true
     */
    insights?: boolean | QueryInsights;
    /**
     * When Google maintains the instance, and when not.
     * @default at any time
     */
    maintenance?: Maintenance;
    /**
     * What passwords of built-in users must be.
     * @default 16 characters at least, without the user's name; none for SQL Server
     */
    passwordPolicy?: false | PasswordPolicy;
    /**
     * Managed connection pooling, of `ENTERPRISE_PLUS` alone ("Managed Connection Pooling overview").
     * @default false
     */
    connectionPooling?: boolean | ConnectionPooling;
    /**
     * Whether a local SSD caches what is read, of `ENTERPRISE_PLUS` alone ("Data cache overview").
     * @default true with the edition `ENTERPRISE_PLUS`
     */
    dataCache?: boolean;
    /**
     * How the instance is kept: `none`, it may be deleted; `standard`, Pulumi and the provider refuse to delete or replace it, and
     * a last backup of 30 days is made when it is deleted all the same; `maximum`, Google refuses it to everybody as well, all
     * backups stay when it is gone, and the last one stays for a year. To delete or replace it, take two steps: `none` and `up`,
     * then the change and `up`.
     * @default "none"; "maximum" in production
     */
    protection?: DatabaseProtection;
    /**
     * What is exported to a bucket, and when.
     * @default nothing
     */
    exports?: SqlExport;
    /**
     * What the instance starts with: a clone of another one, also of an earlier time, or a backup.
     * @default empty
     */
    from?: Source;
    /**
     * A Cloud KMS key of the region that encrypts the instance and its backups ("Customer-managed encryption keys (CMEK)"). Another
     * one makes another instance.
     * @default Google's own keys
     */
    encryptionKey?: pulumi.Input<string>;
    /**
     * The region, such as `europe-west1`. Another one makes another instance.
     * @default the environment's region
     */
    region?: string;
    /**
     * What the instance's name starts with, six random digits following, as the name of a deleted instance stays taken for a
     * week: lower-case letters, digits and hyphens, with the project's id at most 90 characters ("Instance settings"). Another one
     * makes another instance.
     * @default the component's name
     */
    name?: string;
    /**
     * Labels beside `environment`: at most 64 in all ("Requirements for labels").
     * @default `environment` alone
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** The last word on a child's arguments. */
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

/** A standby is made of backups, so that an instance without them has none. */
type Availability = { backups?: object } | { backups: false; highAvailability?: false };

/** The arguments of a {@link CloudSqlInstance}. */
export type CloudSqlInstanceArgs = SharedInstanceArgs &
    Machine &
    Availability &
    check.OneOf<PostgresInstance | MySqlInstance | SqlServerInstance>;
