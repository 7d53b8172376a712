import * as pulumi from "@pulumi/pulumi";
import {
    Alerts,
    BigQueryDataset,
    Dashboard,
    LogExclusion,
    type LogExclusionArgs,
    LogMetric,
    type LogMetricArgs,
    LogSink,
    type LogSinkArgs,
    PubSubTopic,
    Secret,
    StorageBucket,
} from "slipway";
import { refused, registered, registeredOptions, told } from "../registered";

const writer = "serviceAccount:service-123@gcp-sa-logging.iam.gserviceaccount.com";

/** The sink and the grants of its writer. */
async function sinkAndGrants(program: () => unknown) {
    const made = await registered(program, { environment: true });
    return Object.fromEntries(
        Object.entries(made).filter(([key]) => key.startsWith("ProjectSink") || key.includes("log-sinks")),
    );
}

test("a sink writes all log entries to a bucket, to which its writer may only add objects", async () => {
    const program = () => new LogSink("audit", { to: new StorageBucket("archive") });
    expect(await sinkAndGrants(program)).toEqual({
        "ProjectSink audit": {
            name: "audit",
            destination: "storage.googleapis.com/acme-dev-archive",
            exclusions: [],
            uniqueWriterIdentity: true,
        },
        "BucketIAMMember log-sinks-archive-object-creator": {
            bucket: "acme-dev-archive",
            role: "roles/storage.objectCreator",
            member: writer,
        },
    });
    const options = await registeredOptions(program);
    expect(options["ProjectSink audit"]).toEqual({
        parent: "LogSink audit",
        provider: "Provider dev",
        after: expect.arrayContaining(["Service logging", "Bucket archive"]),
    });
});

test("a sink writes to partitioned tables of a dataset, and to a topic", async () => {
    const program = () => {
        new LogSink("warnings", {
            to: new BigQueryDataset("logs"),
            filter: "severity>=WARNING",
            exclusions: { health: 'httpRequest.requestUrl:"/healthz"' },
            description: "Warnings",
        });
        new LogSink("errors", { to: new PubSubTopic("errors"), name: "errors-1", paused: true });
        new LogSink("daily", { to: new BigQueryDataset("old"), partitionedTables: false });
    };
    expect(await sinkAndGrants(program)).toMatchObject({
        "ProjectSink warnings": {
            destination: "bigquery.googleapis.com/projects/acme-dev/datasets/logs",
            filter: "severity>=WARNING",
            exclusions: [{ name: "health", filter: 'httpRequest.requestUrl:"/healthz"' }],
            bigqueryOptions: { usePartitionedTables: true },
            description: "Warnings",
        },
        "ProjectSink daily": { bigqueryOptions: { usePartitionedTables: false } },
        "ProjectSink errors": {
            name: "errors-1",
            destination: "pubsub.googleapis.com/projects/acme-dev/topics/errors",
            disabled: true,
        },
        "DatasetIamMember log-sinks-logs-data-editor": {
            datasetId: "logs",
            role: "roles/bigquery.dataEditor",
            member: writer,
        },
        "DatasetIamMember log-sinks-old-data-editor": { datasetId: "old", member: writer },
        "TopicIAMMember log-sinks-errors-publisher": { role: "roles/pubsub.publisher", member: writer },
    });
});

test("two sinks with one destination share the grant, which stays when one is removed", async () => {
    const program = () => {
        const to = new PubSubTopic("logs");
        new LogSink("one", { to, filter: "severity>=ERROR" });
        new LogSink("other", { to, filter: "severity<ERROR" });
    };
    const all = await registeredOptions(program, { environment: true });
    const grants = Object.entries(all).filter(([key]) => key.includes("log-sinks"));
    expect(grants).toEqual([
        [
            "TopicIAMMember log-sinks-logs-publisher",
            expect.objectContaining({ parent: "Environment dev", retainOnDelete: true }),
        ],
    ]);
});

