import * as pulumi from "@pulumi/pulumi";
import { BigQueryDataset, type BigQueryField, BigQueryTable } from "slipway/bigquery";
import { ServerlessFunction } from "slipway/functions";
import {
    type BucketOptions,
    PubSubSubscription,
    type PubSubSubscriptionArgs,
    PubSubTopic,
    type PubSubTopicArgs,
    type PushOptions,
} from "slipway/pubsub";
import { StorageBucket } from "slipway/storage";
import { checkedPath } from "../../../lib/pubsub/delivery/bigQuery";
import { inTransit } from "../../../lib/pubsub/delivery/inTransit";
import { folderOf } from "../folders";
import { outcomeOf, problemsIn, refused, registered, registeredOptions } from "../registered";

const source = folderOf({ "main.py": "def predict(request):\n    return 'range'\n" });
const agent = "serviceAccount:service-123@gcp-sa-pubsub.iam.gserviceaccount.com";

type Delivery = Pick<PubSubSubscriptionArgs, "push" | "bucket" | "bigQuery" | "ackDeadline">;

/** A subscription without dead letters, which have their own tests. */
const delivering = (delivery: () => Delivery) => () => {
    const topic = new PubSubTopic("sales");
    return new PubSubSubscription("range", { topic, deadLetter: false, ...delivery() } as PubSubSubscriptionArgs);
};

const shared = {
    name: "range",
    topic: "projects/acme-dev/topics/sales",
    ackDeadlineSeconds: 10,
    messageRetentionDuration: "604800s",
    expirationPolicy: { ttl: "" },
    retryPolicy: { minimumBackoff: "10s", maximumBackoff: "600s" },
};

const predict = () => new ServerlessFunction("predict", { source, trigger: { http: {} } });
const url = "https://predict-1a2b3c-ew.a.run.app";
const own = "range-push@acme-dev.iam.gserviceaccount.com";

/** The resources of a subscription, except the called function and the topic. */
async function pushed(push: () => PushOptions | ServerlessFunction, environment = false) {
    const made = await registered(
        delivering(() => ({ push: push() })),
        { environment },
    );
    return Object.fromEntries(Object.entries(made).filter(([name]) => / (pubsub-agent-)?range/.test(name)));
}

test("a function is called by the subscription's own account, which has no other role", async () => {
    expect(await pushed(predict, true)).toEqual({
        "Account range-push": { accountId: "range-push", displayName: "Calls for the subscription range" },
        "IAMMember pubsub-agent-range-push-service-account-open-id-token-creator": {
            serviceAccountId: `projects/acme-dev/serviceAccounts/${own}`,
            role: "roles/iam.serviceAccountOpenIdTokenCreator",
            member: agent,
        },
        "ServiceIamMember range-push-predict-invoker": {
            project: "acme-dev",
            location: "europe-west1",
            name: "predict",
            role: "roles/run.invoker",
            member: `serviceAccount:${own}`,
        },
        "Subscription range": {
            ...shared,
            pushConfig: { pushEndpoint: url, oidcToken: { serviceAccountEmail: own, audience: url } },
        },
    });
});

test("the account can call and Pub/Sub can impersonate it before the subscription is created", async () => {
    const options = await registeredOptions(
        delivering(() => ({ push: predict() })),
        { environment: true },
    );
    expect(options["Subscription range"]?.after).toEqual([
        "Account range-push",
        "Function predict",
        "IAMMember pubsub-agent-range-push-service-account-open-id-token-creator",
        "ServiceIamMember range-push-predict-invoker",
        "Topic sales",
    ]);
    expect(options["Account range-push"]?.after).toEqual(["Service iam"]);
});

