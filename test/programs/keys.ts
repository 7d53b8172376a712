import { CloudRunJob, KmsKey, KmsKeyRing, PubSubTopic, Secret, StorageBucket } from "slipway";

// Keys of each purpose, in each kind of location, and what they encrypt.
const shared = new KmsKeyRing("shared", { location: "global" });
const global = new KmsKey("global", { keyRing: shared, rotation: { every: "1 day" }, destroyDelay: "120 days" });
const europe = new KmsKey("europe", { location: "europe", protectionLevel: "HSM", protection: false });
const regional = new KmsKey("regional", { name: "A_b-1", rotation: "none", labels: { team: "forecast" } });
const signing = new KmsKey("signing", { keyRing: shared, algorithm: "RSA_SIGN_PSS_2048_SHA256" });
const mac = new KmsKey("mac", { keyRing: regional.keyRing, algorithm: "HMAC_SHA256", protectionLevel: "HSM" });
new KmsKey("raw", { algorithm: "AES_256_GCM", destroyDelay: "1 day" });
new KmsKey("unwrapped", { algorithm: "RSA_DECRYPT_OAEP_3072_SHA256" });

new Secret("token", { encryptionKey: global });
new Secret("replicated", { replicas: { "europe-west1": { encryptionKey: regional } } });
new StorageBucket("archive", { location: "EU", encryptionKey: europe });
new PubSubTopic("orders", { encryptionKey: regional });
new CloudRunJob("sign", {
    image: "docker.io/acme/sign@sha256:9999999999999999999999999999999999999999999999999999999999999999",
    encryptionKey: regional,
    uses: {
        SIGN: signing.signer,
        MAC: mac.verifier,
        ENCRYPT: global.encrypter,
        RING: shared.role("roles/cloudkms.viewer"),
    },
});
