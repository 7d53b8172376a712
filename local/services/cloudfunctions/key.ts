import type { Cloud } from "../../cloud/cloud";
import { canEncrypt, keyLocation } from "../../cloud/encryption";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { repositoryName } from "../artifactregistry";

/** "Protect your data with CMEK": the accounts that encrypt what belongs to a function; Eventarc's only with a trigger. */
const agents = ["gcf-admin-robot", "gcp-sa-artifactregistry", "gs-project-accounts", "serverless-robot-prod"];

/** Refuses a key that is elsewhere, that not all of them may use, or that the function's images are not encrypted with. */
export function verifyKey(inputs: Inputs, cloud: Cloud): void {
    const { kmsKeyName: key, project, location, buildConfig, eventTrigger } = inputs;
    if (!key) {
        return;
    }
    if (keyLocation(key) !== location) {
        throw new GoogleError(400, `KMS key ${key} must be in the same location as the function: ${location}.`);
    }
    const repository = cloud.store.read(repositoryName(buildConfig?.dockerRepository ?? ""));
    if (repository?.state.kmsKeyName !== key) {
        throw new GoogleError(
            400,
            `A Docker repository that is encrypted with the KMS key ${key} must be specified for a function with this key.`,
        );
    }
    for (const name of [...agents, ...(eventTrigger ? ["gcp-sa-eventarc"] : [])]) {
        const agent = `service-${cloud.projects.number(project)}@${name}.iam.gserviceaccount.com`;
        if (!canEncrypt(cloud, key, agent)) {
            throw new GoogleError(
                400,
                `Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied on resource '${key}' (or it may not exist). Please grant the Cloud KMS CryptoKey Encrypter/Decrypter role to the service account ${agent}.`,
            );
        }
    }
}
