import * as pulumi from "@pulumi/pulumi";
import {
    BigQueryDataset,
    BigQueryTable,
    PubSubSubscription,
    PubSubTopic,
    ServerlessFunction,
    StorageBucket,
} from "slipway";

/** A program with every component, every option and every way to join them. */
export function everything(folder: string): void {
    const labels = { team: "forecast", owner: pulumi.output("sales") };
    new StorageBucket("bare");
    const models = new StorageBucket("models", {
        name: "acme-models",
        location: "EU",
        storageClass: "NEARLINE",
        versioning: false,
        upload: folder,
        labels,
    });
    new BigQueryDataset("bare");
    const rows = new BigQueryDataset("rows", {
        datasetId: "sales",
        location: "EU",
        description: pulumi.output("What was sold."),
        tables: {
            predictions: {
                schema: [
                    {
                        name: "sold_at",
                        type: "TIMESTAMP",
                        mode: "REQUIRED",
                        policyTags: { names: [pulumi.output("tag")] },
                    },
                    { name: "store", type: "INT64", description: "Where." },
                ],
                description: "What will be sold.",
                partition: { time: { field: "sold_at", type: "HOUR", expiration: "90 days" } },
                requirePartitionFilter: true,
                clustering: ["store"],
                primaryKey: ["store"],
                expirationTime: "2050-01-01T00:00:00Z",
                deletionProtection: true,
                labels,
            },
        },
        labels,
    });
    const stores = new BigQueryTable("stores", {
        dataset: rows,
        tableId: pulumi.output("all-stores"),
        schema: [{ name: "store", type: "INTEGER" }],
        partition: { range: { field: "store", start: 0, end: 100, interval: 10 } },
    });
    new BigQueryTable("bare", { dataset: rows, partition: { ingestion: {} } });
    new PubSubTopic("bare");
    const sales = new PubSubTopic("sales", { name: pulumi.output("sale-range"), retention: "3 days", labels });
    new PubSubSubscription("bare", { topic: sales, pull: {} });
    const range = new PubSubSubscription("range", {
        topic: sales,
        pull: {},
        name: "predict-range",
        ackDeadlineSeconds: pulumi.output(20),
        retention: "1 day",
        labels,
    });
    const answer = new ServerlessFunction("answer", { source: folder, trigger: { http: { public: true } } });
    new ServerlessFunction("record", {
        source: folder,
        trigger: { topic: sales, retry: true },
        entryPoint: "answer",
        uses: {
            READ: models.reader,
            WRITE: models.writer,
            CALL: answer.invoker,
            QUERY: rows.reader,
            FILL: rows.writer,
        },
    });
    new ServerlessFunction("store", {
        source: folder,
        trigger: { bucket: models, event: "deleted" },
        runtime: "python312",
        entryPoint: "answer",
        uses: {
            PUBLISH: sales.publisher,
            SUBSCRIBE: sales.subscriber,
            TAKE: range.subscriber,
            LOOK: stores.reader,
            ADD: stores.writer,
        },
        environment: { LEVEL: "info", API_KEY: pulumi.secret("canary") },
        scaling: { min: 1, max: 2, concurrency: 3 },
        memory: "4Gi",
        cpu: 2,
        timeoutSeconds: 540,
        name: "stored",
        labels,
    });
}
