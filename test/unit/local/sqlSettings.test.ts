import type { Entry } from "../../../local/simulator/cloud/store";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { instanceName } from "../../../local/simulator/services/sql/names";
import { args, creating, logged, mySql, plus, prepared, recoverable, settings, updating } from "./sqlWorld";
import { refusalOf } from "./world";

const withSettings = (more: Inputs, base: Inputs = settings) => ({ settings: { ...base, ...more } });
const flag = (name: string, value: string) => withSettings({ databaseFlags: [{ name, value }] });
const invalid = (why: string) => `${creating} 400: Invalid request: ${why}, invalid`;

test.each<[string, Inputs, string]>([
    [
        "a second zone of MySQL without a binary log",
        { ...mySql, ...withSettings({ availabilityType: "REGIONAL", backupConfiguration: { enabled: true } }) },
        "Invalid flag for instance role: MySQL HA non-replica instances need to have binary logging enabled.",
    ],
    [
        "a binary log without backups",
        { ...mySql, ...withSettings({ backupConfiguration: { binaryLogEnabled: true } }) },
        "Binary log must be disabled when backup is disabled or the instance must be a replica instance with a MySQL 5.7 or above version.",
    ],
    ["a binary log of PostgreSQL", withSettings(logged), "Binary logging can only be enabled for MySQL instances."],
    [
        "backups at an invalid time",
        withSettings({ backupConfiguration: { enabled: true, startTime: "25:00" } }),
        "Invalid backup start time (25:00).",
    ],
    [
        "a data cache in the Enterprise edition",
        withSettings({ dataCacheConfig: { dataCacheEnabled: true } }),
        "Data cache is only supported for Enterprise Plus edition..",
    ],
    [
        "the Enterprise Plus edition of an old version",
        { databaseVersion: "POSTGRES_11", settings: plus },
        "Enterprise Plus edition is not supported for database version POSTGRES_11.",
    ],
    [
        "longer queries than the edition stores",
        withSettings({ insightsConfig: { queryInsightsEnabled: true, queryStringLength: 50_240 } }),
        "Invalid query string length: 50240. Query String length should be 256-4500.",
    ],
    [
        "a zone of another region",
        withSettings({ locationPreference: { zone: "us-central1-a" } }),
        "Invalid zone (us-central1-a) for region (europe-west1).",
    ],
    [
        "the same zone twice",
        withSettings({ locationPreference: { zone: "europe-west1-b", secondaryZone: "europe-west1-b" } }),
        "The secondary zone must be different from the primary zone.",
    ],
    [
        "more storage than a shared machine has",
        withSettings({ diskSize: 4000 }, { edition: "ENTERPRISE", tier: "db-f1-micro" }),
        "Invalid disk size (4000).",
    ],
    [
        "a storage limit below its size",
        withSettings({ diskSize: 100, diskAutoresizeLimit: 50 }),
        "Invalid storage auto resize limit (50).",
    ],
    ["an unknown disk", withSettings({ diskType: "TAPE" }), "Invalid disk type (TAPE)."],
    [
        "a hyperdisk of another machine",
        withSettings({ diskType: "HYPERDISK_BALANCED" }),
        "Disk type (HYPERDISK_BALANCED) is not supported for Tier (db-custom-1-3840).",
    ],
    [
        "an unknown track of maintenance",
        withSettings({ maintenanceWindow: { day: 7, hour: 3, updateTrack: "soon" } }),
        "Invalid update track (soon).",
    ],
    [
        "no maintenance for more than 90 days",
        withSettings({ denyMaintenancePeriod: { startDate: "2026-10-01", endDate: "2027-01-15", time: "00:00:00" } }),
        "Deny maintenance period must be between 1 and 90 days.",
    ],
    [
        "a deny maintenance period with an invalid date",
        withSettings({ denyMaintenancePeriod: { startDate: "11-01", endDate: "02-30", time: "00:00:00" } }),
        "Invalid deny maintenance period (11-01 to 02-30 at 00:00:00).",
    ],
    [
        "a private authorised network",
        withSettings({ ipConfiguration: { authorizedNetworks: [{ value: "10.0.0.0/8" }] } }),
        "Non-routable or private authorized network (10.0.0.0/8)..",
    ],
    [
        "an invalid authorised network",
        withSettings({ ipConfiguration: { authorizedNetworks: [{ value: "office" }] } }),
        "Invalid authorized network (office)..",
    ],
    [
        "consumers that are not projects",
        withSettings({
            ipConfiguration: {
                ipv4Enabled: false,
                pscConfigs: [{ pscEnabled: true, allowedConsumerProjects: ["projects/x"] }],
            },
        }),
        "Invalid consumer project (projects/x).",
    ],
    [
        "a customer-managed authority without a pool",
        withSettings({ ipConfiguration: { serverCaMode: "CUSTOMER_MANAGED_CAS_CA" } }),
        "A server CA pool must be specified if and only if the server CA mode is CUSTOMER_MANAGED_CAS_CA.",
    ],
    [
        "a time zone of PostgreSQL",
        withSettings({ timeZone: "UTC" }),
        "The setting timeZone is only supported for SQL Server instances.",
    ],
    [
        "SQL Server without a password",
        { databaseVersion: "SQLSERVER_2022_STANDARD" },
        "Missing parameter: rootPassword.",
    ],
    [
        "a private path of SQL Server",
        {
            databaseVersion: "SQLSERVER_2022_STANDARD",
            rootPassword: "x",
            ...withSettings({ ipConfiguration: { enablePrivatePathForGoogleCloudServices: true } }),
        },
        "Private path for Google Services is not supported on SQLSERVER database type..",
    ],
    [
        "a policy that its default user's password violates",
        withSettings({ passwordValidationPolicy: { enablePasswordPolicy: true, minLength: 8 } }),
        "Root user's password is not policy compliant: Length of password cannot be less than 8. .",
    ],
    [
        "a key of another region",
        { encryptionKeyName: "projects/acme-dev/locations/us-central1/keyRings/sql/cryptoKeys/sales" },
        "The KMS key projects/acme-dev/locations/us-central1/keyRings/sql/cryptoKeys/sales must be in the region of the instance: europe-west1.",
    ],
])("an instance is refused with %s", (_, inputs, why) => {
    expect(prepared().refusal(inputs)).toBe(invalid(why));
});

