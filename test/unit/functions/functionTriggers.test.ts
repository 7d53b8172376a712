import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, StorageBucket } from "slipway";
import type { Trigger } from "slipway/functions";
import { bare, bucket, invoker, made, member, messages, predicting, receiver, topic, triggered } from "../predicting";
import { refused, registered, registeredOptions } from "../registered";
import { retryDefaults } from "../retryDefaults";

test("a topic trigger calls the function as a service account without other roles", async () => {
    expect(await registered(() => predicting({ trigger: { topic: new PubSubTopic("sales") } }))).toEqual({
        ...topic,
        ...triggered(messages),
    });
});

test("a topic trigger retries failures if enabled", async () => {
    expect(await registered(() => predicting({ trigger: { topic: new PubSubTopic("sales"), retries: true } }))).toEqual(
        {
            ...topic,
            ...triggered({ ...messages, retryPolicy: "RETRY_POLICY_RETRY" }),
        },
    );
});

test.each([
    [undefined, "finalized"],
    ["finalized", "finalized"],
    ["deleted", "deleted"],
    ["archived", "archived"],
    ["metadataUpdated", "metadataUpdated"],
] as const)("a bucket trigger with the event %s has the event type %s", async (event, type) => {
    expect(await registered(() => predicting({ trigger: { bucket: new StorageBucket("sales"), event } }))).toEqual({
        ...bucket,
        ...triggered({
            eventType: `google.cloud.storage.object.v1.${type}`,
            eventFilters: [{ attribute: "bucket", value: "acme-dev-sales" }],
        }),
        ...receiver,
    });
});

test("a bucket trigger is in the location of the bucket, and the function in its own region", async () => {
    const { "Function predict": made } = await registered(() =>
        predicting({ trigger: { bucket: new StorageBucket("sales", { location: "EU" }) } }),
    );
    expect(made).toMatchObject({ location: "europe-west1", eventTrigger: { triggerRegion: "eu" } });
});

