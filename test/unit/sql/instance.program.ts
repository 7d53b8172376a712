import * as pulumi from "@pulumi/pulumi";
import { CloudRunJob, CloudSqlInstance, Network, ServerlessFunction, StorageBucket } from "slipway";
import { cloudSqlUserNames } from "../../../lib/facts/cloudSqlUsers";
import { nameFormats } from "../../../lib/facts/names";
import { crossProject, digest, type Given, place } from "../everythingElse";
import { call, onProject, type SampleCalls } from "../iam/sampleCalls";
import type { LongestNames } from "../lengthened";
import { image } from "../serving";

const key = (region: string) => `projects/acme-keys/locations/${region}/keyRings/data/cryptoKeys/sales`;

/** Instances of all engines, with all options. */
export function program(folder: string): void {
    const bare = new CloudSqlInstance("bare-database");
    const network = new Network("database-network");
    const full = new CloudSqlInstance("full-database", {
        engine: "postgres",
        version: "17",
        edition: "ENTERPRISE",
        cpu: 2,
        memory: "8 GiB",
        storage: { type: "PD_SSD", size: "20 GB", autoIncrease: true, maxSize: "100 GB" },
        highAvailability: true,
        zone: "europe-west1-b",
        secondaryZone: "europe-west1-c",
        backups: {
            start: "02:00",
            keep: 14,
            location: "eu",
            pointInTimeRecovery: true,
            transactionLogRetention: "5 days",
        },
        databases: { predictions: { charset: "UTF8", collation: "en_US.UTF8" }, archive: {} },
        users: {
            app: {
                roles: ["writer"],
                rotation: "2026-11",
                passwordPolicy: { allowedFailedAttempts: 5, passwordExpirationDuration: "90 days" },
            },
        },
        iamUsers: {
            "user:ana@acme.com": { roles: ["reader"] },
            "group:data@acme.com": {},
            "serviceAccount:etl@acme-dev.iam.gserviceaccount.com": {},
        },
        replicas: {
            near: {
                zone: "europe-west1-d",
                highAvailability: true,
                publicAddress: true,
                flags: { max_connections: 50 },
            },
            far: { region: "europe-west4", cpu: 4, memory: "16 GiB", encryptionKey: key("europe-west4") },
            gone: { tier: "db-custom-2-8192", promoted: true },
        },
        flags: { log_min_duration_statement: 500, "pg_stat_statements.track": "all" },
        audit: true,
        insights: {
            queryPlansPerMinute: 10,
            queryStringLength: 4500,
            recordApplicationTags: false,
            recordClientAddress: true,
        },
        maintenance: {
            window: { day: "sunday", start: "03:00" },
            track: "week5",
            deny: { start: "12-01", end: "01-06", time: "23:00:00" },
        },
        passwordPolicy: {
            minLength: 20,
            complexity: true,
            reuseInterval: 5,
            disallowUsernameSubstring: true,
            passwordChangeInterval: "1 day",
        },
        protection: "standard",
        exports: {
            bucket: new StorageBucket("exports"),
            schedule: { cron: "0 2 * * *", timeZone: "Europe/Rome", paused: true },
            databases: ["predictions"],
            offload: true,
        },
        encryptionKey: key("europe-west1"),
        region: "europe-west1",
        name: "sales",
        network,
        publicAddress: { authorizedNetworks: { office: "203.0.113.0/28" } },
        tls: "TRUSTED_CLIENT_CERTIFICATE_REQUIRED",
        connectorEnforcement: false,
        dataApi: true,
        labels: { team: "forecast", owner: pulumi.output("sales") },
    });
    new CloudSqlInstance("mysql-database", {
        engine: "mysql",
        edition: "ENTERPRISE_PLUS",
        tier: "db-c4a-highmem-4",
        storage: { size: "40 GB", iops: 5000, throughput: 200 },
        databases: { sales: {} },
        users: { app: { host: "10.%", passwordPolicy: { enablePasswordVerification: true } } },
        flags: { slow_query_log: true, long_query_time: 0.5 },
        audit: true,
        dataCache: true,
        connectionPooling: { flags: { max_pool_size: 50, pool_mode: "transaction" } },
        network: { network: pulumi.output("projects/acme-dev/global/networks/apps"), allocatedRange: "databases" },
        from: { clone: "old-sales-1a2b3c", at: "2026-11-01T00:00:00Z" },
    });
    new CloudSqlInstance("sqlserver-database", {
        engine: "sqlserver",
        version: "2022 Enterprise",
        collation: "Latin1_General_CI_AS",
        timeZone: "UTC",
        databases: { sales: {} },
        users: { app: {} },
        replicas: { near: {} },
        privateServiceConnect: { allowedProjects: ["acme-web"], network },
        exports: { bucket: new StorageBucket("backups"), schedule: "0 3 * * 7", offload: false },
        from: { backup: 1, of: bare, project: "acme-dev" },
    });
    const answer = { source: folder, runtime: "python313", entryPoint: "answer", trigger: { http: {} } } as const;
    new ServerlessFunction("reads", { ...answer, uses: { DATABASE: bare.client } });
    const replica = full.as({ user: "app", database: "predictions", replica: "near" });
    new ServerlessFunction("reports", { ...answer, uses: { SALES: replica } });
}

