import { join } from "node:path";
import {
    Alerts,
    AppEngineApp,
    AutoscaledInstanceGroup,
    allow,
    CloudRunService,
    CloudRunWorkerPool,
    CloudSqlInstance,
    ComposerEnvironment,
    ContainerRegistry,
    DataflowJob,
    DnsZone,
    IpAddress,
    LogMetric,
    Network,
    PersistentDisk,
    PubSubTopic,
    Secret,
    ServerlessFunction,
    StorageBucket,
    VertexEndpoint,
    VertexPipeline,
    VertexTrainingJob,
    VirtualMachine,
} from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";
import { EnvironmentProject } from "slipway/resourcemanager";
import { balancerCases, type Case, image, of, zone } from "./advisedBalancers";
import { folderOf } from "./folders";

const source = folderOf({ "main.py": "def web(request):\n    return 'range'\n\n\napp = web\n" });
const model = "projects/acme-dev/locations/europe-west1/models/iris@3";
const oncall = () => new Alerts("oncall", { to: { email: "oncall@acme.example" } });

const app = of(AppEngineApp, "shop");
const service = (args: object) => app({ services: { default: { source, ...args } } });
const registry = of(ContainerRegistry, "app");
const composer = of(ComposerEnvironment, "scoring");
const machine = of(VirtualMachine, "train");
const dns = (args: object) => of(DnsZone, "acme")({ domain: "acme.dev", ...args });
const cluster = of(GkeCluster, "main");
const pool = (args: object) => cluster({ nodePools: { default: { machineType: "e2-standard-4", ...args } } });
const run = (args: object) => of(CloudRunService, "web")({ image, ...args });
const sql = of(CloudSqlInstance, "sales");
const network = of(Network, "apps");
const bucket = of(StorageBucket, "models");
const endpoint = (args: object) => of(VertexEndpoint, "iris")({ models: { latest: { model, ...args } } });

const machines = of(AutoscaledInstanceGroup, "web");

/** Functions, whose options are tried as the arguments of components are. */
const functions = {
    allow: class {
        constructor(_: string, args: object) {
            allow(new CloudRunService("web", { image }).invoker, "allUsers", args);
        }
    },
};

/** The answers of Google Cloud about disks that nothing uses. */
const disks: Case["stack"] = {
    call: (token, { name }) =>
        token.endsWith("Disk")
            ? { selfLink: `https://www.googleapis.com/compute/v1/getDisk/${name}`, users: [] }
            : undefined,
};

const training = (args: object): Case => ({
    program: (create) => create(VertexTrainingJob, "train", { image, output: new StorageBucket("models"), ...args }),
});
const pipeline = (args: object): Case => ({
    program: (create) =>
        create(VertexPipeline, "forecast", {
            source: join(__dirname, "..", "pipelines", "forecast.yaml"),
            pipelineRoot: new StorageBucket("results"),
            images: { steps: image },
            parameters: { source: "sales" },
            ...args,
        }),
});
const project = {
    projectId: "acme-shop-dev",
    kind: "development",
    parent: { folder: "123456789012" },
    billingAccount: "012345-6789AB-CDEF01",
};
const foundation = {
    config: { "gcp:project": undefined, "gcp:region": undefined, "slipway:kind": undefined } as Record<
        string,
        string | undefined
    >,
};

