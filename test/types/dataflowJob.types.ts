import * as pulumi from "@pulumi/pulumi";
import {
    BigQueryDataset,
    ContainerImage,
    ContainerRegistry,
    DataflowJob,
    type DataflowJobArgs,
    Network,
    PubSubSubscription,
    PubSubTopic,
    Secret,
    ServiceAccount,
} from "slipway";

const registry = new ContainerRegistry("pipelines");
const image = new ContainerImage("score", { registry, tag: "1" });
const sales = new PubSubSubscription("sales", { topic: new PubSubTopic("sales"), pull: {} });

const job = new DataflowJob("score", { source: "./score", registry, type: "streaming" });
const id: pulumi.Output<string> | undefined = job.job?.jobId;
void id;
const full: DataflowJobArgs = {
    image,
    language: "java",
    workerImage: true,
    type: "streaming",
    uses: { sales: sales.subscriber, history: new BigQueryDataset("history").writer },
    parameters: { window: pulumi.output("60") },
    machineType: "n2-standard-4",
    scaling: { min: 1, max: 5 },
    diskSize: "50 GB",
    publicAddress: false,
    account: new ServiceAccount("scoring"),
    network: new Network("data"),
    transformNames: { Parse: "Parse sales" },
    onIncompatible: "fail",
    drainTimeout: "2 hours",
};
new DataflowJob("full", full);
new DataflowJob("google", { template: "Word_Count", parameters: { inputFile: "gs://a/b", output: "gs://a/c" } });
new DataflowJob("other", {
    template: { name: "Kafka_to_BigQuery_Flex", kind: "flex" },
    type: "streaming",
    parameters: { anything: "1" },
});
new DataflowJob("own", { templateFile: "gs://acme/score.json", kind: "classic", type: "batch", schedule: "0 3 * * *" });

// @ts-expect-error: a folder needs a registry.
new DataflowJob("none", { source: "./score", type: "streaming" });
// @ts-expect-error: a folder does not say whether it is streaming.
new DataflowJob("untyped", { source: "./score", registry });
// @ts-expect-error: one of source, image, template and templateFile.
new DataflowJob("two", { source: "./score", registry, image, type: "batch" });
// @ts-expect-error: none of them.
new DataflowJob("zero", { type: "batch" });
// @ts-expect-error: not a parameter of the template.
new DataflowJob("colour", { template: "Word_Count", parameters: { colour: "red" } });
// @ts-expect-error: not a template with typed parameters.
new DataflowJob("unknown", { template: "Word_Counts" });
// @ts-expect-error: the type of the template is known.
new DataflowJob("typed", { template: "Word_Count", type: "batch" });
// @ts-expect-error: a kind of templates.
new DataflowJob("kind", { templateFile: "gs://a/b", kind: "yaml", type: "batch" });
// @ts-expect-error: pipelines have no secret variables.
new DataflowJob("secret", { image, type: "batch", uses: { key: new Secret("key").reader } });
// @ts-expect-error: a duration has a unit.
new DataflowJob("drain", { image, type: "streaming", drainTimeout: "30" });
// @ts-expect-error: jobs are never cancelled.
new DataflowJob("cancel", { image, type: "streaming", onIncompatible: "cancel" });
