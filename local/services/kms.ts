import { keyName } from "../cloud/encryption";
import { GoogleError } from "../cloud/errors";
import { isRegion } from "../cloud/regions";
import { policyTypes } from "../rules/policy";
import type { Inputs, Service, TypeRules } from "../rules/rules";
import { cryptoKey } from "./kms/key";
import { api, keyPath, kmsApi, notThere, ringPath, taken, verifyId } from "./kms/names";
import { cryptoKeyVersion } from "./kms/version";

/** "Cloud KMS locations": those that are no region. */
const multiRegions = ["global", "us", "europe", "asia", "eur3", "eur4", "eur5", "eur6", "eur7", "eur8"];
const isLocation = (place: string) => isRegion(place) || multiRegions.includes(place) || /^(nam|asia)\d+$/.test(place);

const pathOf = ({ project, location, name }: Inputs) => `projects/${project}/locations/${location}/keyRings/${name}`;

const keyRing: TypeRules = {
    noun: "KeyRing",
    generatedNoun: "KMSKeyRing",
    api,
    id: pathOf,
    taken: (inputs) => taken("KeyRing", pathOf(inputs)),
    verify: ({ name, location }) => {
        if (!isLocation(location)) {
            throw new GoogleError(404, `Location '${location}' not found.`);
        }
        verifyId("KeyRing", name);
    },
    // Nobody can delete a key ring: the provider only forgets it.
    kept: () => true,
};

function policies(property: "keyRingId" | "cryptoKeyId") {
    const [kind, path] =
        property === "keyRingId" ? (["KeyRing", ringPath] as const) : (["CryptoKey", keyPath] as const);
    const id = (inputs: Inputs) => path(inputs[property]);
    return policyTypes({
        token: `gcp:kms/${property.replace(/Id$/, "IAM")}`,
        property,
        asGiven: true,
        api: kmsApi,
        id,
        name: (inputs) => keyName(id(inputs)),
        described: (inputs) => `KMS ${kind} "${id(inputs)}"`,
        missing: (inputs) => notThere(kind, id(inputs), "notFound"),
        reason: "badRequest",
    });
}

const service: Service = {
    titles: Object.fromEntries([kmsApi]),
    types: {
        "gcp:kms/keyRing:KeyRing": keyRing,
        "gcp:kms/cryptoKey:CryptoKey": cryptoKey,
        "gcp:kms/cryptoKeyVersion:CryptoKeyVersion": cryptoKeyVersion,
        ...policies("keyRingId"),
        ...policies("cryptoKeyId"),
    },
};

export default service;
