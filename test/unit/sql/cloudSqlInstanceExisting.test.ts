import { allow, CloudSqlInstance, Network, ServerlessFunction, StorageBucket } from "slipway";
import { inChild } from "../child";
import { source } from "../predicting";
import { identified, refused, registered, registeredOutputs } from "../registered";
import { password } from "../sqlInstances";

const found = {
    name: "sales-1a2b3c",
    project: "acme-dev",
    region: "europe-west1",
    databaseVersion: "POSTGRES_17",
    connectionName: "acme-dev:europe-west1:sales-1a2b3c",
    privateIpAddress: "10.64.0.3",
    publicIpAddress: "203.0.113.3",
    serviceAccountEmailAddress: "p123-1a2b3c@gcp-sa-cloud-sql.iam.gserviceaccount.com",
    serverCaCerts: [{ cert: "-----BEGIN CERTIFICATE-----" }],
};
const read = (type: string) => (type === "gcp:sql/databaseInstance:DatabaseInstance" ? found : undefined);
const stack = { read };

test("databases, users, their passwords and exports are added to an instance that is not registered", async () => {
    const made = await registered(() => {
        CloudSqlInstance.existing("sales", {
            databases: { predictions: {} },
            users: { reports: {} },
            iamUsers: { "group:data@acme.com": {} },
            exports: { bucket: new StorageBucket("exports"), schedule: "0 2 * * *" },
        });
    }, stack);
    expect(Object.keys(made).filter((key) => /^(DatabaseInstance|Database|User|Workflow) /.test(key))).toEqual([
        "Database sales-predictions",
        "User sales-data-acme-com",
        "User sales-reports",
        "Workflow sales-export",
    ]);
    const place = { instance: "sales-1a2b3c", project: "acme-dev" };
    expect(made["Database sales-predictions"]).toMatchObject({ name: "predictions", ...place });
    expect(made["User sales-reports"]).toMatchObject({ name: "reports", ...place, password });
    // Other stacks may grant the same role on the instance to the same group.
    expect(made["IAMMember sales-data-acme-com-client"]).toMatchObject({
        role: "roles/cloudsql.client",
        condition: { title: "Only sales by slipway/dev" },
    });
});

test("a consumer connects in the network of its private address", async () => {
    const made = await registered(
        () => {
            const network = Network.existing("apps", { subnets: { default: { existing: "apps" } } });
            const database = CloudSqlInstance.existing("sales", { network, databases: { orders: {} } });
            const uses = { DATABASE: database.client };
            new ServerlessFunction("predict", { source, entryPoint: "predict", trigger: { http: {} }, uses });
            allow(database.client, "user:ana@acme.com");
        },
        { ...stack, environment: true },
    );
    expect(made["Function predict"]).toMatchObject({
        serviceConfig: {
            environmentVariables: {
                DATABASE: "postgresql://predict-run%40acme-dev.iam@10.64.0.3:5432/orders?sslmode=require",
                DATABASE_INSTANCE: found.connectionName,
            },
        },
    });
    expect(Object.values(made)).toContainEqual(
        expect.objectContaining({ name: "ana@acme.com", type: "CLOUD_IAM_USER", project: "acme-dev" }),
    );
});

test("it can be in another project", async () => {
    const made = await registered(
        () => {
            CloudSqlInstance.existing("sales", { project: "acme-data", databases: { orders: {} } });
        },
        { read: (type) => read(type) && { ...found, project: "acme-data" } },
    );
    expect(made["Database sales-orders"]).toMatchObject({ instance: "sales-1a2b3c", project: "acme-data" });
});

const refusals: [string, object, string][] = [
    [
        "a setting of the instance",
        { tier: "db-f1-micro" },
        'unknown option "tier". The stack does not manage an existing instance. Remove it.',
    ],
    [
        "a reserved database",
        { databases: { postgres: {} } },
        "databases.postgres: [sql/database-or-user-name-reserved]",
    ],
    ["a user's host", { users: { app: { host: "10.%" } } }, "users.app.host: [sql/user-host-of-engine]"],
    ["another name", { name: "shop" }, 'unknown option "name". The stack does not manage an existing instance.'],
    ["no project ID", { project: "Acme" }, "project: must be a project ID"],
];

