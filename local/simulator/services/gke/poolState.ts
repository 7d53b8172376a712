import { createHash } from "node:crypto";
import { isZone, zonesOf } from "../../cloud/zones";
import type { Inputs } from "../../rules/rules";
import { filled, merged } from "./merged";
import { nodesOf } from "./nodes";
import { nodeVersion } from "./versions";

/** "Regional clusters": nodes are in three zones of a region by default. */
export function zonesOfCluster({ location, nodeLocations }: Inputs): string[] {
    if (isZone(location)) {
        return [...new Set([location, ...(nodeLocations ?? [])])].sort();
    }
    return nodeLocations?.length > 0 ? [...nodeLocations].sort() : zonesOf(location).slice(0, 3);
}

/** The zones of a node pool; by default those of its cluster. */
export const zonesOfPool = ({ nodeLocations }: Inputs, cluster: Inputs): string[] =>
    nodeLocations?.length > 0 ? [...nodeLocations].sort() : zonesOfCluster(cluster);

/** Nodes per zone, as the provider reports them: the configured number, and at least the autoscaler's minimum. */
function countOf({ nodeCount, initialNodeCount = 0, autoscaling = {} }: Inputs, zones: number): number {
    const { minNodeCount = 0, totalMinNodeCount = 0 } = autoscaling;
    return Math.max(nodeCount ?? initialNodeCount, minNodeCount, Math.floor(totalMinNodeCount / zones));
}

/**
 * The instance groups of a node pool, one per zone, with shortened names:
 * https://github.com/pulumi/pulumi-gcp/tree/ed6078aa/provider/testdata/recorded/TestProviderUpgrade/cluster
 */
export function groupsOf(name: string, zones: string[], { project, name: cluster }: Inputs): string[] {
    return zones.map((zone) => {
        const hash = createHash("sha256").update(`${project}/${cluster}/${name}/${zone}`).digest("hex").slice(0, 8);
        const group = `gke-${`${cluster}-${name}`.slice(0, 33)}-${hash}-grp`;
        return `projects/${project}/zones/${zone}/instanceGroupManagers/${group}`;
    });
}

/**
 * The physical network interfaces of machines with GPUs, one of which is in the cluster's network:
 * https://docs.cloud.google.com/compute/docs/gpus/gpu-network-bandwidth
 */
const interfaces: Record<string, number> = {
    "a3-edgegpu-8g": 5,
    "a3-highgpu-8g": 5,
    "a3-megagpu-8g": 9,
    "a3-ultragpu-8g": 10,
    "a4-highgpu-8g": 10,
    "a4x-highgpu-4g": 6,
};

/** The networks that GKE makes for the other interfaces, with names of its own, if the profile of the pool says so. */
function networksOf({ name, networkConfig, nodeConfig }: Inputs, { name: cluster }: Inputs): Inputs[] {
    const count = networkConfig?.acceleratorNetworkProfile ? (interfaces[nodeConfig?.machineType] ?? 1) - 1 : 0;
    return Array.from({ length: count }, (_, index) => {
        const network = `gke-${`${cluster}-${name}`.slice(0, 40)}-net-${index + 1}`;
        return { network, subnetwork: `${network}-subnet` };
    });
}

/** The provider reads all limits of the autoscaler, set or not (`flattenNodePool`). */
const noNodes = { minNodeCount: 0, maxNodeCount: 0, totalMinNodeCount: 0, totalMaxNodeCount: 0 };

/** Server defaults in configured blocks. */
const inBlocks: Record<string, unknown> = {
    "maintenancePolicies.exclusionUntilEndOfSupports.endTime": "",
    "maintenancePolicies.exclusionUntilEndOfSupports.startTime": "",
    "networkConfig.additionalNodeNetworkConfigs.network": "",
    "networkConfig.additionalNodeNetworkConfigs.subnetwork": "",
    "networkConfig.additionalPodNetworkConfigs.maxPodsPerNode": 110,
    "upgradeSettings.blueGreenSettings.autoscaledRolloutPolicy.waitForDrainDuration": "259200s",
    "upgradeSettings.blueGreenSettings.nodePoolSoakDuration": "3600s",
    "upgradeSettings.blueGreenSettings.standardRolloutPolicy.batchNodeCount": 0,
    "upgradeSettings.blueGreenSettings.standardRolloutPolicy.batchPercentage": 0,
    "upgradeSettings.blueGreenSettings.standardRolloutPolicy.batchSoakDuration": "0s",
};

/** The state of a node pool, in a cluster or separate. */
export function poolState(inputs: Inputs, cluster: Inputs, old?: Inputs): Inputs {
    const { name, nodeConfig, autoscaling = {}, initialNodeCount = 0 } = inputs;
    const isAutoscaled = Object.keys(autoscaling).length > 0;
    const zones = zonesOfPool(inputs, cluster);
    const groups = groupsOf(name, zones, cluster);
    const link = (group: string) => `https://www.googleapis.com/compute/v1/${group}`;
    const defaults = {
        management: { autoRepair: true, autoUpgrade: true },
        maxPodsPerNode: cluster.defaultMaxPodsPerNode ?? 110,
        namePrefix: "",
        networkConfig: {
            additionalNodeNetworkConfigs: networksOf(inputs, cluster),
            enablePrivateNodes: cluster.privateClusterConfig?.enablePrivateNodes ?? false,
            podIpv4CidrBlock: cluster.clusterIpv4Cidr ?? "",
            podRange: cluster.ipAllocationPolicy?.clusterSecondaryRangeName ?? "",
            subnetwork: cluster.subnetwork ?? "",
        },
        nodeDrainConfigs: [],
        upgradeSettings:
            inputs.upgradeSettings?.strategy === "BLUE_GREEN"
                ? { maxSurge: 0, maxUnavailable: 0 }
                : { maxSurge: 1, maxUnavailable: 0, strategy: "SURGE" },
        ...(isAutoscaled && { autoscaling: { ...noNodes, locationPolicy: nodeConfig?.spot ? "ANY" : "BALANCED" } }),
    };
    const grown = old && inputs.nodeCount === undefined ? { ...inputs, nodeCount: old.nodeCount } : inputs;
    return filled(
        {
            ...merged(defaults, inputs),
            initialNodeCount: old?.initialNodeCount ?? (inputs.nodeCount || initialNodeCount),
            instanceGroupUrls: groups.map(link),
            // Google's beta provider reads them from the beta API.
            managedInstanceGroupUrls: groups.map((item) =>
                link(item.replace("Managers/", "s/")).replace("/v1/", "/beta/"),
            ),
            nodeConfig: nodesOf(nodeConfig, Boolean(cluster.workloadIdentityConfig?.workloadPool)),
            nodeCount: countOf(grown, zones.length),
            nodeLocations: zones,
            version: inputs.version
                ? nodeVersion(inputs.version, cluster.masterVersion)
                : (old?.version ?? cluster.masterVersion),
        },
        inBlocks,
    );
}

/** The properties of a node pool in its cluster. */
export function poolInCluster(state: Inputs): Inputs {
    const { cluster: _, location, project, operation, deletionPolicy, effectiveLabels, pulumiLabels, ...rest } = state;
    return rest;
}
