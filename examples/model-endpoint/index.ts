import * as pulumi from "@pulumi/pulumi";
import {
    ContainerImage,
    ContainerRegistry,
    ServerlessFunction,
    StorageBucket,
    VertexEndpoint,
    VertexModel,
    VertexTrainingJob,
} from "slipway";

const config = new pulumi.Config();

// What the model is trained with, and where the trainings write their models.
const data = new StorageBucket("data", { upload: "./data" });
const models = new StorageBucket("models");

// The code that trains, and the code that serves.
const registry = new ContainerRegistry("iris");
const args = { BASE: config.get("base") ?? "python:3.13-slim" };
const training = new ContainerImage("training", { registry, source: "./training", build: { args } });
const serving = new ContainerImage("serving", { registry, source: "./serving", build: { args } });

// Trains when the code or the data have changed.
const train = new VertexTrainingJob("train", {
    image: training,
    uses: { DATA: data.reader },
    runOn: [data.object("iris.csv")],
    output: models,
});

const model = new VertexModel("iris", { source: train.artifacts, container: { image: serving } });

// How many percent of the requests the newest version gets. The one before it gets the others, and is undeployed without a canary.
const canary = config.getNumber("canary");
const endpoint = new VertexEndpoint("iris", {
    models: { latest: { model, machineType: "n1-standard-2" } },
    traffic: { split: canary === undefined ? { latest: 100 } : { latest: canary, previous: 100 - canary } },
});

// Asks the endpoint.
const ask = new ServerlessFunction("ask", {
    source: "./ask",
    trigger: { http: { public: false } }, // true: anybody may call it
    uses: { IRIS: endpoint.predictor },
    memory: "1 GiB",
    scaling: { concurrency: 8 },
});

export const url = ask.url;
export const version = model.version;
export const artifacts = train.artifacts;
export const endpointName = endpoint.name;
