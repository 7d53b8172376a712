import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, type PubSubTopicArgs } from "slipway/pubsub";
import { refused, registered, registeredOptions, registeredOutputs } from "../registered";

test("a bare topic has the component's name and no message retention", async () => {
    expect(await registered(() => new PubSubTopic("sales"))).toEqual({ "Topic sales": { name: "sales" } });
});

test("a topic waits for its API, is the component's child and has the environment's provider", async () => {
    expect(await registeredOptions(() => new PubSubTopic("sales"))).toEqual({
        "PubSubTopic sales": { provider: "Provider dev" },
        "Topic sales": { parent: "PubSubTopic sales", provider: "Provider dev", after: ["Service pubsub"] },
    });
});

test("a topic is protected in production", async () => {
    expect(await registeredOptions(() => new PubSubTopic("sales"), { kind: "production" })).toEqual({
        "PubSubTopic sales": { provider: "Provider dev" },
        "Topic sales": {
            parent: "PubSubTopic sales",
            provider: "Provider dev",
            protect: true,
            after: ["Service pubsub"],
        },
    });
});

test("a region that this release does not list is accepted with a warning that names the nearest one", async () => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const allowedPersistenceRegions = ["europe-west1", "europe-wset4"];
    const made = await registered(
        () => new PubSubTopic("sales", { messageStoragePolicy: { allowedPersistenceRegions } }),
    );
    const texts = warn.mock.calls.map(([text]) => text);
    warn.mockRestore();
    expect(texts).toEqual([
        'PubSubTopic "sales": messageStoragePolicy.allowedPersistenceRegions.1: is not a region that this release of slipway lists; the nearest is europe-west4 (got "europe-wset4"). It is passed on.',
    ]);
    expect(made).toEqual({ "Topic sales": { name: "sales", messageStoragePolicy: { allowedPersistenceRegions } } });
});

test("Pub/Sub can encrypt with a topic's key before the topic is created", async () => {
    const program = () => new PubSubTopic("sales", { encryptionKey: key });
    const grant = "CryptoKeyIAMMember pubsub-agent-sales-key-crypto-key-encrypter-decrypter";
    const { [grant]: granted } = await registered(program, { environment: true });
    expect(granted).toEqual({
        cryptoKeyId: key,
        role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member: "serviceAccount:service-123@gcp-sa-pubsub.iam.gserviceaccount.com",
    });
    expect((await registeredOptions(program))["Topic sales"]?.after).toEqual([grant, "Service pubsub"]);
});

test("the output of the component is the topic", async () => {
    expect(await registeredOutputs(() => new PubSubTopic("sales"))).toEqual({
        "PubSubTopic sales": { topic: { resource: "Topic sales" } },
    });
});

const key = "projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/sales";

const options: [string, PubSubTopicArgs, object][] = [
    ["a name", { name: "sale-range" }, { name: "sale-range" }],
    ["a name that is an output", { name: pulumi.output(Promise.resolve("sale-range")) }, { name: "sale-range" }],
    ["an undefined name as none", { name: undefined }, { name: "sales" }],
    ["a retention of 3 days", { retention: "3 days" }, { name: "sales", messageRetentionDuration: "259200s" }],
    ["the least retention", { retention: "10 minutes" }, { name: "sales", messageRetentionDuration: "600s" }],
    ["the longest retention", { retention: "31 days" }, { name: "sales", messageRetentionDuration: "2678400s" }],
    ["labels", { labels: { team: "forecast" } }, { name: "sales", labels: { team: "forecast" } }],
    [
        "a label that is an output",
        { labels: { team: pulumi.output("forecast") } },
        { name: "sales", labels: { team: "forecast" } },
    ],
    [
        "regions",
        { messageStoragePolicy: { allowedPersistenceRegions: ["europe-west1", pulumi.output("europe-west4")] } },
        { name: "sales", messageStoragePolicy: { allowedPersistenceRegions: ["europe-west1", "europe-west4"] } },
    ],
    [
        "regions in which alone it is used",
        { messageStoragePolicy: { allowedPersistenceRegions: ["europe-west1"], enforceInTransit: true } },
        {
            name: "sales",
            messageStoragePolicy: { allowedPersistenceRegions: ["europe-west1"], enforceInTransit: true },
        },
    ],
    ["a key", { encryptionKey: key }, { name: "sales", kmsKeyName: key }],
    ["a transform of the topic", { transform: { topic: { tags: { a: "b" } } } }, { name: "sales", tags: { a: "b" } }],
];

test.each(options)("a topic takes %s", async (_, args, inputs) => {
    expect(await registered(() => new PubSubTopic("sales", args))).toEqual({ "Topic sales": inputs });
});