const called = (config: object) => ({ ...shared, pushConfig: config });
const token = (audience: string, serviceAccountEmail = own) => ({ oidcToken: { audience, serviceAccountEmail } });
const pushes: [string, () => PushOptions, object][] = [
    [
        "a URL",
        () => ({ endpoint: "https://acme.com/push" }),
        { pushEndpoint: "https://acme.com/push", ...token("https://acme.com/push") },
    ],
    [
        "a path of a function",
        () => {
            const to = predict();
            return { to, endpoint: pulumi.interpolate`${to.url}/messages` };
        },
        { pushEndpoint: `${url}/messages`, ...token(url) },
    ],
    [
        "another audience",
        () => ({ endpoint: "https://acme.com/push", audience: "acme" }),
        { pushEndpoint: "https://acme.com/push", ...token("acme") },
    ],
    [
        "the data alone",
        () => ({ endpoint: "https://acme.com", noWrapper: { writeMetadata: true } }),
        { pushEndpoint: "https://acme.com", ...token("https://acme.com"), noWrapper: { writeMetadata: true } },
    ],
    [
        "attributes",
        () => ({ endpoint: "https://acme.com", attributes: { "x-goog-version": "v1" } }),
        { pushEndpoint: "https://acme.com", ...token("https://acme.com"), attributes: { "x-goog-version": "v1" } },
    ],
];

test.each(pushes)("a push takes %s", async (_, push, config) => {
    expect((await pushed(push))["Subscription range"]).toEqual(called(config));
});

test("a function is called by a configured account, which gets the role", async () => {
    const account = "caller@acme-dev.iam.gserviceaccount.com";
    expect(await pushed(() => ({ to: predict(), account }), true)).toEqual({
        "ServiceIamMember range-push-predict-invoker": {
            project: "acme-dev",
            location: "europe-west1",
            name: "predict",
            role: "roles/run.invoker",
            member: `serviceAccount:${account}`,
        },
        "Subscription range": called({ pushEndpoint: url, ...token(url, account) }),
    });
});

const endpoint = "push.endpoint: must be an address that starts with https://";
const pushRefusals: [string, unknown, string][] = [
    ["a URL without TLS", { endpoint: "http://acme.com" }, `${endpoint} (got "http://acme.com").`],
    ["a URL with a space", { endpoint: "https://acme.com/a b" }, `${endpoint} (got "https://acme.com/a b").`],
    [
        "a push with only a URL string",
        "https://acme.com",
        'push: must be an object with to, endpoint, audience, account, noWrapper, attributes (got "https://acme.com").',
    ],
    ["a push to nothing", { audience: "acme" }, "push: [pubsub/push-target-missing]"],
    [
        "a member in the place of an account",
        { endpoint: "https://acme.com", account: "serviceAccount:a@acme-dev.iam.gserviceaccount.com" },
        'push.account: must be a ServiceAccount, or the email address of one such as push@acme-dev.iam.gserviceaccount.com (got "serviceAccount:a@acme-dev.iam.gserviceaccount.com").',
    ],
    [
        "unwrapping without a metadata setting",
        { endpoint: "https://acme.com", noWrapper: {} },
        "push.noWrapper.writeMetadata: is missing.",
    ],
    [
        "an unknown attribute",
        { endpoint: "https://acme.com", attributes: { "x-goog-versions": "v1" } },
        'push.attributes.x-goog-versions: unknown option "x-goog-versions"; did you mean "x-goog-version"?',
    ],
];

test.each(pushRefusals)("%s is refused", async (_, push, problem) => {
    expect(
        await refused(
            delivering(() => ({ push }) as Delivery),
            {},
            ["Topic sales"],
        ),
    ).toBe(`PubSubSubscription "range": ${problem}`);
});

test("a component that cannot be called is refused for push delivery", async () => {
    const program = delivering(() => ({ push: new PubSubTopic("other") as unknown as ServerlessFunction }));
    expect(await refused(program, {}, ["Topic other", "Topic sales"])).toBe(
        'PubSubSubscription "range": push: must be a component that can be called, such as a ServerlessFunction (got a PubSubTopic).',
    );
});

const bucketed = (options: Omit<BucketOptions, "bucket">) =>
    delivering(() => ({ bucket: { bucket: new StorageBucket("archive"), ...options } }));

