import * as pulumi from "@pulumi/pulumi";
import { CloudRunJob, ContainerRegistry, Network, PubSubTopic, ServiceAccount } from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";
import { nameFormats } from "../../../lib/facts/names";
import { crossProject, place } from "../everythingElse";
import type { SampleCalls } from "../iam/sampleCalls";
import type { LongestNames } from "../lengthened";
import { image } from "../serving";

/** Clusters with all options. */
export function program(): void {
    const bare = new GkeCluster("bare-cluster");
    bare.pullsFrom(new ContainerRegistry("cluster-images"));
    new GkeCluster("full-cluster", {
        name: "sales",
        zone: "europe-west1-b",
        nodePools: {
            bare: { machineType: "e2-standard-4" },
            full: {
                machineType: "g2-standard-8",
                scaling: { min: 0, max: 4 },
                spot: true,
                locationPolicy: "ANY",
                zones: ["europe-west1-b"],
                diskType: "pd-ssd",
                diskSize: "50 GB",
                gpu: { type: "nvidia-l4", count: 1, driver: "LATEST" },
                labels: { pool: "gpu" },
                taints: [{ key: "gpu", value: "l4", effect: "NO_SCHEDULE" }],
                upgrade: { maxSurge: 2, maxUnavailable: 1 },
                localSsds: 1,
                gvnic: true,
                queuedProvisioning: true,
                reservation: "NO_RESERVATION",
                account: new ServiceAccount("gpu-nodes"),
                registryMirrors: { "docker.io": ["https://mirror.acme.com"] },
            },
            reserved: {
                machineType: "c3-standard-8",
                diskType: "hyperdisk-balanced",
                diskSize: "100 GB",
                diskIops: 4000,
                diskThroughput: 200,
                threadsPerCore: 1,
                reservation: { name: "batch" },
            },
        },
        autoscalingProfile: "OPTIMIZE_UTILIZATION",
        maxPodsPerNode: 64,
        autoProvisioning: { cpu: 48, memory: "182 GB", gpu: { "nvidia-l4": 2 } },
        dns: { scope: "VPC_SCOPE", domain: "gke.local" },
        releaseChannel: "RAPID",
        maintenance: {
            window: { start: "02:00", duration: "4 hours", days: ["MONDAY", "TUESDAY", "WEDNESDAY"] },
            exclusions: {
                sale: { start: "2026-11-20T00:00:00Z", end: "2026-12-02T00:00:00Z", scope: "NO_MINOR_UPGRADES" },
            },
        },
        network: { ranges: { nodes: "10.8.0.0/22", pods: "10.16.0.0/16", services: "10.9.0.0/20" } },
        controlPlane: {
            ipEndpoint: "public",
            dnsEndpoint: false,
            authorizedNetworks: { office: "203.0.113.0/24" },
            googleCloudAccess: true,
        },
        auth: "token",
        encryptionKey: pulumi.output("projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/all"),
        binaryAuthorization: true,
        securityGroup: "gke-security-groups@acme.com",
        controlPlaneLogs: ["APISERVER", "CONTROLLER_MANAGER", "SCHEDULER"],
        logging: ["SYSTEM_COMPONENTS"],
        monitoring: { components: ["SYSTEM_COMPONENTS", "APISERVER"], prometheus: false },
        notifications: { topic: new PubSubTopic("cluster-upgrades"), events: ["UPGRADE_EVENT"] },
        fqdnNetworkPolicy: true,
        backups: {
            nightly: {
                schedule: { cron: "0 2 * * *", paused: true },
                retention: { period: "90 days", deleteLock: "7 days", locked: false },
                region: "europe-west4",
                namespaces: ["shop"],
                secrets: false,
                volumes: false,
                permissive: true,
                encryptionKey: pulumi.output("projects/acme-keys/locations/europe-west4/keyRings/data/cryptoKeys/all"),
                labels: { team: "forecast" },
            },
            weekly: { schedule: "0 9 * * 1", retention: "180 days", applications: { shop: ["cart"] } },
            manual: { schedule: false },
        },
        backupAgent: true,
        account: new ServiceAccount("workers"),
        labels: { team: "forecast", owner: pulumi.output("sales") },
    });
    new GkeCluster("joined-cluster", {
        network: { network: "apps", subnet: pulumi.output("apps"), pods: "pods", services: "services" },
        controlPlane: { ipEndpoint: "private", authorizedNetworks: { office: "10.64.0.0/16" } },
    });
}

export const sampleCalls: SampleCalls = {
    "GkeCluster.developer": "kubectl reads what the cluster serves.",
};

export const longestNames: LongestNames = {
    "container/cluster:Cluster name": nameFormats.rows.gkeCluster.max,
    "gcp:container/cluster:Cluster masterAuthorizedNetworksConfig.cidrBlocks.displayName": "unlimited",
    "container/nodePool:NodePool name": nameFormats.rows.gkeCluster.max,
    "gkebackup/backupPlan:BackupPlan name": nameFormats.rows.backupPlan.max,
    "gcp:container/cluster:Cluster clusterAutoscaling.resourceLimits.resourceType": "unlimited",
    "gcp:container/cluster:Cluster maintenancePolicy.maintenanceExclusions.exclusionName": "unlimited",
    "gcp:container/nodePool:NodePool nodeConfig.containerdConfig.registryHosts.server": "unlimited",
};

export const secretsElsewhere = { GkeCluster: "only labels and names, which a cluster is needed for" };

/** Those that exist already. */
export function existing(): void {
    const network = Network.existing("existing-network", {
        project: place.project,
        subnets: {
            near: { existing: "near", region: "europe-west4" },
            far: { existing: "projects/acme-shared/regions/us-east1/subnetworks/far", region: "us-east1" },
        },
        nat: true,
        proxyOnlySubnets: { "europe-west4": "10.129.4.0/23" },
        crossProject,
    });
    const cluster = GkeCluster.existing("existing-cluster", {
        region: "europe-west4",
        nodePools: { more: { machineType: "n2-standard-4", account: new ServiceAccount("existing-nodes") } },
        network,
        auth: "token",
        labels: { team: "other" },
    });
    new AutoscaledDeployment("on-existing", {
        cluster,
        image,
        port: 8088,
        health: "/healthz",
        expose: { ingress: { domain: "inner.acme.com", certificate: false } },
    });
    GkeCluster.existing("existing-standard", { ...place, mode: "standard", crossProject });
    new CloudRunJob("beside-existing", { image, env: { CLUSTER: cluster.cluster.name } });
}
