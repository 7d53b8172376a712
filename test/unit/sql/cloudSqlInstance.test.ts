import * as pulumi from "@pulumi/pulumi";
import { CloudSqlInstance, type CloudSqlInstanceArgs, Network, StorageBucket } from "slipway";
import { registered, registeredOptions, registeredWhole } from "../registered";
import { apps, fresh, instance, made, password, primary, settings } from "../sqlInstances";

const postgresPassword = {
    "Secret sales-postgres": {
        secretId: "sales-postgres",
        replication: { auto: {} },
        deletionProtection: false,
    },
    "SecretVersion sales-postgres": {
        secret: "projects/acme-dev/secrets/sales-postgres",
        secretData: password,
        deletionPolicy: "DELETE",
    },
};

test("a bare instance is a small, deletable PostgreSQL with a private address, TLS, backups, insights and IAM", async () => {
    expect(await made()).toEqual({ "DatabaseInstance sales": instance, ...postgresPassword });
});

test("in production it has a standby, and Pulumi, the provider and Google protect it and its backups", async () => {
    const all = await made({}, { kind: "production" });
    expect(all["DatabaseInstance sales"]).toEqual({
        ...instance,
        deletionProtection: true,
        settings: {
            ...settings,
            tier: "db-custom-2-8192",
            availabilityType: "REGIONAL",
            deletionProtectionEnabled: true,
            finalBackupConfig: { enabled: true, retentionDays: 365 },
            retainBackupsOnDelete: true,
        },
    });
    expect(all["Secret sales-postgres"]).toMatchObject({ deletionProtection: true, versionDestroyTtl: "604800s" });
    const options = await registeredOptions(() => new CloudSqlInstance("sales", { network: apps }), {
        kind: "production",
    });
    expect(options["DatabaseInstance sales"]?.protect).toBe(true);
});

test("without a network it is in the environment's network, after its private services access is created", async () => {
    const { "DatabaseInstance sales": made } = await registered(() => new CloudSqlInstance("sales"));
    expect(made).toMatchObject({
        settings: { ipConfiguration: { privateNetwork: "projects/acme-dev/global/networks/slipway-dev" } },
    });
    const options = await registeredOptions(() => new CloudSqlInstance("sales"));
    expect(options["DatabaseInstance sales"]).toEqual({
        parent: "CloudSqlInstance sales",
        provider: "Provider dev",
        deleteBeforeReplace: false,
        ignoreChanges: ["name", "settings.diskSize", "clone"],
        replacementTrigger: ["sales", "postgres", "", "PD_SSD", false],
        after: [
            "Connection slipway-dev-private-services",
            "Network slipway-dev",
            "SecretVersion sales-postgres",
            "Service sqladmin",
        ],
    });
});

test("two instances share the environment's network", async () => {
    const all = await registered(() => [new CloudSqlInstance("sales"), new CloudSqlInstance("stock")]);
    expect(Object.keys(all).filter((key) => key.startsWith("Network "))).toEqual(["Network slipway-dev"]);
});

