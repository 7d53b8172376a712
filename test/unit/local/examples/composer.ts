import type { Inputs } from "../../../../local/simulator/rules/rules";
import { tokenOf, type World } from "../world";
import { makeClusterNetwork } from "./container";

const project = "acme-dev";
const region = "europe-west1";
export const serviceAccount = "airflow@acme-dev.iam.gserviceaccount.com";
const location = `projects/${project}/locations/${region}`;
const key = `${location}/keyRings/keys/cryptoKeys/pipelines`;

/** A world that meets the requirements of environments of both generations. */
export function prepareComposer(world: World): void {
    world.enable("iam", "composer", "container", "artifactregistry", "cloudbuild", "pubsub", "cloudkms");
    makeClusterNetwork(world);
    const member = world.account("airflow");
    world.make("ProjectIAMMember", { project, role: "roles/composer.worker", member });
    const agent = `serviceAccount:service-${world.number}@cloudcomposer-accounts.iam.gserviceaccount.com`;
    world.make("ProjectIAMMember", { project, role: "roles/composer.ServiceAgentV2Ext", member: agent });
    world.make("Bucket", { name: "acme-dags", location: region });
}

export function prepare(world: World): void {
    prepareComposer(world);
    world.make("KeyRing", { name: "keys", location: region });
    world.make("CryptoKey", { name: "pipelines", keyRing: `${location}/keyRings/keys` });
    world.provider.invoke("gcp:storage/getProjectServiceAccount:getProjectServiceAccount", {});
    for (const name of ["cloudcomposer-accounts", "gs-project-accounts"]) {
        world.make("CryptoKeyIAMMember", {
            cryptoKeyId: key,
            role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
            member: `serviceAccount:service-${world.number}@${name}.iam.gserviceaccount.com`,
        });
    }
    world.makeAny(tokenOf("Environment"), { name: "known", config: { nodeConfig: { serviceAccount } } });
}

const software = {
    airflowConfigOverrides: { "core-max_active_runs_per_dag": "1" },
    envVariables: { LOG_LEVEL: "info" },
    pypiPackages: { "scikit-learn": "==1.5.2", pandas: "" },
};

const maintenanceWindow = {
    startTime: "2026-01-01T00:00:00Z",
    endTime: "2026-01-01T04:00:00Z",
    recurrence: "FREQ=WEEKLY;BYDAY=FR,SA,SU",
};

const webServerNetworkAccessControl = { allowedIpRanges: [{ value: "203.0.113.0/24", description: "the office" }] };

const recoveryConfig = {
    scheduledSnapshotsConfig: {
        enabled: true,
        snapshotLocation: "gs://acme-dags/snapshots",
        snapshotCreationSchedule: "0 5 * * *",
        timeZone: "UTC",
    },
};

/** Environments of Cloud Composer 3 and 2, with all blocks. */
const much: Inputs[] = [
    {
        region,
        labels: { team: "forecast" },
        storageConfig: { bucket: "gs://acme-dags" },
        config: {
            dataRetentionConfig: { airflowMetadataRetentionConfigs: [{ retentionDays: 90 }] },
            enablePrivateEnvironment: true,
            encryptionConfig: { kmsKeyName: key },
            environmentSize: "ENVIRONMENT_SIZE_MEDIUM",
            maintenanceWindow,
            nodeConfig: {
                network: "private",
                serviceAccount,
                subnetwork: "nodes",
                tags: ["airflow"],
                trafficRoutingConfig: {},
            },
            recoveryConfig,
            resilienceMode: "HIGH_RESILIENCE",
            softwareConfig: { ...software, imageVersion: "composer-3-airflow-2.11.1-build.14" },
            webServerNetworkAccessControl,
            workloadsConfig: {
                dagProcessor: { count: 2 },
                scheduler: { count: 2, cpu: 1 },
                triggerer: { count: 2, cpu: 0.5, memoryGb: 1 },
                webServer: { memoryGb: 3 },
                worker: { minCount: 2, maxCount: 6 },
            },
        },
    },
    {
        region,
        config: {
            maintenanceWindow,
            masterAuthorizedNetworksConfig: {
                enabled: true,
                cidrBlocks: [{ cidrBlock: "203.0.113.0/24", displayName: "office" }, { cidrBlock: "192.0.2.0/24" }],
            },
            nodeConfig: {
                ipAllocationPolicy: { clusterSecondaryRangeName: "pods", servicesSecondaryRangeName: "services" },
                network: "private",
                serviceAccount: `projects/${project}/serviceAccounts/${serviceAccount}`,
                subnetwork: `projects/${project}/regions/${region}/subnetworks/nodes`,
            },
            privateEnvironmentConfig: {
                cloudSqlIpv4CidrBlock: "192.168.0.0/24",
                masterIpv4CidrBlock: "172.16.1.0/28",
            },
            recoveryConfig,
            softwareConfig: { ...software, imageVersion: "composer-2.17.9-airflow-2.11.1" },
            webServerNetworkAccessControl,
            workloadsConfig: { worker: { cpu: 2, memoryGb: 13 } },
        },
    },
];

export const examples: Record<string, Inputs[]> = {
    "gcp:composer/environment:Environment": [
        { config: { nodeConfig: { serviceAccount } } },
        {
            config: {
                nodeConfig: { serviceAccount },
                softwareConfig: { imageVersion: "composer-2-airflow-2" },
            },
        },
        ...much,
    ],
    "gcp:composer/userWorkloadsConfigMap:UserWorkloadsConfigMap": [
        { environment: "known" },
        { name: "settings", environment: "known", region, data: { THRESHOLD: "0.7" } },
    ],
    "gcp:composer/userWorkloadsSecret:UserWorkloadsSecret": [
        { environment: "known" },
        { name: "token", environment: "known", region, data: { TOKEN: "c2VjcmV0" } },
    ],
};
