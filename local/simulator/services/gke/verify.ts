import { overlap } from "../../../../lib/formats";
import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { projectName } from "../../cloud/projects";
import { isZone, regionOf, zonesOf } from "../../cloud/zones";
import { type Context, type Inputs, lastPart } from "../../rules/rules";
import { firstPools } from "./clusterState";
import { verifyMaintenance } from "./maintenance";
import { badRequest, missingLocation } from "./names";
import { verifyAccount } from "./nodes";
import { requireSettings, verifyPods, verifyPool } from "./pool";
import { verifyRanges } from "./ranges";
import { verifySharedVpc } from "./sharedVpc";
import { masterVersion, updatedVersion } from "./versions";

function verifyPlace({ location, enableAutopilot, nodeLocations = [] }: Inputs, old?: Inputs): void {
    if (!location) {
        throw new Error(missingLocation);
    }
    if (!isZone(location) && zonesOf(location).length === 0) {
        throw badRequest(`Location "${location}" does not exist.`);
    }
    if (enableAutopilot && isZone(location)) {
        throw badRequest("Autopilot clusters must be regional clusters.");
    }
    if (nodeLocations.includes(location)) {
        throw new Error(
            old
                ? "for multi-zonal clusters, node_locations should not contain the primary 'zone'"
                : "when using a multi-zonal cluster, node_locations should not contain the original 'zone'",
        );
    }
    const unexpected = nodeLocations.find((zone: string) => !zonesOf(regionOf(location)).includes(zone));
    if (unexpected) {
        throw badRequest(`Location "${unexpected}" does not exist in region "${regionOf(location)}".`);
    }
}

/** "Service agents": GKE's service agent creates the machines. */
function verifyAgent(project: string, cloud: Cloud): void {
    const email = `service-${cloud.projects.number(project)}@container-engine-robot.iam.gserviceaccount.com`;
    const mayRead = isAllowedOn(cloud, email, "compute.networks.get", projectName(project));
    if (!cloud.iam.hasAccount(email) || !mayRead) {
        throw badRequest(
            `Google Compute Engine: Required 'compute.networks.get' permission for 'projects/${project}/global/networks/default'. The account ${email} needs the role roles/container.serviceAgent.`,
        );
    }
}

/** "Use private addresses": private ranges. */
const reserved = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

/** Access to the control plane, and its endpoints. */
function verifyAccess({ privateClusterConfig = {}, masterAuthorizedNetworksConfig }: Inputs): void {
    const { enablePrivateEndpoint, masterIpv4CidrBlock, privateEndpointSubnetwork } = privateClusterConfig;
    if (masterIpv4CidrBlock && privateEndpointSubnetwork) {
        throw badRequest("When masterIpv4Cidr is set, privateEndpointSubnetwork must be unset.");
    }
    const { cidrBlocks = [], gcpPublicCidrsAccessEnabled } = masterAuthorizedNetworksConfig ?? {};
    if (enablePrivateEndpoint && gcpPublicCidrsAccessEnabled) {
        const field = "cluster.master_authorized_networks_config";
        throw badRequest(
            `Invalid value for "${field}": "${field}.gcp_public_cidrs_access_enabled" cannot be enabled if private endpoint is enabled.`,
        );
    }
    const open = cidrBlocks.find(({ cidrBlock }: Inputs) => !reserved.some((range) => overlap(range, cidrBlock)));
    const everywhere = cidrBlocks.find(({ cidrBlock }: Inputs) => cidrBlock === "0.0.0.0/0");
    if (enablePrivateEndpoint && (open || everywhere)) {
        throw badRequest(
            `Invalid master authorized networks: network "${(open ?? everywhere).cidrBlock}" is not a reserved network, which is required for private endpoints.`,
        );
    }
}

/** "Compare features in Autopilot and Standard". */
function verifyMode(inputs: Inputs): void {
    const { enableAutopilot, networkPolicy, datapathProvider, initialNodeCount, nodePools = [] } = inputs;
    if (!enableAutopilot && nodePools.length === 0 && !(initialNodeCount > 0)) {
        throw badRequest("Cluster.initial_node_count must be greater than zero.");
    }
    if (enableAutopilot && initialNodeCount === 0) {
        throw badRequest("Cluster.initial_node_count must be greater than zero.");
    }
    if (networkPolicy?.enabled && datapathProvider === "ADVANCED_DATAPATH") {
        throw badRequest("Enabling NetworkPolicy for clusters with DatapathProvider=ADVANCED_DATAPATH is not allowed.");
    }
    if (!enableAutopilot) {
        return;
    }
    if (inputs.nodePoolDefaults?.nodeConfigDefaults) {
        throw badRequest("Setting node_pool_defaults.node_config_defaults is not allowed on GKE Autopilot clusters.");
    }
    if (inputs.releaseChannel?.channel === "UNSPECIFIED") {
        throw badRequest("Autopilot clusters must be enrolled in a release channel.");
    }
    if (datapathProvider && datapathProvider !== "ADVANCED_DATAPATH") {
        throw badRequest(
            `Setting network_config.datapath_provider to ${datapathProvider} is not allowed on GKE Autopilot clusters.`,
        );
    }
}

