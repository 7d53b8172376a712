import type { Inputs } from "../../../../local/rules/rules";
import type { Conversion } from "./conversion";

/** A resource type of an API, and how its resources become the provider's. */
export interface RecordedType extends Conversion {
    token: string;
    /** The host and path of a resource. Variables are inputs, except for `{}`. */
    path: string;
    /** Where a creation names the resource, if not in `name` or the query: a path in the request. */
    named?: string;
    /** The server names the resource. */
    isNumbered?: boolean;
    /** The property of requests that contains the resource. */
    nested?: string;
    /** Created by `PUT`. */
    isPut?: boolean;
    /** Updates contain only some of the properties. */
    isPartlyUpdated?: boolean;
    /** Brings a resource of the API closer to the provider's properties. */
    flat?(rest: Inputs): Inputs;
    /** What the provider requires and the API does not, or what only the provider has. */
    inputs?(rest: Inputs): Inputs;
    /** Properties that the provider computes without the API. */
    own?: string[];
}

/** The last part of a path. */
export const last = (path: unknown): string => String(path).split("/").at(-1) as string;

const mapped = (value: unknown, change: (item: Inputs) => unknown) =>
    Array.isArray(value) ? value.map(change) : undefined;

/** Properties that the provider does not have. */
const none = (paths: string) => Object.fromEntries(paths.split(" ").map((path) => [path, ""]));

/** Properties of answers that the provider does not store. */
const answers = none(
    "createTime creationRecord etag id kind mutationRecord mutationRecords updateTime satisfiesPzi satisfiesPzs",
);

const compute = (path: string) => `compute.googleapis.com/compute/v1/projects/{project}/${path}`;

const computed = { ...answers, selfLinkWithId: "", labelFingerprint: "labelFingerprint" };

/** Flow logs that are off are no block. */
const logged = (logConfig: Inputs | undefined) => {
    const { enable, ...more } = logConfig ?? {};
    return enable ? { logConfig: more } : {};
};

const address: Pick<RecordedType, "renames" | "flat"> = {
    renames: { ...computed, status: "", networkTier: "networkTier" },
    flat: ({ id, ...rest }) => ({ ...rest, addressId: id }),
};

const forwardingRule: Pick<RecordedType, "renames" | "flat"> = {
    renames: {
        ...computed,
        IPAddress: "ipAddress",
        IPProtocol: "ipProtocol",
        ...none("creationTimestamp fingerprint"),
    },
    flat: ({ id, ...rest }) => ({ ...rest, forwardingRuleId: id }),
};

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
        ...(networkPolicy?.enabled && { networkPolicy }),
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

/** The provider's form of a Cloud SQL instance. */
function sqlInstance({
    settings,
    ipAddresses,
    serverCaCert,
    masterInstanceName,
    diskEncryptionConfiguration,
    sqlNetworkArchitecture,
    ...rest
}: Inputs): Inputs {
    const address = (type: string) => ipAddresses?.find((item: Inputs) => item.type === type)?.ipAddress;
    const {
        dataDiskType,
        dataDiskSizeGb,
        storageAutoResize,
        storageAutoResizeLimit,
        settingsVersion,
        denyMaintenancePeriods,
        ...same
    } = settings ?? {};
    return {
        ...rest,
        masterInstanceName: masterInstanceName?.split(":").at(-1),
        ...(sqlNetworkArchitecture && {
            enforceNewSqlNetworkArchitecture: sqlNetworkArchitecture === "NEW_NETWORK_ARCHITECTURE",
        }),
        ipAddresses,
        firstIpAddress: ipAddresses?.[0]?.ipAddress,
        publicIpAddress: address("PRIMARY"),
        privateIpAddress: address("PRIVATE"),
        serverCaCerts: serverCaCert && [serverCaCert],
        encryptionKeyName: diskEncryptionConfiguration?.kmsKeyName,
        settings: settings && {
            ...same,
            diskType: dataDiskType,
            diskSize: dataDiskSizeGb,
            diskAutoresize: storageAutoResize,
            diskAutoresizeLimit: storageAutoResizeLimit,
            version: settingsVersion,
            denyMaintenancePeriod: denyMaintenancePeriods?.[0],
        },
    };
}

