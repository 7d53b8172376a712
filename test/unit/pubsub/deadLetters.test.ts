import * as pulumi from "@pulumi/pulumi";
import { type DeadLetter, PubSubSubscription, PubSubTopic, type PubSubTopicArgs } from "slipway/pubsub";
import { refused, registered, registeredOptions } from "../registered";

const key = "projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/sales";

const subscribed =
    (deadLetter?: DeadLetter, name?: pulumi.Input<string>, args: PubSubTopicArgs = {}) =>
    () => {
        const topic = new PubSubTopic("sales", args);
        return new PubSubSubscription("range", { topic, pull: {}, deadLetter, name });
    };

const letters = (name: string) => ({
    "Topic range-dead-letter": { name },
    "Subscription range-dead-letter": {
        name,
        topic: `projects/acme-dev/topics/${name}`,
        messageRetentionDuration: "2678400s",
        expirationPolicy: { ttl: "" },
    },
});

const subscription = (policy?: object, name = "range") => ({
    name,
    topic: "projects/acme-dev/topics/sales",
    ackDeadlineSeconds: 10,
    messageRetentionDuration: "604800s",
    expirationPolicy: { ttl: "" },
    retryPolicy: { minimumBackoff: "10s", maximumBackoff: "600s" },
    ...(policy && { deadLetterPolicy: policy }),
});

test("messages that are not acknowledged go to a dead-letter topic that retains them for 31 days", async () => {
    const policy = { deadLetterTopic: "projects/acme-dev/topics/range-dead-letter", maxDeliveryAttempts: 10 };
    expect(await registered(subscribed())).toEqual({
        "Topic sales": { name: "sales" },
        ...letters("range-dead-letter"),
        "Subscription range": subscription(policy),
    });
});

test("dead-letter resources are named after the subscription, also after it is renamed", async () => {
    const policy = { deadLetterTopic: "projects/acme-dev/topics/ranges-dead-letter", maxDeliveryAttempts: 10 };
    for (const name of ["ranges", pulumi.output(Promise.resolve("ranges"))]) {
        expect(await registered(subscribed(undefined, name))).toEqual({
            "Topic sales": { name: "sales" },
            ...letters("ranges-dead-letter"),
            "Subscription range": subscription(policy, "ranges"),
        });
    }
});

test("dead-letter resources of a long name have one of at most 255 characters", async () => {
    const made = async (length: number) => {
        const all = await registered(subscribed(undefined, "s".repeat(length)));
        return (all["Topic range-dead-letter"] as { name: string }).name;
    };
    expect(await made(243)).toBe(`${"s".repeat(243)}-dead-letter`);
    expect(await made(244)).toMatch(/^s{244}-dea-[0-9a-f]{6}$/);
});

test("dead letters are stored in the topic's regions, with its key", async () => {
    const messageStoragePolicy = { allowedPersistenceRegions: ["europe-west1"] };
    const made = await registered(subscribed({}, undefined, { encryptionKey: key, messageStoragePolicy }));
    expect(made["Topic range-dead-letter"]).toEqual({
        name: "range-dead-letter",
        kmsKeyName: key,
        messageStoragePolicy,
    });
});

test("Pub/Sub can forward messages before the subscription is created, and acknowledge them afterwards", async () => {
    const stack = { environment: true };
    const member = "serviceAccount:service-123@gcp-sa-pubsub.iam.gserviceaccount.com";
    const publisher = "TopicIAMMember pubsub-agent-range-dead-letter-publisher";
    const subscriber = "SubscriptionIAMMember pubsub-agent-range-subscriber";
    const made = await registered(subscribed(), stack);
    expect({ publisher: made[publisher], subscriber: made[subscriber] }).toEqual({
        publisher: {
            topic: "projects/acme-dev/topics/range-dead-letter",
            role: "roles/pubsub.publisher",
            member,
        },
        subscriber: {
            subscription: "projects/acme-dev/subscriptions/range",
            role: "roles/pubsub.subscriber",
            member,
        },
    });
    const { "Subscription range": own } = await registeredOptions(subscribed(), stack);
    expect(own?.after).toEqual(["Topic range-dead-letter", publisher, "Topic sales"].sort());
});

