import type { Cloud } from "../../cloud/cloud";
import { canEncrypt, keyLocation, keyLocationOf } from "../../cloud/encryption";
import { GoogleError, inLog } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import { type Inputs, lastPart } from "../../rules/rules";

export const api = "bigquery.googleapis.com";

/** The API and its title. */
export const bigQueryApi: [string, string] = [api, "BigQuery API"];

export const datasetPath = ({ project, datasetId }: Inputs) =>
    datasetId.includes("/") ? datasetId : `projects/${project}/datasets/${datasetId}`;

export const tablePath = (inputs: Inputs) => `${datasetPath(inputs)}/tables/${lastPart(inputs.tableId)}`;

/** The full resource name of a dataset, a table or a routine. */
export const bigQueryName = (path: string) => `//${api}/${path}`;

/** The name in BigQuery's messages: `acme-dev:sales.orders`. */
export function displayName(path: string): string {
    const [, project, , dataset, , inner] = path.split("/");
    return `${project}:${dataset}${inner ? `.${inner}` : ""}`;
}

export const invalid = (message: string) => new GoogleError(400, message, { reason: "invalid" });

export const notFound = (kind: string, path: string) =>
    new GoogleError(404, `Not found: ${kind} ${displayName(path)}`, { reason: "notFound" }).recordedIn(
        inLog("tags/v1beta1/tagslocationtagbinding/tagslocationtagbinding_bigquerytable"),
    );

export const alreadyExists = (kind: string, path: string) =>
    new GoogleError(409, `Already Exists: ${kind} ${displayName(path)}`, { reason: "duplicate" });

/** Returns an existing dataset; throws if it does not exist. */
export function datasetOf(inputs: Inputs, cloud: Cloud): Entry {
    const path = datasetPath(inputs);
    const found = cloud.store.read(bigQueryName(path));
    if (!found) {
        throw notFound("Dataset", path);
    }
    return found;
}

/** BigQuery's encryption service account of a project, created on demand. */
export function encryptionAgent(cloud: Cloud, project: string): string {
    const email = `bq-${cloud.projects.number(project)}@bigquery-encryption.iam.gserviceaccount.com`;
    cloud.iam.admitAgent(project, email);
    return email;
}

/** "Customer-managed Cloud KMS keys": the key must be in the dataset's location and usable by BigQuery's account. */
export function verifyKey(cloud: Cloud, key: string | undefined, project: string, location: string): void {
    if (!key) {
        return;
    }
    if (keyLocation(key) !== keyLocationOf(location)) {
        throw invalid(`The Cloud KMS key ${key} cannot be used for data in the location ${location}.`);
    }
    const agent = encryptionAgent(cloud, project);
    if (!canEncrypt(cloud, key, agent)) {
        throw new GoogleError(
            403,
            `Access Denied: Please grant Cloud KMS CryptoKey Encrypter/Decrypter role to BigQuery service account ${agent} for the key ${key}.`,
            { reason: "accessDenied" },
        );
    }
}

/** Creation and modification times in milliseconds, and an etag. */
export function timestamps(old?: Inputs): Inputs {
    const now = Date.now();
    return {
        creationTime: old?.creationTime ?? now,
        lastModifiedTime: now,
        etag: Buffer.from(`${now}`).toString("base64"),
    };
}
