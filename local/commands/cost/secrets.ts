import { facts } from "slipway/facts";
import { type Charge, monthly, type PriceRow, perUse, priceOf } from "./charges";
import type { Pricing } from "./pricing";
import { objectIn, objectsIn, type Resource, type Stack, textIn } from "./resources";

export const secretPrices = facts<PriceRow>()({
    subject: "Prices of Secret Manager",
    source: "https://cloud.google.com/secret-manager/pricing",
    checked: "2026-11-22",
    rows: {
        // In each location.
        version: { amount: 0.06, unit: "month" },
        accesses: { amount: 0.03, unit: "10,000 accesses" },
    },
});

/** Of key versions, by protection level. */
export const keyPrices = facts<PriceRow>()({
    subject: "Prices of Cloud KMS",
    source: "https://cloud.google.com/kms/pricing",
    checked: "2026-11-27",
    rows: {
        SOFTWARE: { amount: 0.06, unit: "month" },
        HSM: { amount: 1, unit: "month" },
        // With an elliptic curve, or RSA of 3,072 bits and more.
        "HSM of large keys": { amount: 2.5, unit: "month" },
        EXTERNAL: { amount: 3, unit: "month" },
        EXTERNAL_VPC: { amount: 3, unit: "month" },
        operations: { amount: 0.03, unit: "10,000 operations" },
        "operations of large keys in HSM": { amount: 0.15, unit: "10,000 operations" },
    },
});

const secretType = "gcp:secretmanager/secret:Secret";

/** A version is billed in each location; automatic replication is one. */
function version(resource: Resource, stack: Stack): Charge[] {
    const secret = stack.referred(resource, "secret", [secretType]);
    const { userManaged } = objectIn(secret?.values.replication);
    const locations = Math.max(1, objectsIn(objectIn(userManaged).replicas).length);
    return [
        monthly(
            locations > 1 ? `version in ${locations} locations` : "version",
            priceOf(secretPrices, "version"),
            locations,
        ),
    ];
}

const secret = (): Charge[] => [
    perUse("accesses", priceOf(secretPrices, "accesses"), { free: "the first 10,000 of a month" }),
];

/** Each rotation adds a version, which is billed until it is destroyed. */
function key({ values }: Resource): Charge[] {
    const { algorithm, protectionLevel } = objectIn(values.versionTemplate);
    const level = textIn(protectionLevel) ?? "SOFTWARE";
    const isLarge = level === "HSM" && /^(EC_|RSA_.*_(3072|4096)_)/.test(textIn(algorithm) ?? "");
    const versions = values.skipInitialVersionCreation === true ? 0 : 1;
    const rotates = textIn(values.rotationPeriod) !== undefined || versions === 0;
    return [
        monthly(
            rotates ? "versions, one more with each rotation" : "version",
            priceOf(keyPrices, isLarge ? "HSM of large keys" : level),
            { min: versions, max: rotates ? undefined : versions },
        ),
        perUse("operations", priceOf(keyPrices, isLarge ? "operations of large keys in HSM" : "operations")),
    ];
}

export const secrets: Pricing = {
    [secretType]: secret,
    "gcp:secretmanager/regionalSecret:RegionalSecret": secret,
    "gcp:secretmanager/secretVersion:SecretVersion": version,
    "gcp:secretmanager/regionalSecretVersion:RegionalSecretVersion": version,
    "gcp:kms/cryptoKey:CryptoKey": key,
};
