import * as pulumi from "@pulumi/pulumi";
import { PubSubSubscription, type PubSubSubscriptionArgs, PubSubTopic } from "slipway/messaging";
import { StorageBucket } from "slipway/storage";
import { refused, registered, registeredOptions, registeredOutputs } from "./registered";

type Others = Omit<PubSubSubscriptionArgs, "topic" | "pull">;

const subscribed = (args?: Others) => () =>
    new PubSubSubscription("predict-range", { topic: new PubSubTopic("sales"), pull: {}, ...args });

const topic = { "Topic sales": { name: "sales" } };
const bare = {
    name: "predict-range",
    topic: "projects/acme-dev/topics/sales",
    ackDeadlineSeconds: 10,
    messageRetentionDuration: "604800s",
    expirationPolicy: { ttl: "" },
};

test("a bare subscription keeps messages for seven days and never expires", async () => {
    expect(await registered(subscribed())).toEqual({ ...topic, "Subscription predict-range": bare });
});

test("a subscription is the component's child and protected in production", async () => {
    const child = { parent: "PubSubSubscription predict-range", provider: "Provider dev", after: ["Topic sales"] };
    const { "Subscription predict-range": development, "PubSubSubscription predict-range": component } =
        await registeredOptions(subscribed());
    const { "Subscription predict-range": production } = await registeredOptions(subscribed(), { kind: "production" });
    expect({ component, development, production }).toEqual({
        component: { provider: "Provider dev" },
        development: child,
        production: { ...child, protect: true },
    });
});

test("a subscription is what the component gives back", async () => {
    expect(await registeredOutputs(subscribed())).toEqual({
        "PubSubTopic sales": { topic: { resource: "Topic sales" } },
        "PubSubSubscription predict-range": { subscription: { resource: "Subscription predict-range" } },
    });
});

const options: [string, Others, object][] = [
    ["a name", { name: "ranges" }, { name: "ranges" }],
    ["the longest deadline", { ackDeadlineSeconds: 600 }, { ackDeadlineSeconds: 600 }],
    ["a deadline that is an output", { ackDeadlineSeconds: pulumi.output(20) }, { ackDeadlineSeconds: 20 }],
    ["a retention", { retention: "1 hour" }, { messageRetentionDuration: "3600s" }],
    ["labels", { labels: { team: "forecast" } }, { labels: { team: "forecast" } }],
    ["a transform of the subscription", { transform: { subscription: { filter: "a" } } }, { filter: "a" }],
];

test.each(options)("a subscription takes %s", async (_, args, inputs) => {
    expect(await registered(subscribed(args))).toEqual({
        ...topic,
        "Subscription predict-range": { ...bare, ...inputs },
    });
});

const deadline = "ackDeadlineSeconds: must be a whole number from 10 to 600 seconds";
const refusals: [string, object, string][] = [
    ["a deadline below 10 seconds", { ackDeadlineSeconds: 9 }, `${deadline} (got 9).`],
    ["a deadline above 600 seconds", { ackDeadlineSeconds: 601 }, `${deadline} (got 601).`],
    ["a deadline that is no whole number", { ackDeadlineSeconds: 10.5 }, `${deadline} (got 10.5).`],
    ["a deadline that is no number", { ackDeadlineSeconds: Number.NaN }, `${deadline} (got NaN).`],
    ["a deadline in text", { ackDeadlineSeconds: "10" }, `${deadline} (got "10").`],
    ["a short retention", { retention: "1 minute" }, 'retention: must be from 10 minutes to 31 days (got "1 minute").'],
    ["no way of delivery", { pull: undefined }, "pull: is missing."],
    [
        "an option of pull",
        { pull: { maxMessages: 3 } },
        'pull.maxMessages: unknown option "maxMessages"; there are none.',
    ],
    ["a pull that is no object", { pull: true }, "pull: must be an empty object (got true)."],
    ["no topic", { topic: undefined }, "topic: is missing."],
    ["a topic by its name", { topic: "sales" }, 'topic: must be a PubSubTopic (got "sales").'],
];

test.each(refusals)("%s is refused for a subscription", async (_, args, problem) => {
    const made = subscribed(args as Others);
    expect(await refused(made, {}, ["Topic sales"])).toBe(`PubSubSubscription "predict-range": ${problem}`);
});

test("another component than a topic is refused for a subscription", async () => {
    const program = () => subscribed({ topic: new StorageBucket("sales") } as Others)();
    expect(await refused(program, {}, ["Bucket sales", "Topic sales"])).toBe(
        'PubSubSubscription "predict-range": topic: must be a PubSubTopic (got a StorageBucket).',
    );
});
