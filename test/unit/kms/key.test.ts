import {
    CloudSqlInstance,
    ComposerEnvironment,
    KmsKey,
    type KmsKeyArgs,
    KmsKeyRing,
    PubSubTopic,
    Secret,
    ServerlessFunction,
    StorageBucket,
} from "slipway";
import { use } from "../../../lib/internal/access/capability";
import { folderOf } from "../folders";
import { refused, registered, registeredOptions, registeredOutputs, told } from "../registered";

const fresh = (name: string) => expect.stringMatching(new RegExp(`^${name}-[0-9a-f]{6}$`));
const bare = {
    name: fresh("sales"),
    purpose: "ENCRYPT_DECRYPT",
    versionTemplate: { algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION", protectionLevel: "SOFTWARE" },
    rotationPeriod: "7776000s",
    destroyScheduledDuration: "2592000s",
    deletionPolicy: "PREVENT",
};

/** The arguments of a key, without its key ring. */
async function keyOf(args: KmsKeyArgs) {
    const { "CryptoKey sales": key } = await registered(() => new KmsKey("sales", args));
    const { keyRing, ...others } = key as { keyRing: string };
    return others;
}

test("a bare key is rotated each 90 days, can be restored for 30 days, and has a key ring of its own", async () => {
    expect(await registered(() => new KmsKey("sales"))).toEqual({
        "KeyRing sales": { name: fresh("sales"), location: "europe-west1", project: "acme-dev" },
        "CryptoKey sales": { ...bare, keyRing: expect.stringContaining("sales") },
    });
});

test.each(["development", "staging", "production"] as const)("a key in %s cannot be deleted", async (kind) => {
    const { "CryptoKey sales": key } = await registeredOptions(() => new KmsKey("sales"), { kind });
    expect(key).toMatchObject({ protect: true });
});

test("the protection of the stack and of the key can be lifted", async () => {
    const config = { "slipway:protection": "off" };
    expect((await registered(() => new KmsKey("sales"), { config }))["CryptoKey sales"]).toMatchObject({
        deletionPolicy: "DELETE",
    });
    const { "CryptoKey sales": key } = await registeredOptions(() => new KmsKey("sales", { protection: false }));
    expect(key?.protect).toBeFalsy();
    expect(await keyOf({ protection: false })).toEqual({ ...bare, deletionPolicy: "DELETE" });
});

test("names are new in each creation, as those of deleted keys cannot be used again", async () => {
    const options = await registeredOptions(() => new KmsKey("sales", { name: "orders" }));
    for (const name of ["KeyRing sales", "CryptoKey sales"]) {
        expect(options[name]).toMatchObject({ ignoreChanges: ["name"], replacementTrigger: "orders" });
    }
    const made = await registered(() => new KmsKey("sales", { name: "orders" }));
    expect(made["KeyRing sales"]).toMatchObject({ name: fresh("orders") });
    expect(made["CryptoKey sales"]).toMatchObject({ name: fresh("orders") });
});

test("a key and its key ring wait for the API", async () => {
    const options = await registeredOptions(() => new KmsKey("sales"));
    expect(options["KeyRing sales"]).toMatchObject({ after: ["Service cloudkms"] });
    expect(options["CryptoKey sales"]?.after).toEqual(expect.arrayContaining(["KeyRing sales", "Service cloudkms"]));
});

test.each<[string, KmsKeyArgs, object]>([
    ["a rotation", { rotation: { every: "30 days" } }, { rotationPeriod: "2592000s" }],
    ["no rotation", { rotation: "none" }, { rotationPeriod: undefined }],
    ["a delay", { destroyDelay: "1 day" }, { destroyScheduledDuration: "86400s" }],
    [
        "a hardware security module",
        { protectionLevel: "HSM" },
        { versionTemplate: { algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION", protectionLevel: "HSM" } },
    ],
    ["labels", { labels: { team: "forecast" } }, { labels: { team: "forecast" } }],
])("a key can have %s", async (_, args, expected) => {
    expect(await keyOf(args)).toEqual({ ...bare, ...expected });
});

test.each([
    ["EC_SIGN_P256_SHA256", "ASYMMETRIC_SIGN"],
    ["RSA_DECRYPT_OAEP_3072_SHA256", "ASYMMETRIC_DECRYPT"],
    ["HMAC_SHA256", "MAC"],
    ["AES_256_GCM", "RAW_ENCRYPT_DECRYPT"],
    ["ML_KEM_768", "KEY_ENCAPSULATION"],
] as const)("a key with %s has the purpose %s, and no rotation", async (algorithm, purpose) => {
    const versionTemplate = { algorithm, protectionLevel: "SOFTWARE" };
    expect(await keyOf({ algorithm })).toEqual({ ...bare, purpose, versionTemplate, rotationPeriod: undefined });
});

test("keys can have a key ring in common, which has its location", async () => {
    const made = await registered(() => {
        const ring = new KmsKeyRing("data", { location: "europe" });
        const key = new KmsKey("sales", { keyRing: ring });
        new KmsKey("orders", { keyRing: key.keyRing });
        expect(key.location).toBe("europe");
    });
    expect(Object.keys(made).sort()).toEqual(["CryptoKey orders", "CryptoKey sales", "KeyRing data"]);
    expect(made["KeyRing data"]).toEqual({ name: fresh("data"), location: "europe", project: "acme-dev" });
});

test("consumers get roles on the key, or on all keys of the key ring", async () => {
    const made = await registered(() => {
        const { encrypter, decrypter, signer, verifier, role, keyRing } = new KmsKey("sales");
        const others = { V: verifier, R: role("roles/cloudkms.viewer"), ALL: keyRing.role("roles/cloudkms.viewer") };
        use("job", { E: encrypter, D: decrypter, S: signer, ...others }, "serviceAccount:job@acme-dev.iam", {});
    });
    const roles = Object.entries(made)
        .filter(([name]) => name.includes("IAMMember"))
        .map(([name, { role }]: [string, { role?: string }]) => `${name.split(" ")[0]} ${role}`);
    expect(roles.sort()).toEqual([
        "CryptoKeyIAMMember roles/cloudkms.cryptoKeyDecrypter",
        "CryptoKeyIAMMember roles/cloudkms.cryptoKeyEncrypter",
        "CryptoKeyIAMMember roles/cloudkms.signer",
        "CryptoKeyIAMMember roles/cloudkms.verifier",
        "CryptoKeyIAMMember roles/cloudkms.viewer",
        "KeyRingIAMMember roles/cloudkms.viewer",
    ]);
});

test("the outputs of the component are the key", async () => {
    expect(await registeredOutputs(() => new KmsKey("sales"))).toEqual({
        "KmsKey sales": { key: { resource: "CryptoKey sales" } },
        "KmsKeyRing sales": { keyRing: { resource: "KeyRing sales" } },
    });
});

test("components accept a key in the place of its ID, also one that exists already", async () => {
    const made = await registered(() => {
        const existing = KmsKey.existing("orders", { keyRing: "data" });
        new StorageBucket("sales", { encryptionKey: new KmsKey("sales") });
        new PubSubTopic("orders", { encryptionKey: existing });
        new Secret("token", { replicas: { "europe-west1": { encryptionKey: existing } } });
    });
    expect(made["Bucket sales"]).toMatchObject({
        encryption: { defaultKmsKeyName: expect.stringContaining("sales") },
    });
    // The mocks of data sources have no values.
    expect(made["Topic orders"]).toMatchObject({ kmsKeyName: "-id" });
    expect(JSON.stringify(made["Secret token"])).toContain('"kmsKeyName":"-id"');
});

test("what exists is looked up in the environment's region and project, or in others", async () => {
    const calls: string[] = [];
    const places: string[] = [];
    await registered(
        () => {
            places.push(KmsKey.existing("orders", { keyRing: "data" }).location, KmsKeyRing.existing("data").location);
            KmsKey.existing("orders", { keyRing: "data", project: "acme-keys", location: "europe" });
            KmsKeyRing.existing("data", { project: "acme-keys", location: "europe" });
        },
        {
            call: (token, inputs) => {
                calls.push(`${token.replace(/.*:/, "")} ${JSON.stringify(inputs)}`);
                return undefined;
            },
        },
    );
    expect(places).toEqual(["europe-west1", "europe-west1"]);
    expect(calls.sort()).toEqual([
        'getKMSCryptoKey {"keyRing":"projects/acme-dev/locations/europe-west1/keyRings/data","name":"orders"}',
        'getKMSCryptoKey {"keyRing":"projects/acme-keys/locations/europe/keyRings/data","name":"orders"}',
        'getKMSKeyRing {"location":"europe","name":"data","project":"acme-keys"}',
        'getKMSKeyRing {"location":"europe-west1","name":"data","project":"acme-dev"}',
    ]);
});

test("a replica has the key of its primary in the same region", async () => {
    const made = await registered(() => {
        const encryptionKey = new KmsKey("sales");
        const databases = { sales: {} };
        new CloudSqlInstance("sales", {
            engine: "postgres",
            version: "17",
            databases,
            encryptionKey,
            replicas: { a: {} },
        });
    });
    const { encryptionKeyName } = made["DatabaseInstance sales"] as { encryptionKeyName?: string };
    expect(encryptionKeyName).toEqual(expect.any(String));
    expect(made["DatabaseInstance sales-a"]).toMatchObject({ encryptionKeyName });
});

test.each<[string, () => unknown, string]>([
    [
        "a location beside the key ring's",
        () => new KmsKey("sales", { keyRing: KmsKeyRing.existing("data"), location: "europe" }),
        "location: [kms/location-with-ring]",
    ],
    [
        "a rotation of a signing key",
        () => new KmsKey("sales", { algorithm: "HMAC_SHA1", rotation: { every: "90 days" } }),
        "rotation: [kms/rotation-unsupported]",
    ],
    [
        "an algorithm that is only in hardware",
        () => new KmsKey("sales", { algorithm: "EC_SIGN_SECP256K1_SHA256" }),
        "algorithm: [kms/algorithm-only-hsm]",
    ],
    [
        "a rotation below a day",
        () => new KmsKey("sales", { rotation: { every: "23 hours" } }),
        "rotation.every: must be from 1 day to 36500 days",
    ],
    [
        "a delay above 120 days",
        () => new KmsKey("sales", { destroyDelay: "121 days" }),
        "destroyDelay: must be from 1 day to 120 days",
    ],
    [
        "a zone as location",
        () => new KmsKey("sales", { location: "europe-west1-b" }),
        "location: must be a region such as europe-west1, a multi-region such as europe, or global",
    ],
    ["a name with a dot", () => new KmsKey("sales", { name: "a.b" }), "name: "],
    ["a name of 57 characters", () => new KmsKey("sales", { name: "a".repeat(57) }), "name: "],
    [
        "a key ring that is text",
        () => new KmsKey("sales", { keyRing: "data" as never }),
        "keyRing: must be a KmsKeyRing",
    ],
    ["an existing key without a key ring", () => KmsKey.existing("sales", {} as never), "keyRing: is missing"],
])("%s is refused", async (_, program, problem) => {
    expect(await refused(program)).toContain(problem);
});

test("an algorithm in the spelling of gcloud is refused", async () => {
    const program = () => new KmsKey("sales", { algorithm: "rsa-sign-pkcs1-4096-sha256" as never });
    expect(await refused(program)).toContain("algorithm: must be one of GOOGLE_SYMMETRIC_ENCRYPTION, ");
});

test("HSM keys have each algorithm, and names can have 56 characters", async () => {
    const name = "a".repeat(56);
    const made = await keyOf({ name, algorithm: "EC_SIGN_SECP256K1_SHA256", protectionLevel: "HSM" });
    expect(made).toMatchObject({ name: fresh(name) });
});

const key = (location: string) => new KmsKey("sales", { location });
const http = { http: {} } as const;

test.each<[string, () => unknown, string]>([
    [
        "a function",
        () =>
            new ServerlessFunction("predict", {
                source: folderOf({
                    "main.py": "def main(request): return 'x'\n",
                    "requirements.txt": "functions-framework==3.*\n",
                }),
                trigger: http,
                encryptionKey: key("europe-west4"),
            }),
        "encryptionKey: [component/key-other-region]",
    ],
    [
        "an instance",
        () =>
            new CloudSqlInstance("sales", {
                engine: "postgres",
                version: "17",
                databases: { sales: {} },
                encryptionKey: key("europe"),
            }),
        "encryptionKey: must be in europe-west1, as ",
    ],
    [
        "an environment of Composer",
        () => new ComposerEnvironment("airflow", { encryptionKey: key("global") }),
        "encryptionKey: must be in europe-west1, as ",
    ],
    [
        "a secret",
        () => new Secret("token", { encryptionKey: key("europe-west1") }),
        "encryptionKey: [secretmanager/key-not-global]",
    ],
    [
        "a replica of a secret",
        () => new Secret("token", { replicas: { "europe-west4": { encryptionKey: key("global") } } }),
        "replicas.europe-west4.encryptionKey: [secretmanager/replica-key-in-other-location]",
    ],
])("a key in another location than %s is refused", async (_, program, problem) => {
    expect(await refused(program, {}, ["CryptoKey sales", "KeyRing sales"])).toContain(problem);
});

test("a key that does not encrypt symmetrically is no encryption key", async () => {
    const signing = () =>
        new PubSubTopic("sales", { encryptionKey: new KmsKey("signing", { algorithm: "HMAC_SHA256" }) });
    const problems = await told(signing, {}, ["CryptoKey signing", "KeyRing signing"]);
    expect(problems).toContain("must be a key with the algorithm GOOGLE_SYMMETRIC_ENCRYPTION");
});
