import { refusalOf, World } from "./world";

function prepared(): World {
    const world = new World();
    world.enable("iam", "pubsub");
    world.make("Topic", { name: "sales" });
    return world;
}

test("the names of topics and subscriptions are unique only in their project", () => {
    const world = prepared();
    world.make("Subscription", { name: "reader", topic: "sales" });
    expect(refusalOf(() => world.make("Topic", { name: "sales" }))).toBe(
        "Error creating Topic: googleapi: Error 409: Resource already exists in the project (resource=sales).",
    );
    expect(refusalOf(() => world.make("Subscription", { name: "reader", topic: "sales" }))).toBe(
        "Error creating Subscription: googleapi: Error 409: Resource already exists in the project (resource=reader).",
    );
    const other = world.beside({ project: "acme-prod" });
    other.enable("pubsub");
    expect(other.make("Topic", { name: "sales" }).id).toBe("projects/acme-prod/topics/sales");
});

test.each(["1x", "ab", "goog-sales", "sales topic", "x".repeat(256)])("the topic name %s is refused", (name) => {
    expect(refusalOf(() => prepared().make("Topic", { name }))).toBe(
        `Error creating Topic: googleapi: Error 400: Invalid resource name given (name=projects/acme-dev/topics/${name}). Refer to https://cloud.google.com/pubsub/docs/admin#resource_names for more information.`,
    );
});

test("a subscription has server defaults", () => {
    const { id, state } = prepared().make("Subscription", { name: "reader", topic: "sales", retryPolicy: {} });
    expect({ id, state }).toEqual({
        id: "projects/acme-dev/subscriptions/reader",
        state: {
            name: "reader",
            project: "acme-dev",
            topic: "projects/acme-dev/topics/sales",
            ackDeadlineSeconds: 10,
            deletionPolicy: "DELETE",
            expirationPolicy: { ttl: "2678400s" },
            messageRetentionDuration: "604800s",
            retryPolicy: { minimumBackoff: "10s", maximumBackoff: "600s" },
            effectiveLabels: { "goog-pulumi-provisioned": "true" },
            pulumiLabels: { "goog-pulumi-provisioned": "true" },
        },
    });
});

test.each([
    ["its topic", { topic: "orders" }, "Error 404: Resource not found (resource=orders)."],
    [
        "a topic of another project",
        { topic: "projects/acme-prod/topics/sales" },
        "Resource not found (resource=sales).",
    ],
    [
        "its dead-letter topic",
        { topic: "sales", deadLetterPolicy: { deadLetterTopic: "projects/acme-dev/topics/dead" } },
        "Error 404: Resource not found (resource=dead).",
    ],
    [
        "the account that it calls as",
        { topic: "sales", pushConfig: { pushEndpoint: "https://acme.com", oidcToken: { serviceAccountEmail: "a@b" } } },
        "Error 404: Service account a@b not found.",
    ],
    [
        "the bucket that it writes to",
        { topic: "sales", cloudStorageConfig: { bucket: "acme" } },
        "Error 404: The specified",
    ],
])("a subscription is refused without %s", (_, inputs, message) => {
    const refusal = refusalOf(() => prepared().make("Subscription", inputs));
    expect(refusal).toMatch(/^Error creating Subscription: googleapi: Error 404: /);
    expect(refusal).toContain(message);
});

test.each([
    [{ ackDeadlineSeconds: 9 }, "Invalid ack deadline given (ack_deadline_secs=9)"],
    [{ ackDeadlineSeconds: 601 }, "Invalid ack deadline given (ack_deadline_secs=601)"],
    [{ messageRetentionDuration: "599s" }, "Invalid [message_retention_duration]: 599s"],
    [{ expirationPolicy: { ttl: "3600s" } }, "Invalid [expiration_policy.ttl]: 3600s"],
    [{ retryPolicy: { maximumBackoff: "601s" } }, "Invalid [retry_policy.maximum_backoff]: 601s"],
    [{ deadLetterPolicy: { maxDeliveryAttempts: 4 } }, "Invalid [max_delivery_attempts]: 4"],
    [{ pushConfig: { pushEndpoint: "http://acme.com" } }, "Invalid push endpoint given (endpoint=http://acme.com)."],
    [
        { pushConfig: { pushEndpoint: "https://acme.com" }, enableExactlyOnceDelivery: true },
        "Exactly-once delivery is not supported for push subscriptions.",
    ],
    [{ filter: "attributes.a = 1" }, "Invalid filter syntax: "],
    [{ filter: `attributes:"${"é".repeat(123)}"` }, "The filter exceeds the maximum length of 256 bytes."],
])("a subscription with %j is refused", (inputs, message) => {
    expect(refusalOf(() => prepared().make("Subscription", { topic: "sales", ...inputs }))).toContain(
        `Error creating Subscription: googleapi: Error 400: ${message}`,
    );
});

test("a Cloud Storage subscription is refused unless Pub/Sub's service agent can write to the bucket", () => {
    const world = prepared();
    world.make("Bucket", { name: "acme-archive", location: "EU" });
    const { member, email } = world.make("ServiceIdentity", { service: "pubsub.googleapis.com" }).state;
    const make = () => world.make("Subscription", { topic: "sales", cloudStorageConfig: { bucket: "acme-archive" } });
    const lacks = (permissions: string) =>
        `Error creating Subscription: googleapi: Error 400: Service account ${email} is missing permissions required to write to the Cloud Storage bucket: ${permissions}.`;
    expect(refusalOf(make)).toBe(lacks("storage.objects.create, storage.buckets.get"));
    world.make("BucketIAMMember", { bucket: "acme-archive", role: "roles/storage.objectCreator", member });
    expect(refusalOf(make)).toBe(lacks("storage.buckets.get"));
    world.make("BucketIAMMember", { bucket: "acme-archive", role: "roles/storage.legacyBucketReader", member });
    expect(make().state.cloudStorageConfig).toMatchObject({ bucket: "acme-archive", state: "ACTIVE" });
});

