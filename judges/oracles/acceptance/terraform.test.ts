import { unknown } from "../../../local/machine/marks";
import { toInputs, tokenOf } from "../../../local/simulator/schema/terraform";
import { hasRules, toState } from "./terraform";

const topic = "gcp:pubsub/topic:Topic";
const bucket = "gcp:storage/bucket:Bucket";
const instance = "gcp:compute/instance:Instance";
const secretVersion = "gcp:secretmanager/secretVersion:SecretVersion";

test("a type has the token of Pulumi, and a data source that of its function", () => {
    expect(
        ["google_pubsub_topic", "data.google_pubsub_topic", "random_id", "google_no_such_type"].map(tokenOf),
    ).toEqual([topic, "gcp:pubsub/getTopic:getTopic", undefined, undefined]);
});

test("types of other providers that only draw values have rules, and unknown ones do not", () => {
    const types = ["google_pubsub_topic", "data.google_pubsub_topic", "random_id", "time_sleep", "google_no_such_type"];
    expect(types.filter(hasRules)).toEqual(types.slice(0, 4));
    expect(hasRules("google_bigtable_instance")).toBe(false);
});

test("blocks are objects or lists with plural names, and values have the types of their attributes", () => {
    const attributes = {
        name: "sales",
        location: "EU",
        force_destroy: "true",
        labels: { env: "dev", cost_center: 12 },
        versioning: [{ enabled: true }],
        cors: [{ origin: ["https://a.example"], max_age_seconds: "60" }],
        lifecycle_rule: [
            { action: [{ type: "Delete" }], condition: [{ age: 3, matches_prefix: ["a"] }] },
            { action: [{ type: "SetStorageClass", storage_class: "NEARLINE" }], condition: [{ with_state: "ANY" }] },
        ],
    };
    expect(toInputs(bucket, attributes)).toEqual({
        name: "sales",
        location: "EU",
        forceDestroy: true,
        labels: { env: "dev", cost_center: "12" },
        versioning: { enabled: true },
        cors: [{ origins: ["https://a.example"], maxAgeSeconds: 60 }],
        lifecycleRules: [
            { action: { type: "Delete" }, condition: { age: 3, matchesPrefixes: ["a"] } },
            { action: { type: "SetStorageClass", storageClass: "NEARLINE" }, condition: { withState: "ANY" } },
        ],
    });
});

test("a list with at most one item is the item, also of texts", () => {
    expect(
        toInputs(instance, {
            resource_policies: ["projects/acme-dev/regions/us-central1/resourcePolicies/nightly"],
            boot_disk: [{ initialize_params: [{ image: "debian-cloud/debian-12", size: 20 }] }],
            network_interface: [{ network: "default", access_config: [{}] }],
            scratch_disk: [],
        }),
    ).toEqual({
        resourcePolicies: "projects/acme-dev/regions/us-central1/resourcePolicies/nightly",
        bootDisk: { initializeParams: { image: "debian-cloud/debian-12", size: 20 } },
        networkInterfaces: [{ network: "default", accessConfigs: [{}] }],
        scratchDisks: [],
    });
});

test("more items than the one of a list are refused, as by the type in Pulumi", () => {
    expect(() => toInputs(instance, { resource_policies: ["nightly", "weekly"] })).toThrow(
        "Too many list items: 2 items where one is allowed.",
    );
});

test("what is not known yet is the engine's unknown value, at any depth", () => {
    const attributes = {
        name: { $unknown: ["random_id.a"] },
        labels: { topic: { $unknown: ["google_pubsub_topic.a"] } },
        message_storage_policy: [
            { allowed_persistence_regions: [{ $unknown: ["google_pubsub_topic.a"] }, "us-central1"] },
        ],
        schema_settings: [{ $unknown: ["google_pubsub_schema.a"] }],
    };
    expect(toInputs(topic, attributes)).toEqual({
        name: unknown,
        labels: { topic: unknown },
        messageStoragePolicy: { allowedPersistenceRegions: [unknown, "us-central1"] },
        schemaSettings: unknown,
    });
});

test("names that Pulumi changes are changed in both directions", () => {
    const access = "gcp:bigquery/datasetAccess:DatasetAccess";
    const attributes = {
        dataset_id: "sales",
        dataset: [{ dataset: [{ dataset_id: "b", project_id: "a" }], target_types: ["VIEWS"] }],
    };
    const inputs = {
        datasetId: "sales",
        authorizedDataset: { dataset: { datasetId: "b", projectId: "a" }, targetTypes: ["VIEWS"] },
    };
    expect(toInputs(access, attributes)).toEqual(inputs);
    expect(toState(access, inputs)).toMatchObject(attributes);
    expect(toState(topic, { pulumiLabels: { a: "b" } })).toMatchObject({ terraform_labels: { a: "b" } });
});

test("an argument that the schema does not have is refused as by Terraform", () => {
    expect(() => toInputs(topic, { nmae: "sales" })).toThrow(
        'Unsupported argument: An argument named "nmae" is not expected here.',
    );
});

test("a state has all attributes of the type, with blocks as lists and both names of lists", () => {
    const state = toState(bucket, {
        id: "sales",
        name: "sales",
        versioning: { enabled: true },
        lifecycleRules: [{ action: { type: "Delete" }, condition: { age: 3 } }],
    });
    expect(state).toMatchObject({
        id: "sales",
        versioning: [{ enabled: true }],
        cors: [],
        retention_policy: [],
        labels: null,
    });
    expect(state.lifecycle_rule).toBe(state.lifecycle_rules);
    expect(state.lifecycle_rule).toMatchObject([
        {
            action: [{ type: "Delete", storage_class: null }],
            condition: [{ age: 3, with_state: null, matches_prefix: null }],
        },
    ]);
});

test("a secret value is plain in a state", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "abc" };
    expect(toState(secretVersion, { id: "v", secretData: secret })).toMatchObject({ id: "v", secret_data: "abc" });
});

test.each([
    [
        topic,
        {
            name: "sales",
            labels: { env: "dev" },
            message_storage_policy: [{ allowed_persistence_regions: ["us-central1"] }],
        },
    ],
    [
        bucket,
        {
            name: "sales",
            cors: [{ origin: ["*"], method: ["GET"] }],
            lifecycle_rule: [{ action: [{ type: "Delete" }] }],
        },
    ],
    [instance, { name: "a", network_interface: [{ network: "default", access_config: [{ nat_ip: "192.0.2.1" }] }] }],
])("the state of %s has the attributes that its inputs were made of", (token, attributes) => {
    expect(toState(token, toInputs(token, attributes))).toMatchObject(attributes);
});