const changed: [string, CloudSqlInstanceArgs, object][] = [
    ["a machine type by its tier", { tier: "db-g1-small" }, { tier: "db-g1-small" }],
    ["a machine type by vCPUs and memory", { cpu: 4, memory: "16 GiB" }, { tier: "db-custom-4-16384" }],
    [
        "a larger disk with a limit",
        { storage: { size: "100 GB", maxSize: "500 GB" } },
        { diskSize: 100, diskAutoresizeLimit: 500 },
    ],
    [
        "an HDD without automatic increase",
        { storage: { type: "PD_HDD", autoIncrease: false } },
        { diskType: "PD_HDD", diskAutoresize: false },
    ],
    [
        "a Hyperdisk",
        { tier: "db-custom-N4-2-8192", storage: { size: "40 GB", iops: 5000, throughput: 200 } },
        {
            tier: "db-custom-N4-2-8192",
            diskType: "HYPERDISK_BALANCED",
            diskSize: 40,
            dataDiskProvisionedIops: 5000,
            dataDiskProvisionedThroughput: 200,
        },
    ],
    [
        "a standby in a zone",
        { tier: "db-custom-2-8192", highAvailability: true, zone: "europe-west1-b", secondaryZone: "europe-west1-c" },
        {
            tier: "db-custom-2-8192",
            availabilityType: "REGIONAL",
            locationPreference: { zone: "europe-west1-b", secondaryZone: "europe-west1-c" },
        },
    ],
    [
        "a standby without recovery",
        { tier: "db-custom-2-8192", highAvailability: true, backups: { pointInTimeRecovery: false } },
        {
            tier: "db-custom-2-8192",
            availabilityType: "REGIONAL",
            backupConfiguration: {
                enabled: true,
                startTime: "03:00",
                backupRetentionSettings: { retainedBackups: 7 },
                pointInTimeRecoveryEnabled: false,
            },
        },
    ],
    ["a zone", { zone: "europe-west1-b" }, { locationPreference: { zone: "europe-west1-b" } }],
    [
        "only a zone of the standby",
        { tier: "db-custom-2-8192", highAvailability: true, secondaryZone: "europe-west1-c" },
        {
            tier: "db-custom-2-8192",
            availabilityType: "REGIONAL",
            locationPreference: { secondaryZone: "europe-west1-c" },
        },
    ],
    ["no backups", { backups: false }, { backupConfiguration: { enabled: false } }],
    [
        "other backups",
        { backups: { start: "20:55", keep: 30, location: "eu", transactionLogRetention: "3 days" } },
        {
            backupConfiguration: {
                enabled: true,
                startTime: "20:55",
                location: "eu",
                backupRetentionSettings: { retainedBackups: 30 },
                transactionLogRetentionDays: 3,
                pointInTimeRecoveryEnabled: true,
            },
        },
    ],
    [
        "backups without recovery",
        { backups: { pointInTimeRecovery: false } },
        {
            backupConfiguration: {
                enabled: true,
                startTime: "03:00",
                backupRetentionSettings: { retainedBackups: 7 },
                pointInTimeRecoveryEnabled: false,
            },
        },
    ],
    ["no insights", { insights: false }, { insightsConfig: { queryInsightsEnabled: false } }],
    [
        "maintenance",
        { maintenance: { window: { day: "sunday", start: "03:00" }, deny: { start: "12-01", end: "12-31" } } },
        {
            maintenanceWindow: { day: 7, hour: 3, updateTrack: "stable" },
            denyMaintenancePeriod: { startDate: "12-01", endDate: "12-31", time: "00:00:00" },
        },
    ],
    ["labels", { labels: { team: "forecast" } }, { userLabels: { environment: "dev", team: "forecast" } }],
    ["only connectors", { connectorEnforcement: true }, { connectorEnforcement: "REQUIRED" }],
    ["statements with the Data API", { dataApi: true }, { dataApiAccess: "ALLOW_DATA_API" }],
    ["no statements with the Data API", { dataApi: false }, { dataApiAccess: "DISALLOW_DATA_API" }],
    [
        "client certificates",
        { tls: "TRUSTED_CLIENT_CERTIFICATE_REQUIRED" },
        { ipConfiguration: { ...settings.ipConfiguration, sslMode: "TRUSTED_CLIENT_CERTIFICATE_REQUIRED" } },
    ],
    [
        "a public address",
        { network: false, publicAddress: { authorizedNetworks: { office: "203.0.113.0/28" } } },
        {
            ipConfiguration: {
                ipv4Enabled: true,
                authorizedNetworks: [{ name: "office", value: "203.0.113.0/28" }],
                sslMode: "ENCRYPTED_ONLY",
            },
        },
    ],
    [
        "a public address only for connectors",
        { publicAddress: {} },
        { ipConfiguration: { ...settings.ipConfiguration, ipv4Enabled: true } },
    ],
    [
        "Private Service Connect",
        { network: undefined, privateServiceConnect: { allowedProjects: ["acme-web"] } },
        {
            ipConfiguration: {
                ipv4Enabled: false,
                authorizedNetworks: [],
                sslMode: "ENCRYPTED_ONLY",
                pscConfigs: [{ pscEnabled: true, allowedConsumerProjects: ["acme-web"] }],
            },
        },
    ],
    [
        "Private Service Connect beside a private address",
        { privateServiceConnect: {} },
        {
            ipConfiguration: {
                ...settings.ipConfiguration,
                pscConfigs: [{ pscEnabled: true, allowedConsumerProjects: ["acme-dev"] }],
            },
        },
    ],
    [
        "Private Service Connect for its own project",
        { network: undefined, privateServiceConnect: {} },
        {
            ipConfiguration: {
                ipv4Enabled: false,
                authorizedNetworks: [],
                sslMode: "ENCRYPTED_ONLY",
                pscConfigs: [{ pscEnabled: true, allowedConsumerProjects: ["acme-dev"] }],
            },
        },
    ],
    [
        "a range of the network",
        { network: { ...apps, allocatedRange: "databases" } },
        { ipConfiguration: { ...settings.ipConfiguration, allocatedIpRange: "databases" } },
    ],
];