test("a subscription has only one type of delivery, and a filter has at most 256 characters", () => {
    const places = { topic: "sales", pushConfig: { pushEndpoint: "https://acme.com" }, bigqueryConfig: { table: "t" } };
    expect(refusalOf(() => prepared().make("Subscription", places))).toBe(
        'bigqueryConfig: Conflicting configuration arguments. "bigquery_config": conflicts with push_config',
    );
    expect(refusalOf(() => prepared().make("Subscription", { topic: "sales", filter: "x".repeat(257) }))).toContain(
        'doesn\'t match regexp "^[\\\\s\\\\S]{0,256}$"',
    );
});

test("the subscriptions of a deleted topic remain, and do not belong to a new topic with its name", () => {
    const world = prepared();
    const own = world.make("Subscription", { name: "reader", topic: "sales" });
    const prod = world.beside({ project: "acme-prod" });
    prod.enable("pubsub");
    const foreign = prod.make("Subscription", { name: "reader", topic: own.state.topic });
    world.remove(world.make("Topic", { name: "other" }));
    expect(world.refreshed(own)?.state.topic).toBe("projects/acme-dev/topics/sales");

    const topic = { ...own, token: "gcp:pubsub/topic:Topic", id: "projects/acme-dev/topics/sales" };
    world.remove({ ...topic, state: { project: "acme-dev", name: "sales" } });
    world.make("Topic", { name: "sales" });
    const left = world.refreshed(own);
    expect([left?.state.topic, prod.refreshed(foreign)?.state.topic]).toEqual(["_deleted-topic_", "_deleted-topic_"]);
    const { replaced, deleteFirst } = world.provider.diff(own.token, own.inputs, own.inputs, left?.state ?? {});
    expect({ replaced, deleteFirst }).toEqual({ replaced: ["topic"], deleteFirst: true });
});

test("the columns of a table must be those of the messages, from one schema", () => {
    const world = prepared();
    world.enable("bigquery");
    const { member } = world.make("ServiceIdentity", { service: "pubsub.googleapis.com" }).state;
    world.make("Dataset", { datasetId: "sales", location: "EU" });
    const schema = JSON.stringify([{ name: "data", type: "INTEGER" }]);
    world.make("Table", { datasetId: "sales", tableId: "rows", schema });
    world.make("DatasetIamMember", { datasetId: "sales", role: "roles/bigquery.dataEditor", member });
    const make = (config: object) => () =>
        world.make("Subscription", { topic: "sales", bigqueryConfig: { table: "acme-dev.sales.rows", ...config } });
    expect(refusalOf(make({}))).toContain("Error 400: Incompatible schema type for field data: expected BYTES");
    expect(refusalOf(make({ useTopicSchema: true, useTableSchema: true }))).toContain(
        "Error 400: Only one of use_topic_schema and use_table_schema can be set.",
    );
    expect(make({ useTableSchema: true })().state.bigqueryConfig.useTableSchema).toBe(true);
});

const transform = (functionName: string, code = `function ${functionName}(message) { return message; }`) => ({
    javascriptUdf: { functionName, code },
});

test("a subscription has at most five transforms, of at most 20 KB each", () => {
    const make = (...messageTransforms: object[]) =>
        prepared().make("Subscription", { topic: "sales", messageTransforms });
    const five = ["a", "b", "c", "d", "e"].map((name) => transform(name));
    expect(make(...five).state.messageTransforms).toHaveLength(5);
    expect(refusalOf(() => make(...five, transform("f")))).toContain("6 transforms, and at most 5 are allowed");
    const long = `function f(m) { return m; } // ${"x".repeat(20_480)}`;
    expect(refusalOf(() => make(transform("f", long)))).toContain("the code of f exceeds 20 KB");
});

// The values are of the acceptance tests of the provider.
test("what a topic does not use yet is not checked", () => {
    const make = (args: object) => prepared().make("Topic", { name: "events", ...args }).state;
    expect(refusalOf(() => make({ messageTransforms: [transform("f", "...")] }))).toContain("is not JavaScript");
    expect(make({ messageTransforms: [{ disabled: true, ...transform("f", "...") }] }).name).toBe("events");
    const awsMsk = {
        clusterArn: "arn:aws:kinesis:us-west-2:111111111111:stream/fake-stream-name",
        topic: "test-topic",
        awsRoleArn: "arn:aws:iam::111111111111:role/fake-role-name",
        gcpServiceAccount: "fake-service-account@fake-gcp-project.iam.gserviceaccount.com",
    };
    expect(make({ ingestionDataSourceSettings: { awsMsk } }).name).toBe("events");
});

test("a schema has at most 300 KB", () => {
    const definition = (doc: string) =>
        JSON.stringify({ type: "record", name: "Sale", doc, fields: [{ name: "id", type: "string" }] });
    const make = (doc: string) => () =>
        prepared().make("Schema", { name: "sale", type: "AVRO", definition: definition(doc) });
    expect(refusalOf(make("x".repeat(300 * 1024)))).toContain("exceeds the maximum size of 300KB");
    expect(make("x".repeat(1000))().state.type).toBe("AVRO");
});
