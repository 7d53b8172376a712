import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { type Adoption, adopt } from "../../local/commands/adopt/adoption";
import { formatAdoption } from "../../local/commands/adopt/format";
import { serve } from "../../local/runtime/emulator/server";
import { cloudOf } from "../../local/simulator/cloudOf";
import { Deployment } from "../deploy/deployment";

const project = "acme-shop";

/** What a team has written with `@pulumi/gcp`. */
const raw = `
const service = (name) => new gcp.projects.Service(name, { service: name + ".googleapis.com", disableOnDestroy: false });
const options = { dependsOn: ["pubsub", "storage", "bigquery", "iam"].map(service) };
const topic = new gcp.pubsub.Topic("t", { name: "orders", messageRetentionDuration: "86400s" }, options);
new gcp.pubsub.Subscription("s", { name: "orders-pull", topic: topic.id, ackDeadlineSeconds: 30, expirationPolicy: { ttl: "" } }, options);
new gcp.pubsub.TopicIAMMember("m", { topic: topic.name, role: "roles/pubsub.publisher", member: "group:sales@acme.example" }, options);
const secure = { uniformBucketLevelAccess: true, publicAccessPrevention: "enforced" };
new gcp.storage.Bucket("f", { name: "acme-shop-files", location: "EUROPE-WEST1", ...secure }, options);
new gcp.storage.Bucket("o", { name: "acme-shop-models", location: "EU", ...secure }, options);
new gcp.storage.Bucket("x", { name: "acme-shop-export", location: "EUROPE-WEST1", ...secure }, options);
const dataset = new gcp.bigquery.Dataset("d", { datasetId: "sales", location: "europe-west1" }, options);
new gcp.bigquery.Table("r", { datasetId: dataset.datasetId, tableId: "orders", schema: '[{"name":"id","type":"STRING"}]' }, options);
`;

/** The same with components, of which one bucket is elsewhere and one is called otherwise. */
const components = `
const topic = new slipway.PubSubTopic("orders");
new slipway.PubSubSubscription("orders-pull", { topic, pull: {}, deadLetter: false });
slipway.allow(topic.publisher, "group:sales@acme.example");
new slipway.StorageBucket("files");
new slipway.StorageBucket("models");
new slipway.StorageBucket("exports");
const dataset = new slipway.BigQueryDataset("sales");
new slipway.BigQueryTable("orders", { dataset, schema: [{ name: "id", type: "STRING" }] });
`;

const program = (text: string) => `const gcp = require("@pulumi/gcp");\nconst slipway = require("slipway");\n${text}`;

const files = {
    "Pulumi.yaml": "name: shop\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.dev.yaml": `config:\n  gcp:project: ${project}\n  gcp:region: europe-west1\n  slipway:kind: development\n`,
    "package.json": '{ "name": "shop", "version": "1.0.0", "main": "index.js" }\n',
    "index.js": program(raw),
};

/** The deployment, and the APIs of its local Google Cloud, which have the messages in memory. */
class Shop {
    readonly deployment = new Deployment(files, { SLIPWAY_LOCAL_IMMEDIATE: "true" });
    private readonly server = serve(cloudOf(this.deployment.place));

    async call(path: string, body?: object): Promise<string> {
        const { url } = await this.server;
        const headers = { "content-type": "application/json" };
        const response = await fetch(`${url}${path}`, body && { method: "POST", body: JSON.stringify(body), headers });
        const text = await response.text();
        expect([path, response.status, text]).toEqual([path, 200, text]);
        return text;
    }

    async remove(): Promise<void> {
        await (await this.server).close();
        await this.deployment.remove();
    }
}

const table = `/bigquery/v2/projects/${project}/datasets/sales/tables/orders`;

async function fill(shop: Shop): Promise<void> {
    await shop.call(`/upload/storage/v1/b/${project}-files/o?uploadType=media&name=a.json`, { kept: "object" });
    await shop.call(`${table}/insertAll`, { rows: [{ json: { id: "kept row" } }] });
    const data = Buffer.from("kept message").toString("base64");
    await shop.call(`/v1/projects/${project}/topics/orders:publish`, { messages: [{ data }] });
}

/** What is in a bucket, a table and a subscription. */
async function contents(shop: Shop): Promise<string[]> {
    const object = await shop.call(`/storage/v1/b/${project}-files/o/a.json?alt=media`);
    const { rows } = JSON.parse(await shop.call(`${table}/data`));
    const pull = `/v1/projects/${project}/subscriptions/orders-pull:pull`;
    const { receivedMessages } = JSON.parse(await shop.call(pull, { maxMessages: 1 }));
    return [object, rows[0].f[0].v, Buffer.from(receivedMessages[0].message.data, "base64").toString()];
}

const kept = ['{"kept":"object"}', "kept row", "kept message"];

/** The raw program, deployed, with contents; and then the one of components. */
async function deployed(): Promise<Shop> {
    const shop = new Shop();
    await shop.deployment.up("dev");
    await fill(shop);
    shop.deployment.edit("index.js", () => program(components));
    return shop;
}