test.each(changed)("with %s only this changes", async (_, args, expected) => {
    const made = await primary(args);
    const wanted = Object.entries({ ...settings, ...expected }).filter(([, value]) => value !== undefined);
    expect(made).toEqual({ ...instance, settings: Object.fromEntries(wanted) });
});

test("the edition ENTERPRISE_PLUS has its own machine type, cache, backups and pools", async () => {
    const made = await primary({ edition: "ENTERPRISE_PLUS", connectionPooling: { flags: { max_pool_size: 20 } } });
    expect(made.settings).toEqual({
        ...settings,
        edition: "ENTERPRISE_PLUS",
        tier: "db-perf-optimized-N-2",
        dataCacheConfig: { dataCacheEnabled: true },
        connectionPoolConfigs: [{ connectionPoolingEnabled: true, flags: [{ name: "max_pool_size", value: "20" }] }],
        backupConfiguration: {
            ...settings.backupConfiguration,
            backupRetentionSettings: { retainedBackups: 15 },
            transactionLogRetentionDays: 14,
        },
    });
});

test.each<[string, CloudSqlInstanceArgs, object]>([
    ["logs of a week", {}, { transactionLogRetention: "7 days" }],
    ["logs of five weeks", { edition: "ENTERPRISE_PLUS" }, { transactionLogRetention: "35 days" }],
])("an instance can keep %s", async (_, args, backups) => {
    const { settings: own } = await primary({ ...args, backups } as CloudSqlInstanceArgs);
    expect(own.backupConfiguration.transactionLogRetentionDays).toBe(args.edition ? 35 : 7);
});

test("MySQL has a standby and a replica with its binary log", async () => {
    const all = await made({
        engine: "mysql",
        tier: "db-custom-2-8192",
        highAvailability: true,
        replicas: { near: {} },
    });
    expect(all["DatabaseInstance sales"]).toMatchObject({
        settings: { availabilityType: "REGIONAL", backupConfiguration: { binaryLogEnabled: true } },
    });
    expect(Object.keys(all)).toContain("DatabaseInstance sales-near");
});

test.each([{}, { dataCache: false }])(
    "a machine of ENTERPRISE_PLUS that supports no data cache has none: %j",
    async (more) => {
        const made = await primary({ edition: "ENTERPRISE_PLUS", tier: "db-c4a-highmem-2", ...more });
        expect(made.settings).toMatchObject({ tier: "db-c4a-highmem-2", dataCacheConfig: { dataCacheEnabled: false } });
    },
);

test("64 labels are accepted, with environment", async () => {
    const labels = Object.fromEntries([...Array(63)].map((_, index) => [`label-${index}`, "x"]));
    expect((await primary({ labels })).settings.userLabels).toEqual({ environment: "dev", ...labels });
});

test("MySQL has a binary log, its own flags and a root password", async () => {
    const all = await made({ engine: "mysql" });
    expect(all["DatabaseInstance sales"]).toEqual({
        ...instance,
        databaseVersion: "MYSQL_8_4",
        settings: {
            ...settings,
            databaseFlags: [
                { name: "cloudsql_iam_authentication", value: "on" },
                { name: "local_infile", value: "off" },
                { name: "skip_show_database", value: "on" },
            ],
            backupConfiguration: {
                enabled: true,
                startTime: "03:00",
                backupRetentionSettings: { retainedBackups: 7 },
                transactionLogRetentionDays: 7,
                binaryLogEnabled: true,
            },
        },
    });
    expect(Object.keys(all)).toEqual(["DatabaseInstance sales", "Secret sales-root", "SecretVersion sales-root"]);
});

