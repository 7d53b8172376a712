import type { Cloud } from "./cloud";
import { projectName } from "./projects";

const api = "cloudkms.googleapis.com";

/** The full resource name of a key ring, a key or one of its versions. */
export const keyName = (path: string) => `//${api}/${path}`;

const keyPath = /^(projects\/([^/]+)\/locations\/([^/]+)\/keyRings\/[^/]+)\/cryptoKeys\/[^/]+$/;

/** The location of a key; undefined if the path is not that of a key. */
export const keyLocation = (key: string): string | undefined => keyPath.exec(key)?.[3];

/** "Permissions and roles": roles that include encryption and decryption. */
const users = ["roles/cloudkms.cryptoKeyEncrypterDecrypter", "roles/cloudkms.cryptoOperator"];

/**
 * Whether an account can encrypt and decrypt with a key: the key exists, its primary version is enabled, and the
 * account has a role on the key, its key ring or its project.
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

/** The location of keys for a resource location: keys for the multi-region `EU` are in `europe`. */
export function keyLocationOf(place: string): string {
    const location = place.toLowerCase();
    return location === "eu" ? "europe" : location;
}
