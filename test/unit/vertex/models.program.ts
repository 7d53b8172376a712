import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
    Alerts,
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
    VertexPipeline,
    VertexTrainingJob,
} from "slipway";
import { vertexEndpointLimits } from "../../../lib/facts/vertex/endpointLimits";
import { crossProject, digest, type Given, moving, place } from "../everythingElse";
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

/** Machines of a pool. */
const pool = (size: `${number} GB`, count: number) =>
    ({
        replicas: 1,
        image: moving,
        machineType: "n1-standard-16",
        gpu: { type: "nvidia-tesla-t4", count },
        disk: { type: "pd-standard", size },
    }) as const;

/** With arguments that `program` has not. Most of it refers to another project. */
export function more({ account, alerts, bucket, image }: Given): void {
    new VertexTrainingJob("other-training", {
        image,
        account,
        output: bucket,
        pools: {
            workers: { ...pool("210 GB", 4) },
            parameterServers: pool("220 GB", 2),
            evaluators: pool("230 GB", 4),
        },
        schedule: "5 6 * * *",
        alerts,
        insecure: true,
        crossProject,
    });
    new VertexPipeline("other-pipeline", {
        source: join(__dirname, "..", "..", "pipelines", "forecast.yaml"),
        pipelineRoot: bucket,
        account,
        parameters: { source: "other" },
        images: { steps: image },
        schedule: "6 7 * * *",
        alerts,
        crossProject,
    });
    new VertexPipeline("other-moving-pipeline", {
        source: join(__dirname, "..", "..", "pipelines", "forecast.yaml"),
        pipelineRoot: bucket,
        parameters: { source: "moving" },
        images: { steps: moving },
        insecure: true,
    });
    new VertexBatchPrediction("other-batch", {
        model: "projects/acme-shared/locations/europe-west1/models/iris@4",
        input: { bucket, files: "others/*.jsonl" },
        output: { bucket },
        account,
        explain: {
            parameters: { sampledShapleyAttribution: { pathCount: 12 } },
            metadata: { inputs: { id: { inputTensorName: "id" } } },
        },
        schedule: "7 8 * * *",
        alerts,
        crossProject,
    });
    new VertexModel("other-model", {
        source: folderOf({ "model.joblib": "others" }),
        container: { framework: "scikit-learn", version: "99.9" as "1.6" },
        schemata: {
            parameters: "gs://acme-shared-models/parameters.yaml",
            prediction: "gs://acme-shared-models/prediction.yaml",
        },
        allowUnlisted: true,
        crossProject,
    });
    new VertexModel("other-shared-model", { container: { image, port: 7081 }, crossProject });
    new VertexModel("other-moving-model", {
        container: { image: "europe-west1-docker.pkg.dev/acme-dev/models/moving:7", port: 7082 },
        insecure: true,
    });
    const model = "projects/acme-shared/locations/europe-west1/models/iris@4";
    new VertexEndpoint("other-endpoint", {
        models: { latest: { model } },
        monitoring: {
            skew: { trainingData: { bucket, path: "other.jsonl" }, target: "kind", thresholds: { width: 0.25 } },
            sampling: 60,
            every: "5 hours",
            window: "10 hours",
            schema: "gs://acme-shared-models/instance.yaml",
            alerts: { channels: ["projects/acme-shared/notificationChannels/14"] },
        },
        account,
        alerts,
        crossProject,
    });
    new ModelGardenEndpoint("other-garden", {
        model: "google/gemma3@gemma-3-4b-it",
        acceptEula: true,
        machineType: "g2-standard-24",
        scaling: { cpu: 65, requestsPerMinute: 130 },
        access: {
            privateServiceConnect: ["acme-shared"],
            network: { network: "projects/acme-shared/global/networks/apps" },
        },
        crossProject,
    });
    new VertexDeploymentPool("other-deployments", { machineType: "n1-standard-4", crossProject });
    regional();
}

/** In another region than that of the environment. */
function regional(): void {
    const { region } = place;
    const image = `docker.io/acme/regional@${digest}`;
    const bucket = new StorageBucket("regional-files", { location: region });
    new VertexTrainingJob("regional-training", {
        image,
        output: bucket,
        pools: { workers: pool("210 GB", 4), parameterServers: pool("220 GB", 2), evaluators: pool("230 GB", 4) },
        insecure: true,
        region,
    });
    new VertexPipeline("regional-pipeline", {
        source: join(__dirname, "..", "..", "pipelines", "forecast.yaml"),
        pipelineRoot: bucket,
        parameters: { source: "regional" },
        schedule: "6 7 * * *",
        alerts: new Alerts("regional-oncall", { to: { email: "oncall@acme.com" } }),
        region,
    });
    const model = `projects/acme-dev/locations/${region}/models/iris@4`;
    new VertexModel("regional-model", {
        container: { image: `${region}-docker.pkg.dev/acme-dev/models/iris@${digest}`, port: 8080 },
        region,
    });
    new VertexEndpoint("regional-endpoint", { models: { latest: { model } }, region });
    new VertexDeploymentPool("regional-deployments", { machineType: "n1-standard-4", region });
    new VertexBatchPrediction("regional-batch", {
        model,
        input: { bucket, files: "regional/*.jsonl" },
        output: { bucket },
        instances: { exclude: ["id"] },
        region,
    });
    new ModelGardenEndpoint("regional-garden", {
        model: "google/gemma3@gemma-3-4b-it",
        acceptEula: true,
        machineType: "g2-standard-24",
        gpu: { type: "nvidia-l4", count: 2 },
        region,
    });
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
