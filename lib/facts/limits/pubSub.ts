import { facts } from "../facts";
import type { DurationLimit, Limit } from "./limit";

/** Apache Beam's copy of https://cloud.google.com/pubsub/quotas#resource_limits. */
const beam =
    "https://github.com/apache/beam/blob/master/sdks/java/io/google-cloud-platform/src/main/java/org/apache/beam/sdk/io/gcp/pubsub/PreparePubsubWriteDoFn.java" as const;

/** Limits of Pub/Sub. */
export const pubSubLimits = facts<Limit | DurationLimit>()({
    subject: "Limits of Pub/Sub",
    source: "https://cloud.google.com/pubsub/quotas",
    checked: "2026-11-20",
    rows: {
        /** In a project. */
        topics: { max: 10_000, unit: "topics" },
        /** In a project. */
        subscriptions: { max: 10_000, unit: "subscriptions" },
        /** Of a message. */
        attributes: { max: 100, unit: "attributes" },
        /** The key of an attribute. */
        attributeKey: { max: 256, unit: "bytes", source: beam, checked: "2026-11-25" },
        /** The value of an attribute. */
        attributeValue: { max: 1024, unit: "bytes", source: beam, checked: "2026-11-25" },
        /** Of messages, by a topic. */
        topicRetention: {
            min: "10 minutes",
            max: "31 days",
            source: "https://cloud.google.com/pubsub/docs/replay-overview",
        },
        /** Of messages, by a subscription. */
        retention: {
            min: "10 minutes",
            max: "31 days",
            source: "https://cloud.google.com/pubsub/docs/subscription-properties",
        },
        /** Of a subscription without activity. */
        expiration: { min: "1 day", source: "https://cloud.google.com/pubsub/docs/subscription-properties" },
        /** Between deliveries of a message. */
        backoff: {
            min: "0 seconds",
            max: "10 minutes",
            source: "https://cloud.google.com/pubsub/docs/handling-failures",
        },
        ackDeadline: {
            min: "10 seconds",
            max: "10 minutes",
            source: "https://cloud.google.com/pubsub/docs/subscription-properties",
        },
        deliveryAttempts: {
            min: 5,
            max: 100,
            unit: "attempts",
            source: "https://cloud.google.com/pubsub/docs/dead-letter-topics",
        },
        filter: {
            max: 256,
            unit: "bytes",
            source: "https://cloud.google.com/pubsub/docs/subscription-message-filter",
        },
        schema: { max: 300 * 1024, unit: "bytes", source: "https://cloud.google.com/pubsub/docs/schemas" },
        /** Until an object with messages is complete. */
        fileDuration: {
            min: "1 minute",
            max: "10 minutes",
            source: "https://cloud.google.com/pubsub/docs/create-cloudstorage-subscription",
        },
        /** Of an object. */
        fileSize: {
            min: 1000,
            max: 10 * 1024 ** 3,
            unit: "bytes",
            source: "https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions",
            checked: "2026-10-27",
        },
        /** In an object. */
        fileMessages: {
            min: 1000,
            unit: "messages",
            source: "https://cloud.google.com/pubsub/docs/create-cloudstorage-subscription",
        },
    },
});
