import * as pulumi from "@pulumi/pulumi";
import { PubSubSubscription, PubSubTopic, ServerlessFunction, StorageBucket } from "slipway";

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
        uses: { READ: models.reader, WRITE: models.writer, CALL: answer.invoker },
    });
    new ServerlessFunction("store", {
        source: folder,
        trigger: { bucket: models, event: "deleted" },
        runtime: "python312",
        entryPoint: "answer",
        uses: { PUBLISH: sales.publisher, SUBSCRIBE: sales.subscriber, TAKE: range.subscriber },
        environment: { LEVEL: "info", API_KEY: pulumi.secret("canary") },
        scaling: { min: 1, max: 2, concurrency: 3 },
        memory: "4Gi",
        cpu: 2,
        timeoutSeconds: 540,
        name: "stored",
        labels,
    });
}
