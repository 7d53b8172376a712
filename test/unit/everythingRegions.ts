import { join } from "node:path";
import {
    Alerts,
    AutoscaledInstanceGroup,
    Budget,
    CloudRunJob,
    CloudRunService,
    CloudRunWorkerPool,
    CloudSqlInstance,
    ContainerRegistry,
    DataflowJob,
    Deployer,
    DnsZone,
    EnvironmentProject,
    IpAddress,
    LoadBalancer,
    ModelGardenEndpoint,
    Network,
    RegionalSecret,
    ServerlessFunction,
    ServiceAttachment,
    StorageBucket,
    TagKey,
    VertexBatchPrediction,
    VertexDeploymentPool,
    VertexEndpoint,
    VertexModel,
    VertexPipeline,
    VertexTrainingJob,
    VirtualMachine,
    VpcConnector,
    Workflow,
} from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";
import { digest, moving, secret } from "./everythingExisting";
import { folderOf } from "./folders";

const region = "europe-west4";
const image = `docker.io/acme/regional@${digest}`;

/** Components in another region than that of the environment, with arguments that no other program has. */
export function regions(folder: string): void {
    const trigger = { http: {} };
    new ServerlessFunction("regional-function", { source: folder, trigger, entryPoint: "answer", region });
    new CloudRunService("regional-service", { image, region });
    new CloudRunJob("regional-job", { image, region });
    new CloudRunWorkerPool("regional-pool", { image, region });
    new Workflow("regional-workflow", { source: folderOf({ "main.yaml": "- end:\n    return: 1\n" }), region });
    new CloudRunService("from-source", {
        source: join(__dirname, "container"),
        registry: new ContainerRegistry("regional-images"),
        sidecars: { proxy: { image, health: { startup: { tcp: 9004 } } } },
        startAfter: ["proxy"],
    });
    const bucket = new StorageBucket("regional-files", { location: region });
    const pool = (size: `${number} GB`, count: number) =>
        ({
            replicas: 1,
            image: moving,
            machineType: "n1-standard-16",
            gpu: { type: "nvidia-tesla-t4", count },
            disk: { type: "pd-standard", size },
        }) as const;
    new VertexTrainingJob("regional-training", {
        image,
        output: bucket,
        pools: { workers: pool("210 GB", 4), parameterServers: pool("220 GB", 2), evaluators: pool("230 GB", 4) },
        insecure: true,
        region,
    });
    new VertexPipeline("regional-pipeline", {
        source: join(__dirname, "..", "pipelines", "forecast.yaml"),
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
    const network = new Network("regional-network", {
        subnets: { near: { range: "10.4.0.0/20" }, far: { range: "10.5.0.0/20", region } },
        globalProxyOnlySubnets: { "europe-west1": "10.129.4.0/23", [region]: "10.129.6.0/23" },
    });
    new LoadBalancer("cross-region", {
        type: "cross-region-internal",
        network,
        regions: ["europe-west1", region],
        insecure: true,
        routes: { "/*": { redirect: { host: "regional.acme.com" } } },
    });
    const cluster = new GkeCluster("regional-cluster", { region });
    new AutoscaledDeployment("regional-deployment", {
        cluster,
        image,
        port: 8091,
        health: "/healthz",
        env: { LEVEL: "debug" },
    });
    new AutoscaledInstanceGroup("routing-group", {
        machineType: "n2-standard-4",
        advancedMachineFeatures: { nestedVirtualization: true },
        canIpForward: true,
        scaling: 2,
    });
    new VirtualMachine("unlisted-machine", { machineType: "n2-standard-999", allowUnlisted: true });
    new CloudSqlInstance("cached-database", {
        edition: "ENTERPRISE_PLUS",
        tier: "db-perf-optimized-N-2",
        dataCache: false,
        connectorEnforcement: false,
    });
    new RegionalSecret("regional-value", { value: secret });
    new Budget("own-cost-budget", { amount: 60, currency: "EUR", credits: false });
    const tag = new TagKey("project-tag", { values: { prod: {} } });
    new EnvironmentProject("tagged-project", {
        projectId: "acme-tagged",
        kind: "production",
        parent: { folder: "123456789013" },
        billingAccount: "012345-6789AB-CDEF03",
        resourceManagerTags: { stage: tag.value("prod") },
    });
    new Deployer("own-pool", { github: { repository: "acme/own", environment: "live" }, roles: [], poolId: "own" });
    new DnsZone("rare-records", {
        domain: "rare.acme.com",
        dnssec: true,
        records: {
            "@": { NAPTR: ['100 10 "S" "SIP+D2T" "" _sip._tcp.rare.acme.com.'] },
            host: { SSHFP: [`4 2 ${"0a".repeat(32)}`], SVCB: ["1 svc.rare.acme.com. alpn=h2"] },
            "_443._tcp.host": { TLSA: [`3 1 1 ${"0b".repeat(32)}`] },
        },
    });
    // Other programs edit these arguments by transforms.
    new IpAddress("labelled-address", { labels: { team: "web" } });
    new VpcConnector("regional-connector", { network, range: "10.8.1.0/28", machineType: "f1-micro" });
    new ServiceAttachment("described-attachment", {
        target: `projects/acme-dev/regions/${region}/forwardingRules/other`,
        subnets: [`projects/acme-dev/regions/${region}/subnetworks/others`],
        accept: "all",
        description: "Others",
        region,
    });
    new CloudSqlInstance("plus-database", { edition: "ENTERPRISE_PLUS" });
    new DataflowJob("own-beam", {
        source: join(__dirname, "..", "..", "examples", "streaming-predictions", "score"),
        registry: new ContainerRegistry("beam-images"),
        type: "streaming",
        sdkImage: "docker.io/apache/beam_python3.11_sdk:2.69.0",
        streamingEngine: false,
    });
}
