import { resourceManagerName } from "../../cloud/organization";
import { projectName } from "../../cloud/projects";
import { type Context, type Inputs, lastPart } from "../../rules/rules";
import type { Call, TypeCalls } from "./call";

/** The calls for versions of secrets of a collection. */
function versionCalls(secrets: string): TypeCalls {
    const versions = `${secrets}.versions`;
    // The provider reads the value too, except of write-only values.
    const read = ({ secretDataWo, enabled }: Inputs) => [
        `${versions}.get`,
        ...(secretDataWo !== undefined || enabled === false ? [] : [`${versions}.access`]),
    ];
    return {
        create: (inputs) => [
            `${secrets}.addVersion`,
            ...(inputs.enabled === false ? [`${versions}.disable`] : []),
            ...read(inputs),
        ],
        read,
        update: (inputs) => [`${versions}.${inputs.enabled === false ? "disable" : "enable"}`, ...read(inputs)],
        delete: ({ deletionPolicy }) => {
            const verbs: Record<string, string> = { ABANDON: "", DISABLE: "disable" };
            const verb = verbs[deletionPolicy] ?? "destroy";
            return verb ? [`${versions}.${verb}`] : [];
        },
    };
}

const transfers = "bigquerydatatransfer.projects.locations.transferConfigs";

const keyHandles = "cloudkms.projects.locations.keyHandles";

/** The configuration of Autokey is subject to the policy of its folder. */
const onFolder = (verb: "get" | "update", { folder }: Inputs): Call => ({
    method: `cloudkms.folders.${verb}AutokeyConfig`,
    on: resourceManagerName(`folders/${lastPart(folder)}`),
});

/** Who sets a configuration, and reads it again, may give access to keys of the key project. */
const setConfig = (inputs: Inputs, { cloud }: Context): Call[] => {
    const { keyProject } = inputs;
    const setPolicy = "cloudkms.projects.locations.keyRings.cryptoKeys.setIamPolicy";
    return [
        onFolder("update", inputs),
        ...(keyProject ? [{ method: setPolicy, on: projectName(cloud.projects.idOf(keyProject)) }] : []),
        onFolder("get", inputs),
    ];
};

