import * as pulumi from "@pulumi/pulumi";
import {
    BigQueryDataset,
    BigQueryTable,
    PubSubSubscription,
    PubSubTopic,
    ServerlessFunction,
    StorageBucket,
} from "slipway";

/** Functions that use what others offer. */
export function program(folder: string): void {
    const labels = { team: "forecast", owner: pulumi.output("sales") };
    const models = new StorageBucket("used");
    const rows = new BigQueryDataset("used", { tables: { predictions: {} } });
    const stores = new BigQueryTable("used-stores", { dataset: rows });
    const sales = new PubSubTopic("used");
    const range = new PubSubSubscription("used-range", { topic: sales, pull: {} });
    const answer = new ServerlessFunction("answer", { source: folder, trigger: { http: { public: true } } });
    new ServerlessFunction("record", {
        source: folder,
        trigger: { topic: sales, retries: true },
        entryPoint: "answer",
        uses: {
            READ: models.reader,
            WRITE: models.writer,
            KEEP: models.creator,
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
        env: { LEVEL: "info", API_KEY: pulumi.secret("canary") },
        scaling: { min: 1, max: 2, concurrency: 3 },
        memory: "4Gi",
        cpu: 2,
        timeout: "540 seconds",
        name: "stored",
        labels,
    });
}
