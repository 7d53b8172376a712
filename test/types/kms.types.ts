import type * as pulumi from "@pulumi/pulumi";
import {
    BigQueryDataset,
    KmsKey,
    KmsKeyHandle,
    KmsKeyRing,
    PubSubTopic,
    Secret,
    ServerlessFunction,
    StorageBucket,
} from "slipway";

const ring = new KmsKeyRing("data", { name: "data", location: "europe", transform: { keyRing: {} } });
const key = new KmsKey("sales", {
    name: "sales",
    keyRing: ring,
    algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION",
    protectionLevel: "HSM",
    rotation: { every: "30 days" },
    destroyDelay: "7 days",
    protection: false,
    labels: { team: "forecast" },
    transform: { key: {} },
});
const signing = new KmsKey("signing", { keyRing: key.keyRing, algorithm: "EC_SIGN_P256_SHA256", rotation: "none" });
const existing = KmsKey.existing("sales", { keyRing: "data", location: "europe-west1", project: "acme-keys" });
new KmsKey("orders", { keyRing: KmsKeyRing.existing("data") });
new StorageBucket("sales", { encryptionKey: key });
new PubSubTopic("sales", { encryptionKey: existing });
new BigQueryDataset("sales", { encryptionKey: key.id });
new Secret("token", { replicas: { "europe-west1": { encryptionKey: key } } });
new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: {} },
    uses: { KEY: signing.signer, OTHER: existing.decrypter, ALL: ring.role("roles/cloudkms.viewer") },
});
const handle = new KmsKeyHandle("orders", {
    resourceType: "storage.googleapis.com/Bucket",
    location: "europe-west4",
    name: "orders",
    transform: { handle: {} },
});
new StorageBucket("orders", { location: handle.location, encryptionKey: handle });
const id: pulumi.Output<string> = key.id;
const location: string = key.location;

// @ts-expect-error: a key ring is a component.
new KmsKey("sales", { keyRing: "data" });

// @ts-expect-error: an unknown algorithm.
new KmsKey("sales", { algorithm: "DES" });

// @ts-expect-error: a duration has its unit.
new KmsKey("sales", { destroyDelay: 30 });

// @ts-expect-error: the location is a string, as components compare it.
new KmsKey("sales", { location: id });

// @ts-expect-error: an existing key is in a key ring.
KmsKey.existing("sales", {});

// @ts-expect-error: a key ring encrypts nothing.
new StorageBucket("sales", { encryptionKey: ring });

export { location };

// @ts-expect-error: a key handle is for a type of resource.
new KmsKeyHandle("sales", {});

// @ts-expect-error: Autokey has no keys for key rings.
new KmsKeyHandle("sales", { resourceType: "cloudkms.googleapis.com/KeyRing" });
