import type { Cloud } from "../../cloud/cloud";
import { canEncrypt, keyLocation, keyLocationOf } from "../../cloud/encryption";
import { GoogleError } from "../../cloud/errors";
import { upperCase } from "../../rules/rules";
import { invalid, storageAgent } from "./names";

/**
 * "Customer-managed encryption keys": the key must be in the bucket's location and usable by Cloud Storage's service
 * agent.
 */
export function verifyKey(key: string | undefined, location: string, project: string, cloud: Cloud): void {
    if (!key) {
        return;
    }
    if (!/^projects\/[^/]+\/locations\/[^/]+\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/.test(key)) {
        throw invalid(`Malformed Cloud KMS crypto key: ${key}`);
    }
    const place = keyLocation(key);
    if (place !== undefined && place !== keyLocationOf(location)) {
        throw invalid(`Cloud KMS region '${place}' not available for use with GCS region '${upperCase(location)}'.`);
    }
    if (!canEncrypt(cloud, key, storageAgent(cloud, project))) {
        throw new GoogleError(
            403,
            "Permission denied on Cloud KMS key. Please ensure that your Cloud Storage service account has been authorized to use this key.",
            { reason: "forbidden" },
        ).recordedIn("https://github.com/ollionorg/gcp-landing-zone/pull/59");
    }
}