const adopted = (deployment: Deployment, file?: string) =>
    adopt({ cwd: deployment.place.folder, stack: "dev", local: true, ...(file && { file: deployment.file(file) }) });

/** Forgets the stack, as a new program has none. */
const forget = (deployment: Deployment) =>
    deployment.run(["stack", "rm", "dev", "--force", "--yes", "--preserve-config"]);

/** What a line of an adoption says. */
const titles = ({ adopted }: Adoption) => adopted.map(({ resource, existing }) => `${resource}: ${existing}`).sort();

const imported = [
    "Bucket files: acme-shop-files",
    "Dataset sales: projects/acme-shop/datasets/sales",
    "Service bigquery: acme-shop/bigquery.googleapis.com",
    "Service pubsub: acme-shop/pubsub.googleapis.com",
    "Service storage: acme-shop/storage.googleapis.com",
    "Subscription orders-pull: projects/acme-shop/subscriptions/orders-pull",
    "Table orders: projects/acme-shop/datasets/sales/tables/orders",
    "Topic orders: projects/acme-shop/topics/orders",
    "TopicIAMMember orders-publisher-group-sales-acme-example: projects/acme-shop/topics/orders roles/pubsub.publisher group:sales@acme.example",
];

/** The program as the command asks for: it replaces no bucket any more. */
function follow(deployment: Deployment): void {
    deployment.edit("index.js", (text) =>
        text
            .replace('StorageBucket("models")', 'StorageBucket("models", { location: "EU" })')
            .replace('StorageBucket("exports")', 'StorageBucket("exports", { name: "acme-shop-export" })'),
    );
}

describe("what another stack has created", () => {
    let shop: Shop;
    let deployment: Deployment;
    let found: Adoption;
    beforeAll(async () => {
        shop = await deployed();
        deployment = shop.deployment;
        const { output } = await deployment.run(["stack", "export", "-s", "dev"]);
        writeFileSync(deployment.file("old.json"), output);
        await forget(deployment);
        found = await adopted(deployment, "old.json");
    });
    afterAll(() => shop.remove());

    test("is imported by a module that the program loads first", () => {
        expect(titles(found)).toEqual(imported);
        expect(found).toMatchObject({ stack: "dev", way: "import", created: { "gcp:storage/bucket:Bucket": 1 } });
        expect(found.written).toEqual({ module: "adopted.js", main: "index.js", line: 'require("./adopted");' });
        expect(readFileSync(deployment.file("index.js"), "utf8")).toBe(`require("./adopted");\n${program(components)}`);
    });

    test("is changed as listed, each with what keeps the value", () => {
        const changes = Object.fromEntries(found.adopted.map((each) => [each.resource, each.changes]));
        expect(changes["Service pubsub"]).toEqual([]);
        expect(changes["Topic orders"]).toEqual([
            { property: "labels.environment", existing: undefined, planned: "dev" },
            {
                property: "messageRetentionDuration",
                existing: "86400s",
                planned: undefined,
                keep: "the argument retention",
            },
        ]);
        expect(changes["Subscription orders-pull"]).toContainEqual({
            property: "ackDeadlineSeconds",
            existing: 30,
            planned: 10,
            keep: "the argument ackDeadline",
        });
    });

    test("is not taken over if it would be replaced, with the reason", () => {
        expect(found.refused).toEqual([
            {
                resource: "Bucket models",
                component: "StorageBucket models",
                existing: "acme-shop-models",
                replacedBy: [{ property: "location", existing: "EU", planned: "europe-west1", keep: 'location: "EU"' }],
            },
        ]);
    });

    test("is listed with the nearest resource if the program does not have it", () => {
        expect(found.unmatched).toEqual([
            { address: expect.stringContaining("Service::iam"), id: "acme-shop/iam.googleapis.com" },
            {
                address: expect.stringContaining("Bucket::x"),
                id: "acme-shop-export",
                nearest: {
                    resource: "Bucket exports",
                    differences: [{ property: "name", existing: "acme-shop-export", planned: "acme-shop-exports" }],
                },
            },
        ]);
    });

    test("is printed as text", () => {
        const text = formatAdoption(found, { local: true });
        expect(text).toContain("9 resources are taken over, 5 with changes. The program replaces no resource.");
        expect(text).toContain(
            '    messageRetentionDuration: "86400s" becomes unset\n      to keep it: the argument retention\n',
        );
        expect(text).toContain('    location: "EU" becomes "europe-west1"\n      to keep it: location: "EU"\n');
        expect(text).toContain('    nearest: Bucket exports, which would fit with name: "acme-shop-export"\n');
        expect(text).toContain("Run 'npx slipway local up -s dev', then delete adopted.js and that line.");
    });

    test("is taken over as a whole once the program follows, with its objects, rows and messages", async () => {
        follow(deployment);
        found = await adopted(deployment, "old.json");
        expect([found.refused, found.created, titles(found).length]).toEqual([[], {}, 11]);
        expect(await deployment.up("dev")).toEqual({ created: 10, imported: 11, updated: 7, changes: 28 });
        expect(await deployment.preview("dev")).toEqual([]);
        expect(await contents(shop)).toEqual(kept);
    });

    test("needs no module afterwards, which the command removes", async () => {
        const { written, adopted: again, unmatched } = await adopted(deployment, "old.json");
        expect([written, again]).toEqual([undefined, []]);
        expect(unmatched.map(({ id }) => id)).toEqual(["acme-shop/iam.googleapis.com"]);
        expect(readFileSync(deployment.file("index.js"), "utf8")).not.toContain("adopted");
        expect(await deployment.preview("dev")).toEqual([]);
    });
});

