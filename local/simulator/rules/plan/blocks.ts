import type { Inputs } from "../rules";
import type { Suppression } from "./suppression";

/** A block with only unset values. */
const isEmpty = (value: unknown): boolean =>
    !value ||
    (Array.isArray(value) ? value.length === 0 : typeof value === "object" && Object.values(value).every(isEmpty));

/** A removed block that was not enabled: the API answers with it, set or not. */
const isRemovedUnlessEnabled: Suppression = (found, wanted) => wanted === undefined && !(found as Inputs)?.enabled;

const isAddedOrRemovedEmpty: Suppression = (found, wanted) =>
    (found === undefined) !== (wanted === undefined) && isEmpty(found) && isEmpty(wanted);

const isContained = (wanted: unknown, found: unknown): boolean =>
    typeof wanted === "object" && wanted !== null
        ? typeof found === "object" &&
          found !== null &&
          Object.entries(wanted).every(([key, value]) => isContained(value, (found as Inputs)[key]))
        : wanted === found;

/** Lists with the same items in another order. What the server adds to an item is no difference. */
export const isInAnyOrder = (found: unknown, wanted: unknown): boolean => {
    if (!Array.isArray(found) || !Array.isArray(wanted) || found.length !== wanted.length) {
        return false;
    }
    const rest = [...found];
    return wanted.every((item) => {
        const index = rest.findIndex((other) => isContained(item, other));
        return index >= 0 && rest.splice(index, 1).length > 0;
    });
};

/** The same records, in any order and in the spelling of their type: `google-beta/services/dns/resource_dns_record_set.go`. */
const areSameRecords: Suppression = (found, wanted, { inputs }) => {
    const spelled = (record: string) =>
        inputs.type === "TXT"
            ? record.replaceAll(/^"+|"+$/g, "").toLowerCase()
            : ["MX", "DS", "AAAA"].includes(inputs.type)
              ? record.toLowerCase()
              : record;
    const all = (records: unknown) =>
        Array.isArray(records) ? records.map(String).map(spelled).sort().join("\n") : "";
    return Array.isArray(found) && Array.isArray(wanted) && wanted.length > 0 && all(found) === all(wanted);
};

/** The scopes of the provider's own default, which the API adds. */
const areScopesAdded: Suppression = (_found, _wanted, { inputs, state }) => {
    const scopesOf = ({ clusterAutoscaling }: Inputs): string[] =>
        clusterAutoscaling?.autoProvisioningDefaults?.oauthScopes ?? [];
    const combined = new Set([...scopesOf(inputs), "https://www.googleapis.com/auth/monitoring.write"]);
    const found = scopesOf(state);
    return combined.size === found.length && found.every((scope) => combined.has(scope));
};

/** Labels that GKE adds to nodes with a sandbox. */
const areLabelsOfSandbox: Suppression = (found, wanted) => {
    const [there, asked] = [(found ?? {}) as Inputs, (wanted ?? {}) as Inputs];
    return (
        Object.entries(asked).every(([key, value]) => there[key] === value) &&
        Object.keys(there).every((key) => key in asked || key.startsWith("sandbox.gke.io/"))
    );
};

/** What Autopilot manages; a domain of `dnsConfig` is the user's. */
const isOfAutopilot: Suppression = (found, wanted, { key, inputs }) => {
    const domainOf = (block: unknown) => (block as Inputs | undefined)?.additiveVpcScopeDnsDomain;
    return (
        inputs.enableAutopilot === true &&
        (key !== "dnsConfig" || (!domainOf(wanted) && domainOf(wanted) === domainOf(found)))
    );
};

const isDefaultPolicy = (policy: unknown) => !policy || String(policy).endsWith("_UNSPECIFIED");

/** The default of a port, which the API answers. */
const defaultPorts: Record<string, number> = {
    httpHealthCheck: 80,
    httpsHealthCheck: 443,
    http2HealthCheck: 443,
    tcpHealthCheck: 80,
    sslHealthCheck: 443,
};

