import { CloudSqlInstance, StorageBucket } from "slipway";
import { problemsIn, refused, registered } from "../registered";
import { apps } from "../sqlInstances";

const key = (region: string) => `projects/acme-dev/locations/${region}/keyRings/data/cryptoKeys/sales`;
const bucket = { schedule: "0 2 * * *" };

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
        "tls: must be ENCRYPTED_ONLY for SQL Server, which does not support client certificates.",
    ],
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
    // No connectivity.
    [
        "no connectivity",
        { network: false },
        "network: is false, and the instance has no other way to connect. Set network, privateServiceConnect or publicAddress.",
    ],
    [
        "a network by its name",
        { network: "apps" },
        'network: must be an object with network, subnet, allocatedRange (got "apps").',
    ],
    [
        "a public address beside Private Service Connect",
        { network: undefined, publicAddress: true, privateServiceConnect: {} },
        "publicAddress: cannot be combined with privateServiceConnect. Remove one of them.",
    ],
    // High availability or recovery without backups.
    [
        "high availability without backups",
        { tier: "db-custom-2-8192", highAvailability: true, backups: false },
        "backups: cannot be false with highAvailability. Remove backups.",
    ],
    [
        "a replica without an address",
        { network: false, publicAddress: true, replicas: { near: { publicAddress: false } } },
        "replicas.near.publicAddress: is false, and the primary has no other address for it. Remove it.",
    ],
    [
        "a replica without backups",
        { backups: false, replicas: { near: {} } },
        "backups: cannot be false with replicas. Remove backups.",
    ],
    [
        "protection without backups",
        { backups: false, protection: "standard" },
        'backups: cannot be false with protection "standard". Remove backups.',
    ],
    [
        "high availability of MySQL without its binary log",
        {
            engine: "mysql",
            tier: "db-custom-2-8192",
            highAvailability: true,
            backups: { pointInTimeRecovery: false },
        },
        "backups.pointInTimeRecovery: cannot be false with highAvailability of MySQL, which needs its binary log. Remove it.",
    ],
    [
        "a replica of MySQL without its binary log",
        { engine: "mysql", backups: { pointInTimeRecovery: false }, replicas: { near: {} } },
        "backups.pointInTimeRecovery: cannot be false with replicas of MySQL, which needs its binary log. Remove it.",
    ],
    [
        "logs without recovery",
        { backups: { pointInTimeRecovery: false, transactionLogRetention: "3 days" } },
        'backups.transactionLogRetention: has no effect without pointInTimeRecovery (got "3 days").',
    ],
    [
        "logs for longer than the edition keeps them",
        { backups: { transactionLogRetention: "8 days" } },
        'backups.transactionLogRetention: must be at most 7 days with the edition ENTERPRISE (got "8 days").',
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
        "flags.io_workers: is a flag of PostgreSQL 18 and later, not of 17. Remove it.",
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
        'collation: is only for SQL Server (got "Latin1_General_CI_AS"). Remove it.',
        'timeZone: is only for SQL Server (got "UTC"). Remove it.',
    ],
    [
        "an audit of SQL Server",
        { engine: "sqlserver", audit: true },
        "audit: is only for PostgreSQL and MySQL. Remove it, and set sqlServerAuditConfig with transform.instance.",
    ],
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
        "maintenance.deny: must have 90 days at most (got 92).",
    ],
    // An unknown option.
    ["an unknown option", { replica: {} }, 'replica: unknown option "replica"; did you mean "replicas"?'],
    // The machine type, the disk and the edition.
    [
        "a machine of the other edition",
        { tier: "db-perf-optimized-N-2" },
        'tier: is a machine of the edition ENTERPRISE_PLUS (got "db-perf-optimized-N-2"). Set the edition, or use a tier such as db-custom-2-8192.',
    ],
    ["memory without processors", { memory: "8 GiB" }, "cpu: is missing. Set both cpu and memory, or set tier."],
    ["too small a disk", { storage: { size: "5 GB" } }, 'storage.size: must be from 10 GB to 65536 GB (got "5 GB").'],
    [
        "a disk that the machine type does not support",
        { storage: { type: "HYPERDISK_BALANCED", size: "20 GB" } },
        'storage.type: is a disk that db-f1-micro does not support (got "HYPERDISK_BALANCED"). Use PD_SSD, or the tier db-custom-N4-2-8192.',
    ],
    [
        "an old version in the newer edition",
        { edition: "ENTERPRISE_PLUS", version: "11" },
        "edition: is ENTERPRISE_PLUS, which has no 11. Use a newer version or ENTERPRISE.",
    ],
    [
        "a feature that the edition does not support",
        { dataCache: true, connectionPooling: true, insights: { queryPlansPerMinute: 50 } },
        "dataCache: is only available with the edition ENTERPRISE_PLUS, for PostgreSQL and MySQL. Remove it.",
        "insights.queryPlansPerMinute: must be at most 20 with the edition ENTERPRISE (got 50).",
        "connectionPooling: needs the edition ENTERPRISE_PLUS (got ENTERPRISE).",
    ],
    [
        "a cache of too small a machine",
        { edition: "ENTERPRISE_PLUS", tier: "db-c4a-highmem-2", dataCache: true },
        "dataCache: is not available with db-c4a-highmem-2. Use a larger one, or remove it.",
    ],
    // Zones.
    [
        "zones of other regions",
        { zone: "europe-west4-a", secondaryZone: "us-central1-a" },
        'zone: must be in europe-west1, as the instance is (got "europe-west4-a").',
        'secondaryZone: must be in europe-west1, as the instance is (got "us-central1-a").',
        "secondaryZone: is the zone of a standby. Set highAvailability, or remove it.",
    ],
    [
        "a standby beside the instance",
        { tier: "db-custom-2-8192", highAvailability: true, zone: "europe-west1-b", secondaryZone: "europe-west1-b" },
        'secondaryZone: must be another zone than the instance\'s (got "europe-west1-b").',
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
        "databases.cloudsqladmin: is reserved by the engine. Choose another name.",
        "users.cloudsqlsuperuser: is reserved by the engine. Choose another name.",
    ],
    [
        "a name that is too long with the project's ID",
        { name: "a".repeat(85) },
        "name: must have 82 characters at most with this project's ID (got 85).",
    ],
    [
        "users of PostgreSQL with longer names",
        { users: { ["a".repeat(64)]: {} }, iamUsers: { [`user:${"a".repeat(55)}@acme.com`]: {} } },
        `users.${"a".repeat(64)}: must have 63 characters at most (got 64).`,
        `iamUsers.user:${"a".repeat(55)}@acme.com: makes user:${"a".repeat(55)}@acme.com the user "${"a".repeat(55)}@acme.com", and names of users have 63 characters at most (got 64). Use a principal with a shorter address.`,
    ],
    [
        "users of MySQL with longer names",
        {
            engine: "mysql",
            version: "8.4",
            users: { ["a".repeat(33)]: {} },
            iamUsers: { [`user:${"a".repeat(33)}@acme.com`]: {} },
        },
        `users.${"a".repeat(33)}: must have 32 characters at most (got 33).`,
        `iamUsers.user:${"a".repeat(33)}@acme.com: makes user:${"a".repeat(33)}@acme.com the user "${"a".repeat(33)}", and names of users have 32 characters at most (got 33).`,
    ],
    ["a host of PostgreSQL", { users: { app: { host: "10.%" } } }, "users.app.host: is only for MySQL. Remove it."],
    [
        "roles and rules of SQL Server",
        { engine: "sqlserver", users: { app: { roles: ["db_owner"], passwordPolicy: {} } } },
        "users.app.roles: need PostgreSQL, or MySQL 8.0 or newer. Remove them.",
        "users.app.passwordPolicy: is only for PostgreSQL and MySQL. Remove it.",
    ],
    [
        "IAM users of SQL Server",
        { engine: "sqlserver", iamUsers: { "user:ana@acme.com": {} } },
        "iamUsers: are only for PostgreSQL and MySQL: SQL Server does not support IAM. Use users.",
    ],
    [
        "a minimum password length above that of generated passwords",
        { passwordPolicy: { minLength: 64 } },
        "passwordPolicy.minLength: must be at most 32, because generated passwords have that length (got 64).",
    ],
    [
        "a character set and a collation that PostgreSQL's databases do not have",
        { databases: { archive: { charset: "LATIN1", collation: "C" } } },
        'databases.archive.charset: must be UTF8, which PostgreSQL\'s databases have (got "LATIN1").',
        'databases.archive.collation: must be en_US.UTF8, which PostgreSQL\'s databases have (got "C").',
    ],
    [
        "a collation of another character set",
        { engine: "mysql", databases: { archive: { charset: "utf8mb4", collation: "latin1_bin" } } },
        'databases.archive.collation: must be one of the character set utf8mb4 (got "latin1_bin"). Set charset: "latin1".',
    ],
    // Replicas.
    [
        "a replica in another zone than its region",
        { replicas: { far: { region: "europe-west4", zone: "europe-west1-b", flags: { log_conections: true } } } },
        'replicas.far.flags.log_conections: unknown option "log_conections"; did you mean "log_connections"? If Google Cloud added it since, update slipway or set allowUnlisted: true.',
    ],
    [
        "a replica without what it needs",
        { encryptionKey: key("europe-west1"), replicas: { far: { region: "europe-west4", zone: "europe-west1-b" } } },
        'replicas.far.zone: must be in europe-west4, as the replica is (got "europe-west1-b").',
        "replicas.far.encryptionKey: is missing: the primary has a key, and that is not in europe-west4.",
    ],
    [
        "replicas of SQL Server Standard",
        { engine: "sqlserver", replicas: { near: {} } },
        `replicas: need SQL Server's Enterprise edition (got version "2022 Standard").`,
    ],
    [
        "eleven replicas",
        { replicas: Object.fromEntries([..."abcdefghijk"].map((name) => [name, {}])) },
        "replicas: can be 10 at most (got 11).",
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
        "from.databases: is only for SQL Server: other instances are always cloned completely.",
    ],
    [
        "too many labels",
        { labels: Object.fromEntries([...Array(64)].map((_, index) => [`label-${index}`, "x"])) },
        "labels: there can be 64 labels at most, with environment (got 65).",
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
    expect(await refused(() => program(bucket), {}, unharmed)).toBe(
        'CloudSqlInstance "sales": exports.databases: is missing, and the instance has no databases. Name the databases to export.',
    );
    expect(
        await refused(
            () => program({ ...bucket, databases: ["a"], offload: true }, { engine: "sqlserver" }),
            {},
            unharmed,
        ),
    ).toBe(
        'CloudSqlInstance "sales": exports.offload: must be false for SQL Server, which does not support serverless exports.',
    );
});

