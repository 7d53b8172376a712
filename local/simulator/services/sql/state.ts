import { createHash } from "node:crypto";
import { addressIn } from "../../../../lib/formats";
import { digits } from "../../cloud/ids";
import type { Context, Inputs } from "../../rules/rules";
import { sourceOf } from "./clones";
import { hasPsc } from "./network";
import { withServerValues } from "./properties";
import { isPromotion, noConfiguration, primaryOf, shortName } from "./replicas";
import { sizeOf } from "./storage";
import { hasHyperdisk } from "./tiers";
import { editionOf, engineOf, isSameVersion, logsAfterSwitch } from "./versions";

/**
 * Completes settings like the server.
 *
 * @param before the existing settings, or those of the instance's source
 */
function settingsOf(inputs: Inputs, before?: Inputs, old?: Inputs): Inputs {
    const settings = inputs.settings ? withServerValues(inputs.settings, before) : (before ?? {});
    const edition = editionOf({ ...inputs, settings });
    const plus = edition === "ENTERPRISE_PLUS";
    const insights = settings.insightsConfig?.queryInsightsEnabled
        ? { queryPlansPerMinute: 5, queryStringLength: 1024 }
        : { queryPlansPerMinute: 0, queryStringLength: 0 };
    return {
        connectionPoolConfigs: [],
        connectorEnforcement: "NOT_REQUIRED",
        dataApiAccess: "",
        dataDiskProvisionedIops: 0,
        dataDiskProvisionedThroughput: 0,
        diskType: hasHyperdisk(String(settings.tier)) ? "HYPERDISK_BALANCED" : "PD_SSD",
        userLabels: {},
        ...settings,
        diskSize: sizeOf(inputs, before && { settings: before }),
        edition,
        effectiveAvailabilityType: availabilityOf({ ...inputs, settings }, old),
        version: (old?.settings?.version ?? 0) + 1,
        dataCacheConfig: { dataCacheEnabled: false, ...settings.dataCacheConfig },
        backupConfiguration: backupsOf(settings.backupConfiguration, plus, old),
        insightsConfig: { ...insights, ...settings.insightsConfig },
        ipConfiguration: {
            ipv4Enabled: true,
            serverCaMode: "GOOGLE_MANAGED_INTERNAL_CA",
            sslMode: "ALLOW_UNENCRYPTED_AND_ENCRYPTED",
            ...settings.ipConfiguration,
            ...(settings.ipConfiguration?.pscConfigs && {
                pscConfigs: settings.ipConfiguration.pscConfigs.map(connected),
            }),
        },
        locationPreference: { zone: `${inputs.region}-b`, ...settings.locationPreference },
        performanceCaptureConfig: { ...noCapture, ...settings.performanceCaptureConfig },
        readPoolAutoScaleConfig: { enabled: false, ...settings.readPoolAutoScaleConfig },
    };
}

function backupsOf(value: Inputs = {}, plus: boolean, old?: Inputs): Inputs {
    return {
        enabled: false,
        backupTier: "STANDARD",
        startTime: "04:00",
        transactionLogRetentionDays: plus ? 14 : 7,
        ...value,
        ...logsAfterSwitch(value, plus, old),
        backupRetentionSettings: {
            retentionUnit: "COUNT",
            retainedBackups: plus ? 15 : 7,
            ...value.backupRetentionSettings,
        },
    };
}

/** Values of Private Service Connect that the server sets. */
const connected = (config: Inputs): Inputs => ({
    pscAutoConnectionPolicyEnabled: false,
    pscAutoDnsEnabled: false,
    pscWriteEndpointDnsEnabled: false,
    ...config,
    ...(config.pscAutoConnections && {
        pscAutoConnections: config.pscAutoConnections.map((item: Inputs) => ({
            consumerNetworkStatus: "",
            consumerServiceProjectId: "",
            instanceAutoDnsStatus: "",
            ipAddress: "",
            serviceConnectionPolicy: "",
            serviceConnectionPolicyCreationResult: "",
            status: "",
            writeEndpointAutoDnsStatus: "",
            ...item,
        })),
    }),
});

const noCapture = {
    cpuUtilizationThresholdPercent: 0,
    enabled: false,
    historyListLengthThresholdCount: 0,
    memoryUsageThresholdPercent: 0,
    probeThreshold: 0,
    probingIntervalSeconds: 0,
    runningThreadsThreshold: 0,
    secondsBehindSourceThreshold: 0,
    semaphoreWaitThresholdCount: 0,
    transactionDurationThreshold: 0,
    transactionKillThresholdSeconds: 0,
    transactionKillType: "",
    transactionLockWaitThresholdCount: 0,
};

function addressesOf(inputs: Inputs): Inputs {
    const { ipv4Enabled = true, privateNetwork } = inputs.settings?.ipConfiguration ?? {};
    const last = 1 + (Number(digits(`${inputs.project}/${inputs.name}`, 3)) % 254);
    const [open, closed] = [
        ipv4Enabled ? addressIn("203.0.113.0/24", last) : "",
        privateNetwork ? addressIn("10.127.0.0/24", last) : "",
    ];
    const item = (ipAddress: string, type: string) => (ipAddress ? [{ ipAddress, type, timeToRetire: "" }] : []);
    // Public PostgreSQL instances have a separate outgoing address.
    const outgoing = open && engineOf(inputs.databaseVersion) === "POSTGRES" ? addressIn("198.51.100.0/24", last) : "";
    return {
        firstIpAddress: open || closed,
        publicIpAddress: open,
        privateIpAddress: closed,
        ipAddresses: [...item(open, "PRIMARY"), ...item(outgoing, "OUTGOING"), ...item(closed, "PRIVATE")],
    };
}

