import { CloudSqlInstance, StorageBucket } from "slipway";
import { problemsIn, refused, registered } from "../registered";
import { apps } from "../sqlInstances";

const key = (region: string) => `projects/acme-dev/locations/${region}/keyRings/data/cryptoKeys/sales`;
const bucket = { schedule: "0 2 * * *" };
/** As many ranges of addresses. */
const offices = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`office ${index}`, `203.0.113.${index}/32`]));

/** The arguments, each with its error after the component's name. */
const wrong: [string, object, ...string[]][] = [
    // An unknown TLS mode.
    [
        "an unknown TLS mode",
        { tls: "REQUIRED" },
        'tls: must be one of ENCRYPTED_ONLY, TRUSTED_CLIENT_CERTIFICATE_REQUIRED, ALLOW_UNENCRYPTED_AND_ENCRYPTED (got "REQUIRED").',
    ],
    [
        "client certificates of SQL Server",
        { engine: "sqlserver", tls: "TRUSTED_CLIENT_CERTIFICATE_REQUIRED" },
        "tls: [sql/tls-of-sql-server]",
    ],
    ["the Data API of SQL Server", { engine: "sqlserver", dataApi: true }, "dataApi: [sql/data-api-of-sql-server]"],
    // Passwords, which cannot be configured.
    [
        "a user's password",
        { users: { app: { password: "hunter2" } } },
        'users.app.password: unknown option "password". The component generates it, and keeps it in a secret, which is in passwords. Remove it.',
    ],
    // All addresses.
    [
        "all addresses",
        { publicAddress: { authorizedNetworks: { all: "0.0.0.0/0" } } },
        'publicAddress.authorizedNetworks.all: allows every address of the internet (got "0.0.0.0/0"). Name the ranges of the clients, or remove it and use a connector.',
    ],
    [
        "an invalid range of addresses",
        { publicAddress: { authorizedNetworks: { office: "203.0.113.0" } } },
        "publicAddress.authorizedNetworks.office: must be a range",
    ],
    [
        "a range that does not start at the first address of its block",
        { publicAddress: { authorizedNetworks: { half: "64.0.0.0/1" } } },
        "publicAddress.authorizedNetworks.half: must start at the first address of its block, 0.0.0.0/1",
    ],
    [
        "101 ranges of addresses",
        { publicAddress: { authorizedNetworks: offices(101) } },
        "publicAddress.authorizedNetworks: there can be 100 ranges at most",
    ],
    ...["a".repeat(65), "a/b"].map((name): [string, object, string] => [
        `a range with the name ${name}`,
        { publicAddress: { authorizedNetworks: { [name]: "203.0.113.0/28" } } },
        `publicAddress.authorizedNetworks.${name}: a name must have up to 64 letters, digits, spaces, ., _ and -`,
    ]),
    // No connectivity.
    ["no connectivity", { network: false }, "network: [sql/no-connection]"],
    [
        "a network by its name",
        { network: "apps" },
        'network: must be a Network, or an object such as { network: "apps" } (got "apps").',
    ],
    [
        "a public address beside Private Service Connect",
        { network: undefined, publicAddress: true, privateServiceConnect: {} },
        "publicAddress: [sql/public-with-private-service-connect]",
    ],
    // High availability or recovery without backups.
    [
        "high availability without backups",
        { tier: "db-custom-2-8192", highAvailability: true, backups: false },
        "backups: [sql/backups-required]",
    ],
    [
        "a replica without an address",
        { network: false, publicAddress: true, replicas: { near: { publicAddress: false } } },
        "replicas.near.publicAddress: [sql/replica-without-address]",
    ],
    ["a replica without backups", { backups: false, replicas: { near: {} } }, "backups: [sql/backups-required]"],
    ["protection without backups", { backups: false, protection: "standard" }, "backups: [sql/backups-required]"],
    [
        "high availability of MySQL without its binary log",
        {
            engine: "mysql",
            tier: "db-custom-2-8192",
            highAvailability: true,
            backups: { pointInTimeRecovery: false },
        },
        "backups.pointInTimeRecovery: [sql/point-in-time-required]",
    ],
    [
        "a replica of MySQL without its binary log",
        { engine: "mysql", backups: { pointInTimeRecovery: false }, replicas: { near: {} } },
        "backups.pointInTimeRecovery: [sql/point-in-time-required]",
    ],
    [
        "logs without recovery",
        { backups: { pointInTimeRecovery: false, transactionLogRetention: "3 days" } },
        "backups.transactionLogRetention: [sql/log-retention-without-point-in-time]",
    ],
    [
        "logs for longer than the edition keeps them",
        { backups: { transactionLogRetention: "8 days" } },
        "backups.transactionLogRetention: [sql/log-retention-of-edition]",
    ],
    [
        "logs for longer than any edition keeps them",
        { edition: "ENTERPRISE_PLUS", backups: { transactionLogRetention: "36 days" } },
        "backups.transactionLogRetention: must be from 1 days to 35 days",
    ],
    [
        "a backup at no time of day",
        { backups: { start: "24:00" } },
        'backups.start: must be a time of the day in UTC such as 02:00 (got "24:00").',
    ],
    [
        "a backup with unlimited retention",
        { backups: { keep: 366 } },
        "backups.keep: must be a whole number from 1 to 365 backups (got 366).",
    ],
    // Flags and versions of other engines, and unknown ones.
    [
        "a flag of another engine",
        { engine: "mysql", flags: { log_checkpoints: true } },
        "flags.log_checkpoints: is a flag of PostgreSQL, not of MySQL (got true).",
    ],
    [
        "an unknown flag",
        { flags: { log_conections: true } },
        'flags.log_conections: unknown option "log_conections"; did you mean "log_connections"? If Google Cloud added it since, update slipway or set allowUnlisted: true.',
    ],
    [
        "a flag of a newer version",
        { version: "17", flags: { io_workers: 4 } },
        "flags.io_workers: [sql/flag-of-later-version]",
    ],
    [
        "an unknown version",
        { version: "19" },
        'version: must be one of 9.6, 10, 11, 12, 13, 14, 15, 16, 17, 18 (got "19").',
    ],
    [
        "a version of another engine",
        { engine: "sqlserver", version: "17" },
        "version: must be one of 2017 Express, 2017 Web",
    ],
    ["an unknown engine", { engine: "oracle" }, 'engine: must be one of postgres, mysql, sqlserver (got "oracle").'],
    [
        "a collation of the server",
        { collation: "Latin1_General_CI_AS", timeZone: "UTC" },
        "collation: [sql/option-of-sql-server]",
        "timeZone: [sql/option-of-sql-server]",
    ],
    ["an audit of SQL Server", { engine: "sqlserver", audit: true }, "audit: [sql/audit-of-sql-server]"],
    // Maintenance.
    [
        "a window of no day",
        { maintenance: { window: { day: "someday", start: "25:00" } } },
        'maintenance.window.day: must be a day of the week, such as monday, MONDAY or MON (got "someday").',
        'maintenance.window.start: must be a full hour in UTC such as 02:00 (got "25:00").',
    ],
    [
        "too long a deny maintenance period",
        { maintenance: { deny: { start: "2026-10-01", end: "2026-12-31" } } },
        "maintenance.deny: [sql/deny-too-long]",
    ],
    // An unknown option.
    ["an unknown option", { replica: {} }, 'replica: unknown option "replica"; did you mean "replicas"?'],
    // The machine type, the disk and the edition.
    ["a machine of the other edition", { tier: "db-perf-optimized-N-2" }, "tier: [sql/tier-of-enterprise-plus]"],
    ["memory without processors", { memory: "8 GiB" }, "cpu: [sql/cpu-and-memory]"],
    ["too small a disk", { storage: { size: "5 GB" } }, 'storage.size: must be from 10 GB to 65536 GB (got "5 GB").'],
    [
        "a disk that the machine type does not support",
        { storage: { type: "HYPERDISK_BALANCED", size: "20 GB" } },
        "storage.type: [sql/hyperdisk-unsupported]",
    ],
    [
        "an old version in the newer edition",
        { edition: "ENTERPRISE_PLUS", version: "11" },
        "edition: [sql/version-of-edition]",
    ],
    [
        "a feature that the edition does not support",
        { dataCache: true, connectionPooling: true, insights: { queryPlansPerMinute: 50 } },
        "dataCache: [sql/data-cache-of-edition]",
        "insights.queryPlansPerMinute: [sql/insights-of-edition]",
        "connectionPooling: [sql/pooling-of-edition]",
    ],
    [
        "a cache of SQL Server",
        { engine: "sqlserver", version: "2022 Enterprise", edition: "ENTERPRISE_PLUS", dataCache: true },
        "dataCache: [sql/data-cache-of-edition]",
    ],
    [
        "a cache of too small a machine",
        { edition: "ENTERPRISE_PLUS", tier: "db-c4a-highmem-2", dataCache: true },
        "dataCache: [sql/data-cache-of-tier]",
    ],
    // Zones.
    [
        "zones of other regions",
        { zone: "europe-west4-a", secondaryZone: "us-central1-a" },
        "zone: [place/other-region]",
        "secondaryZone: [place/other-region]",
        "secondaryZone: [sql/secondary-zone-without-standby]",
    ],
    [
        "a standby beside the instance",
        { tier: "db-custom-2-8192", highAvailability: true, zone: "europe-west1-b", secondaryZone: "europe-west1-b" },
        "secondaryZone: [sql/secondary-zone-of-primary]",
    ],
    // Names, databases and users.
    [
        "invalid names",
        { name: "Sales", databases: { "2024": {} }, users: { "a b": {} }, iamUsers: { "ana@acme.com": {} } },
        "databases.2024: must have only letters, digits, _ and -",
        "users.a b: must have only letters, digits, _ and -",
        "iamUsers.ana@acme.com: must be a principal",
        "name: must have up to 90 lower-case letters",
    ],
    [
        "names of the engine",
        { databases: { cloudsqladmin: {} }, users: { cloudsqlsuperuser: {} } },
        "databases.cloudsqladmin: [sql/database-or-user-name-reserved]",
        "users.cloudsqlsuperuser: [sql/database-or-user-name-reserved]",
    ],
    ["a name that is too long with the project's ID", { name: "a".repeat(85) }, "name: [sql/instance-name-too-long]"],
    [
        "users of PostgreSQL with longer names",
        { users: { ["a".repeat(64)]: {} }, iamUsers: { [`user:${"a".repeat(55)}@acme.com`]: {} } },
        `users.${"a".repeat(64)}: [sql/database-or-user-name-too-long]`,
        `iamUsers.user:${"a".repeat(55)}@acme.com: [sql/iam-user-name-too-long]`,
    ],
    [
        "users of MySQL with longer names",
        {
            engine: "mysql",
            version: "8.4",
            users: { ["a".repeat(33)]: {} },
            iamUsers: { [`user:${"a".repeat(33)}@acme.com`]: {} },
        },
        `users.${"a".repeat(33)}: [sql/database-or-user-name-too-long]`,
        `iamUsers.user:${"a".repeat(33)}@acme.com: [sql/iam-user-name-too-long]`,
    ],
    ["a host of PostgreSQL", { users: { app: { host: "10.%" } } }, "users.app.host: [sql/user-host-of-engine]"],
    [
        "roles and rules of SQL Server",
        { engine: "sqlserver", users: { app: { roles: ["db_owner"], passwordPolicy: {} } } },
        "users.app.roles: [sql/user-roles-of-version]",
        "users.app.passwordPolicy: [sql/user-password-policy-of-engine]",
    ],
    [
        "IAM users of SQL Server",
        { engine: "sqlserver", iamUsers: { "user:ana@acme.com": {} } },
        "iamUsers: [sql/iam-users-of-sql-server]",
    ],
    [
        "a minimum password length above that of generated passwords",
        { passwordPolicy: { minLength: 64 } },
        "passwordPolicy.minLength: [sql/password-length-above-generated]",
    ],
    [
        "a character set and a collation that PostgreSQL's databases do not have",
        { databases: { archive: { charset: "LATIN1", collation: "C" } } },
        "databases.archive.charset: [sql/charset-of-postgres]",
        "databases.archive.collation: [sql/collation-of-postgres]",
    ],
    [
        "a collation of another character set",
        { engine: "mysql", databases: { archive: { charset: "utf8mb4", collation: "latin1_bin" } } },
        "databases.archive.collation: [sql/collation-of-charset]",
    ],
    // Replicas.
    [
        "a replica in another zone than its region",
        { replicas: { far: { region: "europe-west4", zone: "europe-west1-b", flags: { log_conections: true } } } },
        'replicas.far.flags.log_conections: unknown option "log_conections"; did you mean "log_connections"? If Google Cloud added it since, update slipway or set allowUnlisted: true.',
        "replicas.far.zone: [place/other-region]",
    ],
    [
        "a replica without what it needs",
        { encryptionKey: key("europe-west1"), replicas: { far: { region: "europe-west4", zone: "europe-west1-b" } } },
        "replicas.far.zone: [place/other-region]",
        "replicas.far.encryptionKey: [sql/replica-key-missing]",
    ],
    [
        "CPUs without memory for a replica",
        { replicas: { near: { cpu: 4 } } },
        "replicas.near.memory: [sql/cpu-and-memory]",
    ],
    [
        "a flag of a newer version for a replica",
        { version: "17", replicas: { near: { flags: { io_workers: 4 } } } },
        "replicas.near.flags.io_workers: [sql/flag-of-later-version]",
    ],
    [
        "replicas of SQL Server Standard",
        { engine: "sqlserver", replicas: { near: {} } },
        "replicas: [sql/replicas-of-sql-server-edition]",
    ],
    [
        "eleven replicas",
        { replicas: Object.fromEntries([..."abcdefghijk"].map((name) => [name, {}])) },
        "replicas: [sql/too-many-replicas]",
    ],
    // Keys, sources and labels.
    [
        "a key of another region",
        { encryptionKey: key("us-central1") },
        "encryptionKey: must be in europe-west1, as the instance is (got",
    ],
    ["two sources", { from: { clone: "sales-1a2b3c", backup: 1 } }, "from: must have exactly one of clone, backup"],
    [
        "a point in time of single databases of PostgreSQL",
        { from: { clone: "sales-1a2b3c", databases: ["a"] } },
        "from.databases: [sql/clone-databases-of-engine]",
    ],
    [
        "too many labels",
        { labels: Object.fromEntries([...Array(64)].map((_, index) => [`label-${index}`, "x"])) },
        "labels: [sql/too-many-labels]",
    ],
];

