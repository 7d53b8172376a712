import { X509Certificate } from "node:crypto";
import { inventory } from "../../../local/simulator/inventory";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { args, creating, prepared, settings } from "./sqlWorld";
import { refusalOf } from "./world";

test("an instance has its connection information", () => {
    const { world, make } = prepared();
    expect(make()).toMatchObject({
        id: "sales",
        state: {
            connectionName: "acme-dev:europe-west1:sales",
            selfLink: "https://sqladmin.googleapis.com/sql/v1beta4/projects/acme-dev/instances/sales",
            serviceAccountEmailAddress: expect.stringMatching(
                new RegExp(`^p${world.number}-\\d{6}@gcp-sa-cloud-sql\\.iam\\.gserviceaccount\\.com$`),
            ),
            publicIpAddress: expect.stringMatching(/^203\.0\.113\.\d+$/),
            privateIpAddress: "",
            instanceType: "CLOUD_SQL_INSTANCE",
        },
    });
});

test("an instance has one certificate authority for its lifetime, whose key is not in its outputs", async () => {
    const { world, make } = prepared();
    const { token, id, state } = make();
    const startedState = async () => (await world.provider.started(token, "create", { id, state })).state as Inputs;
    const { serverCaCerts } = await startedState();
    const { subject, fingerprint } = new X509Certificate(serverCaCerts[0].cert);
    expect([subject, fingerprint.replaceAll(":", "").toLowerCase()]).toEqual([
        "CN=Google Cloud SQL Server CA",
        serverCaCerts[0].sha1Fingerprint,
    ]);
    expect((await startedState()).serverCaCerts).toEqual(serverCaCerts);
    expect(world.cloud.store.read("//cloudsql.googleapis.com/projects/acme-dev/instances/sales")?.state).toMatchObject({
        serverCaCerts,
    });
    expect(JSON.stringify(inventory(world.cloud))).not.toMatch(/PRIVATE KEY|serverCas/);
});

test("an instance has its own service account, which is deleted with it", () => {
    const { world, make } = prepared();
    world.enable("storage");
    world.make("Bucket", { name: "acme-dev-exports", location: "EU" });
    const made = make();
    const member = `serviceAccount:${made.state.serviceAccountEmailAddress}`;
    const grant = () =>
        world.make("BucketIAMMember", { bucket: "acme-dev-exports", role: "roles/storage.objectUser", member });
    grant();
    world.remove(made);
    expect(refusalOf(grant)).toContain("does not exist.");
});

describe("a name", () => {
    const taken = `${creating} 409: The Cloud SQL instance already exists. When you delete an instance, you can't reuse the name of the deleted instance until one week from the deletion date., instanceAlreadyExists`;

    test("of a deleted instance is reserved for a week", () => {
        const { world, make, pass } = prepared();
        const made = make();
        expect(refusalOf(make)).toBe(taken);
        world.remove(made);
        expect(refusalOf(make)).toBe(taken);
        pass(6.9);
        expect(refusalOf(make)).toBe(taken);
        pass(0.2);
        expect(make().id).toBe("sales");
    });

    test.each(["Sales", "1sales", "sales-", "s".repeat(90)])("that is invalid is refused: %s", (name) => {
        expect(refusalOf(() => prepared().make({ name }))).toContain(
            `Error 400: Invalid request: Invalid instance name (${name})., invalid`,
        );
    });
});

