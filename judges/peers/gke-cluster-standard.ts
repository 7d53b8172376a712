import { PubSubTopic } from "slipway";
import { GkeCluster } from "slipway/gke";
import type { Example } from "./example";

export const examples: Example[] = [
    {
        title: "Private cluster with DNS endpoint enabled",
        hcl: 430,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                zone: "europe-west1-b",
                controlPlane: { ipEndpoint: "private", authorizedNetworks: { "internal-vms": "10.0.0.0/8" } },
                network: { network: "apps", subnet: "apps", pods: "pods", services: "services" },
                maxPodsPerNode: 32,
                nodePools: { main: { machineType: "e2-standard-4" } },
            });
        },
    },
    {
        title: "Public cluster",
        hcl: 577,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                zone: "europe-west1-b",
                controlPlane: {
                    ipEndpoint: "public",
                    dnsEndpoint: false,
                    authorizedNetworks: { "corporate proxy": "8.8.8.8/32" },
                },
                privateNodes: false,
                network: { network: "apps", subnet: "apps", pods: "pods", services: "services" },
                maxPodsPerNode: 32,
                nodePools: { main: { machineType: "e2-standard-4" } },
            });
        },
    },
    {
        title: "Allowing access from Google Cloud services",
        hcl: 571,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                zone: "europe-west1-b",
                controlPlane: {
                    ipEndpoint: "public",
                    dnsEndpoint: false,
                    authorizedNetworks: { "internal-vms": "10.0.0.0/8" },
                    googleCloudAccess: true,
                },
                privateNodes: false,
                network: { network: "apps", subnet: "apps", pods: "pods", services: "services" },
                maxPodsPerNode: 32,
                nodePools: { main: { machineType: "e2-standard-4" } },
            });
        },
    },
    {
        title: "Regional cluster",
        hcl: 376,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                network: { network: "apps", subnet: "apps", pods: "pods", services: "services" },
                maxPodsPerNode: 32,
                nodePools: { main: { machineType: "e2-standard-4", zones: ["europe-west1-b"] } },
            });
        },
    },
    {
        title: "Enable Dataplane V2",
        hcl: 458,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-dataplane-v2", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps", pods: "pods", services: "services" },
                nodePools: { main: { machineType: "e2-standard-4" } },
                fqdnNetworkPolicy: true,
            });
        },
    },
    {
        title: "Managing GKE logs",
        hcl: 396,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps", pods: "pods", services: "services" },
                controlPlaneLogs: ["APISERVER", "SCHEDULER", "CONTROLLER_MANAGER"],
                nodePools: { main: { machineType: "e2-standard-4" } },
            });
        },
    },
    {
        title: "Upgrade notifications",
        hcl: 447,
        kind: "components",
        program: () => {
            const topic = new PubSubTopic("cluster-1", {
                encryptionKey: "projects/acme-keys/locations/global/keyRings/mykeyring/cryptoKeys/mykey",
            });
            new GkeCluster("cluster-1", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps", pods: "pods", services: "services" },
                nodePools: { main: { machineType: "e2-standard-4" } },
                notifications: { topic, events: ["SECURITY_BULLETIN_EVENT", "UPGRADE_EVENT"] },
            });
        },
    },
    {
        title: "Monitoring configuration",
        hcl: 421,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps", pods: "pods", services: "services" },
                nodePools: { main: { machineType: "e2-standard-4" } },
                monitoring: { components: ["SYSTEM_COMPONENTS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER"] },
            });
        },
    },
    {
        title: "Monitoring configuration (2)",
        hcl: 527,
        kind: "components",
        program: () => {
            // Collects all of these metrics by default.
            new GkeCluster("cluster-1", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps", pods: "pods", services: "services" },
                nodePools: { main: { machineType: "e2-standard-4" } },
            });
        },
    },
    {
        title: "Disable GKE logs or metrics collection",
        hcl: 297,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps", pods: "pods", services: "services" },
                nodePools: { main: { machineType: "e2-standard-4" } },
                logging: false,
            });
        },
    },
    {
        title: "Disable GKE logs or metrics collection (2)",
        hcl: 337,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps", pods: "pods", services: "services" },
                nodePools: { main: { machineType: "e2-standard-4" } },
                monitoring: false,
            });
        },
    },
    {
        title: "Cloud DNS",
        hcl: 352,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps", pods: "pods", services: "services" },
                nodePools: { main: { machineType: "e2-standard-4" } },
                dns: { domain: "gke.local" },
            });
        },
    },
    {
        title: "Backup for GKE",
        hcl: 435,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps", pods: "pods", services: "services" },
                nodePools: { main: { machineType: "e2-standard-4" } },
                backups: {
                    "backup-1": {
                        region: "europe-west2",
                        schedule: "0 9 * * 1",
                        applications: { "namespace-1": ["app-1", "app-2"] },
                    },
                },
            });
        },
    },
    {
        title: "Automatic creation of new secondary ranges",
        hcl: 281,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps" },
                nodePools: { main: { machineType: "e2-standard-4" } },
            });
        },
    },
    {
        title: "Node auto-provisioning with GPUs and TPUs",
        hcl: 480,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                zone: "europe-west1-b",
                network: { network: "apps", subnet: "apps" },
                nodePools: { main: { machineType: "e2-standard-4" } },
                autoProvisioning: {
                    cpu: 48,
                    memory: "182 GB",
                    gpu: { "nvidia-l4": 2 },
                    tpu: { "tpu-v5-lite-podslice": 2 },
                },
            });
        },
    },
    {
        title: "Disable PSC endpoint creation",
        hcl: 318,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                network: { network: "apps", subnet: "apps", pods: "pods", services: "services" },
            });
        },
    },
];