test("a sink writes to a bucket that exists already, and not to another component that does", async () => {
    const call = (token: string, { name }: Record<string, unknown>) =>
        token.endsWith(":getBucket") ? { name } : undefined;
    const program = () => new LogSink("audit", { to: StorageBucket.existing("archive") });
    expect((await registered(program, { call }))["ProjectSink audit"]).toMatchObject({
        destination: "storage.googleapis.com/archive",
    });
    const wrong = () => new LogSink("audit", { to: Secret.existing("archive") as never });
    expect(await refused(wrong)).toContain(
        'LogSink "audit": to: must be a LogBucket, a StorageBucket, a BigQueryDataset or a PubSubTopic',
    );
});

const sinks: [string, object, string][] = [
    ["no destination", { to: undefined }, "to: is missing."],
    [
        "another destination",
        { to: "acme-logs" },
        'to: must be a LogBucket, a StorageBucket, a BigQueryDataset or a PubSubTopic (got "acme-logs").',
    ],
    [
        "an open text",
        { filter: 'a="b' },
        'filter: must be a filter in the Logging query language: at column 3: expected a text that ends with " (got "a=\\"b").',
    ],
    [
        "a bad name",
        { name: "-a" },
        'name: must have up to 100 letters, digits and _-., and start with a letter or a digit (got "-a").',
    ],
    ["tables of no dataset", { partitionedTables: true }, "partitionedTables: [logging/partitioned-tables-of-other]"],
    [
        "an open parenthesis in an exclusion",
        { exclusions: { a: "(b" } },
        'exclusions.a: must be a filter in the Logging query language: at column 3: expected ) (got "(b").',
    ],
];

test.each(sinks)("a sink with %s is refused", async (_, args, problem) => {
    const program = () => new LogSink("audit", { to: new StorageBucket("archive"), ...args } as LogSinkArgs);
    expect(await refused(program, {}, ["Bucket archive"])).toBe(`LogSink "audit": ${problem}`);
});

test("an exclusion leaves log entries out of the log bucket of the project", async () => {
    const filter = 'httpRequest.requestUrl:"/healthz" AND severity<ERROR AND sample(insertId, 0.99)';
    const program = () => new LogExclusion("probes", { filter, description: "Health checks", paused: true });
    expect(await registered(program)).toEqual({
        "ProjectExclusion probes": { name: "probes", filter, description: "Health checks", disabled: true },
    });
    expect((await registeredOptions(program))["ProjectExclusion probes"]).toEqual({
        parent: "LogExclusion probes",
        provider: "Provider dev",
        after: ["Service logging"],
    });
});

test.each([
    ["no filter", { filter: undefined }, "filter: is missing."],
    ["an empty filter", { filter: " " }, 'filter: must not be empty, as no log entry would be stored (got " ").'],
    [
        "an open parenthesis",
        { filter: "(b" },
        'filter: must be a filter in the Logging query language: at column 3: expected ) (got "(b").',
    ],
    [
        "a bad name",
        { filter: "a", name: "-a" },
        'name: must have up to 100 letters, digits and _-., and start with a letter or a digit (got "-a").',
    ],
])("an exclusion with %s is refused", async (_, args, problem) => {
    const program = () => new LogExclusion("probes", args as unknown as LogExclusionArgs);
    expect(await refused(program)).toBe(`LogExclusion "probes": ${problem}`);
});

test("a metric counts log entries by labels", async () => {
    const args: LogMetricArgs = {
        filter: 'jsonPayload.event="rejected"',
        labels: {
            reason: "jsonPayload.reason",
            status: { extract: "EXTRACT(httpRequest.status)", type: "integer", description: "The status" },
        },
    };
    expect(await registered(() => new LogMetric("rejections", args))).toEqual({
        "Metric rejections": {
            name: "rejections",
            filter: 'jsonPayload.event="rejected"',
            metricDescriptor: {
                metricKind: "DELTA",
                valueType: "INT64",
                unit: "1",
                labels: [
                    { key: "reason", valueType: "STRING" },
                    { key: "status", valueType: "INT64", description: "The status" },
                ],
            },
            labelExtractors: { reason: "EXTRACT(jsonPayload.reason)", status: "EXTRACT(httpRequest.status)" },
        },
    });
});

