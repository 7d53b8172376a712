import { ServiceAccount } from "slipway";
import { GkeCluster } from "slipway/gke";
import type { Example } from "./example";

export const examples: Example[] = [
    {
        title: "Module defaults",
        hcl: 174,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                zone: "europe-west1-b",
                nodePools: { "nodepool-1": { machineType: "n1-standard-1" } },
            });
        },
    },
    {
        title: "Externally defined service account",
        hcl: 314,
        kind: "components",
        given: () => new ServiceAccount("foo-bar"),
        program: () => {
            const account = ServiceAccount.existing("foo-bar");
            new GkeCluster("cluster-1", {
                zone: "europe-west1-b",
                nodePools: { "nodepool-1": { machineType: "n1-standard-1", account } },
            });
        },
    },
    {
        title: "Auto-created service account",
        hcl: 296,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                zone: "europe-west1-b",
                nodePools: { "nodepool-1": { machineType: "n1-standard-1" } },
            });
        },
    },
    {
        title: "Node & node pool configuration",
        hcl: 607,
        kind: "components",
        program: () => {
            // Nodes in a release channel are always upgraded; `maintenance` limits when.
            new GkeCluster("cluster-1", {
                zone: "europe-west1-b",
                nodePools: {
                    "nodepool-1": {
                        machineType: "n2-standard-2",
                        diskSize: "50 GB",
                        diskType: "pd-ssd",
                        spot: true,
                        scaling: { min: 1, max: 10 },
                        labels: { environment: "dev" },
                        gvnic: true,
                        localSsds: 1,
                    },
                },
            });
        },
    },
    {
        title: "GPU Node & node pool configuration",
        hcl: 580,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                zone: "europe-west4-a",
                nodePools: {
                    "nodepool-gpu-1": {
                        machineType: "a2-highgpu-1g",
                        diskSize: "50 GB",
                        diskType: "pd-ssd",
                        spot: true,
                        gpu: { type: "nvidia-tesla-a100", count: 1, driver: "LATEST" },
                        labels: { environment: "dev" },
                        gvnic: true,
                        localSsds: 1,
                    },
                },
            });
        },
    },
    {
        title: "Dynamic Workload Scheduler (DWS) & node pool configuration",
        hcl: 774,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                zone: "europe-west4-a",
                nodePools: {
                    "nodepool-dws": {
                        machineType: "g2-standard-4",
                        diskSize: "50 GB",
                        diskType: "pd-ssd",
                        spot: true,
                        gpu: { type: "nvidia-l4", count: 1, driver: "LATEST" },
                        scaling: { max: 10 },
                        labels: { environment: "dev" },
                        queuedProvisioning: true,
                        gvnic: true,
                        localSsds: 1,
                    },
                },
            });
        },
    },
    {
        title: "Hyperdisk Balanced",
        hcl: 380,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                zone: "europe-west4-a",
                nodePools: {
                    "nodepool-hyperdisk": {
                        machineType: "c3-standard-4",
                        diskType: "hyperdisk-balanced",
                        diskSize: "100 GB",
                        diskIops: 3000,
                        diskThroughput: 140,
                    },
                },
            });
        },
    },
    {
        title: "Advanced machine features",
        hcl: 324,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                zone: "europe-west4-a",
                nodePools: {
                    "nodepool-advanced-machine-features": { machineType: "n2-standard-4", threadsPerCore: 1 },
                },
            });
        },
    },
    {
        title: "Containerd registry mirror configuration",
        hcl: 353,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                zone: "europe-west4-a",
                nodePools: {
                    "nodepool-containerd": {
                        machineType: "n2-standard-4",
                        registryMirrors: { "registry.example.com": ["mirror.example.com"] },
                    },
                },
            });
        },
    },
];
