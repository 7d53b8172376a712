import { parseRange } from "../../../../lib/formats";
import { FollowUpError, GoogleError } from "../../cloud/errors";
import { type Context, type Inputs, lastPart, oneOf, type TypeRules } from "../../rules/rules";
import { clusterState } from "./clusterState";
import { endControlPlane, startControlPlane, withNodeCounts } from "./controlPlane";
import { createWorkloadPool, releaseAddresses, removePools, reserveAddresses } from "./footprint";
import { maintenanceError } from "./maintenance";
import {
    api,
    type ClusterPlace,
    clusterOperation,
    clusterPath,
    displayPath,
    findCluster,
    fullName,
    nameError,
} from "./names";
import { actsAsOfNodes } from "./nodeAccounts";
import { nodeValidators } from "./nodes";
import { plan } from "./plan";
import { poolInCluster } from "./poolState";
import { claimRanges } from "./ranges";
import { verifyCluster } from "./verify";

/** The provider's validation of CIDR ranges. */
const refusedNetwork = (path: string) => (text: string) =>
    parseRange(text)
        ? parseRange(text)?.isExact
            ? undefined
            : `expected ${path} to contain a valid network Value, got ${text}`
        : `expected ${path} to contain a valid Value, got: ${text} with err: invalid CIDR address: ${text}`;

const masterRange = "private_cluster_config.0.master_ipv4_cidr_block";

const refused: Record<string, (value: string) => string | undefined> = {
    name: nameError,
    datapathProvider: oneOf(
        "datapath_provider",
        "DATAPATH_PROVIDER_UNSPECIFIED",
        "LEGACY_DATAPATH",
        "ADVANCED_DATAPATH",
    ),
    networkingMode: oneOf("networking_mode", "VPC_NATIVE", "ROUTES"),
    "binaryAuthorization.evaluationMode": oneOf(
        "binary_authorization.0.evaluation_mode",
        "DISABLED",
        "PROJECT_SINGLETON_POLICY_ENFORCE",
    ),
    "clusterAutoscaling.autoscalingProfile": oneOf(
        "cluster_autoscaling.0.autoscaling_profile",
        "BALANCED",
        "OPTIMIZE_UTILIZATION",
    ),
    "databaseEncryption.state": oneOf(
        "database_encryption.0.state",
        "ENCRYPTED",
        "ALL_OBJECTS_ENCRYPTION_ENABLED",
        "DECRYPTED",
    ),
    "gatewayApiConfig.channel": oneOf(
        "gateway_api_config.0.channel",
        "CHANNEL_DISABLED",
        "CHANNEL_EXPERIMENTAL",
        "CHANNEL_STANDARD",
    ),
    "masterAuthorizedNetworksConfig.cidrBlocks.cidrBlock": refusedNetwork(
        "master_authorized_networks_config.0.cidr_blocks.0.cidr_block",
    ),
    "privateClusterConfig.masterIpv4CidrBlock": (range) =>
        refusedNetwork(masterRange)(range) ??
        (parseRange(range)?.prefix === 28
            ? undefined
            : `expected "${masterRange}" to contain a network Value with between 28 and 28 significant bits, got: ${parseRange(range)?.prefix}`),
    "releaseChannel.channel": oneOf(
        "release_channel.0.channel",
        "UNSPECIFIED",
        "RAPID",
        "REGULAR",
        "STABLE",
        "EXTENDED",
    ),
    "securityPostureConfig.mode": oneOf(
        "security_posture_config.0.mode",
        "DISABLED",
        "BASIC",
        "ENTERPRISE",
        "MODE_UNSPECIFIED",
    ),
    ...maintenanceError,
    ...Object.fromEntries(
        ["nodeConfig", "nodePools.nodeConfig"].flatMap((block) =>
            Object.entries(nodeValidators).map(([at, reason]) => [`${block}.${at}`, reason]),
        ),
    ),
};

/** The current node pools of a cluster, including separately managed ones. */
/**
 * The provider asks for the state of an operation at once and then every 10 seconds, and the creation of a cluster takes minutes: a
 * shorter timeout ends the wait, and the cluster exists nevertheless.
 * https://github.com/hashicorp/terraform-provider-google/blob/e03b7622a26cf4e878f90bdccaca6aa3d03a7999/google/tpgresource/common_operation.go
 */
