import { Deployment } from "./deployment";

/** A topic with all types of subscriptions; `what` contains the changes of a test. */
const program = (what: Record<string, unknown> = {}) => `"use strict";
const { BigQueryDataset, PubSubSubscription, PubSubTopic, StorageBucket } = require("slipway");
// What the program has the classes of, the engine's old outputs could be made into.
require("@pulumi/gcp/pubsub");
const { filter, ackDeadline, day = [], deadLetter } = ${JSON.stringify(what)};

const fields = [{ name: "id", type: "string" }, { name: "price", type: ["null", "double"] }, ...day];
const topic = new PubSubTopic("sales", {
    schema: { avro: { type: "record", name: "Sale", fields } },
    messageStoragePolicy: { allowedPersistenceRegions: ["europe-west1"] },
});
new PubSubSubscription("pull", { topic, pull: {}, filter, exactlyOnceDelivery: true, deadLetter });
new PubSubSubscription("push", { topic, push: { endpoint: "https://acme.com/push" }, ackDeadline, deadLetter });
new PubSubSubscription("lines", { topic, bucket: new StorageBucket("archive"), deadLetter: false });
const dataset = new BigQueryDataset("rows");
new PubSubSubscription("rows", { topic, bigQuery: { dataset, writeMetadata: true }, deadLetter: false });
`;

function deployment(): Deployment {
    const stack = (kind: string) =>
        `config:\n  gcp:project: acme-${kind.slice(0, 4)}\n  gcp:region: europe-west1\n  slipway:kind: ${kind}\n`;
    return new Deployment({
        "Pulumi.yaml": "name: messaging\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml": stack("development"),
        "Pulumi.prod.yaml": stack("production"),
        "package.json": '{ "name": "messaging", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program(),
    });
}

const change = (given: Deployment, what: Record<string, unknown>) => given.edit("index.js", () => program(what));

/** Resources that remain after destroy, because others in the project can need them. */
const kept = /^(projects|Service|ServiceIdentity) /;
const left = (given: Deployment) => given.existing().filter((each) => !kept.test(each));

const warning =
    /warning: PubSubSubscription "pull": another filter replaces the subscription: messages that it has not delivered are lost\./;

test("components with different parents can have the same name", async () => {
    const given = deployment();
    given.edit(
        "index.js",
        () => `"use strict";
const { ComponentResource } = require("@pulumi/pulumi");
const { PubSubSubscription, PubSubTopic, StorageBucket } = require("slipway");
for (const team of ["sales", "stock"]) {
    const parent = new ComponentResource("acme:index:" + team, team);
    const topic = new PubSubTopic("events", { name: team }, { parent });
    new PubSubSubscription("events", { name: team, topic, pull: {} }, { parent });
    new StorageBucket("events", { name: "acme-" + team }, { parent });
}
`,
    );
    const steps = await given.preview("dev");
    expect(steps.filter((step) => / (Bucket|Subscription|Topic) events$/.test(step))).toHaveLength(6);
    await given.remove();
});

describe("in development, topics and subscriptions", () => {
    const dev = deployment();
    afterAll(() => dev.remove());

    test("are explained at preview: one line for all dead-letter topics", async () => {
        const note = "PubSubSubscription: creates a dead-letter topic per subscription";
        const previewed = async () =>
            (await dev.run(["preview", "-s", "dev"])).output.split("Diagnostics:")[1]?.split(note).length;
        expect(await previewed()).toBe(2);
        change(dev, { deadLetter: false });
        expect(await previewed()).toBe(1);
        change(dev, {});
    });

    test("are created, and a second up and a refresh change nothing", async () => {
        const { created } = await dev.up("dev");
        expect(dev.existing("acme-deve").filter((each) => /^(Subscription|Topic|Schema|Table) /.test(each))).toEqual([
            "Table projects/acme-deve/datasets/rows/tables/rows",
            "Schema projects/acme-deve/schemas/sales",
            "Subscription projects/acme-deve/subscriptions/lines",
            "Subscription projects/acme-deve/subscriptions/pull",
            "Subscription projects/acme-deve/subscriptions/pull-dead-letter",
            "Subscription projects/acme-deve/subscriptions/push",
            "Subscription projects/acme-deve/subscriptions/push-dead-letter",
            "Subscription projects/acme-deve/subscriptions/rows",
            "Topic projects/acme-deve/topics/pull-dead-letter",
            "Topic projects/acme-deve/topics/push-dead-letter",
            "Topic projects/acme-deve/topics/sales",
        ]);
        expect(await dev.again("dev")).toEqual({ unchanged: created });
    });

    test("are updated in place, with a new schema revision and a new column", async () => {
        change(dev, { ackDeadline: "30 seconds", day: [{ name: "day", type: { type: "int", logicalType: "date" } }] });
        expect(await dev.upAsPreviewed("dev")).toEqual([
            "update BigQueryTable rows",
            "update Schema sales",
            "update Subscription push",
            "update Table rows",
        ]);
    });

    test("warn at preview if a changed filter replaces a subscription, and keep its grants", async () => {
        change(dev, { filter: "attributes:day", ackDeadline: "30 seconds" });
        const { output } = await dev.run(["preview", "-s", "dev"]);
        expect(output).toMatch(warning);
        expect(output).toMatch(/\+- gcp:pubsub:Subscription pull replace \[diff: \+filter\]/);
        const { code, output: done } = await dev.run(["up", "-s", "dev", "--yes", "--skip-preview"]);
        expect([code, done]).toEqual([0, expect.stringMatching(warning)]);
        expect(dev.existing().filter((each) => /SubscriptionIAMMember .*subscriptions\/pull\//.test(each))).toEqual([
            expect.stringMatching(/pull\/roles\/pubsub\.subscriber\/serviceAccount:service-\d+@gcp-sa-pubsub\./),
        ]);
        const { output: after } = await dev.run(["preview", "-s", "dev"]);
        expect(after).not.toMatch(/warning/);
    });

    test("are completely destroyed", async () => {
        await dev.destroy("dev");
        expect(left(dev)).toEqual([]);
    });
});

describe("in production, topics and subscriptions", () => {
    const prod = deployment();
    afterAll(() => prod.remove());

    test("are created, and their replacement is refused at preview, with what would be lost", async () => {
        const { created } = await prod.up("prod");
        expect(await prod.up("prod")).toEqual({ unchanged: created });
        change(prod, { filter: "attributes:day" });
        const { code, output } = await prod.run(["preview", "-s", "prod"]);
        expect(code).not.toBe(0);
        expect(output).toMatch(warning);
        expect(output.replaceAll(/\s+/g, " ")).toMatch(
            /unable to replace resource "[^"]*Subscription::pull" as it is currently marked for protection/,
        );
        expect(output.replaceAll(/\s+/g, " ")).toContain(
            `warning: Subscription "pull": It is protected by the environment. To replace it, run 'pulumi config set slipway:protection off'`,
        );
    });

    test("are destroyed in two steps", async () => {
        change(prod, {});
        const { code } = await prod.run(["destroy", "-s", "prod", "--yes"]);
        expect(code).not.toBe(0);
        await prod.succeed(["config", "set", "-s", "prod", "slipway:protection", "off"]);
        await prod.up("prod");
        await prod.destroy("prod");
        expect(left(prod)).toEqual([]);
    });
});
