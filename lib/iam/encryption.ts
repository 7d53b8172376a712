import { CryptoKeyIAMMember } from "@pulumi/gcp/kms/cryptoKeyIAMMember";
import type * as pulumi from "@pulumi/pulumi";
import type { CrossProject } from "../environment/crossing";
import type { Environment } from "../environment/environment";
import { when } from "../internal/argumentsError";
import * as check from "../internal/check";
import { regionProblem } from "../internal/places";
import { capability } from "./roles";

/** A key that is a component of the program, or that exists already. */
export interface AnyKmsKey {
    /** The ID of the key: `projects/acme-dev/locations/europe-west1/keyRings/data-1a2b3c/cryptoKeys/data-4d5e6f`. */
    readonly id: pulumi.Output<string>;
    /** The region or multi-region of the key, or `"global"`. */
    readonly location: string;
    /** Whether the key encrypts and decrypts symmetrically, as keys of services must; unknown for a key that exists already. @internal */
    readonly isSymmetric?: boolean;
}

/** The Cloud KMS key of the argument `encryptionKey`: a {@link KmsKey}, or the ID of a key. */
export type EncryptionKey = AnyKmsKey | pulumi.Input<string>;

const idForm = /^projects\/[^/]+\/locations\/([^/]+)\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/;

const keyId = check.matching(
    idForm,
    "must be a KmsKey, or a key's ID such as projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/sales",
);

const symmetric = check.pipe(
    check.component<AnyKmsKey>("KmsKey"),
    check.refine((key) => key.isSymmetric !== false, "must be a key with the algorithm GOOGLE_SYMMETRIC_ENCRYPTION"),
);

/** Checks the argument `encryptionKey`. */
export const encryptionKey = check.either(check.isResource, symmetric, check.input(keyId));

/**
 * Checks the argument `encryptionKey` of a resource whose key must be in its location.
 * @param whose the resource that is in the location: `the cluster`
 */
export const encryptionKeyIn = (location: string, whose: string): check.Check<EncryptionKey> => {
    const there = check.refine<EncryptionKey>(
        // The checks of a key report a value without a location.
        (key) => (keyLocation(key) ?? location) === location,
        `must be in ${location}, as ${whose} is`,
    );
    return check.either(check.isResource, check.pipe(symmetric, there), check.input(check.pipe(keyId, there)));
};

/** The ID of a key. */
export function idOfKey(key: EncryptionKey): pulumi.Input<string>;
export function idOfKey(key: EncryptionKey | undefined): pulumi.Input<string> | undefined;
export function idOfKey(key: EncryptionKey | undefined): pulumi.Input<string> | undefined {
    return isKmsKey(key) ? key.id : key;
}

/** The location of a key, if it is already known. */
export const keyLocation = (key: EncryptionKey | undefined): string | undefined =>
    isKmsKey(key) ? key.location : typeof key === "string" ? idForm.exec(key)?.[1] : undefined;

/** A key in an error. */
export const shownKey = (key: EncryptionKey | undefined): string =>
    isKmsKey(key) ? `a key in ${key.location}` : JSON.stringify(key);

/** A block of the provider's arguments with the ID of a key in this property; undefined without a key. */
export function keyBlock<Property extends string>(key: EncryptionKey | undefined, property: Property) {
    const id = idOfKey(key);
    return id === undefined ? undefined : ({ [property]: id } as Record<Property, pulumi.Input<string>>);
}

/**
 * What is wrong with a key in another region.
 *
 * @param owner what is in the region: `the function`
 */
export const keyRegionProblem = (
    path: string,
    key: EncryptionKey | undefined,
    region: string,
    owner: string,
): check.Problem | undefined =>
    isKmsKey(key)
        ? when(
              key.location !== region,
              path,
              "iam/key-other-region",
              `must be in ${region}, as ${owner} is (got ${shownKey(key)}).`,
          )
        : regionProblem(path, key, region, owner);

const isKmsKey = (key: EncryptionKey | undefined): key is AnyKmsKey => check.isResource(key);

/**
 * Lets the service agents of the project encrypt with a key, and returns the grants to wait for. The grants stay on the key
 * when the stack is destroyed, as the key may encrypt other resources.
 * @param component the name of the component whose data the key encrypts
 * @param apis the services, such as `pubsub.googleapis.com`
 */
export function encryptionGrants(
    environment: Environment,
    component: string,
    { encryptionKey, crossProject }: { encryptionKey?: EncryptionKey; crossProject?: CrossProject },
    ...apis: string[]
): pulumi.Resource[] {
    const key = idOfKey(encryptionKey);
    if (key === undefined) {
        return [];
    }
    const role = "roles/cloudkms.cryptoKeyEncrypterDecrypter";
    const use = capability(`${component}-key`, role, CryptoKeyIAMMember, { cryptoKeyId: key }, key);
    return apis.flatMap((api) => environment.grantAgent(api, use, crossProject));
}
