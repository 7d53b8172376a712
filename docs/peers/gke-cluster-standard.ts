import { BackupPlan } from "@pulumi/gcp/gkebackup/backupPlan";
import { PubSubTopic } from "slipway";
import { GkeCluster } from "slipway/kubernetes";
import type { Example } from "./example";

export const examples: Example[] = [
    {
        title: "Private cluster with DNS endpoint enabled",
        hcl: 430,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                location: "europe-west1-b",
                controlPlane: { ipEndpoint: "private", authorizedNetworks: { "internal-vms": "10.0.0.0/8" } },
                network: { network: "apps", subnetwork: "apps", pods: "pods", services: "services" },
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
                location: "europe-west1-b",
                controlPlane: {
                    ipEndpoint: "public",
                    dnsEndpoint: false,
                    authorizedNetworks: { "corporate proxy": "8.8.8.8/32" },
                },
                privateNodes: false,
                network: { network: "apps", subnetwork: "apps", pods: "pods", services: "services" },
                maxPodsPerNode: 32,
                nodePools: { main: { machineType: "e2-standard-4" } },
            });
        },
    },
    {
        title: "Allowing access from Google Cloud services",
        hcl: 571,
        kind: "transform",
        program: () => {
            new GkeCluster("cluster-1", {
                location: "europe-west1-b",
                controlPlane: {
                    ipEndpoint: "public",
                    dnsEndpoint: false,
                    authorizedNetworks: { "internal-vms": "10.0.0.0/8" },
                },
                privateNodes: false,
                network: { network: "apps", subnetwork: "apps", pods: "pods", services: "services" },
                maxPodsPerNode: 32,
                nodePools: { main: { machineType: "e2-standard-4" } },
                transform: {
                    cluster: {
                        masterAuthorizedNetworksConfig: { gcpPublicCidrsAccessEnabled: true },
                    },
                },
            });
        },
    },
    {
        title: "Regional cluster",
        hcl: 376,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                network: { network: "apps", subnetwork: "apps", pods: "pods", services: "services" },
                maxPodsPerNode: 32,
                nodePools: { main: { machineType: "e2-standard-4", zones: ["europe-west1-b"] } },
            });
        },
    },
    {
        title: "Enable Dataplane V2",
        hcl: 458,
        kind: "transform",
        program: () => {
            new GkeCluster("cluster-dataplane-v2", {
                location: "europe-west1-b",
                network: { network: "apps", subnetwork: "apps", pods: "pods", services: "services" },
                nodePools: { main: { machineType: "e2-standard-4" } },
                transform: { cluster: { enableFqdnNetworkPolicy: true } },
            });
        },
    },
    {
        title: "Managing GKE logs",
        hcl: 396,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                location: "europe-west1-b",
                network: { network: "apps", subnetwork: "apps", pods: "pods", services: "services" },
                controlPlaneLogs: ["APISERVER", "SCHEDULER", "CONTROLLER_MANAGER"],
                nodePools: { main: { machineType: "e2-standard-4" } },
            });
        },
    },
    {
        title: "Upgrade notifications",
        hcl: 447,
        kind: "transform",
        program: () => {
            const { topic } = new PubSubTopic("cluster-1", {
                encryptionKey: "projects/acme-keys/locations/global/keyRings/mykeyring/cryptoKeys/mykey",
            });
            const filter = { eventTypes: ["SECURITY_BULLETIN_EVENT", "UPGRADE_EVENT"] };
            new GkeCluster("cluster-1", {
                location: "europe-west1-b",
                network: { network: "apps", subnetwork: "apps", pods: "pods", services: "services" },
                nodePools: { main: { machineType: "e2-standard-4" } },
                transform: { cluster: { notificationConfig: { pubsub: { enabled: true, topic: topic.id, filter } } } },
            });
        },
    },
    {
        title: "Monitoring configuration",
        hcl: 421,
        kind: "transform",
        program: () => {
            new GkeCluster("cluster-1", {
                location: "europe-west1-b",
                network: { network: "apps", subnetwork: "apps", pods: "pods", services: "services" },
                nodePools: { main: { machineType: "e2-standard-4" } },
                transform: {
                    cluster: {
                        monitoringConfig: {
                            enableComponents: ["SYSTEM_COMPONENTS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER"],
                        },
                    },
                },
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
                location: "europe-west1-b",
                network: { network: "apps", subnetwork: "apps", pods: "pods", services: "services" },
                nodePools: { main: { machineType: "e2-standard-4" } },
            });
        },
    },
    {
        title: "Disable GKE logs or metrics collection",
        hcl: 297,
        kind: "transform",
        program: () => {
            new GkeCluster("cluster-1", {
                location: "europe-west1-b",
                network: { network: "apps", subnetwork: "apps", pods: "pods", services: "services" },
                nodePools: { main: { machineType: "e2-standard-4" } },
                transform: { cluster: { loggingConfig: { enableComponents: [] } } },
            });
        },
    },
    {
        title: "Disable GKE logs or metrics collection (2)",
        hcl: 337,
        kind: "transform",
        program: () => {
            new GkeCluster("cluster-1", {
                location: "europe-west1-b",
                network: { network: "apps", subnetwork: "apps", pods: "pods", services: "services" },
                nodePools: { main: { machineType: "e2-standard-4" } },
                transform: {
                    cluster: { monitoringConfig: { enableComponents: [], managedPrometheus: { enabled: false } } },
                },
            });
        },
    },
    {
        title: "Cloud DNS",
        hcl: 352,
        kind: "transform",
        program: () => {
            new GkeCluster("cluster-1", {
                location: "europe-west1-b",
                network: { network: "apps", subnetwork: "apps", pods: "pods", services: "services" },
                nodePools: { main: { machineType: "e2-standard-4" } },
                transform: {
                    cluster: {
                        dnsConfig: {
                            clusterDns: "CLOUD_DNS",
                            clusterDnsScope: "CLUSTER_SCOPE",
                            clusterDnsDomain: "gke.local",
                        },
                    },
                },
            });
        },
    },
    {
        title: "Backup for GKE",
        hcl: 435,
        kind: "both",
        program: () => {
            const { cluster } = new GkeCluster("cluster-1", {
                location: "europe-west1-b",
                network: { network: "apps", subnetwork: "apps", pods: "pods", services: "services" },
                nodePools: { main: { machineType: "e2-standard-4" } },
                transform: { cluster: { addonsConfig: { gkeBackupAgentConfig: { enabled: true } } } },
            });
            const namespacedNames = ["app-1", "app-2"].map((name) => ({ namespace: "namespace-1", name }));
            new BackupPlan("backup-1", {
                cluster: cluster.id,
                location: "europe-west2",
                backupSchedule: { cronSchedule: "0 9 * * 1" },
                backupConfig: { selectedApplications: { namespacedNames } },
            });
        },
    },
    {
        title: "Automatic creation of new secondary ranges",
        hcl: 281,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                location: "europe-west1-b",
                network: { network: "apps", subnetwork: "apps" },
                nodePools: { main: { machineType: "e2-standard-4" } },
            });
        },
    },
    {
        title: "Node auto-provisioning with GPUs and TPUs",
        hcl: 480,
        kind: "transform",
        program: () => {
            new GkeCluster("cluster-1", {
                location: "europe-west1-b",
                network: { network: "apps", subnetwork: "apps" },
                nodePools: { main: { machineType: "e2-standard-4" } },
                transform: {
                    cluster: {
                        clusterAutoscaling: {
                            enabled: true,
                            resourceLimits: [
                                { resourceType: "cpu", maximum: 48 },
                                { resourceType: "memory", maximum: 182 },
                                { resourceType: "nvidia-l4", maximum: 2 },
                                { resourceType: "tpu-v5-lite-podslice", maximum: 2 },
                            ],
                        },
                    },
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
                network: { network: "apps", subnetwork: "apps", pods: "pods", services: "services" },
            });
        },
    },
];