test.each<[string, Inputs, string]>([
    [
        "an old edition for the new default",
        { settings: { tier: "db-custom-1-3840" } },
        "Invalid request: Invalid Tier (db-custom-1-3840) for (ENTERPRISE_PLUS) Edition. Use a predefined Tier like db-perf-optimized-N-* instead. Learn more at https://cloud.google.com/sql/docs/postgres/create-instance#machine-types., invalid",
    ],
    [
        "a machine of the other edition",
        { settings: { ...settings, tier: "db-perf-optimized-N-2" } },
        "Invalid request: Invalid Tier (db-perf-optimized-N-2) for (ENTERPRISE) Edition. Use a shared-core or custom Tier like db-custom-* instead., invalid",
    ],
    [
        "a machine of another engine",
        { settings: { ...settings, tier: "db-n1-standard-1" } },
        "Invalid request: Only custom or shared-core instance Billing Tier type allowed for PostgreSQL database., invalid",
    ],
    [
        "too little memory",
        { settings: { ...settings, tier: "db-custom-4-3584" } },
        "Invalid request: Tier (db-custom-4-3584)., invalid",
    ],
    [
        "an odd number of processors",
        { settings: { ...settings, tier: "db-custom-3-7680" } },
        "Invalid request: Tier (db-custom-3-7680)., invalid",
    ],
    [
        "an invalid version",
        { databaseVersion: "POSTGRES_99" },
        "Invalid value at 'body.database_version' (type.googleapis.com/google.cloud.sql.v1beta4.SqlDatabaseVersion), \"POSTGRES_99\", invalid",
    ],
    ["an invalid region", { region: "europe-west99" }, "Invalid request: Invalid region (europe-west99)., invalid"],
    [
        "longer log retention than the edition supports",
        { settings: { ...settings, backupConfiguration: { enabled: true, transactionLogRetentionDays: 8 } } },
        "Invalid request: The number of transaction log retention days must be between 1 and 7, invalid",
    ],
    [
        "recovery without backups",
        { settings: { ...settings, backupConfiguration: { pointInTimeRecoveryEnabled: true } } },
        "Invalid request: Point in time recovery must be disabled when backup is disabled., invalid",
    ],
    [
        "a secondary zone without backups",
        { settings: { ...settings, availabilityType: "REGIONAL" } },
        "Invalid request: Backups and point in time recovery must be enabled for instances with REGIONAL availability., invalid",
    ],
    [
        "no address at all",
        { settings: { ...settings, ipConfiguration: { ipv4Enabled: false } } },
        "Invalid request: At least one of Public IP or Private IP or PSC connectivity must be enabled., invalid",
    ],
    [
        "a disk too small",
        { settings: { ...settings, diskSize: 9 } },
        "Invalid request: Invalid disk size (9)., invalid",
    ],
    [
        "connection pooling in the Enterprise edition",
        { settings: { ...settings, connectionPoolConfigs: [{ connectionPoolingEnabled: true }] } },
        "Invalid request: Connection pool is only supported for Enterprise Plus edition.., invalid",
    ],
])("an instance is refused with %s", (_, inputs, words) => {
    const refusal = refusalOf(() => prepared().make(inputs));
    expect(refusal).toBe(`${creating} ${words.startsWith("Error") ? "" : "400: "}${words}`);
});

test("an instance is refused at preview if the provider detects the error", () => {
    const { world } = prepared();
    const refusal = (inputs: Inputs) => refusalOf(() => world.make("DatabaseInstance", { ...args, ...inputs }));
    expect(refusal({ settings: { ...settings, edition: "BEST" } })).toBe(
        'settings.edition: expected settings.0.edition to be one of ["ENTERPRISE" "ENTERPRISE_PLUS"], got BEST',
    );
    expect(refusal({ settings: { ...settings, maintenanceWindow: { hour: 24 } } })).toBe(
        "settings.maintenanceWindow.hour: expected settings.0.maintenance_window.0.hour to be in the range (0 - 23), got 24",
    );
    const recovery = { backupConfiguration: { enabled: true, pointInTimeRecoveryEnabled: true } };
    expect(refusal({ databaseVersion: "MYSQL_8_4", settings: { ...settings, ...recovery } })).toContain(
        "point_in_time_recovery_enabled is only available for the following [POSTGRES SQLSERVER].",
    );
    expect(refusal({ rootPassword: "a", rootPasswordWo: "b", rootPasswordWoVersion: 1 })).toBe(
        'rootPassword: Conflicting configuration arguments. "root_password": conflicts with root_password_wo',
    );
    expect(refusal({ rootPasswordWo: "b" })).toContain("all of `root_password_wo,root_password_wo_version` must be");
    expect(refusal({ settings: undefined })).toContain(
        "one of `clone,point_in_time_restore_context,settings` must be specified",
    );
});

