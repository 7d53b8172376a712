import { mkdirSync, writeFileSync } from "node:fs";
import { isAllowedOn } from "../../local/simulator/cloud/access";
import { cloudOf } from "../../local/simulator/cloudOf";
import { Deployment } from "./deployment";

const project = "acme-data";
const stackFile = `config:\n  gcp:project: ${project}\n  gcp:region: europe-west1\n  slipway:kind: development\n`;
const group = "group:ml@acme.example";

/** The stack \`owner\` has the data; the others are teams that use it. */
const program = `"use strict";
const pulumi = require("@pulumi/pulumi");
const {
    allow, BigQueryDataset, BigQueryTable, CloudSqlInstance, ContainerRegistry, Environment, Network, PubSubSubscription, PubSubTopic,
    Secret, ServerlessFunction, ServiceAccount, StorageBucket,
} = require("slipway");

const stack = pulumi.getStack();
if (stack === "owner") {
    new StorageBucket("models", { name: "acme-data-models" });
    const topic = new PubSubTopic("sales");
    new PubSubSubscription("orders", { topic, pull: {} });
    new BigQueryDataset("history", { tables: { orders: { schema: [{ name: "id", type: "STRING" }] } } });
    new Secret("api-key");
    const network = new Network("apps");
    new CloudSqlInstance("shop", { network, transform: { instance: { name: "shop-1" } } });
    new ContainerRegistry("images");
    const etl = new ServiceAccount("etl-runner", { roles: ["roles/bigquery.user"], uses: [topic.publisher] });
    allow(etl.impersonator, "${group}", { until: "2027-01-31" });
    allow(Environment.current().role("roles/browser"), ["${group}", "user:ana@acme.example"]);
} else {
    const models = StorageBucket.existing("acme-data-models");
    const etl = ServiceAccount.existing("etl-runner");
    const topic = PubSubTopic.existing("sales");
    const granted = [
        models.reader,
        topic.publisher,
        PubSubSubscription.existing("orders").subscriber,
        BigQueryDataset.existing("history").reader,
        BigQueryTable.existing("history.orders").reader,
        Secret.existing("api-key").reader,
        ContainerRegistry.existing("images").reader,
        etl.user,
        models.role("roles/storage.legacyBucketReader"),
    ];
    for (const each of granted) {
        allow(each, "${group}", each.grants[0].acceptsConditions ? {} : { keep: true });
    }
    etl.grant(models.writer.grants[0]);
    new PubSubSubscription("copy-" + stack, { topic, bucket: models });
    const network = Network.existing("apps", {
        prefix: "rules-" + stack,
        subnets: { web: { existing: "apps-default" } },
        firewall: { web: { sources: { ranges: ["35.191.0.0/16"] }, targets: { tags: ["web"] }, allow: ["tcp:80"] } },
        nat: stack === "one",
    });
    const shop = CloudSqlInstance.existing("shop-1", {
        network,
        databases: { [stack]: {} },
        users: { [stack]: {} },
        iamUsers: { "${group}": {} },
    });
    new ServerlessFunction("predict-" + stack, { source: "./predict", entryPoint: "predict", trigger: { http: {} }, uses: { SHOP: shop.client } });
    exports.url = models.bucket.url;
    exports.range = network.subnetworks.web.ipCidrRange;
}
`;