/** With arguments that `program` has not. Most of it refers to another project. */
export function more({ alerts, bucket, network }: Given): void {
    const database = new CloudSqlInstance("other-database", {
        version: "99" as "18",
        network: {
            network: "projects/acme-shared/global/networks/apps",
            subnet: "projects/acme-shared/regions/europe-west1/subnetworks/apps",
        },
        users: {
            orders: {
                roles: ["reader", "writer"],
                rotation: "2027-01",
                passwordPolicy: {
                    allowedFailedAttempts: 7,
                    passwordExpirationDuration: "70 days",
                    enablePasswordVerification: true,
                },
            },
        },
        iamUsers: { "group:dba@acme.com": { roles: ["dba"] } },
        replicas: { near: {} },
        databases: { orders: {} },
        flags: { max_connections: 300 },
        exports: { bucket, schedule: "7 1 * * *" },
        alerts,
        allowUnlisted: true,
        crossProject,
    });
    new CloudRunJob("other-query", {
        image: `docker.io/acme/other@${digest}`,
        uses: { DATABASE: database.client },
        crossProject,
    });
    new CloudSqlInstance("other-mysql", {
        engine: "mysql",
        network,
        databases: { orders: { charset: "latin1", collation: "latin1_bin" } },
        users: { app: { host: "10.1.%", rotation: "2027-02" } },
    });
    regional();
}

/** In another region than that of the environment. */
function regional(): void {
    new CloudSqlInstance("cached-database", {
        edition: "ENTERPRISE_PLUS",
        tier: "db-perf-optimized-N-2",
        dataCache: false,
        connectorEnforcement: false,
    });
    new CloudSqlInstance("plus-database", { edition: "ENTERPRISE_PLUS" });
}

export const sampleCalls: SampleCalls = {
    "CloudSqlInstance.client": {
        offer: () =>
            new CloudSqlInstance("offered", { engine: "postgres", version: "17", databases: { shop: {} } }).client,
        source: "https://cloud.google.com/sql/docs/postgres/roles-and-permissions",
        calls: [
            call("Connector.connect", "cloudsql.instances.connect", onProject),
            call("Connector.connect", "cloudsql.instances.get", onProject),
            call("Connector.connect(enable_iam_auth=True)", "cloudsql.instances.login", onProject),
        ],
    },
    "CloudSqlInstance.as": "The same role as client, and a password.",
};

export const longestNames: LongestNames = {
    "sql/user:User name": cloudSqlUserNames.rows.postgres.max,
    "sql/databaseInstance:DatabaseInstance name": nameFormats.rows.cloudSqlInstance.max - "acme-dev:".length,
    "gcp:sql/database:Database name": "unlimited",
    "gcp:sql/databaseInstance:DatabaseInstance settings.connectionPoolConfigs.flags.name": "unlimited",
};

/** Those that exist already. */
export function existing(): void {
    const database = CloudSqlInstance.existing("existing-database", {
        engine: "mysql",
        version: "5.7",
        region: "europe-west4",
        publicAddress: true,
        databases: { sales: { charset: "latin1", collation: "latin1_bin" } },
        users: { app: { host: "10.2.%" } },
        protection: "standard",
        crossProject,
    });
    new CloudRunJob("queries-existing", {
        image,
        uses: { DATABASE: database.client, APP: database.as({ user: "app" }) },
    });
    const inside = CloudSqlInstance.existing("existing-private", {
        ...place,
        engine: "mysql",
        network: {
            network: "projects/acme-shared/global/networks/apps",
            subnet: "projects/acme-shared/regions/europe-west1/subnetworks/apps",
        },
        crossProject,
    });
    new CloudRunJob("queries-private", { image, uses: { DATABASE: inside.client }, crossProject });
}

export const sameWithout = {
    "CloudSqlInstance.client": "the check of a user, in the name of the instance",
    "CloudSqlInstance.backups.pointInTimeRecovery": "programs have its default",
    "CloudSqlInstance.databases.<name>.charset": "programs have its default",
    "CloudSqlInstance.from.project": "programs have its default",
    "CloudSqlInstance.network.subnet": "programs have its default",
    "CloudSqlInstance.replicas.<name>.tier": "programs have its default",
    "CloudSqlInstance.storage.autoIncrease": "programs have its default",
    "CloudSqlInstance.storage.type": "programs have its default",
};

export const otherNames = {
    "CloudSqlInstance.backups.location": "backups can be in multi-regions",
};