test.each(refusals)("%s is refused", async (_, args, message) => {
    const refusal = await refused(() => {
        CloudSqlInstance.existing("sales", args as never);
    }, stack);
    expect(refusal).toContain(message);
});

test("a name that no instance has, and `existing` of the constructor, are refused", async () => {
    expect(await refused(() => CloudSqlInstance.existing("Sales!"), stack)).toBe(
        'CloudSqlInstance "Sales!": name: [environment/existing-name-invalid]',
    );
    expect(await refused(() => new CloudSqlInstance("sales", { existing: "sales-1a2b3c" } as never), stack)).toBe(
        'CloudSqlInstance "sales": existing: unknown option "existing". For what exists already write CloudSqlInstance.existing(name, { … }), with its name in Google Cloud.',
    );
});

test("a function without the network of the database is refused", async () => {
    const refusal = await refused(() => {
        const { client } = CloudSqlInstance.existing("sales");
        const uses = { DATABASE: client };
        new ServerlessFunction("predict", { source, entryPoint: "predict", trigger: { http: {} }, uses });
    }, stack);
    expect(refusal).toContain("network: [iam/network-of-database-unknown]");
});

test("the account of a consumer with a longer name than PostgreSQL's users is refused once it is known", async () => {
    const project = `acme-${"d".repeat(25)}`;
    const id = `${"a".repeat(26)}-run`;
    const output = await inChild(`
        const { CloudSqlInstance, ServiceAccount } = require("./lib");
        const { registered } = require("./test/unit/registered.ts");
        process.on("unhandledRejection", ({ message }) => {
            console.log(JSON.stringify([message]));
            process.exit();
        });
        const program = () => {
            const sales = new CloudSqlInstance("sales", { version: "18" });
            new ServiceAccount("${id}", { uses: [sales.client] });
        };
        const config = (name) => ({ config: { "gcp:project": name } });
        registered(program, config("${project.slice(2)}")).then(() => registered(program, config("${project}")));
    `);
    expect(output.map(identified)).toEqual(['CloudSqlInstance "sales": client: [sql/iam-user-name-too-long]']);
});

test.each([
    ["the ones that were given", {}],
    ["not known", { databaseVersion: undefined, region: undefined }],
])("its connection name is available if its engine and region are %s", async (_, more) => {
    const { "CloudSqlInstance sales": outputs } = await registeredOutputs(() => CloudSqlInstance.existing("sales"), {
        read: (type) => read(type) && { ...found, ...more },
    });
    expect(outputs).toEqual({ instance: found.name, connectionName: found.connectionName });
});

const otherEngine = "engine: [sql/engine-of-existing]";
const otherRegion = "region: [sql/region-of-existing]";

test.each([
    ["engine", { engine: "mysql" }, [otherEngine]],
    ["region", { region: "us-central1" }, [otherRegion]],
    ["engine and region", { engine: "mysql", region: "us-central1" }, [otherEngine, otherRegion]],
])("another %s than the instance's is refused once the instance was read", async (_, args, expected) => {
    const output = await inChild(`
        const { CloudSqlInstance } = require("./lib");
        const { registered } = require("./test/unit/registered.ts");
        process.on("unhandledRejection", ({ message }) => {
            console.log(JSON.stringify(message.split("\\n").slice(0, ${expected.length})));
            process.exit();
        });
        const args = ${JSON.stringify(args)};
        registered(() => CloudSqlInstance.existing("sales", args), { read: () => (${JSON.stringify(found)}) });
    `);
    expect(output.map(identified)).toEqual(expected.map((problem) => `CloudSqlInstance "sales": ${problem}`));
});