test("messages become lines of objects, in a bucket that Pub/Sub can write to", async () => {
    const made = await registered(
        delivering(() => ({ bucket: new StorageBucket("archive") })),
        { environment: true },
    );
    expect(Object.fromEntries(Object.entries(made).filter(([name]) => / (pubsub-agent-)?range/.test(name)))).toEqual({
        "BucketIAMMember pubsub-agent-range-object-creator": {
            bucket: "acme-dev-archive",
            role: "roles/storage.objectCreator",
            member: agent,
        },
        "BucketIAMMember pubsub-agent-range-legacy-bucket-reader": {
            bucket: "acme-dev-archive",
            role: "roles/storage.legacyBucketReader",
            member: agent,
        },
        "Subscription range": {
            ...shared,
            ackDeadlineSeconds: 300,
            cloudStorageConfig: { bucket: "acme-dev-archive", maxDuration: "300s" },
        },
    });
    const options = await registeredOptions(bucketed({}), { environment: true });
    expect(options["Subscription range"]?.after).toEqual([
        "Bucket archive",
        "BucketIAMMember pubsub-agent-range-legacy-bucket-reader",
        "BucketIAMMember pubsub-agent-range-object-creator",
        "Topic sales",
    ]);
});

const buckets: [string, Omit<BucketOptions, "bucket">, object][] = [
    [
        "names",
        { filenamePrefix: "sales/", filenameSuffix: ".txt", filenameDatetimeFormat: "YYYY-MM-DD/hh_mm_ssZ" },
        { filenamePrefix: "sales/", filenameSuffix: ".txt", filenameDatetimeFormat: "YYYY-MM-DD/hh_mm_ssZ" },
    ],
    [
        "times",
        { filenameDatetimeFormat: "YYYY-MM-DDThh:mm:ss+00:00" },
        { filenameDatetimeFormat: "YYYY-MM-DDThh:mm:ss+00:00" },
    ],
    ["sizes", { maxSize: "1 KB", maxMessages: pulumi.output(1000) }, { maxBytes: 1000, maxMessages: 1000 }],
    ["text", { format: "text" }, {}],
    ["Avro", { format: { avro: {} } }, { avroConfig: {} }],
    [
        "Avro with metadata",
        { format: { avro: { writeMetadata: true, useTopicSchema: false } } },
        { avroConfig: { writeMetadata: true, useTopicSchema: false } },
    ],
];

test.each(buckets)("a bucket takes %s", async (_, options, config) => {
    expect((await registered(bucketed(options)))["Subscription range"]).toEqual({
        ...shared,
        ackDeadlineSeconds: 300,
        cloudStorageConfig: { bucket: "acme-dev-archive", maxDuration: "300s", ...config },
    });
});

test("an acknowledgement deadline can equal the time of a batch", async () => {
    const program = delivering(() => ({ bucket: new StorageBucket("archive"), ackDeadline: "5 minutes" }));
    expect((await registered(program))["Subscription range"]).toMatchObject({ ackDeadlineSeconds: 300 });
});

test("messages in a binary encoding are written to a table by the topic's schema", async () => {
    const avro = { type: "record", name: "Sale", fields: [{ name: "id", type: "string" }] };
    const made = await registered(() => {
        const topic = new PubSubTopic("sales", { schema: { avro, encoding: "BINARY" } });
        const dataset = new BigQueryDataset("forecast");
        const bigQuery = new BigQueryTable("rows", { dataset, schema: [{ name: "id", type: "STRING" }] });
        new PubSubSubscription("range", { topic, bigQuery, deadLetter: false });
    });
    expect(made["Subscription range"]).toEqual({
        ...shared,
        bigqueryConfig: { table: "acme-dev.forecast.rows", useTopicSchema: true },
    });
});

/** A program with a table of these columns, and a subscription that writes to it. */
const toTable =
    (schema: BigQueryField[] | undefined, options: object = {}, topic: PubSubTopicArgs = {}) =>
    () => {
        const table = new BigQueryTable("rows", { dataset: new BigQueryDataset("forecast"), schema });
        new PubSubSubscription("range", {
            topic: new PubSubTopic("sales", topic),
            bigQuery: { table, ...options },
            deadLetter: false,
        });
    };

const id: BigQueryField = { name: "id", type: "STRING" };
const avro = (...fields: object[]): PubSubTopicArgs => ({ schema: { avro: { type: "record", name: "Sale", fields } } });
const text = avro({ name: "id", type: "string" });

