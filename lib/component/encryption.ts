import { CryptoKeyIAMMember } from "@pulumi/gcp/kms/cryptoKeyIAMMember";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import type { AutokeyResourceType } from "../facts/autokeyResources";
import { capability } from "../internal/access/roles";
import { when } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import { regionProblem } from "../internal/arguments/locations";
import { typeOf } from "../internal/engine/pulumiSdk";
import type { CrossProject } from "../stack/crossing";

/** A key that is a component of the program, or that exists already. */
export interface AnyKmsKey {
    /** The ID of the key: `projects/acme-dev/locations/europe-west1/keyRings/data-1a2b3c/cryptoKeys/data-4d5e6f`. */
    readonly id: pulumi.Output<string>;
    /** The region or multi-region of the key, or `"global"`. */
    readonly location: string;
    /** Whether the key encrypts and decrypts symmetrically, as keys of services must; unknown for a key that exists already. @internal */
    readonly isSymmetric?: boolean;
    /** Of a key that Autokey creates: what it encrypts, and the resource with which Autokey grants it to the service agent. @internal */
    readonly autokey?: { resourceType: string; handle: pulumi.Resource };
}

/** The Cloud KMS key of the argument `encryptionKey`: a {@link KmsKey}, a {@link KmsKeyHandle}, or the ID of a key. */
export type EncryptionKey = AnyKmsKey | pulumi.Input<string>;

const idForm = /^projects\/[^/]+\/locations\/([^/]+)\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/;

const keyId = check.matching(
    idForm,
    "must be a KmsKey, or a key's ID such as projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/sales",
);

const kmsKey = check.component<AnyKmsKey>("KmsKey");
const keyHandle = check.component<AnyKmsKey>("KmsKeyHandle");

/** Checks a key of the program, or one that exists already. */
const keyOfProgram = (autokeyType: AutokeyResourceType | undefined): check.Check<AnyKmsKey> =>
    check.pipe(
        check.either((key) => typeOf(key as pulumi.Resource) === "slipway:index:KmsKeyHandle", keyHandle, kmsKey),
        check.refine(
            (key) => key.isSymmetric !== false,
            "must be a key with the algorithm GOOGLE_SYMMETRIC_ENCRYPTION",
        ),
        check.refine(
            ({ autokey }) => autokey === undefined || autokey.resourceType === autokeyType,
            ({ input: { autokey } }) =>
                autokeyType === undefined
                    ? "must be a KmsKey, because Autokey has no keys for this"
                    : `must be a key for ${autokeyType} (got a KmsKeyHandle for ${autokey?.resourceType})`,
        ),
    );

/**
 * Checks the argument `encryptionKey`.
 * @param autokeyType the resource that the key encrypts, if Autokey has keys for it, and if nothing else is encrypted with the key
 */
export const encryptionKeyOf = (autokeyType?: AutokeyResourceType): check.Check<EncryptionKey> =>
    check.either(check.isResource, keyOfProgram(autokeyType), check.publicInput(keyId));

/** Checks the argument `encryptionKey` of what cannot have a key of Autokey. */
export const encryptionKey = encryptionKeyOf();

/**
 * Checks the argument `encryptionKey` of a resource whose key must be in its location.
 * @param whose the resource that is in the location: `the cluster`
 * @param autokeyType as in {@link encryptionKeyOf}
 */
export const encryptionKeyIn = (
    location: string,
    whose: string,
    autokeyType?: AutokeyResourceType,
): check.Check<EncryptionKey> => {
    const there = check.refine<EncryptionKey>(
        // The checks of a key report a value without a location.
        (key) => (keyLocation(key) ?? location) === location,
        `must be in ${location}, as ${whose} is`,
    );
    const ofProgram = check.pipe(keyOfProgram(autokeyType), there);
    return check.either(check.isResource, ofProgram, check.publicInput(check.pipe(keyId, there)));
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
              "component/key-other-region",
              `must be in ${region}, as ${owner} is (got ${shownKey(key)}).`,
          )
        : regionProblem(path, key, region, owner);

const isKmsKey = (key: EncryptionKey | undefined): key is AnyKmsKey => check.isResource(key);

/**
 * Lets the service agents of the project encrypt with a key, and returns the grants to wait for. The grants stay on the key
 * when the stack is destroyed, as the key may encrypt other resources. Autokey has granted its keys to the service agent itself: the grant has
 * an effect as late as any other after the key handle was created.
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
    if (isKmsKey(encryptionKey) && encryptionKey.autokey !== undefined) {
        return [encryptionKey.autokey.handle];
    }
    const role = "roles/cloudkms.cryptoKeyEncrypterDecrypter";
    const use = capability(`${component}-key`, role, CryptoKeyIAMMember, { cryptoKeyId: key }, key);
    return apis.flatMap((api) => environment.grantAgent(api, use, crossProject));
}
