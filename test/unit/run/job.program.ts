import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
    Alerts,
    CloudRunJob,
    CloudRunWorkerPool,
    CloudSqlInstance,
    Network,
    PubSubSubscription,
    PubSubTopic,
    Secret,
    ServiceAccount,
    StorageBucket,
    VertexPipeline,
    VertexTrainingJob,
} from "slipway";
import { nameFormats } from "../../../lib/facts/names";
import { vertexEndpointLimits } from "../../../lib/facts/vertex/endpointLimits";
import { call, onProject, type SampleCalls } from "../iam/sampleCalls";
import type { LongestNames } from "../lengthened";
import { image } from "../serving";
import { run } from "./service.program";

/** All options of Cloud Run jobs and worker pools, of training jobs and of pipelines. */
export function program(): void {
    trainingJobs();
    pipelines();
    const key = new Secret("job-key");
    const database = new CloudSqlInstance("job-database", { network: new Network("job-network") });
    const common = {
        image: pulumi.output(image),
        command: ["node"],
        args: [pulumi.output("main.js")],
        workingDirectory: "/app",
        env: { LEVEL: pulumi.output("info") },
        startAfter: ["proxy"],
        volumes: {
            models: { path: "/models", bucket: new StorageBucket("job-models"), readOnly: true },
            cache: { path: "/cache", memory: "64Mi" },
            share: { path: "/share", nfs: { server: "10.0.0.2", path: "/share" } },
        },
        encryptionKey: "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/sales",
        binaryAuthorization: "projects/acme-dev/platforms/cloudRun/policies/signed",
        labels: { team: "shop" },
    } as const;
    const startup = { path: "/ready", port: 9000 };
    new CloudRunJob("whole-job", {
        ...common,
        args: [...common.args],
        command: [...common.command],
        startAfter: [...common.startAfter],
        name: "migrate",
        uses: { API_KEY: key.reader, KEY_FILE: key.file("/secrets/key"), DATABASE: database.client },
        gpu: { type: "nvidia-l4", zonalRedundancy: true },
        tasks: 10,
        parallelism: 2,
        retries: 1,
        timeout: "1 hour",
        runOnDeploy: true,
        schedule: { cron: "0 3 * * *", timeZone: "Europe/Berlin", paused: true, retries: 1 },
        health: { startup: { tcp: 9001 } },
        sidecars: {
            proxy: { image, health: { startup: { ...startup, headers: { "X-Probe": "1" } } } },
            log: { image, startAfter: ["migrate"] },
        },
    });
    new CloudRunJob("open-job", { image, network: { connector: "apps", egress: "all-traffic" } });
    const orders = new PubSubSubscription("job-orders", { topic: new PubSubTopic("job-orders"), pull: {} });
    new CloudRunWorkerPool("whole-pool", {
        ...common,
        args: [...common.args],
        command: [...common.command],
        startAfter: [...common.startAfter],
        name: "worker",
        uses: {
            API_KEY: key.reader,
            KEY_FILE: key.file("/secrets/key"),
            DATABASE: database.client,
            ORDERS: orders.subscriber,
        },
        gpu: "nvidia-l4",
        scaling: 2,
        health: { startup: { tcp: 9001 }, liveness: { grpc: "shop.Health", port: 9001 } },
        sidecars: { proxy: { image, health: { startup, liveness: { path: "/live", port: 9000 } } } },
        description: pulumi.output("Ships orders."),
    });
    new CloudRunWorkerPool("scaled-pool", {
        image,
        scaling: { min: 1, max: 5 },
        network: { subnet: "apps", network: "acme", tags: ["worker"] },
    });
}

/** All options of training jobs. */
function trainingJobs(): void {
    const output = new StorageBucket("training-models");
    const peering = new Network("training-network");
    const oncall = new Alerts("jobs", { to: { email: "team@acme.example" }, quota: false });
    new VertexTrainingJob("whole-training", {
        image: pulumi.output(image),
        command: ["python"],
        args: [pulumi.output("main.py")],
        output,
        name: "forecast",
        machineType: "n1-standard-8",
        gpu: { type: "nvidia-tesla-t4", count: 2 },
        disk: { type: "pd-ssd", size: "200 GB" },
        pools: { workers: { replicas: 2, image }, evaluators: { replicas: 1, machineType: "n1-highmem-8" } },
        strategy: "spot",
        timeout: "1 day",
        restartOnWorkerRestart: true,
        retries: false,
        wait: "2 hours",
        uses: { SALES: output.reader },
        env: { LEVEL: pulumi.output("info") },
        runOn: ["2026-11", pulumi.output("sales")],
        tuning: {
            metrics: { accuracy: "maximize" },
            parameters: {
                rate: { min: 0.01, max: 1, scale: "log" },
                size: { values: [8, 16] },
                kind: { values: ["a"] },
            },
            trials: 4,
            parallel: 2,
            maxFailed: 1,
            algorithm: "random",
        },
        network: { network: peering },
        tensorboard: "projects/acme-dev/locations/europe-west1/tensorboards/12",
        webAccess: true,
        schedule: { cron: "0 3 * * *", timeZone: "Europe/Berlin", paused: true, retries: 1 },
        alerts: oncall,
        encryptionKey: "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/sales",
        labels: { team: "shop" },
    });
    const network = { attachment: "projects/acme-dev/regions/europe-west1/networkAttachments/training" };
    new VertexTrainingJob("open-training", {
        packages: ["gs://acme-packages/trainer-1.0.tar.gz"],
        module: "trainer.task",
        container: "pytorch-gpu.2-4.py310:latest",
        gpu: { type: "nvidia-h200-141gb", count: 8 },
        strategy: "flex-start",
        maxWait: "2 days",
        account: new ServiceAccount("training-account"),
        network,
        output,
    });
}

