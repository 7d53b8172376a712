import {
    allow,
    BigQueryDataset,
    BigQueryTable,
    PubSubSubscription,
    PubSubTopic,
    ServiceAccount,
    StorageBucket,
} from "slipway";
import type { Example } from "./example";

export const examples: Example[] = [
    {
        title: "Simple topic with IAM",
        hcl: 310,
        kind: "components",
        program: () => {
            const topic = new PubSubTopic("my-topic");
            allow(topic.role("roles/pubsub.viewer"), "group:ml@acme.com");
            allow(topic.subscriber, "serviceAccount:etl@acme-pubsub-1.iam.gserviceaccount.com");
        },
    },
    {
        title: "Topic with schema",
        hcl: 387,
        kind: "components",
        program: () => {
            const fields = [
                { name: "StringField", type: "string" },
                { name: "FloatField", type: "float" },
                { name: "BooleanField", type: "boolean" },
            ];
            new PubSubTopic("my-topic", { schema: { avro: { type: "record", name: "Avro", fields } } });
        },
    },
    {
        title: "Subscriptions",
        hcl: 250,
        kind: "components",
        program: () => {
            const labels = { test: "default" };
            const topic = new PubSubTopic("my-topic", { labels });
            new PubSubSubscription("test-pull", { topic, pull: {}, labels });
            new PubSubSubscription("test-pull-override", {
                topic,
                pull: {},
                labels: { test: "override" },
                retainAckedMessages: true,
            });
        },
    },
    {
        title: "Push subscriptions",
        hcl: 184,
        kind: "components",
        program: () => {
            const topic = new PubSubTopic("my-topic");
            new PubSubSubscription("test-push", { topic, push: { endpoint: "https://example.com/foo" } });
        },
    },
    {
        title: "BigQuery subscriptions",
        hcl: 405,
        kind: "components",
        given: () => new BigQueryDataset("my-dataset"),
        program: () => {
            const fields = [{ name: "name", type: "string" }];
            const topic = new PubSubTopic("my-topic", { schema: { avro: { type: "record", name: "Row", fields } } });
            const dataset = BigQueryDataset.existing("my_dataset");
            new PubSubSubscription("test-bigquery", { topic, bigQuery: { dataset, dropUnknownFields: true } });
        },
    },
    {
        title: "BigQuery Subscription with service account email",
        hcl: 721,
        kind: "transform",
        given: () => new BigQueryDataset("my-dataset"),
        program: () => {
            const account = new ServiceAccount("fixture-service-account");
            const table = new BigQueryTable("my_table", {
                dataset: BigQueryDataset.existing("my_dataset"),
                schema: [{ name: "name", type: "STRING" }],
            });
            allow(table.role("roles/bigquery.dataEditor"), account);
            new PubSubSubscription("test-bigquery", {
                topic: new PubSubTopic("my-topic"),
                bigQuery: { table, useTableSchema: true },
                transform: { subscription: { bigqueryConfig: { serviceAccountEmail: account.email } } },
            });
        },
    },
    {
        title: "Cloud Storage subscriptions",
        hcl: 329,
        kind: "components",
        given: () => new StorageBucket("archive"),
        program: () => {
            new PubSubSubscription("test-cloudstorage", {
                topic: new PubSubTopic("my-topic"),
                bucket: {
                    bucket: StorageBucket.existing("acme-pubsub-7-archive"),
                    filenamePrefix: "test",
                    filenameSuffix: "test_suffix",
                    maxDuration: "100 seconds",
                    maxSize: "1 KB",
                    format: { avro: { writeMetadata: true } },
                },
            });
        },
    },
    {
        title: "Subscriptions with IAM",
        hcl: 219,
        kind: "components",
        program: () => {
            const topic = new PubSubTopic("my-topic");
            const { subscriber } = new PubSubSubscription("test-1", { topic, pull: {} });
            allow(subscriber, "serviceAccount:etl@acme-pubsub-8.iam.gserviceaccount.com");
        },
    },
];