test("a protected instance cannot be deleted: the program protects it, and the server, until an update disables that", () => {
    const { world, make } = prepared();
    const made = make({ deletionProtection: true, settings: { ...settings, deletionProtectionEnabled: true } });
    expect(refusalOf(() => world.remove(made))).toBe(
        "Error, failed to delete instance because deletion_protection is set to true. Set it to false to proceed with instance deletion",
    );
    const open = world.update(made, { ...args, settings: { ...settings, deletionProtectionEnabled: true } });
    expect(refusalOf(() => world.remove(open))).toBe(
        "Error, failed to delete instance sales: googleapi: Error 400: The instance is protected. Please disable the deletion protection and try again. To disable deletion protection, update the instance settings with deletionProtectionEnabled set to false., invalid",
    );
    world.remove(world.update(open, { ...args, settings: { ...settings, deletionProtectionEnabled: false } }));
    expect(world.refreshed(made)).toBeUndefined();
});

test("a replica requires a primary instance with backups, which cannot be deleted before it", () => {
    const { world, make } = prepared();
    const replica = { name: "copy", masterInstanceName: "sales" };
    expect(refusalOf(() => make(replica))).toBe(
        "Error, failed to create instance copy: googleapi: Error 404: The Cloud SQL instance does not exist., instanceDoesNotExist",
    );
    const primary = make();
    expect(refusalOf(() => make(replica))).toContain("The master instance must have backups enabled");
    const ready = world.update(primary, { ...args, settings: { ...settings, backupConfiguration: { enabled: true } } });
    const copy = make(replica);
    expect(copy.state.instanceType).toBe("READ_REPLICA_INSTANCE");
    expect(world.refreshed(ready)?.state.replicaNames).toEqual(["copy"]);
    expect(refusalOf(() => world.remove(ready))).toBe(
        "Error, failed to delete instance sales: googleapi: Error 400: The requested operation is not valid for a replication master instance., errorReplicationMasterInvalidOperation",
    );
    world.remove(copy);
    world.remove(ready);
});

test("a private address requires a network with a connection to Google's services, and prevents its deletion", () => {
    const { world, make, pass } = prepared();
    const network = "projects/acme-dev/global/networks/default";
    const closed = { settings: { ...settings, ipConfiguration: { ipv4Enabled: false, privateNetwork: network } } };
    expect(refusalOf(() => make(closed))).toContain(
        "Error, failed to create instance because the network doesn't have at least 1 private services connection.",
    );
    const connect = () =>
        world.make("Connection", {
            network,
            service: "servicenetworking.googleapis.com",
            reservedPeeringRanges: ["google"],
        });
    expect(refusalOf(connect)).toContain("Error 400: Invalid allocated IP range.");
    world.make("GlobalAddress", {
        name: "google",
        addressType: "INTERNAL",
        purpose: "VPC_PEERING",
        prefixLength: 16,
        network,
    });
    const connection = connect();
    const made = make(closed);
    const elsewhere = { ipv4Enabled: false, privateNetwork: network, allocatedIpRange: "other" };
    expect(refusalOf(() => make({ name: "other", settings: { ...settings, ipConfiguration: elsewhere } }))).toContain(
        "Allocated IP range other is not reserved for the private services connection of the network.",
    );
    expect(made.state).toMatchObject({ publicIpAddress: "", firstIpAddress: made.state.privateIpAddress });
    const held = "Producer services (e.g. CloudSQL";
    expect(refusalOf(() => world.remove(connection))).toContain(held);
    world.remove(made);
    expect(refusalOf(() => world.remove(connection))).toContain(held);
    pass(3.9);
    expect(refusalOf(() => world.remove(connection))).toContain(held);
    pass(0.2);
    world.remove(connection);
});

