import type { Cloud } from "../../cloud/cloud";
import { canEncrypt, keyLocation, keyLocationOf } from "../../cloud/encryption";
import { GoogleError } from "../../cloud/errors";
import { type Inputs, upperCase } from "../../rules/rules";
import { invalid, storageAgent } from "./names";

/**
 * "Customer-managed encryption keys": the key must be in the bucket's location and usable by Cloud Storage's service
 * agent.
 */
export function verifyKey({ encryption, location, project }: Inputs, cloud: Cloud): void {
    const key = encryption?.defaultKmsKeyName;
    if (!key) {
        return;
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
        );
    }
}
