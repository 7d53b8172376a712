import type { Inputs } from "../../../../local/simulator/rules/rules";
import { policyExamples } from "../policyExamples";
import type { World } from "../world";

const keyRing = "projects/acme-dev/locations/europe-west1/keyRings/data";

export function prepare(world: World): void {
    world.enable("cloudkms");
    world.make("ProjectAutokeyConfig", { keyProjectResolutionMode: "RESOURCE_PROJECT" });
    world.make("KeyRing", { name: "data", location: "europe-west1" });
    world.make("CryptoKey", { name: "sales", keyRing });
}

export const examples: Record<string, Inputs[]> = {
    "gcp:kms/autokeyConfig:AutokeyConfig": [
        { folder: "123456789012" },
        { folder: "folders/123456789013", keyProjectResolutionMode: "RESOURCE_PROJECT" },
    ],
    "gcp:kms/keyHandle:KeyHandle": [
        { name: "disks", location: "europe-west1", resourceTypeSelector: "compute.googleapis.com/Disk" },
        { name: "secrets", location: "global", resourceTypeSelector: "secretmanager.googleapis.com/Secret" },
    ],
    "gcp:kms/projectAutokeyConfig:ProjectAutokeyConfig": [{ keyProjectResolutionMode: "DISABLED" }],
    "gcp:kms/keyRing:KeyRing": [{ location: "europe-west1" }, { name: "much", location: "global" }],
    "gcp:kms/cryptoKey:CryptoKey": [
        { keyRing },
        {
            name: "much",
            keyRing,
            labels: { team: "forecast" },
            rotationPeriod: "7776000s",
            destroyScheduledDuration: "86400s",
            versionTemplate: { algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION", protectionLevel: "HSM" },
        },
        { name: "sign", keyRing, purpose: "ASYMMETRIC_SIGN", versionTemplate: { algorithm: "EC_SIGN_P256_SHA256" } },
    ],
    "gcp:kms/cryptoKeyVersion:CryptoKeyVersion": [
        { cryptoKey: `${keyRing}/cryptoKeys/sales` },
        { cryptoKey: `${keyRing}/cryptoKeys/sales`, state: "DISABLED" },
    ],
    ...policyExamples("gcp:kms/keyRingIAM", { keyRingId: keyRing }, "roles/cloudkms.viewer"),
    ...policyExamples("gcp:kms/cryptoKeyIAM", { cryptoKeyId: `${keyRing}/cryptoKeys/sales` }, "roles/cloudkms.viewer"),
};
