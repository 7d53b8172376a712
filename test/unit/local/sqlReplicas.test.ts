import type { Inputs } from "../../../local/simulator/rules/rules";
import { args, logged, mySql, plus, prepared, recoverable, settings, updating } from "./sqlWorld";
import { type Made, refusalOf } from "./world";

const replica = { name: "copy", masterInstanceName: "sales" };
const primary = { settings: { ...settings, ...recoverable } };
const copying = "Error, failed to create instance copy: googleapi: Error 400: Invalid request:";

test.each<[string, Inputs, Inputs, string]>([
    [
        "of MySQL without a binary log",
        { ...mySql, settings: { ...settings, backupConfiguration: { enabled: true } } },
        mySql,
        "The master instance must have binary logging enabled before a replica is made of it.",
    ],
    [
        "of another version",
        primary,
        { databaseVersion: "POSTGRES_16" },
        "The database version of a replica must be that of its master instance.",
    ],
    [
        "without an edition, if the version's default differs",
        primary,
        { settings: { tier: "db-custom-1-3840" } },
        "Invalid Tier (db-custom-1-3840) for (ENTERPRISE_PLUS) Edition. Use a predefined Tier like db-perf-optimized-N-* instead. Learn more at https://cloud.google.com/sql/docs/postgres/create-instance#machine-types.",
    ],
    [
        "of the other edition",
        primary,
        { settings: plus },
        "The edition of a replica must be that of its master instance.",
    ],
    ["with backups", primary, primary, "Backups cannot be enabled for a read replica instance."],
    [
        "with a password policy",
        primary,
        { settings: { ...settings, passwordValidationPolicy: { enablePasswordPolicy: true } } },
        "Password Validation policies cannot be set on a read replica.",
    ],
    [
        "with a smaller disk",
        { settings: { ...primary.settings, diskSize: 100 } },
        { settings: { ...settings, diskSize: 50 } },
        "The disk of a replica must be at least as large as that of its master instance.",
    ],
    [
        "of SQL Server's Standard edition",
        { ...primary, databaseVersion: "SQLSERVER_2022_STANDARD", rootPassword: "x" },
        { databaseVersion: "SQLSERVER_2022_STANDARD" },
        "Read replicas are only supported for the Enterprise edition of SQL Server.",
    ],
])("a replica %s is refused", (_, first, second, why) => {
    const { make, refusal } = prepared();
    make(first);
    expect(refusal({ ...replica, ...second, name: "copy" })).toBe(`${copying} ${why}, invalid`);
});

test("a replica in another region has its own key if its primary instance has one", () => {
    const { world, make, refusal } = prepared();
    world.enable("cloudkms");
    const key = (location: string) => {
        const keyRing = world.make("KeyRing", { name: "sql", location }).id;
        const cryptoKey = world.make("CryptoKey", { name: "sales", keyRing }).id;
        const { member } = world.make("ServiceIdentity", { service: "sqladmin.googleapis.com" }).state;
        return {
            encryptionKeyName: cryptoKey,
            grant: () =>
                world.make("CryptoKeyIAMMember", {
                    cryptoKeyId: cryptoKey,
                    role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
                    member,
                }),
        };
    };
    const [here, there] = [key("europe-west1"), key("us-central1")];
    const encrypted = { ...primary, encryptionKeyName: here.encryptionKeyName };
    expect(refusal(encrypted)).toContain(
        `The service account service-${world.number}@gcp-sa-cloud-sql.iam.gserviceaccount.com does not have permission to use the KMS key`,
    );
    here.grant();
    there.grant();
    make(encrypted);
    expect(refusal({ ...replica, region: "us-central1" })).toBe(
        `${copying} Disk encryption config is not specified for the cross region replica.., invalid`,
    );
    expect(make(replica).state.encryptionKeyName).toBe(here.encryptionKeyName);
    const far = make({ ...replica, name: "far", region: "us-central1", encryptionKeyName: there.encryptionKeyName });
    expect(far.state.encryptionKeyName).toBe(there.encryptionKeyName);
});

test("replicas of replicas have at most four levels", () => {
    const { make, refusal } = prepared();
    make(primary);
    make(replica);
    make({ name: "third", masterInstanceName: "copy" });
    make({ name: "fourth", masterInstanceName: "third" });
    expect(refusal({ name: "copy5", masterInstanceName: "fourth" })).toContain(
        "A replica can be at most 4 levels below its primary instance.",
    );
});

