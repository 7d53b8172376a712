import type { Cloud } from "./cloud";
import { projectName } from "./projects";

const api = "cloudkms.googleapis.com";

/** The full resource name of a key ring, a key or one of its versions. */
export const keyName = (path: string) => `//${api}/${path}`;

const keyPath = /^(projects\/([^/]+)\/locations\/([^/]+)\/keyRings\/[^/]+)\/cryptoKeys\/[^/]+$/;

/** Where a key is; nothing for what is no key's path. */
export const keyLocation = (key: string): string | undefined => keyPath.exec(key)?.[3];

/** "Permissions and roles": those with which one encrypts and decrypts. */
const users = ["roles/cloudkms.cryptoKeyEncrypterDecrypter", "roles/cloudkms.cryptoOperator"];

/**
 * Whether an account can encrypt and decrypt with a key: it is there, its primary version is enabled, and the account
 * has a role for it on the key, its ring or its project.
 */
export function canEncrypt(cloud: Cloud, key: string, account: string): boolean {
    const [, ring = "", project = ""] = keyPath.exec(key) ?? [];
    const [primary] = (cloud.store.read(keyName(key))?.state.primaries ?? []) as { name: string }[];
    const version = primary && cloud.store.read(keyName(primary.name));
    const places = [keyName(key), keyName(ring), projectName(project)];
    return (
        version?.state.state === "ENABLED" && places.some((on) => cloud.iam.has(on, users, `serviceAccount:${account}`))
    );
}

/** Where the keys are that encrypt what is in a place: the multi-region `EU` has those of `europe`. */
export function keyLocationOf(place: string): string {
    const location = place.toLowerCase();
    return location === "eu" ? "europe" : location;
}
