import { secretManagerLimits } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import { type Context, type Inputs, lastPart, type TypeCalls, type TypeRules } from "../../rules/rules";
import {
    api,
    findVersion,
    regionalPath,
    secretName,
    secretNotFound,
    secretPath,
    versionName,
    withProjectNumber,
} from "./names";

/** A global secret can be named with the number of its project; `project` is its ID. */
const pathOf = ({ secret, project }: Inputs): string =>
    secret.includes("/locations/") ? secret : `projects/${project}/secrets/${lastPart(secret)}`;

const entryName = (state: Inputs) => versionName(pathOf(state), state.version);

function bytesOf({ secretData, secretDataWo, isSecretDataBase64 }: Inputs): Buffer {
    return Buffer.from(secretData ?? secretDataWo, isSecretDataBase64 ? "base64" : "utf8");
}

const maxBytes = secretManagerLimits.rows.payload.max;

function verify(inputs: Inputs, { cloud, project: own }: Context): void {
    // The project of the configuration is no input here, unlike for other types:
    // https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/secretmanager/resource_secret_manager_secret_version.go
    const [, owner] = /^projects\/([^/]+)\/secrets\//.exec(inputs.secret) ?? [];
    if (owner && inputs.project && inputs.project !== owner && inputs.project !== own) {
        throw new Error(
            `project ${owner} was supplied on the secret and ${inputs.project} supplied on the config, values conflict`,
        );
    }
    verifyIn(secretPath(cloud, inputs.secret, inputs.project), inputs, cloud);
}

/** Verifies a version of the secret with this path. */
function verifyIn(path: string, inputs: Inputs, cloud: Cloud): void {
    if (!cloud.store.read(secretName(path))) {
        throw secretNotFound(cloud, path);
    }
    const text = inputs.secretData ?? inputs.secretDataWo;
    verifyPayload(bytesOf(inputs));
    if (inputs.isSecretDataBase64 && Buffer.from(text, "base64").toString("base64") !== text) {
        throw new GoogleError(400, "Invalid value at 'payload.data' (TYPE_BYTES), Base64 decoding failed");
    }
}

function verifyPayload({ length }: Buffer): void {
    if (length === 0) {
        throw new GoogleError(400, "Field [payload] is required.");
    }
    if (length > maxBytes) {
        throw new GoogleError(400, `Secret payload data length must be at most [${maxBytes}] bytes.`);
    }
}

/**
 * Adds a version outside of Pulumi: https://cloud.google.com/secret-manager/docs/add-secret-version
 *
 * @param path the path of an existing secret
 * @returns the name of the version, with the project number
 */
export function addVersion(cloud: Cloud, path: string, payload: Buffer): string {
    verifyPayload(payload);
    const [, project = "", collection, location] = path.split("/");
    const place = collection === "locations" ? { location } : { project };
    const number = nextVersion(cloud, path);
    const name = `${withProjectNumber(cloud, path)}/versions/${number}`;
    const state = {
        secret: path,
        ...place,
        name,
        version: number,
        enabled: true,
        createTime: new Date().toISOString(),
        destroyTime: "",
    };
    cloud.store.write({
        name: versionName(path, number),
        project,
        id: name,
        state,
        content: cloud.store.keep(payload),
    });
    return name;
}

/** Reserves the next version number of the secret. */
function nextVersion(cloud: Cloud, path: string): string {
    let number = Number(lastPart(findVersion(cloud, path, "latest")?.name ?? "0"));
    for (;;) {
        number += 1;
        const name = versionName(path, String(number));
        if (cloud.store.create({ name, project: path.split("/")[1] as string, id: name, state: {} })) {
            return String(number);
        }
    }
}

/** The payload of a version; empty for write-only values. */
function dataOf({ state, content }: Entry, cloud: Cloud): Inputs {
    if (content === undefined || state.secretDataWo !== undefined) {
        return {};
    }
    return { secretData: cloud.store.content(content).toString(state.isSecretDataBase64 ? "base64" : "utf8") };
}

