import { join } from "node:path";
import {
    AutoscaledInstanceGroup,
    CloudRunJob,
    CloudRunService,
    CloudRunWorkerPool,
    CloudSqlInstance,
    ContainerImage,
    ContainerRegistry,
    ModelGardenEndpoint,
    Secret,
    VertexBatchPrediction,
    VertexDeploymentPool,
    VertexEndpoint,
    VertexModel,
    VertexPipeline,
    VertexTrainingJob,
    VirtualMachine,
} from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";
import { crossProject, digest, type Given, key, moving, secret } from "./everythingExisting";
import { folderOf } from "./folders";

/** Services, jobs and worker pools of Cloud Run, and images. */
export function running({ account, alerts, bucket, image }: Given): void {
    const registry = new ContainerRegistry("other-images", {
        immutableTags: false,
        cleanup: { taggedOlderThan: "400 days" },
        encryptionKey: key,
        crossProject,
    });
    const source = join(__dirname, "container");
    new ContainerImage("other-built", {
        registry,
        source: source,
        build: {
            dockerfile: "../../../lib/dataflow/Dockerfile",
            target: "launcher",
            platforms: ["linux/arm64"],
            secrets: { TOKEN: secret },
            cache: { ref: "europe-west1-docker.pkg.dev/acme-shared/cache/other:main", mode: "min" },
            builder: "farm",
        },
        crossProject,
    });
    const keys = new Secret("other-key", { encryptionKey: key.replace("europe-west1", "global"), crossProject });
    const sidecar = (name: string, port: number) => ({
        image: moving,
        command: [name],
        args: [`--${name}`],
        env: { ROLE: name },
        uses: { FILE: keys.file(`/secrets/${name}`) },
        volumes: ["cache"],
        health: { startup: { tcp: port } },
    });
    const sidecars = {
        log: { ...sidecar("log", 9001), cpu: 2 as const, memory: "1Gi" as const },
        proxy: { ...sidecar("proxy", 9002), cpu: "500m" as const, memory: "640Mi" as const, startAfter: ["log"] },
    };
    const common = {
        account,
        source,
        registry,
        workingDirectory: "/other",
        env: { LEVEL: "debug" },
        startAfter: ["proxy"],
        volumes: {
            cache: { path: "/cache", memory: "96Mi" as const },
            files: { path: "/files", bucket, readOnly: true, options: ["implicit-dirs"] },
        },
        encryptionKey: key,
        binaryAuthorization: "projects/acme-shared/platforms/cloudRun/policies/other",
        alerts,
        insecure: true,
        crossProject,
    };
    new CloudRunJob("other-job", { ...common, sidecars });
    new CloudRunWorkerPool("other-pool", {
        ...common,
        sidecars: {
            log: { ...sidecars.log, health: { ...sidecars.log.health, liveness: { path: "/log", port: 9001 } } },
            proxy: sidecars.proxy,
        },
    });
    new CloudRunService("other-service", {
        image,
        account,
        sidecars: { proxy: { image: moving, health: { startup: { tcp: 9003 } } } },
        startAfter: ["proxy"],
        alerts,
        insecure: true,
        crossProject,
    });
}

/** Virtual machines and groups of them. */
export function machines({ account, alerts, image, network }: Given): void {
    const common = {
        account,
        network,
        alerts,
        insecure: true,
        crossProject,
        metadata: { "serial-port-enable": "true" },
    };
    const hyperdisk = { type: "hyperdisk-balanced", size: "60 GB", iops: 3600, throughput: 160 } as const;
    new VirtualMachine("other-machine", {
        ...common,
        machineType: "c3-standard-4",
        agent: true,
        disks: { cache: { ...hyperdisk, size: "70 GB", iops: 4200, throughput: 210 } },
    });
    new AutoscaledInstanceGroup("other-group", {
        ...common,
        machineType: "n1-standard-8",
        gpu: { type: "nvidia-tesla-t4", count: 2, installDriver: false },
        image: { family: "common-cu129-ubuntu-2404-nvidia-580", project: "deeplearning-platform-release" },
        imageUpdates: "on-deploy",
        secureBoot: true,
        ports: { http: 8081 },
        health: {
            port: 8081,
            interval: "20 seconds",
            timeout: "7 seconds",
            healthyThreshold: 4,
            unhealthyThreshold: 6,
        },
        canary: {
            template: {
                image: { name: "debian-12-bookworm-v20261010", project: "debian-cloud" },
                startupScript: join(folderOf({ "canary.sh": "#!/bin/bash\n" }), "canary.sh"),
                metadata: { purpose: "canary" },
                bootDisk: { type: "pd-ssd", size: "33 GB" },
            },
        },
    });
    new AutoscaledInstanceGroup("other-fast-group", {
        ...common,
        region: "europe-west4",
        standby: { suspended: 2 },
        machineType: "c3-standard-999",
        agent: true,
        bootDisk: hyperdisk,
        disks: { data: { ...hyperdisk, size: "80 GB", iops: 4400, throughput: 220 } },
        container: { image, command: ["other"], args: ["--other"] },
        canary: {
            template: {
                container: { image, args: ["--canary"] },
                bootDisk: { ...hyperdisk, iops: 3700, throughput: 170 },
            },
        },
        allowUnlisted: true,
    });
    new AutoscaledInstanceGroup("other-confidential-group", {
        machineType: "n2d-standard-4",
        confidential: "SEV",
        scaling: 2,
    });
}

