import { type KeyAlgorithm, keyAlgorithms } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { keyName } from "../../cloud/encryption";
import { GoogleError } from "../../cloud/errors";
import type { Inputs, TypeRules } from "../../rules/rules";
import { alreadyExists, api, notFound, ringPath, verifyId } from "./names";
import { addVersion, destroyVersions } from "./version";

const pathOf = ({ keyRing, name }: Inputs) => `${ringPath(keyRing)}/cryptoKeys/${name}`;

/** "Key purposes and algorithms": default algorithms. */
const algorithms: Record<string, string | undefined> = {
    ENCRYPT_DECRYPT: "GOOGLE_SYMMETRIC_ENCRYPTION",
    RAW_ENCRYPT_DECRYPT: undefined,
    ASYMMETRIC_SIGN: undefined,
    ASYMMETRIC_DECRYPT: undefined,
    MAC: undefined,
    KEY_ENCAPSULATION: undefined,
};

const protectionLevels = ["SOFTWARE", "HSM", "EXTERNAL", "EXTERNAL_VPC", "HSM_SINGLE_TENANT"];

/** The provider's validation of rotation periods. */
function refusedPeriod(period: string): string | undefined {
    const [, number = ""] = /^([0-9.]*\d)s$/.exec(period) ?? [];
    if (period === "" || Number(number) >= 86_400) {
        return (number.split(".")[1] ?? "").length > 9
            ? "Rotation period cannot have more than 9 fractional digits"
            : undefined;
    }
    return number ? "Rotation period must be greater than one day" : `Invalid rotation period format: ${period}`;
}

/** "Key purposes and algorithms": https://cloud.google.com/kms/docs/algorithms */
function verifyAlgorithm({ purpose, versionTemplate }: Inputs, level: string): void {
    const algorithm = versionTemplate?.algorithm;
    const isExternal = level.startsWith("EXTERNAL");
    const ofPurpose = keyAlgorithms.rows[algorithm as KeyAlgorithm]?.purpose;
    const isOther = isExternal ? ofPurpose === "ENCRYPT_DECRYPT" : algorithm === "EXTERNAL_SYMMETRIC_ENCRYPTION";
    if (isOther || (ofPurpose !== undefined && ofPurpose !== purpose)) {
        throw new GoogleError(
            400,
            `CryptoKey.version_template.algorithm ${algorithm} is not valid for purpose ${purpose} and protection level ${level}.`,
        );
    }
}

function verify(inputs: Inputs, { cloud }: { cloud: Cloud }): void {
    const { keyRing, name, purpose, rotationPeriod, versionTemplate, destroyScheduledDuration } = inputs;
    const ring = ringPath(keyRing);
    if (!cloud.store.read(keyName(ring))) {
        throw notFound("KeyRing", ring);
    }
    verifyId("CryptoKey", name);
    if (!(purpose in algorithms)) {
        throw new GoogleError(
            400,
            `Invalid value at 'crypto_key.purpose' (type.googleapis.com/google.cloud.kms.v1.CryptoKey.CryptoKeyPurpose), "${purpose}"`,
        );
    }
    if (!algorithms[purpose] && !versionTemplate) {
        throw new GoogleError(400, `CryptoKey.version_template.algorithm is required for purpose ${purpose}.`);
    }
    const level = versionTemplate?.protectionLevel ?? "SOFTWARE";
    if (!protectionLevels.includes(level)) {
        throw new GoogleError(
            400,
            `Invalid value at 'crypto_key.version_template.protection_level' (type.googleapis.com/google.cloud.kms.v1.ProtectionLevel), "${level}"`,
        );
    }
    verifyAlgorithm(inputs, level);
    if (rotationPeriod && purpose !== "ENCRYPT_DECRYPT") {
        throw new GoogleError(400, `CryptoKey.rotation_period cannot be set for purpose ${purpose}.`);
    }
    const days = Number.parseFloat(destroyScheduledDuration ?? "2592000s") / 86_400;
    if (!(days >= 1 && days <= 120)) {
        throw new GoogleError(400, "CryptoKey.destroy_scheduled_duration must be between 24 hours and 120 days.");
    }
}

/** The current primary version; undefined for asymmetric keys. */
function primaries(cloud: Cloud, path: string, { purpose }: Inputs): Inputs[] {
    const name = `${path}/cryptoKeyVersions/1`;
    const version = purpose === "ENCRYPT_DECRYPT" && cloud.store.read(keyName(name));
    return version ? [{ name, state: version.state.state }] : [];
}

export const cryptoKey: TypeRules = {
    noun: "CryptoKey",
    generatedNoun: "KMSCryptoKey",
    sendsOnlyChanges: true,
    api,
    project: ({ keyRing }) => ringPath(keyRing).split("/")[1] as string,
    id: pathOf,
    validators: { rotationPeriod: refusedPeriod },
    alreadyExists: (inputs) => alreadyExists("CryptoKey", pathOf(inputs)),
    verify,
    state: (inputs, { cloud }, old) => {
        const first = `${pathOf(inputs)}/cryptoKeyVersions/1`;
        const fresh = old || inputs.skipInitialVersionCreation || inputs.purpose !== "ENCRYPT_DECRYPT";
        return {
            cryptoKeyBackend: inputs.cryptoKeyBackend ?? "",
            destroyScheduledDuration: inputs.destroyScheduledDuration ?? "2592000s",
            importOnly: inputs.importOnly ?? false,
            versionTemplate: {
                algorithm: algorithms[inputs.purpose],
                protectionLevel: "SOFTWARE",
                ...inputs.versionTemplate,
            },
            primaries: fresh ? primaries(cloud, pathOf(inputs), inputs) : [{ name: first, state: "ENABLED" }],
        };
    },
    afterStore: (state, { cloud }, old) => {
        if (!old && !state.skipInitialVersionCreation) {
            addVersion(cloud, pathOf(state));
        }
    },
    read: (state, { cloud }) => {
        const found = cloud.store.read(keyName(pathOf(state)))?.state;
        return found && { ...found, primaries: primaries(cloud, pathOf(state), found) };
    },
    // Keys and their names cannot be deleted; their versions are destroyed.
    remove: (state, { cloud }) => {
        const entry = cloud.store.read(keyName(pathOf(state)));
        destroyVersions(cloud, pathOf(state));
        if (entry) {
            const { rotationPeriod: _, ...rest } = entry.state;
            cloud.store.write({ ...entry, state: rest });
        }
        return "stays";
    },
    calls: {
        delete: ({ rotationPeriod }) => [
            "cloudkms.projects.locations.keyRings.cryptoKeys.cryptoKeyVersions.list",
            "cloudkms.projects.locations.keyRings.cryptoKeys.cryptoKeyVersions.destroy",
            ...(rotationPeriod ? ["cloudkms.projects.locations.keyRings.cryptoKeys.patch"] : []),
        ],
    },
};