test.each<[string, Inputs, string]>([
    ["that is unknown", flag("no_such_flag", "on"), "Flag requested is not valid., invalidFlagName"],
    ["of MySQL", flag("innodb_buffer_pool_size", "1"), "Flag requested is not valid., invalidFlagName"],
    [
        "of PostgreSQL",
        { ...mySql, ...flag("log_min_duration_statement", "1") },
        "Flag requested is not valid., invalidFlagName",
    ],
    [
        "of Enterprise Plus",
        { ...mySql, ...flag("innodb_cloudsql_optimized_write", "on") },
        "Value requested is not valid. Failed to set innodb_cloudsql_optimized_write: the flag is only available for the edition ENTERPRISE_PLUS., invalidFlagValue",
    ],
    [
        "with an invalid value",
        flag("log_connections", "maybe"),
        "Value requested is not valid. Failed to set log_connections: maybe was not an expected string., invalidFlagValue",
    ],
])("a flag %s is refused", (_, inputs, words) => {
    expect(prepared().refusal(inputs)).toBe(`${creating} 400: ${words}`);
});

test.each<[string, string, string]>([
    ["POSTGRES_17", "cloudsql.iam_authentication", "on"],
    ["POSTGRES_17", "autovacuum_vacuum_scale_factor", "0.1"],
    ["MYSQL_8_4", "innodb_buffer_pool_size", "1073741824"],
    ["SQLSERVER_2022_STANDARD", "1204", "on"],
    ["SQLSERVER_2022_STANDARD", "contained database authentication", "on"],
])("%s has the flag %s", (databaseVersion, name, value) => {
    const { make } = prepared();
    const tier = databaseVersion === "MYSQL_8_4" ? plus : settings;
    const made = make({
        databaseVersion,
        rootPassword: "x",
        ...withSettings({ databaseFlags: [{ name, value }] }, tier),
    });
    expect(made.state.settings.databaseFlags).toEqual([{ name, value }]);
});