/** A program that each error refuses. */
export const cases: Record<string, Case> = {
    ...balancerCases,
    "appengine/domain-without-service": app({
        services: { default: { source } },
        domains: { "shop.acme.dev": {} },
    }),
    "appengine/iap-personal-account": app({
        services: { default: { source } },
        iap: { members: ["user:ada@gmail.com"] },
    }),
    "appengine/ingress-missing": app({
        services: { default: { source, ingress: "all" }, predictions: { source } },
        cron: { train: { cron: "0 3 * * *", path: "/train", service: "predictions" } },
    }),
    "appengine/keep-without-previous-version": service({ keep: 1, traffic: { split: { latest: 50, previous: 50 } } }),
    "appengine/migrate-without-automatic-scaling": service({
        scaling: { max: 1, idleTimeout: "5 minutes" },
        traffic: { migrate: true },
    }),
    "appengine/migrate-without-warmup": service({ traffic: { migrate: true } }),
    "appengine/network-missing-for-database": {
        program: (create) => {
            const { client } = create(CloudSqlInstance, "sales");
            return create(AppEngineApp, "shop", { services: { default: { source, uses: { SALES: client } } } });
        },
        of: 'CloudSqlInstance "sales"',
    },
    "appengine/redirect-code-without-redirect": service({
        handlers: [{ url: "/", script: "auto", secure: "optional", redirectHttpResponseCode: 301 }],
    }),
    "artifactregistry/cleanup-of-immutable-tags": registry({ cleanup: { taggedOlderThan: "90 days" } }),
    "artifactregistry/cleanup-rule-of-immutable-tags": registry({
        cleanup: { rules: { old: { olderThan: "30 days", tags: ["test-"] } } },
    }),
    "composer/airflow-option-reserved": composer({ variables: { a: "b" }, airflow: { "secrets-backend": "x.Y" } }),
    "composer/dag-processor-of-generation": composer({
        version: "composer-2.17.9-airflow-2.11.1",
        workloads: { dagProcessor: { count: 2 } },
    }),
    "composer/package-twice": composer({ packages: { "scikit-learn": "", scikit_learn: "" } }),
    "composer/range-of-other-generation": composer({ ranges: { pods: "10.64.0.0/17" } }),
    "composer/size-of-generation": composer({ version: "composer-2.17.9-airflow-2.11.1", size: "extra-large" }),
    "composer/workload-count-with-resilience": composer({
        resilience: "high",
        workloads: { scheduler: { count: 1 } },
    }),
    "composer/workload-cpu-step": composer({ workloads: { worker: { cpu: 3, memory: "4 GB" } } }),
    "compute/alert-without-agent": {
        program: (create) => create(VirtualMachine, "train", { alerts: { to: oncall(), memory: { threshold: 70 } } }),
    },
    "compute/disk-iops-of-type": machine({ disks: { data: { iops: 4000 } } }),
    "compute/disk-mode-of-type": machine({
        machineType: "c3-standard-4",
        disks: { data: { type: "hyperdisk-balanced", mode: "read-only" } },
    }),
    "compute/disk-of-group-writable": {
        program: (create) =>
            create(AutoscaledInstanceGroup, "web", {
                zones: [zone],
                disks: { a: { disk: PersistentDisk.existing("a", { zone }) } },
            }),
        stack: disks,
    },
    "compute/disk-of-two-machines": {
        program: (create) => {
            const disk = PersistentDisk.existing("a", { zone });
            new AutoscaledInstanceGroup("web", { zones: [zone], disks: { a: { disk, mode: "read-only" } } });
            return create(VirtualMachine, "train", { zone, disks: { a: { disk } } });
        },
        stack: disks,
    },
    "compute/health-port-missing": machines({ health: { path: "/healthz" } }),
    "compute/metadata-of-container": machine({ container: { image }, metadata: { "user-data": "#cloud-config" } }),
    "compute/shape-of-machine-types": machines({ machineTypes: ["n2-standard-4", "n2-standard-8"], shape: "EVEN" }),
    "compute/snapshots-every-and-on": machine({ snapshots: { every: "6 hours", on: ["MON"] } }),
    "compute/ssh-personal-account": machine({ sshAdmins: ["user:ann@gmail.com"] }),
    "compute/surge-in-single-zone": machines({
        scaling: 3,
        shape: "ANY_SINGLE_ZONE",
        update: { surge: 3, unavailable: 1 },
    }),
    "compute/surge-with-stateful-disks": machines({
        scaling: 3,
        disks: { data: {} },
        statefulDisks: { data: "keep" },
        update: { surge: 3 },
    }),
    "compute/threads-of-machine": machine({
        machineType: "c4a-standard-2",
        advancedMachineFeatures: { threadsPerCore: 2 },
        image: { family: "debian-12-arm64", project: "debian-cloud" },
    }),
    "compute/update-below-zones": machines({ update: { surge: 1, unavailable: 3 } }),
    "dataflow/type-of-template": of(DataflowJob, "score")({ template: "Word_Count", type: "streaming" }),
    "dns/alias-unsupported": dns({ records: { "@": { ALIAS: ["shop.acme.com"] } } }),
    "dns/ns-of-domain": dns({ records: { "@": { NS: ["ns1.acme.com"], TXT: ["hello"] } } }),
    "dns/public-only": dns({ networks: ["apps"], dnssec: true }),
    "dns/several-kinds": dns({ networks: ["apps"], forwardTo: ["10.0.0.53"], peer: "hub" }),
    "resourcemanager/shared-vpc-host-itself": {
        ...of(EnvironmentProject, "shop")({ ...project, sharedVpc: { host: project.projectId } }),
        stack: foundation,
    },
    "resourcemanager/shared-vpc-host-not-shared": {
        program: (create) => {
            const host = create(EnvironmentProject, "net", { ...project, projectId: "acme-net-dev" });
            return create(EnvironmentProject, "shop", { ...project, sharedVpc: { host } });
        },
        of: 'EnvironmentProject "net"',
        stack: foundation,
    },
    "functions/concurrency-of-cpu": of(
        ServerlessFunction,
        "web",
    )({ source, entryPoint: "web", trigger: { http: {} }, cpu: 0.583, scaling: { concurrency: 2 } }),
    "gke/accelerator-with-gpu": {
        program: (create) =>
            create(AutoscaledDeployment, "detect", {
                cluster: new GkeCluster("main"),
                image,
                port: 8080,
                health: "/healthz",
                gpu: "nvidia-l4",
                nodeSelector: { "cloud.google.com/gke-accelerator": "nvidia-l4" },
            }),
    },
    "gke/control-plane-logs-without-system": cluster({ logging: false, controlPlaneLogs: ["APISERVER"] }),
    "gke/maintenance-without-day": cluster({
        maintenance: { window: { start: "02:00", duration: "4 hours", days: [] } },
    }),
    "gke/option-of-disk-type": pool({ machineType: "c3-standard-4", diskType: "pd-ssd", diskIops: 3000 }),
    "gke/option-of-standard": cluster({ zone }),
    "gke/private-endpoint-with-public-nodes": cluster({ controlPlane: { ipEndpoint: "private" }, privateNodes: false }),
    "gke/proxy-only-subnet-missing": {
        program: (create) =>
            create(AutoscaledDeployment, "echo", {
                cluster: create(GkeCluster, "main"),
                image,
                port: 8080,
                health: "/healthz",
                expose: { gateway: { domain: "echo.acme.com", certificate: false } },
            }),
        of: 'GkeCluster "main"',
    },
    "gke/queued-scaling-min": pool({ queuedProvisioning: true, scaling: { min: 1 } }),
    "iam/public-not-meant": { program: (create) => create(functions.allow, "web-invoker") },
    "logging/alert-threshold-missing": {
        program: (create) =>
            create(LogMetric, "errors", {
                filter: 'resource.type="cloud_run_revision" AND severity>=ERROR',
                distribution: { extract: "a" },
                alerts: { to: oncall() },
            }),
    },
    "network/address-subnet-without-ipv6": {
        program: (create) => {
            const network = create(Network, "apps", { subnets: { default: { range: "10.0.0.0/20" } } });
            return create(IpAddress, "six", { ipv6: true, network });
        },
        of: 'Network "apps"',
    },
    "network/address-tier-of-ipv6": {
        program: (create) => {
            const network = new Network("apps", { subnets: { default: { range: "10.0.0.0/20", ipv6: "external" } } });
            return create(IpAddress, "six", { ipv6: true, network, networkTier: "STANDARD" });
        },
    },
    "network/dns-policy-empty": network({ dnsPolicy: {} }),
    "network/firewall-insecure-without-public": network({
        firewall: { web: { allow: ["tcp:443"], sources: { ranges: ["0.0.0.0/0"] }, insecure: true } },
    }),
    "network/open-to-everyone": network({
        firewall: { web: { allow: ["tcp:443"], sources: { ranges: ["0.0.0.0/0"] } } },
    }),
    "network/option-of-subnet-with-purpose": network({
        subnets: {
            near: {
                range: "10.0.0.0/20",
                purpose: "PRIVATE_SERVICE_CONNECT",
                secondaryRanges: { pods: "10.4.0.0/14" },
            },
        },
    }),
    "run/concurrency-of-cpu": run({ cpu: "500m", scaling: { concurrency: 2 } }),
    "run/cpu-always-of-gpu": run({ gpu: "nvidia-l4", cpuAlways: false }),
    "run/cpu-of-generation": of(CloudRunWorkerPool, "worker")({ image, cpu: "500m" }),
    "run/cpu-of-memory": run({ memory: "1Gi", cpu: "400m", scaling: { concurrency: 1 } }),
    "run/cpu-without-gpu": run({ cpu: 20, memory: "4Gi" }),
    "run/default-url-of-triggers": {
        program: (create) =>
            create(CloudRunService, "web", {
                image,
                triggers: { sales: { topic: new PubSubTopic("sales") } },
                defaultUrl: false,
            }),
    },
    "run/generation-required": run({ gpu: "nvidia-l4", executionEnvironment: "gen1" }),
    "run/iap-empty": run({ iap: [] }),
    "run/region-and-regions": run({ region: "us-central1", regions: ["europe-west1"] }),
    "run/regions-empty": run({ regions: [] }),
    "run/startup-probe-missing": run({ sidecars: { proxy: { image } }, startAfter: ["proxy"] }),
    "secretmanager/versions-empty": of(Secret, "key")({ versions: {} }),
    "sql/collation-of-charset": sql({
        engine: "mysql",
        databases: { archive: { charset: "utf8mb4", collation: "latin1_bin" } },
    }),
    "sql/data-api-of-sql-server": sql({ engine: "sqlserver", dataApi: true }),
    "sql/export-offload-of-sql-server": {
        program: (create) =>
            create(CloudSqlInstance, "sales", {
                engine: "sqlserver",
                exports: {
                    bucket: new StorageBucket("exports"),
                    schedule: "0 2 * * *",
                    databases: ["a"],
                    offload: true,
                },
            }),
    },
    "sql/flag-of-edition": sql({
        engine: "mysql",
        edition: "ENTERPRISE",
        flags: { innodb_cloudsql_optimized_write: false },
    }),
    "sql/flag-of-machine": sql({
        engine: "mysql",
        edition: "ENTERPRISE",
        tier: "db-g1-small",
        flags: { innodb_buffer_pool_size: 5_242_880 },
    }),
    "sql/flag-of-later-version": sql({ version: "17", flags: { io_workers: 4 } }),
    "sql/option-of-sql-server": sql({ collation: "Latin1_General_CI_AS" }),
    "sql/user-host-of-engine": sql({ users: { app: { host: "10.%" } } }),
    "storage/data-locations-of-dual-region": bucket({
        location: "NAM4",
        dataLocations: ["us-central1", "us-east1"],
    }),
    "storage/ip-filter-organizations-without-networks": bucket({
        ipFilter: { ranges: ["203.0.113.0/24"], otherOrganizations: true },
    }),
    "storage/too-many-lifecycle-rules": bucket({
        lifecycleRules: Array.from({ length: 100 }, (_, age) => ({
            action: "Delete",
            condition: { age: `${age} days` },
        })),
    }),
    "value/insecure": run({ image: "docker.io/acme/web:1.2.0" }),
    "value/unlisted": composer({ version: "composer-3-airflow-2.11.1-build.99" }),
    "vertex/option-without-scaling-to-zero": endpoint({ scaling: { min: 1, keepFor: "10 minutes" } }),
    "vertex/run-on-without-deploy": pipeline({ schedule: "0 3 * * *", runOn: ["a"] }),
    "vertex/tuning-range-of-grid": training({
        tuning: {
            metrics: { a: "maximize" },
            parameters: { b: { min: 0, max: 1 } },
            trials: 1,
            algorithm: "grid",
        },
    }),
};

/** Advice that has parts of the program in it, which a text does not have. */
export const ofProgram: Record<string, string> = {
    "appengine/flexible-runtime-missing": "the language is that of the source",
    "appengine/secret-in-env": "needs a Secret",
    "artifactregistry/build-arg-named-as-secret": "needs a Secret",
    "artifactregistry/build-arg-secret": "needs a Secret",
    "gke/canary-without-gateway": "needs a domain",
    "gke/gpu-without-pool": "needs a pool of the cluster",
    "gke/secret-in-env": "needs a Secret",
    "iam/network-without-subnet": "needs a subnet",
    "loadbalancer/attachment-subnets-missing": "needs a range that is free",
    "vertex/model-in-other-region": "is told once the name is known",
};