test("SQL Server has its own machine type, no password policy and no access for other Google services", async () => {
    const { passwordValidationPolicy, dataCacheConfig, ...others } = settings;
    const { enablePrivatePathForGoogleCloudServices, ...ipConfiguration } = settings.ipConfiguration;
    expect(
        await primary({
            engine: "sqlserver",
            collation: "Latin1_General_CI_AS",
            timeZone: "Central Europe Standard Time",
        }),
    ).toEqual({
        ...instance,
        databaseVersion: "SQLSERVER_2022_STANDARD",
        settings: {
            ...others,
            tier: "db-custom-2-8192",
            ipConfiguration,
            databaseFlags: [
                { name: "contained database authentication", value: "off" },
                { name: "cross db ownership chaining", value: "off" },
            ],
            collation: "Latin1_General_CI_AS",
            timeZone: "Central Europe Standard Time",
        },
    });
});

test("PostgreSQL and MySQL without a password policy have no password of the default user", async () => {
    const { rootPassword, ...others } = instance;
    const { passwordValidationPolicy, ...own } = settings;
    expect(await made({ passwordPolicy: false })).toEqual({ "DatabaseInstance sales": { ...others, settings: own } });
});

test("version, flags and auditing depend on the engine", async () => {
    const { databaseVersion, settings: own } = await primary({
        version: "17",
        audit: true,
        flags: { max_connections: 200, log_lock_waits: false },
    });
    expect(databaseVersion).toBe("POSTGRES_17");
    expect(Object.fromEntries(own.databaseFlags.map(({ name, value }) => [name, value]))).toEqual({
        "cloudsql.enable_pgaudit": "on",
        "cloudsql.iam_authentication": "on",
        log_checkpoints: "on",
        log_connections: "on",
        log_disconnections: "on",
        log_duration: "on",
        log_hostname: "on",
        log_lock_waits: "off",
        log_min_error_statement: "error",
        log_statement: "ddl",
        max_connections: "200",
        "pgaudit.log": "all",
    });
});

test("protection applies to Pulumi, the provider and Google", async () => {
    const { deletionProtection, settings: own } = await primary({ protection: "standard" });
    expect({ deletionProtection, own }).toEqual({
        deletionProtection: true,
        own: { ...settings, finalBackupConfig: { enabled: true, retentionDays: 30 } },
    });
    const options = await registeredOptions(
        () => new CloudSqlInstance("sales", { network: apps, protection: "none", databases: { predictions: {} } }),
        { kind: "production" },
    );
    expect([options["DatabaseInstance sales"]?.protect, options["Database sales-predictions"]?.protect]).toEqual([
        undefined,
        undefined,
    ]);
});

test("databases are created after users, who own objects in them", async () => {
    const program = () =>
        new CloudSqlInstance("sales", {
            network: apps,
            databases: { predictions: {}, archive: { charset: "UTF8", collation: "en_US.UTF8" } },
            users: { app: { roles: ["writer"], passwordPolicy: { allowedFailedAttempts: 5 } }, report: {} },
        });
    const all = await registered(program);
    expect(all["Database sales-predictions"]).toEqual({
        name: "predictions",
        instance: fresh("sales"),
        charset: "UTF8",
    });
    expect(all["Database sales-archive"]).toEqual({
        name: "archive",
        instance: fresh("sales"),
        charset: "UTF8",
        collation: "en_US.UTF8",
    });
    expect(all["User sales-app"]).toEqual({
        name: "app",
        instance: fresh("sales"),
        password,
        databaseRoles: ["writer"],
        passwordPolicy: { allowedFailedAttempts: 5, enableFailedAttemptsCheck: true },
        deletionPolicy: "ABANDON",
    });
    const options = await registeredOptions(program);
    expect(options["Database sales-predictions"]?.after).toEqual(
        expect.arrayContaining(["DatabaseInstance sales", "User sales-app", "User sales-report"]),
    );
});

test("MySQL users connect from any host or from one, and are deleted when they are removed", async () => {
    const all = await made({ engine: "mysql", users: { app: {}, report: { host: "10.%" } }, databases: { sales: {} } });
    expect(all["User sales-app"]).toEqual({ name: "app", instance: fresh("sales"), password, host: "%" });
    expect(all["User sales-report"]).toMatchObject({ host: "10.%" });
    expect(all["Database sales-sales"]).toEqual({ name: "sales", instance: fresh("sales"), charset: "utf8mb4" });
    const databases = { old: { collation: "latin1_bin" } };
    expect((await made({ engine: "mysql", databases }))["Database sales-old"]).toMatchObject({
        charset: "latin1",
        collation: "latin1_bin",
    });
});

