import type { Inputs } from "../../../../local/simulator/rules/rules";
import { policyExamples } from "../policyExamples";
import type { World } from "../world";

const image = "europe-west1-docker.pkg.dev/acme-dev/images/app:1";
const connector = "projects/acme-dev/locations/europe-west1/connectors/inner";
const account = "example@acme-dev.iam.gserviceaccount.com";
const place = { location: "europe-west1", deletionProtection: false };

export function prepare(world: World): void {
    world.enable("run", "secretmanager", "compute", "vpcaccess", "binaryauthorization", "iap");
    const secret = world.make("Secret", { secretId: "key", replication: { auto: {} } });
    world.make("SecretVersion", { secret: secret.id, secretData: "secret" });
    const member = `serviceAccount:${account}`;
    world.make("SecretIamMember", { secretId: "key", role: "roles/secretmanager.secretAccessor", member });
    world.make("BucketIAMMember", { bucket: "acme-files", role: "roles/storage.objectUser", member });
    world.make("Network", { name: "inner", autoCreateSubnetworks: false });
    world.make("Subnetwork", { name: "inner", network: "inner", ipCidrRange: "10.0.0.0/24" });
    world.make("Connector", { name: "inner", network: "inner", ipCidrRange: "10.8.0.0/28" });
    world.make("RunJob", { name: "called", ...place, template: { template: { containers: [{ image }] } } });
    world.make("RunWorkerPool", { name: "called", ...place, template: { containers: [{ image }] } });
}

const volumes = [
    { name: "temporary", emptyDir: { medium: "MEMORY", sizeLimit: "128Mi" } },
    { name: "secret", secret: { secret: "key", items: [{ path: "key", version: "1" }] } },
    { name: "cloudsql", cloudSqlInstance: { instances: ["acme-dev:europe-west1:sales"] } },
    { name: "files", gcs: { bucket: "acme-files", readOnly: true } },
    { name: "shared", nfs: { server: "10.0.0.2", path: "/share" } },
];
const volumeMounts = [
    { name: "temporary", mountPath: "/tmp/work" },
    { name: "cloudsql", mountPath: "/cloudsql" },
    { name: "files", mountPath: "/files" },
];
const envs = [
    { name: "MODEL", value: "one" },
    { name: "KEY", valueSource: { secretKeyRef: { secret: "key", version: "latest" } } },
];

export const examples: Record<string, Inputs[]> = {
    "gcp:cloudrunv2/service:Service": [
        { ...place, template: { containers: [{ image }] } },
        {
            ...place,
            name: "much",
            annotations: { team: "forecast" },
            labels: { team: "forecast" },
            binaryAuthorization: { useDefault: true },
            buildConfig: { functionTarget: "main" },
            client: "pulumi",
            clientVersion: "1",
            customAudiences: ["https://much.acme.dev"],
            description: "Many settings",
            ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY",
            launchStage: "BETA",
            multiRegionSettings: { regions: ["europe-west1"] },
            scaling: { minInstanceCount: 1 },
            template: {
                annotations: { note: "one" },
                labels: { part: "web" },
                revision: "much-1",
                executionEnvironment: "EXECUTION_ENVIRONMENT_GEN2",
                sessionAffinity: true,
                serviceAccount: account,
                scaling: { minInstanceCount: 1, maxInstanceCount: 3 },
                timeout: "60s",
                containers: [
                    {
                        name: "web",
                        image,
                        envs,
                        ports: { containerPort: 9000 },
                        resources: { limits: { cpu: "2", memory: "4Gi" }, startupCpuBoost: true },
                        startupProbe: { tcpSocket: {} },
                        livenessProbe: { httpGet: { httpHeaders: [{ name: "a" }] } },
                        readinessProbe: { grpc: {} },
                        volumeMounts,
                        dependsOns: ["proxy"],
                    },
                    { name: "proxy", image, startupProbe: { tcpSocket: { port: 5432 } } },
                ],
                volumes,
                vpcAccess: { networkInterfaces: [{ network: "inner", tags: ["app"] }] },
            },
            traffics: [{ type: "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", percent: 100, tag: "candidate" }],
        },
        {
            ...place,
            name: "connected",
            defaultUriDisabled: true,
            invokerIamDisabled: true,
            iapEnabled: true,
            template: { containers: [{ image }], vpcAccess: { connector, egress: "ALL_TRAFFIC" } },
        },
        {
            ...place,
            name: "accelerated",
            template: {
                containers: [{ image, resources: { limits: { cpu: "4", memory: "16Gi", "nvidia.com/gpu": "1" } } }],
                nodeSelector: { accelerator: "nvidia-l4" },
                gpuZonalRedundancyDisabled: true,
                scaling: { maxInstanceCount: 1 },
            },
        },
    ],
    "gcp:cloudrunv2/job:Job": [
        { ...place, template: { template: { containers: [{ image }] } } },
        {
            ...place,
            name: "much",
            annotations: { team: "forecast" },
            labels: { team: "forecast" },
            runExecutionToken: "first",
            template: {
                taskCount: 4,
                parallelism: 2,
                template: {
                    maxRetries: 1,
                    timeout: "3600s",
                    serviceAccount: account,
                    containers: [{ image, name: "migrate", envs, volumeMounts, args: ["--all"] }],
                    volumes,
                    vpcAccess: { networkInterfaces: [{ network: "inner" }] },
                },
            },
        },
    ],
    "gcp:cloudrunv2/workerPool:WorkerPool": [
        { ...place, template: { containers: [{ image }] } },
        {
            ...place,
            name: "much",
            labels: { team: "forecast" },
            scaling: { scalingMode: "MANUAL", manualInstanceCount: 2 },
            template: {
                serviceAccount: account,
                containers: [{ image, name: "worker", envs, volumeMounts }],
                volumes,
                vpcAccess: { networkInterfaces: [{ network: "inner" }] },
            },
            instanceSplits: [{ type: "INSTANCE_SPLIT_ALLOCATION_TYPE_LATEST", percent: 100 }],
        },
        {
            ...place,
            name: "scaled",
            scaling: { scalingMode: "AUTOMATIC", minInstanceCount: 1, maxInstanceCount: 3 },
            template: { containers: [{ image }] },
        },
    ],
    ...policyExamples("gcp:cloudrunv2/serviceIam", { name: "called", location: "europe-west1" }, "roles/run.invoker"),
    ...policyExamples("gcp:cloudrunv2/jobIam", { name: "called", location: "europe-west1" }, "roles/run.invoker"),
    ...policyExamples("gcp:cloudrunv2/workerPoolIam", { name: "called", location: "europe-west1" }, "roles/run.viewer"),
};