/** Clusters, node pools and deployments. */
export function clusters({ account, alerts, image, network }: Given): void {
    const cluster = new GkeCluster("other-cluster", {
        network,
        privateNodes: false,
        nodePools: {
            all: {
                machineType: "c3-standard-8",
                scaling: { min: 2, max: 7 },
                locationPolicy: "ANY",
                zones: ["europe-west1-c", "europe-west1-d"],
                diskType: "hyperdisk-balanced",
                diskSize: "110 GB",
                diskIops: 4100,
                diskThroughput: 250,
                threadsPerCore: 1,
                gvnic: true,
                labels: { pool: "all" },
                taints: [{ key: "only", value: "all", effect: "PREFER_NO_SCHEDULE" }],
                upgrade: { maxSurge: 3, maxUnavailable: 2 },
                reservation: { name: "projects/acme-shared/reservations/all" },
                account,
                registryMirrors: { "docker.io": ["https://mirror.acme.com"] },
            },
            gpu: {
                machineType: "n1-standard-4",
                spot: true,
                diskType: "pd-standard",
                diskSize: "44 GB",
                localSsds: 2,
                gpu: { type: "nvidia-tesla-t4", count: 1, driver: "INSTALLATION_DISABLED" },
                queuedProvisioning: true,
            },
            spare: { machineType: "n2-standard-2", reservation: "ANY_RESERVATION" },
        },
        encryptionKey: key,
        account,
        alerts,
        crossProject,
    });
    const amounts = (cpu: `${number}m`, memory: `${number}Mi`, disk: `${number}Mi`) => ({
        cpu,
        memory,
        ephemeralStorage: disk,
    });
    const database = new CloudSqlInstance("other-deployed", { network, users: { app: {} } });
    new AutoscaledDeployment("other-deployment", {
        cluster,
        image,
        port: 8090,
        name: "other-name",
        account,
        uses: { DATABASE: database.client },
        command: ["other"],
        args: ["--all"],
        user: 10_007,
        writable: ["/var/other"],
        health: { readiness: "/ready", liveness: "/live", startupTimeout: "3 minutes", timeout: "4 seconds" },
        resources: { requests: amounts("250m", "300Mi", "310Mi"), limits: amounts("750m", "800Mi", "810Mi") },
        authProxy: {
            image: moving,
            resources: { requests: amounts("90m", "120Mi", "130Mi"), limits: amounts("140m", "150Mi", "160Mi") },
        },
        drainTimeout: "21 seconds",
        terminationGracePeriod: "81 seconds",
        rolloutTimeout: "11 minutes",
        allowFrom: [{ ranges: ["10.50.0.0/16"] }, { namespace: "callers", pods: { app: "caller" } }],
        egress: [
            { ranges: ["10.60.0.0/16"], ports: [5432], protocol: "UDP" },
            { namespace: "called", pods: { app: "called" }, ports: [8443] },
            { googleApis: true },
        ],
        nodeSelector: { pool: "all" },
        tolerations: [{ key: "only", operator: "Equal", value: "all", effect: "NoExecute" }],
        priorityClassName: "high",
        labels: { team: "other" },
        annotations: { "acme.com/scrape": "true" },
        alerts,
        insecure: true,
        crossProject,
    });
    new AutoscaledDeployment("other-worker", {
        cluster,
        image: `ghcr.io/acme/worker@${digest}`,
        health: { command: ["test", "-f", "/tmp/ready"] },
    });
}

/** Training, pipelines and batch predictions. */
export function pipelines({ account, alerts, bucket, image }: Given): void {
    const pool = (size: `${number} GB`, count: number) =>
        ({
            replicas: 1,
            image: moving,
            machineType: "n1-standard-16",
            gpu: { type: "nvidia-tesla-t4", count },
            disk: { type: "pd-standard", size },
        }) as const;
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
        source: join(__dirname, "..", "pipelines", "forecast.yaml"),
        pipelineRoot: bucket,
        account,
        parameters: { source: "other" },
        images: { steps: image },
        schedule: "6 7 * * *",
        alerts,
        crossProject,
    });
    new VertexPipeline("other-moving-pipeline", {
        source: join(__dirname, "..", "pipelines", "forecast.yaml"),
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
}

/** Models in containers of all kinds. */
export function models({ image }: Given): void {
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
}

/** Endpoints of Vertex AI. */
export function endpoints({ account, alerts, bucket }: Given): void {
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
}
