import * as pulumi from "@pulumi/pulumi";
import { ServerlessFunction, StorageBucket } from "slipway";

// The models, as train.py writes them.
const models = new StorageBucket("models", { upload: "./models" });
const iris = models.object("iris.skops");

// Tells the species of an iris from its measures.
const predict = new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: { public: false } }, // true: anybody may call it
    uses: { MODELS: models.reader },
    // The very model that this deployment uploads: a new one makes new instances, which read it.
    env: { MODEL: iris.name, MODEL_GENERATION: pulumi.interpolate`${iris.generation}` },
    memory: "1 GiB",
    scaling: { concurrency: 8 },
});

export const url = predict.url;
export const generation = iris.generation;