/** Server defaults of new instances, from recorded responses in Config Connector's tests. */
const recorded = {
    activationPolicy: "ALWAYS",
    availabilityType: "ZONAL",
    connectorEnforcement: "NOT_REQUIRED",
    diskAutoresize: true,
    diskAutoresizeLimit: 0,
    diskSize: 10,
    diskType: "PD_SSD",
    dataCacheConfig: { dataCacheEnabled: false },
    ipConfiguration: { ipv4Enabled: true, sslMode: "ALLOW_UNENCRYPTED_AND_ENCRYPTED" },
    pricingPlan: "PER_USE",
};
const retention = (retainedBackups: number, transactionLogRetentionDays: number) => ({
    backupConfiguration: {
        enabled: false,
        backupRetentionSettings: { retainedBackups, retentionUnit: "COUNT" },
        transactionLogRetentionDays,
    },
});

test.each<[string, Inputs, Inputs, string[]]>([
    ["POSTGRES_15", settings, { edition: "ENTERPRISE", ...retention(7, 7) }, ["PRIMARY", "OUTGOING"]],
    ["POSTGRES_15", plus, { edition: "ENTERPRISE_PLUS", ...retention(15, 14) }, ["PRIMARY", "OUTGOING"]],
    ["MYSQL_5_7", settings, { edition: "ENTERPRISE", ...retention(7, 7) }, ["PRIMARY"]],
    ["SQLSERVER_2019_EXPRESS", settings, { edition: "ENTERPRISE", ...retention(7, 7) }, ["PRIMARY"]],
])("a bare %s with %j has server defaults", (databaseVersion, withSettings, filled, addresses) => {
    const { make } = prepared();
    const { state } = make({ databaseVersion, rootPassword: "1234!@#$asdf", settings: withSettings });
    expect(state).toMatchObject({
        instanceType: "CLOUD_SQL_INSTANCE",
        connectionName: "acme-dev:europe-west1:sales",
        maintenanceVersion: expect.stringMatching(`^${databaseVersion}`),
        enforceNewSqlNetworkArchitecture: true,
        settings: { ...recorded, ...filled },
    });
    expect(state.ipAddresses.map(({ type }: Inputs) => type)).toEqual(addresses);
});

test("settings that an update removes keep their values", () => {
    const { world, make } = prepared();
    const made = make(withSettings({ ...recoverable, insightsConfig: { queryInsightsEnabled: true } }));
    expect(made.state.settings.insightsConfig).toEqual({
        queryInsightsEnabled: true,
        queryStringLength: 1024,
        queryPlansPerMinute: 5,
    });
    const { state } = world.update(made, { ...args, ...withSettings({ activationPolicy: "ALWAYS" }) });
    expect(state.settings).toMatchObject({ backupConfiguration: { enabled: true, pointInTimeRecoveryEnabled: true } });
    expect(world.changed({ ...made, state })).toEqual([]);
});

// https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/sql/resource_sql_database_instance.go
test("a switch to the edition ENTERPRISE keeps logs for at most 7 days", () => {
    const { world, make } = prepared();
    const version = { databaseVersion: "POSTGRES_15" };
    const made = make({ ...version, settings: { ...plus, ...recoverable } });
    expect(made.state.settings.backupConfiguration.transactionLogRetentionDays).toBe(14);
    const { state } = world.update(made, { ...args, ...version, settings: { ...settings, ...recoverable } });
    expect(state.settings).toMatchObject({
        edition: "ENTERPRISE",
        backupConfiguration: { enabled: true, transactionLogRetentionDays: 7 },
    });
});

describe("a disk", () => {
    test("that has grown is unchanged, and only a new instance has a smaller one", () => {
        const { world, make } = prepared();
        const made = make(withSettings({ diskSize: 20 }));
        const grown = { ...made, state: { ...made.state, settings: { ...made.state.settings, diskSize: 57 } } };
        const entry = world.cloud.store.read(instanceName("acme-dev", "sales")) as Entry;
        world.cloud.store.write({ ...entry, state: grown.state });
        expect(world.changed(grown)).toEqual([]);
        expect(
            world.update(grown, { ...args, ...withSettings({ diskSize: 20, tier: "db-custom-2-7680" }) }).state
                .settings,
        ).toMatchObject({
            diskSize: 57,
            tier: "db-custom-2-7680",
        });
        const fixed = { ...args, ...withSettings({ diskSize: 20, diskAutoresize: false }) };
        const wanted = world.checked(made.token, fixed, { olds: made.inputs });
        expect(world.provider.diff(made.token, wanted, made.inputs, grown.state).replaced).toEqual([
            "settings.diskSize",
        ]);
    });

    test("keeps its type", () => {
        const { world, make } = prepared();
        const made = make(withSettings({ diskType: "PD_SSD" }));
        expect(refusalOf(() => world.update(made, { ...args, ...withSettings({ diskType: "PD_HDD" }) }))).toBe(
            `${updating} 400: Invalid request: The disk type of an instance cannot be changed., invalid`,
        );
    });
});

