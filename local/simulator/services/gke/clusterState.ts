import { createHash } from "node:crypto";
import { addressIn } from "../../../../lib/formats";
import { digits } from "../../cloud/ids";
import type { Context, Inputs } from "../../rules/rules";
import { innerAddress } from "./footprint";
import { filled, merged } from "./merged";
import { api, clusterPath, displayPath } from "./names";
import { defaultScopes, nodesOf } from "./nodes";
import { poolInCluster, poolState, zonesOfCluster } from "./poolState";
import { rangesOf, subnetworkOf } from "./ranges";
import { channelOf, isFrom, masterVersion, minorOf, updatedVersion } from "./versions";

const measured = [
    "SYSTEM_COMPONENTS",
    "STORAGE",
    "HPA",
    "POD",
    "DAEMONSET",
    "DEPLOYMENT",
    "STATEFULSET",
    "CADVISOR",
    "KUBELET",
    "DCGM",
    "JOBSET",
];

/** Defaults of new clusters. */
const defaults = {
    addonsConfig: {
        dnsCacheConfig: { enabled: true },
        gcePersistentDiskCsiDriverConfig: { enabled: true },
        networkPolicyConfig: { disabled: true },
    },
    anonymousAuthenticationConfig: { mode: "ENABLED" },
    autopilotPrivilegedAdmissions: [],
    clusterAutoscaling: {
        autoProvisioningLocations: [],
        autoscalingProfile: "BALANCED",
        enabled: false,
        resourceLimits: [],
    },
    clusterTelemetry: { type: "ENABLED" },
    controlPlaneEndpointsConfig: {
        dnsEndpointConfig: { allowExternalTraffic: false, enableK8sCertsViaDns: false, enableK8sTokensViaDns: false },
        ipEndpointsConfig: { enabled: true },
    },
    databaseEncryption: { keyName: "", state: "DECRYPTED" },
    datapathProvider: "",
    defaultMaxPodsPerNode: 110,
    defaultSnatStatus: { disabled: false },
    enableIntranodeVisibility: false,
    enableL4IlbSubsetting: false,
    enableTpu: false,
    enterpriseConfig: { clusterTier: "STANDARD", desiredTier: "" },
    ipAllocationPolicy: {
        networkTierConfig: { networkTier: "NETWORK_TIER_DEFAULT" },
        servicesSecondaryRangeName: "",
        stackType: "IPV4",
    },
    loggingConfig: { enableComponents: ["SYSTEM_COMPONENTS", "WORKLOADS"] },
    loggingService: "logging.googleapis.com/kubernetes",
    masterAuth: { clientCertificateConfig: { issueClientCertificate: false } },
    monitoringConfig: {
        advancedDatapathObservabilityConfig: { enableMetrics: false, enableRelay: false },
        enableComponents: measured,
        managedPrometheus: { enabled: true },
    },
    monitoringService: "monitoring.googleapis.com/kubernetes",
    // The provider reads a missing one so (`flattenNetworkPolicy`).
    networkPolicy: { enabled: false, provider: "PROVIDER_UNSPECIFIED" },
    nodePoolAutoConfig: { nodeKubeletConfig: { insecureKubeletReadonlyPortEnabled: "FALSE" } },
    nodePoolDefaults: {
        nodeConfigDefaults: { insecureKubeletReadonlyPortEnabled: "FALSE", loggingVariant: "DEFAULT" },
    },
    notificationConfig: { pubsub: { enabled: false, topic: "" } },
    podAutoscaling: { hpaProfile: "PERFORMANCE" },
    privateClusterConfig: {
        enablePrivateEndpoint: false,
        enablePrivateNodes: false,
        masterGlobalAccessConfig: { enabled: false },
        masterIpv4CidrBlock: "",
        peeringName: "",
    },
    privateIpv6GoogleAccess: "",
    protectConfig: {
        workloadConfig: { auditMode: "BASIC" },
        workloadVulnerabilityMode: "WORKLOAD_VULNERABILITY_MODE_UNSPECIFIED",
    },
    rbacBindingConfig: {
        enableInsecureBindingSystemAuthenticated: true,
        enableInsecureBindingSystemUnauthenticated: true,
    },
    securityPostureConfig: { mode: "BASIC", vulnerabilityMode: "VULNERABILITY_MODE_UNSPECIFIED" },
    serviceExternalIpsConfig: { enabled: false },
    tpuIpv4CidrBlock: "",
};