test("databases of PostgreSQL have UTF8, and those of SQL Server no character set but their own", async () => {
    const collation = "Latin1_General_CI_AS";
    const postgres = await made({ databases: { archive: { collation: "en_US.UTF8" } } });
    expect(postgres["Database sales-archive"]).toMatchObject({ charset: "UTF8", collation: "en_US.UTF8" });
    const databases = { archive: { collation }, old: { charset: "UTF8", collation } };
    const { "Database sales-archive": archive, "Database sales-old": old } = await made({
        engine: "sqlserver",
        databases,
    });
    expect(archive).toEqual({ name: "archive", instance: fresh("sales"), collation });
    expect(old).toEqual({ name: "old", instance: fresh("sales"), charset: "UTF8", collation });
});

test("users, groups and service accounts authenticate with IAM, to this instance only", async () => {
    const all = await made({
        iamUsers: {
            "user:ana@acme.com": { roles: ["reader"] },
            "serviceAccount:etl@acme-dev.iam.gserviceaccount.com": {},
        },
    });
    expect(all["User sales-ana-acme-com"]).toEqual({
        name: "ana@acme.com",
        type: "CLOUD_IAM_USER",
        instance: fresh("sales"),
        databaseRoles: ["reader"],
        deletionPolicy: "ABANDON",
    });
    expect(all["User sales-etl-acme-dev-iam-gserviceaccount-com"]).toEqual({
        name: "etl@acme-dev.iam",
        type: "CLOUD_IAM_SERVICE_ACCOUNT",
        instance: fresh("sales"),
        deletionPolicy: "ABANDON",
    });
    const grants = Object.entries(all).filter(([key]) => key.startsWith("IAMMember "));
    expect(grants.map(([, { role, member }]) => [role, member])).toEqual(
        expect.arrayContaining([
            ["roles/cloudsql.client", "user:ana@acme.com"],
            ["roles/cloudsql.instanceUser", "user:ana@acme.com"],
        ]),
    );
    for (const [, grant] of grants) {
        expect(grant.condition).toMatchObject({
            expression: expect.stringMatching(
                /^resource\.service == "sqladmin\.googleapis\.com" && \(resource\.name == "projects\/acme-dev\/instances\/sales-[0-9a-f]{6}"\)$/,
            ),
        });
    }
});

test("replicas have the machine type, the flags and the disk of the primary, or their own", async () => {
    const all = await made({
        tier: "db-custom-2-8192",
        flags: { max_connections: 300 },
        replicas: {
            near: { zone: "europe-west1-d" },
            far: { region: "europe-west4", cpu: 4, memory: "16 GiB", highAvailability: true, flags: {} },
        },
    });
    const flags = [...settings.databaseFlags, { name: "max_connections", value: "300" }];
    const { backupConfiguration, passwordValidationPolicy, ...shared } = settings;
    const replica = {
        databaseVersion: "POSTGRES_18",
        instanceType: "READ_REPLICA_INSTANCE",
        masterInstanceName: fresh("sales"),
        deletionProtection: false,
    };
    expect(all["DatabaseInstance sales-near"]).toEqual({
        ...replica,
        name: fresh("sales-near"),
        region: "europe-west1",
        settings: {
            ...shared,
            tier: "db-custom-2-8192",
            databaseFlags: flags,
            locationPreference: { zone: "europe-west1-d" },
        },
    });
    expect(all["DatabaseInstance sales-far"]).toEqual({
        ...replica,
        name: fresh("sales-far"),
        region: "europe-west4",
        settings: { ...shared, tier: "db-custom-4-16384", availabilityType: "REGIONAL" },
    });
});

test.each([{}, { publicAddress: true }])(
    "a replica of a primary with only a public address has one: %j",
    async (near) => {
        const all = await made({ network: false, publicAddress: true, replicas: { near } });
        const { settings: own } = all["DatabaseInstance sales-near"] as { settings: { ipConfiguration: object } };
        expect(own.ipConfiguration).toMatchObject({ ipv4Enabled: true, authorizedNetworks: [] });
    },
);