/** Suppressions of blocks and lists, by the name of the provider's function. */
export const blocks: Record<string, Suppression> = {
    BinaryAuthorizationDiffSuppress: (found, wanted, plan) =>
        isRemovedUnlessEnabled(found, wanted, plan) && !(found as Inputs)?.evaluationMode,
    EnhancedBackupManagerDiffSuppressFunc: (_found, _wanted, { state }) =>
        String(state.settings?.backupConfiguration?.backupTier).toUpperCase() === "ENHANCED",
    SecretManagerCfgSuppress: isRemovedUnlessEnabled,
    SecretSyncCfgSuppress: isRemovedUnlessEnabled,
    containerClusterAddedScopesSuppress: areScopesAdded,
    containerClusterNetworkPolicyDiffSuppress: isRemovedUnlessEnabled,
    containerNodePoolLabelsSuppress: areLabelsOfSandbox,
    diffSuppressEnableLogging: (_, wanted, { state }) => wanted === undefined && state.enableLogging === true,
    diffSuppressSourceRanges: (found, wanted) =>
        wanted === undefined && Array.isArray(found) && found.length === 1 && found[0] === "0.0.0.0/0",
    emptyMavenConfigDiffSuppress: (found, wanted) => {
        const [there, asked] = [(found ?? {}) as Inputs, (wanted ?? {}) as Inputs];
        return (
            !there.allowSnapshotOverwrites === !asked.allowSnapshotOverwrites &&
            isDefaultPolicy(there.versionPolicy) &&
            isDefaultPolicy(asked.versionPolicy)
        );
    },
    emptyOrUnsetBlockDiffSuppress: (found, wanted) => isEmpty(found) && isEmpty(wanted),
    entraidDiffSuppressFunc: (found, wanted) => found === undefined && isEmpty(wanted),
    hierachicalNamespaceDiffSuppress: isRemovedUnlessEnabled,
    podSecurityPolicyCfgSuppress: isRemovedUnlessEnabled,
    resourceComputeRegionSecurityPolicySpecRulesDiffSuppress: isInAnyOrder,
    resourceOrgPolicyPolicyDryRunSpecRulesDiffSuppress: isInAnyOrder,
    resourceOrgPolicyPolicySpecRulesDiffSuppress: isInAnyOrder,
    rrdatasDnsDiffSuppress: areSameRecords,
    "services/storage/resource_storage_bucket.go:416": (found, wanted) =>
        (found === undefined) !== (wanted === undefined) && !((found ?? wanted) as Inputs).enabled,
    "services/storage/resource_storage_bucket.go:720": (found, wanted) =>
        wanted === undefined && (found as Inputs | undefined)?.mode === "Disabled",
    serviceAccountDiffSuppress: (found, wanted) => {
        const { email, scopes = [] } = (found ?? wanted ?? {}) as Inputs;
        return (found === undefined) !== (wanted === undefined) && !email && scopes.length === 0;
    },
    stringListDiffSuppress: isInAnyOrder,
    suppressDiffForAutopilot: isOfAutopilot,
    suppressDiffForPreRegisteredFleet: (found, wanted) =>
        (found as Inputs | undefined)?.preRegistered === true ||
        (found === undefined && !(wanted as Inputs | undefined)?.project),
    "tpgresource.EmptyOrUnsetBlockDiffSuppress": isAddedOrRemovedEmpty,
    "tpgresource.SuppressLayer7DdosDefenseMissing": (found, wanted) => {
        const { layer7DdosDefenseConfig, ...others } = (found ?? {}) as Inputs;
        return wanted === undefined && layer7DdosDefenseConfig?.enable !== true && isEmpty(others);
    },
    upstreamPoliciesDiffSuppress: isInAnyOrder,
    // Their functions decide by the property below the block.
    "portDiffSuppress.port": (found, wanted, { inputs, block }) => {
        const [kind = ""] = Object.keys(defaultPorts).filter((name) => inputs[name] !== undefined);
        const { portSpecification = "" } = block.wanted;
        return found === defaultPorts[kind] && !wanted && ["", "USE_FIXED_PORT"].includes(portSpecification);
    },
    "authHeaderDiffSuppress.audience": (found, wanted, { inputs }) =>
        !wanted && found !== undefined && found === inputs.httpTarget?.uri,
    "authHeaderDiffSuppress.scope": (found, wanted) =>
        !wanted && found === "https://www.googleapis.com/auth/cloud-platform",
    "cloudRunV2ServiceResourceLimitsDiffSuppress.cpu": (found, wanted) => !wanted && Boolean(found),
    "environmentVariablesDiffSuppress.LOG_EXECUTION_ID": (_, wanted) => !wanted,
    'IgnoreMissingKeyInMap("x-goog-version").x-goog-version': (found) => !found,
    "resourceMonitoringUptimeCheckConfigMonitoredResourceLabelsDiffSuppress.project_id": (found, wanted) =>
        !wanted && Boolean(found),
};
