import {
    allow,
    BigQueryDataset,
    CloudRunJob,
    EnvironmentProject,
    KmsKeyRing,
    Network,
    PubSubSubscription,
    PubSubTopic,
    Secret,
    ServiceAccount,
    StorageBucket,
    TagKey,
    type TagKeyArgs,
    VirtualMachine,
} from "slipway";
import { refused, registered, registeredOptions, told } from "../registered";

const values = { prod: { description: "Production" }, dev: {} };
const image = `us-docker.pkg.dev/cloudrun/container/job@sha256:${"a".repeat(64)}`;

/** The bindings among the registrations. */
async function bindingsOf(program: () => unknown) {
    const all = await registered(program);
    return Object.fromEntries(Object.entries(all).filter(([name]) => name.includes("TagBinding ")));
}

test("a key with values is in the project of the environment", async () => {
    expect(await registered(() => new TagKey("environment", { values }))).toEqual({
        "TagKey environment": { parent: "projects/acme-dev", shortName: "environment" },
        "TagValue environment-prod": {
            parent: "tagKeys/281474976710656",
            shortName: "prod",
            description: "Production",
        },
        "TagValue environment-dev": { parent: "tagKeys/281474976710656", shortName: "dev" },
    });
});

test.each<[string, TagKeyArgs, object]>([
    [
        "of an organization",
        { parent: { organization: "organizations/123456789012" } },
        { parent: "organizations/123456789012" },
    ],
    ["of another project", { parent: { project: "acme-other" } }, { parent: "projects/acme-other" }],
    ["with dynamic values", { allowedValues: "^cc-[0-9]{3}$" }, { allowedValuesRegex: "^cc-[0-9]{3}$" }],
    [
        "with another name",
        { name: "cost center", description: "Whose budget" },
        { shortName: "cost center", description: "Whose budget" },
    ],
    [
        "for firewalls of an organization",
        { firewall: "organization" },
        { purpose: "GCE_FIREWALL", purposeData: { organization: "auto" } },
    ],
    [
        "for firewalls of a network",
        { firewall: { network: "acme-dev/apps" } },
        { purpose: "GCE_FIREWALL", purposeData: { network: "acme-dev/apps" } },
    ],
])("a key %s", async (_, args, expected) => {
    const { "TagKey environment": key } = await registered(() => new TagKey("environment", args));
    expect(key).toEqual({ parent: "projects/acme-dev", shortName: "environment", ...expected });
});

test("a list of values registers the same as values without options", async () => {
    const listed = await registered(() => new TagKey("environment", { values: ["dev", "prod"] }));
    expect(listed).toEqual(await registered(() => new TagKey("environment", { values: { dev: {}, prod: {} } })));
    expect(Object.keys(listed)).toHaveLength(3);
});

test("a key for firewalls of a component's network names its project", async () => {
    const { "TagKey role": key } = await registered(() => {
        new TagKey("role", { firewall: { network: new Network("apps") } });
    });
    expect(key).toMatchObject({ purposeData: { network: "acme-dev/apps" } });
});

test("a replaced key or value is deleted first, as short names are unique", async () => {
    const options = await registeredOptions(() => new TagKey("environment", { values: { prod: {} } }));
    expect(options["TagKey environment"]).toMatchObject({ deleteBeforeReplace: true });
    expect(options["TagValue environment-prod"]).toMatchObject({ deleteBeforeReplace: true });
});

test("keys and values grant their roles", async () => {
    const all = await registered(
        () => {
            const key = new TagKey("environment", { values });
            allow(key.viewer, "group:support@acme.com");
            allow(key.role("roles/resourcemanager.tagAdmin"), "group:ops@acme.com");
            allow(key.value("prod").user, "group:ops@acme.com");
        },
        { environment: true },
    );
    expect(Object.values(all)).toEqual(
        expect.arrayContaining([
            expect.objectContaining({ role: "roles/resourcemanager.tagViewer", member: "group:support@acme.com" }),
            expect.objectContaining({ role: "roles/resourcemanager.tagAdmin", member: "group:ops@acme.com" }),
            expect.objectContaining({ role: "roles/resourcemanager.tagUser", member: "group:ops@acme.com" }),
        ]),
    );
});