/** All options of pipelines. */
function pipelines(): void {
    const pipelineRoot = new StorageBucket("pipeline-results");
    new VertexPipeline("whole-pipeline", {
        source: join(__dirname, "..", "..", "pipelines", "forecast.yaml"),
        pipelineRoot,
        name: "forecast-all",
        parameters: { weeks: pulumi.output(8), rate: 0.5, options: { framework: "line" }, dry: false },
        uses: { source: pipelineRoot.reader },
        images: { steps: pulumi.output(image) },
        runOnDeploy: true,
        runOn: ["2026-11", pulumi.output("sales")],
        schedule: {
            cron: "0 3 * * *",
            timeZone: "Europe/Berlin",
            paused: true,
            catchUp: true,
            start: "2026-12-01T00:00:00Z",
            end: "2027-12-01T00:00:00Z",
            maxRuns: 10,
            maxConcurrentRuns: 2,
            allowQueueing: true,
        },
        wait: "2 hours",
        caching: false,
        failurePolicy: "fail-fast",
        network: { network: new Network("pipeline-network") },
        encryptionKey: "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/sales",
        labels: { team: "shop" },
    });
    new VertexPipeline("template-pipeline", {
        source: `https://europe-west1-kfp.pkg.dev/acme-dev/pipelines/forecast/sha256:${"0a".repeat(32)}`,
        pipelineRoot,
        account: new ServiceAccount("pipeline-account"),
        network: { attachment: "projects/acme-dev/regions/europe-west1/networkAttachments/training" },
    });
}

const runJob = [
    call("JobsClient.run_job", "run.jobs.run"),
    call("Operation.result", "run.operations.get", {
        ...onProject,
        remedy: ["cloud-run-job", 'Environment.current().role("roles/run.viewer")'],
    }),
];

export const sampleCalls: SampleCalls = {
    "CloudRunJob.runner": { offer: () => new CloudRunJob("offered", { image }).runner, source: run, calls: runJob },
    "CloudRunJob.runnerWithOverrides": {
        offer: () => new CloudRunJob("offered", { image }).runnerWithOverrides,
        source: run,
        calls: [...runJob, call("JobsClient.run_job with overrides", "run.jobs.runWithOverrides")],
    },
};

export const longestNames: LongestNames = {
    "cloudrunv2/job:Job name": nameFormats.rows.cloudRunService.max,
    "cloudrunv2/workerPool:WorkerPool name": nameFormats.rows.cloudRunService.max,
    "dynamic/model:PipelineRun name": vertexEndpointLimits.rows.displayName.max,
    "dynamic/model:TrainingJob name": vertexEndpointLimits.rows.displayName.max,
    "gcp:cloudrunv2/job:Job template.template.containers.envs.name": "unlimited",
    "gcp:cloudrunv2/job:Job template.template.containers.name": "unlimited",
    "gcp:cloudrunv2/job:Job template.template.containers.startupProbe.httpGet.httpHeaders.name": "unlimited",
    "gcp:cloudrunv2/job:Job template.template.containers.volumeMounts.name": "unlimited",
    "gcp:cloudrunv2/job:Job template.template.volumes.name": "unlimited",
    "gcp:cloudrunv2/workerPool:WorkerPool template.containers.envs.name": "unlimited",
    "gcp:cloudrunv2/workerPool:WorkerPool template.containers.volumeMounts.name": "unlimited",
    "gcp:cloudrunv2/workerPool:WorkerPool template.volumes.name": "unlimited",
    "pulumi-nodejs:dynamic/model:TrainingJob spec.workerPoolSpecs.containerSpec.env.name": "unlimited",
    "pulumi-nodejs:dynamic/model:TrainingJob tuning.studySpec.metrics.metricId": "unlimited",
    "pulumi-nodejs:dynamic/model:TrainingJob tuning.studySpec.parameters.parameterId": "unlimited",
};