/**
 * A new cluster has nodes of one version with its control plane, and a later change is one of the default pool.
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/container/resource_container_cluster.go
 */
function requireNodeVersion({ nodeVersion, minMasterVersion, nodePools }: Inputs, old?: Inputs): void {
    const start = (version = "") => version.split("-")[0];
    if (nodeVersion && !old && start(nodeVersion) !== start(minMasterVersion)) {
        throw new Error("node_version and min_master_version must be set to equivalent values on create");
    }
    const pools = (nodePools ?? old?.nodePools ?? []) as Inputs[];
    if (nodeVersion && old && nodeVersion !== old.nodeVersion && !pools.some(({ name }) => name === "default-pool")) {
        throw new Error(
            "node_version was updated but default-pool was not found. To update the version for a non-default pool, use the version attribute on that pool.",
        );
    }
}

function verifyIdentity({ project, workloadIdentityConfig }: Inputs): void {
    const desired = `${project}.svc.id.goog`;
    if (workloadIdentityConfig?.workloadPool && workloadIdentityConfig.workloadPool !== desired) {
        throw badRequest(
            `Invalid workload pool "${workloadIdentityConfig.workloadPool}": the only supported workload pool is "${desired}".`,
        );
    }
}

/**
 * The message is that of
 * https://github.com/hashicorp/terraform-provider-google/blob/main/google/services/container/resource_container_cluster_test.go
 */
function verifyFleet({ fleet }: Inputs, old?: Inputs): void {
    const [host, before] = [fleet?.project, old?.fleet?.project];
    if (host && before && host !== before) {
        throw badRequest("changing existing fleet host project is not supported");
    }
}

/** Limits of node auto-provisioning. The message is that of https://github.com/hashicorp/terraform-provider-google/issues/24232. */
function verifyLimits({ clusterAutoscaling }: Inputs): void {
    const limits = (clusterAutoscaling?.resourceLimits ?? []) as Inputs[];
    const missing = ["cpu", "memory"].filter((type) => !limits.some(({ resourceType }) => resourceType === type));
    if (clusterAutoscaling?.enabled && missing.length > 0) {
        throw badRequest(
            `Resource limits for ${missing.join(", ")} must be specified when enabling node autoprovisioning.`,
        );
    }
}

/** "Encrypt secrets at the application layer": https://cloud.google.com/kubernetes-engine/docs/how-to/encrypting-secrets */
function verifyEncryption({ databaseEncryption }: Inputs): void {
    const { state, keyName = "" } = databaseEncryption ?? {};
    const isKey = /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/.test(keyName);
    if (state === "ENCRYPTED" && !isKey) {
        throw badRequest(
            `Invalid value for "cluster.database_encryption.key_name": "${keyName}". Must be the full name of a key.`,
        );
    }
}

/** Checks of the API for clusters. */
export function verifyCluster(inputs: Inputs, context: Context, old?: Inputs): void {
    const { cloud } = context;
    const { project } = inputs;
    verifyPlace(inputs, old);
    verifyAgent(project, cloud);
    verifyMode(inputs);
    requireNodeVersion(inputs, old);
    verifyIdentity(inputs);
    verifyFleet(inputs, old);
    verifyAccess(inputs);
    verifyRanges(inputs, cloud);
    if (!old) {
        verifySharedVpc(inputs, cloud);
    }
    verifyMaintenance(inputs);
    verifyEncryption(inputs);
    verifyPods(inputs.defaultMaxPodsPerNode);
    if (inputs.enableAutopilot) {
        verifyAccount(inputs.clusterAutoscaling?.autoProvisioningDefaults?.serviceAccount, project, cloud);
    } else {
        verifyLimits(inputs);
    }
    const topic = inputs.notificationConfig?.pubsub?.topic;
    if (
        topic &&
        !cloud.store.read(`//pubsub.googleapis.com/projects/${topic.split("/")[1]}/topics/${lastPart(topic)}`)
    ) {
        throw badRequest(`Pub/Sub topic "${topic}" does not exist.`);
    }
    const cluster = { ...inputs, masterVersion: old ? updatedVersion(inputs, old) : masterVersion(inputs) };
    for (const pool of inputs.nodePools ?? []) {
        requireSettings(
            pool,
            old?.nodePools?.find(({ name }: Inputs) => name === pool.name),
        );
    }
    // A removed default pool also has nodes for some time.
    for (const pool of firstPools({ ...cluster, removeDefaultNodePool: false })) {
        verifyPool(pool, cluster, context);
    }
}
