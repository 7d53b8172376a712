import {
    BigQueryDataset,
    CloudRunJob,
    CloudRunService,
    CloudSqlInstance,
    ContainerRegistry,
    KmsKeyHandle,
    type KmsKeyHandleArgs,
    LogBucket,
    PackageRegistry,
    PubSubTopic,
    RegionalSecret,
    Secret,
    StorageBucket,
    VirtualMachine,
} from "slipway";
import { GkeCluster } from "slipway/gke";
import { refused, registered, registeredOptions, registeredOutputs, told } from "../registered";

const fresh = (name: string) => expect.stringMatching(new RegExp(`^${name}-[0-9a-f]{6}$`));
const key = /^projects\/acme-keys\/locations\/[^/]+\/keyRings\/autokey\/cryptoKeys\//;
const image = `europe-docker.pkg.dev/acme/apps/hello@sha256:${"0".repeat(64)}`;

const handle = (resourceType: KmsKeyHandleArgs["resourceType"], location?: string) =>
    new KmsKeyHandle("sales", { resourceType, ...(location && { location }) });

test("a key handle requests a key in the region, whose name has a suffix because the handle cannot be deleted", async () => {
    const program = () => new KmsKeyHandle("sales", { resourceType: "storage.googleapis.com/Bucket" });
    expect(await registered(program)).toEqual({
        "KeyHandle sales": {
            name: fresh("sales"),
            location: "europe-west1",
            resourceTypeSelector: "storage.googleapis.com/Bucket",
            project: "acme-dev",
        },
    });
    expect(await registeredOptions(program)).toMatchObject({
        "KeyHandle sales": { after: ["Service cloudkms"], ignoreChanges: ["name"], replacementTrigger: "sales" },
    });
    expect(await registeredOutputs(program)).toEqual({
        "KmsKeyHandle sales": { handle: { resource: "KeyHandle sales" } },
    });
});

test("a key handle has a name, a location and further arguments", async () => {
    const program = () =>
        new KmsKeyHandle("sales", {
            name: "orders",
            resourceType: "pubsub.googleapis.com/Topic",
            location: "global",
            transform: { handle: { project: "acme-other" } },
        });
    expect(await registered(program)).toEqual({
        "KeyHandle sales": {
            name: fresh("orders"),
            location: "global",
            resourceTypeSelector: "pubsub.googleapis.com/Topic",
            project: "acme-other",
        },
    });
});

test.each<[string, () => unknown, string]>([
    [
        "a bucket",
        () => new StorageBucket("used", { encryptionKey: handle("storage.googleapis.com/Bucket") }),
        "Bucket used",
    ],
    ["a topic", () => new PubSubTopic("used", { encryptionKey: handle("pubsub.googleapis.com/Topic") }), "Topic used"],
    [
        "a dataset",
        () => new BigQueryDataset("used", { encryptionKey: handle("bigquery.googleapis.com/Dataset") }),
        "Dataset used",
    ],
    [
        "a secret",
        () =>
            new Secret("used", {
                external: true,
                encryptionKey: handle("secretmanager.googleapis.com/Secret", "global"),
            }),
        "Secret used",
    ],
    [
        "a replica of a secret",
        () =>
            new Secret("used", {
                external: true,
                replicas: { "europe-west1": { encryptionKey: handle("secretmanager.googleapis.com/Secret") } },
            }),
        "Secret used",
    ],
    [
        "a regional secret",
        () =>
            new RegionalSecret("used", {
                external: true,
                encryptionKey: handle("secretmanager.googleapis.com/Secret"),
            }),
        "RegionalSecret used",
    ],
    [
        "a registry",
        () => new ContainerRegistry("used", { encryptionKey: handle("artifactregistry.googleapis.com/Repository") }),
        "Repository used",
    ],
    [
        "a package registry",
        () =>
            new PackageRegistry("used", {
                format: "npm",
                region: "europe-west1",
                encryptionKey: handle("artifactregistry.googleapis.com/Repository"),
            }),
        "Repository used",
    ],
    [
        "an instance of Cloud SQL",
        () =>
            new CloudSqlInstance("used", {
                engine: "postgres",
                version: "17",
                encryptionKey: handle("sqladmin.googleapis.com/Instance"),
            }),
        "DatabaseInstance used",
    ],
    [
        "a service of Cloud Run",
        () => new CloudRunService("used", { image, encryptionKey: handle("run.googleapis.com/Service") }),
        "Service used",
    ],
    [
        "a job of Cloud Run",
        () => new CloudRunJob("used", { image, encryptionKey: handle("run.googleapis.com/Job") }),
        "Job used",
    ],
    [
        "a machine",
        () =>
            new VirtualMachine("used", {
                zone: "europe-west1-b",
                encryptionKey: handle("compute.googleapis.com/Disk"),
            }),
        "Instance used",
    ],
])("%s is encrypted with the key of a handle, and nothing is granted on the key", async (_, program, user) => {
    const made = await registered(program, { environment: true });
    expect(JSON.stringify(made[user])).toMatch(
        /projects\/acme-keys\/locations\/[^/]+\/keyRings\/autokey\/cryptoKeys\//,
    );
    expect(Object.keys(made).filter((name) => name.startsWith("CryptoKeyIAM"))).toEqual([]);
    const options = await registeredOptions(program);
    expect(options[user]?.after).toContain("KeyHandle sales");
});