test.each(["u", "U", "ab"])(
    "the password of the user %s does not contain the name, which policies refuse",
    async (user) => {
        for (let round = 0; round < 10; round++) {
            const all = await made({ users: { [user]: {} } });
            const { password: own } = all[`User sales-${user}`] as { password: { secret: string } };
            expect(own).toEqual(password);
            expect(own.secret.toLowerCase()).not.toContain(user.toLowerCase());
        }
    },
);

test.each([
    ["u", "abcdefghijklmnopqrstvwxyzABCDEFGHIJKLMNOPQRSTVWXYZ"],
    ["ab", "bcdefghijklmnopqrstuvwxyzBCDEFGHIJKLMNOPQRSTUVWXYZ"],
    ["app", "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"],
])(
    "a change of the characters would replace the password of the user %s, so they stay the same",
    async (user, letters) => {
        const options = await registeredOptions(
            () => new CloudSqlInstance("sales", { network: apps, users: { [user]: {} } }),
        );
        expect(options[`SecretVersion sales-${user}`]?.replacementTrigger).toEqual({
            length: 32,
            characters: `${letters}0123456789-_.~`,
        });
    },
);

test("a replica can have a long key, which its name contains as far as it fits", async () => {
    const key = `reports-${"of-the-whole-year-".repeat(4)}2026`;
    const all = await made({ replicas: { [key]: {} } });
    const { name } = all[`DatabaseInstance sales-${key}`] as { name: string };
    expect(name).toMatch(/^sales-reports-of-the-whole-year-[a-z-]+-[0-9a-f]{6}-[0-9a-f]{6}$/);
    expect(name.length).toBeLessThanOrEqual(97 - "acme-dev".length);
});

test("an upgrade of an instance with a replica upgrades both", async () => {
    expect(await primary({ replicas: { near: {} } })).toMatchObject({ includeReplicasForMajorVersionUpgrade: true });
    expect(await primary()).not.toHaveProperty("includeReplicasForMajorVersionUpgrade");
});

test("an instance can have ten replicas", async () => {
    const all = await made({ replicas: Object.fromEntries([..."abcdefghij"].map((name) => [name, {}])) });
    expect(Object.keys(all).filter((key) => /^DatabaseInstance sales-/.test(key))).toHaveLength(10);
});

test.each(["none", "standard", "maximum"] as const)(
    "with the protection %s of the primary, a promoted replica has the same, and others have none",
    async (protection) => {
        const replicas = { far: { promoted: true }, near: {} };
        const args = { network: apps, protection, replicas };
        const { inputs, options } = await registeredWhole(() => new CloudSqlInstance("sales", args));
        const found = (key: string) => {
            const { deletionProtection, settings: own } = inputs[key] as typeof instance;
            const { protect = false } = (options[key] ?? {}) as { protect?: boolean };
            return [protect, deletionProtection, own.deletionProtectionEnabled];
        };
        const all = ["sales", "sales-far", "sales-near"].map((key) => found(`DatabaseInstance ${key}`));
        const expected = [protection !== "none", protection !== "none", protection === "maximum"];
        expect(all).toEqual([expected, expected, [false, false, false]]);
    },
);

test("a promoted replica is an independent instance", async () => {
    const all = await made({ replicas: { far: { region: "europe-west4", promoted: true } } }, { kind: "production" });
    expect(all["DatabaseInstance sales-far"]).toMatchObject({
        instanceType: "CLOUD_SQL_INSTANCE",
        deletionProtection: true,
        settings: { deletionProtectionEnabled: true, backupConfiguration: { enabled: true } },
    });
    expect(all["DatabaseInstance sales-far"]).not.toHaveProperty("masterInstanceName");
});

