import { createBackup } from "../../../local/commands/manual/backup";
import type { Inputs } from "../../../local/simulator/rules/rules";
import { backUp, backupsOf } from "../../../local/simulator/services/sql/backups";
import { instanceOf } from "../../../local/simulator/services/sql/names";
import { args, mySql, prepared, recoverable, settings } from "./sqlWorld";
import { refusalOf, type World } from "./world";

const source = { settings: { ...settings, ...recoverable, diskSize: 30 } };
const clone = (more: Inputs = {}) => ({
    name: "copy",
    settings: undefined,
    clone: { sourceInstanceName: "sales", ...more },
});
const copying = "Error, failed to create instance copy: googleapi: Error";
const notFound = (operation: string) =>
    `400: A successful backup that's required for carrying out the ${operation} operation can't be found, or a backup that was created before the restored timestamp can't be found. Modify the ID or timestamp for the backup., errorBackupNotFound`;

/** An instance with a database and a user, and functions for its backups. */
function filled() {
    const prepare = prepared();
    const { world, make } = prepare;
    make(source);
    world.make("Database", { name: "app", instance: "sales" });
    world.make("User", { name: "ann", instance: "sales", password: "secret" });
    const instance = () => instanceOf(world.cloud, "acme-dev", "sales");
    return { ...prepare, instance, backUp: (): Inputs => backUp(instance(), "ON_DEMAND", world.cloud) };
}

describe("a clone", () => {
    test("has the settings, databases and users of its source", () => {
        const { world, make } = filled();
        const made = make(clone());
        expect(made.state.settings).toMatchObject({ ...settings, ...recoverable, diskSize: 30 });
        expect(world.changed(made)).toEqual([]);
        expect(refusalOf(() => world.make("Database", { name: "app", instance: "copy" }))).toContain(
            'database "app" already exists',
        );
        const ids = world.cloud.store
            .list("//cloudsql.googleapis.com/projects/acme-dev/instances/copy")
            .map(({ id }) => id);
        expect(ids).toEqual(
            expect.arrayContaining(["projects/acme-dev/instances/copy/databases/app", "ann//copy", "postgres//copy"]),
        );
    });

    test("has the settings of the program, if configured", () => {
        const { make } = filled();
        const { state } = make({ ...clone(), settings: { ...settings, tier: "db-custom-2-7680" } });
        expect(state.settings).toMatchObject({ tier: "db-custom-2-7680", diskSize: 30 });
    });

    test.each<[string, Inputs, string]>([
        [
            "of a missing instance",
            { sourceInstanceName: "none" },
            "404: The Cloud SQL instance does not exist., instanceDoesNotExist",
        ],
        ["of a time before the first backup", { pointInTime: "2025-12-31T00:00:00Z" }, notFound("CLONE")],
        ["of a future time", { pointInTime: "2026-01-02T00:00:00Z" }, notFound("CLONE")],
        [
            "of an invalid time",
            { pointInTime: "yesterday" },
            "400: Invalid value at 'body.clone_context.point_in_time' (type.googleapis.com/google.protobuf.Timestamp), \"yesterday\", invalid",
        ],
        [
            "of single databases of PostgreSQL",
            { databaseNames: ["app"] },
            "400: Invalid request: Database names can only be specified for point-in-time recovery of SQL Server instances., invalid",
        ],
        [
            "in a zone of another region",
            { preferredZone: "us-central1-a" },
            "400: Invalid request: Invalid zone (us-central1-a) for region (europe-west1)., invalid",
        ],
    ])("%s is refused", (_, more, words) => {
        const { refusal } = filled();
        expect(refusal(clone(more))).toBe(`${copying} ${words}`);
    });

    test("of a point in time requires recovery, and a time since the first backup", () => {
        const { make, refusal } = prepared();
        make();
        const then = clone({ pointInTime: "2026-01-01T12:00:00Z" });
        expect(refusal(then)).toContain("Point-in-time recovery is not enabled for the source instance.");
        const later = filled();
        later.pass(1);
        expect(later.make(then).state.name).toBe("copy");
    });
});

