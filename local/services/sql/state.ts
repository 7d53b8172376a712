import { digits } from "../../cloud/ids";
import type { Context, Inputs } from "../../rules/rules";
import { fullName, networkPath } from "../compute/names";
import { addressIn } from "../compute/ranges";
import { editionOf, engineOf } from "./versions";

/** The settings as the server completes them. */
function settingsOf(inputs: Inputs, old?: Inputs): Inputs {
    const { settings = {} } = inputs;
    const plus = editionOf(inputs) === "ENTERPRISE_PLUS";
    return {
        connectionPoolConfigs: [],
        connectorEnforcement: "NOT_REQUIRED",
        dataApiAccess: "",
        dataDiskProvisionedIops: 0,
        dataDiskProvisionedThroughput: 0,
        diskSize: 10,
        diskType: "PD_SSD",
        effectiveAvailabilityType: settings.availabilityType ?? "ZONAL",
        userLabels: {},
        ...settings,
        edition: editionOf(inputs),
        version: (old?.settings?.version ?? 0) + 1,
        dataCacheConfig: { dataCacheEnabled: plus, ...settings.dataCacheConfig },
        backupConfiguration: backupsOf(settings.backupConfiguration, plus),
        insightsConfig: { queryPlansPerMinute: 0, queryStringLength: 0, ...settings.insightsConfig },
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

function backupsOf(given: Inputs = {}, plus: boolean): Inputs {
    return {
        enabled: false,
        backupTier: "STANDARD",
        startTime: "04:00",
        transactionLogRetentionDays: plus ? 14 : 7,
        ...given,
        backupRetentionSettings: {
            retentionUnit: "COUNT",
            retainedBackups: plus ? 15 : 7,
            ...given.backupRetentionSettings,
        },
    };
}

/** What a connection by Private Service Connect has beside what the program gives. */
const connected = (config: Inputs): Inputs => ({
    pscAutoConnectionPolicyEnabled: false,
    pscAutoDnsEnabled: false,
    pscWriteEndpointDnsEnabled: false,
    ...config,
    ...(config.pscAutoConnections && {
        pscAutoConnections: config.pscAutoConnections.map((each: Inputs) => ({
            consumerNetworkStatus: "",
            consumerServiceProjectId: "",
            instanceAutoDnsStatus: "",
            ipAddress: "",
            serviceConnectionPolicy: "",
            serviceConnectionPolicyCreationResult: "",
            status: "",
            writeEndpointAutoDnsStatus: "",
            ...each,
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
    const each = (ipAddress: string, type: string) => (ipAddress ? [{ ipAddress, type, timeToRetire: "" }] : []);
    return {
        firstIpAddress: open || closed,
        publicIpAddress: open,
        privateIpAddress: closed,
        ipAddresses: [...each(open, "PRIMARY"), ...each(closed, "PRIVATE")],
    };
}

/** What the server sets of an instance. */
export function state(inputs: Inputs, { cloud }: Context, old?: Inputs): Inputs {
    const { project, region, name, databaseVersion } = inputs;
    return {
        availableMaintenanceVersions: [],
        connectionName: `${project}:${region}:${name}`,
        dnsName: "",
        dnsNames: [],
        encryptionKeyName: inputs.encryptionKeyName ?? "",
        enforceNewSqlNetworkArchitecture: true,
        instanceType: inputs.masterInstanceName ? "READ_REPLICA_INSTANCE" : "CLOUD_SQL_INSTANCE",
        maintenanceVersion: `${databaseVersion}.R20260601.00_00`,
        masterInstanceName: "",
        nodeCount: 0,
        pscServiceAttachmentLink: "",
        replicaConfiguration: {},
        replicationCluster: { drReplica: false, failoverDrReplicaName: "", psaWriteEndpoint: "" },
        ...inputs,
        replicaNames: old?.replicaNames ?? [],
        selfLink: `https://sqladmin.googleapis.com/sql/v1beta4/projects/${project}/instances/${name}`,
        // Told once it has been made, which no call of the API waits for.
        serverCaCerts: old?.serverCaCerts ?? [],
        serviceAccountEmailAddress: `p${cloud.projects.number(project)}-${digits(name, 6)}@gcp-sa-cloud-sql.iam.gserviceaccount.com`,
        ...addressesOf(inputs),
        settings: settingsOf(inputs, old),
    };
}

/** The full resource name of the network that an instance has a private address in. */
export function privateNetworkOf({ project, settings }: Inputs): string | undefined {
    const given = settings?.ipConfiguration?.privateNetwork;
    return given && fullName(networkPath(given, project));
}

export const isMySql = ({ databaseVersion }: Inputs) => engineOf(databaseVersion) === "MYSQL";
