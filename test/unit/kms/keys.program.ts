import {
    BigQueryDataset,
    CloudRunJob,
    ContainerRegistry,
    KmsKey,
    KmsKeyHandle,
    KmsKeyRing,
    PubSubTopic,
    Secret,
    ServiceAccount,
    StorageBucket,
} from "slipway";
import { nameFormats } from "../../../lib/facts/names";
import { use } from "../../../lib/internal/access/capability";
import type { Answers } from "../everything";
import { crossProject } from "../everythingElse";
import { call, type SampleCalls } from "../iam/sampleCalls";
import type { LongestNames } from "../lengthened";
import { image } from "../serving";

/** Keys and key rings, and what they encrypt. */
export function program(): void {
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

const kms = "https://cloud.google.com/kms/docs/reference/permissions-and-roles";
const key = () => KmsKey.existing("sales", { keyRing: "data", location: "europe-west1" });

export const sampleCalls: SampleCalls = {
    "KmsKey.encrypter": {
        offer: () => key().encrypter,
        source: kms,
        calls: [
            call("KeyManagementServiceClient.encrypt", "cloudkms.cryptoKeyVersions.useToEncrypt"),
            call("KeyManagementServiceClient.get_public_key", "cloudkms.cryptoKeyVersions.viewPublicKey", {
                remedy: ["kms-key", 'role("roles/cloudkms.publicKeyViewer")'],
            }),
        ],
    },
    "KmsKey.decrypter": {
        offer: () => key().decrypter,
        source: kms,
        calls: [
            call("KeyManagementServiceClient.decrypt", "cloudkms.cryptoKeyVersions.useToDecrypt"),
            call("KeyManagementServiceClient.asymmetric_decrypt", "cloudkms.cryptoKeyVersions.useToDecrypt"),
        ],
    },
    "KmsKey.signer": {
        offer: () => key().signer,
        source: kms,
        calls: [
            call("KeyManagementServiceClient.asymmetric_sign", "cloudkms.cryptoKeyVersions.useToSign"),
            call("KeyManagementServiceClient.mac_sign", "cloudkms.cryptoKeyVersions.useToSign"),
        ],
    },
    "KmsKey.verifier": {
        offer: () => key().verifier,
        source: kms,
        calls: [
            call("KeyManagementServiceClient.get_public_key", "cloudkms.cryptoKeyVersions.viewPublicKey"),
            call("KeyManagementServiceClient.mac_verify", "cloudkms.cryptoKeyVersions.useToVerify"),
        ],
    },
};

export const longestNames: LongestNames = {
    "kms/cryptoKey:CryptoKey name": nameFormats.rows.kmsKey.max,
    "kms/keyRing:KeyRing name": nameFormats.rows.kmsKey.max,
};

/** Those that exist already. */
export function existing(): void {
    const encryptionKey = KmsKey.existing("existing-key", { keyRing: "existing-ring", location: "europe" });
    new StorageBucket("encrypted-by-existing", { encryptionKey });
    const keyRing = KmsKeyRing.existing("existing-ring", { project: "acme-shared", location: "europe-west4" });
    const key = new KmsKey("in-existing-ring", { keyRing, crossProject });
    new CloudRunJob("signs", {
        image,
        uses: {
            KEY: encryptionKey.decrypter,
            OWN: key.role("roles/cloudkms.viewer"),
            RING: keyRing.role("roles/cloudkms.viewer"),
        },
        crossProject,
    });
}

/** What Google Cloud answers about them. */
export const answers: Answers = {
    getKMSCryptoKey: ({ name, ...inputs }) => ({ id: `${inputs.keyRing}/cryptoKeys/${name}` }),
    getKMSKeyRing: ({ name, project, ...inputs }) => ({
        id: `projects/${project}/locations/${inputs.location}/keyRings/${name}`,
    }),
};

export const sameWithout = {
    "KmsKeyHandle.allowUnlisted": "it only accepts what is refused without it",
};

export const otherNames = {
    "KmsKey.location": "keys can be in multi-regions, or global",
    "KmsKeyHandle.location": "keys of Autokey can be in multi-regions, or global",
    "KmsKeyRing.location": "key rings can be in multi-regions, or global",
};
