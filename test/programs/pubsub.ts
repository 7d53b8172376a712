import { BigQueryDataset, PubSubSubscription, PubSubTopic, StorageBucket } from "slipway";

const dead = new PubSubTopic("dead");
const t = new PubSubTopic("orders", {
    retention: "31 days",
    schema: { protobuf: 'syntax = "proto3"; message Order { string id = 1; }' },
    labels: { a: "b" },
});
const ds = new BigQueryDataset("d");
new PubSubSubscription("ordered", {
    topic: t,
    pull: {},
    exactlyOnceDelivery: true,
    messageOrdering: true,
    retention: "31 days",
    retainAckedMessages: true,
    expiration: "never",
    retries: { minBackoff: "1 second", maxBackoff: "600 seconds" },
    deadLetter: { topic: dead, maxDeliveryAttempts: 5 },
});
new PubSubSubscription("short", {
    topic: t,
    pull: {},
    ackDeadline: "600 seconds",
    expiration: "1 day",
    retention: "10 minutes",
    retries: false,
    filter: 'hasPrefix(attributes.a, "x") AND NOT attributes:b',
});
new PubSubSubscription("rows", { topic: t, bigQuery: { dataset: ds, writeMetadata: true } });
new PubSubSubscription("files", {
    topic: t,
    bucket: { bucket: new StorageBucket("files"), format: { avro: {} }, maxDuration: "5 minutes" },
});
