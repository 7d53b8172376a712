import { KeyRing } from "@pulumi/gcp/kms/keyRing";
import { KeyRingImportJob } from "@pulumi/gcp/kms/keyRingImportJob";
import { allow, Environment, KmsKey, KmsKeyRing, TagKey } from "slipway";
import type { Example } from "./example";

export const examples: Example[] = [
    {
        title: "Keyring creation and crypto key rotation and IAM roles",
        hcl: 681,
        kind: "components",
        program: () => {
            const keyRing = new KmsKeyRing("test");
            const keyA = new KmsKey("key-a", { keyRing });
            const keyB = new KmsKey("key-b", { keyRing, rotation: { every: "7 days" } });
            new KmsKey("key-c", { keyRing, labels: { env: "test" } });
            allow(keyA.role("roles/cloudkms.admin"), "group:ops@acme.com");
            for (const key of [keyA, keyB]) {
                allow(
                    key.role("roles/cloudkms.cryptoKeyEncrypterDecrypter"),
                    "serviceAccount:sales@acme-apps.iam.gserviceaccount.com",
                );
            }
            allow(keyB.role("roles/cloudkms.viewer"), "group:ops@acme.com");
        },
    },
    {
        title: "Using an existing keyring",
        hcl: 270,
        kind: "components",
        given: () => {
            const dependsOn = Environment.current().enable("cloudkms.googleapis.com");
            new KeyRing("data", { name: "data", location: "europe-west1" }, { dependsOn });
        },
        program: () => {
            const keyRing = KmsKeyRing.existing("data");
            allow(keyRing.role("roles/cloudkms.admin"), "group:ops@acme.com");
            new KmsKey("key-a", { keyRing });
            new KmsKey("key-b", { keyRing });
            new KmsKey("key-c", { keyRing });
        },
    },
    {
        title: "Crypto key purpose",
        hcl: 273,
        kind: "components",
        program: () => {
            new KmsKey("key-a", { algorithm: "EC_SIGN_P384_SHA384", protectionLevel: "HSM" });
        },
    },
    {
        title: "Import job",
        hcl: 253,
        kind: "raw",
        program: () => {
            const { keyRing } = new KmsKeyRing("test");
            new KeyRingImportJob("my-import-job", {
                keyRing: keyRing.id,
                importJobId: "my-import-job",
                importMethod: "RSA_OAEP_3072_SHA1_AES_256",
                protectionLevel: "SOFTWARE",
            });
        },
    },
    {
        title: "Tag Bindings",
        hcl: 434,
        kind: "components",
        program: () => {
            const environment = new TagKey("environment", {
                parent: { organization: "123456789012" },
                description: "Environment specification.",
                values: { dev: {}, prod: {}, sandbox: {} },
            });
            new KmsKeyRing("test", { resourceManagerTags: { sandbox: environment.value("sandbox") } });
        },
    },
];