const regex = 'REGEXP_EXTRACT(textPayload, "took (\\d+) ms")';
test.each<[LogMetricArgs["distribution"], object]>([
    [
        { extract: "jsonPayload.seconds", unit: "s" },
        { exponentialBuckets: { numFiniteBuckets: 64, growthFactor: 2, scale: 0.01 } },
    ],
    [{ extract: regex, buckets: { bounds: [1, 5] } }, { explicitBuckets: { bounds: [1, 5] } }],
    [{ extract: regex, buckets: { bounds: [1] } }, { explicitBuckets: { bounds: [1] } }],
    [
        { extract: regex, buckets: { linear: { count: 5, width: 2 } } },
        { linearBuckets: { numFiniteBuckets: 5, width: 2, offset: 0 } },
    ],
    [
        { extract: regex, buckets: { linear: { count: 1, width: 0.5, offset: -1 } } },
        { linearBuckets: { numFiniteBuckets: 1, width: 0.5, offset: -1 } },
    ],
    [
        { extract: regex, buckets: { exponential: { count: 200, growthFactor: 1.5, scale: 0.5 } } },
        { exponentialBuckets: { numFiniteBuckets: 200, growthFactor: 1.5, scale: 0.5 } },
    ],
])("a metric records the numbers of %j", async (distribution, bucketOptions) => {
    const made = await registered(() => new LogMetric("duration", { filter: "severity>=INFO", distribution }));
    expect(made["Metric duration"]).toMatchObject({
        metricDescriptor: { valueType: "DISTRIBUTION", unit: distribution?.unit ?? "1" },
        valueExtractor: expect.stringContaining("EXTRACT("),
        bucketOptions,
    });
});

test("a metric is deleted before it is replaced, as its name is taken", async () => {
    const options = await registeredOptions(() => new LogMetric("errors", { filter: "severity>=ERROR" }));
    expect(options["Metric errors"]).toMatchObject({ deleteBeforeReplace: true, after: ["Service logging"] });
});

const rejected = 'resource.type="cloud_run_revision" AND (jsonPayload.event="rejected" OR severity>=ERROR)';
const channel = "projects/acme-dev/notificationChannels/1";
const oncall = () => new Alerts("oncall", { to: { email: "oncall@acme.example" }, quota: false });

test("a metric alerts by the number of log entries of its type of resource", async () => {
    const program = () =>
        new LogMetric("rejections", {
            filter: rejected,
            name: "sales/rejections",
            alerts: { to: oncall(), logEntries: { threshold: 5, for: "5 minutes" } },
        });
    const made = await registered(program);
    expect(made["AlertPolicy rejections-logEntries"]).toMatchObject({
        displayName: "rejections: log entries match the filter of a metric",
        severity: "WARNING",
        conditions: [
            {
                conditionThreshold: {
                    filter: 'resource.type = "cloud_run_revision" AND metric.type = "logging.googleapis.com/user/sales/rejections"',
                    aggregations: [
                        {
                            alignmentPeriod: "300s",
                            perSeriesAligner: "ALIGN_DELTA",
                            crossSeriesReducer: "REDUCE_SUM",
                        },
                    ],
                    comparison: "COMPARISON_GT",
                    thresholdValue: 5,
                    duration: "300s",
                },
            },
        ],
        userLabels: { component: "rejections", signal: "logentries" },
    });
    const options = await registeredOptions(program);
    expect(options["AlertPolicy rejections-logEntries"]).toMatchObject({
        parent: "LogMetric rejections",
        after: expect.arrayContaining(["Service monitoring", "Metric rejections"]),
    });
});

test("a metric without changes alerts at each log entry, and one with false does not", async () => {
    const made = await registered(() => {
        const to = oncall();
        new LogMetric("each", { filter: rejected, alerts: to });
        new LogMetric("none", { filter: rejected, alerts: { to, logEntries: false } });
    });
    const policies = Object.keys(made).filter((key) => key.startsWith("AlertPolicy"));
    expect(policies).toEqual(["AlertPolicy each-logEntries"]);
    expect(made["AlertPolicy each-logEntries"]).toMatchObject({
        conditions: [{ conditionThreshold: { thresholdValue: 0, duration: "0s" } }],
    });
});