/** Defaults of node auto-provisioning; the provider does not read them while it is disabled. */
const provisioning = {
    clusterAutoscaling: {
        autoProvisioningDefaults: {
            diskSize: 100,
            diskType: "pd-standard",
            imageType: "COS_CONTAINERD",
            management: { autoRepair: true, autoUpgrade: true, upgradeOptions: [] },
            oauthScopes: defaultScopes,
            serviceAccount: "default",
        },
    },
};

/** "Compare features in Autopilot and Standard": defaults of Autopilot clusters. */
const inAutopilot = ({ project }: Inputs): Inputs => ({
    addonsConfig: {
        gcpFilestoreCsiDriverConfig: { enabled: true },
        gcsFuseCsiDriverConfig: { enabled: true },
        horizontalPodAutoscaling: { disabled: false },
        httpLoadBalancing: { disabled: false },
    },
    clusterAutoscaling: { enabled: true },
    datapathProvider: "ADVANCED_DATAPATH",
    enableIntranodeVisibility: true,
    // Known at preview, too: see `known` of the type.
    enableShieldedNodes: true,
    gatewayApiConfig: { channel: "CHANNEL_STANDARD" },
    nodePoolAutoConfig: {},
    verticalPodAutoscaling: { enabled: true },
    workloadIdentityConfig: { workloadPool: `${project}.svc.id.goog` },
});

/** Server defaults in configured blocks. */
const inBlocks: Record<string, unknown> = {
    "addonsConfig.rayOperatorConfigs.rayClusterLoggingConfig": { enabled: false },
    "addonsConfig.rayOperatorConfigs.rayClusterMonitoringConfig": { enabled: false },
    "binaryAuthorization.evaluationMode": "",
    "clusterAutoscaling.autoProvisioningDefaults.upgradeSettings.strategy": "SURGE",
    "clusterAutoscaling.autoProvisioningDefaults.upgradeSettings.blueGreenSettings.nodePoolSoakDuration": "3600s",
    "clusterAutoscaling.autoProvisioningDefaults.upgradeSettings.blueGreenSettings.standardRolloutPolicy.batchNodeCount": 0,
    "clusterAutoscaling.autoProvisioningDefaults.upgradeSettings.blueGreenSettings.standardRolloutPolicy.batchPercentage": 0,
    "fleet.membership": "",
    "fleet.membershipId": "",
    "fleet.membershipLocation": "",
    "fleet.preRegistered": false,
    "maintenancePolicy.dailyMaintenanceWindow.duration": "PT4H0M0S",
    "maintenancePolicy.disruptionBudget.lastDisruptionTime": "",
    "maintenancePolicy.disruptionBudget.lastMinorVersionDisruptionTime": "",
    "masterAuthorizedNetworksConfig.gcpPublicCidrsAccessEnabled": true,
    "masterAuthorizedNetworksConfig.privateEndpointEnforcementEnabled": false,
    "nodePoolAutoConfig.linuxNodeConfig.cgroupMode": "CGROUP_MODE_UNSPECIFIED",
    "secretManagerConfig.rotationConfig": { enabled: false },
    "secretManagerConfig.rotationConfig.rotationInterval": "120s",
    "secretSyncConfig.rotationConfig": { enabled: false },
    "secretSyncConfig.rotationConfig.rotationInterval": "120s",
    "tpuConfig.ipv4CidrBlock": "",
    "userManagedKeysConfig.controlPlaneDiskEncryptionKeyVersions": [],
};

/** The cluster's ID and 4 other digits, as in the address of its DNS endpoint. */
const hashOf = (cluster: Inputs): string =>
    createHash("sha256").update(clusterPath(cluster)).digest("hex").slice(0, 36);

/** Defaults that depend on the version. */
const ofVersion = (version: string): Inputs =>
    isFrom("1.35", version)
        ? {
              anonymousAuthenticationConfig: { mode: "LIMITED" },
              nodeCreationConfig: { nodeCreationMode: "VIA_KUBELET" },
          }
        : {};

/**
 * The minor version that the control plane emulates during a two-step upgrade to a newer one, until it is completed or has soaked:
 * https://docs.cloud.google.com/kubernetes-engine/docs/how-to/two-step-minor-upgrade
 */