describe("a backup", () => {
    test("is created with an instance with backups, and when they are enabled", () => {
        const { world, make } = prepared();
        const plain = make();
        const runs = () => backupsOf(instanceOf(world.cloud, "acme-dev", "sales"), world.cloud).map(({ type }) => type);
        expect(runs()).toEqual([]);
        world.update(plain, { ...args, ...source });
        expect(runs()).toEqual(["AUTOMATED"]);
    });

    test("is restored to a new instance, which then has its databases and users", () => {
        const { world, make, backUp } = filled();
        const { id } = backUp();
        make({ ...source, name: "copy", restoreBackupContext: { backupRunId: id, instanceId: "sales" } });
        expect(refusalOf(() => world.make("Database", { name: "app", instance: "copy" }))).toContain("already exists");
    });

    test("that does not exist leaves an instance without restored contents", () => {
        const { world, refusal } = filled();
        const wrong = { ...source, name: "copy", restoreBackupContext: { backupRunId: 1, instanceId: "sales" } };
        expect(refusal(wrong)).toBe(
            `Error, failed to restore instance from backup copy: googleapi: Error ${notFound("RESTORE_VOLUME")}`,
        );
        expect(instanceOf(world.cloud, "acme-dev", "copy").name).toBe("copy");
    });

    test("restores an instance, once for each backup that the program names", () => {
        const { world, make, instance, backUp } = filled();
        const { id } = backUp();
        const added = world.make("Database", { name: "later", instance: "sales" });
        const made = {
            token: added.token.replace("database:Database", "databaseInstance:DatabaseInstance"),
            id: "sales",
        };
        const context = { ...args, ...source, restoreBackupContext: { backupRunId: id } };
        const restored = world.update({ ...made, inputs: { ...args, ...source }, state: instance() }, context);
        expect(world.refreshed(added)).toBeUndefined();
        const again = world.make("Database", { name: "later", instance: "sales" });
        world.update(restored, { ...context, finalBackupDescription: "the last" });
        expect(world.refreshed(again)).toBeDefined();
        make({ name: "replica", masterInstanceName: "sales" });
        const other = { ...context, restoreBackupContext: { backupRunId: id, instanceId: "sales" } };
        expect(refusalOf(() => world.update(restored, other))).toContain(
            "The requested operation is not valid for a replication master instance.",
        );
    });

    test("of another engine is refused", () => {
        const { refusal, backUp } = filled();
        const { id } = backUp();
        const other = { ...mySql, name: "copy", restoreBackupContext: { backupRunId: id, instanceId: "sales" } };
        expect(refusal(other)).toContain("The target instance is not compatible with the backup., invalidOperation");
    });

    test("is retained after its instance if configured, including a final one", () => {
        const { world, make } = prepared();
        const kept = { retainBackupsOnDelete: true, finalBackupConfig: { enabled: true, retentionDays: 7 } };
        world.remove(make({ settings: { ...source.settings, ...kept }, finalBackupDescription: "the last" }));
        const left = world.cloud.store
            .list("//cloudsql.googleapis.com/projects/acme-dev/backups")
            .map(({ state }) => state);
        expect(left).toEqual([
            expect.objectContaining({ type: "AUTOMATED", instance: "sales" }),
            expect.objectContaining({ type: "FINAL", description: "the last", ttlDays: 7 }),
        ]);
    });

    test("can be created on demand, with the current contents", () => {
        const { world, instance } = filled();
        expect(createBackup(world.cloud, "sales").id).toBe(backupsOf(instance(), world.cloud)[0]?.id);
        expect(() => createBackup(world.cloud, "none")).toThrow("no Cloud SQL instance has the ID");
    });
});

describe("a data source returns", () => {
    const ask = ({ provider }: World, name: string, inputs: Inputs) =>
        provider.invoke(`gcp:sql/${name}:${name}`, { instance: "sales", ...inputs });

    test("a backup by its ID, or the latest one", () => {
        const { world, make, backUp } = filled();
        make({ name: "plain" });
        expect(() => ask(world, "getBackupRun", { instance: "plain" })).toThrow(
            "No backups found for SQL Database Instance plain",
        );
        const { backupId } = ask(world, "getBackupRun", {});
        const { id } = backUp();
        expect(() => ask(world, "getBackupRun", {})).toThrow(
            "Multiple SQL backup runs listed for Instance sales. Consider setting most_recent or specifying a backup_id",
        );
        expect(ask(world, "getBackupRun", { mostRecent: true })).toMatchObject({
            id: `projects/acme-dev/instances/sales/backupRuns/${id}`,
            backupId: id,
            status: "SUCCESSFUL",
            location: "eu",
        });
        expect(ask(world, "getBackupRun", { backupId })).toMatchObject({ backupId });
        expect(() => ask(world, "getBackupRun", { backupId: 1 })).toThrow("The backup run does not exist.");
        expect(() => ask(world, "getBackupRun", { instance: "none" })).toThrow(
            "The Cloud SQL instance does not exist.",
        );
    });

    test("the databases and the certificate authority of an instance", async () => {
        const { world, instance } = filled();
        const token = "gcp:sql/databaseInstance:DatabaseInstance";
        const { state } = await world.provider.started(token, "create", { id: "sales", state: instance() });
        const [certificate] = (state as Inputs).serverCaCerts;
        expect(ask(world, "getDatabases", {}).databases).toEqual([
            expect.objectContaining({ name: "app", charset: "UTF8" }),
        ]);
        expect(ask(world, "getCaCerts", {})).toMatchObject({
            certs: [certificate],
            activeVersion: certificate.sha1Fingerprint,
        });
    });
});

test("no backups of the Backup and DR service", () => {
    const { refusal } = prepared();
    const datasource = "projects/acme-dev/locations/europe-west1/dataSources/sales";
    expect(refusal({ name: "copy", pointInTimeRestoreContext: { datasource } })).toBe(
        `${copying} 404: Resource '${datasource}' was not found, notFound`,
    );
    expect(refusal({ name: "other", backupdrBackup: `${datasource}/backups/1` })).toContain("was not found");
});