const tables: [string, BigQueryField[] | undefined, object, PubSubTopicArgs, string][] = [
    ["has no column", undefined, {}, {}, "bigQuery: [pubsub/column-missing]"],
    ["has no column data", [id], {}, {}, "bigQuery: [pubsub/column-missing]"],
    [
        "has numbers in the column data",
        [{ name: "data", type: "INT64" }],
        {},
        {},
        "bigQuery: [pubsub/column-of-other-type]",
    ],
    [
        "has an array as the column data",
        [{ name: "data", type: "STRING", mode: "REPEATED" }],
        {},
        {},
        "bigQuery: [pubsub/column-of-other-type]",
    ],
    [
        "lacks columns for the metadata",
        [id, { name: "message_id", type: "STRING" }, { name: "attributes", type: "BYTES" }],
        { useTableSchema: true, writeMetadata: true },
        {},
        [
            "bigQuery: [pubsub/column-missing]",
            "bigQuery: [pubsub/column-missing]",
            "bigQuery: [pubsub/column-of-other-type]",
        ].join("\n"),
    ],
    ["lacks a column of the topic's schema", [], {}, text, "bigQuery: [pubsub/column-missing]"],
    [
        "has another type than the topic's schema",
        [{ name: "id", type: "BOOL" }],
        {},
        text,
        "bigQuery: [pubsub/column-of-other-type]",
    ],
    [
        "has one value where the topic's schema has several",
        [id],
        {},
        avro({ name: "id", type: { type: "array", items: "string" } }),
        "bigQuery: [pubsub/column-of-other-type]",
    ],
    [
        "requires what the topic's schema does not have",
        [id, { name: "total", type: "INT64", mode: "REQUIRED" }],
        {},
        text,
        "bigQuery: [pubsub/column-never-written]",
    ],
];
test.each(tables)("a table that %s is refused", async (_, schema, options, topic, problems) => {
    const made = ["Dataset forecast", "Table rows", "Topic sales", ...(topic.schema ? ["Schema sales"] : [])];
    expect(await refused(toTable(schema, options, topic), {}, made.sort())).toBe(
        problems.replaceAll(/^/gm, 'PubSubSubscription "range": '),
    );
});

const fitting: [string, BigQueryField[], object, PubSubTopicArgs][] = [
    ["the data as JSON", [{ name: "data", type: "JSON" }], {}, {}],
    ["any columns with the table's schema", [id], { useTableSchema: true }, {}],
    ["another type that fits", [{ name: "ID", type: "DATE" }], {}, text],
    ["fewer columns, if fields may be dropped", [{ name: "total", type: "INT64" }], { dropUnknownFields: true }, text],
];
test.each(fitting)("a table can have %s", async (_, schema, options, topic) => {
    expect(await registered(toTable(schema, options, topic))).toHaveProperty(["Subscription range"]);
});

test("a table that a transform edits is not checked", async () => {
    const made = await registered(() => {
        const dataset = new BigQueryDataset("forecast");
        const table = new BigQueryTable("rows", { dataset, transform: { table: (args) => args } });
        new PubSubSubscription("range", { topic: new PubSubTopic("sales"), bigQuery: table, deadLetter: false });
    });
    expect(made).toHaveProperty(["Subscription range"]);
});

test.each([
    ["a column data", '[{"name":"data","type":"BYTES","mode":"NULLABLE"}]', "acme-dev.forecast.rows"],
    ["no column", "", 'PubSubSubscription "range": bigQuery: [pubsub/column-missing]'],
])("an existing table with %s is read at the preview", async (_, schema, expected) => {
    const path = pulumi.output("acme-dev.forecast.rows");
    const found = await outcomeOf(() =>
        checkedPath('PubSubSubscription "range"', path, {}, new PubSubTopic("sales"), pulumi.output(schema)),
    );
    expect(found instanceof Error ? problemsIn(found) : found).toBe(expected);
});

const deliveries: [string, () => Delivery, string][] = [
    [
        "a bucket",
        () => ({ bucket: StorageBucket.existing("acme-prod-archive") }),
        "BucketIAMMember pubsub-agent-range-object-creator",
    ],
    [
        "a table",
        () => ({ bigQuery: BigQueryTable.existing("forecast.rows", { project: "acme-prod" }) }),
        "IamMember pubsub-agent-forecast-rows-data-editor",
    ],
];
test.each(deliveries)(
    "messages are written to %s of another environment that is allowed",
    async (_, delivery, grant) => {
        const config = { "slipway:environments": JSON.stringify({ dev: "acme-dev", prod: "acme-prod" }) };
        const program = delivering(() => ({ ...delivery(), crossProject: "prod" }));
        const call = (token: string, { name }: Record<string, unknown>) =>
            token.endsWith(":getBucket") ? { name } : undefined;
        const stack = { config, environment: true, root: true, call };
        expect(Object.keys(await registered(program, stack))).toContain(grant);
    },
);