/** Calls for what stores data and messages, and for keys and secrets. */
export const data: Record<string, TypeCalls> = {
    "gcp:bigquery/dataset:Dataset": {
        also: {
            create: ({ accesses }) => (accesses ? ["bigquery.datasets.updateAccess"] : []),
            update: ({ accesses }) => (accesses ? ["bigquery.datasets.updateAccess"] : []),
            delete: ({ deleteContentsOnDestroy }) => (deleteContentsOnDestroy ? ["bigquery.tables.delete"] : []),
        },
    },
    "gcp:bigquery/datasetAccess:DatasetAccess": {
        create: ["bigquery.datasets.getAccess", "bigquery.datasets.updateAccess"],
        read: ["bigquery.datasets.getAccess"],
        update: [],
        delete: ["bigquery.datasets.getAccess", "bigquery.datasets.updateAccess"],
    },
    "gcp:bigquery/dataTransferConfig:DataTransferConfig": {
        create: [`${transfers}.create`, `${transfers}.get`],
        read: [`${transfers}.get`],
        update: [`${transfers}.patch`, `${transfers}.get`],
        delete: [`${transfers}.delete`],
    },
    "gcp:kms/autokeyConfig:AutokeyConfig": {
        create: setConfig,
        read: (inputs) => [onFolder("get", inputs)],
        update: setConfig,
        delete: (inputs) => [onFolder("update", inputs)],
    },
    "gcp:kms/keyHandle:KeyHandle": {
        create: [`${keyHandles}.create`, "cloudkms.projects.locations.operations.get", `${keyHandles}.get`],
        read: [`${keyHandles}.get`],
        update: [],
        delete: [],
    },
    "gcp:kms/keyRing:KeyRing": { update: [], delete: [] },
    "gcp:kms/cryptoKey:CryptoKey": {
        delete: ({ rotationPeriod }) => [
            "cloudkms.projects.locations.keyRings.cryptoKeys.cryptoKeyVersions.list",
            "cloudkms.projects.locations.keyRings.cryptoKeys.cryptoKeyVersions.destroy",
            ...(rotationPeriod ? ["cloudkms.projects.locations.keyRings.cryptoKeys.patch"] : []),
        ],
    },
    "gcp:kms/cryptoKeyVersion:CryptoKeyVersion": {
        collection: "cloudkms.projects.locations.keyRings.cryptoKeys.cryptoKeyVersions",
        delete: ["cloudkms.projects.locations.keyRings.cryptoKeys.cryptoKeyVersions.destroy"],
    },
    "gcp:kms/projectAutokeyConfig:ProjectAutokeyConfig": {
        create: ["cloudkms.projects.updateAutokeyConfig", "cloudkms.projects.getAutokeyConfig"],
        read: ["cloudkms.projects.getAutokeyConfig"],
        update: ["cloudkms.projects.updateAutokeyConfig", "cloudkms.projects.getAutokeyConfig"],
        delete: ["cloudkms.projects.updateAutokeyConfig"],
    },
    "gcp:pubsub/schema:Schema": {
        update: ["pubsub.projects.schemas.commit", "pubsub.projects.schemas.get"],
    },
    "gcp:pubsub/topic:Topic": {
        also: {
            create: ({ schemaSettings }) =>
                schemaSettings?.schema
                    ? [
                          {
                              method: "pubsub.projects.schemas.attach",
                              on: `//pubsub.googleapis.com/${schemaSettings.schema}`,
                          },
                      ]
                    : [],
        },
    },
    "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion": versionCalls(
        "secretmanager.projects.locations.secrets",
    ),
    "gcp:secretmanager/secretVersion:SecretVersion": versionCalls("secretmanager.projects.secrets"),
    "gcp:sql/databaseInstance:DatabaseInstance": {
        also: {
            create: ({ clone, restoreBackupContext, databaseVersion = "", masterInstanceName }) => [
                ...(clone ? ["sqladmin.instances.clone"] : []),
                ...(restoreBackupContext ? ["sqladmin.instances.restoreBackup"] : []),
                // The provider deletes the user root of new instances.
                ...(databaseVersion.startsWith("MYSQL") && !masterInstanceName
                    ? ["sqladmin.users.list", "sqladmin.users.delete"]
                    : []),
            ],
            update: ({ instanceType, restoreBackupContext }, _, old) => [
                ...(old?.masterInstanceName && instanceType === "CLOUD_SQL_INSTANCE"
                    ? ["sqladmin.instances.promoteReplica"]
                    : []),
                ...(restoreBackupContext ? ["sqladmin.instances.restoreBackup"] : []),
            ],
        },
    },
    "gcp:sql/user:User": {
        create: ["sqladmin.users.insert", "sqladmin.operations.get", "sqladmin.users.list"],
        read: ["sqladmin.users.list", "sqladmin.instances.get"],
        update: ["sqladmin.users.update", "sqladmin.operations.get", "sqladmin.users.list"],
        delete: ["sqladmin.users.delete", "sqladmin.operations.get"],
    },
    "gcp:storage/bucket:Bucket": {
        update: ({ publicAccessPrevention }, _, old) => [
            "storage.buckets.patch",
            ...(publicAccessPrevention === old?.publicAccessPrevention
                ? []
                : ["storage.buckets.patchPublicAccessPrevention"]),
            "storage.buckets.get",
        ],
        delete: ({ forceDestroy }) => [
            "storage.objects.list",
            ...(forceDestroy ? ["storage.objects.delete"] : []),
            "storage.buckets.delete",
        ],
    },
    "gcp:storage/bucketObject:BucketObject": {
        collection: "storage.objects",
        update: ["storage.objects.patch", "storage.objects.get"],
    },
    "gcp:storage/managedFolder:ManagedFolder": { collection: "storage.managedFolders", update: [] },
    "gcp:storage/notification:Notification": { collection: "storage.notifications", update: [] },
};