/** The provider's form of a bucket. */
function bucket({ iamConfiguration, lifecycle, billing, retentionPolicy, ...rest }: Inputs): Inputs {
    return {
        ...rest,
        uniformBucketLevelAccess: iamConfiguration?.uniformBucketLevelAccess?.enabled,
        publicAccessPrevention: iamConfiguration?.publicAccessPrevention,
        lifecycleRules: mapped(lifecycle?.rule, ({ action, condition: { isLive, ...condition } }) => ({
            action,
            condition: { ...condition, withState: isLive === undefined ? "ANY" : isLive ? "LIVE" : "ARCHIVED" },
        })),
        requesterPays: billing?.requesterPays,
        retentionPolicy,
    };
}

/** The recording project sends empty policy tags, which the provider does not. */
const withoutEmptyTags = ({ policyTags, ...field }: Inputs): Inputs => ({
    ...field,
    ...(policyTags?.names && { policyTags }),
    ...(field.fields && { fields: field.fields.map(withoutEmptyTags) }),
});

export const recordedTypes: RecordedType[] = [
    {
        token: "gcp:artifactregistry/repository:Repository",
        path: "artifactregistry.googleapis.com/v1/projects/{project}/locations/{location}/repositories/{repositoryId}",
        enums: {
            format: ["", "DOCKER", "MAVEN", "NPM", "", "APT", "YUM", "", "PYTHON"],
            mode: ["", "STANDARD_REPOSITORY", "VIRTUAL_REPOSITORY", "REMOTE_REPOSITORY"],
            "vulnerabilityScanningConfig.enablementState": [
                "",
                "SCANNING_UNSUPPORTED",
                "SCANNING_DISABLED",
                "SCANNING_ACTIVE",
            ],
            "vulnerabilityScanningConfig.enablementConfig": ["", "INHERITED", "DISABLED"],
        },
        renames: { satisfiesPzi: "", satisfiesPzs: "", "vulnerabilityScanningConfig.lastEnableTime": "" },
        flat: ({ cleanupPolicies, ...rest }) => ({
            ...rest,
            ...(cleanupPolicies &&
                Object.keys(cleanupPolicies).length > 0 && { cleanupPolicies: Object.values(cleanupPolicies) }),
        }),
    },
    {
        token: "gcp:bigquery/dataset:Dataset",
        path: "bigquery.googleapis.com/bigquery/v2/projects/{project}/datasets/{datasetId}",
        named: "datasetReference.datasetId",
        renames: { id: "", kind: "", datasetReference: "", type: "" },
    },
    {
        token: "gcp:bigquery/table:Table",
        path: "bigquery.googleapis.com/bigquery/v2/projects/{project}/datasets/{datasetId}/tables/{tableId}",
        named: "tableReference.tableId",
        renames: none(
            "id kind tableReference numActiveLogicalBytes numLongTermLogicalBytes numTotalLogicalBytes partitionDefinition materializedView.lastRefreshTime materializedViewStatus",
        ),
        flat: ({ schema, clustering, ...rest }) => ({
            ...rest,
            ...(schema && { schema: (schema.fields ?? []).map(withoutEmptyTags) }),
            ...(clustering && { clusterings: clustering.fields }),
        }),
        inputs: ({ externalDataConfiguration: external }) => ({
            deletionProtection: false,
            ...(external && { externalDataConfiguration: { autodetect: false, ...external } }),
        }),
        own: ["deletionProtection"],
    },
    {
        token: "gcp:bigquery/routine:Routine",
        path: "bigquery.googleapis.com/bigquery/v2/projects/{project}/datasets/{datasetId}/routines/{routineId}",
        named: "routineReference.routineId",
        renames: { etag: "", routineReference: "" },
    },
    {
        token: "gcp:bigquery/dataTransferConfig:DataTransferConfig",
        path: "bigquerydatatransfer.googleapis.com/v1/projects/{project}/locations/{location}/transferConfigs/{}",
        isNumbered: true,
        renames: none("datasetRegion nextRunTime ownerInfo updateTime userId scheduleOptionsV2"),
    },
    ...["v1", "v1beta1"].map((version) => ({
        token: "gcp:billing/budget:Budget",
        path: `billingbudgets.googleapis.com/${version}/billingAccounts/{billingAccount}/budgets/{}`,
        isNumbered: true,
        nested: "budget",
        renames: { etag: "", name: "", notificationsRule: "allUpdatesRule" },
        own: ["name"],
        enums: {
            "budgetFilter.calendarPeriod": ["", "MONTH", "QUARTER", "YEAR"],
            "budgetFilter.creditTypesTreatment": [
                "",
                "INCLUDE_ALL_CREDITS",
                "EXCLUDE_ALL_CREDITS",
                "INCLUDE_SPECIFIED_CREDITS",
            ],
            "thresholdRules.spendBasis": ["", "CURRENT_SPEND", "FORECASTED_SPEND"],
        },
        flat: ({ budgetFilter, ...rest }: Inputs) => ({
            ...rest,
            budgetFilter: budgetFilter && {
                ...budgetFilter,
                labels:
                    budgetFilter.labels &&
                    Object.fromEntries(
                        Object.entries(budgetFilter.labels).map(([key, value]) => [key, [value].flat()[0]]),
                    ),
            },
        }),
    })),
    {
        token: "gcp:certificatemanager/dnsAuthorization:DnsAuthorization",
        path: "certificatemanager.googleapis.com/v1/projects/{project}/locations/{location}/dnsAuthorizations/{name}",
        renames: answers,
        enums: { type: ["", "FIXED_RECORD", "PER_PROJECT_RECORD"] },
    },
    {
        token: "gcp:certificatemanager/certificate:Certificate",
        path: "certificatemanager.googleapis.com/v1/projects/{project}/locations/{location}/certificates/{name}",
        renames: { ...answers, expireTime: "", pemCertificate: "" },
        enums: {
            scope: ["DEFAULT", "EDGE_CACHE", "ALL_REGIONS"],
            "managed.authorizationAttemptInfo.state": "STATE_UNSPECIFIED AUTHORIZING X X X X AUTHORIZED FAILED".split(
                " ",
            ),
            "managed.state": ["STATE_UNSPECIFIED", "PROVISIONING", "FAILED", "ACTIVE"],
        },
    },
    {
        token: "gcp:certificatemanager/certificateMap:CertificateMap",
        path: "certificatemanager.googleapis.com/v1/projects/{project}/locations/global/certificateMaps/{name}",
        renames: { createTime: "createTime", updateTime: "updateTime" },
    },
    {
        token: "gcp:certificatemanager/certificateMapEntry:CertificateMapEntry",
        path: "certificatemanager.googleapis.com/v1/projects/{project}/locations/global/certificateMaps/{map}/certificateMapEntries/{name}",
        enums: { matcher: ["", "PRIMARY"], state: ["", "ACTIVE", "PENDING"] },
    },
    {
        token: "gcp:kms/keyRing:KeyRing",
        path: "cloudkms.googleapis.com/v1/projects/{project}/locations/{location}/keyRings/{name}",
        renames: answers,
    },
    {
        token: "gcp:kms/cryptoKey:CryptoKey",
        path: "cloudkms.googleapis.com/v1/{keyRing+4}/cryptoKeys/{name}",
        renames: { ...answers, nextRotationTime: "" },
        enums: {
            purpose: ["", "ENCRYPT_DECRYPT", "", "", "", "ASYMMETRIC_SIGN", "ASYMMETRIC_DECRYPT", "", "", "MAC"],
            "primaries.state": ["", "ENABLED"],
            "versionTemplate.protectionLevel": ["", "SOFTWARE", "HSM"],
            "versionTemplate.algorithm": ["", "GOOGLE_SYMMETRIC_ENCRYPTION"],
        },
        flat: ({ primary, ...rest }) => ({
            ...rest,
            primaries: primary && [{ name: primary.name, state: primary.state }],
        }),
    },
    {
        token: "gcp:organizations/project:Project",
        path: "cloudresourcemanager.googleapis.com/v1/projects/{projectId}",
        named: "projectId",
        renames: { ...answers, lifecycleState: "" },
        flat: ({ parent, projectNumber, ...rest }) => ({
            ...rest,
            number: projectNumber && "0",
            ...(parent?.type === "folder" ? { folderId: parent.id } : parent && { orgId: parent.id }),
        }),
        inputs: () => ({ deletionPolicy: "DELETE" }),
        own: ["autoCreateNetwork"],
    },
    {
        token: "gcp:organizations/folder:Folder",
        path: "cloudresourcemanager.googleapis.com/v3/folders/{}",
        isNumbered: true,
        renames: { etag: "", updateTime: "", state: "lifecycleState" },
        // Placeholders of folders are those of their parents too.
        flat: ({ name, ...rest }) => rest,
        own: ["folderId", "name"],
        inputs: () => ({ deletionProtection: false }),
    },
    {
        token: "gcp:cloudtasks/queue:Queue",
        path: "cloudtasks.googleapis.com/v2/projects/{project}/locations/{location}/queues/{name}",
        renames: { state: "", "rateLimits.maxBurstSize": "maxBurstSize" },
    },
    {
        token: "gcp:composer/environment:Environment",
        path: "composer.googleapis.com/v1/projects/{project}/locations/{region}/environments/{name}",
        renames: {
            ...answers,
            ...none(
                "uuid state config.airflowByoidUri config.privateEnvironmentConfig.networkingConfig config.privateEnvironmentConfig.networkingType config.softwareConfig.auditLogsReplicationMode",
            ),
        },
        enums: {
            "config.environmentSize": [
                "",
                "ENVIRONMENT_SIZE_SMALL",
                "ENVIRONMENT_SIZE_MEDIUM",
                "ENVIRONMENT_SIZE_LARGE",
            ],
            "config.dataRetentionConfig.airflowMetadataRetentionConfig.retentionMode": [
                "",
                "RETENTION_MODE_ENABLED",
                "RETENTION_MODE_DISABLED",
            ],
            "config.softwareConfig.webServerPluginsMode": ["", "DISABLED", "ENABLED"],
        },
    },
    {
        token: "gcp:compute/globalAddress:GlobalAddress",
        path: compute("global/addresses/{name}"),
        ...address,
        flat: undefined,
    },
    { token: "gcp:compute/address:Address", path: compute("regions/{region}/addresses/{name}"), ...address },
    {
        token: "gcp:compute/firewall:Firewall",
        path: compute("global/firewalls/{name}"),
        renames: computed,
        flat: ({ allowed, denied, logConfig, ...rest }) => ({
            ...rest,
            ...logged(logConfig),
            allows: mapped(allowed, ({ IPProtocol, ...more }) => ({ protocol: IPProtocol, ...more })),
            denies: mapped(denied, ({ IPProtocol, ...more }) => ({ protocol: IPProtocol, ...more })),
        }),
        inputs: ({ sourceRanges, sourceTags }) =>
            sourceRanges?.length || sourceTags?.length ? {} : { sourceRanges: ["0.0.0.0/0"] },
        own: ["enableLogging"],
    },
    {
        token: "gcp:compute/globalForwardingRule:GlobalForwardingRule",
        path: compute("global/forwardingRules/{name}"),
        ...forwardingRule,
    },
    {
        token: "gcp:compute/forwardingRule:ForwardingRule",
        path: compute("regions/{region}/forwardingRules/{name}"),
        ...forwardingRule,
    },
    {
        token: "gcp:compute/network:Network",
        path: compute("global/networks/{name}"),
        renames: { ...computed, subnetworks: "", peerings: "", creationTimestamp: "" },
        flat: ({ routingConfig = {}, id, ...rest }) => ({ ...rest, ...routingConfig, numericId: id, networkId: id }),
    },
    {
        token: "gcp:compute/subnetwork:Subnetwork",
        path: compute("regions/{region}/subnetworks/{name}"),
        renames: { ...computed, enableFlowLogs: "" },
        flat: ({ id, logConfig, ...rest }) => ({ ...rest, ...logged(logConfig), subnetworkId: id }),
    },
    {
        token: "gcp:compute/router:Router",
        path: compute("regions/{region}/routers/{name}"),
        renames: { ...computed, nats: "", interfaces: "", bgpPeers: "" },
    },
    { token: "gcp:compute/sSLPolicy:SSLPolicy", path: compute("global/sslPolicies/{name}"), renames: computed },
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
    ...["v1", "v1beta2"].map((version) => ({
        token: "gcp:dns/managedZone:ManagedZone",
        path: `dns.googleapis.com/dns/${version}/projects/{project}/managedZones/{name}`,
        renames: { ...answers, "cloudLoggingConfig.kind": "", "privateVisibilityConfig.kind": "" },
        flat: ({ id, ...rest }: Inputs) => ({ ...rest, managedZoneId: id }),
    })),
    {
        token: "gcp:serviceaccount/account:Account",
        path: "iam.googleapis.com/v1/projects/{project}/serviceAccounts/{accountId}",
        named: "accountId",
        nested: "serviceAccount",
        renames: { etag: "", oauth2ClientId: "", projectId: "" },
        own: ["accountId", "member"],
    },
    {
        token: "gcp:logging/metric:Metric",
        path: "logging.googleapis.com/v2/projects/{project}/metrics/{name}",
        renames: {
            ...answers,
            ...none(
                "metricDescriptor.launchStage metricDescriptor.metadata metricDescriptor.name metricDescriptor.type",
            ),
            resourceName: "",
        },
        flat: ({ metricDescriptor: { description: _, ...descriptor } = {}, ...rest }) => ({
            ...rest,
            ...(Object.keys(descriptor).length > 0 && { metricDescriptor: descriptor }),
        }),
    },
    {
        token: "gcp:logging/projectExclusion:ProjectExclusion",
        path: "logging.googleapis.com/v2/projects/{project}/exclusions/{name}",
        renames: answers,
    },
    {
        token: "gcp:logging/projectSink:ProjectSink",
        path: "logging.googleapis.com/v2/projects/{project}/sinks/{name}",
        renames: { ...answers, resourceName: "" },
        own: ["uniqueWriterIdentity"],
    },
    {
        token: "gcp:monitoring/customService:CustomService",
        path: "monitoring.googleapis.com/v3/projects/{project}/services/{serviceId}",
        named: "serviceId",
        renames: { custom: "" },
        own: ["serviceId"],
    },
    {
        token: "gcp:monitoring/slo:Slo",
        path: "monitoring.googleapis.com/v3/projects/{project}/services/{service}/serviceLevelObjectives/{sloId}",
        named: "sloId",
        flat: ({ rollingPeriod, serviceLevelIndicator = {}, ...rest }) => {
            const { requestBased, windowsBased, basicSli } = serviceLevelIndicator;
            return {
                ...rest,
                ...(rollingPeriod && { rollingPeriodDays: Number.parseInt(rollingPeriod, 10) / 86_400 }),
                requestBasedSli: requestBased,
                windowsBasedSli: windowsBased,
                basicSli,
            };
        },
        own: ["sloId", "service"],
    },
    {
        token: "gcp:monitoring/uptimeCheckConfig:UptimeCheckConfig",
        path: "monitoring.googleapis.com/v3/projects/{project}/uptimeCheckConfigs/{}",
        isNumbered: true,
        own: ["uptimeCheckId"],
    },
    {
        token: "gcp:monitoring/alertPolicy:AlertPolicy",
        path: "monitoring.googleapis.com/v3/projects/{project}/alertPolicies/{}",
        isNumbered: true,
        renames: { mutationRecord: "", creationRecord: "creationRecords" },
    },
    {
        token: "gcp:monitoring/notificationChannel:NotificationChannel",
        path: "monitoring.googleapis.com/v3/projects/{project}/notificationChannels/{}",
        isNumbered: true,
        renames: answers,
    },
    {
        token: "gcp:pubsub/schema:Schema",
        path: "pubsub.googleapis.com/v1/projects/{project}/schemas/{name}",
        renames: { revisionCreateTime: "" },
        enums: { type: ["", "PROTOCOL_BUFFER", "AVRO"] },
    },
    {
        token: "gcp:pubsub/subscription:Subscription",
        path: "pubsub.googleapis.com/v1/projects/{project}/subscriptions/{name}",
        nested: "subscription",
        isPut: true,
        renames: { state: "", "bigqueryConfig.state": "" },
    },
    {
        token: "gcp:pubsub/topic:Topic",
        path: "pubsub.googleapis.com/v1/projects/{project}/topics/{name}",
        nested: "topic",
        isPut: true,
        renames: { state: "" },
        enums: { "schemaSettings.encoding": ["", "JSON", "BINARY"] },
    },
    {
        token: "gcp:cloudrunv2/service:Service",
        path: "run.googleapis.com/v2/projects/{project}/locations/{location}/services/{name}",
        inputs: () => ({ deletionProtection: false }),
        own: ["deletionProtection"],
    },
    {
        token: "gcp:secretmanager/secret:Secret",
        path: "secretmanager.googleapis.com/v1/projects/{project}/secrets/{secretId}",
        renames: { etag: "", "replication.automatic": "auto" },
        own: ["deletionProtection"],
    },
    {
        token: "gcp:sql/databaseInstance:DatabaseInstance",
        path: "sqladmin.googleapis.com/sql/v1beta4/projects/{project}/instances/{name}",
        flat: sqlInstance,
        renames: none(
            "backendType createTime databaseInstalledVersion etag gceZone secondaryGceZone geminiConfig kind satisfiesPzi state " +
                "serverCaCerts.certSerialNumber serverCaCerts.instance serverCaCerts.kind serverCaCerts.selfLink settings.kind " +
                "settings.authorizedGaeApplications settings.replicationType settings.backupConfiguration.kind " +
                "settings.backupConfiguration.replicationLogArchivingEnabled settings.backupConfiguration.transactionalLogStorageState " +
                "settings.ipConfiguration.requireSsl settings.ipConfiguration.authorizedNetworks.kind settings.locationPreference.kind " +
                "settings.maintenanceWindow.kind settings.activeDirectoryConfig.kind settings.sqlServerAuditConfig.kind " +
                "replicaConfiguration.kind replicaConfiguration.mysqlReplicaConfiguration upgradableDatabaseVersions settings.replicationLagMaxSeconds",
        ),
        inputs: () => ({ deletionProtection: false }),
        own: ["deletionProtection", "rootPassword", "settings.effectiveAvailabilityType"],
    },
    {
        token: "gcp:sql/database:Database",
        path: "sqladmin.googleapis.com/sql/v1beta4/projects/{project}/instances/{instance}/databases/{name}",
        renames: { etag: "", kind: "" },
    },
    {
        token: "gcp:sql/user:User",
        path: "sqladmin.googleapis.com/sql/v1beta4/projects/{project}/instances/{instance}/users/{name}",
    },
    {
        token: "gcp:storage/bucket:Bucket",
        path: "storage.googleapis.com/storage/v1/b/{name}",
        renames: none(
            "etag generation id kind locationType metageneration satisfiesPZI acl defaultObjectAcl owner autoclass.terminalStorageClassUpdateTime autoclass.toggleTime",
        ),
        flat: bucket,
        inputs: ({ location }) => ({ location: location ?? "US" }),
        own: ["url"],
    },
    {
        token: "gcp:storage/notification:Notification",
        path: "storage.googleapis.com/storage/v1/b/{bucket}/notificationConfigs/{}",
        isNumbered: true,
        renames: { etag: "", kind: "" },
        flat: ({ id, ...rest }) => ({ ...rest, notificationId: id }),
    },
    {
        token: "gcp:vpcaccess/connector:Connector",
        path: "vpcaccess.googleapis.com/v1beta1/projects/{project}/locations/{region}/connectors/{name}",
        own: ["selfLink"],
    },
    {
        token: "gcp:workflows/workflow:Workflow",
        path: "workflows.googleapis.com/v1/projects/{project}/locations/{region}/workflows/{name}",
        renames: { revisionCreateTime: "" },
        enums: { state: ["", "ACTIVE", "UNAVAILABLE"] },
        inputs: () => ({ deletionProtection: false }),
        own: ["deletionProtection"],
    },
];