test("messages are not redelivered while they are batched", async () => {
    expect((await registered(bucketed({ maxDuration: "1 minute" })))["Subscription range"]).toMatchObject({
        ackDeadlineSeconds: 60,
        cloudStorageConfig: { maxDuration: "60s" },
    });
    const late = delivering(() => ({ bucket: new StorageBucket("archive"), ackDeadline: "299 seconds" }));
    expect(await refused(late, {}, ["Bucket archive", "Topic sales"])).toBe(
        'PubSubSubscription "range": ackDeadline: [pubsub/ack-deadline-below-duration]',
    );
});

const form = "must have YYYY or YY, MM, DD, hh, mm and ss once each, T and Z at most once, and otherwise only - _ : /";
const bucketRefusals: [string, object, string][] = [
    [
        "a suffix that ends with a slash",
        { filenameSuffix: "a/" },
        'bucket.filenameSuffix: must not end with / (got "a/").',
    ],
    ["objects of few bytes", { maxSize: "0.9 KB" }, 'bucket.maxSize: must be from 1 KB to 10 GiB (got "0.9 KB").'],
    [
        "objects of few messages",
        { maxMessages: 999 },
        "bucket.maxMessages: must be a whole number from 1000 to 9007199254740991 (got 999).",
    ],
    [
        "objects of seconds",
        { maxDuration: "59 seconds" },
        'bucket.maxDuration: must be from 1 minute to 10 minutes (got "59 seconds").',
    ],
    ["an unknown format", { format: "json" }, 'bucket.format: must be an object with avro (got "json").'],
    ["no bucket", { bucket: undefined }, "bucket.bucket: must be a StorageBucket (got undefined)."],
    ...[
        "",
        "YYYY-MM-DD",
        "YYYY-YY-MM-DDThh:mm:ss",
        "YYYY-MM-DD hh:mm:ss",
        "YYYY-MM-DDThh:mm:ssZ+00:00",
        "YYYY-MM-DDTThh:mm:ss",
    ].map((format): [string, object, string] => [
        `the time as ${format}`,
        { filenameDatetimeFormat: format },
        `bucket.filenameDatetimeFormat: ${form} (got "${format}").`,
    ]),
];

test.each(bucketRefusals)("%s is refused for a bucket's objects", async (_, options, problem) => {
    expect(await refused(bucketed(options), {}, ["Bucket archive", "Topic sales"])).toBe(
        `PubSubSubscription "range": ${problem}`,
    );
});

/** The name of a destination of a topic whose messages are processed in Belgium only, or the problem. */
async function sentTo(path: "bucket" | "bigQuery", location: string, enforceInTransit = true): Promise<unknown> {
    const messageStoragePolicy = { allowedPersistenceRegions: [pulumi.output("europe-west1")], enforceInTransit };
    const component = 'PubSubSubscription "range"';
    const destination = () =>
        inTransit(component, path, { messageStoragePolicy }, pulumi.output("archive"), pulumi.output(location));
    const result = await outcomeOf(destination);
    return result instanceof Error ? result.message.split("\n")[0] : result;
}

test.each([
    ["bucket", "bucket"],
    ["bigQuery", "dataset"],
] as const)("a %s outside the regions in which messages may be processed is refused", async (path, noun) => {
    expect(await sentTo(path, "US-EAST1")).toBe(
        `PubSubSubscription "range": ${path}: is in us-east1, and the topic's enforceInTransit lets Pub/Sub process messages only in europe-west1: it would deliver none. Use a ${noun} in one of these regions, or add the region to allowedPersistenceRegions. [pubsub/destination-outside-regions]`,
    );
    expect([
        await sentTo(path, "us-east1", false),
        await sentTo(path, "europe-west1"),
        await sentTo(path, "EU"),
    ]).toEqual(["archive", "archive", "archive"]);
});
