import type { Provider } from "@pulumi/kubernetes/provider";
import * as pulumi from "@pulumi/pulumi";
import * as slipway from "slipway";
import { type AccountReference, ContainerRegistry, PubSubTopic, ServiceAccount } from "slipway";
import { type ControlPlane, GkeCluster, type GkeClusterArgs, type NodePool } from "slipway/gke";

const nodePools: Record<string, NodePool> = { default: { machineType: "e2-standard-4", scaling: { min: 1, max: 5 } } };
const bare = new GkeCluster("main");
new GkeCluster("main", { nodePools, autoscalingProfile: "OPTIMIZE_UTILIZATION", maxPodsPerNode: 64 });
new GkeCluster("full", {
    name: "sales",
    region: "europe-west1",
    releaseChannel: "STABLE",
    maintenance: {
        window: { start: "02:00", duration: "4 hours", days: ["MONDAY", "tuesday", "FRI"] },
        exclusions: { sale: { start: "2026-11-20T00:00:00Z", end: "2026-12-02T00:00:00Z", scope: "NO_UPGRADES" } },
    },
    network: { network: "apps", subnet: pulumi.output("apps"), pods: "pods", services: "services" },
    controlPlane: { ipEndpoint: "public", authorizedNetworks: { office: "203.0.113.0/24" } },
    auth: "token",
    encryptionKey: pulumi.output("key"),
    binaryAuthorization: true,
    securityGroup: "gke-security-groups@acme.com",
    controlPlaneLogs: ["APISERVER"],
    logging: ["SYSTEM_COMPONENTS"],
    monitoring: { components: ["SYSTEM_COMPONENTS", "APISERVER"], prometheus: true },
    notifications: { topic: new PubSubTopic("upgrades"), events: ["UPGRADE_EVENT"] },
    fqdnNetworkPolicy: true,
    backupAgent: true,
    account: new ServiceAccount("workers"),
    labels: { team: "forecast" },
    transform: { cluster: { description: "Sales" }, provider: {} },
    crossProject: "prod",
});
export const known: [
    Provider,
    AccountReference,
    pulumi.Output<string>,
    pulumi.Output<string>,
    "autopilot" | "standard",
] = [bare.provider, bare.nodeAccount, bare.kubeconfig, bare.workloadPool, bare.mode];
export const waits: pulumi.Resource[] = [...bare.ready, bare.pullsFrom(new ContainerRegistry("app"))];

const account = ServiceAccount.existing("workers");
const disk = { diskType: "hyperdisk-balanced", diskIops: 3000, diskThroughput: 140 } as const;
const machine = { machineType: "n2-standard-4", threadsPerCore: 1, gvnic: true, localSsds: 2, account } as const;
const registryMirrors = { "docker.io": ["mirror.acme.com"] };
new GkeCluster("main", {
    nodePools: {
        disk: { machineType: "c3-standard-4", ...disk, registryMirrors },
        reserved: { ...machine, reservation: { name: "gpus" } },
        queued: { ...machine, queuedProvisioning: true, reservation: "NO_RESERVATION" },
    },
    autoProvisioning: { cpu: 48, memory: "182 GB", gpu: { "nvidia-l4": 2 } },
    dns: { scope: "VPC_SCOPE", domain: "gke.local" },
    logging: false,
    monitoring: false,
});

// @ts-expect-error: an unknown component of metrics.
new GkeCluster("main", { monitoring: { components: ["WORKLOADS"] } });

// @ts-expect-error: notifications require a topic.
new GkeCluster("main", { notifications: { events: ["UPGRADE_EVENT"] } });

// @ts-expect-error: an unknown event.
new GkeCluster("main", { notifications: { topic: new PubSubTopic("upgrades"), events: ["UPGRADES"] } });

// @ts-expect-error: an Autopilot cluster has Cloud DNS.
new GkeCluster("main", { dns: {} });

// @ts-expect-error: an Autopilot cluster needs no limits.
new GkeCluster("main", { autoProvisioning: { cpu: 48, memory: "182 GB" } });

// @ts-expect-error: node auto-provisioning needs a limit of memory.
new GkeCluster("main", { nodePools, autoProvisioning: { cpu: 48 } });

// @ts-expect-error: a core has one or two threads.
new GkeCluster("main", { nodePools: { default: { machineType: "n2-standard-4", threadsPerCore: 4 } } });

// @ts-expect-error: a service account of the program is a component, not an address.
new GkeCluster("main", { account: new ServiceAccount("nodes").email });

// @ts-expect-error: addresses of Google Cloud reach no internal endpoint.
const internal: ControlPlane = { ipEndpoint: "private", googleCloudAccess: true };

// @ts-expect-error: an Autopilot cluster has no autoscaling profile.
new GkeCluster("main", { autoscalingProfile: "OPTIMIZE_UTILIZATION" });

// @ts-expect-error: an Autopilot cluster has no number of pods per node.
new GkeCluster("main", { maxPodsPerNode: 64 });

// @ts-expect-error: the autoscaler sets the number of nodes.
new GkeCluster("main", { nodePools: { default: { machineType: "e2-standard-4", nodeCount: 3 } } });

// @ts-expect-error: a pool requires a machine type.
new GkeCluster("main", { nodePools: { default: {} } });

// @ts-expect-error: a public address requires authorized networks.
const everybody: ControlPlane = { ipEndpoint: "public" };

// @ts-expect-error: authorized networks require an address.
const nobody: ControlPlane = { ipEndpoint: "none", authorizedNetworks: {} };

// @ts-expect-error: an existing network has no new ranges.
const both: GkeClusterArgs = { network: { ranges: {}, network: "apps", subnet: "apps" } };

// @ts-expect-error: a cluster has no network tags.
const half: GkeClusterArgs = { network: { network: "apps", subnet: "apps", tags: ["apps"] } };

// @ts-expect-error: a maintenance window requires a duration.
const short: GkeClusterArgs = { maintenance: { window: { start: "02:00" } } };

// @ts-expect-error: an unknown type of authentication.
new GkeCluster("main", { auth: "certificate" });

export const refused = [internal, everybody, nobody, both, half, short];

// @ts-expect-error The type of the name in the wrong entry says which one exports it.
new slipway.GkeCluster("main");
// @ts-expect-error The type of the name in the wrong entry says which one exports it.
new slipway.AutoscaledDeployment("echo", {});
