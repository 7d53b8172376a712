import { readResources } from "../../local/commands/engine/stackResources";
import { type Explanation, explanationOf } from "../../local/commands/explain/explanation";
import { formatExplanation } from "../../local/commands/explain/format";
import { Deployment } from "./deployment";

const files = {
    "Pulumi.yaml": "name: shop\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "Pulumi.prod.yaml":
        "config:\n  gcp:project: acme-shop-prod\n  gcp:region: europe-west1\n  slipway:kind: production\n",
    "package.json": '{ "name": "shop", "version": "1.0.0", "main": "index.js" }\n',
    "orders.js": `const { CloudRunService, PubSubTopic, Schedule, StorageBucket } = require("slipway");
const image = "docker.io/acme/shop@sha256:9f2c4e8a1b3d5f70617283940a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
exports.service = (topic, files) =>
    new CloudRunService("orders", {
        image,
        public: true,
        uses: { TOPIC: topic.publisher, FILES: files.reader },
    });
`,
    "index.js": `const { allow, Environment, PubSubSubscription, PubSubTopic, Schedule, StorageBucket } = require("slipway");
const { service } = require("./orders");
const files = new StorageBucket("files");
const topic = new PubSubTopic("orders");
const orders = service(topic, files);
new PubSubSubscription("orders-pull", { topic, pull: {} });
new Schedule("nightly", { cron: "0 2 * * *", call: { invoke: orders, path: "/close" } });
allow(files.writer, "group:sales@acme.example");
allow(Environment.current().role("roles/pubsub.editor"), "group:ops@acme.example");
`,
};

const deployment = new Deployment(files);
let explain: (name: string) => Explanation;
beforeAll(async () => {
    await deployment.up("prod");
    const { resources } = await readResources({ cwd: deployment.place.folder, stack: "prod", local: true });
    explain = (name) => explanationOf(resources, name);
});
afterAll(() => deployment.remove());

test("a service is explained by who calls it, what its accounts may do, and the lines of the program that say so", () => {
    expect(explain("CloudRunService orders")).toEqual({
        component: "CloudRunService orders",
        line: "orders.js:4",
        resources: 5,
        callers: [
            { who: "everybody", role: "no role needed", on: "CloudRunService orders", line: "orders.js:4" },
            {
                who: "service account nightly-call of Schedule nightly",
                role: "run.invoker",
                on: "CloudRunService orders",
                line: "index.js:7",
            },
        ],
        connections: [],
        accounts: [
            {
                account: "service account orders-run",
                rights: [
                    { role: "pubsub.publisher", on: "PubSubTopic orders", line: "orders.js:4" },
                    { role: "storage.objectViewer", on: "StorageBucket files", line: "orders.js:4" },
                    { role: "storage.bucketViewer", on: "StorageBucket files", line: "orders.js:4" },
                ],
            },
        ],
        protection: [{ resource: "Service orders", protections: ["Pulumi does not delete it", "deletion protection"] }],
        waits: [
            { resource: "Service pubsub", at: 0, takes: 26, waits: 0 },
            { resource: "Topic orders", at: 56, takes: 4, waits: 30 },
            { resource: "TopicIAMMember orders-orders-publisher", at: 60, takes: 8, waits: 0 },
            { resource: "Service orders", at: 188, takes: 10, waits: 120 },
        ],
    });
});

test("a bucket is explained by the roles on it, and by what keeps its objects", () => {
    const { callers, protection } = explain("files");
    expect(callers).toEqual([
        {
            who: "service account orders-run of CloudRunService orders",
            role: "storage.objectViewer",
            on: "StorageBucket files",
            line: "orders.js:4",
        },
        {
            who: "service account orders-run of CloudRunService orders",
            role: "storage.bucketViewer",
            on: "StorageBucket files",
            line: "orders.js:4",
        },
        { who: "group sales@acme.example", role: "storage.objectUser", on: "StorageBucket files", line: "index.js:8" },
        {
            who: "group sales@acme.example",
            role: "storage.bucketViewer",
            on: "StorageBucket files",
            line: "index.js:8",
        },
    ]);
    expect(protection).toEqual([
        {
            resource: "Bucket files",
            protections: [
                "Pulumi does not delete it",
                "is not deleted while it has objects",
                "cannot be made public",
                "no access lists of single objects",
                "keeps earlier versions of objects",
                "deleted objects can be restored for 7 days",
            ],
        },
    ]);
});

test("a role on the whole project counts if it allows to use the component", () => {
    const { callers } = explain("PubSubTopic orders");
    expect(callers).toContainEqual({
        who: "group ops@acme.example",
        role: "pubsub.editor",
        on: "the project",
        line: "index.js:9",
    });
});

test("a terminal shows it in columns", () => {
    expect(formatExplanation(explain("PubSubTopic orders"))).toBe(`PubSubTopic orders  index.js:4  1 resource

Who may use it
  service account orders-run of CloudRunService orders  pubsub.publisher  on PubSubTopic orders  orders.js:4
  group ops@acme.example                                pubsub.editor     on the project         index.js:9

What else is connected to it
  to PubSubSubscription orders-pull

What its accounts may do
  it has no account

What protects it
  Topic orders  Pulumi does not delete it

What it waits for at the first deployment, 1:00 after the start
  0:00  Service pubsub  takes 26 s
  0:56  Topic orders    waits 30 s for the effect of the one before, takes 4 s
`);
});

test("a name of several components is refused with their types, and an unknown name with those that there are", () => {
    expect(() => explain("orders")).toThrow(
        'several components have the name "orders": write "CloudRunService orders" or "PubSubTopic orders".',
    );
    expect(() => explain("order")).toThrow(
        'the stack has no component "order". It has CloudRunService orders, PubSubSubscription orders-pull, PubSubTopic orders, Schedule nightly, StorageBucket files.',
    );
});

test("a preview is explained before anything is deployed", async () => {
    const fresh = new Deployment(files);
    try {
        const { resources } = await readResources({
            cwd: fresh.place.folder,
            stack: "prod",
            local: true,
            preview: true,
        });
        expect(explanationOf(resources, "CloudRunService orders")).toEqual(explain("CloudRunService orders"));
        expect(fresh.resources().map(({ type }) => type)).toEqual(["cloudresourcemanager.googleapis.com/projects"]);
    } finally {
        await fresh.remove();
    }
});