test("tags are bound by the full name of each resource, with the location of those that are not global", async () => {
    const tag = "tagValues/281";
    const resourceManagerTags = { environment: tag };
    const found = await bindingsOf(() => {
        new StorageBucket("models", { location: "EU", resourceManagerTags });
        new BigQueryDataset("sales", { location: "EU", resourceManagerTags });
        const topic = new PubSubTopic("events", { resourceManagerTags });
        new PubSubSubscription("reader", { topic, pull: {}, resourceManagerTags });
        new Secret("token", { external: true, resourceManagerTags });
        new ServiceAccount("etl-account", { resourceManagerTags });
        new KmsKeyRing("ring", { resourceManagerTags });
        new CloudRunJob("train", { image, resourceManagerTags });
        new VirtualMachine("worker", { resourceManagerTags });
    });
    const number = "projects/123";
    const global = (parent: string) => ({ parent, tagValue: tag });
    const at = (location: unknown, parent: unknown) => ({ location, parent, tagValue: tag });
    expect(found).toEqual({
        "LocationTagBinding models-environment-tag": at(
            "eu",
            "//storage.googleapis.com/projects/_/buckets/acme-dev-models",
        ),
        "LocationTagBinding sales-environment-tag": at(
            "eu",
            "//bigquery.googleapis.com/projects/acme-dev/datasets/sales",
        ),
        "TagBinding events-environment-tag": global(`//pubsub.googleapis.com/${number}/topics/events`),
        "TagBinding reader-environment-tag": global(`//pubsub.googleapis.com/${number}/subscriptions/reader`),
        "TagBinding token-environment-tag": global(`//secretmanager.googleapis.com/${number}/secrets/token`),
        "TagBinding etl-account-environment-tag": global(
            expect.stringMatching(new RegExp(`^//iam.googleapis.com/${number}/serviceAccounts/`)) as never,
        ),
        "LocationTagBinding ring-environment-tag": at(
            "europe-west1",
            expect.stringMatching(
                /^\/\/cloudkms.googleapis.com\/projects\/acme-dev\/locations\/europe-west1\/keyRings\/ring-/,
            ),
        ),
        "LocationTagBinding train-environment-tag": at(
            "europe-west1",
            "//run.googleapis.com/projects/acme-dev/locations/europe-west1/jobs/train",
        ),
        "LocationTagBinding worker-environment-tag": at(
            expect.stringMatching(/^europe-west1-/),
            expect.stringMatching(/^\/\/compute.googleapis.com\/projects\/123\/zones\/europe-west1-.*\/instances\//),
        ),
    });
});

test("an EnvironmentProject is tagged by its number", async () => {
    const found = await bindingsOf(() => {
        new EnvironmentProject("dev", {
            projectId: "acme-tagged",
            kind: "development",
            parent: { folder: "123456789012" },
            billingAccount: "012345-6789AB-CDEF01",
            resourceManagerTags: { environment: "123456789012/environment/dev" },
        });
    });
    expect(found).toEqual({
        "TagBinding dev-environment-tag": {
            parent: expect.stringMatching(/^\/\/cloudresourcemanager.googleapis.com\/projects\//),
            tagValue: "123456789012/environment/dev",
        },
    });
});

test("another value of a key replaces the binding, which is deleted first: a resource has one value of a key", async () => {
    const options = await registeredOptions(() => {
        const key = new TagKey("environment", { values });
        new PubSubTopic("sales", { resourceManagerTags: { environment: key.value("prod") } });
    });
    expect(options["TagBinding sales-environment-tag"]).toMatchObject({
        deleteBeforeReplace: true,
        parent: "PubSubTopic sales",
        after: expect.arrayContaining(["Topic sales", "TagValue environment-prod", "Service cloudresourcemanager"]),
    });
});

test.each<[string, () => unknown, string]>([
    [
        "a short name with a slash",
        () => new TagKey("environment", { name: "a/b" }),
        'TagKey "environment": name: must be 1 to 256 characters without quotes, slashes and backslashes (got "a/b").',
    ],
    [
        "two namespaced values of one key",
        () => new PubSubTopic("sales", { resourceManagerTags: { one: "123/environment/a", two: "123/environment/b" } }),
        'PubSubTopic "sales": resourceManagerTags: must not have two values of one key: a resource has one value of a key at most',
    ],
    [
        "a value by its short name",
        () => new PubSubTopic("sales", { resourceManagerTags: { environment: "prod" } }),
        'PubSubTopic "sales": resourceManagerTags.environment: must be a value of a TagKey, an ID such as tagValues/281478395625645, or a namespaced name such as 123456789012/environment/prod (got "prod")',
    ],
    [
        "51 tags",
        () => {
            const tags = Array.from({ length: 51 }, (_, index) => [`key${index}`, `tagValues/${index}`]);
            new PubSubTopic("sales", { resourceManagerTags: Object.fromEntries(tags) });
        },
        'PubSubTopic "sales": resourceManagerTags: there can be 50 tags at most',
    ],
    [
        "an existing key in an organization and a project",
        () => TagKey.existing("environment", { organization: "123456789012", project: "acme-dev" }),
        'TagKey "environment": organization: [resourcemanager/key-in-two-parents]',
    ],
])("%s is refused", async (_, program, expected) => {
    expect(await refused(program)).toContain(expected);
});

test("values that a key does not have, and two values of a key are refused", async () => {
    const keys = ["TagKey environment", "TagValue environment-dev", "TagValue environment-prod"];
    const unknown = () => new TagKey("environment", { values }).value("staging");
    expect(await told(unknown, {}, keys)).toContain(
        'TagKey "environment": value: must be one of prod, dev (got "staging").',
    );
    const twice = () => {
        const key = new TagKey("environment", { values });
        new PubSubTopic("sales", { resourceManagerTags: { one: key.value("prod"), two: key.value("dev") } });
    };
    expect(await told(twice, {}, keys)).toContain(
        'PubSubTopic "sales": resourceManagerTags: must not have two values of one key',
    );
});

test("values of an existing key are looked up", async () => {
    const call = (token: string, { shortName }: Record<string, unknown>) =>
        token.startsWith("gcp:tags/getTagKey")
            ? { name: "281", shortName }
            : token.startsWith("gcp:tags/getTagValue")
              ? { name: "282", shortName, namespacedName: "123456789012/environment/prod" }
              : undefined;
    const program = () => {
        const key = TagKey.existing("environment", { organization: "123456789012" });
        new PubSubTopic("sales", { resourceManagerTags: { environment: key.value("prod") } });
    };
    expect(await registered(program, { call })).toMatchObject({
        "TagBinding sales-environment-tag": { tagValue: "tagValues/282" },
    });
});
