import { isAllowedOn } from "./access";
import type { Cloud } from "./cloud";

const api = "cloudkms.googleapis.com";

/** The full resource name of a key ring, a key or one of its versions. */
export const keyName = (path: string) => `//${api}/${path}`;

const keyPath = /^(projects\/([^/]+)\/locations\/([^/]+)\/keyRings\/[^/]+)\/cryptoKeys\/[^/]+$/;

/** The location of a key; undefined if the path is not that of a key. */
export const keyLocation = (key: string): string | undefined => keyPath.exec(key)?.[3];

/** https://cloud.google.com/kms/docs/reference/permissions-and-roles */
const needed = ["cloudkms.cryptoKeyVersions.useToEncrypt", "cloudkms.cryptoKeyVersions.useToDecrypt"];

/**
 * Whether an account can encrypt and decrypt with a key: the key exists, its primary version is enabled, and the
 * account may use it, by a role on the key, its key ring or its project.
 */
export function canEncrypt(cloud: Cloud, key: string, account: string): boolean {
    const [primary] = (cloud.store.read(keyName(key))?.state.primaries ?? []) as { name: string }[];
    const version = primary && cloud.store.read(keyName(primary.name));
    return (
        version?.state.state === "ENABLED" &&
        needed.every((permission) => isAllowedOn(cloud, account, permission, keyName(key)))
    );
}

/** The location of keys for a resource location: keys for the multi-region `EU` are in `europe`. */
export function keyLocationOf(place: string): string {
    const location = place.toLowerCase();
    return location === "eu" ? "europe" : location;
}
