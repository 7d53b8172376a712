import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, StorageBucket } from "slipway";
import type { Trigger } from "slipway/function";
import { bucket, messages, predicting, receiver, topic, triggered } from "./predicting";
import { refused, registered, registeredOptions } from "./registered";

test("a function on a topic is called by an account that may do nothing else", async () => {
    expect(await registered(() => predicting({ trigger: { topic: new PubSubTopic("sales") } }))).toEqual({
        ...topic,
        ...triggered(messages),
    });
});

test("a function on a topic is called again after a failure if it says so", async () => {
    expect(await registered(() => predicting({ trigger: { topic: new PubSubTopic("sales"), retry: true } }))).toEqual({
        ...topic,
        ...triggered({ ...messages, retryPolicy: "RETRY_POLICY_RETRY" }),
    });
});

test.each([
    [undefined, "finalized"],
    ["finalized", "finalized"],
    ["deleted", "deleted"],
    ["archived", "archived"],
    ["metadataUpdated", "metadataUpdated"],
] as const)("a function on a bucket with the event %s is called when an object is %s", async (event, type) => {
    expect(await registered(() => predicting({ trigger: { bucket: new StorageBucket("sales"), event } }))).toEqual({
        ...bucket,
        ...triggered({
            eventType: `google.cloud.storage.object.v1.${type}`,
            eventFilters: [{ attribute: "bucket", value: "acme-dev-sales" }],
        }),
        ...receiver,
    });
});

test("a bucket's events are taken where the bucket is, and the function stays in its region", async () => {
    const { "Function predict": made } = await registered(() =>
        predicting({ trigger: { bucket: new StorageBucket("sales", { location: "EU" }) } }),
    );
    expect(made).toMatchObject({ location: "europe-west1", eventTrigger: { triggerRegion: "eu" } });
});

test("the services' own accounts get what events need before the trigger is made", async () => {
    const options = await registeredOptions(() => predicting({ trigger: { bucket: new StorageBucket("sales") } }));
    expect(options["Function predict"]).toEqual({
        deleteBeforeReplace: true,
        replacementTrigger: "events",
        parent: "ServerlessFunction predict",
        provider: "Provider dev",
        after: [
            "Account predict-build",
            "Account predict-run",
            "Account predict-trigger",
            "Bucket predict-source",
            "Bucket sales",
            "BucketIAMMember predict-build-source",
            "BucketObject predict-archive",
            "IAMMember eventarc-agent-serviceAgent",
            "IAMMember predict-build-log",
            "IAMMember predict-trigger-receiver",
            "IAMMember storage-agent-publisher",
            "Repository predict-images",
            "RepositoryIamMember predict-build-images",
            ...["artifactregistry", "cloudbuild", "cloudfunctions", "eventarc", "iam", "pubsub", "run", "storage"].map(
                (api) => `Service ${api}`,
            ),
        ],
    });
});

const entries = { service: "bigquery.googleapis.com", method: "google.cloud.bigquery.v2.TableService.InsertTable" };
const filters = [
    { attribute: "serviceName", value: entries.service },
    { attribute: "methodName", value: entries.method },
];
const written = "google.cloud.audit.log.v1.written";

test("a function on the audit log is called for a method's entries of its region", async () => {
    expect(await registered(() => predicting({ trigger: { audit: entries, retry: true } }))).toEqual({
        ...triggered({ eventType: written, eventFilters: filters, retryPolicy: "RETRY_POLICY_RETRY" }),
        ...receiver,
    });
});

test.each([
    ["projects/acme-dev/datasets/sales", {}],
    ["projects/acme-dev/datasets/sales/tables/*", { operator: "match-path-pattern" }],
    ["/projects/_/buckets/acme/objects/**/sale.csv", { operator: "match-path-pattern" }],
])("a function on the audit log is called for the resource %s alone", async (resource, operator) => {
    const expected = {
        ...triggered({
            eventType: written,
            eventFilters: [...filters, { attribute: "resourceName", value: resource, ...operator }],
            triggerRegion: "global",
        }),
        ...receiver,
    };
    for (const given of [resource, pulumi.output(resource)]) {
        const audit = { ...entries, resource: given };
        expect(await registered(() => predicting({ trigger: { audit, region: "global" } }))).toEqual(expected);
    }
});

test("a function on the audit log waits for what its trigger needs", async () => {
    const options = await registeredOptions(() => predicting({ trigger: { audit: entries } }));
    expect(options["Function predict"]?.after).toEqual(
        expect.arrayContaining([
            "IAMMember eventarc-agent-serviceAgent",
            "IAMMember predict-trigger-receiver",
            "Service eventarc",
            "Service pubsub",
        ]),
    );
    expect(options["Function predict"]?.after).not.toContain("IAMMember storage-agent-publisher");
});

test.each([
    [{ audit: { method: "a.b" } }, "trigger.audit.service: is missing."],
    [{ audit: { service: entries.service } }, "trigger.audit.method: is missing."],
    [
        { audit: { ...entries, service: "bigquery" } },
        'trigger.audit.service: must be an API\'s name, such as bigquery.googleapis.com (got "bigquery").',
    ],
    [
        { audit: { ...entries, method: "storage.objects.*" } },
        'trigger.audit.method: must be a method\'s whole name, such as storage.objects.create: it has no patterns (got "storage.objects.*").',
    ],
    [
        { audit: { ...entries, resource: "all of them" } },
        'trigger.audit.resource: must be a resource\'s path or a pattern, without blanks (got "all of them").',
    ],
    [
        { audit: entries, region: "EU" },
        'trigger.region: must be a region such as europe-west1, or global, as multi-regions have no audit triggers (got "EU").',
    ],
    [{ audit: entries, event: "written" }, 'trigger.event: unknown option "event"; did you mean "audit"?'],
])("an audit trigger without what it needs is refused: %j", async (trigger, problem) => {
    expect(await refused(() => predicting({ trigger: trigger as unknown as Trigger }))).toBe(
        `ServerlessFunction "predict": ${problem}`,
    );
});

test("more than nine minutes are refused for the audit log too", async () => {
    expect(await refused(() => predicting({ trigger: { audit: entries }, timeoutSeconds: 541 }))).toBe(
        'ServerlessFunction "predict": timeoutSeconds: must be at most 540 for events (got 541).',
    );
});
