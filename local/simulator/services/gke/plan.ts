import { isDeepStrictEqual } from "node:util";
import type { Inputs, PlanRule } from "../../rules/rules";

const wasOn = (desired: unknown, found: unknown) => found === true && desired !== true;

const start = (version: string) => version.split("-")[0];

function refusedVersion({ nodeVersion, minMasterVersion }: Inputs, state?: Inputs): string | undefined {
    return !state && nodeVersion && minMasterVersion && start(nodeVersion) !== start(minMasterVersion)
        ? `Resource argument node_version (value: ${nodeVersion}) must either be unset or set to the same value as min_master_version (value: ${minMasterVersion}) on create.`
        : undefined;
}

function refusedSurge({ clusterAutoscaling }: Inputs): string | undefined {
    const { strategy, maxSurge, maxUnavailable } = clusterAutoscaling?.autoProvisioningDefaults?.upgradeSettings ?? {};
    return strategy && strategy !== "SURGE" && (maxSurge || maxUnavailable)
        ? "Surge upgrade settings max_surge/max_unavailable can only be used when strategy is set to SURGE"
        : undefined;
}

/** Whether an API is left out that was enabled: Kubernetes does not delete its objects. */
function isApiDisabled(_desired: unknown, _found: unknown, inputs: Inputs, state: Inputs): boolean {
    const apisOf = ({ enableK8sBetaApis }: Inputs): string[] => enableK8sBetaApis?.enabledApis ?? [];
    return apisOf(state).some((api) => !apisOf(inputs).includes(api));
}

/** Accelerators as they are compared: without those that the provider does not send, and without what the server sets. */
const accelerators = (all: Inputs[] = []): Inputs[] =>
    all
        .filter(({ count }) => count !== 0)
        .map(({ type, count, gpuPartitionSize = "", gpuSharingConfig }) => ({
            type,
            count,
            gpuPartitionSize,
            gpuSharingConfig,
        }));

/** Also asked about each item of the lists. */
function areSameAccelerators(desired: unknown, found: unknown): boolean {
    return (
        Array.isArray(desired) &&
        Array.isArray(found) &&
        desired.length !== found.length &&
        desired.some(({ count }) => count === 0) &&
        isDeepStrictEqual(accelerators(desired), accelerators(found))
    );
}

const emptyAccelerators: PlanRule = { same: { "nodeConfig.guestAccelerators": areSameAccelerators } };

/** Whether networks of nodes are removed: the program has none of them, and no profile that was there before manages them. */
function isWithoutNetworks(pool: Inputs, found: Inputs = {}): boolean {
    const [config, before] = [pool.networkConfig, found.networkConfig];
    const profile = config ? config.acceleratorNetworkProfile : before?.acceleratorNetworkProfile;
    const isManaged = Boolean(profile) && profile === before?.acceleratorNetworkProfile;
    return (
        before?.additionalNodeNetworkConfigs?.length > 0 && !config?.additionalNodeNetworkConfigs?.length && !isManaged
    );
}

const networks = "networkConfig.additionalNodeNetworkConfigs";

const networksOfPools: PlanRule = {
    cleared: ({ nodePools = [] }, state) =>
        (state.nodePools ?? []).flatMap((found: Inputs, index: number) => {
            const pool = nodePools.find(({ name }: Inputs) => name === found.name);
            return pool && isWithoutNetworks(pool, found) ? [`nodePools[${index}].${networks}`] : [];
        }),
};

/** What it does with plans of node pools: `google-beta/services/container/resource_container_node_pool.go`. */
export const poolPlan: Record<string, PlanRule> = {
    nodePoolAcceleratorNetworkProfileCustomizeDiff: {
        cleared: (inputs, state) => (isWithoutNetworks(inputs, state) ? [networks] : []),
    },
    resourceNodeConfigEmptyGuestAccelerator: emptyAccelerators,
};

/** What the provider's code does with plans of clusters: `google-beta/services/container/resource_container_cluster.go`. */
export const plan: Record<string, PlanRule> = {
    clusterAcceleratorNetworkProfileCustomizeDiff: networksOfPools,
    resourceNodeConfigEmptyGuestAccelerator: emptyAccelerators,
    containerClusterAutopilotCustomizeDiff: {
        replaceWhen: {
            "dnsConfig.additiveVpcScopeDnsDomain": (_, __, { enableAutopilot }) => enableAutopilot === true,
        },
    },
    containerClusterEnableK8sBetaApisCustomizeDiff: {
        replaceWhen: { "enableK8sBetaApis.enabledApis": isApiDisabled },
    },
    containerClusterNodeVersionCustomizeDiff: { refuse: refusedVersion },
    containerClusterNodeVersionRemoveDefaultCustomizeDiff: {
        refuse: ({ nodeVersion, removeDefaultNodePool }, state) =>
            !state && nodeVersion && removeDefaultNodePool === true
                ? "node_version can only be specified if remove_default_node_pool is not true"
                : undefined,
    },
    containerClusterSkipNodePoolRefreshCustomizeDiff: {
        refuse: ({ skipNodePoolRefresh, nodePools = [] }) =>
            skipNodePoolRefresh === true && nodePools.length > 0
                ? "skip_node_pool_refresh cannot be true when inline node_pool blocks are defined; use google_container_node_pool resources instead, or unset skip_node_pool_refresh"
                : undefined,
    },
    containerClusterSurgeSettingsCustomizeDiff: { refuse: refusedSurge },
    'customdiff.ForceNewIfChange("enable_fqdn_network_policy", isBeenEnabled)': {
        replaceWhen: { enableFqdnNetworkPolicy: wasOn },
    },
    'customdiff.ForceNewIfChange("enable_l4_ilb_subsetting", isBeenEnabled)': {
        replaceWhen: { enableL4IlbSubsetting: wasOn },
    },
};
