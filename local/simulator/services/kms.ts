import { unknown } from "../../machine/marks";
import { keyName } from "../cloud/encryption";
import { GoogleError } from "../cloud/errors";
import { policyTypes } from "../rules/policy";
import type { Inputs, Service, TypeRules } from "../rules/rules";
import { folderAutokeyConfig, keyHandle, projectAutokeyConfig } from "./kms/autokey";
import { cryptoKey } from "./kms/key";
import { alreadyExists, api, isLocation, keyPath, kmsApi, notFound, ringPath, verifyId } from "./kms/names";
import { cryptoKeyVersion } from "./kms/version";

const pathOf = ({ project, location, name }: Inputs) => `projects/${project}/locations/${location}/keyRings/${name}`;

const keyRing: TypeRules = {
    noun: "KeyRing",
    generatedNoun: "KMSKeyRing",
    cost: "free",
    api,
    id: pathOf,
    alreadyExists: (inputs) => alreadyExists("KeyRing", pathOf(inputs)),
    verify: ({ name, location }) => {
        if (!isLocation(location)) {
            throw new GoogleError(404, `Location '${location}' not found.`);
        }
        verifyId("KeyRing", name);
    },
    // Key rings cannot be deleted: the provider only removes them from its state.
    isRetained: () => true,
    calls: { update: [], delete: [] },
};

/**
 * The errors of `google-beta/services/kms/kms_utils.go` in
 * https://github.com/hashicorp/terraform-provider-google-beta/tree/v7.45.0 for IDs that are none of the documented forms.
 */
function verifiedPath(kind: "KeyRing" | "CryptoKey", path: string): string {
    const form = kind === "KeyRing" ? /^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+$/ : /\/cryptoKeys\/[^/]+$/;
    // At preview, the ID of a new key is unknown.
    if (form.test(path) || path.includes(unknown)) {
        return path;
    }
    throw new Error(
        kind === "KeyRing"
            ? "Invalid KeyRing id format, expecting `{projectId}/{locationId}/{keyRingName}` or `{locationId}/{keyRingName}.`"
            : `Invalid CryptoKey id format, expecting \`{projectId}/{locationId}/{KeyringName}/{cryptoKeyName}\` or \`{locationId}/{keyRingName}/{cryptoKeyName}, got id: ${path}\``,
    );
}

function policies(property: "keyRingId" | "cryptoKeyId") {
    const [kind, path] =
        property === "keyRingId" ? (["KeyRing", ringPath] as const) : (["CryptoKey", keyPath] as const);
    const id = (inputs: Inputs) => verifiedPath(kind, path(inputs[property]));
    return policyTypes({
        token: `gcp:kms/${property.replace(/Id$/, "IAM")}`,
        property,
        asGiven: true,
        api: kmsApi,
        id,
        name: (inputs) => keyName(id(inputs)),
        describe: (inputs) => `KMS ${kind} "${id(inputs)}"`,
        missing: (inputs) => notFound(kind, id(inputs), "notFound"),
        reason: "badRequest",
    });
}

const service: Service = {
    titles: Object.fromEntries([kmsApi]),
    lookups: {
        "gcp:kms/getKMSCryptoKey:getKMSCryptoKey": {
            type: "gcp:kms/cryptoKey:CryptoKey",
            method: "cloudkms.projects.locations.keyRings.cryptoKeys.get",
            inputs: ({ name, keyRing }) => ({ name, keyRing, project: ringPath(keyRing).split("/")[1] }),
        },
        "gcp:kms/getKMSKeyRing:getKMSKeyRing": {
            type: "gcp:kms/keyRing:KeyRing",
            method: "cloudkms.projects.locations.keyRings.get",
        },
    },
    types: {
        "gcp:kms/autokeyConfig:AutokeyConfig": folderAutokeyConfig,
        "gcp:kms/keyHandle:KeyHandle": keyHandle,
        "gcp:kms/keyRing:KeyRing": keyRing,
        "gcp:kms/projectAutokeyConfig:ProjectAutokeyConfig": projectAutokeyConfig,
        "gcp:kms/cryptoKey:CryptoKey": cryptoKey,
        "gcp:kms/cryptoKeyVersion:CryptoKeyVersion": cryptoKeyVersion,
        ...policies("keyRingId"),
        ...policies("cryptoKeyId"),
    },
};

export default service;
