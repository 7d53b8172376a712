import { GkeCluster } from "slipway/kubernetes";
import type { Example } from "./example";

export const examples: Example[] = [
    {
        title: "Module defaults",
        hcl: 174,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                location: "europe-west1-b",
                nodePools: { "nodepool-1": { machineType: "n1-standard-1" } },
            });
        },
    },
    {
        title: "Externally defined service account",
        hcl: 314,
        kind: "transform",
        program: () => {
            new GkeCluster("cluster-1", {
                location: "europe-west1-b",
                nodePools: { "nodepool-1": { machineType: "n1-standard-1" } },
                transform: {
                    nodePool: { nodeConfig: { serviceAccount: "foo-bar@acme-gke-nodepool-2.iam.gserviceaccount.com" } },
                },
            });
        },
    },
    {
        title: "Auto-created service account",
        hcl: 296,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                location: "europe-west1-b",
                nodePools: { "nodepool-1": { machineType: "n1-standard-1" } },
            });
        },
    },
    {
        title: "Node & node pool configuration",
        hcl: 607,
        kind: "transform",
        program: () => {
            new GkeCluster("cluster-1", {
                location: "europe-west1-b",
                nodePools: {
                    "nodepool-1": {
                        machineType: "n2-standard-2",
                        diskSizeGb: 50,
                        diskType: "pd-ssd",
                        spot: true,
                        minNodes: 1,
                        maxNodes: 10,
                        labels: { environment: "dev" },
                    },
                },
                transform: {
                    nodePool: {
                        management: { autoUpgrade: false },
                        nodeConfig: { gvnic: { enabled: true }, ephemeralStorageLocalSsdConfig: { localSsdCount: 1 } },
                    },
                },
            });
        },
    },
    {
        title: "GPU Node & node pool configuration",
        hcl: 580,
        kind: "transform",
        program: () => {
            new GkeCluster("cluster-1", {
                location: "europe-west4-a",
                nodePools: {
                    "nodepool-gpu-1": {
                        machineType: "a2-highgpu-1g",
                        diskSizeGb: 50,
                        diskType: "pd-ssd",
                        spot: true,
                        accelerator: { type: "nvidia-tesla-a100", count: 1, driver: "LATEST" },
                        labels: { environment: "dev" },
                    },
                },
                transform: {
                    nodePool: {
                        nodeConfig: { gvnic: { enabled: true }, ephemeralStorageLocalSsdConfig: { localSsdCount: 1 } },
                    },
                },
            });
        },
    },
    {
        title: "Dynamic Workload Scheduler (DWS) & node pool configuration",
        hcl: 774,
        kind: "transform",
        program: () => {
            new GkeCluster("cluster-1", {
                location: "europe-west4-a",
                nodePools: {
                    "nodepool-dws": {
                        machineType: "g2-standard-4",
                        diskSizeGb: 50,
                        diskType: "pd-ssd",
                        spot: true,
                        accelerator: { type: "nvidia-l4", count: 1, driver: "LATEST" },
                        minNodes: 0,
                        maxNodes: 10,
                        labels: { environment: "dev" },
                    },
                },
                transform: {
                    nodePool: {
                        queuedProvisioning: { enabled: true },
                        nodeConfig: {
                            gvnic: { enabled: true },
                            ephemeralStorageLocalSsdConfig: { localSsdCount: 1 },
                            reservationAffinity: { consumeReservationType: "NO_RESERVATION" },
                        },
                    },
                },
            });
        },
    },
    {
        title: "Hyperdisk Balanced",
        hcl: 380,
        kind: "transform",
        program: () => {
            new GkeCluster("cluster-1", {
                location: "europe-west4-a",
                nodePools: { "nodepool-hyperdisk": { machineType: "c3-standard-4" } },
                transform: {
                    nodePool: {
                        nodeConfig: {
                            bootDisk: {
                                diskType: "hyperdisk-balanced",
                                sizeGb: 100,
                                provisionedIops: 3000,
                                provisionedThroughput: 140,
                            },
                        },
                    },
                },
            });
        },
    },
    {
        title: "Advanced machine features",
        hcl: 324,
        kind: "transform",
        program: () => {
            new GkeCluster("cluster-1", {
                location: "europe-west4-a",
                nodePools: { "nodepool-advanced-machine-features": { machineType: "n2-standard-4" } },
                transform: { nodePool: { nodeConfig: { advancedMachineFeatures: { threadsPerCore: 1 } } } },
            });
        },
    },
    {
        title: "Containerd registry mirror configuration",
        hcl: 353,
        kind: "transform",
        program: () => {
            new GkeCluster("cluster-1", {
                location: "europe-west4-a",
                nodePools: { "nodepool-containerd": { machineType: "n2-standard-4" } },
                transform: {
                    nodePool: {
                        nodeConfig: {
                            containerdConfig: {
                                registryHosts: [
                                    { server: "registry.example.com", hosts: [{ host: "mirror.example.com" }] },
                                ],
                            },
                        },
                    },
                },
            });
        },
    },
];
