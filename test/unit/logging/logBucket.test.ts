import { CloudRunJob, KmsKey, LogBucket, type LogBucketArgs, LogSink } from "slipway";
import { refused, registered, registeredOptions } from "../registered";

const fresh = (name: string) => expect.stringMatching(new RegExp(`^${name}-[0-9a-f]{6}$`));
const bare = {
    bucketId: fresh("audit"),
    project: "acme-dev",
    location: "europe-west1",
    retentionDays: 30,
    indexConfigs: [],
};

/** The arguments of the log bucket. */
const bucketOf = async (args: LogBucketArgs) =>
    (await registered(() => new LogBucket("audit", args)))["ProjectBucketConfig audit"];

test("a bare log bucket stores log entries in the region for 30 days", async () => {
    expect(await registered(() => new LogBucket("audit"))).toEqual({ "ProjectBucketConfig audit": bare });
    const options = await registeredOptions(() => new LogBucket("audit"));
    expect(options["ProjectBucketConfig audit"]).toMatchObject({
        after: ["Service logging"],
        ignoreChanges: ["bucketId"],
        replacementTrigger: "audit",
    });
});

test.each<[string, LogBucketArgs, object]>([
    ["a location", { location: "eu" }, { location: "eu" }],
    ["a retention", { retention: "365 days" }, { retentionDays: 365 }],
    ["a lock", { retention: { period: "10 days", locked: true } }, { retentionDays: 10, locked: true }],
    ["no lock", { retention: { period: "10 days", locked: false } }, { retentionDays: 10 }],
    ["analytics", { analytics: true }, { enableAnalytics: true }],
    ["no analytics", { analytics: false }, {}],
    ["a name", { name: "A_b.1" }, { bucketId: fresh("A_b\\.1") }],
    ["a description", { description: "Audit logs" }, { description: "Audit logs" }],
    [
        "indexes",
        { indexes: { "jsonPayload.request.status": "integer", 'labels."k8s-pod/app"': "string" } },
        {
            indexConfigs: [
                { fieldPath: "jsonPayload.request.status", type: "INDEX_TYPE_INTEGER" },
                { fieldPath: 'labels."k8s-pod/app"', type: "INDEX_TYPE_STRING" },
            ],
        },
    ],
])("a log bucket can have %s", async (_, args, expected) => {
    expect(await bucketOf(args)).toEqual({ ...bare, ...expected });
});

test("_Default is changed where it is, and not deleted", async () => {
    const program = () => new LogBucket("logs", { name: "_Default", retention: "90 days" });
    expect(await registered(program)).toEqual({
        "ProjectBucketConfig logs": { ...bare, bucketId: "_Default", location: "global", retentionDays: 90 },
    });
    const { "ProjectBucketConfig logs": options } = await registeredOptions(program, { kind: "production" });
    expect(options?.protect).toBeFalsy();
    expect(options?.ignoreChanges ?? []).toEqual([]);
});

test("a log bucket is protected in production, and a locked one everywhere, where it stays when it is destroyed", async () => {
    const protectedIn = async (kind: "development" | "production", args: LogBucketArgs, config = {}) => {
        const options = await registeredOptions(() => new LogBucket("audit", args), { kind, config });
        return options["ProjectBucketConfig audit"];
    };
    expect((await protectedIn("development", {}))?.protect).toBeFalsy();
    expect(await protectedIn("production", {})).toMatchObject({ protect: true });
    const locked: LogBucketArgs = { retention: { period: "10 days", locked: true } };
    expect(await protectedIn("development", locked)).toMatchObject({ protect: true, retainOnDelete: true });
    const lifted = await protectedIn("development", locked, { "slipway:protection": "off" });
    expect(lifted?.protect).toBeFalsy();
    expect(lifted).toMatchObject({ retainOnDelete: true });
});

test("analytics can have a dataset in BigQuery", async () => {
    const program = () => new LogBucket("audit", { analytics: { datasetId: "audit_logs" } });
    const made = await registered(program);
    expect(made).toEqual({
        "ProjectBucketConfig audit": { ...bare, enableAnalytics: true },
        "LinkedDataset audit": { linkId: "audit_logs", bucket: expect.any(String) },
    });
    const options = await registeredOptions(program);
    expect(options["LinkedDataset audit"]).toMatchObject({
        deleteBeforeReplace: true,
        after: expect.arrayContaining(["ProjectBucketConfig audit", "Service bigquery"]),
    });
});

test("views have readers of their own", async () => {
    const made = await registered(() => {
        const logs = new LogBucket("audit", {
            views: {
                errors: { filter: 'LOG_ID("stderr") AND NOT resource.type="gce_instance"', description: "Errors" },
            },
        });
        const { viewer, role } = logs.view("errors");
        new CloudRunJob("report", {
            image: "docker.io/acme/report@sha256:9999999999999999999999999999999999999999999999999999999999999999",
            uses: { ERRORS: viewer, MORE: role("roles/logging.viewer"), ALL: logs.viewer },
        });
    });
    expect(made["LogView audit-errors"]).toEqual({
        name: "errors",
        bucket: expect.any(String),
        filter: 'LOG_ID("stderr") AND NOT resource.type="gce_instance"',
        description: "Errors",
    });
    const grants = Object.entries(made).filter(([key]) => key.startsWith("LogViewIamMember"));
    expect(
        grants.map(([, grant]) => {
            const { name, role, parent, location } = grant as Record<string, unknown>;
            return [name, role, parent, location];
        }),
    ).toEqual([
        ["_AllLogs", "roles/logging.viewAccessor", "projects/acme-dev", "europe-west1"],
        ["errors", "roles/logging.viewer", "projects/acme-dev", "europe-west1"],
        ["errors", "roles/logging.viewAccessor", "projects/acme-dev", "europe-west1"],
    ]);
});

