import type { Inputs } from "../../../../local/simulator/rules/rules";
import { answers, mapped, none, type RecordedType } from "./recordedType";

/** The provider has a string for this boolean. */
const readonlyPort = (config: Inputs | undefined) => {
    const { insecureKubeletReadonlyPortEnabled: enabled } = config ?? {};
    return enabled === undefined ? {} : { insecureKubeletReadonlyPortEnabled: enabled ? "TRUE" : "FALSE" };
};

/** The provider's form of a node pool's configuration. */
function nodeConfig(config: Inputs | undefined): Inputs | undefined {
    if (!config) {
        return undefined;
    }
    const { loggingConfig, accelerators, advancedMachineFeatures, kubeletConfig, windowsNodeConfig, ...rest } = config;
    return {
        ...rest,
        kubeletConfig: kubeletConfig && { ...kubeletConfig, ...readonlyPort(kubeletConfig) },
        loggingVariant: loggingConfig?.variantConfig?.variant ?? "DEFAULT",
        guestAccelerators: mapped(accelerators, ({ acceleratorType, acceleratorCount, ...more }) => ({
            type: acceleratorType,
            count: acceleratorCount,
            ...more,
        })),
        advancedMachineFeatures: advancedMachineFeatures?.threadsPerCore && advancedMachineFeatures,
        ...(windowsNodeConfig?.osVersion && { windowsNodeConfig: { osversion: windowsNodeConfig.osVersion } }),
    };
}

function nodePool({
    config,
    maxPodsConstraint,
    locations,
    autoscaling,
    status,
    podIpv4CidrSize,
    ...rest
}: Inputs): Inputs {
    const { minNodeCount, maxNodeCount, totalMinNodeCount, totalMaxNodeCount, locationPolicy, enabled } =
        autoscaling ?? {};
    return {
        ...rest,
        ...(config && { nodeConfig: nodeConfig(config) }),
        ...(maxPodsConstraint && { maxPodsPerNode: maxPodsConstraint.maxPodsPerNode }),
        ...(locations && { nodeLocations: locations }),
        ...(enabled && {
            autoscaling: { minNodeCount, maxNodeCount, totalMinNodeCount, totalMaxNodeCount, locationPolicy },
        }),
    };
}