/** A primary instance with a replica, both after a refresh. */
function pair(first: Inputs = primary, second: Inputs = {}) {
    const prepare = prepared();
    const { world, make } = prepare;
    const main = make(first);
    const copy = make({ ...replica, ...second });
    return { ...prepare, copy, main: world.refreshed(main) as Made };
}

describe("a promoted replica", () => {
    test("is an independent instance, and its former primary can be deleted", () => {
        const { world, copy, main } = pair();
        const wanted = { ...args, name: "copy", instanceType: "CLOUD_SQL_INSTANCE" };
        expect(world.changed(copy, wanted)).toEqual(["instanceType"]);
        const { state } = world.update(copy, wanted);
        expect(state).toMatchObject({ instanceType: "CLOUD_SQL_INSTANCE", masterInstanceName: "", replicaNames: [] });
        expect(world.refreshed(main)?.state.replicaNames).toEqual([]);
        world.remove(main);
        world.make("Database", { name: "app", instance: "copy" });
    });

    test("must not refer to it", () => {
        const { world, copy } = pair();
        const wanted = { ...args, ...replica, instanceType: "CLOUD_SQL_INSTANCE" };
        expect(refusalOf(() => world.changed(copy, wanted))).toBe(
            "Replica promote configuration check failed. Please remove master_instance_name and try again.",
        );
    });

    test("remains promoted when the program no longer configures it", () => {
        const { world, copy } = pair();
        const wanted = { ...args, name: "copy" };
        expect(world.changed(copy, wanted)).toEqual([]);
        expect(world.update(copy, wanted).state).toMatchObject({
            instanceType: "READ_REPLICA_INSTANCE",
            masterInstanceName: "sales",
        });
    });
});

test("a replica is replaced for another primary instance", () => {
    const { world, make, copy } = pair();
    make({ ...primary, name: "second" });
    const wanted = world.checked(
        copy.token,
        { ...args, ...replica, masterInstanceName: "second" },
        { olds: copy.inputs },
    );
    expect(world.provider.diff(copy.token, wanted, copy.inputs, copy.state).replaced).toEqual(["masterInstanceName"]);
});

test("a DR replica is in another region, can take over, and its primary instance becomes the replica", () => {
    const larger = { ...mySql, settings: { ...plus, ...logged } };
    const far = { databaseVersion: "MYSQL_8_0", region: "us-central1", settings: plus };
    const { world, main, copy } = pair(larger, far);
    const cluster = { replicationCluster: { failoverDrReplicaName: "copy" } };
    const withCluster = { ...larger, ...cluster };
    const near = { ...withCluster, replicationCluster: { failoverDrReplicaName: "none" } };
    expect(refusalOf(() => world.update(main, near))).toContain(
        `${updating} 404: The Cloud SQL instance does not exist.`,
    );
    const ready = world.update(main, withCluster);
    expect(ready.state.replicationCluster.failoverDrReplicaName).toBe("acme-dev:copy");
    expect(world.changed(ready, withCluster)).toEqual([]);
    const known = world.refreshed(copy) as Made;
    expect(known.state.replicationCluster.drReplica).toBe(true);

    const { masterInstanceName: _, ...alone } = { ...args, ...replica, ...far };
    world.update(known, { ...alone, instanceType: "CLOUD_SQL_INSTANCE", replicaNames: ["sales"] });
    const swapped = { ...withCluster, ...replica, name: "sales", masterInstanceName: "copy" };
    const turned = {
        ...swapped,
        instanceType: "READ_REPLICA_INSTANCE",
        replicaConfiguration: { cascadableReplica: false },
        replicaNames: [],
    };
    const wanted = world.checked(ready.token, turned, { olds: ready.inputs });
    const before = { ...ready.state, replicaNames: ["copy"] };
    expect(world.provider.diff(ready.token, wanted, ready.inputs, before).replaced).toEqual([]);
    expect(world.refreshed(ready)?.state).toMatchObject({
        instanceType: "READ_REPLICA_INSTANCE",
        masterInstanceName: "copy",
        replicaNames: [],
    });
    expect(world.refreshed(copy)?.state).toMatchObject({ masterInstanceName: "", replicaNames: ["sales"] });
});

test("a DR replica in the same region, or with the edition ENTERPRISE, is refused", () => {
    const cluster = { replicationCluster: { failoverDrReplicaName: "copy" } };
    const lesser = pair();
    expect(refusalOf(() => lesser.world.update(lesser.main, { ...args, ...primary, ...cluster }))).toContain(
        "A DR replica is only supported for Enterprise Plus edition.",
    );
    const larger = { ...mySql, settings: { ...plus, ...logged } };
    const { world, main } = pair(larger, { databaseVersion: "MYSQL_8_0", settings: plus });
    expect(refusalOf(() => world.update(main, { ...larger, ...cluster }))).toContain(
        "Instance copy is not a cross-region replica of instance sales.",
    );
});

