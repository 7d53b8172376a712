import {
    BigQueryDataset,
    ContainerRegistry,
    KmsKey,
    KmsKeyHandle,
    KmsKeyRing,
    PubSubTopic,
    Secret,
    ServiceAccount,
    StorageBucket,
} from "slipway";
import { use } from "../../lib/iam/capability";

/** Keys and key rings, and what they encrypt. */
export function keys(): void {
    const key = new KmsKey("keys-own");
    const ring = new KmsKeyRing("keys-ring", {
        name: "data",
        location: "global",
        transform: { keyRing: { project: "acme-dev" } },
    });
    const hsm = new KmsKey("keys-hsm", {
        name: "all",
        keyRing: ring,
        protectionLevel: "HSM",
        rotation: { every: "30 days" },
        destroyDelay: "7 days",
        protection: false,
        labels: { team: "forecast" },
        transform: { key: { importOnly: false } },
    });
    const signing = new KmsKey("keys-signing", { location: "europe", algorithm: "EC_SIGN_P256_SHA256" });
    new KmsKey("keys-kept", { keyRing: signing.keyRing, rotation: "none" });
    const account = new ServiceAccount("keys-user");
    use(
        "keys-user",
        {
            ENCRYPT: key.encrypter,
            DECRYPT: key.decrypter,
            SIGN: signing.signer,
            VERIFY: signing.verifier,
            RING: ring.role("roles/cloudkms.viewer"),
        },
        account.member,
        {},
    );
    new StorageBucket("keys-bucket", { encryptionKey: key });
    new PubSubTopic("keys-topic", { encryptionKey: key });
    new Secret("keys-secret", { external: true, encryptionKey: hsm });
    new Secret("keys-replicated", { external: true, replicas: { "europe-west1": { encryptionKey: key } } });
    new BigQueryDataset("keys-dataset", { encryptionKey: key });
    new ContainerRegistry("keys-registry", { encryptionKey: key });
    const handle = new KmsKeyHandle("keys-handle", {
        resourceType: "storage.googleapis.com/Bucket",
        location: "europe-west4",
        name: "autokey",
        allowUnlisted: true,
        transform: { handle: { project: "acme-dev" } },
    });
    new StorageBucket("keys-autokey", { location: "europe-west4", encryptionKey: handle });
}
