import { CryptoKeyIAMMember } from "@pulumi/gcp/kms/cryptoKeyIAMMember";
import type * as pulumi from "@pulumi/pulumi";
import type { CrossProject } from "../environment/crossing";
import type { Environment } from "../environment/environment";
import * as check from "../internal/check";
import { capability } from "./roles";

const keyId = /^projects\/[^/]+\/locations\/([^/]+)\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/;

const key = check.matching(
    keyId,
    "must be a key's ID such as projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/sales",
);

/** Checks the ID of a Cloud KMS key: the argument `encryptionKey`. */
export const encryptionKey = check.input(key);

/**
 * Checks the ID of a Cloud KMS key that must be in one location.
 * @param whose the resource that is in the location: `the cluster`
 */
export const encryptionKeyIn = (location: string, whose: string): check.Check<pulumi.Input<string>> => {
    const isThere = (value: unknown) => keyId.exec(String(value))?.[1] === location;
    const there = check.custom<string>(isThere, `must be in ${location}, as ${whose} is`);
    return check.input(check.either((value) => keyId.test(String(value)), there, key));
};

/**
 * Lets the service agents of the project encrypt with a key, and returns the grants to wait for. The grants stay on the key
 * when the stack is destroyed, as the key may encrypt other resources.
 * @param component the name of the component whose data the key encrypts
 * @param apis the services, such as `pubsub.googleapis.com`
 */
export function encryptionGrants(
    environment: Environment,
    component: string,
    { encryptionKey: key, crossProject }: { encryptionKey?: pulumi.Input<string>; crossProject?: CrossProject },
    ...apis: string[]
): pulumi.Resource[] {
    if (key === undefined) {
        return [];
    }
    const role = "roles/cloudkms.cryptoKeyEncrypterDecrypter";
    const use = capability(`${component}-key`, role, CryptoKeyIAMMember, { cryptoKeyId: key }, key);
    return apis.flatMap((api) => environment.grantAgent(api, use, crossProject));
}
