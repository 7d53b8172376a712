import { PubSubTopic } from "slipway";
import { GkeCluster } from "slipway/gke";
import type { Example } from "./example";

export const examples: Example[] = [
    {
        title: "GKE Autopilot cluster",
        hcl: 406,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                controlPlane: { ipEndpoint: "private", authorizedNetworks: { "internal-vms": "10.0.0.0/8" } },
                network: { network: "apps", subnet: "apps", pods: "pods", services: "services" },
            });
        },
    },
    {
        title: "Cloud DNS",
        hcl: 393,
        kind: "components",
        program: () => {
            // Autopilot clusters always use Cloud DNS, with the domain cluster.local.
            new GkeCluster("cluster-1", {
                network: { network: "apps", subnet: "apps", pods: "pods", services: "services" },
            });
        },
    },
    {
        title: "Logging configuration",
        hcl: 411,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                network: { network: "apps", subnet: "apps", pods: "pods", services: "services" },
                controlPlaneLogs: ["APISERVER", "SCHEDULER", "CONTROLLER_MANAGER"],
            });
        },
    },
    {
        title: "Monitoring configuration",
        hcl: 423,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                network: { network: "apps", subnet: "apps", pods: "pods", services: "services" },
                monitoring: { components: ["SYSTEM_COMPONENTS", "APISERVER", "CONTROLLER_MANAGER", "SCHEDULER"] },
            });
        },
    },
    {
        title: "Monitoring configuration (2)",
        hcl: 529,
        kind: "components",
        program: () => {
            // GKE collects all of these metrics by default.
            new GkeCluster("cluster-1", {
                network: { network: "apps", subnet: "apps", pods: "pods", services: "services" },
            });
        },
    },
    {
        title: "Backup for GKE",
        hcl: 383,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                network: { network: "apps", subnet: "apps", pods: "pods", services: "services" },
                backups: { "backup-1": { region: "europe-west2", schedule: "0 9 * * 1" } },
            });
        },
    },
    {
        title: "Allowing access from Google Cloud services",
        hcl: 445,
        kind: "components",
        program: () => {
            new GkeCluster("cluster-1", {
                // External addresses reach only an external endpoint.
                controlPlane: {
                    ipEndpoint: "public",
                    authorizedNetworks: { "internal-vms": "10.0.0.0/8" },
                    googleCloudAccess: true,
                },
                network: { network: "apps", subnet: "apps", pods: "pods", services: "services" },
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
    {
        title: "Upgrade notifications",
        hcl: 449,
        kind: "components",
        program: () => {
            const topic = new PubSubTopic("cluster-1", {
                encryptionKey: "projects/acme-keys/locations/global/keyRings/mykeyring/cryptoKeys/mykey",
            });
            new GkeCluster("cluster-1", {
                network: { network: "apps", subnet: "apps", pods: "pods", services: "services" },
                notifications: { topic, events: ["SECURITY_BULLETIN_EVENT", "UPGRADE_EVENT"] },
            });
        },
    },
];
