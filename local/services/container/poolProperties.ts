import * as node from "./nodeProperties";

/** The same paths below a block. */
export const below = (block: string, paths: string[]): string[] =>
    paths.map((path) => path.replace(/^!?/, (mark) => `${mark}${block}.`));

/** What the server sets inside of the blocks of a node pool. */
export const computed = [
    "autoscaling.locationPolicy",
    "maintenancePolicies.exclusionUntilEndOfSupports.endTime",
    "maintenancePolicies.exclusionUntilEndOfSupports.startTime",
    "networkConfig.additionalNodeNetworkConfigs",
    "networkConfig.additionalNodeNetworkConfigs.network",
    "networkConfig.additionalNodeNetworkConfigs.subnetwork",
    "networkConfig.additionalPodNetworkConfigs.maxPodsPerNode",
    "networkConfig.enablePrivateNodes",
    "networkConfig.podCidrOverprovisionConfig",
    "networkConfig.podIpv4CidrBlock",
    "networkConfig.podRange",
    "networkConfig.subnetwork",
    "upgradeSettings.blueGreenSettings",
    "upgradeSettings.blueGreenSettings.autoscaledRolloutPolicy.waitForDrainDuration",
    "upgradeSettings.blueGreenSettings.nodePoolSoakDuration",
    "upgradeSettings.blueGreenSettings.standardRolloutPolicy.batchNodeCount",
    "upgradeSettings.blueGreenSettings.standardRolloutPolicy.batchPercentage",
    "upgradeSettings.blueGreenSettings.standardRolloutPolicy.batchSoakDuration",
    "upgradeSettings.maxSurge",
    "upgradeSettings.maxUnavailable",
    ...below("nodeConfig", node.computed),
];

/** What the server sets of a node pool that stands inside of a cluster. */
export const computedInside = [
    "nodeConfig",
    "initialNodeCount",
    "instanceGroupUrls",
    "managedInstanceGroupUrls",
    "management",
    "maxPodsPerNode",
    "name",
    "namePrefix",
    "networkConfig",
    "nodeCount",
    "nodeDrainConfigs",
    "nodeLocations",
    "upgradeSettings",
    "version",
    ...computed,
];

/** What makes new nodes wherever a pool stands, and what in that makes none. */
const replacingAnywhere = [
    "networkConfig.acceleratorNetworkProfile",
    "networkConfig.additionalNodeNetworkConfigs",
    "networkConfig.additionalPodNetworkConfigs",
    "networkConfig.createPodRange",
    "networkConfig.podCidrOverprovisionConfig",
    "networkConfig.podIpv4CidrBlock",
    "networkConfig.podRange",
    "networkConfig.subnetwork",
    "!networkConfig.podCidrOverprovisionConfig.disabled",
    "!placementPolicy.tpuTopology",
    "!placementPolicy.type",
    "nodeConfig",
    ...below("nodeConfig", node.replacing),
];

/** What makes a new node pool. */
export const replacing = [
    "cluster",
    "initialNodeCount",
    "location",
    "maxPodsPerNode",
    "name",
    "namePrefix",
    "placementPolicy",
    "project",
    "queuedProvisioning",
    ...replacingAnywhere,
];

/** What makes a new cluster of what stands in the node pools inside of it, each change of whose number does. */
export const replacingInside = [
    "!autoscaling",
    "!ignoreNodeCountChanges",
    "!instanceGroupUrls",
    "!maintenancePolicies",
    "!managedInstanceGroupUrls",
    "!management",
    "!networkConfig",
    "!nodeCount",
    "!nodeDrainConfigs",
    "!nodeLocations",
    "!upgradeSettings",
    "!version",
    ...replacingAnywhere,
];

export const defaults: Record<string, unknown> = {
    "management.autoRepair": true,
    "management.autoUpgrade": true,
    "upgradeSettings.strategy": "SURGE",
    ...Object.fromEntries(Object.entries(node.defaults).map(([path, value]) => [`nodeConfig.${path}`, value])),
};

export const sets = ["nodeLocations", ...below("nodeConfig", node.sets)];
