import type { Database } from "@pulumi/gcp/sql/database";
import type { DatabaseInstance } from "@pulumi/gcp/sql/databaseInstance";
import type * as pulumi from "@pulumi/pulumi";
import {
    type Capability,
    CloudSqlInstance,
    type CloudSqlInstanceArgs,
    Network,
    type Secret,
    ServerlessFunction,
    StorageBucket,
} from "slipway";
import type { CloudSqlClient, SecretFile } from "slipway/iam";

const bare = new CloudSqlInstance("sales");
const full = new CloudSqlInstance("full", {
    engine: "postgres",
    version: "17",
    edition: "ENTERPRISE",
    cpu: 2,
    memory: "8 GiB",
    storage: { type: "PD_SSD", size: "20 GB", autoIncrease: true, maxSize: "100 GB" },
    highAvailability: true,
    zone: "europe-west1-b",
    secondaryZone: "europe-west1-c",
    backups: { start: "02:00", keep: 14, location: "eu", transactionLogRetention: "7 days" },
    databases: { predictions: {}, archive: { charset: "UTF8", collation: "C" } },
    users: { app: { roles: ["writer"], rotation: "2026-11", passwordPolicy: { allowedFailedAttempts: 5 } } },
    iamUsers: { "user:ana@acme.com": { roles: ["reader"] } },
    replicas: { far: { region: "europe-west4", cpu: 4, memory: "16 GiB" } },
    flags: { log_min_duration_statement: 500, jit: false, "pg_stat_statements.track": "all" },
    audit: true,
    insights: { queryPlansPerMinute: 10 },
    maintenance: { window: { day: "sunday", start: "03:00" }, track: "week5", deny: { start: "12-01", end: "01-06" } },
    passwordPolicy: { minLength: 20, passwordChangeInterval: "1 day" },
    protection: "standard",
    exports: { bucket: new StorageBucket("exports"), schedule: "0 2 * * *" },
    network: new Network("apps"),
    tls: "ENCRYPTED_ONLY",
    labels: { team: "forecast" },
    transform: { instance: { maintenanceVersion: "POSTGRES_17.R1" } },
    crossProject: "prod",
});
new CloudSqlInstance("sales", { engine: "mysql", version: "8.0.36", flags: { local_infile: true, sql_mode: "ANSI" } });
new CloudSqlInstance("sales", { engine: "mysql", tier: "db-n1-standard-2", storage: { size: "100 GB" } });
new CloudSqlInstance("sales", {
    engine: "sqlserver",
    version: "2022 Enterprise",
    edition: "ENTERPRISE_PLUS",
    tier: "db-memory-optimized-N-8",
    collation: "Latin1_General_CI_AS",
    flags: { "max server memory (mb)": 3000, "3625 (trace flag)": true },
});
new CloudSqlInstance("copy", { from: { clone: bare, at: "2026-11-01T00:00:00Z" } });
new CloudSqlInstance("copy", { from: { backup: 1, of: "sales-1a2b3c" } });
new CloudSqlInstance("reached", {
    network: false,
    publicAddress: { authorizedNetworks: { office: "203.0.113.0/28" } },
});
new CloudSqlInstance("reached", { privateServiceConnect: { network: new Network("other") } });

export const offered: [DatabaseInstance, Database | undefined, Secret | undefined, pulumi.Output<string>] = [
    full.instance,
    full.databases.predictions,
    full.passwords.app,
    full.connectionName,
];
export const clients: [
    Capability<CloudSqlClient>,
    Capability<CloudSqlClient>,
    Capability<CloudSqlClient | SecretFile>,
] = [
    full.client,
    full.as({ database: "predictions", replica: "far" }),
    full.as({ user: "app", database: "predictions", replica: "far" }),
];
new ServerlessFunction("predict", { source: "./predict", trigger: { http: {} }, uses: { DATABASE: full.client } });

// @ts-expect-error: a PostgreSQL flag for MySQL.
new CloudSqlInstance("sales", { engine: "mysql", flags: { log_checkpoints: true } });

// @ts-expect-error: a MySQL flag for PostgreSQL.
new CloudSqlInstance("sales", { flags: { local_infile: true } });

// @ts-expect-error: a PostgreSQL flag for SQL Server.
new CloudSqlInstance("sales", { engine: "sqlserver", flags: { max_connections: 100 } });

// @ts-expect-error: an unknown flag.
new CloudSqlInstance("sales", { flags: { log_conections: true } });

// @ts-expect-error: an invalid type of a flag's value.
new CloudSqlInstance("sales", { flags: { max_connections: "many" } });

// @ts-expect-error: an invalid value of a flag.
new CloudSqlInstance("sales", { flags: { log_statement: "everything" } });

// @ts-expect-error: a version of another engine.
new CloudSqlInstance("sales", { engine: "mysql", version: "17" });

// @ts-expect-error: an unknown version.
new CloudSqlInstance("sales", { version: "19" });

// @ts-expect-error: a version of SQL Server requires an edition.
new CloudSqlInstance("sales", { engine: "sqlserver", version: "2022" });

// @ts-expect-error: an Enterprise Plus machine type for Enterprise.
new CloudSqlInstance("sales", { tier: "db-perf-optimized-N-2" });

// @ts-expect-error: an Enterprise machine type for Enterprise Plus.
new CloudSqlInstance("sales", { edition: "ENTERPRISE_PLUS", tier: "db-custom-2-8192" });

// @ts-expect-error: an unknown machine type.
new CloudSqlInstance("sales", { edition: "ENTERPRISE_PLUS", tier: "db-perf-optimized-N-3" });

// @ts-expect-error: Enterprise Plus has no custom machine types.
new CloudSqlInstance("sales", { edition: "ENTERPRISE_PLUS", cpu: 2, memory: "16 GiB" });

// @ts-expect-error: vCPUs require memory.
new CloudSqlInstance("sales", { cpu: 2 });

// @ts-expect-error: `tier` and `cpu` are exclusive.
new CloudSqlInstance("sales", { tier: "db-g1-small", cpu: 2, memory: "8 GiB" });

// @ts-expect-error: a disk type in the API's format.
new CloudSqlInstance("sales", { storage: { type: "SSD" } });

// @ts-expect-error: high availability requires backups.
new CloudSqlInstance("sales", { highAvailability: true, backups: false });

// @ts-expect-error: only SQL Server has a server collation.
new CloudSqlInstance("sales", { collation: "C" });

// @ts-expect-error: passwords are generated.
new CloudSqlInstance("sales", { users: { app: { password: "hunter2" } } });

// @ts-expect-error: an unknown TLS mode.
new CloudSqlInstance("sales", { tls: "REQUIRED" });

// @ts-expect-error: an instance has one source.
new CloudSqlInstance("sales", { from: { clone: "sales-1a2b3c", backup: 1, of: "sales-1a2b3c" } });

// @ts-expect-error: a backup requires an instance.
new CloudSqlInstance("sales", { from: { backup: 1 } });

// @ts-expect-error: an unknown day.
const someday: CloudSqlInstanceArgs = { maintenance: { window: { day: "someday", start: "03:00" } } };

// @ts-expect-error: a password file, which not all consumers support.
const fileless: Capability<CloudSqlClient> = full.as({ user: "app" });

// @ts-expect-error: an unknown option of a client.
bare.as({ username: "app" });

export const unused = [someday, fileless];
