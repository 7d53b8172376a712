import { CloudSqlInstance, type CloudSqlInstanceArgs } from "slipway";
import { changeWarning, type TrackedArgs } from "../../../lib/sql/changes";
import { identified, registeredWhole } from "../registered";
import { apps, settings } from "../sqlInstances";

const tracked = {
    name: "sales",
    engine: "postgres",
    version: "17",
    databases: "sales",
    users: "",
    promoted: "",
    from: "",
    flags: "[]",
    protection: "none",
} as TrackedArgs;

/** What the state keeps of an instance for later warnings. */
async function kept(args: CloudSqlInstanceArgs = {}) {
    const { kept } = await registeredWhole(() => new CloudSqlInstance("sales", { network: apps, ...args } as never));
    return kept["CloudSqlInstance sales"];
}

const bare = {
    name: "sales",
    region: "europe-west1",
    engine: "postgres",
    encryptionKey: "",
    collation: "",
    timeZone: "",
    "storage.type": "PD_SSD",
    privateServiceConnect: false,
    network: true,
    version: "18",
    tier: "db-f1-micro",
    edition: "ENTERPRISE",
    zone: "",
    highAvailability: false,
    dataCache: false,
    connectionPooling: false,
    "insights.queryStringLength": 1024,
    "backups.pointInTimeRecovery": true,
    flags: JSON.stringify(settings.databaseFlags),
    "storage.size": 10,
    from: "",
    databases: "",
    users: "",
    promoted: "",
    protection: "none",
};

test.each<[string, CloudSqlInstanceArgs, object]>([
    ["nothing", {}, {}],
    ["insights, whose change does not restart the instance", { insights: false }, {}],
    ["backups", { backups: false }, { "backups.pointInTimeRecovery": false }],
    [
        "recovery",
        { backups: { pointInTimeRecovery: false }, storage: { size: "20 GB", autoIncrease: false } },
        { "backups.pointInTimeRecovery": false, "storage.size": 0 },
    ],
    [
        "more",
        {
            zone: "europe-west1-b",
            databases: { orders: {}, archive: {} },
            users: { report: {}, app: {} },
            replicas: { near: {}, far: { promoted: true } },
        },
        { zone: "europe-west1-b", databases: "archive, orders", users: "app, report", promoted: "far" },
    ],
])("what was asked for is kept in the state, for the warnings of its changes: %s", async (_, args, expected) => {
    expect(await kept(args)).toEqual({ ...bare, ...expected });
});

test("a promoted replica cannot replicate the primary again", () => {
    let message = "";
    try {
        changeWarning(
            'CloudSqlInstance "sales"',
            { ...tracked, promoted: "far, near" },
            { ...tracked, promoted: "near" },
        );
    } catch (error) {
        ({ message } = error as Error);
    }
    expect(message).toContain("replicas: far cannot replicate");
    expect(identified(message)).toBe('CloudSqlInstance "sales": replicas: [sql/change-demotes-replica]');
});

test("the case of the names of tables, which MySQL 8.0 and later keep, cannot change", () => {
    const change = (version: string) => () =>
        changeOf(
            { engine: "mysql", version },
            { engine: "mysql", version, flags: JSON.stringify([{ name: "lower_case_table_names", value: "1" }]) },
        );
    expect(change("8.4")).toThrow("flags.lower_case_table_names: can only be set when the instance is created.");
    expect(change("8.4")).toThrow("[sql/change-of-fixed-flag]");
    expect(change("5.7")).not.toThrow();
});

test.each([
    [20, 30, true],
    [20, 20, false],
    [0, 30, false],
    [20, 0, false],
])(
    "a disk that was asked for with %d GB, and then with %d, warns that the size has no effect: %s",
    (before, now, warns) => {
        const sized = (size: number) => ({ ...tracked, "storage.size": size });
        const warning = changeWarning('CloudSqlInstance "sales"', sized(before), sized(now)) ?? "";
        expect(warning.includes("storage.size has no effect")).toBe(warns);
    },
);

const changeOf = (before: object, now: object) =>
    changeWarning('CloudSqlInstance "sales"', { ...tracked, ...before }, { ...tracked, ...now });

test.each([
    ["tier", "db-f1-micro", "db-g1-small"],
    ["edition", "ENTERPRISE", "ENTERPRISE_PLUS"],
    ["zone", "a", "b"],
    ["highAvailability", false, true],
    ["dataCache", false, true],
    ["connectionPooling", false, true],
    ["insights.queryStringLength", 1024, 4500],
    ["backups.pointInTimeRecovery", true, false],
])("another %s warns of the restart", (key, before, now) => {
    expect(changeOf({ [key]: before }, { [key]: now })).toBe(
        `CloudSqlInstance "sales": another ${key} restarts the instance, which closes all connections.`,
    );
    expect(changeOf({ [key]: now }, { [key]: now })).toBeUndefined();
});

test("a network is added with a restart, and flags and arguments are in one warning", () => {
    expect(changeOf({ network: false }, { network: true })).toContain("another network restarts the instance");
    const flags = (value: string) => JSON.stringify([{ name: "max_connections", value }]);
    expect(
        changeOf({ tier: "a", network: false, flags: flags("100") }, { tier: "b", network: true, flags: flags("200") }),
    ).toContain("another tier, flags.max_connections, network restarts the instance");
});

test.each([
    ["name", "sales", "sales-2"],
    ["region", "europe-west1", "us-central1"],
    ["engine", "postgres", "mysql"],
    ["encryptionKey", "", "key"],
    ["collation", "", "en_US.UTF8"],
    ["timeZone", "", "UTC"],
    ["storage.type", "ssd", "hdd"],
    ["privateServiceConnect", false, true],
    ["network", true, false],
])("another %s warns of the loss of the data, and is refused with protection", (key, before, now) => {
    const loss = `another ${key} replaces the instance, and its data is lost. To keep its data, create a second CloudSqlInstance with from: { clone: … }, and remove this one later.`;
    expect(changeOf({ [key]: before }, { [key]: now })).toBe(`CloudSqlInstance "sales": ${loss}`);
    expect(() => changeOf({ [key]: before, protection: "all" }, { [key]: now })).toThrow(
        "[sql/change-replaces-instance]",
    );
});

test("deleted databases, users that remain and restored backups are in the warning", () => {
    expect(changeOf({ databases: "a, b, c" }, { databases: "b" })).toBe(
        'CloudSqlInstance "sales": databases: a, c is deleted, with all of its data.',
    );
    expect(changeOf({ databases: "a" }, { databases: "" })).toContain("databases: a is deleted");
    expect(changeOf({ users: "a, b" }, { users: "b" })).toContain("the users a remain in PostgreSQL");
    expect(changeOf({ from: "" }, { from: "1" })).toContain("the backup overwrites the data of the instance.");
    expect(changeOf({ from: "1" }, { from: "2" })).toContain("the backup overwrites the data of the instance.");
    expect(changeOf({ from: "1" }, { from: "1" })).toBeUndefined();
    expect(changeOf({ from: "1" }, { from: "" })).toBeUndefined();
    expect(changeOf({ version: "16" }, {})).toContain("version 16 is upgraded to 17 in place");
    expect(changeWarning("", {}, tracked)).toBeUndefined();
});