const naming = "must have 3 to 255 letters, digits and -_.~+%, start with a letter, and not start with goog";
const refusals: [string, unknown, string][] = [
    ["a name of two letters", { name: "ab" }, `name: ${naming} (got "ab").`],
    ["a name that begins with a digit", { name: "1-sales" }, `name: ${naming} (got "1-sales").`],
    ["a name that begins with goog", { name: "google-sales" }, `name: ${naming} (got "google-sales").`],
    ["a name with a blank", { name: "sale range" }, `name: ${naming} (got "sale range").`],
    ["a name that is no text", { name: 7 }, "name: must be a string (got 7)."],
    [
        "a short retention",
        { retention: "9 minutes" },
        'retention: must be from 10 minutes to 31 days (got "9 minutes").',
    ],
    ["a long retention", { retention: "32 days" }, 'retention: must be from 10 minutes to 31 days (got "32 days").'],
    [
        "a retention that is no length of time",
        { retention: "604800s" },
        'retention: must be a duration such as "90 seconds" or "7 days" (got "604800s").',
    ],
    [
        "a retention that is known only at deployment",
        { retention: pulumi.output("7 days") },
        'retention: must be a duration such as "90 seconds" or "7 days" (got an output, which is known only at deployment). Its value must be known before anything is deployed. Pass a plain value: a constant, new pulumi.Config().require(…), or of another stack (await stack.getOutputDetails(…)).value.',
    ],
    [
        "no region",
        { messageStoragePolicy: { allowedPersistenceRegions: [] } },
        "messageStoragePolicy.allowedPersistenceRegions: must have at least one region (got []).",
    ],
    [
        "a multi-region",
        { messageStoragePolicy: { allowedPersistenceRegions: ["europe-west1", "EU"] } },
        'messageStoragePolicy.allowedPersistenceRegions.1: must be a region such as europe-west1 (got "EU").',
    ],
    [
        "a storage policy without regions",
        { messageStoragePolicy: { enforceInTransit: true } },
        "messageStoragePolicy.allowedPersistenceRegions: is missing.",
    ],
    [
        "a key by its name",
        { encryptionKey: "sales" },
        'encryptionKey: must be a KmsKey, or a key\'s ID such as projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/sales (got "sales").',
    ],
    ["an unknown option", { retenton: "7 days" }, 'retenton: unknown option "retenton"; did you mean "retention"?'],
    [
        "a transform of an unknown child",
        { transform: { topics: {} } },
        'transform.topics: unknown option "topics"; did you mean "topic"?',
    ],
    [
        "arguments that are none",
        "sales",
        'must be an object with name, retention, schema, messageStoragePolicy, encryptionKey, labels, alerts, transform, crossProject, resourceManagerTags (got "sales").',
    ],
    [
        "a list of arguments",
        [],
        "must be an object with name, retention, schema, messageStoragePolicy, encryptionKey, labels, alerts, transform, crossProject, resourceManagerTags (got []).",
    ],
    [
        "arguments that are an output",
        pulumi.output({ name: "sales" }),
        "must be an object with name, retention, schema, messageStoragePolicy, encryptionKey, labels, alerts, transform, crossProject, resourceManagerTags (got an output, which is known only at deployment). Its value must be known before anything is deployed. Pass a plain value: a constant, new pulumi.Config().require(…), or of another stack (await stack.getOutputDetails(…)).value.",
    ],
];

test.each(refusals)("%s is refused for a topic", async (_, args, problem) => {
    expect(await refused(() => new PubSubTopic("sales", args as PubSubTopicArgs))).toBe(
        `PubSubTopic "sales": ${problem}`,
    );
});

test("a component name that is invalid for a topic is refused, unless another name is given", async () => {
    expect(await refused(() => new PubSubTopic("1st"))).toBe(`PubSubTopic "1st": name: ${naming} (got "1st").`);
    expect(await registered(() => new PubSubTopic("1st", { name: "first" }))).toEqual({
        "Topic 1st": { name: "first" },
    });
});

test("all problems of a topic are reported together", async () => {
    const args = { nmae: "a", retenton: "b", retention: "1 day ago", labels: { Team: "Forecast" } };
    expect(await refused(() => new PubSubTopic("sales", args as PubSubTopicArgs))).toBe(
        [
            'retention: must be a duration such as "90 seconds" or "7 days" (got "1 day ago").',
            'labels.Team: a label\'s key must start with a lower-case letter and have up to 63 lower-case letters, digits, _ and - (got "Team").',
            'labels.Team: a label\'s value must have up to 63 lower-case letters, digits, _ and - (got "Forecast").',
            'nmae: unknown option "nmae"; did you mean "name"?',
            'retenton: unknown option "retenton"; did you mean "retention"?',
        ]
            .map((problem) => `PubSubTopic "sales": ${problem}`)
            .join("\n"),
    );
});