const shared: Pick<TypeRules, "api" | "id" | "name" | "content" | "contentProperties" | "read" | "remove"> = {
    api,
    id: ({ name }) => name,
    name: entryName,
    content: (inputs, { cloud }, old) => {
        const retained = old && cloud.store.read(entryName(old))?.content;
        return retained ? cloud.store.content(retained) : bytesOf(inputs);
    },
    contentProperties: ["secretData"],
    // The provider treats destroyed versions as deleted.
    read: (state, { cloud }) => {
        const entry = cloud.store.read(entryName(state));
        return entry && !entry.state.destroyTime ? { ...entry.state, ...dataOf(entry, cloud) } : undefined;
    },
    // Version numbers are never reused; the payload is destroyed, or disabled if configured.
    remove: (state, { cloud }) => {
        const entry = cloud.store.read(entryName(state)) as Entry;
        const delayed = cloud.store.read(secretName(pathOf(state)))?.state.versionDestroyTtl;
        const disabled = { ...entry, state: { ...entry.state, enabled: false } };
        cloud.store.write(
            state.deletionPolicy === "DISABLE" || delayed
                ? disabled
                : {
                      ...disabled,
                      content: undefined,
                      state: { ...disabled.state, destroyTime: entry.state.destroyTime || new Date().toISOString() },
                  },
        );
        return "stays";
    },
};

/** What the API answers of a version of the secret with this path. */
function answered(path: string, cloud: Cloud, old?: Inputs) {
    const number = old?.version ?? nextVersion(cloud, path);
    return {
        name: `${withProjectNumber(cloud, path)}/versions/${number}`,
        version: number,
        createTime: old?.createTime ?? new Date().toISOString(),
        destroyTime: "",
    };
}

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

export const version: TypeRules = {
    ...shared,
    noun: "SecretVersion",
    generatedNoun: "SecretManagerSecretVersion",
    // Updates only enable or disable the version; the provider adds no prefix to errors.
    errorPrefix: (verb) => (verb === "create" ? "Error creating SecretVersion" : ""),
    project: ({ secret, project }, { cloud }) => secretPath(cloud, secret, project).split("/")[1] as string,
    validators: {
        secret: (secret) =>
            /^(projects\/[^/]+\/secrets\/)?[^/]+$/.test(secret)
                ? undefined
                : `secret does not fit any of the expected formats \`projects/{{project}}/secrets/{{secret}}\` or \`{{secret}}\`. Got: ${secret}`,
    },
    // Write-only values are not stored in the state, so changing them alone has no effect.
    normalize: { secretDataWo: () => "" },
    verify,
    state: ({ secret, secretDataWo, project }, { cloud }, old) => {
        const path = secretPath(cloud, secret, project);
        return {
            // Only a short name is completed:
            // https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/secretmanager/resource_secret_manager_secret_version.go
            secret: secret.includes("/") ? secret : path,
            project: path.split("/")[1],
            ...(secretDataWo !== undefined && { secretDataWo: "" }),
            ...answered(path, cloud, old),
        };
    },
    calls: versionCalls("secretmanager.projects.secrets"),
};

/** The path of the secret of a regional version, which the provider only takes in full. */
function regionalParent(secret: string, cloud: Cloud): string {
    const path = regionalPath(cloud, secret);
    if (path === undefined) {
        throw new Error(
            "secret does not fit the format `projects/{{project}}/locations/{{location}}/secrets/{{secret}}`",
        );
    }
    return path;
}

export const regionalVersion: TypeRules = {
    ...shared,
    noun: "RegionalSecretVersion",
    generatedNoun: "SecretManagerRegionalRegionalSecretVersion",
    errorPrefix: (verb) => (verb === "create" ? "Error creating RegionalSecretVersion" : ""),
    project: ({ secret }, { cloud, project = "" }) => regionalPath(cloud, secret)?.split("/")[1] ?? project,
    verify: (inputs, { cloud }) => verifyIn(regionalParent(inputs.secret, cloud), inputs, cloud),
    state: ({ secret }, { cloud }, old) => {
        const path = regionalParent(secret, cloud);
        const { kmsKeyName } = (cloud.store.read(secretName(path))?.state.customerManagedEncryption ?? {}) as Inputs;
        return {
            secret: path,
            location: path.split("/")[3],
            customerManagedEncryptions:
                old?.customerManagedEncryptions ??
                (kmsKeyName ? [{ kmsKeyVersionName: `${kmsKeyName}/cryptoKeyVersions/1` }] : []),
            ...answered(path, cloud, old),
        };
    },
    calls: versionCalls("secretmanager.projects.locations.secrets"),
};