test("an instance can be a clone of another, or restored from a backup", async () => {
    const cloned = await registered(() => {
        const sales = new CloudSqlInstance("sales", { network: apps });
        new CloudSqlInstance("trial", { network: apps, from: { clone: sales, at: "2026-11-01T00:00:00Z" } });
    });
    expect(cloned["DatabaseInstance trial"]).toMatchObject({
        clone: { sourceInstanceName: fresh("sales"), pointInTime: "2026-11-01T00:00:00Z" },
    });
    expect(await primary({ from: { backup: 123, of: "sales-1a2b3c", project: "acme-old" } })).toMatchObject({
        restoreBackupContext: { backupRunId: 123, instanceId: "sales-1a2b3c", project: "acme-old" },
    });
    expect(await primary({ from: { backup: 123, of: "sales-1a2b3c" } })).toMatchObject({
        restoreBackupContext: { backupRunId: 123, instanceId: "sales-1a2b3c", project: "acme-dev" },
    });
    const from = { clone: "sales-1a2b3c", at: "2026-11-01T00:00:00Z", databases: ["orders"] };
    expect(await primary({ engine: "sqlserver", from })).toMatchObject({
        clone: {
            sourceInstanceName: "sales-1a2b3c",
            pointInTime: "2026-11-01T00:00:00Z",
            databaseNames: ["orders"],
        },
    });
});

test("a key encrypts an instance after Cloud SQL is granted to use it", async () => {
    const key = "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/sales";
    const program = () => new CloudSqlInstance("sales", { network: apps, encryptionKey: key, crossProject: "keys" });
    const config = { "slipway:environments": JSON.stringify({ keys: "acme-keys" }) };
    const all = await registered(program, { config, environment: true });
    expect(all["DatabaseInstance sales"]).toMatchObject({ encryptionKeyName: key });
    const grants = Object.entries(all).filter(([name]) => name.startsWith("CryptoKeyIAMMember "));
    expect(grants.map(([, grant]) => grant)).toEqual([
        {
            cryptoKeyId: key,
            role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
            member: "serviceAccount:service-123@gcp-sa-sqladmin.iam.gserviceaccount.com",
        },
    ]);
});

test("a replica in another region has a key there, also one of the program", async () => {
    const [here, there] = ["europe-west1", "europe-west4"].map(
        (location) => `projects/acme-dev/locations/${location}/keyRings/data/cryptoKeys/sales`,
    ) as [string, string];
    const far = { region: "europe-west4", encryptionKey: pulumi.output(there) };
    const all = await made({ encryptionKey: pulumi.output(here), replicas: { far } });
    expect(all["DatabaseInstance sales-far"]).toMatchObject({ encryptionKeyName: there });
});

test("a replica in the region of the primary has its key, or one of its own", async () => {
    const key = (name: string) => `projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/${name}`;
    const replicas = { near: {}, other: { encryptionKey: key("other") } };
    const all = await made({ encryptionKey: key("sales"), replicas });
    expect(all["DatabaseInstance sales-near"]).toMatchObject({ encryptionKeyName: key("sales") });
    expect(all["DatabaseInstance sales-other"]).toMatchObject({ encryptionKeyName: key("other") });
});

test("name, region and network can be configured, and transforms edit the child resources", async () => {
    const all = await registered(
        () =>
            new CloudSqlInstance("sales", {
                name: "ledger",
                region: "europe-north1",
                network: new Network("apps"),
                databases: { predictions: {} },
                exports: { bucket: new StorageBucket("exports"), schedule: "0 2 * * *" },
                transform: {
                    instance: { maintenanceVersion: "POSTGRES_18.R2" },
                    database: { collation: "C" },
                    schedule: { attemptDeadline: "60s" },
                },
            }),
    );
    expect(all["Job sales-export"]).toMatchObject({ attemptDeadline: "60s" });
    expect(all["DatabaseInstance sales"]).toMatchObject({
        name: fresh("ledger"),
        region: "europe-north1",
        maintenanceVersion: "POSTGRES_18.R2",
        settings: { ipConfiguration: { privateNetwork: "projects/acme-dev/global/networks/apps" } },
    });
    expect(all["Database sales-predictions"]).toMatchObject({ collation: "C" });
});

test("an instance and its workflow of exports have as much of a long name as fits", async () => {
    const name = "s".repeat(100);
    const all = await registered(() => {
        const exports = { bucket: new StorageBucket("exports"), schedule: "0 2 * * *" };
        new CloudSqlInstance(name, { network: apps, databases: { predictions: {} }, exports });
    });
    const nameOf = (key: string) => Reflect.get(all[key] as object, "name");
    expect(nameOf(`DatabaseInstance ${name}`)).toMatch(/^s{75}-[0-9a-f]{6}-[0-9a-f]{6}$/);
    expect(nameOf(`Workflow ${name}-export`)).toMatch(/^s{56}-[0-9a-f]{6}$/);
});