test.each(wrong)("%s is refused before anything is registered", async (_, args, ...expected) => {
    const message = await refused(() => new CloudSqlInstance("sales", { network: apps, ...args } as never));
    const lines = message.split("\n");
    expect(lines).toHaveLength(expected.length);
    for (const [index, text] of expected.entries()) {
        expect(lines[index]).toContain(`CloudSqlInstance "sales": ${text}`);
    }
});

test("a hundred ranges of addresses are accepted", async () => {
    const args = { publicAddress: { authorizedNetworks: { ...offices(99), ["a".repeat(64)]: "128.0.0.0/1" } } };
    await expect(refused(() => new CloudSqlInstance("sales", { network: apps, ...args }))).rejects.toThrow(
        "Nothing was refused",
    );
});

test("all problems are reported together", async () => {
    const args = { tls: "REQUIRED", storage: { size: "5 GB" }, flags: { jitt: true } } as never;
    expect((await refused(() => new CloudSqlInstance("sales", args))).split("\n")).toHaveLength(3);
});

test("exports need a bucket, a schedule and databases", async () => {
    const program = (exports: object, more = {}) => {
        const exported = new StorageBucket("exports");
        new CloudSqlInstance("sales", { network: apps, exports: { bucket: exported, ...exports }, ...more } as never);
    };
    const unharmed = ["Bucket exports"];
    expect(await refused(() => program({}), {}, unharmed)).toBe(
        'CloudSqlInstance "sales": exports.schedule: is missing.',
    );
    expect(await refused(() => program({ ...bucket, databases: [] }), {}, unharmed)).toBe(
        'CloudSqlInstance "sales": exports.databases: must name a database at least (got []).',
    );
    expect(await refused(() => program(bucket), {}, unharmed)).toBe(
        'CloudSqlInstance "sales": exports.databases: [sql/export-databases-missing]',
    );
    expect(
        await refused(
            () => program({ ...bucket, databases: ["a"], offload: true }, { engine: "sqlserver" }),
            {},
            unharmed,
        ),
    ).toBe('CloudSqlInstance "sales": exports.offload: [sql/export-offload-of-sql-server]');
});