test("a dashboard shows a metric last, with the threshold of its alert, unless its type of resource is unknown", async () => {
    const made = (await registered(() => {
        const to = oncall();
        new LogMetric("rejections", { filter: rejected, alerts: { to, logEntries: { threshold: 5 } } });
        new LogMetric("any", { filter: "severity>=ERROR" });
        new LogMetric("either", { filter: 'resource.type=("gce_instance" OR "k8s_container")' });
        new PubSubTopic("sales");
        new Dashboard("platform");
    })) as Record<string, { dashboardJson: string }>;
    const tiles = JSON.parse(made["Dashboard platform"]?.dashboardJson ?? "").mosaicLayout.tiles;
    expect(tiles.map(({ widget }: { widget: { title: string } }) => widget.title)).toEqual([
        "sales",
        expect.stringContaining("errors"),
        "rejections",
        "logEntries (log entries in 5 minutes)",
    ]);
    expect(tiles[2].widget.sectionHeader).toEqual({ subtitle: "LogMetric in Logs" });
    const prometheusQuery =
        'sum (increase(logging_googleapis_com:user_rejections{monitored_resource="cloud_run_revision"}[300s]))';
    expect(tiles[3].widget.xyChart).toMatchObject({
        dataSets: [{ timeSeriesQuery: { prometheusQuery } }],
        thresholds: [{ value: 5 }],
    });
});

const noResource = "[logging/filter-without-resource-type]";
test.each([
    ["no type of resource", { filter: "severity>=ERROR" }, noResource],
    ["several types of resources", { filter: 'resource.type="a" OR resource.type="b"' }, noResource],
    ["another type of resource", { filter: 'NOT resource.type="a"' }, noResource],
    ["a part of a type of resource", { filter: 'resource.type:"a"' }, noResource],
    ["a function as type of resource", { filter: "resource.type=cast(labels.a, STRING)" }, noResource],
    ["the type of another field", { filter: 'protoPayload.type="a"' }, noResource],
    ["an output as filter", { filter: pulumi.output(rejected) }, noResource],
    [
        "a distribution without a threshold",
        { filter: rejected, distribution: { extract: "a" } },
        "alerts.logValues: [logging/alert-threshold-missing]",
    ],
])("alerts of a metric with %s are refused", async (_, args, words) => {
    const program = () => new LogMetric("errors", { ...args, alerts: oncall() });
    expect(await refused(program, {}, ["NotificationChannel oncall-email"])).toContain(words);
});

test.each([
    [
        "the number of entries of a distribution",
        { distribution: { extract: "a" }, alerts: { logEntries: { threshold: 1 }, logValues: { threshold: 1 } } },
        "alerts.logEntries: [logging/alert-of-metric-type]",
    ],
    [
        "the values of a counter",
        { alerts: { logValues: { threshold: 1 } } },
        "alerts.logValues: [logging/alert-of-metric-type]",
    ],
])("an alert by %s is refused", async (_, { alerts, ...args }, words) => {
    const program = () => new LogMetric("errors", { filter: rejected, ...args, alerts: { to: oncall(), ...alerts } });
    expect(await refused(program, {}, ["NotificationChannel oncall-email"])).toBe(`LogMetric "errors": ${words}`);
});

const seconds: LogMetricArgs = { filter: rejected, distribution: { extract: "jsonPayload.seconds", unit: "s" } };

