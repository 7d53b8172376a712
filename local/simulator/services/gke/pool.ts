import { gkeLimits } from "slipway/facts";
import { regionOf, zonesOf } from "../../cloud/zones";
import { type Context, type Inputs, oneOf, type TypeRules } from "../../rules/rules";
import { withNodeCounts } from "./controlPlane";
import {
    api,
    badRequest,
    clusterOf,
    clusterOperation,
    clusterPath,
    displayPath,
    findCluster,
    fullName,
    missingLocation,
    nameError,
    notFound,
} from "./names";
import { actsAsOfNodes } from "./nodeAccounts";
import { nodeValidators, verifyNodes } from "./nodes";
import { poolPlan } from "./plan";
import { poolState, zonesOfPool } from "./poolState";
import { findRange } from "./ranges";
import { channelOf, isFrom, nodeVersion } from "./versions";

const path = (inputs: Inputs) => `${clusterPath(clusterOf(inputs))}/nodePools/${inputs.name}`;

const { upgradedNodes, pods } = gkeLimits.rows;

/** The messages of limits without a record are approximate. */
export function verifyPods(count: number | undefined): void {
    if (count && !(count >= pods.min && count <= pods.max)) {
        throw badRequest(`Max pods per node must be between ${pods.min} and ${pods.max}, but is ${count}.`);
    }
}

/** Throws if the minimum exceeds the maximum. */
function verifyBounds({ autoscaling, name }: Inputs): void {
    if (!autoscaling) {
        return;
    }
    const { minNodeCount = 0, maxNodeCount = 0, totalMinNodeCount = 0, totalMaxNodeCount = 0 } = autoscaling;
    // The provider does not send a block without values.
    if (Object.keys(autoscaling).length === 0) {
        return;
    }
    const [item, total] = [maxNodeCount > 0, totalMaxNodeCount > 0];
    if (item === total || (item && totalMinNodeCount > 0) || (total && minNodeCount > 0)) {
        throw badRequest(
            `Node pool "${name}": autoscaling needs either max_node_count or total_max_node_count, and the minimum of the same kind.`,
        );
    }
    if (minNodeCount > maxNodeCount || totalMinNodeCount > totalMaxNodeCount) {
        throw badRequest(
            `Node pool "${name}": the minimum number of nodes must not be greater than the maximum number of nodes.`,
        );
    }
}

/**
 * Timeouts of drains are a feature of some projects. The message is that of
 * https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/container/resource_container_node_pool_test.go
 */
function verifyDrain({ nodeDrainConfigs = [] }: Inputs): void {
    if (nodeDrainConfigs.some((drain: Inputs) => drain.pdbTimeoutDuration || drain.graceTerminationDuration)) {
        throw badRequest("node drain timeout is not enabled for this project");
    }
}

/**
 * Kubernetes 1.35 does not start nodes with cgroup v1 (https://kubernetes.io/docs/concepts/architecture/cgroups/). The message is that of
 * https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/container/resource_container_cluster_test.go
 */
function verifyControlGroups({ nodeConfig }: Inputs, version: string): void {
    if (nodeConfig?.linuxNodeConfig?.cgroupMode === "CGROUP_MODE_V1" && isFrom("1.35", version)) {
        throw badRequest("Node pools with cgroupv1 is not supported");
    }
}

/** Common checks of node pools, in a cluster or separate. */
export function verifyPool(inputs: Inputs, cluster: Inputs, { cloud }: Context): void {
    const { name, management, upgradeSettings, networkConfig } = inputs;
    const refused = nameError(name);
    if (refused) {
        throw badRequest(
            `Invalid value for "node_pool.name": ${JSON.stringify(name)}. ${refused.slice('"name" '.length)}`,
        );
    }
    verifyBounds(inputs);
    verifyPods(inputs.maxPodsPerNode);
    const zones = zonesOfPool(inputs, cluster);
    const unexpected = zones.find((zone) => !zonesOf(regionOf(cluster.location)).includes(zone));
    if (unexpected) {
        throw badRequest(`Location "${unexpected}" does not exist in region "${regionOf(cluster.location)}".`);
    }
    const channel = channelOf(cluster);
    if (channel !== "UNSPECIFIED" && (management?.autoUpgrade === false || management?.autoRepair === false)) {
        throw badRequest(`Auto_upgrade and auto_repair cannot be false when release_channel ${channel} is set.`);
    }
    if (
        upgradeSettings?.maxSurge === 0 &&
        !upgradeSettings.maxUnavailable &&
        upgradeSettings.strategy !== "BLUE_GREEN"
    ) {
        throw badRequest("Max surge and max unavailable of the upgrade settings cannot both be 0.");
    }
    const { maxSurge = 0, maxUnavailable = 0 } = upgradeSettings ?? {};
    if (maxSurge + maxUnavailable > upgradedNodes.max) {
        throw badRequest(`Max surge and max unavailable together must not be greater than ${upgradedNodes.max}.`);
    }
    // The message is that of https://github.com/hashicorp/terraform-provider-google/issues/18341.
    const reserved = inputs.nodeConfig?.reservationAffinity?.consumeReservationType;
    if (inputs.queuedProvisioning?.enabled && reserved !== "NO_RESERVATION") {
        throw badRequest("Queued_provisioning requires reservation affinity to be set to none");
    }
    if (
        networkConfig?.podRange &&
        !networkConfig.createPodRange &&
        !findRange(cloud, cluster, networkConfig.podRange)
    ) {
        throw badRequest(
            `Pod secondary range "${networkConfig.podRange}" not found in network "${cluster.network}", subnetwork "${cluster.subnetwork}".`,
        );
    }
    verifyDrain(inputs);
    verifyControlGroups(inputs, nodeVersion(inputs.version, cluster.masterVersion));
    const identity = Boolean(cluster.workloadIdentityConfig?.workloadPool);
    verifyNodes(inputs.nodeConfig, { project: cluster.project, zones, identity }, cloud);
}