test("service agents get the roles for events before the trigger is created", async () => {
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
            "IAMMember predict-build-copied-source",
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

test("an audit trigger filters the method's entries in the function's region", async () => {
    expect(await registered(() => predicting({ trigger: { audit: entries, retries: true } }))).toEqual({
        ...triggered({ eventType: written, eventFilters: filters, retryPolicy: "RETRY_POLICY_RETRY" }),
        ...receiver,
    });
});

test.each([
    ["projects/acme-dev/datasets/sales", {}],
    ["projects/acme-dev/datasets/sales/tables/*", { operator: "match-path-pattern" }],
    ["/projects/_/buckets/acme/objects/**/sale.csv", { operator: "match-path-pattern" }],
])("an audit trigger filters the resource %s", async (resource, operator) => {
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

test("a function with an audit trigger waits for the grants of the trigger", async () => {
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
        'trigger.audit.method: must be a method\'s whole name, such as storage.objects.create: patterns are not supported (got "storage.objects.*").',
    ],
    [
        { audit: { ...entries, resource: "all of them" } },
        'trigger.audit.resource: must be a resource\'s path or a pattern, without spaces (got "all of them").',
    ],
    [
        { audit: entries, region: "EU" },
        'trigger.region: must be a region such as europe-west1, or global, because multi-regions do not support audit triggers (got "EU").',
    ],
    [
        { audit: entries, event: "written" },
        'trigger.event: unknown option "event"; the options are audit, region, retries.',
    ],
])("an invalid audit trigger is refused: %j", async (trigger, problem) => {
    expect(await refused(() => predicting({ trigger: trigger as unknown as Trigger }))).toBe(
        `ServerlessFunction "predict": ${problem}`,
    );
});

test("more than nine minutes are refused for an audit trigger too", async () => {
    expect(await refused(() => predicting({ trigger: { audit: entries }, timeout: "541 seconds" }))).toBe(
        'ServerlessFunction "predict": timeout: [functions/timeout-of-trigger]',
    );
});

/** The resources of a function with a schedule. */
const scheduled = (job: object, timeoutSeconds = 60) => ({
    ...made("predict"),
    "Function predict": {
        ...bare("predict"),
        serviceConfig: {
            ...bare("predict").serviceConfig,
            timeoutSeconds,
            ingressSettings: "ALLOW_INTERNAL_ONLY",
        },
    },
    "Account predict-schedule-call": {
        accountId: "predict-schedule-call",
        displayName: "Makes the calls of the schedule predict-schedule",
    },
    ...invoker("predict-schedule-predict-invoker", "predict", member("predict-schedule-call")),
    "Job predict-schedule": {
        name: "predict-schedule",
        region: "europe-west1",
        timeZone: "Etc/UTC",
        paused: false,
        attemptDeadline: `${timeoutSeconds}s`,
        retryConfig: retryDefaults,
        httpTarget: {
            uri: "https://predict-1a2b3c-ew.a.run.app",
            httpMethod: "POST",
            oidcToken: {
                serviceAccountEmail: "predict-schedule-call@acme-dev.iam.gserviceaccount.com",
                audience: "https://predict-1a2b3c-ew.a.run.app",
            },
        },
        ...job,
    },
});

test.each([
    ["a text", "0 3 * * *"],
    ["an output", pulumi.output("0 3 * * *")],
    ["the only option", { cron: "0 3 * * *" }],
])("a schedule trigger, as %s, calls the function as the schedule's service account only", async (_, schedule) => {
    const expected = scheduled({ schedule: "0 3 * * *" });
    expect(await registered(() => predicting({ trigger: { schedule } }))).toEqual(expected);
});

test("a schedule waits until the function's timeout, and retries if enabled", async () => {
    const schedule = { cron: "0 3 * * MON", timeZone: "Europe/Berlin", paused: true, retries: 3 };
    expect(await registered(() => predicting({ trigger: { schedule }, timeout: "30 minutes" }))).toEqual(
        scheduled(
            {
                schedule: "0 3 * * MON",
                timeZone: "Europe/Berlin",
                paused: true,
                retryConfig: { ...retryDefaults, retryCount: 3 },
            },
            1800,
        ),
    );
});

test.each([
    [5, 15],
    [14, 15],
    [15, 15],
    [16, 16],
] as const)("a schedule of a function with a timeout of %d seconds waits for %d", async (timeout, deadline) => {
    const { "Job predict-schedule": made } = await registered(() =>
        predicting({ trigger: { schedule: "0 3 * * *" }, timeout: `${timeout} seconds` }),
    );
    expect(made).toMatchObject({ attemptDeadline: `${deadline}s` });
});

test("a function with a schedule has no minimum instance in production, and no Eventarc resources", async () => {
    const trigger = { schedule: "0 3 * * *" };
    const all = await registered(() => predicting({ trigger }), { kind: "production", environment: true });
    expect(all["Function predict"]).toMatchObject({ serviceConfig: { minInstanceCount: 0 } });
    expect(all).toHaveProperty(["Service cloudscheduler"]);
    expect(all).not.toHaveProperty(["Service eventarc"]);
});

test("more than half an hour is refused for a schedule", async () => {
    expect(await refused(() => predicting({ trigger: { schedule: "0 3 * * *" }, timeout: "1801 seconds" }))).toBe(
        'ServerlessFunction "predict": timeout: [functions/timeout-of-trigger]',
    );
});

const fields = 'Write five fields such as "30 3 * * MON-FRI": minute, hour, day of the month, month, day of the week.';

test.each([
    ["daily", `trigger.schedule: must have five fields, separated by spaces (got "daily"). ${fields}`],
    [{}, "trigger.schedule.cron: is missing."],
    [
        { cron: "0 25 * * *" },
        `trigger.schedule.cron: has an hour that is not from 0 to 23: "25" (got "0 25 * * *"). ${fields}`,
    ],
    [{ cron: "0 3 * * *", retries: 6 }, "trigger.schedule.retries: must be a whole number from 1 to 5 (got 6)."],
    [
        { cron: "0 3 * * *", timezone: "UTC" },
        'trigger.schedule.timezone: unknown option "timezone"; did you mean "timeZone"?',
    ],
])("an invalid schedule is refused before anything is registered: %j", async (schedule, problem) => {
    const trigger = { schedule } as unknown as Trigger;
    expect(await refused(() => predicting({ trigger }))).toBe(`ServerlessFunction "predict": ${problem}`);
});
