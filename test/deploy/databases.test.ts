import { Deployment } from "./deployment";

const program = `
const { DatabaseInstance, Database, User } = gcp.sql;
const on = ["compute", "sqladmin", "servicenetworking", "workflows"].map(
    (api) => new gcp.projects.Service(api, { service: api + ".googleapis.com", disableOnDestroy: false }),
);
const network = new gcp.compute.Network("main", { autoCreateSubnetworks: false }, { dependsOn: on });
const range = new gcp.compute.GlobalAddress("google", {
    addressType: "INTERNAL", purpose: "VPC_PEERING", prefixLength: 16, network: network.id,
});
const connection = new gcp.servicenetworking.Connection("google", {
    network: network.id, service: "servicenetworking.googleapis.com", reservedPeeringRanges: [range.name],
    // Google keeps what an instance had in the peered network for days.
    deletionPolicy: "ABANDON",
});
const small = { edition: "ENTERPRISE", tier: "db-custom-1-3840" };
const recoverable = { backupConfiguration: { enabled: true, pointInTimeRecoveryEnabled: true } };
const instance = (name, args, dependsOn = [connection]) =>
    new DatabaseInstance(name, { name, deletionProtection: false, ...args }, { dependsOn });
const postgres = instance("pg", {
    databaseVersion: "POSTGRES_17",
    settings: {
        ...small, ...recoverable, diskSize: 20, availabilityType: "REGIONAL",
        databaseFlags: [{ name: "cloudsql.iam_authentication", value: "on" }],
        insightsConfig: { queryInsightsEnabled: true },
        maintenanceWindow: { day: 7, hour: 3, updateTrack: "stable" },
        ipConfiguration: { ipv4Enabled: false, privateNetwork: network.id, sslMode: "ENCRYPTED_ONLY" },
        userLabels: { team: "sales" },
    },
});
instance("pg-copy", { databaseVersion: "POSTGRES_17", masterInstanceName: postgres.name, settings: small });
const app = new Database("app", { name: "app", instance: postgres.name });
const ann = new User("ann", { name: "ann", instance: postgres.name, password: "secret" });
new User("people", { name: "team@acme.com", type: "CLOUD_IAM_GROUP", instance: postgres.name });
const mysql = instance("my", {
    databaseVersion: "MYSQL_8_4",
    settings: {
        edition: "ENTERPRISE_PLUS", tier: "db-perf-optimized-N-2", dataCacheConfig: { dataCacheEnabled: true },
        backupConfiguration: { enabled: true, binaryLogEnabled: true },
        databaseFlags: [{ name: "cloudsql_iam_authentication", value: "on" }],
    },
});
new Database("orders", { name: "orders", instance: mysql.name, charset: "utf8mb4" });
new User("bob", { name: "bob", instance: mysql.name, password: "secret" });
new User("robot", { name: "web@acme-raw.iam.gserviceaccount.com", type: "CLOUD_IAM_SERVICE_ACCOUNT", instance: mysql.name });
const microsoft = instance("ms", {
    databaseVersion: "SQLSERVER_2022_STANDARD", rootPassword: "Secret-1",
    settings: { ...small, databaseFlags: [{ name: "contained database authentication", value: "off" }] },
});
new User("eve", { name: "eve", instance: microsoft.name, password: "Secret-1" });
new gcp.workflows.Workflow("nightly", {
    name: "nightly", region: "europe-west1", deletionProtection: false,
    sourceContents: JSON.stringify({ main: { steps: [{ end: { return: "done" } }] } }),
}, { dependsOn: on });
instance("clone", { databaseVersion: "POSTGRES_17", clone: { sourceInstanceName: postgres.name } }, [app, ann]);
// here
`;

describe("databases of all engines", () => {
    const deployment = Deployment.raw(program);
    afterAll(() => deployment.remove());
    const add = (text: string) => deployment.edit("index.js", (all) => all.replace("// here", `${text}\n// here`));
    const refresh = () => deployment.succeed(["refresh", "-s", "dev", "--yes", "--skip-preview"]);

    test("are created, and a second up and a refresh change nothing", async () => {
        const { created } = await deployment.up("dev");
        expect(await deployment.again("dev")).toEqual({ unchanged: created });
    });

    test("keep a disk that has grown", async () => {
        deployment.cloud.set("pg", "settings.diskSize", 57);
        await refresh();
        const found = (await deployment.exported("dev")).find(({ urn }) => urn.endsWith("::pg"));
        expect(found?.outputs).toMatchObject({ settings: { diskSize: 57 } });
        expect(await deployment.preview("dev")).toEqual([]);
    });

    test("are restored from an on-demand backup", async () => {
        const id = deployment.cloud.backup("pg");
        const restored = (backupRunId: number) =>
            `instance("restored", { databaseVersion: "POSTGRES_17", settings: { ...small, diskSize: 57 }, restoreBackupContext: { backupRunId: ${backupRunId}, instanceId: "pg" } });`;
        add(restored(1));
        const { code, output } = await deployment.run(["up", "-s", "dev", "--yes", "--skip-preview"]);
        expect([code === 0, output]).toEqual([
            false,
            expect.stringContaining(
                "Error, failed to restore instance from backup restored: googleapi: Error 400: A successful backup",
            ),
        ]);
        // The backup exists, and only another backup would be restored.
        expect(await deployment.up("dev")).toMatchObject({ updated: 1 });
        expect(await deployment.preview("dev")).toEqual([]);
        deployment.edit("index.js", (all) => all.replace("backupRunId: 1,", `backupRunId: ${id},`));
        expect(await deployment.preview("dev")).toEqual(["update DatabaseInstance restored"]);
        await deployment.up("dev");
        expect(deployment.cloud.existing()).toEqual(
            expect.arrayContaining([
                "Database projects/acme-raw/instances/restored/databases/app",
                "User ann//restored",
            ]),
        );
    });

    test("keep the owners of their objects, and are deleted in order", async () => {
        deployment.cloud.set("ann//pg", "ownsObjects", { app: 2 });
        expect(await refresh()).not.toHaveProperty("updated");
        const remove = (line: string) => deployment.edit("index.js", (all) => all.replace(line, ""));
        remove('const ann = new User("ann", { name: "ann", instance: postgres.name, password: "secret" });');
        remove("[app, ann]");
        const { output } = await deployment.run(["up", "-s", "dev", "--yes", "--skip-preview"]);
        expect(output).toContain(
            'role "ann" cannot be dropped because some objects depend on it Details: 2 objects in database app.',
        );
        deployment.cloud.set("ann//pg", "ownsObjects", null);
        await deployment.destroy("dev");
        expect(
            deployment.cloud.existing().filter((each) => /^(Database|DatabaseInstance|User|Workflow) /.test(each)),
        ).toEqual([]);
    });
});
