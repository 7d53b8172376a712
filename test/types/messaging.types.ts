import * as pulumi from "@pulumi/pulumi";
import {
    BigQueryDataset,
    BigQueryTable,
    PubSubSubscription,
    PubSubTopic,
    ServerlessFunction,
    StorageBucket,
} from "slipway";
import type { Delivery, Duration, PullDelivery } from "slipway/pubsub";

const topic = new PubSubTopic("bare");
new PubSubTopic("full", {
    name: pulumi.output("sale-range"),
    retention: "36 hours",
    labels: { team: "forecast" },
    transform: { topic: { tags: {} } },
});
new PubSubSubscription("range", { topic, pull: {} });
new PubSubSubscription("range", {
    topic,
    pull: {},
    name: "predict-range",
    ackDeadline: "20 seconds",
    retention: "1 day",
    labels: {},
    transform: { subscription: (args) => Object.assign(args, { filter: "attributes.kind" }) },
});
const durations: Duration[] = ["1 second", "90 seconds", "1 minute", "12 hours", "1 day", "7 days"];
const pull: PullDelivery = { pull: {} };
new PubSubSubscription("range", { topic, retention: durations[0], ...pull });

const archive = new StorageBucket("archive");
const predict = new ServerlessFunction("predict", { source: ".", trigger: { http: {} } });
const { url } = predict;
new PubSubTopic("kept", {
    encryptionKey: pulumi.output("projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/sales"),
    messageStoragePolicy: { allowedPersistenceRegions: ["europe-west1"], enforceInTransit: true },
});
new PubSubSubscription("range", { topic, pull: {}, exactlyOnceDelivery: true, messageOrdering: true });
new PubSubSubscription("range", { topic, push: predict, filter: "attributes:a", retries: false, deadLetter: false });
new PubSubSubscription("range", { topic, push: { to: predict, endpoint: pulumi.interpolate`${url}/a` } });
new PubSubSubscription("range", { topic, push: { endpoint: url, noWrapper: { writeMetadata: true } } });
new PubSubSubscription("range", { topic, bucket: archive, deadLetter: topic, expiration: "never" });
new PubSubSubscription("range", { topic, bucket: { bucket: archive, format: { avro: {} }, maxDuration: "1 minute" } });
new PubSubSubscription("range", { topic, pull: {}, deadLetter: { topic, maxDeliveryAttempts: 5 }, retries: {} });
const deliveries: Delivery[] = [{ pull: {} }, { push: predict }, { bucket: archive }];
deliveries.map((delivery) => new PubSubSubscription("range", { topic, ...delivery }));

const dataset = new BigQueryDataset("forecast");
const table = new BigQueryTable("rows", { dataset });
new PubSubTopic("records", { schema: { avro: { type: "record", name: "A", fields: [] }, encoding: "BINARY" } });
new PubSubTopic("records", { schema: { avro: "./sale.avsc" } });
new PubSubTopic("records", { schema: { protobuf: "./sale.proto", encoding: "JSON" } });
new PubSubSubscription("rows", { topic, bigQuery: table });
new PubSubSubscription("rows", { topic, bigQuery: { table, useTableSchema: true, dropUnknownFields: true } });
new PubSubSubscription("rows", { topic, bigQuery: { dataset, tableId: pulumi.output("a"), writeMetadata: true } });

// @ts-expect-error: two schemas.
new PubSubTopic("records", { schema: { avro: {}, protobuf: "" } });

// @ts-expect-error: an unknown encoding.
new PubSubTopic("records", { schema: { avro: {}, encoding: "json" } });

// @ts-expect-error: a schema without a type.
new PubSubTopic("records", { schema: "./sale.avsc" });

// @ts-expect-error: a table and a dataset.
new PubSubSubscription("rows", { topic, bigQuery: { table, dataset } });

// @ts-expect-error: the schema of a generated table.
new PubSubSubscription("rows", { topic, bigQuery: { dataset, useTableSchema: true } });

// @ts-expect-error: a missing destination.
new PubSubSubscription("rows", { topic, bigQuery: { writeMetadata: true } });

// @ts-expect-error: two types of delivery.
new PubSubSubscription("range", { topic, pull: {}, push: predict });

// @ts-expect-error: two other types of delivery.
new PubSubSubscription("range", { topic, push: predict, bucket: archive });

// @ts-expect-error: exactly-once delivery by push.
new PubSubSubscription("range", { topic, push: predict, exactlyOnceDelivery: true });

// @ts-expect-error: exactly-once delivery to a bucket.
new PubSubSubscription("range", { topic, bucket: archive, exactlyOnceDelivery: false });

// @ts-expect-error: a push without a target.
new PubSubSubscription("range", { topic, push: { audience: "acme" } });

// @ts-expect-error: a push with only a URL string.
new PubSubSubscription("range", { topic, push: "https://acme.com" });

// @ts-expect-error: a push to a component that cannot be called.
new PubSubSubscription("range", { topic, push: archive });

// @ts-expect-error: unwrapping without a metadata setting.
new PubSubSubscription("range", { topic, push: { to: predict, noWrapper: {} } });

// @ts-expect-error: an unknown attribute.
new PubSubSubscription("range", { topic, push: { to: predict, attributes: { "x-goog-version": "v2" } } });

// @ts-expect-error: a bucket by its name.
new PubSubSubscription("range", { topic, bucket: "archive" });

// @ts-expect-error: options without their bucket.
new PubSubSubscription("range", { topic, bucket: { maxMessages: 1000 } });

// @ts-expect-error: an unknown format.
new PubSubSubscription("range", { topic, bucket: { bucket: archive, format: "json" } });

// @ts-expect-error: another component for dead letters.
new PubSubSubscription("range", { topic, pull: {}, deadLetter: archive });

// @ts-expect-error: an invalid expiration.
new PubSubSubscription("range", { topic, pull: {}, expiration: "soon" });

// @ts-expect-error: a delay in the API's format.
new PubSubSubscription("range", { topic, pull: {}, retries: { minBackoff: "10s" } });

// @ts-expect-error: a storage policy without regions.
new PubSubTopic("sales", { messageStoragePolicy: { enforceInTransit: true } });

// @ts-expect-error: a duration has a unit.
new PubSubTopic("sales", { retention: "7" });

// @ts-expect-error: a duration is not a number.
new PubSubTopic("sales", { retention: 604800 });

// @ts-expect-error: an unknown unit.
new PubSubTopic("sales", { retention: "2 weeks" });

// @ts-expect-error: a duration in the API's format.
new PubSubTopic("sales", { retention: "604800s" });

// @ts-expect-error: an unknown option.
new PubSubTopic("sales", { retentionDays: 7 });

// @ts-expect-error: the arguments are required.
new PubSubSubscription("range");

// @ts-expect-error: the topic is required.
new PubSubSubscription("range", { pull: {} });

// @ts-expect-error: the type of delivery is required.
new PubSubSubscription("range", { topic });

// @ts-expect-error: a topic by its name.
new PubSubSubscription("range", { topic: "sales", pull: {} });

// @ts-expect-error: another component.
new PubSubSubscription("range", { topic: new StorageBucket("sales"), pull: {} });

// @ts-expect-error: a deadline as a string.
new PubSubSubscription("range", { topic, pull: {}, ackDeadline: "10" });

// @ts-expect-error: pull has no options.
new PubSubSubscription("range", { topic, pull: { maxMessages: 3 } });