test("dead letters are protected in production", async () => {
    const options = await registeredOptions(subscribed(), { kind: "production" });
    expect(Object.keys(options).filter((key) => options[key]?.protect)).toEqual([
        "Subscription range",
        "Subscription range-dead-letter",
        "Topic range-dead-letter",
        "Topic sales",
    ]);
});

const failed = () => new PubSubTopic("failed");
const toFailed = (maxDeliveryAttempts: number) => ({
    deadLetterTopic: "projects/acme-dev/topics/failed",
    maxDeliveryAttempts,
});
test.each([
    ["a topic", () => failed(), toFailed(10)],
    ["a topic and attempts", () => ({ topic: failed(), maxDeliveryAttempts: 5 }), toFailed(5)],
    [
        "a topic and attempts as outputs",
        () => ({ topic: failed(), maxDeliveryAttempts: pulumi.output(100) }),
        toFailed(100),
    ],
    ["nothing", () => ({ topic: failed() }), toFailed(10)],
])("the dead letters of a subscription take %s", async (_, deadLetter, policy) => {
    expect(await registered(() => subscribed(deadLetter())())).toEqual({
        "Topic failed": { name: "failed" },
        "Topic sales": { name: "sales" },
        "Subscription range": subscription(policy),
    });
});

test("a subscription without dead letters needs no role for Pub/Sub's service agent", async () => {
    const made = await registered(subscribed(false), { environment: true });
    expect(Object.keys(made)).toEqual(["Provider dev", "Service pubsub", "Subscription range", "Topic sales"]);
});

test("the dead-letter resources can be transformed and read", async () => {
    const program = () => {
        const topic = new PubSubTopic("sales");
        const transform = { deadLetterSubscription: { messageRetentionDuration: "86400s" } };
        const { deadLetter } = new PubSubSubscription("range", { topic, pull: {}, transform });
        const [grant] = deadLetter?.subscriber?.grants ?? [];
        grant?.to("reader", "user:zoe@acme.com", {});
        return deadLetter;
    };
    const made = await registered(program);
    expect(made["Subscription range-dead-letter"]).toMatchObject({ messageRetentionDuration: "86400s" });
    expect(made["SubscriptionIAMMember reader"]).toEqual({
        subscription: "projects/acme-dev/subscriptions/range-dead-letter",
        role: "roles/pubsub.subscriber",
        member: "user:zoe@acme.com",
    });
});

const attempts = "deadLetter.maxDeliveryAttempts: must be a whole number from 5 to 100 attempts";
test.each([
    ["four attempts", { maxDeliveryAttempts: 4 }, `${attempts} (got 4).`],
    ["101 attempts", { maxDeliveryAttempts: 101 }, `${attempts} (got 101).`],
    ["a dead-letter topic by its name", { topic: "failed" }, 'deadLetter.topic: must be a PubSubTopic (got "failed").'],
    ["a dead letter by a number", 5, "deadLetter: must be an object with topic, maxDeliveryAttempts (got 5)."],
])("%s is refused for a subscription", async (_, deadLetter, problem) => {
    expect(await refused(subscribed(deadLetter as DeadLetter), {}, ["Topic sales"])).toBe(
        `PubSubSubscription "range": ${problem}`,
    );
});

test("the subscription's own topic is refused for its dead letters", async () => {
    const own = (deadLetter: (topic: PubSubTopic) => DeadLetter) => () => {
        const topic = new PubSubTopic("sales");
        return new PubSubSubscription("range", { topic, pull: {}, deadLetter: deadLetter(topic) });
    };
    expect(
        await refused(
            own((topic) => topic),
            {},
            ["Topic sales"],
        ),
    ).toBe('PubSubSubscription "range": deadLetter: [pubsub/dead-letters-of-itself]');
    expect(
        await refused(
            own((topic) => ({ topic })),
            {},
            ["Topic sales"],
        ),
    ).toBe('PubSubSubscription "range": deadLetter.topic: [pubsub/dead-letters-of-itself]');
});
