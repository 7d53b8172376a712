import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../rules";
import type { Check } from "./constraint";

/** A resource that a service can encrypt with a key: the service, and the key, or the keys of its replicas. */
interface Encrypted {
    service: string;
    keys(inputs: Inputs): (string | undefined)[];
}

/** "CMEK organization policies": https://cloud.google.com/kms/docs/cmek-org-policy */
const encrypted: Record<string, Encrypted> = {
    "gcp:artifactregistry/repository:Repository": {
        service: "artifactregistry",
        keys: ({ kmsKeyName }) => [kmsKeyName],
    },
    "gcp:bigquery/dataset:Dataset": {
        service: "bigquery",
        keys: ({ defaultEncryptionConfiguration: key }) => [key?.kmsKeyName],
    },
    "gcp:cloudfunctionsv2/function:Function": { service: "cloudfunctions", keys: ({ kmsKeyName }) => [kmsKeyName] },
    "gcp:cloudrunv2/job:Job": { service: "run", keys: ({ template }) => [template?.template?.encryptionKey] },
    "gcp:cloudrunv2/service:Service": { service: "run", keys: ({ template }) => [template?.encryptionKey] },
    "gcp:cloudrunv2/workerPool:WorkerPool": { service: "run", keys: ({ template }) => [template?.encryptionKey] },
    "gcp:composer/environment:Environment": {
        service: "composer",
        keys: ({ config }) => [config?.encryptionConfig?.kmsKeyName],
    },
    "gcp:container/cluster:Cluster": {
        service: "container",
        keys: (inputs) => [
            inputs.databaseEncryption?.keyName,
            ...(inputs.enableAutopilot
                ? [inputs.clusterAutoscaling?.autoProvisioningDefaults?.bootDiskKmsKey]
                : [inputs.nodeConfig?.bootDiskKmsKey]),
        ],
    },
    "gcp:container/nodePool:NodePool": {
        service: "container",
        keys: ({ nodeConfig }) => [nodeConfig?.bootDiskKmsKey],
    },
    "gcp:pubsub/topic:Topic": { service: "pubsub", keys: ({ kmsKeyName }) => [kmsKeyName] },
    "gcp:secretmanager/regionalSecret:RegionalSecret": {
        service: "secretmanager",
        keys: ({ customerManagedEncryption }) => [customerManagedEncryption?.kmsKeyName],
    },
    "gcp:secretmanager/secret:Secret": {
        service: "secretmanager",
        keys: ({ replication: { auto, userManaged } }) =>
            ((userManaged?.replicas ?? [auto]) as Inputs[]).map((each) => each?.customerManagedEncryption?.kmsKeyName),
    },
    "gcp:sql/databaseInstance:DatabaseInstance": {
        service: "sqladmin",
        keys: ({ encryptionKeyName }) => [encryptionKeyName],
    },
    "gcp:storage/bucket:Bucket": { service: "storage", keys: ({ encryption }) => [encryption?.defaultKmsKeyName] },
    "gcp:workflows/workflow:Workflow": { service: "workflows", keys: ({ cryptoKeyName }) => [cryptoKeyName] },
};

const withKey = "gcp.restrictNonCmekServices";
const ofProjects = "gcp.restrictCmekCryptoKeyProjects";

/** Whether a policy's value contains the project of a key; projects belong to one organization. */
const isProject = (pattern: string, project: string) =>
    pattern === `projects/${project}` ||
    pattern === `under:projects/${project}` ||
    /^under:organizations\/\d+$/.test(pattern);

/** https://github.com/terraform-google-modules/terraform-google-kubernetes-engine/issues/2344, and 412 for Compute Engine */
const failed = (text: string, token: string) =>
    token.startsWith("gcp:container/")
        ? new GoogleError(400, `Failed precondition: ${text}`, { reason: "failedPrecondition" })
        : new GoogleError(token.startsWith("gcp:storage/") ? 412 : 400, text, {
              reason: token.startsWith("gcp:storage/") ? "conditionNotMet" : undefined,
          });

const check: Check = ({ token, inputs, old, project }, { cloud: { organization } }) => {
    const { service, keys } = encrypted[token] as Encrypted;
    const all = keys(inputs);
    const before = old ? keys(old) : [];
    if (
        all.some((key) => !key) &&
        !(old && before.some((key) => !key)) &&
        !organization.allows(project, withKey, `${service}.googleapis.com`)
    ) {
        const what = "attempting to create a resource without specifying a KMS CryptoKey.";
        return failed(`Constraint \`constraints/${withKey}\` violated for \`projects/${project}\` ${what}`, token);
    }
    const strange = all.find((key) => {
        const owner = /^projects\/([^/]+)\//.exec(key ?? "")?.[1];
        return owner && !before.includes(key) && !organization.allows(project, ofProjects, owner, isProject);
    });
    const what = `attempting to use ${strange} key.`;
    return strange === undefined
        ? undefined
        : failed(`Constraint \`constraints/${ofProjects}\` violated for \`projects/${project}\` ${what}`, token);
};

/** "Require CMEK protection" and "Limit the use of Cloud KMS keys". */
export const encryption: Record<string, Check> = Object.fromEntries(
    Object.keys(encrypted).map((token) => [token, check]),
);
