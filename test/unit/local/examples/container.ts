import type { Inputs } from "../../../../local/simulator/rules/rules";
import { tokenOf, type World } from "../world";

const standard = { location: "europe-west1", initialNodeCount: 1, deletionProtection: false };

/** A network whose subnetwork has secondary ranges for pods and Services. */
export function makeClusterNetwork(world: World): void {
    world.make("Network", { name: "private", autoCreateSubnetworks: false });
    world.make("Subnetwork", {
        name: "nodes",
        network: "private",
        ipCidrRange: "10.0.0.0/24",
        secondaryIpRanges: [
            { rangeName: "pods", ipCidrRange: "10.4.0.0/16" },
            { rangeName: "services", ipCidrRange: "10.5.0.0/20" },
        ],
    });
}

export function prepare(world: World): void {
    world.enable("container", "gkebackup");
    makeClusterNetwork(world);
    const pool = "acme-dev.svc.id.goog";
    const backedUp = { addonsConfig: { gkeBackupAgentConfig: { enabled: true } } };
    const identity = { workloadIdentityConfig: { workloadPool: pool } };
    world.makeAny(tokenOf("Cluster"), {
        ...standard,
        ...identity,
        ...backedUp,
        name: "main",
        removeDefaultNodePool: true,
    });
}

const upgradeSettings = {
    strategy: "BLUE_GREEN",
    blueGreenSettings: { standardRolloutPolicy: { batchNodeCount: 1, batchSoakDuration: "10s" } },
};

const nodeConfig = {
    bootDisk: { diskType: "pd-ssd", sizeGb: 50 },
    guestAccelerators: [{ type: "nvidia-l4", count: 1 }],
    kubeletConfig: { cpuCfsQuota: true, memoryManager: {}, topologyManager: {} },
    linuxNodeConfig: { customNodeInit: { initScript: { gcsUri: "gs://acme-files/init.sh" } } },
    machineType: "g2-standard-4",
    nodeImageConfigs: [{}],
    oauthScopes: ["https://www.googleapis.com/auth/cloud-platform"],
    serviceAccount: "example@acme-dev.iam.gserviceaccount.com",
    shieldedInstanceConfig: { enableSecureBoot: true },
    spot: true,
    taints: [{ key: "gpu", value: "true", effect: "NO_SCHEDULE" }],
    windowsNodeConfig: {},
    workloadMetadataConfig: { mode: "GKE_METADATA" },
};

const pool = {
    autoscaling: { totalMinNodeCount: 1, totalMaxNodeCount: 5 },
    maintenancePolicies: [{ exclusionUntilEndOfSupports: [{ enabled: true }] }],
    management: {},
    networkConfig: {
        additionalNodeNetworkConfigs: [{}],
        additionalPodNetworkConfigs: [{ subnetwork: "nodes" }],
        podRange: "pods",
    },
    nodeConfig,
    nodeLocations: ["europe-west1-c", "europe-west1-b"],
    upgradeSettings,
};

export const examples: Record<string, Inputs[]> = {
    "gcp:container/cluster:Cluster": [
        { ...standard },
        { location: "europe-west1", enableAutopilot: true, deletionProtection: false },
        {
            ...standard,
            name: "much",
            initialNodeCount: undefined,
            addonsConfig: { httpLoadBalancing: { disabled: true }, rayOperatorConfigs: [{ enabled: true }] },
            binaryAuthorization: {},
            clusterAutoscaling: {
                enabled: true,
                autoProvisioningDefaults: {
                    management: {},
                    upgradeSettings: { blueGreenSettings: { standardRolloutPolicy: { batchPercentage: 0.5 } } },
                },
                resourceLimits: [
                    { resourceType: "cpu", maximum: 48 },
                    { resourceType: "memory", minimum: 4, maximum: 182 },
                ],
            },
            controlPlaneEndpointsConfig: { dnsEndpointConfig: { allowExternalTraffic: true } },
            fleet: { project: "acme-dev" },
            ipAllocationPolicy: { clusterSecondaryRangeName: "pods", servicesSecondaryRangeName: "services" },
            maintenancePolicy: { dailyMaintenanceWindow: { startTime: "03:00" }, disruptionBudget: {} },
            masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
            masterAuthorizedNetworksConfig: {
                cidrBlocks: [{ cidrBlock: "10.0.0.0/8" }, { cidrBlock: "192.0.2.0/24", displayName: "office" }],
            },
            minMasterVersion: "1.34",
            monitoringConfig: { managedPrometheus: { enabled: true } },
            network: "private",
            nodePoolAutoConfig: { linuxNodeConfig: {} },
            nodePoolDefaults: { nodeConfigDefaults: {} },
            nodePools: [{ ...pool, networkConfig: { podRange: "pods" }, name: "gpu" }, { nodeCount: 1 }],
            privateClusterConfig: { enablePrivateNodes: true },
            protectConfig: { workloadVulnerabilityMode: "BASIC" },
            resourceLabels: { team: "forecast" },
            secretManagerConfig: { enabled: true },
            secretSyncConfig: { enabled: true, rotationConfig: { enabled: true } },
            subnetwork: "projects/acme-dev/regions/europe-west1/subnetworks/nodes",
            tpuConfig: { enabled: false },
            userManagedKeysConfig: {},
            workloadIdentityConfig: { workloadPool: "acme-dev.svc.id.goog" },
        },
    ],
    "gcp:gkebackup/backupPlan:BackupPlan": [
        {
            cluster: "projects/acme-dev/locations/europe-west1/clusters/main",
            location: "europe-west1",
            backupConfig: { allNamespaces: true },
        },
        {
            name: "much",
            cluster: "projects/acme-dev/locations/europe-west1/clusters/main",
            location: "europe-west4",
            description: "Backups of the shop.",
            labels: { team: "shop" },
            retentionPolicy: { backupDeleteLockDays: 30, backupRetainDays: 180, locked: true },
            backupSchedule: { cronSchedule: "0 9 * * 1", paused: true },
            backupConfig: {
                includeSecrets: true,
                includeVolumeData: true,
                permissiveMode: true,
                selectedApplications: { namespacedNames: [{ namespace: "shop", name: "cart" }] },
            },
        },
    ],
    "gcp:container/nodePool:NodePool": [
        { cluster: "main", location: "europe-west1", nodeCount: 1 },
        { ...pool, name: "much", cluster: "projects/acme-dev/locations/europe-west1/clusters/main", networkConfig: {} },
    ],
};
