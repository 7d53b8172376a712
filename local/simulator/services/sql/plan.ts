import type { Inputs, PlanRule } from "../../rules/rules";
import { isOtherPrimary, promotionError } from "./replicas";
import { isGrown, isShrunk } from "./storage";

const withRecovery = ["POSTGRES", "SQLSERVER"];

function refusedRecovery({ databaseVersion = "", settings }: Inputs): string | undefined {
    const isOn = settings?.backupConfiguration?.pointInTimeRecoveryEnabled === true;
    return isOn && !withRecovery.some((engine) => String(databaseVersion).startsWith(engine))
        ? `point_in_time_recovery_enabled is only available for the following [${withRecovery.join(" ")}]. You may want to consider using binary_log_enabled instead and remove point_in_time_recovery_enabled (removing point_in_time_recovery_enabled and adding binary_log_enabled will enable pitr for MYSQL)`
        : undefined;
}

function refusedDirectory({ settings }: Inputs): string | undefined {
    const {
        mode,
        dnsServers = [],
        adminCredentialSecretName,
        organizationalUnit,
    } = settings?.activeDirectoryConfig ?? {};
    return mode === "CUSTOMER_MANAGED_ACTIVE_DIRECTORY" &&
        (dnsServers.length === 0 || !adminCredentialSecretName || !organizationalUnit)
        ? "dns_servers, admin_credential_secret_name, and organizational_unit must all be provided when mode is CUSTOMER_MANAGED_ACTIVE_DIRECTORY"
        : undefined;
}

/** Autoscaling of a read pool decides about its nodes, within its limits. */
function isAutoscaled(_: unknown, found: unknown, { settings }: Inputs): boolean {
    const { enabled, minNodeCount = 0, maxNodeCount = 0 } = settings?.readPoolAutoScaleConfig ?? {};
    return enabled === true && Number(found) >= minNodeCount && Number(found) <= maxNodeCount;
}

/** What the provider's code does with plans of instances: `google-beta/services/sql/resource_sql_database_instance.go`. */
export const plan: Record<string, PlanRule> = {
    activeDirectoryCustomizeDiff: { refuse: refusedDirectory },
    autoUpgradeEnabledCustomizeDiff: {
        replaceWhen: { "settings.autoUpgradeEnabled": (desired, found) => found === true && !desired },
    },
    'customdiff.ForceNewIf("master_instance_name")': { replaceWhen: { masterInstanceName: isOtherPrimary } },
    'customdiff.ForceNewIf("replica_configuration.0.cascadable_replica")': {
        replaceWhen: { "replicaConfiguration.cascadableReplica": isOtherPrimary },
    },
    'customdiff.IfValueChange("instance_type", isReplicaPromoteRequested, checkPromoteConfigurationsAndUpdateDiff)': {
        refuse: (inputs, state) => state && promotionError(inputs, state),
    },
    diskSizeCutomizeDiff: {
        replaceWhen: { "settings.diskSize": isShrunk },
        same: { "settings.diskSize": isGrown },
    },
    nodeCountCustomDiff: { same: { nodeCount: isAutoscaled } },
    pitrSupportDbCustomizeDiff: { refuse: refusedRecovery },
    privateNetworkCustomizeDiff: {
        replaceWhen: { "settings.ipConfiguration.privateNetwork": (desired, found) => Boolean(found) && !desired },
    },
};