test("the service account of Cloud Logging may encrypt with the key", async () => {
    const made = await registered(
        () => new LogBucket("audit", { encryptionKey: new KmsKey("logs"), description: "Encrypted" }),
        { environment: true },
    );
    expect(made["ProjectBucketConfig audit"]).toMatchObject({ cmekSettings: { kmsKeyName: expect.any(String) } });
    const [grant] = Object.entries(made).filter(([key]) => key.startsWith("CryptoKeyIAMMember"));
    expect(grant).toEqual([
        "CryptoKeyIAMMember logging-agent-audit-key-crypto-key-encrypter-decrypter",
        expect.objectContaining({ role: "roles/cloudkms.cryptoKeyEncrypterDecrypter" }),
    ]);
});

test("a sink writes to a log bucket of its project without a role", async () => {
    const made = await registered(
        () => {
            new LogSink("audit", { to: new LogBucket("audit") });
            new LogSink("default", { to: LogBucket.existing("_Default", { location: "global" }) });
        },
        { environment: true },
    );
    expect(made["ProjectSink audit"]).toMatchObject({
        destination: expect.stringMatching(/^logging\.googleapis\.com\/.+/),
        uniqueWriterIdentity: true,
    });
    expect(made["ProjectSink audit"]).not.toHaveProperty("bigqueryOptions.usePartitionedTables");
    expect(made["ProjectSink default"]).toMatchObject({
        destination: "logging.googleapis.com/projects/acme-dev/locations/global/buckets/_Default",
    });
    expect(Object.keys(made).filter((key) => key.startsWith("IAMMember"))).toEqual([]);
});

test("a sink gets a role for a log bucket of another project, and only for that one", async () => {
    const made = await registered(
        () => new LogSink("audit", { to: LogBucket.existing("central", { project: "acme-logs", location: "eu" }) }),
        { environment: true },
    );
    expect(made["IAMMember log-sinks-central-bucket-writer"]).toEqual({
        project: "acme-logs",
        role: "roles/logging.bucketWriter",
        member: expect.stringMatching(/^serviceAccount:/),
        condition: {
            title: "log bucket",
            expression: 'resource.name.endsWith("projects/acme-logs/locations/eu/buckets/central")',
        },
    });
});

test.each<[string, () => unknown, string]>([
    ["a part of a day", () => new LogBucket("audit", { retention: "36 hours" }), "retention: must be whole days"],
    [
        "no retention",
        () => new LogBucket("audit", { retention: "0 days" }),
        "retention: must be from 1 day to 3650 days",
    ],
    [
        "a retention above 10 years",
        () => new LogBucket("audit", { retention: { period: "3651 days" } }),
        "retention.period: must be from 1 day to 3650 days",
    ],
    [
        "a zone",
        () => new LogBucket("audit", { location: "europe-west1-b" }),
        "location: must be a region such as europe-west1, eu, us or global",
    ],
    ["_Required", () => new LogBucket("audit", { name: "_Required" }), "name: must have up to 100 letters"],
    ["a name of 94 characters", () => new LogBucket("audit", { name: "a".repeat(94) }), "name: "],
    [
        "a view by severity",
        () => new LogBucket("audit", { views: { errors: { filter: "severity>=ERROR" } } }),
        "views.errors.filter: must compare resource.type",
    ],
    [
        "a view with OR",
        () => new LogBucket("audit", { views: { out: { filter: 'LOG_ID("stdout") OR LOG_ID("stderr")' } } }),
        "views.out.filter: must compare resource.type",
    ],
    ["a view of Google Cloud", () => new LogBucket("audit", { views: { _AllLogs: {} } }), "views._AllLogs: must"],
    [
        "31 views",
        () =>
            new LogBucket("audit", { views: Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`v${i}`, {}])) }),
        "views: ",
    ],
    [
        "an index of no field",
        () => new LogBucket("audit", { indexes: { jsonPayload: "string" } }),
        "indexes.jsonPayload: must be a field of log entries such as jsonPayload.request.status",
    ],
    [
        "an index of another type",
        () => new LogBucket("audit", { indexes: { "jsonPayload.at": "time" as never } }),
        "indexes.jsonPayload.at: must be",
    ],
    [
        "a dataset with a hyphen",
        () => new LogBucket("audit", { analytics: { datasetId: "audit-logs" } }),
        "analytics.datasetId: ",
    ],
    [
        "a key of _Default",
        () => new LogBucket("logs", { name: "_Default", encryptionKey: key("global") }),
        "encryptionKey: [logging/key-of-default-bucket]",
    ],
    [
        "a lock of _Default",
        () => new LogBucket("logs", { name: "_Default", retention: { period: "30 days", locked: true } }),
        "retention.locked: [logging/lock-of-default-bucket]",
    ],
    [
        "a key in another location",
        () => new LogBucket("audit", { encryptionKey: key("europe") }),
        "encryptionKey: [logging/key-other-location]",
    ],
])("%s is refused", async (_, program, problem) => {
    expect(await refused(program)).toContain(problem);
});

const key = (location: string) => `projects/acme-dev/locations/${location}/keyRings/data/cryptoKeys/logs`;

test("an unknown view is refused", async () => {
    const program = () => new LogBucket("audit", { views: { errors: {} } }).view("error");
    expect(await refused(program, {}, ["LogView audit-errors", "ProjectBucketConfig audit"])).toContain(
        "views: [logging/view-unknown]",
    );
});