/** "Connect to an instance using Private Service Connect": the service attachment and the DNS name. */
function pscOf(inputs: Inputs, region: string): Inputs {
    if (!hasPsc(inputs)) {
        return { pscServiceAttachmentLink: "", dnsName: "", dnsNames: [] };
    }
    const hash = createHash("sha256").update(`${inputs.project}/${inputs.name}`).digest("hex");
    const name = `${hash.slice(0, 12)}.${hash.slice(12, 24)}.${region}.sql.goog.`;
    return {
        pscServiceAttachmentLink: `projects/${hash.slice(24, 36)}-tp/regions/${region}/serviceAttachments/a-${hash.slice(0, 12)}-psc-service-attachment-${hash.slice(36, 52)}`,
        dnsName: name,
        dnsNames: [{ name, connectionType: "PRIVATE_SERVICE_CONNECT", dnsScope: "INSTANCE" }],
    };
}

/** The type of an instance: primary or replica. */
function roleOf(inputs: Inputs, old?: Inputs): Inputs {
    const masterInstanceName = isPromotion(inputs, old)
        ? ""
        : shortName(inputs.masterInstanceName ?? old?.masterInstanceName ?? "");
    const { failoverDrReplicaName = "" } = inputs.replicationCluster ?? old?.replicationCluster ?? {};
    return {
        masterInstanceName,
        // The API answers it for all replicas (`flattenReplicaConfiguration`).
        replicaConfiguration: masterInstanceName
            ? { ...noConfiguration, ...old?.replicaConfiguration, ...inputs.replicaConfiguration }
            : {},
        instanceType:
            inputs.instanceType ??
            old?.instanceType ??
            (masterInstanceName ? "READ_REPLICA_INSTANCE" : "CLOUD_SQL_INSTANCE"),
        replicaNames: inputs.replicaNames ?? old?.replicaNames ?? [],
        replicationCluster: {
            drReplica: false,
            psaWriteEndpoint: "",
            ...old?.replicationCluster,
            ...inputs.replicationCluster,
            failoverDrReplicaName: failoverDrReplicaName && `${inputs.project}:${shortName(failoverDrReplicaName)}`,
        },
    };
}

const isPool = ({ instanceType }: Inputs) => instanceType === "READ_POOL_INSTANCE";

/**
 * The nodes of a read pool; none for other instances. The provider keeps them within the limits of autoscaling (`nodeCountCustomDiff` in
 * https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/sql/resource_sql_database_instance.go).
 */
function nodesOf(inputs: Inputs, old: Inputs = {}): number {
    if (!isPool({ ...old, ...inputs })) {
        return 0;
    }
    const { enabled, minNodeCount = 0, maxNodeCount = 0 } = inputs.settings.readPoolAutoScaleConfig ?? {};
    return enabled
        ? Math.min(Math.max(old.nodeCount ?? 0, minNodeCount), maxNodeCount)
        : (inputs.nodeCount ?? (old.nodeCount || 1));
}

/** "About read pools": a pool is highly available if it has two nodes. */
function availabilityOf(inputs: Inputs, old?: Inputs): string {
    const { availabilityType = "ZONAL" } = inputs.settings;
    return isPool({ ...old, ...inputs }) ? (nodesOf(inputs, old) > 1 ? "REGIONAL" : "ZONAL") : availabilityType;
}

/** Values that the server sets. */
export function state(inputs: Inputs, { cloud }: Context, old?: Inputs): Inputs {
    const { project, name } = inputs;
    const source = old ? undefined : sourceOf(inputs, cloud);
    const { region, databaseVersion } = source ?? inputs;
    const primary = old ? undefined : primaryOf(inputs, cloud);
    const full = { ...inputs, databaseVersion };
    const before = old?.settings ?? source?.settings ?? (primary && { diskSize: primary.settings.diskSize });
    const settings = settingsOf(full, before, old);
    return {
        availableMaintenanceVersions: [],
        connectionName: `${project}:${region}:${name}`,
        encryptionKeyName: old?.encryptionKeyName ?? source?.encryptionKeyName ?? primary?.encryptionKeyName ?? "",
        enforceNewSqlNetworkArchitecture: true,
        maintenanceVersion: `${databaseVersion}.R20260601.00_00`,
        ...inputs,
        ...pscOf({ ...inputs, settings }, region),
        ...roleOf(inputs, old),
        nodeCount: nodesOf({ ...inputs, settings }, old),
        region,
        databaseVersion:
            old && isSameVersion(databaseVersion, old.databaseVersion) ? old.databaseVersion : databaseVersion,
        selfLink: `https://sqladmin.googleapis.com/sql/v1beta4/projects/${project}/instances/${name}`,
        // Known only after the creation, without waiting.
        serverCaCerts: old?.serverCaCerts ?? [],
        serviceAccountEmailAddress: `p${cloud.projects.number(project)}-${digits(name, 6)}@gcp-sa-cloud-sql.iam.gserviceaccount.com`,
        ...addressesOf({ ...full, settings }),
        settings,
    };
}
