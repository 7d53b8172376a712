import * as pulumi from "@pulumi/pulumi";
import { BigQueryDataset, PubSubSubscription, PubSubTopic, ServerlessFunction, StorageBucket } from "slipway";
import type { Capability } from "slipway/iam";
import { nameFormats } from "../../../lib/facts/names";
import { crossProject, type Given, key } from "../everythingElse";
import { call, type SampleCalls } from "../iam/sampleCalls";
import type { LongestNames } from "../lengthened";

export function program(source: string): void {
    const labels = { team: "forecast", owner: pulumi.output("sales") };
    new PubSubTopic("bare");
    const topic = new PubSubTopic("sales", { name: pulumi.output("sale-range"), retention: "3 days", labels });
    new PubSubSubscription("bare", { topic, pull: {} });
    new PubSubSubscription("range", {
        topic,
        pull: {},
        name: "predict-range",
        ackDeadline: "20 seconds",
        retention: "1 day",
        labels,
    });
    const bucket = new StorageBucket("messages");
    const encrypted = new PubSubTopic("encrypted", {
        encryptionKey: "projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/sales",
        messageStoragePolicy: { allowedPersistenceRegions: ["europe-west1"], enforceInTransit: true },
    });
    new PubSubSubscription("once", {
        topic: encrypted,
        pull: {},
        exactlyOnceDelivery: true,
        messageOrdering: true,
        filter: "attributes:region",
        retainAckedMessages: true,
        expiration: "31 days",
        retries: { minBackoff: "1 second", maxBackoff: "1 minute" },
    });
    new PubSubSubscription("call", {
        topic,
        push: {
            endpoint: pulumi.output("https://acme.com/push"),
            audience: "acme",
            account: "caller@acme-dev.iam.gserviceaccount.com",
            noWrapper: { writeMetadata: true },
            attributes: { "x-goog-version": "v1" },
        },
        retries: false,
        deadLetter: encrypted,
    });
    const records = new PubSubTopic("records", {
        schema: { avro: { type: "record", name: "Sale", fields: [{ name: "id", type: "string" }] } },
    });
    const dataset = new BigQueryDataset("messages");
    const rows = new PubSubSubscription("rows", {
        topic: records,
        bigQuery: { dataset, writeMetadata: true, dropUnknownFields: true },
    });
    if (rows.table) {
        new PubSubSubscription("other-rows", { topic: records, bigQuery: rows.table });
        new PubSubSubscription("json-rows", { topic, bigQuery: { table: rows.table, useTableSchema: true } });
    }
    new PubSubTopic("binary", { schema: { protobuf: "message Sale { required string id = 1; }", encoding: "BINARY" } });
    new PubSubSubscription("own-records", {
        topic: records,
        bucket: { bucket, format: { avro: { useTopicSchema: true } } },
    });
    new PubSubSubscription("lines", { topic, bucket, deadLetter: false });
    new PubSubSubscription("records", {
        topic,
        bucket: {
            bucket,
            filenamePrefix: "sales/",
            filenameSuffix: ".avro",
            filenameDatetimeFormat: "YYYY-MM-DDThh:mm:ssZ",
            format: { avro: { writeMetadata: true } },
            maxSize: "1 KB",
            maxDuration: "1 minute",
            maxMessages: 1000,
        },
    });
    const push = new ServerlessFunction("answer-pushed", {
        source,
        entryPoint: "answer",
        trigger: { http: { public: true } },
    });
    new PubSubSubscription("push", { topic, push, deadLetter: { maxDeliveryAttempts: 5 } });
}

/** With arguments that `program` has not. Most of it refers to another project. */
export function more({ account, alerts }: Given): void {
    const topic = new PubSubTopic("other-topic", { encryptionKey: key, alerts, crossProject });
    new PubSubSubscription("other-subscription", {
        topic,
        push: { endpoint: "https://acme-shared.ew.r.appspot.com/other", account: account.email },
        deadLetter: { topic: new PubSubTopic("other-dead-letters"), maxDeliveryAttempts: 9 },
        alerts,
        crossProject,
    });
    // Its dead-letter topic has the key, too.
    new PubSubSubscription("other-pull", { topic, pull: {}, crossProject });
}

const pubSub = "https://cloud.google.com/pubsub/docs/access-control";
const seeTopic = { remedy: ["pub-sub-topic", 'role("roles/pubsub.viewer")'] as [string, string] };
const subscribed = () => new PubSubSubscription("offered", { topic: new PubSubTopic("sales"), pull: {} });
const seeSubscription = { remedy: ["pub-sub-subscription", 'role("roles/pubsub.viewer")'] as [string, string] };
const receive = [
    call("SubscriberClient.subscribe", "pubsub.subscriptions.consume"),
    call("SubscriberClient.pull", "pubsub.subscriptions.consume"),
    call("SubscriberClient.acknowledge", "pubsub.subscriptions.consume"),
    call("SubscriberClient.seek", "pubsub.subscriptions.consume"),
    call("SubscriberClient.get_subscription", "pubsub.subscriptions.get", seeSubscription),
];

export const sampleCalls: SampleCalls = {
    "PubSubTopic.publisher": {
        offer: () => new PubSubTopic("offered").publisher,
        source: pubSub,
        calls: [
            call("PublisherClient.publish", "pubsub.topics.publish"),
            call("node: topic.publishMessage", "pubsub.topics.publish"),
            call("PublisherClient.get_topic", "pubsub.topics.get", seeTopic),
            call("node: topic.get", "pubsub.topics.get", seeTopic),
        ],
    },
    "PubSubTopic.subscriber": {
        offer: () => new PubSubTopic("offered").subscriber,
        source: pubSub,
        calls: [call("SubscriberClient.create_subscription", "pubsub.topics.attachSubscription")],
    },
    "PubSubSubscription.subscriber": { offer: () => subscribed().subscriber, source: pubSub, calls: receive },
    "DeadLetters.subscriber": {
        offer: () => subscribed().deadLetter?.subscriber as Capability,
        source: pubSub,
        calls: receive,
    },
};

export const longestNames: LongestNames = {
    "pubsub/schema:Schema name": nameFormats.rows.pubSub.max,
    "pubsub/subscription:Subscription name": nameFormats.rows.pubSub.max,
    "pubsub/topic:Topic name": nameFormats.rows.pubSub.max,
};
