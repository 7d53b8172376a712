import * as pulumi from "@pulumi/pulumi";
import { PubSubSubscription, type PubSubSubscriptionArgs, PubSubTopic } from "slipway/pubsub";
import { StorageBucket } from "slipway/storage";
import { refused, registered, registeredOptions, registeredOutputs } from "../registered";

type Others = Partial<PubSubSubscriptionArgs>;

const subscribed = (args?: Others) => () =>
    new PubSubSubscription("predict-range", {
        topic: new PubSubTopic("sales"),
        pull: {},
        deadLetter: false,
        ...args,
    } as PubSubSubscriptionArgs);

const topic = { "Topic sales": { name: "sales" } };
const bare = {
    name: "predict-range",
    topic: "projects/acme-dev/topics/sales",
    ackDeadlineSeconds: 10,
    messageRetentionDuration: "604800s",
    expirationPolicy: { ttl: "" },
    retryPolicy: { minimumBackoff: "10s", maximumBackoff: "600s" },
};

test("a subscription without dead letters keeps messages for seven days, waits between deliveries and never expires", async () => {
    expect(await registered(subscribed())).toEqual({ ...topic, "Subscription predict-range": bare });
});

test("a subscription is the component's child and protected in production", async () => {
    const after = ["Topic sales"];
    const child = { parent: "PubSubSubscription predict-range", provider: "Provider dev", after };
    const { "Subscription predict-range": development, "PubSubSubscription predict-range": component } =
        await registeredOptions(subscribed());
    const { "Subscription predict-range": production } = await registeredOptions(subscribed(), { kind: "production" });
    expect({ component, development, production }).toEqual({
        component: { provider: "Provider dev", after },
        development: child,
        production: { ...child, protect: true },
    });
});

test("the output of the component is the subscription", async () => {
    expect(await registeredOutputs(subscribed())).toEqual({
        "PubSubTopic sales": { topic: { resource: "Topic sales" } },
        "PubSubSubscription predict-range": { subscription: "projects/acme-dev/subscriptions/predict-range" },
    });
});

const options: [string, Others, object][] = [
    ["a name", { name: "ranges" }, { name: "ranges" }],
    ["the longest deadline", { ackDeadlineSeconds: 600 }, { ackDeadlineSeconds: 600 }],
    ["a deadline that is an output", { ackDeadlineSeconds: pulumi.output(20) }, { ackDeadlineSeconds: 20 }],
    ["a retention", { retention: "1 hour" }, { messageRetentionDuration: "3600s" }],
    ["the longest retention", { retention: "31 days" }, { messageRetentionDuration: "2678400s" }],
    ["acknowledged messages", { retainAckedMessages: true }, { retainAckedMessages: true }],
    ["an expiration", { expiration: "30 days" }, { expirationPolicy: { ttl: "2592000s" } }],
    ["an expiration after the retention", { expiration: "7 days" }, { expirationPolicy: { ttl: "604800s" } }],
    ["an expiration that never comes", { expiration: "never" }, {}],
    ["an order", { messageOrdering: true }, { enableMessageOrdering: true }],
    ["exactly one delivery", { exactlyOnceDelivery: true }, { enableExactlyOnceDelivery: true }],
    ["a filter", { filter: 'attributes.region = "eu"' }, { filter: 'attributes.region = "eu"' }],
    ["a filter that is an output", { filter: pulumi.output("attributes:region") }, { filter: "attributes:region" }],
    ["no wait between deliveries", { retry: false }, { retryPolicy: undefined }],
    [
        "another first wait",
        { retry: { minimum: "0 seconds" } },
        { retryPolicy: { minimumBackoff: "0s", maximumBackoff: "600s" } },
    ],
    [
        "another longest wait",
        { retry: { maximum: "10 seconds" } },
        { retryPolicy: { minimumBackoff: "10s", maximumBackoff: "10s" } },
    ],
    ["labels", { labels: { team: "forecast" } }, { labels: { team: "forecast" } }],
    ["a transform of the subscription", { transform: { subscription: { filter: "a" } } }, { filter: "a" }],
];

test.each(options)("a subscription takes %s", async (_, args, inputs) => {
    expect(await registered(subscribed(args))).toEqual({
        ...topic,
        "Subscription predict-range": { ...bare, ...inputs },
    });
});

const kinds = "must have exactly one of pull, push, bigQuery, bucket";
const deadline = "ackDeadlineSeconds: must be a whole number from 10 to 600 seconds";
const refusals: [string, object, string][] = [
    ["a deadline below 10 seconds", { ackDeadlineSeconds: 9 }, `${deadline} (got 9).`],
    ["a deadline above 600 seconds", { ackDeadlineSeconds: 601 }, `${deadline} (got 601).`],
    ["a deadline that is no whole number", { ackDeadlineSeconds: 10.5 }, `${deadline} (got 10.5).`],
    ["a deadline that is no number", { ackDeadlineSeconds: Number.NaN }, `${deadline} (got NaN).`],
    ["a deadline in text", { ackDeadlineSeconds: "10" }, `${deadline} (got "10").`],
    ["a short retention", { retention: "1 minute" }, 'retention: must be from 10 minutes to 31 days (got "1 minute").'],
    ["no way of delivery", { pull: undefined }, `${kinds} (got none of them).`],
    ["two ways of delivery", { push: { endpoint: "https://acme.com" } }, `${kinds} (got pull and push).`],
    [
        "exactly one delivery by push",
        { pull: undefined, push: { endpoint: "https://acme.com" }, exactlyOnceDelivery: true },
        "exactlyOnceDelivery: is only valid with pull (got true). Remove it, or use pull delivery.",
    ],
    [
        "an expiration of hours",
        { expiration: "23 hours" },
        'expiration: must be from 1 day to 36500 days (got "23 hours").',
    ],
    [
        "an expiration that is no time",
        { expiration: "soon" },
        'expiration: must be a duration such as "90 seconds" or "7 days" (got "soon").',
    ],
    [
        "an expiration before messages are too old",
        { expiration: "2 days" },
        'expiration: must not be below retention, 7 days (got "2 days").',
    ],
    [
        "a first wait above the longest",
        { retry: { minimum: "2 minutes", maximum: "1 minute" } },
        'retry.minimum: must not be above retry.maximum, 1 minute (got "2 minutes").',
    ],
    [
        "a first wait above the longest that there is by default",
        { retry: { maximum: "9 seconds" } },
        'retry.minimum: must not be above retry.maximum, 9 seconds (got "10 seconds").',
    ],
    [
        "a wait of hours",
        { retry: { maximum: "1 hour" } },
        'retry.maximum: must be from 0 seconds to 10 minutes (got "1 hour").',
    ],
    ["a retry that is on", { retry: true }, "retry: must be an object with minimum, maximum (got true)."],
    [
        "a filter of the data",
        { filter: 'data.region = "eu"' },
        'filter: is not a valid filter at column 1: expected attributes, hasPrefix, NOT or ( (got "data.region = \\"eu\\"").',
    ],
    ["an unknown option", { retries: 3 }, 'retries: unknown option "retries"; did you mean "retry"?'],
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

test("a subscription to a component other than a topic is refused", async () => {
    const program = () => subscribed({ topic: new StorageBucket("sales") } as object)();
    expect(await refused(program, {}, ["Bucket sales", "Topic sales"])).toBe(
        'PubSubSubscription "predict-range": topic: must be a PubSubTopic (got a StorageBucket).',
    );
});