describe("access to what exists", () => {
    const stacks = ["owner", "one", "two"];
    const deployment = new Deployment({
        "Pulumi.yaml": `name: data
runtime:
  name: nodejs
  options:
    typescript: false
config:
  slipway:environments:
    value: { ${stacks.map((stack) => `${stack}: ${project}`).join(", ")} }
`,
        ...Object.fromEntries(stacks.map((stack) => [`Pulumi.${stack}.yaml`, stackFile])),
        "package.json": '{ "name": "data", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program,
    });
    mkdirSync(deployment.file("predict"));
    writeFileSync(deployment.file("predict/main.py"), "def predict(request):\n    return 'range'\n");
    afterAll(() => deployment.remove());

    const cloud = () => cloudOf(deployment.place);
    const may = (permission: string, resource: string) => isAllowedOn(cloud(), group, permission, resource);
    const bucket = "//storage.googleapis.com/buckets/acme-data-models";
    const topic = `//pubsub.googleapis.com/projects/${project}/topics/sales`;
    const shop = `//sqladmin.googleapis.com/projects/${project}/instances/shop-1`;

    test("a preview says what does not exist", async () => {
        const { code, output } = await deployment.run(["preview", "-s", "one"]);
        expect(code).not.toBe(0);
        // The first of several failures ends the preview: a look-up, or the engine's reading of the instance or the network.
        const lookUp =
            /^ +error: \w+ "[\w.-]+": does not exist: [\s\S]*?It must exist in acme-data, and the deployer must be allowed to read it\. \[environment\/existing-missing\]/m;
        const read = /^ +error: Preview failed: resource 'projects\/acme-data\/[^']+' does not exist$/m;
        expect(output).toMatch(new RegExp(`${lookUp.source}|${read.source}`, "m"));
    });

    test("stacks only register grants, and find no changes", async () => {
        await deployment.up("owner");
        await deployment.up("one");
        await deployment.up("two");
        expect(await deployment.again("one")).not.toHaveProperty("changed");
        expect(may("storage.objects.get", bucket)).toBe(true);
        expect(may("pubsub.topics.publish", topic)).toBe(true);
        const { output } = await deployment.run(["stack", "export", "-s", "one"]);
        type Exported = { type: string; external?: boolean };
        const all: Exported[] = JSON.parse(output).deployment.resources;
        const typesOf = (isExternal: boolean) =>
            new Set(all.filter(({ external = false }) => external === isExternal).map(({ type }) => type));
        expect([...typesOf(true)].sort()).toEqual([
            "gcp:compute/network:Network",
            "gcp:compute/subnetwork:Subnetwork",
            "gcp:sql/databaseInstance:DatabaseInstance",
        ]);
        // Topics of dead letters, and sources of functions, are the stack's own.
        const managed = typesOf(false);
        expect([...managed].filter((type) => type.startsWith("slipway:")).sort()).toEqual([
            "slipway:index:CloudSqlInstance",
            "slipway:index:Environment",
            "slipway:index:Network",
            "slipway:index:PubSubSubscription",
            "slipway:index:PubSubTopic",
            "slipway:index:Secret",
            "slipway:index:ServerlessFunction",
        ]);
        expect(
            [...managed].filter((type) => typesOf(true).has(type) || /bigquery\/(dataset|table):/.test(type)),
        ).toEqual([]);
    });

    test("destroying one stack does not revoke the roles of another, and destroying both revokes all that can be told apart", async () => {
        await deployment.destroy("one");
        const granted: [string, string][] = [
            ["storage.objects.get", bucket],
            ["storage.buckets.get", bucket],
            ["pubsub.topics.publish", topic],
            ["pubsub.subscriptions.consume", `//pubsub.googleapis.com/projects/${project}/subscriptions/orders`],
            ["bigquery.tables.getData", `//bigquery.googleapis.com/projects/${project}/datasets/history`],
            ["cloudsql.instances.connect", shop],
            ["secretmanager.versions.access", `//secretmanager.googleapis.com/projects/${project}/secrets/api-key`],
        ];
        expect(granted.filter(([permission, resource]) => !may(permission, resource))).toEqual([]);
        const databases = () => deployment.cloud.resources("Database").map(({ properties }) => properties.name);
        expect(databases()).toEqual(["two"]);
        await deployment.destroy("two");
        expect(may("storage.objects.get", bucket)).toBe(false);
        expect(may("cloudsql.instances.connect", shop)).toBe(false);
        expect([databases(), deployment.cloud.resources("DatabaseInstance")]).toEqual([[], [expect.anything()]]);
        expect(may("pubsub.topics.publish", topic)).toBe(true);
    });

    test("a deadline ends a role", () => {
        const account = `//iam.googleapis.com/serviceAccounts/etl-runner@${project}.iam.gserviceaccount.com`;
        const [grant] = cloud()
            .iam.grants(account)
            .filter(({ member }) => member === group);
        expect(grant).toMatchObject({
            role: "roles/iam.serviceAccountTokenCreator",
            condition: { title: "until 2027-01-31", expression: 'request.time < timestamp("2027-01-31T00:00:00Z")' },
        });
    });
});