/** The state of Terraform for the same resources. */
const terraform = {
    version: 4,
    terraform_version: "1.9.8",
    resources: [
        ...["pubsub", "storage", "bigquery"].map((name) =>
            managed("google_project_service", name, {
                id: `${project}/${name}.googleapis.com`,
                project,
                service: `${name}.googleapis.com`,
            }),
        ),
        managed("google_pubsub_topic", "t", { id: `projects/${project}/topics/orders`, name: "orders", project }),
        managed("google_pubsub_subscription", "s", {
            id: `projects/${project}/subscriptions/orders-pull`,
            name: "orders-pull",
            topic: `projects/${project}/topics/orders`,
            project,
        }),
        managed("google_pubsub_topic_iam_member", "m", {
            id: `projects/${project}/topics/orders/roles/pubsub.publisher/group:sales@acme.example`,
            topic: `projects/${project}/topics/orders`,
            role: "roles/pubsub.publisher",
            member: "group:sales@acme.example",
            condition: [],
            project,
        }),
        managed("google_storage_bucket", "f", {
            id: `${project}-files`,
            name: `${project}-files`,
            location: "EUROPE-WEST1",
            project,
        }),
        managed("google_bigquery_dataset", "d", {
            id: `projects/${project}/datasets/sales`,
            dataset_id: "sales",
            project,
        }),
        managed("google_bigquery_table", "r", {
            id: `projects/${project}/datasets/sales/tables/orders`,
            dataset_id: "sales",
            table_id: "orders",
            project,
        }),
    ],
};

function managed(type: string, name: string, attributes: object) {
    const provider = 'provider["registry.terraform.io/hashicorp/google"]';
    return { mode: "managed", type, name, provider, instances: [{ schema_version: 0, attributes }] };
}

test("what Terraform has created is imported, with its objects, rows and messages", async () => {
    const shop = await deployed();
    const { deployment } = shop;
    try {
        await forget(deployment);
        writeFileSync(deployment.file("terraform.tfstate"), JSON.stringify(terraform));
        // The other buckets are not in Terraform's state.
        deployment.edit("index.js", (text) => text.replaceAll(/.*StorageBucket\("(models|exports)"\);\n/g, ""));
        const found = await adopted(deployment, "terraform.tfstate");
        expect(titles(found)).toEqual(imported);
        expect([found.refused, found.unmatched, found.created]).toEqual([[], [], {}]);
        await deployment.up("dev");
        expect(await deployment.preview("dev")).toEqual([]);
        expect(await contents(shop)).toEqual(kept);
    } finally {
        await shop.remove();
    }
});

test("resources of the stack move into components, with their objects, rows and messages", async () => {
    const shop = await deployed();
    const { deployment } = shop;
    try {
        follow(deployment);
        const found = await adopted(deployment);
        expect(found).toMatchObject({ way: "aliases", refused: [], created: {} });
        expect(found.adopted).toHaveLength(11);
        expect(found.unmatched.map(({ id }) => id)).toEqual(["acme-shop/iam.googleapis.com"]);
        const text = formatAdoption(found, { local: false });
        expect(text).toContain(
            "Not in the program; the next deployment deletes them\n  gcp:projects/service:Service iam",
        );
        expect(text).toContain("Run 'pulumi up -s dev'");
        expect(await deployment.up("dev")).toEqual({ created: 9, updated: 7, deleted: 1, changes: 17, unchanged: 5 });
        rmSync(deployment.file("adopted.js"));
        deployment.edit("index.js", (text) => text.replace('require("./adopted");\n', ""));
        expect(await deployment.preview("dev")).toEqual([]);
        expect(await contents(shop)).toEqual(kept);
        await expect(adopted(deployment)).rejects.toThrow("the stack dev has no resources without a component.");
    } finally {
        await shop.remove();
    }
});

test("a preview that fails leaves the program as it was", async () => {
    const deployment = new Deployment({ ...files, "index.js": "throw new Error('no program');\n" });
    try {
        writeFileSync(deployment.file("terraform.tfstate"), JSON.stringify(terraform));
        await expect(adopted(deployment, "terraform.tfstate")).rejects.toThrow("the preview failed:");
        expect(readFileSync(deployment.file("index.js"), "utf8")).toBe("throw new Error('no program');\n");
    } finally {
        await deployment.remove();
    }
});
