import { CryptoKeyIAMMember } from "@pulumi/gcp/kms/cryptoKeyIAMMember";
import type * as pulumi from "@pulumi/pulumi";
import type { ComponentArgs } from "../environment/component";
import type { Environment } from "../environment/environment";
import * as check from "../internal/check";
import { capability } from "./capability";

const form = /^projects\/[^/]+\/locations\/([^/]+)\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/;

const key = check.matching(
    form,
    "must be a key's id, as projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/sales is",
);

/** Checks the id of a Cloud KMS key: the argument `encryptionKey` of what holds data. */
export const encryptionKey: check.Check = check.input(key);

/**
 * Checks the same where Google Cloud takes a key of one location alone.
 *
 * @param whose what is in that location: `the cluster`
 */
export const encryptionKeyIn = (location: string, whose: string): check.Check => {
    const isThere = (given: unknown) => form.exec(String(given))?.[1] === location;
    const there = check.custom(isThere, `must be in ${location}, as ${whose} is`);
    return check.input(check.either((given) => form.test(String(given)), there, key));
};

/**
 * Lets the accounts by which Google services work in the project encrypt with a key, and returns what has to be waited
 * for. The grants stay on the key when the stack is destroyed, as other resources may be encrypted with it.
 *
 * @param component the name of the component whose data the key encrypts
 * @param apis the services, such as `pubsub.googleapis.com`
 */
export function encryptionGrants(
    environment: Environment,
    component: string,
    { encryptionKey: key, crossProject }: ComponentArgs & { encryptionKey?: pulumi.Input<string> },
    ...apis: string[]
): pulumi.Resource[] {
    if (key === undefined) {
        return [];
    }
    const role = "roles/cloudkms.cryptoKeyEncrypterDecrypter";
    const use = capability(`${component}-key`, role, CryptoKeyIAMMember, { cryptoKeyId: key }, key);
    return apis.flatMap((api) => environment.grantAgent(api, use, crossProject));
}