test("the ID is the one of the key, not of the handle", async () => {
    let id: unknown;
    await registered(() => handle("storage.googleapis.com/Bucket").id.apply((value) => (id = value)));
    expect(id).toMatch(key);
});

test.each<[string, () => unknown, string]>([
    [
        "another type",
        () => new StorageBucket("used", { encryptionKey: handle("compute.googleapis.com/Disk") }),
        "must be a key for storage.googleapis.com/Bucket (got a KmsKeyHandle for compute.googleapis.com/Disk)",
    ],
    [
        "another type of the same service",
        () => new CloudRunJob("used", { image, encryptionKey: handle("run.googleapis.com/Service") }),
        "must be a key for run.googleapis.com/Job (got a KmsKeyHandle for run.googleapis.com/Service)",
    ],
    [
        "a resource without keys of Autokey",
        () => new LogBucket("used", { retention: "30 days", encryptionKey: handle("storage.googleapis.com/Bucket") }),
        "must be a KmsKey, because Autokey has no keys for this",
    ],
    [
        "a cluster",
        () => new GkeCluster("used", { encryptionKey: handle("compute.googleapis.com/Disk") }),
        "must be a KmsKey, because Autokey has no keys for this",
    ],
    [
        "an instance in another region",
        () =>
            new CloudSqlInstance("used", {
                engine: "postgres",
                version: "17",
                encryptionKey: handle("sqladmin.googleapis.com/Instance", "europe-west4"),
            }),
        "must be in europe-west1, as the instance is",
    ],
])("a key for %s is refused", async (_, program, problem) => {
    expect(await told(program, {}, ["KeyHandle sales"])).toContain(problem);
});

test.each<[string, object, string]>([
    ["a type of another form", { resourceType: "bucket" }, "resourceType"],
    ["a type that Autokey does not have", { resourceType: "container.googleapis.com/Cluster" }, "resourceType"],
    ["no type", {}, "resourceType"],
    ["a zone", { resourceType: "compute.googleapis.com/Disk", location: "europe-west1-b" }, "location"],
    ["a long name", { resourceType: "compute.googleapis.com/Disk", name: "n".repeat(57) }, "name"],
    ["Google's option", { resourceTypeSelector: "compute.googleapis.com/Disk" }, "resourceTypeSelector"],
])("a key handle with %s is refused", async (_, args, problem) => {
    expect(await refused(() => new KmsKeyHandle("sales", args as KmsKeyHandleArgs))).toContain(problem);
});

test("a type that Google Cloud has added since is accepted with allowUnlisted", async () => {
    const resourceType = "container.googleapis.com/Cluster" as KmsKeyHandleArgs["resourceType"];
    const made = await registered(() => new KmsKeyHandle("sales", { resourceType, allowUnlisted: true }));
    expect(made["KeyHandle sales"]).toMatchObject({ resourceTypeSelector: resourceType });
});