test("a client with an unknown user, database or replica is refused", async () => {
    const refusalOfClient = async (options: object, engine = "postgres") => {
        let message = "nothing";
        await registered(() => {
            const users = { app: {} };
            const args = { network: apps, databases: { predictions: {} }, users, engine } as never;
            try {
                new CloudSqlInstance("sales", args).as(options);
            } catch (error) {
                message = problemsIn(error as Error);
            }
        });
        return message;
    };
    expect(await refusalOfClient({ user: "app", database: "postgres" })).toBe("nothing");
    expect(await refusalOfClient({ user: "app", roles: [] })).toBe(
        'CloudSqlInstance "sales": roles: are set by the user "app". Set them in users.',
    );
    expect(await refusalOfClient({}, "sqlserver")).toBe(
        'CloudSqlInstance "sales": user: is required, because SQL Server does not support IAM users. Name one of users.',
    );
    expect(await refusalOfClient({ user: "ap", database: "prediction", replica: "far" })).toBe(
        [
            'CloudSqlInstance "sales": user: must be one of the users that the instance has: app (got "ap").',
            'CloudSqlInstance "sales": database: must be one of the databases that the instance has: predictions, postgres (got "prediction").',
            'CloudSqlInstance "sales": replica: must be one of the replicas that the instance has: none (got "far").',
        ].join("\n"),
    );
});