test("the case of the names of tables is fixed at the creation since MySQL 8.0", () => {
    const { world, make } = prepared();
    const named = (value: string, databaseVersion = "MYSQL_8_0") => ({
        ...mySql,
        databaseVersion,
        ...flag("lower_case_table_names", value),
    });
    const made = make(named("1"));
    expect(world.update(made, named("1")).state.settings.databaseFlags).toHaveLength(1);
    expect(refusalOf(() => world.update(made, named("0")))).toContain(
        "Failed to set lower_case_table_names: the flag can only be set when the instance is created.",
    );
    expect(refusalOf(() => world.update(made, { ...mySql, settings }))).toContain("can only be set");
});

test("a private address that is added later requires the connection too, once", () => {
    const { world, make } = prepared();
    const { name } = world.make("Network", { name: "office" }).state;
    const closed = {
        ...args,
        ...withSettings({ ipConfiguration: { privateNetwork: `projects/acme-dev/global/networks/${name}` } }),
    };
    const made = make();
    expect(refusalOf(() => world.update(made, closed))).toBe(
        `Error waiting for Update Instance: Failed to create subnetwork. Please create Service Networking connection with service 'servicenetworking.googleapis.com' from consumer project '${world.number}' network 'office' again.`,
    );
    const there = { ...made, state: { ...made.state, settings: { ...made.state.settings, ...closed.settings } } };
    const entry = world.cloud.store.read(instanceName("acme-dev", "sales")) as Entry;
    world.cloud.store.write({ ...entry, state: there.state });
    expect(world.update(there, { ...closed, settings: { ...closed.settings, activationPolicy: "ALWAYS" } }).id).toBe(
        "sales",
    );
});

test("an edition can be changed in both directions, with a suitable machine type", () => {
    const { world, make } = prepared();
    const cached = { ...plus, dataCacheConfig: { dataCacheEnabled: true } };
    const made = make();
    expect(
        refusalOf(() => world.update(made, { ...args, settings: { ...settings, edition: "ENTERPRISE_PLUS" } })),
    ).toContain("Invalid Tier (db-custom-1-3840) for (ENTERPRISE_PLUS) Edition.");
    const larger = world.update(made, { ...args, settings: cached });
    expect(larger.state.settings).toMatchObject(cached);
    expect(refusalOf(() => world.update(larger, args))).toContain("Data cache is only supported for Enterprise Plus");
    const smaller = { ...args, settings: { ...settings, dataCacheConfig: { dataCacheEnabled: false } } };
    expect(world.update(larger, smaller).state.settings).toMatchObject(settings);
});

