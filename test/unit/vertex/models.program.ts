import * as pulumi from "@pulumi/pulumi";
import {
    BigQueryDataset,
    ContainerImage,
    ModelGardenEndpoint,
    Network,
    ServiceAccount,
    StorageBucket,
    VertexBatchPrediction,
    VertexDeploymentPool,
    VertexEndpoint,
    VertexModel,
} from "slipway";
import { vertexEndpointLimits } from "../../../lib/facts/vertex/endpointLimits";
import { folderOf } from "../folders";
import { call, type SampleCalls } from "../iam/sampleCalls";
import type { LongestNames } from "../lengthened";
import { image } from "../serving";

/** All options of models of Vertex AI. */
function vertexModels(): void {
    const key = "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/models";
    const container = { framework: "scikit-learn", version: "1.6" } as const;
    const folder = folderOf({ "model.joblib": "a model", "labels/names.txt": "setosa" });
    new VertexModel("whole-model", {
        source: folder,
        container: { ...container, device: "cpu" },
        modelId: "whole",
        displayName: "Whole",
        description: "Species",
        region: "europe-west1",
        aliases: ["default", "champion"],
        keep: 3,
        explanation: { parameters: { sampledShapleyAttribution: { pathCount: 10 } }, metadata: { inputs: {} } },
        schemata: { instance: "gs://acme-dev-models/instance.yaml" },
        encryptionKey: key,
        labels: { team: pulumi.output("flowers") },
    });
    const bucket = new StorageBucket("model-files", { upload: { source: folder, prefix: "iris/" } });
    new VertexModel("bucket-model", { source: { bucket, folder: "iris" }, container });
    new VertexModel("trained-model", { source: pulumi.output("gs://acme-dev-models/iris"), container });
    new VertexModel("own-model", {
        container: {
            image: new ContainerImage("model-server", {
                reference: image.replace(/^[^/]+/, "europe-west1-docker.pkg.dev"),
            }),
            port: 7080,
            predictRoute: "/predictions/iris",
            health: "/ping",
            command: ["torchserve"],
            args: [pulumi.output("--foreground")],
            env: { WORKERS: pulumi.output("2") },
            sharedMemory: "2Gi",
            deploymentTimeout: "30 minutes",
        },
    });
}

/** All options of endpoints of Vertex AI. */
function modelEndpoints(): void {
    const model = pulumi.output("projects/acme-dev/locations/europe-west1/models/iris@3");
    const pool = new VertexDeploymentPool("model-pool", {
        name: "shared",
        machineType: "n1-standard-8",
        gpu: { type: "nvidia-tesla-t4", count: 2 },
        scaling: { min: 1, max: 2, cpu: 70, gpu: 80, requestsPerMinute: 100 },
    });
    new VertexEndpoint("whole-endpoint", {
        name: "irises",
        displayName: pulumi.output("Irises"),
        description: pulumi.output("Names flowers"),
        models: {
            latest: { model, machineType: "g2-standard-4", spot: true, accessLogs: true, containerLogs: false },
            rare: { model: { name: "irises", version: model }, pool },
        },
        traffic: { split: { latest: 10, previous: 80, rare: 10 } },
        requestLogs: { dataset: new BigQueryDataset("model-logs"), table: "requests", sampling: 50 },
        monitoring: {
            drift: { width: 0.2 },
            skew: { trainingData: { bucket: new StorageBucket("model-data"), path: "train.csv" }, target: "kind" },
            alerts: { emails: ["ml@acme.com"], logs: true },
            every: "6 hours",
            retention: "30 days",
        },
        uses: [new StorageBucket("model-features").reader],
        encryptionKey: "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/sales",
        labels: { team: "ml" },
    });
    new VertexEndpoint("private-endpoint", {
        models: {
            latest: { model, scaling: { min: 0, scaleToZeroAfter: "10 minutes", keepFor: "1 hour", initial: 1 } },
        },
        access: { privateServiceConnect: ["acme-shop"], network: new Network("model-network") },
        timeout: "30 minutes",
        account: new ServiceAccount("model-account"),
    });
    const garden = new ModelGardenEndpoint("garden-endpoint", {
        model: "google/gemma3@gemma-3-1b-it",
        acceptEula: true,
        displayName: "Gemma",
        machineType: "g2-standard-12",
        gpu: "nvidia-l4",
        scaling: { min: 1, max: 2, gpu: 70 },
        spot: true,
        access: { privateServiceConnect: [], network: { network: "projects/acme-dev/global/networks/apps" } },
    });
    new ServiceAccount("garden-caller", { uses: [garden.predictor] });
    new ModelGardenEndpoint("face-endpoint", {
        model: { huggingFace: "Qwen/Qwen3-0.6B", accessToken: pulumi.secret("canary"), cached: true },
    });
    const shared = new VertexEndpoint("shared-endpoint", { models: { latest: { model } }, access: "shared" });
    new ServiceAccount("model-caller", { uses: [shared.predictor] });
    batchPredictions(model);
}

