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
    ["the longest deadline", { ackDeadline: "10 minutes" }, { ackDeadlineSeconds: 600 }],
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
    ["no wait between deliveries", { retries: false }, { retryPolicy: undefined }],
    [
        "another first wait",
        { retries: { minBackoff: "0 seconds" } },
        { retryPolicy: { minimumBackoff: "0s", maximumBackoff: "600s" } },
    ],
    [
        "another longest wait",
        { retries: { maxBackoff: "10 seconds" } },
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

const deadline = "ackDeadline: must be from 10 seconds to 10 minutes";
const refusals: [string, object, string][] = [
    ["a deadline below 10 seconds", { ackDeadline: "9 seconds" }, `${deadline} (got "9 seconds").`],
    ["a deadline above 600 seconds", { ackDeadline: "601 seconds" }, `${deadline} (got "601 seconds").`],
    [
        "a deadline without a unit",
        { ackDeadline: 10 },
        'ackDeadline: must be a duration such as "90 seconds" or "7 days" (got 10).',
    ],
    ["a short retention", { retention: "1 minute" }, 'retention: must be from 10 minutes to 31 days (got "1 minute").'],
    ["no way of delivery", { pull: undefined }, "[pubsub/delivery-not-exactly-one]"],
    ["two ways of delivery", { push: { endpoint: "https://acme.com" } }, "[pubsub/delivery-not-exactly-one]"],
    [
        "exactly one delivery by push",
        { pull: undefined, push: { endpoint: "https://acme.com" }, exactlyOnceDelivery: true },
        "exactlyOnceDelivery: [pubsub/exactly-once-of-pull]",
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
        "expiration: [pubsub/expiration-below-retention]",
    ],
    [
        "a first wait above the longest",
        { retries: { minBackoff: "2 minutes", maxBackoff: "1 minute" } },
        'retries: must not have a minBackoff, 2 minutes, above maxBackoff, 1 minute (got { minBackoff: "2 minutes", maxBackoff: "1 minute" }).',
    ],
    [
        "a first wait above the longest that there is by default",
        { retries: { maxBackoff: "9 seconds" } },
        'retries: must not have a minBackoff, 10 seconds, above maxBackoff, 9 seconds (got { maxBackoff: "9 seconds" }).',
    ],
    [
        "a wait of hours",
        { retries: { maxBackoff: "1 hour" } },
        'retries.maxBackoff: must be from 0 seconds to 10 minutes (got "1 hour").',
    ],
    ["a retry by its name", { retries: "yes" }, 'retries: must be an object with minBackoff, maxBackoff (got "yes").'],
    [
        "a filter of the data",
        { filter: 'data.region = "eu"' },
        'filter: is not a valid filter at column 1: expected attributes, hasPrefix, NOT or ( (got "data.region = \\"eu\\"").',
    ],
    ["an unknown option", { retry: {} }, 'retry: unknown option "retry"; did you mean "retries"?'],
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