describe("a version", () => {
    const patching = "Error, failed to patch instance settings for : googleapi: Error 400: Invalid request:";

    test.each([
        ["POSTGRES_15", "POSTGRES_17"],
        ["MYSQL_5_7", "MYSQL_8_0"],
        ["MYSQL_8_0", "MYSQL_8_0_37"],
        ["SQLSERVER_2019_EXPRESS", "SQLSERVER_2019_WEB"],
    ])("%s is upgraded to %s", (from, to) => {
        const { world, make } = prepared();
        const made = make({ databaseVersion: from, rootPassword: "x" });
        const now = world.update(made, { ...args, databaseVersion: to, rootPassword: "x" });
        expect(now.state).toMatchObject({ databaseVersion: to, settings: { edition: "ENTERPRISE" } });
    });

    test.each([
        ["POSTGRES_17", "POSTGRES_15"],
        ["MYSQL_5_7", "MYSQL_8_4"],
        ["POSTGRES_17", "MYSQL_8_0"],
        ["SQLSERVER_2022_STANDARD", "SQLSERVER_2019_ENTERPRISE"],
    ])("%s is not upgraded to %s", (from, to) => {
        const { world, make } = prepared();
        const made = make({ databaseVersion: from, rootPassword: "x" });
        expect(refusalOf(() => world.update(made, { ...args, databaseVersion: to, rootPassword: "x" }))).toBe(
            `${patching} Not allowed to do major version upgrade from ${from} to ${to}., invalid`,
        );
    });

    test("that MySQL upgraded automatically is no change", () => {
        const { world, make } = prepared();
        const made = make({ databaseVersion: "MYSQL_8_0" });
        const raised = { ...made, state: { ...made.state, databaseVersion: "MYSQL_8_0_41" } };
        expect(world.changed(raised)).toEqual([]);
        expect(world.changed({ ...made, state: { ...made.state, databaseVersion: "MYSQL_8_0_31" } })).toEqual([
            "databaseVersion",
        ]);
    });

    test("is upgraded with the replicas, or not at all", () => {
        const { world, make } = prepared();
        const older = { databaseVersion: "POSTGRES_16", ...withSettings(recoverable) };
        const made = make(older);
        const copy = make({ name: "copy", databaseVersion: "POSTGRES_16", masterInstanceName: "sales" });
        const newer = { ...args, ...withSettings(recoverable) };
        const primary = world.refreshed(made) ?? made;
        expect(refusalOf(() => world.update(primary, newer))).toContain(patching);
        world.update(primary, { ...newer, includeReplicasForMajorVersionUpgrade: true });
        expect(world.refreshed(copy)?.state.databaseVersion).toBe("POSTGRES_17");
    });
});

test("an instance with Private Service Connect has its connection information", () => {
    const { make } = prepared();
    const { state } = make(
        withSettings({
            ipConfiguration: {
                ipv4Enabled: false,
                pscConfigs: [{ pscEnabled: true, allowedConsumerProjects: ["acme-dev"] }],
            },
        }),
    );
    expect(state).toMatchObject({
        pscServiceAttachmentLink: expect.stringMatching(
            /^projects\/\w+-tp\/regions\/europe-west1\/serviceAttachments\/a-\w+-psc-service-attachment-\w+$/,
        ),
        dnsName: expect.stringMatching(/^\w+\.\w+\.europe-west1\.sql\.goog\.$/),
        dnsNames: [{ name: state.dnsName, connectionType: "PRIVATE_SERVICE_CONNECT", dnsScope: "INSTANCE" }],
        ipAddresses: [],
    });
});

test("a stopped instance accepts no databases, and one with replicas cannot be stopped", () => {
    const { world, make } = prepared();
    const made = make(withSettings({ activationPolicy: "NEVER" }));
    const database = () => world.make("Database", { name: "app", instance: "sales" });
    expect(refusalOf(database)).toBe(
        "Error creating Database: googleapi: Error 400: Invalid request: Invalid request since instance is not running., invalid",
    );
    const running = world.update(made, { ...args, ...withSettings(recoverable) });
    database();
    make({ name: "copy", masterInstanceName: "sales" });
    expect(
        refusalOf(() =>
            world.update(running, { ...args, ...withSettings({ ...recoverable, activationPolicy: "NEVER" }) }),
        ),
    ).toBe(
        `${updating} 400: The requested operation is not valid for a replication master instance., errorReplicationMasterInvalidOperation`,
    );
});

test("a new password of the default user must comply with the policy too", () => {
    const { world, make } = prepared();
    const policy = withSettings({ passwordValidationPolicy: { enablePasswordPolicy: true, minLength: 8 } });
    const made = make({ rootPassword: "long-enough", ...policy });
    expect(refusalOf(() => world.update(made, { ...args, rootPassword: "short", ...policy }))).toBe(
        "Error, failed to update root_password : googleapi: Error 400: Invalid request: INVALID_PASSWORD: Length of password cannot be less than 8., invalid",
    );
});

// https://github.com/terraform-google-modules/terraform-google-sql-db/issues/344
test("a second zone of PostgreSQL does not require recovery, and a backup can start at any minute", () => {
    const backupConfiguration = { enabled: true, startTime: "20:55", pointInTimeRecoveryEnabled: false };
    const { state } = prepared().make(withSettings({ availabilityType: "REGIONAL", backupConfiguration }));
    expect(state.settings).toMatchObject({ availabilityType: "REGIONAL", backupConfiguration });
});
