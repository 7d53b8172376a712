import type { Cloud } from "../../cloud/cloud";
import { canEncrypt } from "../../cloud/encryption";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { agent } from "./names";

/** "Configure message encryption": keys of any location, usable by Pub/Sub's service agent. */
export function verifyKey({ kmsKeyName: key, project }: Inputs, cloud: Cloud): void {
    const account = agent(cloud, project);
    if (key && !canEncrypt(cloud, key, account)) {
        throw new GoogleError(
            400,
            `Cloud Pub/Sub did not have the necessary permissions configured to support this operation. Please verify that the service account ${account} was granted the Cloud KMS CryptoKey Encrypter/Decrypter role for the project containing the CryptoKey resource ${key}.`,
        );
    }
}