// https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/sql/resource_sql_database_instance.go
describe("a read pool", () => {
    const version = { databaseVersion: "POSTGRES_17" };
    const pool = { ...version, name: "pool", instanceType: "READ_POOL_INSTANCE", masterInstanceName: "sales" };
    const scaling = (minNodeCount: number, maxNodeCount: number, enabled = true) => ({
        settings: { ...plus, readPoolAutoScaleConfig: { enabled, minNodeCount, maxNodeCount } },
    });

    function pooled(inputs: Inputs) {
        const { world, make } = prepared();
        make({ ...version, settings: { ...plus, ...recoverable } });
        return { world, made: make({ ...pool, settings: plus, ...inputs }) };
    }

    const nodesOf = ({ state }: Made) => [state.nodeCount, state.settings.effectiveAvailabilityType];

    test("is highly available with two nodes, and a primary instance has none", () => {
        const { world, made } = pooled({ nodeCount: 1 });
        expect(nodesOf(made)).toEqual([1, "ZONAL"]);
        expect(nodesOf(world.update(made, { ...made.inputs, nodeCount: 2 }))).toEqual([2, "REGIONAL"]);
        expect(nodesOf(prepared().make())).toEqual([0, "ZONAL"]);
    });

    test("has the nodes that autoscaling allows, whatever the program says", () => {
        const { world, made } = pooled({ ...scaling(2, 4), nodeCount: 7 });
        expect(nodesOf(made)).toEqual([2, "REGIONAL"]);
        expect(world.changed(made)).toEqual([]);
        const changed = (inputs: Inputs) => nodesOf(world.update(made, { ...made.inputs, ...inputs }));
        expect(changed(scaling(3, 4))).toEqual([3, "REGIONAL"]);
        expect(changed(scaling(1, 1))).toEqual([1, "ZONAL"]);
        expect(changed({ ...scaling(1, 1, false), nodeCount: 5 })).toEqual([5, "REGIONAL"]);
    });
});

test("a replica has a configuration, which is that of its former primary after a switchover", () => {
    const { world, make } = prepared();
    const version = { databaseVersion: "SQLSERVER_2022_ENTERPRISE", rootPassword: "Secret-1" };
    make({ ...version, settings: { ...plus, backupConfiguration: { enabled: true } } });
    const cascadable = { replicaConfiguration: { cascadableReplica: true } };
    const copy = { ...replica, ...version, region: "europe-west3", instanceType: "READ_REPLICA_INSTANCE" };
    const made = make({ ...copy, ...cascadable, settings: plus });
    expect(made.state.replicaConfiguration).toEqual({ cascadableReplica: true, failoverTarget: false });
    const { masterInstanceName: _, ...promoted } = { ...made.inputs, instanceType: "CLOUD_SQL_INSTANCE" } as Inputs;
    const primary = { ...promoted, replicaConfiguration: undefined, replicaNames: ["sales"] };
    expect(world.update(made, primary).state.replicaConfiguration).toEqual({});
    expect(world.cloud.store.read("//cloudsql.googleapis.com/projects/acme-dev/instances/sales")?.state).toMatchObject({
        masterInstanceName: "copy",
        replicaConfiguration: { cascadableReplica: true, failoverTarget: false },
    });
});

test("a switchover can make the former primary instance the DR replica at once", () => {
    const { world, make } = prepared();
    make({ ...mySql, settings: { ...plus, ...logged } });
    const copy = { ...mySql, ...replica, region: "europe-west3", instanceType: "READ_REPLICA_INSTANCE" };
    const made = make({ ...copy, settings: plus });
    const { masterInstanceName: _, ...promoted } = { ...made.inputs, instanceType: "CLOUD_SQL_INSTANCE" } as Inputs;
    const cluster = { replicationCluster: { failoverDrReplicaName: "acme-dev:sales" } };
    const backups = { settings: { ...plus, ...logged } };
    const update = (more: Inputs) => world.update(made, { ...promoted, ...backups, ...cluster, ...more });
    expect(refusalOf(() => update({}))).toContain("Instance sales is not a cross-region replica of instance copy.");
    expect(update({ replicaNames: ["sales"] }).state.replicationCluster.failoverDrReplicaName).toBe("acme-dev:sales");
});