test("a client with an unknown user, database or replica is refused", async () => {
    const refusalOfClient = async (options: object, engine = "postgres", version?: string) => {
        let message = "nothing";
        await registered(() => {
            const users = { app: {} };
            const args = { network: apps, databases: { predictions: {} }, users, engine, version } as never;
            try {
                new CloudSqlInstance("sales", args).as(options);
            } catch (error) {
                message = problemsIn(error as Error);
            }
        });
        return message;
    };
    for (const [engine, database] of Object.entries({ postgres: "postgres", mysql: "mysql", sqlserver: "master" })) {
        expect(await refusalOfClient({ user: "app", database }, engine)).toBe("nothing");
        expect(await refusalOfClient({ user: "app", database: `${database}s` }, engine)).toBe(
            'CloudSqlInstance "sales": database: [sql/database-or-user-unknown]',
        );
    }
    expect(await refusalOfClient({ user: "app", roles: [] })).toBe(
        'CloudSqlInstance "sales": roles: [sql/roles-of-named-user]',
    );
    expect(await refusalOfClient({ roles: ["reader"] }, "mysql", "5.7")).toBe(
        'CloudSqlInstance "sales": roles: [sql/roles-of-version]',
    );
    expect(await refusalOfClient({}, "sqlserver")).toBe('CloudSqlInstance "sales": user: [sql/user-missing]');
    expect(await refusalOfClient({ user: "ap", database: "prediction", replica: "far" })).toBe(
        [
            'CloudSqlInstance "sales": user: [sql/database-or-user-unknown]',
            'CloudSqlInstance "sales": database: [sql/database-or-user-unknown]',
            'CloudSqlInstance "sales": replica: [sql/database-or-user-unknown]',
        ].join("\n"),
    );
});