/** All options of batch predictions. */
function batchPredictions(model: pulumi.Input<string>): void {
    const bucket = new StorageBucket("batch-orders");
    new VertexBatchPrediction("whole-batch", {
        model,
        name: "orders",
        input: { bucket, files: ["a/*.jsonl", "b/*.jsonl"], format: "jsonl" },
        output: { bucket, folder: "scores" },
        instances: { type: "array", include: ["a", "b"], key: "id" },
        parameters: { threshold: 0.5 },
        machineType: "n1-standard-8",
        gpu: { type: "nvidia-tesla-t4", count: 1 },
        replicas: 3,
        batchSize: 16,
        explain: { parameters: { sampledShapleyAttribution: { pathCount: 10 } } },
        containerLogs: false,
        runOn: ["2026-11", pulumi.output("sales")],
        schedule: { cron: "0 3 * * *", timeZone: "Europe/Berlin", paused: true, retries: 1 },
        wait: "2 hours",
        uses: [bucket.reader],
        encryptionKey: "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/sales",
        labels: { team: "shop" },
    });
    const dataset = new BigQueryDataset("batch-scores");
    const { runner } = new VertexBatchPrediction("table-batch", {
        model,
        input: { table: "bq://acme-dev.sales.orders" },
        output: { dataset },
        instances: { exclude: ["id"] },
        account: new ServiceAccount("batch-account"),
        runOnDeploy: false,
    });
    new ServiceAccount("batch-caller", { uses: [runner] });
}

export function program(): void {
    vertexModels();
    modelEndpoints();
}

export const sampleCalls: SampleCalls = {
    "VertexEndpoint.predictor": {
        offer: () => VertexEndpoint.existing("iris-1a2b3c").predictor,
        source: "https://cloud.google.com/vertex-ai/docs/general/iam-permissions",
        calls: [
            call("Endpoint", "aiplatform.endpoints.get"),
            call("Endpoint.predict", "aiplatform.endpoints.predict"),
            call("Endpoint.explain", "aiplatform.endpoints.explain"),
            call("node: predictionServiceClient.predict", "aiplatform.endpoints.predict"),
        ],
    },
    "ModelGardenEndpoint.predictor": "The same role as that of a VertexEndpoint.",
    "VertexBatchPrediction.runner": "DAGs and workflows run it by the job of the component.",
};

export const longestNames: LongestNames = {
    "AiEndpoint displayName": vertexEndpointLimits.rows.displayName.max,
    "AiEndpoint name": vertexEndpointLimits.rows.endpointId.max,
    "endpointConfig.endpointDisplayName": vertexEndpointLimits.rows.displayName.max,
    "modelConfig.modelDisplayName": vertexEndpointLimits.rows.displayName.max,
    "dynamic/model:Monitoring job.displayName": vertexEndpointLimits.rows.displayName.max,
    "dynamic/model:Model displayName": vertexEndpointLimits.rows.displayName.max,
    "dynamic/model:Model modelId": 63,
    "pulumi-nodejs:dynamic/model:Deployments endpoint": "unlimited",
    "pulumi-nodejs:dynamic/model:Deployments models.rare.sharedResources": "unlimited",
    "pulumi-nodejs:dynamic/model:Model content.containerSpec.env.name": "unlimited",
    "pulumi-nodejs:dynamic/model:Monitoring endpoint": "unlimited",
};

export const sameWithout = {
    "ModelGardenEndpoint.gpu": "programs have its default",
    "VertexBatchPrediction.input.format": "programs have its default",
    "VertexEndpoint.models.<name>.gpu": "programs have its default",
    "VertexEndpoint.models.<name>.scaling.keepFor": "programs have its default",
    "VertexModel.container.device": "programs have its default",
};

export const documents = {
    "VertexPipeline.parameters": "the pipeline has its types",
    "VertexModel.explanation.parameters": "Vertex AI reads them as they are",
    "VertexEndpoint.monitoring.drift": "names of the model's features",
    "VertexBatchPrediction.parameters": "the model reads them",
    "VertexBatchPrediction.explain.parameters": "Vertex AI reads them as they are",
};