describe("a database or a user", () => {
    test("requires a writable instance, and a database must have an unused name", () => {
        const { world, make } = prepared();
        expect(refusalOf(() => world.make("Database", { name: "app", instance: "sales" }))).toBe(
            "Error creating Database: googleapi: Error 404: The Cloud SQL instance does not exist., instanceDoesNotExist",
        );
        expect(refusalOf(() => world.make("User", { name: "ann", instance: "sales" }))).toBe(
            "Error, failed to insert user ann into instance sales: googleapi: Error 404: The Cloud SQL instance does not exist., instanceDoesNotExist",
        );
        make({ settings: { ...settings, backupConfiguration: { enabled: true } } });
        make({ name: "copy", masterInstanceName: "sales" });
        for (const type of ["Database", "User"] as const) {
            expect(refusalOf(() => world.make(type, { name: "app", instance: "copy" }))).toContain("Error 400: ");
        }
        const made = world.make("Database", { name: "app", instance: "sales" });
        expect(made).toMatchObject({
            id: "projects/acme-dev/instances/sales/databases/app",
            state: { charset: "UTF8", collation: "en_US.UTF8" },
        });
        expect(refusalOf(() => world.make("Database", { name: "app", instance: "sales" }))).toBe(
            'Error waiting to create Database: Error waiting for Creating Database: failed to create database app. Detail: pq: database "app" already exists',
        );
    });

    test("is refused with values that its engine does not support", () => {
        const { world, make } = prepared();
        const iam = { databaseFlags: [{ name: "cloudsql.iam_authentication", value: "on" }] };
        const instance = make();
        const refusal = (inputs: Inputs) => refusalOf(() => world.make("User", { instance: "sales", ...inputs }));
        const inserting = (name: string) =>
            `Error, failed to insert user ${name} into instance sales: googleapi: Error 400:`;
        expect(refusal({ name: "ann", type: "CLOUD_IAM_USER", password: "x" })).toBe(
            `${inserting("ann")} Invalid request: For IAM users, password or hostname should not be specified., invalid`,
        );
        expect(refusal({ name: "ann", type: "CLOUD_IAM_USER" })).toContain("cloudsql.iam_authentication must be on");
        expect(refusal({ name: "ann", host: "%" })).toBe(
            "Error: Host field is only supported for MySQL instances: POSTGRES_17",
        );
        world.update(instance, { ...args, settings: { ...settings, ...iam } });
        const account = "app@acme-dev.iam.gserviceaccount.com";
        expect(refusal({ name: account, type: "CLOUD_IAM_SERVICE_ACCOUNT" })).toBe(
            `${inserting(account)} Invalid request: Database username for Cloud IAM service account should be created without ".gserviceaccount.com" suffix., invalid`,
        );
        const long = `${"a".repeat(30)}@${"p".repeat(29)}.iam`;
        expect(refusal({ name: long, type: "CLOUD_IAM_SERVICE_ACCOUNT" })).toContain(
            `The name of a user must have 63 characters at most: ${long}.`,
        );
        expect(refusal({ name: "ann", type: "ROBOT" })).toContain("expected type to be one of");
        expect(world.make("User", { instance: "sales", name: "ann", password: "x" }).id).toBe("ann//sales");
    });

    test("has a name of up to 32 characters in MySQL, without the domain of an IAM user", () => {
        const { world, make } = prepared();
        const databaseFlags = [{ name: "cloudsql_iam_authentication", value: "on" }];
        make({ databaseVersion: "MYSQL_8_4", settings: { ...settings, databaseFlags } });
        const user = (length: number, type?: string) => ({
            instance: "sales",
            name: `${"a".repeat(length)}${type ? "@acme.com" : ""}`,
            ...(type ? { type } : { password: "x" }),
        });
        for (const type of ["CLOUD_IAM_USER", undefined]) {
            world.make("User", user(32, type));
            expect(refusalOf(() => world.make("User", user(33, type)))).toContain(
                `String '${"a".repeat(33)}' is too long for user name (should be no longer than 32).`,
            );
        }
    });

    test("is deleted with its instance", () => {
        const { world, make } = prepared();
        const instance = make();
        const database = world.make("Database", { name: "app", instance: "sales" });
        world.remove(instance);
        expect(world.refreshed(database)).toBeUndefined();
        world.remove(database);
    });
});