function emulatedVersion(inputs: Inputs, master: string, old?: Inputs): string {
    const { desiredEmulatedVersion: desired, rollbackSafeUpgrade } = inputs;
    if (desired && desired !== old?.desiredEmulatedVersion) {
        return minorOf(desired) === minorOf(master) ? "" : minorOf(desired);
    }
    const isUpgraded = old !== undefined && minorOf(old.masterVersion) !== minorOf(master);
    return isUpgraded ? (rollbackSafeUpgrade ? minorOf(old.masterVersion) : "") : (old?.emulatedVersion ?? "");
}

/** The control plane's values, unknown until it is started. */
function controlPlane(inputs: Inputs, { cloud }: Context, old?: Inputs): Inputs {
    const { project, location, name } = inputs;
    const hash = hashOf(inputs);
    const number = cloud.projects.number(project);
    return {
        endpoint: old?.endpoint ?? "",
        masterAuth: {
            clientCertificate: old?.masterAuth.clientCertificate ?? "",
            clientKey: old?.masterAuth.clientKey ?? "",
            clusterCaCertificate: old?.masterAuth.clusterCaCertificate ?? "",
        },
        operation: old?.operation ?? `operation-${cloud.now().getTime()}-${hash.slice(0, 12)}`,
        controlPlaneEndpointsConfig: {
            dnsEndpointConfig: {
                endpoint:
                    old?.controlPlaneEndpointsConfig.dnsEndpointConfig.endpoint ??
                    `gke-${hash}-${number}.${location}.gke.goog`,
            },
        },
        privateClusterConfig: {
            ...(inputs.controlPlaneEndpointsConfig?.ipEndpointsConfig?.enabled === false && withoutIpEndpoints),
            privateEndpoint: old?.privateClusterConfig.privateEndpoint ?? innerAddress(inputs, cloud),
            publicEndpoint:
                old?.privateClusterConfig.publicEndpoint ??
                addressIn("203.0.113.0/24", 1 + (Number(digits(`${project}/${location}/${name}`, 3)) % 254)),
        },
    };
}

/**
 * The values that the API sets, whatever is configured, in a cluster without IP endpoints
 * ({@link https://github.com/GoogleCloudPlatform/magic-modules/pull/18386}). The provider shows them as changes until 7.46.
 */
const withoutIpEndpoints = { enablePrivateEndpoint: true, masterGlobalAccessConfig: { enabled: false } };

/** The initial node pools: those in the cluster, or the default pool, which can be removed immediately. */
export function firstPools(cluster: Inputs): Inputs[] {
    const { nodePools, enableAutopilot, removeDefaultNodePool, initialNodeCount, nodeConfig } = cluster;
    if (enableAutopilot) {
        return [];
    }
    if (nodePools?.length > 0) {
        return nodePools.map((item: Inputs, index: number) => ({ name: `pool-${index}`, ...item }));
    }
    return removeDefaultNodePool ? [] : [{ name: "default-pool", initialNodeCount, nodeConfig }];
}

/**
 * The node pools of a cluster whose program has none of them: changes of `node_config` are changes of the default pool
 * (`nodePoolNodeConfigUpdate` in
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/container/resource_container_cluster.go).
 */
const updatedPools = ({ nodeConfig }: Inputs, cluster: Inputs, pools: Inputs[]): Inputs[] =>
    pools.map((pool) =>
        nodeConfig && pool.name === "default-pool"
            ? poolInCluster(poolState({ ...pool, nodeConfig }, cluster, pool))
            : pool,
    );

/** Values of node auto-provisioning that an update keeps, as the provider reads them from the state if the program has none. */
function keptProvisioning({ clusterAutoscaling: given }: Inputs, old?: Inputs): Inputs {
    if (!old) {
        return {};
    }
    const { resourceLimits, autoscalingProfile, autoProvisioningLocations } = old.clusterAutoscaling;
    return {
        clusterAutoscaling: given
            ? { resourceLimits, autoscalingProfile, autoProvisioningLocations }
            : old.clusterAutoscaling,
    };
}

/** The scope that the API adds to those of node auto-provisioning: `containerClusterAddedScopesSuppress` in the provider's code. */
const addedScope = "https://www.googleapis.com/auth/monitoring.write";

