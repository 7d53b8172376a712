import type { Cloud } from "../../simulator/cloud/cloud";
import { findResources } from "../../simulator/inventory";
import { addVersion } from "../../simulator/services/secretmanager/version";

const types = ["gcp:secretmanager/secret:Secret", "gcp:secretmanager/regionalSecret:RegionalSecret"];

/**
 * Adds a version to a secret, as `gcloud secrets versions add` does.
 *
 * @param id the secret's ID, or the end of it
 * @returns the name of the version
 */
export function addSecretVersion(cloud: Cloud, id: string, value: string | Uint8Array): string {
    const secrets = cloud.store.list().filter(({ type }) => types.includes(String(type)));
    if (secrets.length === 0) {
        throw new Error(`there is no secret "${id}": deploy the stack first, which creates it.`);
    }
    const [secret] = findResources(secrets, id);
    return addVersion(cloud, (secret as { id: string }).id, Buffer.from(value));
}
