import { canEncrypt } from "../../../local/simulator/cloud/encryption";
import { code } from "./functionCode";
import { type Made, refusalOf, upload, World } from "./world";

const keyRing = "projects/acme-dev/locations/europe-west1/keyRings/data";
const key = `${keyRing}/cryptoKeys/sales`;
const role = "roles/cloudkms.cryptoKeyEncrypterDecrypter";
const purpose = "ASYMMETRIC_SIGN";

function prepared(...apis: string[]): World {
    const world = new World().grantEditors();
    world.enable("iam", "cloudkms", ...apis);
    world.make("KeyRing", { name: "data", location: "europe-west1" });
    return world;
}

function withKey(...apis: string[]): World {
    const world = prepared(...apis);
    world.make("CryptoKey", { name: "sales", keyRing });
    return world;
}

test("a key has server defaults, and a version that encrypts", () => {
    const { id, state } = prepared().make("CryptoKey", { name: "sales", keyRing, rotationPeriod: "86400s" });
    expect({ id, state }).toEqual({
        id: key,
        state: {
            name: "sales",
            keyRing,
            purpose: "ENCRYPT_DECRYPT",
            rotationPeriod: "86400s",
            cryptoKeyBackend: "",
            deletionPolicy: "DELETE",
            destroyScheduledDuration: "2592000s",
            importOnly: false,
            versionTemplate: { algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION", protectionLevel: "SOFTWARE" },
            primaries: [{ name: `${key}/cryptoKeyVersions/1`, state: "ENABLED" }],
            effectiveLabels: { "goog-pulumi-provisioned": "true" },
            pulumiLabels: { "goog-pulumi-provisioned": "true" },
        },
    });
});

test("a key ring remains when it is deleted, and its name is reserved forever", () => {
    const world = new World();
    world.enable("cloudkms");
    const make = () => world.make("KeyRing", { name: "data", location: "global" });
    const ring = make();
    world.remove(ring);
    expect(world.refreshed(ring)?.id).toBe("projects/acme-dev/locations/global/keyRings/data");
    expect(refusalOf(make)).toBe(
        "Error creating KeyRing: googleapi: Error 409: KeyRing projects/acme-dev/locations/global/keyRings/data already exists.",
    );
});

test("a deleted key keeps its name and grants, and cannot encrypt", () => {
    const world = prepared();
    const make = () => world.make("CryptoKey", { name: "sales", keyRing, rotationPeriod: "86400s" });
    const made = make();
    const member = world.account("reader");
    world.make("CryptoKeyIAMMember", { cryptoKeyId: key, role, member });
    const email = member.replace("serviceAccount:", "");
    expect(canEncrypt(world.cloud, key, email)).toBe(true);

    const kept = world.update(made, { ...made.inputs, deletionPolicy: "PREVENT" });
    expect(refusalOf(() => world.remove(kept))).toContain(
        "cannot destroy KMSCryptoKey without setting deletion_policy",
    );
    world.remove(world.update(kept, made.inputs));
    expect(canEncrypt(world.cloud, key, email)).toBe(false);
    expect(refusalOf(make)).toBe(`Error creating CryptoKey: googleapi: Error 409: CryptoKey ${key} already exists.`);
    const left = world.refreshed(made)?.state;
    expect(left?.primaries).toEqual([{ name: `${key}/cryptoKeyVersions/1`, state: "DESTROY_SCHEDULED" }]);
    expect(left?.rotationPeriod).toBeUndefined();
});

test("versions of a key are numbered, and have their own states", () => {
    const world = withKey();
    const made = world.make("CryptoKeyVersion", { cryptoKey: key });
    expect(made.state).toMatchObject({
        name: `${key}/cryptoKeyVersions/2`,
        algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION",
        protectionLevel: "SOFTWARE",
        state: "ENABLED",
    });
    const disabled = world.update(made, { cryptoKey: key, state: "DISABLED" });
    expect(disabled.state).toEqual({ ...made.state, state: "DISABLED" });
    expect(refusalOf(() => world.update(made, { cryptoKey: key, state: "DESTROYED" }))).toContain(
        "googleapi: Error 400: CryptoKeyVersion.state cannot be set to DESTROYED.",
    );
    world.remove(disabled);
    expect(world.refreshed(disabled)?.state.state).toBe("DESTROY_SCHEDULED");
    expect(world.make("CryptoKeyVersion", { cryptoKey: key }).id).toBe(`${key}/cryptoKeyVersions/3`);
    expect(refusalOf(() => world.make("CryptoKeyVersion", { cryptoKey: `${keyRing}/cryptoKeys/no` }))).toContain(
        `Error 404: CryptoKey ${keyRing}/cryptoKeys/no not found.`,
    );
});

test.each([
    [{ keyRing: `${keyRing}2` }, `Error 404: KeyRing ${keyRing}2 not found.`],
    [{ name: "sales.eu" }, "Error 400: CryptoKey ID 'sales.eu' must match the pattern [a-zA-Z0-9_-]{1,63}."],
    [{ purpose: "SIGN" }, "Error 400: Invalid value at 'crypto_key.purpose'"],
    [{ purpose }, "Error 400: CryptoKey.version_template.algorithm is required for purpose ASYMMETRIC_SIGN."],
    [
        { purpose, versionTemplate: { algorithm: "EC_SIGN_P256_SHA256" }, rotationPeriod: "86400s" },
        "Error 400: CryptoKey.rotation_period cannot be set for purpose ASYMMETRIC_SIGN.",
    ],
    [
        { versionTemplate: { algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION", protectionLevel: "HARD" } },
        "Error 400: Invalid value at 'crypto_key.version_template.protection_level'",
    ],
    [
        { versionTemplate: { algorithm: "RSA_SIGN_PSS_2048_SHA256" } },
        "Error 400: CryptoKey.version_template.algorithm RSA_SIGN_PSS_2048_SHA256 is not valid for purpose ENCRYPT_DECRYPT and protection level SOFTWARE.",
    ],
    [
        { versionTemplate: { algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION", protectionLevel: "EXTERNAL" } },
        "Error 400: CryptoKey.version_template.algorithm GOOGLE_SYMMETRIC_ENCRYPTION is not valid for purpose ENCRYPT_DECRYPT and protection level EXTERNAL.",
    ],
    [
        { versionTemplate: { algorithm: "EXTERNAL_SYMMETRIC_ENCRYPTION" } },
        "Error 400: CryptoKey.version_template.algorithm EXTERNAL_SYMMETRIC_ENCRYPTION is not valid for purpose ENCRYPT_DECRYPT and protection level SOFTWARE.",
    ],
    [
        { destroyScheduledDuration: "86399s" },
        "Error 400: CryptoKey.destroy_scheduled_duration must be between 24 hours and 120 days.",
    ],
])("a key with %j is refused", (inputs, text) => {
    const refusal = refusalOf(() => prepared().make("CryptoKey", { name: "sales", keyRing, ...inputs }));
    expect(refusal).toContain(`Error creating CryptoKey: googleapi: ${text}`);
});

test.each([
    ["86399s", "Rotation period must be greater than one day"],
    ["90d", "Invalid rotation period format: 90d"],
    ["86400.0123456789s", "Rotation period cannot have more than 9 fractional digits"],
])("the rotation period %s is refused at preview", (rotationPeriod, text) => {
    const refusal = refusalOf(() => prepared().make("CryptoKey", { name: "sales", keyRing, rotationPeriod }));
    expect(refusal).toBe(`rotationPeriod: ${text}`);
});

test("a key ring is in a Cloud KMS location, and has a valid name", () => {
    const world = prepared();
    expect(refusalOf(() => world.make("KeyRing", { name: "data", location: "EU" }))).toBe(
        "Error creating KeyRing: googleapi: Error 404: Location 'EU' not found.",
    );
    expect(refusalOf(() => world.make("KeyRing", { name: "d.ta", location: "europe" }))).toContain(
        "Error 400: KeyRing ID 'd.ta' must match the pattern",
    );
});

test("a grant on a missing key or key ring is refused", () => {
    const world = prepared();
    const member = world.account("reader");
    expect(refusalOf(() => world.make("CryptoKeyIAMMember", { cryptoKeyId: key, role, member }))).toBe(
        `Error retrieving IAM policy for KMS CryptoKey "${key}": googleapi: Error 404: CryptoKey ${key} not found., notFound`,
    );
    const made = world.make("KeyRingIAMMember", { keyRingId: "acme-dev/europe-west1/data", role, member });
    expect(made.id).toBe(`${keyRing}/${role}/${member}`);
    expect(refusalOf(() => world.make("KeyRingIAMMember", { keyRingId: `${keyRing}2`, role, member }))).toContain(
        `KMS KeyRing "${keyRing}2": googleapi: Error 404: KeyRing ${keyRing}2 not found., notFound`,
    );
});

describe("an account can encrypt with a key", () => {
    const email = "reader@acme-dev.iam.gserviceaccount.com";

    test.each([
        [
            "the key",
            (world: World, member: string) => world.make("CryptoKeyIAMMember", { cryptoKeyId: key, role, member }),
        ],
        [
            "its ring",
            (world: World, member: string) => world.make("KeyRingIAMMember", { keyRingId: keyRing, role, member }),
        ],
        [
            "its project",
            (world: World, member: string) => world.make("ProjectIAMMember", { project: "acme-dev", role, member }),
        ],
    ])("with a role on %s", (_, grant: (world: World, member: string) => Made) => {
        const world = withKey("cloudresourcemanager");
        const member = world.account("reader");
        expect(canEncrypt(world.cloud, key, email)).toBe(false);
        world.remove({ ...grant(world, member) });
        expect(canEncrypt(world.cloud, key, email)).toBe(false);
        grant(world, member);
        expect(canEncrypt(world.cloud, key, email)).toBe(true);
        expect(canEncrypt(world.cloud, `${key}2`, email)).toBe(false);
        expect(canEncrypt(world.cloud, "sales", email)).toBe(false);
    });
});

const elsewhere = key.replace("europe-west1", "us-east1");

/** Creates the service agent of an API, and returns a function that grants it the key. */
function granting(world: World, api: string): () => void {
    const { member } =
        api === "storage"
            ? world.provider.invoke("gcp:storage/getProjectServiceAccount:getProjectServiceAccount", {})
            : world.make("ServiceIdentity", { service: `${api}.googleapis.com` }).state;
    return () => {
        world.make("CryptoKeyIAMMember", { cryptoKeyId: key, role, member });
    };
}

// https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/kms/kms_utils.go
test("the path of a key ring is the same as its short form in the state, and not the other way around", () => {
    const world = prepared();
    const short = { name: "orders", keyRing: "acme-dev/europe-west1/data" };
    const made = world.make("CryptoKey", short);
    expect(made.id).toBe(`${keyRing}/cryptoKeys/orders`);
    expect(world.changed(made, { ...short, keyRing })).toEqual([]);
    const whole = world.make("CryptoKey", { name: "returns", keyRing });
    expect(world.changed(whole, { ...short, name: "returns" })).toEqual(["keyRing"]);
});

test("a topic is refused unless Pub/Sub's service agent can use its key", () => {
    const world = withKey("pubsub");
    const make = () => world.make("Topic", { name: "sales", kmsKeyName: key });
    const grant = granting(world, "pubsub");
    expect(refusalOf(make)).toBe(
        `Error creating Topic: googleapi: Error 400: Cloud Pub/Sub did not have the necessary permissions configured to support this operation. Please verify that the service account service-${world.number}@gcp-sa-pubsub.iam.gserviceaccount.com was granted the Cloud KMS CryptoKey Encrypter/Decrypter role for the project containing the CryptoKey resource ${key}.`,
    );
    grant();
    expect(make().state.kmsKeyName).toBe(key);
});

test("a bucket is refused unless its key is in its location and Cloud Storage's service agent can use it", () => {
    const world = withKey();
    const make = (defaultKmsKeyName: string, location = "europe-west1") =>
        world.make("Bucket", { name: "acme-sales", location, encryption: { defaultKmsKeyName } });
    const grant = granting(world, "storage");
    expect(refusalOf(() => make(key, "EU"))).toBe(
        "googleapi: Error 400: Cloud KMS region 'europe-west1' not available for use with GCS region 'EU'., invalid",
    );
    expect(refusalOf(() => make(key))).toBe(
        "googleapi: Error 403: Permission denied on Cloud KMS key. Please ensure that your Cloud Storage service account has been authorized to use this key., forbidden",
    );
    grant();
    expect(make(key).state.encryption).toMatchObject({ defaultKmsKeyName: key });
    world.make("KeyRing", { name: "data", location: "europe" });
    const european = keyRing.replace("europe-west1", "europe");
    world.make("CryptoKey", { name: "sales", keyRing: european });
    expect(refusalOf(() => make(`${european}/cryptoKeys/sales`, "EU"))).toContain(
        "Permission denied on Cloud KMS key.",
    );
});

test("a secret is refused unless its key is in its location and Secret Manager's service agent can use it", () => {
    const world = withKey("secretmanager");
    const make = (kmsKeyName: string) =>
        world.make("Secret", {
            secretId: "token",
            replication: {
                userManaged: { replicas: [{ location: "europe-west1", customerManagedEncryption: { kmsKeyName } }] },
            },
        });
    const grant = granting(world, "secretmanager");
    expect(refusalOf(() => make(elsewhere))).toContain(
        `Error 400: The KMS key [${elsewhere}] must be in the location [europe-west1].`,
    );
    expect(refusalOf(() => make(key))).toContain(
        `Error 400: Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied on resource '${key}' (or it may not exist).`,
    );
    const automatic = { auto: { customerManagedEncryption: { kmsKeyName: key } } };
    expect(refusalOf(() => world.make("Secret", { secretId: "token", replication: automatic }))).toContain(
        `Error 400: The KMS key [${key}] must be in the location [global].`,
    );
    grant();
    expect(make(key).id).toBe("projects/acme-dev/secrets/token");
});

test("a repository is refused unless its key is in its location and Artifact Registry's service agent can use it", () => {
    const world = withKey("artifactregistry");
    const make = (kmsKeyName: string) =>
        world.make("Repository", { repositoryId: "images", format: "DOCKER", kmsKeyName });
    const grant = granting(world, "artifactregistry");
    expect(refusalOf(() => make(elsewhere))).toContain(
        `Error creating Repository: googleapi: Error 400: The Cloud KMS key ${elsewhere} must be in the location of the repository: europe-west1.`,
    );
    expect(refusalOf(() => make(key))).toBe(
        "Error waiting to create Repository: Error waiting for Creating Repository: Error code 7, message: Permission denied on Cloud KMS key. Please ensure your Artifact Registry service account has been authorized to use the configured key.",
    );
    grant();
    expect(make(key).state.kmsKeyName).toBe(key);
});

test("a function is refused until all service agents can use its key", () => {
    const world = withKey("artifactregistry", "cloudbuild", "cloudfunctions", "run");
    world.make("Bucket", { name: "acme-files", location: "europe-west1" });
    upload(world, "acme-files", "code.zip", { "main.py": "" });
    const make = (kmsKeyName = key, dockerRepository?: string) =>
        world.make("Function", {
            name: "predict",
            location: "europe-west1",
            ...code,
            kmsKeyName,
            buildConfig: { ...code.buildConfig, dockerRepository },
        });
    expect(refusalOf(() => make(elsewhere))).toContain(
        `Error 400: KMS key ${elsewhere} must be in the same location as the function: europe-west1.`,
    );
    expect(refusalOf(() => make())).toContain(
        `Error 400: A Docker repository that is encrypted with the KMS key ${key} must be specified`,
    );
    granting(world, "artifactregistry")();
    const { id } = world.make("Repository", { repositoryId: "images", format: "DOCKER", kmsKeyName: key });
    for (const [api, agent] of [
        ["cloudfunctions", "gcf-admin-robot"],
        ["storage", "gs-project-accounts"],
        ["run", "serverless-robot-prod"],
    ] as const) {
        const grant = granting(world, api);
        expect(refusalOf(() => make(key, id))).toContain(
            `Error 400: Permission 'cloudkms.cryptoKeyVersions.useToEncrypt' denied on resource '${key}' (or it may not exist). Please grant the Cloud KMS CryptoKey Encrypter/Decrypter role to the service account service-${world.number}@${agent}.iam.gserviceaccount.com.`,
        );
        grant();
    }
    expect(make(key, id).state.kmsKeyName).toBe(key);
});

describe("Autokey", () => {
    const disk = {
        project: "acme-sales",
        name: "disks",
        location: "europe-west1",
        resourceTypeSelector: "compute.googleapis.com/Disk",
    };
    const agent = (domain: string, number: string) => `service-${number}@${domain}.iam.gserviceaccount.com`;
    /** The project acme-sales in a folder, and a key project beside it, whose service agent has a role. */
    function inFolder(role = "roles/cloudkms.admin"): World {
        const world = prepared();
        const folder = world.make("Folder", { displayName: "Sales", parent: "organizations/1" }).state.folderId;
        for (const projectId of ["acme-keys", "acme-sales"]) {
            world.make("Project", {
                projectId,
                name: projectId,
                folderId: folder,
                billingAccount: "012345-6789AB-CDEF01",
            });
            for (const service of ["cloudkms.googleapis.com", "compute.googleapis.com"]) {
                world.make("Service", { project: projectId, service });
            }
        }
        world.make("ServiceIdentity", { project: "acme-keys", service: "cloudkms.googleapis.com" });
        const member = `serviceAccount:${agent("gcp-sa-cloudkms", world.cloud.projects.number("acme-keys"))}`;
        world.make("ProjectIAMMember", { project: "acme-keys", role, member });
        world.make("AutokeyConfig", { folder: `folders/${folder}`, keyProject: "projects/acme-keys" });
        return world;
    }

    test("creates a key in hardware, in the key project of the folder, and grants it to the service agent", () => {
        const world = inFolder();
        const { id, state } = world.make("KeyHandle", disk);
        const number = world.cloud.projects.number("acme-sales");
        const ring = "projects/acme-keys/locations/europe-west1/keyRings/autokey";
        expect(id).toBe("projects/acme-sales/locations/europe-west1/keyHandles/disks");
        expect(state.kmsKey).toMatch(new RegExp(`^${ring}/cryptoKeys/${number}-compute-[0-9a-f]{8}$`));
        expect(world.cloud.store.read(`//cloudkms.googleapis.com/${state.kmsKey}`)).toMatchObject({
            project: "acme-keys",
            state: {
                rotationPeriod: "31536000s",
                versionTemplate: { algorithm: "GOOGLE_SYMMETRIC_ENCRYPTION", protectionLevel: "HSM" },
            },
        });
        expect(canEncrypt(world.cloud, state.kmsKey, agent("compute-system", number))).toBe(true);
        expect(canEncrypt(world.cloud, state.kmsKey, agent("gs-project-accounts", number))).toBe(false);
        const disks = world.make("Disk", {
            project: "acme-sales",
            name: "data",
            zone: "europe-west1-b",
            diskEncryptionKey: { kmsKeySelfLink: state.kmsKey },
        });
        expect(disks.state.diskEncryptionKey.kmsKeySelfLink).toBe(state.kmsKey);
    });

    test("keeps a handle that is deleted, and its name", () => {
        const world = inFolder();
        const handle = world.make("KeyHandle", disk);
        world.remove(handle);
        expect(refusalOf(() => world.make("KeyHandle", disk))).toContain(
            "Error creating KeyHandle: googleapi: Error 409: KeyHandle projects/acme-sales/locations/europe-west1/keyHandles/disks already exists.",
        );
        expect(world.make("KeyHandle", { ...disk, name: "more" }).state.kmsKey).not.toBe(handle.state.kmsKey);
    });

    test("has one key for all secrets in a location of a project", () => {
        const world = inFolder();
        const secrets = {
            project: "acme-sales",
            location: "global",
            resourceTypeSelector: "secretmanager.googleapis.com/Secret",
        };
        const [first, second] = ["one", "two"].map(
            (name) => world.make("KeyHandle", { ...secrets, name }).state.kmsKey,
        );
        expect(second).toBe(first);
        const other = world.make("KeyHandle", { ...secrets, name: "three", location: "europe-west1" }).state.kmsKey;
        expect(other).not.toBe(first);
    });

    test("creates keys in the project itself, if the project is configured so", () => {
        const world = prepared();
        world.make("ProjectAutokeyConfig", { keyProjectResolutionMode: "RESOURCE_PROJECT" });
        expect(world.make("KeyHandle", { ...disk, project: "acme-dev" }).state.kmsKey).toMatch(
            /^projects\/acme-dev\/.*\/keyRings\/autokey\//,
        );
    });

    test("must be enabled for the project, by its own configuration or the one of a folder", () => {
        expect(refusalOf(() => prepared().make("KeyHandle", { ...disk, project: "acme-dev" }))).toContain(
            "Cloud KMS Autokey is not enabled for project acme-dev",
        );
        const world = inFolder();
        world.make("ProjectAutokeyConfig", { project: "acme-sales", keyProjectResolutionMode: "DISABLED" });
        expect(refusalOf(() => world.make("KeyHandle", disk))).toContain("Cloud KMS Autokey is not enabled");
    });

    test("needs the service agent of the key project to administer keys", () => {
        expect(refusalOf(() => inFolder("roles/cloudkms.viewer").make("KeyHandle", disk))).toContain(
            "lacks the permission cloudkms.keyRings.create on the key project acme-keys",
        );
    });

    test.each([
        ["a location", { location: "moon" }, "Location 'moon' not found."],
        ["a resource type", { resourceTypeSelector: "compute.googleapis.com/Snapshot" }, "is not supported"],
        ["a name", { name: "not a name" }, "KeyHandle ID 'not a name'"],
    ])("refuses %s that does not exist", (_, inputs, text) => {
        expect(refusalOf(() => inFolder().make("KeyHandle", { ...disk, ...inputs }))).toContain(text);
    });

    test.each([
        [{ keyProject: "projects/acme-nowhere" }, "cloudkms.cryptoKeys.setIamPolicy"],
        [{ keyProject: "acme-dev" }, "must have the form projects/PROJECT"],
        [{ keyProject: "projects/acme-dev", keyProjectResolutionMode: "RESOURCE_PROJECT" }, "must not be set"],
    ])("refuses the configuration %j", (inputs, text) => {
        const folder = "folders/123456789012";
        expect(refusalOf(() => prepared().make("AutokeyConfig", { folder, ...inputs }))).toContain(text);
    });
});