function verifyTimeout(seconds: number): void {
    if (seconds > 0 && seconds <= 10) {
        throw new FollowUpError(
            `Error waiting for creating GKE cluster: timeout while waiting for state to become 'DONE' (last state: 'RUNNING', timeout: ${seconds}s)`,
        );
    }
}

function poolsOf(state: Inputs, { cloud }: Context): Inputs[] {
    const names = state.nodePools.map(({ name }: Inputs) => name);
    const place = (name: string) => (names.indexOf(name) + names.length + 1) % (names.length + 1);
    return cloud.store
        .list(`${fullName(clusterPath(state))}/nodePools`)
        .map((entry) => poolInCluster(withNodeCounts(entry.state, state as ClusterPlace, { cloud })))
        .sort((one, other) => place(one.name) - place(other.name));
}

/** The current state of a cluster; undefined if it was deleted. */
export function read(state: Inputs, context: Context): Inputs | undefined {
    const found = findCluster(context.cloud, state as ClusterPlace)?.state;
    if (!found) {
        return undefined;
    }
    const nodePools = poolsOf(found, context);
    return { ...found, nodePools, nodeConfig: nodePools[0]?.nodeConfig ?? found.nodeConfig };
}

/** Stores the node pools that are part of a cluster. */
function writePools(state: Inputs, { cloud }: Context): void {
    const { project, location, name: cluster } = state;
    for (const pool of state.nodePools) {
        const id = `${clusterPath(state)}/nodePools/${pool.name}`;
        const { type } = cloud.store.read(fullName(id)) ?? {};
        if (!type) {
            cloud.store.write({ name: fullName(id), project, id, state: { ...pool, project, location, cluster } });
        }
    }
}

const readCluster = ({ enableAutopilot }: Inputs) => [
    "container.projects.locations.clusters.get",
    ...(enableAutopilot ? [] : ["compute.instanceGroupManagers.get"]),
];

export const cluster: TypeRules = {
    noun: "Container Cluster",
    api,
    // https://cloud.google.com/kubernetes-engine/docs/how-to/iam#service_account_user
    actsAs: actsAsOfNodes(
        ({ nodeConfig, clusterAutoscaling, enableAutopilot }) =>
            clusterAutoscaling?.autoProvisioningDefaults ?? (enableAutopilot ? {} : nodeConfig),
    ),
    // `GetLocation` in https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/tpgresource/regional_utils.go
    zonal: "without region",
    errorPrefix: () => "",
    deleteErrorPrefix: () => "Error deleting Cluster",
    waitMessage: (verb) => `${{ create: "creating", update: "updating", delete: "deleting" }[verb]} GKE cluster`,
    id: clusterPath,
    validators: refused,
    plan,
    normalize: { "privateClusterConfig.privateEndpointSubnetwork": lastPart },
    compared: ["privateClusterConfig.enablePrivateEndpoint"],
    changesOnUpdate: ["labelFingerprint", "masterVersion"],
    // The provider's default, which it plans although the argument is refused.
    known: ({ enableAutopilot }) => (enableAutopilot ? { enableShieldedNodes: true } : {}),
    alreadyExists: (inputs) =>
        new GoogleError(409, `Already exists: ${displayPath(inputs)}.`, { reason: "alreadyExists" }),
    verify: (inputs, context, old) => verifyCluster(inputs, context, old),
    operation: {
        run: (inputs, { cloud, timeoutSeconds = 0 }, old) => {
            if (!old) {
                verifyTimeout(timeoutSeconds);
                claimRanges(inputs, cloud);
            }
        },
        broken: {},
    },
    state: clusterState,
    afterStore: (state, context) => {
        createWorkloadPool(state, context.cloud);
        reserveAddresses(state, context.cloud);
        writePools(state, context);
    },
    read,
    waitUntilReady: startControlPlane,
    beforeDelete: endControlPlane,
    verifyRemoval: ({ deletionProtection }) => {
        if (deletionProtection) {
            throw new Error(
                "Cannot destroy cluster because deletion_protection is set to true. Set it to false to proceed with cluster deletion.",
            );
        }
    },
    remove: (state, { cloud }) => {
        releaseAddresses(state, cloud);
        removePools(clusterPath(state), cloud);
    },
    calls: {
        create: (inputs) => ["container.projects.locations.clusters.create", clusterOperation, ...readCluster(inputs)],
        read: readCluster,
        update: (inputs) => ["container.projects.locations.clusters.update", clusterOperation, ...readCluster(inputs)],
        delete: ["container.projects.locations.clusters.delete", clusterOperation],
    },
};