test("a distribution alerts by the 95th percentile of its values, and has a row", async () => {
    const made = await registered(() => {
        const to = oncall();
        new LogMetric("duration", { ...seconds, alerts: { to, logValues: { threshold: 2.5, for: "10 minutes" } } });
        new LogMetric("quiet", { ...seconds, alerts: { to, logValues: false } });
        new Dashboard("platform");
    });
    expect(Object.keys(made).filter((key) => key.startsWith("AlertPolicy"))).toEqual([
        "AlertPolicy duration-logValues",
    ]);
    expect(made["AlertPolicy duration-logValues"]).toMatchObject({
        displayName: "duration: values in log entries are high",
        conditions: [
            {
                conditionThreshold: {
                    filter: 'resource.type = "cloud_run_revision" AND metric.type = "logging.googleapis.com/user/duration"',
                    aggregations: [
                        {
                            alignmentPeriod: "300s",
                            perSeriesAligner: "ALIGN_DELTA",
                            crossSeriesReducer: "REDUCE_PERCENTILE_95",
                        },
                    ],
                    thresholdValue: 2.5,
                    duration: "600s",
                },
            },
        ],
    });
    const { dashboardJson } = made["Dashboard platform"] as { dashboardJson: string };
    expect(dashboardJson).toContain(
        'histogram_quantile(0.95, sum by (le) (rate(logging_googleapis_com:user_duration_bucket{monitored_resource=\\"cloud_run_revision\\"}[300s])))',
    );
});

test("a metric alerts by the type of resource wherever the filter requires it", async () => {
    const made = await registered(() => {
        new LogMetric("errors", { filter: 'severity>=ERROR AND resource.type="gce_instance"', alerts: oncall() });
    });
    expect(made["AlertPolicy errors-logEntries"]).toMatchObject({
        conditions: [{ conditionThreshold: { filter: expect.stringMatching(/^resource.type = "gce_instance" AND /) } }],
    });
});

test.each<[string, object | undefined, object]>([
    ["the contact changes only the duration", { logValues: { for: "10 minutes" } }, {}],
    ["the metric changes only the duration", undefined, { logValues: { for: "10 minutes" } }],
])("a distribution needs a threshold if %s", async (_, thresholds, own) => {
    const program = () => {
        const to = new Alerts("oncall", { to: { channels: [channel] }, quota: false, thresholds });
        new LogMetric("duration", { ...seconds, alerts: { to, ...own } });
    };
    expect(await refused(program)).toBe('LogMetric "duration": alerts.logValues: [logging/alert-threshold-missing]');
});

test("a distribution has the threshold of the contact and a duration of its own", async () => {
    const made = await registered(() => {
        const thresholds = { logValues: { threshold: 9 } };
        const to = new Alerts("oncall", { to: { channels: [channel] }, quota: false, thresholds });
        new LogMetric("duration", { ...seconds, alerts: { to, logValues: { for: "10 minutes" } } });
    });
    expect(made["AlertPolicy duration-logValues"]).toMatchObject({
        conditions: [{ conditionThreshold: { thresholdValue: 9, duration: "600s" } }],
    });
});

test("the thresholds of a contact apply to distributions", async () => {
    const made = await registered(() => {
        const thresholds = { logValues: { threshold: 9 } };
        const to = new Alerts("oncall", { to: { email: "oncall@acme.example" }, quota: false, thresholds });
        new LogMetric("duration", { ...seconds, alerts: to });
    });
    expect(made["AlertPolicy duration-logValues"]).toMatchObject({
        conditions: [{ conditionThreshold: { thresholdValue: 9, duration: "300s" } }],
    });
});

test("a distribution needs no threshold for a contact that gets no alerts by values", async () => {
    const made = await registered(() => {
        const thresholds = { logValues: false } as const;
        const to = new Alerts("oncall", { to: { channels: [channel] }, quota: false, thresholds });
        new LogMetric("duration", { ...seconds, alerts: to });
    });
    expect(Object.keys(made)).toEqual(["Metric duration"]);
});