test("the workflow of exports is created after its APIs and grants", async () => {
    const options = await registeredOptions(() => {
        const exports = { bucket: new StorageBucket("exports"), schedule: "0 2 * * *" };
        new CloudSqlInstance("sales", { network: apps, databases: { predictions: {} }, exports });
    });
    expect(options["Workflow sales-export"]?.after).toEqual([
        "Account sales-export",
        "Bucket exports",
        "BucketIAMMember sales-instance-exports-object-user",
        "DatabaseInstance sales",
        "IAMMember sales-export",
        "IAMMember sales-export-logs",
        "Service iam",
        "Service workflowexecutions",
        "Service workflows",
        "ServiceIdentity workflows-agent",
    ]);
});

test("the workflow of exports can export this instance, and the instance can also delete files in the bucket", async () => {
    const resources = await registered(() => {
        const exports = { bucket: new StorageBucket("exports"), schedule: "0 2 * * *" };
        new CloudSqlInstance("sales", { network: apps, databases: { predictions: {} }, exports });
    });
    expect(resources["IAMMember sales-export-logs"]).toMatchObject({ role: "roles/logging.logWriter" });
    expect(resources["IAMMember sales-export"]).toMatchObject({
        role: "roles/cloudsql.editor",
        condition: { expression: expect.stringContaining("/instances/sales-") },
    });
    expect(resources["BucketIAMMember sales-instance-exports-object-user"]).toMatchObject({
        role: "roles/storage.objectUser",
    });
});

test.each([
    ["without load on the instance by default", {}, "postgres", { fileType: "SQL", offload: true }],
    ["by the instance, if asked to", { offload: false }, "postgres", { fileType: "SQL", offload: false }],
    ["by the instance for SQL Server", {}, "sqlserver", { fileType: "BAK" }],
] as const)("exports are made %s", async (_, more, engine, expected) => {
    const resources = await registered(() => {
        const exports = { bucket: new StorageBucket("exports"), schedule: "0 2 * * *", ...more };
        const args = { network: apps, engine, databases: { predictions: {} }, exports } as CloudSqlInstanceArgs;
        new CloudSqlInstance("sales", args);
    });
    const { sourceContents } = resources["Workflow sales-export"] as { sourceContents: string };
    const [, { each }] = JSON.parse(sourceContents).main.steps;
    expect(each.for.in).toEqual(["predictions"]);
    const exportContext = {
        databases: [expect.stringMatching(/^.\{database\}$/)],
        uri: expect.stringContaining(engine === "sqlserver" ? '".bak"' : '".sql.gz"'),
        ...expected,
    };
    expect(each.for.steps[0].export.args).toEqual({
        project: "acme-dev",
        instance: fresh("sales"),
        body: { exportContext },
        connector_params: { timeout: 86_400 },
    });
});

test("an export can be of some databases only", async () => {
    const resources = await registered(() => {
        const exports = { bucket: new StorageBucket("exports"), schedule: "0 2 * * *", databases: ["orders"] };
        new CloudSqlInstance("sales", { network: apps, databases: { predictions: {}, orders: {} }, exports });
    });
    const { sourceContents } = resources["Workflow sales-export"] as { sourceContents: string };
    expect(JSON.parse(sourceContents).main.steps[1].each.for.in).toEqual(["orders"]);
});

test("a preview with unknown outputs registers the same resources", async () => {
    const args: CloudSqlInstanceArgs = {
        databases: { predictions: {} },
        users: { app: {} },
        iamUsers: { "user:ana@acme.com": {} },
        replicas: { near: {} },
    };
    expect(Object.keys(await made(args, { preview: true }))).toEqual(Object.keys(await made(args)));
});

test("a version in extended support and a standby without an SLA cause warnings", async () => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    await made({ version: "12", highAvailability: true });
    expect(warn.mock.calls.map(([text]) => text)).toEqual([
        'CloudSqlInstance "sales": version: 12 is in extended support since 2025-02-01, which costs more per vCPU, until 2028-02-01. Take 18.',
        'CloudSqlInstance "sales": tier: db-f1-micro has a shared core and is not covered by the Cloud SQL SLA, even with high availability. Use a tier such as db-custom-2-8192.',
    ]);
    warn.mockRestore();
});