/** The provider's form of a cluster, as its functions `expand…` and `flatten…` convert it. */
function cluster(rest: Inputs): Inputs {
    const {
        autopilot,
        autoscaling,
        controlPlaneEndpointsConfig,
        currentMasterVersion,
        currentNodeVersion,
        defaultMaxPodsConstraint,
        initialClusterVersion,
        instanceGroupUrls,
        ipAllocationPolicy,
        legacyAbac,
        locations,
        loggingConfig,
        maintenancePolicy,
        masterAuth,
        monitoringConfig,
        networkConfig = {},
        nodePoolDefaults,
        nodePools,
        nodeConfig: config,
        shieldedNodes,
        zone,
        status,
        currentNodeCount,
        meshCertificates,
        nodePoolAutoConfig,
        userManagedKeysConfig,
        networkPolicy,
        notificationConfig,
        confidentialNodes,
        binaryAuthorization,
        masterAuthorizedNetworksConfig,
        ...same
    } = rest;
    const {
        useIpAliases,
        useRoutes,
        servicesIpv4Cidr,
        clusterIpv4Cidr,
        podCidrOverprovisionConfig,
        defaultPodIpv4RangeUtilization,
        createSubnetwork,
        subnetworkName,
        nodeIpv4Cidr,
        nodeIpv4CidrBlock,
        tpuIpv4Cidr,
        tpuIpv4CidrBlock,
        ...ranges
    } = ipAllocationPolicy ?? {};
    const {
        enableNodeAutoprovisioning,
        autoprovisioningNodePoolDefaults,
        autoprovisioningLocations,
        autoscalingProfile,
        resourceLimits,
    } = autoscaling ?? {};
    const { window } = maintenancePolicy ?? {};
    const { dailyMaintenanceWindow, recurringWindow, maintenanceExclusions } = window ?? {};
    const {
        network,
        subnetwork,
        enableIntraNodeVisibility,
        enableL4ilbSubsetting,
        serviceExternalIpsConfig,
        defaultEnablePrivateNodes,
        ...networked
    } = networkConfig;
    const { dnsEndpointConfig, ipEndpointsConfig } = controlPlaneEndpointsConfig ?? {};
    const { advancedDatapathObservabilityConfig, componentConfig, managedPrometheusConfig } = monitoringConfig ?? {};
    return {
        ...same,
        ...networked,
        ...(network && { network }),
        ...(subnetwork && { subnetwork }),
        enableIntranodeVisibility: enableIntraNodeVisibility,
        enableL4IlbSubsetting: enableL4ilbSubsetting,
        serviceExternalIpsConfig,
        ...(autopilot?.enabled ? { enableAutopilot: true } : { enableShieldedNodes: shieldedNodes?.enabled ?? false }),
        enableLegacyAbac: legacyAbac?.enabled,
        networkingMode: useIpAliases ? "VPC_NATIVE" : undefined,
        ...(Object.keys(ranges).length > 0 &&
            useIpAliases && {
                ipAllocationPolicy: {
                    ...ranges,
                    ...(podCidrOverprovisionConfig?.disable && { podCidrOverprovisionConfig: { disabled: true } }),
                },
            }),
        ...(autoscaling && {
            clusterAutoscaling: {
                enabled: enableNodeAutoprovisioning,
                autoscalingProfile,
                resourceLimits,
                autoProvisioningLocations: autoprovisioningLocations,
                ...(enableNodeAutoprovisioning && { autoProvisioningDefaults: autoprovisioningNodePoolDefaults }),
            },
        }),
        masterVersion: currentMasterVersion,
        nodeVersion: currentNodeVersion,
        ...(initialClusterVersion && !currentMasterVersion && { minMasterVersion: initialClusterVersion }),
        defaultMaxPodsPerNode: defaultMaxPodsConstraint?.maxPodsPerNode,
        ...(loggingConfig && {
            loggingConfig: { enableComponents: loggingConfig.componentConfig?.enableComponents ?? [] },
        }),
        ...(monitoringConfig && {
            monitoringConfig: {
                enableComponents: componentConfig?.enableComponents ?? [],
                managedPrometheus: managedPrometheusConfig,
                ...(Object.keys(advancedDatapathObservabilityConfig ?? {}).length > 0 && {
                    advancedDatapathObservabilityConfig,
                }),
            },
        }),
        ...(window &&
            Object.keys(window).length > 0 && {
                maintenancePolicy: {
                    dailyMaintenanceWindow,
                    recurringWindow: recurringWindow && {
                        ...recurringWindow.window,
                        recurrence: recurringWindow.recurrence,
                    },
                    maintenanceExclusions,
                },
            }),
        ...(masterAuth && {
            masterAuth: {
                clientCertificateConfig: masterAuth.clientCertificateConfig,
                clusterCaCertificate: masterAuth.clusterCaCertificate,
            },
        }),
        ...(dnsEndpointConfig && {
            controlPlaneEndpointsConfig: {
                dnsEndpointConfig,
                ipEndpointsConfig: { enabled: ipEndpointsConfig?.enabled },
            },
        }),
        ...(nodePools && { nodePools: nodePools.map(nodePool) }),
        ...(config && { nodeConfig: nodeConfig(config) }),
        ...(locations && { nodeLocations: locations.filter((each: string) => each !== (rest.location ?? zone)) }),
        masterAuthorizedNetworksConfig: masterAuthorizedNetworksConfig?.enabled
            ? masterAuthorizedNetworksConfig
            : undefined,
        networkPolicy: networkPolicy?.enabled ? networkPolicy : { enabled: false, provider: "PROVIDER_UNSPECIFIED" },
        ...(notificationConfig?.pubsub?.enabled && { notificationConfig }),
        ...(confidentialNodes?.enabled && { confidentialNodes }),
        ...(binaryAuthorization?.evaluationMode && { binaryAuthorization }),
        ...(nodePoolDefaults?.nodeConfigDefaults && {
            nodePoolDefaults: {
                nodeConfigDefaults: {
                    loggingVariant: nodePoolDefaults.nodeConfigDefaults.loggingConfig?.variantConfig?.variant,
                    gcfsConfig: nodePoolDefaults.nodeConfigDefaults.gcfsConfig,
                    ...readonlyPort(nodePoolDefaults.nodeConfigDefaults.nodeKubeletConfig),
                },
            },
        }),
        nodePoolAutoConfig: nodePoolAutoConfig && {
            ...nodePoolAutoConfig,
            nodeKubeletConfig: readonlyPort(nodePoolAutoConfig.nodeKubeletConfig),
        },
        ...(meshCertificates?.enableCertificates !== undefined && { meshCertificates }),
    };
}

export const gkeTypes: RecordedType[] = [
    {
        token: "gcp:container/cluster:Cluster",
        path: "container.googleapis.com/v1beta1/projects/{project}/locations/{location}/clusters/{name}",
        nested: "cluster",
        flat: cluster,
        renames: {
            ...answers,
            ...none(
                "addonsConfig.kubernetesDashboard controlPlaneEgress databaseEncryption.currentState master privateCluster nodeConfig.effectiveCgroupMode",
            ),
            ...none(
                "nodePools.etag nodePools.kubeletCertInfo nodePools.selfLink nodePools.nodeConfig.effectiveCgroupMode nodePools.networkConfig.networkTierConfig nodePools.networkConfig.podIpv4RangeUtilization",
            ),
        },
        inputs: () => ({ deletionProtection: false }),
        own: [
            "deletionProtection",
            "minMasterVersion",
            "operation",
            "nodePools.managedInstanceGroupUrls",
            "nodePools.nodeCount",
        ],
    },
    {
        token: "gcp:container/nodePool:NodePool",
        path: "container.googleapis.com/v1beta1/projects/{project}/locations/{location}/clusters/{cluster}/nodePools/{name}",
        nested: "nodePool",
        flat: nodePool,
        renames: {
            ...answers,
            ...none("kubeletCertInfo networkConfig.networkTierConfig selfLink nodeConfig.effectiveCgroupMode"),
        },
        own: ["managedInstanceGroupUrls", "nodeCount", "operation"],
        isPartlyUpdated: true,
    },
];
