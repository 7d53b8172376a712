import type { Inputs } from "../../../../local/simulator/rules/rules";
import { mapped, none, type RecordedType } from "./recordedType";

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

export const dataTypes: RecordedType[] = [
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
        inputs: ({ location, iamConfiguration }) => ({
            location: location ?? "US",
            uniformBucketLevelAccess: iamConfiguration?.uniformBucketLevelAccess?.enabled ?? false,
        }),
        own: ["url"],
    },
    {
        token: "gcp:storage/notification:Notification",
        path: "storage.googleapis.com/storage/v1/b/{bucket}/notificationConfigs/{}",
        isNumbered: true,
        renames: { etag: "", kind: "" },
        flat: ({ id, ...rest }) => ({ ...rest, notificationId: id }),
    },
];