function withAddedScope({ clusterAutoscaling: given, ...inputs }: Inputs): Inputs {
    const scopes: string[] | undefined = given?.autoProvisioningDefaults?.oauthScopes;
    return scopes && scopes.length > 0 && !scopes.includes(addedScope)
        ? merged(
              { ...inputs, clusterAutoscaling: given },
              {
                  clusterAutoscaling: { autoProvisioningDefaults: { oauthScopes: [...scopes, addedScope] } },
              },
          )
        : { ...inputs, ...(given && { clusterAutoscaling: given }) };
}

/**
 * Clusters use alias IP addresses, unless the range of their Pods is not one of `ip_allocation_policy`: the provider then asks for routes
 * (`expandIPAllocationPolicy` in
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/container/resource_container_cluster.go).
 */
const usualMode = ({ clusterIpv4Cidr }: Inputs): string => (clusterIpv4Cidr ? "ROUTES" : "VPC_NATIVE");

/** The state of a cluster, without node pools. */
function withoutPools(inputs: Inputs, context: Context, old?: Inputs): Inputs {
    const { cloud } = context;
    const { pods, services } = old
        ? { pods: old.clusterIpv4Cidr, services: old.servicesIpv4Cidr }
        : rangesOf(inputs, cloud);
    const subnetwork = subnetworkOf(inputs, cloud);
    const master = old ? updatedVersion(inputs, old) : masterVersion(inputs);
    const isProvisioning = inputs.enableAutopilot || inputs.clusterAutoscaling?.enabled;
    const usual = isProvisioning ? merged(defaults, provisioning) : defaults;
    const mode = inputs.enableAutopilot ? merged(usual, inAutopilot(inputs)) : usual;
    const { nodePools, ...value } = inputs;
    const sized = {
        ipAllocationPolicy: {
            clusterIpv4CidrBlock: pods,
            // GKE names the range that it makes.
            clusterSecondaryRangeName:
                inputs.ipAllocationPolicy?.clusterSecondaryRangeName ??
                old?.ipAllocationPolicy?.clusterSecondaryRangeName ??
                `gke-${inputs.name}-pods-${hashOf(inputs).slice(0, 8)}`,
            servicesIpv4CidrBlock: services,
        },
    };
    const channel = {
        releaseChannel: { channel: old && !inputs.releaseChannel ? old.releaseChannel.channel : channelOf(inputs) },
        ...(old ? {} : ofVersion(master)),
    };
    const usualState = merged(merged(merged(mode, channel), keptProvisioning(inputs, old)), withAddedScope(value));
    return {
        ...merged(usualState, merged(controlPlane(inputs, context, old), sized)),
        clusterIpv4Cidr: pods,
        labelFingerprint: createHash("sha256")
            .update(JSON.stringify(inputs.resourceLabels ?? {}))
            .digest("hex")
            .slice(0, 8),
        emulatedVersion: emulatedVersion(inputs, master, old),
        masterVersion: master,
        networkingMode: inputs.networkingMode ?? old?.networkingMode ?? usualMode(inputs),
        network: subnetwork.state.network.replace("https://www.googleapis.com/compute/v1/", ""),
        nodeLocations: zonesOfCluster(inputs).filter((zone) => zone !== inputs.location),
        nodeVersion: master,
        selfLink: `https://${api}/v1beta1/${displayPath(inputs)}`,
        servicesIpv4Cidr: services,
        subnetwork: subnetwork.id,
    };
}

/** The state of a cluster. */
export function clusterState(inputs: Inputs, context: Context, old?: Inputs): Inputs {
    const cluster = filled(withoutPools(inputs, context, old), inBlocks);
    const nodePools = firstPools({ ...cluster, nodePools: inputs.nodePools, nodeConfig: inputs.nodeConfig }).map(
        (item) =>
            poolInCluster(
                poolState(
                    item,
                    cluster,
                    old?.nodePools?.find(({ name }: Inputs) => name === item.name),
                ),
            ),
    );
    const found = old && !inputs.nodePools ? updatedPools(inputs, cluster, old.nodePools) : nodePools;
    // Without the default pool, the API answers no configuration of nodes:
    // https://github.com/pulumi/pulumi-gcp/tree/ed6078aa/provider/testdata/recorded/TestProviderUpgrade/cluster
    const isWithout = inputs.removeDefaultNodePool === true && inputs.nodeConfig === undefined;
    const nodeConfig = found[0]?.nodeConfig ?? nodesOf(inputs.nodeConfig, Boolean(cluster.workloadIdentityConfig));
    return { ...cluster, nodePools: found, ...((found.length > 0 || !isWithout) && { nodeConfig }) };
}