/**
 * What the provider refuses of a node pool, in a cluster or separate.
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/container/resource_container_node_pool.go
 */
export function requireSettings({ name, namePrefix, initialNodeCount, nodeCount, ...inputs }: Inputs, old?: Inputs) {
    const settings: Inputs = inputs.upgradeSettings ?? {};
    const { strategy = "SURGE", blueGreenSettings: blueGreen } = settings;
    const before: Inputs = old?.upgradeSettings ?? {};
    if (namePrefix && name && !old) {
        throw new Error("Cannot specify both name and name_prefix for a node_pool");
    }
    if (initialNodeCount && nodeCount && !old) {
        throw new Error(`Cannot set both initial_node_count and node_count on node pool ${name}`);
    }
    const isSurge = ["maxSurge", "maxUnavailable"].some(
        (key) => (settings[key] ?? before[key] ?? 0) !== (before[key] ?? 0),
    );
    if (strategy !== "SURGE" && isSurge) {
        throw new Error("Surge upgrade settings may not be changed when surge strategy is not enabled");
    }
    const was = before.blueGreenSettings;
    if (blueGreen && strategy !== "BLUE_GREEN" && JSON.stringify({ ...was, ...blueGreen }) !== JSON.stringify(was)) {
        throw new Error("Blue-green upgrade settings may not be changed when blue-green strategy is not enabled");
    }
    if (blueGreen?.standardRolloutPolicy && blueGreen.autoscaledRolloutPolicy && !old) {
        throw new Error("`standard_rollout_policy` and `autoscaled_rollout_policy` cannot be set at the same time");
    }
}

function verify(inputs: Inputs, context: Context, old?: Inputs): void {
    const { location } = inputs;
    const place = clusterOf(inputs);
    if (!location && !place.location) {
        throw new Error(missingLocation);
    }
    requireSettings(inputs, old);
    const cluster = findCluster(context.cloud, place);
    if (!cluster) {
        throw notFound(displayPath(place));
    }
    if (cluster.state.enableAutopilot) {
        throw badRequest("Autopilot node pools cannot be accessed or modified.");
    }
    if (!old && context.cloud.store.read(fullName(path(inputs)))) {
        throw new Error(`resource - ${path(inputs)} - already exists`);
    }
    verifyPool(inputs, cluster.state, context);
}

/** The provider reads the instance groups of node pools. */
const readPool = ["container.projects.locations.clusters.nodePools.get", "compute.instanceGroupManagers.get"];

export const nodePool: TypeRules = {
    noun: "NodePool",
    api,
    actsAs: actsAsOfNodes(({ nodeConfig }) => nodeConfig),
    // `GetLocation` in https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/tpgresource/regional_utils.go
    zonal: "without region",
    // Pulumi generates the name, although the schema marks it as optional and computed.
    autoname: "name",
    errorPrefix: (verb) => (verb === "create" ? "error creating NodePool" : ""),
    deleteErrorPrefix: () => "Error deleting NodePool",
    waitMessage: (verb) => `${{ create: "creating", update: "updating", delete: "deleting" }[verb]} GKE NodePool`,
    project: (inputs) => clusterOf(inputs).project,
    id: path,
    name: (inputs) => fullName(path(inputs)),
    validators: {
        namePrefix: (prefix) =>
            prefix.length > 31 ? '"name_prefix" cannot be longer than 31 characters, name is limited to 40' : undefined,
        "autoscaling.locationPolicy": oneOf("autoscaling.0.location_policy", "BALANCED", "ANY"),
        "upgradeSettings.strategy": oneOf("upgrade_settings.0.strategy", "SURGE", "BLUE_GREEN"),
        ...Object.fromEntries(Object.entries(nodeValidators).map(([at, reason]) => [`nodeConfig.${at}`, reason])),
    },
    plan: poolPlan,
    verify,
    state: (inputs, { cloud }, old) => {
        const place = clusterOf(inputs);
        const cluster = findCluster(cloud, place);
        return {
            ...poolState(inputs, cluster?.state ?? {}, old),
            location: place.location,
            project: place.project,
            operation: "",
        };
    },
    read: (state, context) => {
        const found = context.cloud.store.read(fullName(path(state)));
        return found && withNodeCounts(found.state, clusterOf(state), context);
    },
    calls: {
        create: ["container.projects.locations.clusters.nodePools.create", clusterOperation, ...readPool],
        read: readPool,
        update: ["container.projects.locations.clusters.nodePools.update", clusterOperation, ...readPool],
        delete: ["container.projects.locations.clusters.nodePools.delete", clusterOperation],
    },
};