const buckets = "must be a whole number from 1 to 200 buckets";
const bucketProblem = (given: object, path: string, problem: string): [object, string] => [
    { distribution: { extract: "a", buckets: given } },
    `distribution.buckets.${path}: ${problem}`,
];
const metrics: [string, object, string][] = [
    ["no filter", { filter: undefined }, "filter: is missing."],
    [
        "a label with a hyphen",
        { labels: { "a-b": "c" } },
        'labels.a-b: a label must have up to 100 letters, digits and _, and start with a letter (got "a-b").',
    ],
    [
        "two capture groups",
        { labels: { a: 'REGEXP_EXTRACT(b, "(c)(d)")' } },
        'labels.a: must be EXTRACT(field), or REGEXP_EXTRACT(field, "regular expression") with exactly one capture group (got "REGEXP_EXTRACT(b, \\"(c)(d)\\")").',
    ],
    [
        "bounds that descend",
        { distribution: { extract: "a", buckets: { bounds: [2, 1] } } },
        "distribution.buckets.bounds: must be in ascending order (got [2, 1]).",
    ],
    [
        "a factor of 1",
        { distribution: { extract: "a", buckets: { exponential: { count: 1, growthFactor: 1, scale: 1 } } } },
        "distribution.buckets.exponential.growthFactor: must be above 1 (got 1).",
    ],
    ["no bounds", ...bucketProblem({ bounds: [] }, "bounds", "must have at least one bound (got []).")],
    ["a bound twice", ...bucketProblem({ bounds: [1, 1] }, "bounds", "must be in ascending order (got [1, 1]).")],
    ["a bound as text", ...bucketProblem({ bounds: ["1"] }, "bounds.0", 'must be a number (got "1").')],
    ["an endless bound", ...bucketProblem({ bounds: [Infinity] }, "bounds.0", "must be a number (got Infinity).")],
    ["no buckets", ...bucketProblem({ linear: { count: 0, width: 1 } }, "linear.count", `${buckets} (got 0).`)],
    ["201 buckets", ...bucketProblem({ linear: { count: 201, width: 1 } }, "linear.count", `${buckets} (got 201).`)],
    [
        "buckets without a width",
        ...bucketProblem({ linear: { count: 1, width: 0 } }, "linear.width", "must be a number above 0 (got 0)."),
    ],
    [
        "an endless width",
        ...bucketProblem(
            { linear: { count: 1, width: Infinity } },
            "linear.width",
            "must be a number above 0 (got Infinity).",
        ),
    ],
    [
        "an endless factor",
        ...bucketProblem(
            { exponential: { count: 1, growthFactor: Infinity, scale: 1 } },
            "exponential.growthFactor",
            "must be above 1 (got Infinity).",
        ),
    ],
    [
        "a width as text",
        ...bucketProblem({ linear: { count: 1, width: "1" } }, "linear.width", 'must be a number above 0 (got "1").'),
    ],
    [
        "a factor as text",
        ...bucketProblem(
            { exponential: { count: 1, growthFactor: "2", scale: 1 } },
            "exponential.growthFactor",
            'must be above 1 (got "2").',
        ),
    ],
    [
        "a name that starts with a slash",
        { name: "/a" },
        `name: must have up to 100 letters, digits and _-.,+!*'()%/, and not start with / (got "/a").`,
    ],
];

test.each(metrics)("a metric with %s is refused", async (_, args, problem) => {
    const program = () => new LogMetric("errors", { filter: "severity>=ERROR", ...args } as LogMetricArgs);
    expect(await refused(program)).toBe(`LogMetric "errors": ${problem}`);
});

test.each([
    ["logEntries", { extract: "EXTRACT(a)" }, "is only valid for metrics without distribution. Use logValues."],
    ["logValues", undefined, "is only valid for metrics with distribution. Use logEntries."],
])(
    "a change of %s is refused for the other kind of metric, which the error names",
    async (signal, distribution, text) => {
        const program = () => {
            const oncall = new Alerts("oncall", {
                to: { email: "team@acme.example" },
                quota: false,
                thresholds: { logValues: { threshold: 9 } },
            });
            const filter = 'resource.type="cloud_run_revision" severity>=ERROR';
            const alerts = { to: oncall, [signal]: { for: "10 minutes" } };
            new LogMetric("errors", { filter, distribution, alerts } as LogMetricArgs);
        };
        expect(await told(program, {}, ["NotificationChannel oncall-email"])).toContain(`alerts.${signal}: ${text}`);
    },
);
