import { refusalOf, World } from "./world";

const log = { displayName: "An error", conditionMatchedLog: { filter: "severity>=ERROR" } };
const absent = {
    displayName: "Silence",
    conditionAbsent: {
        filter: 'metric.type="compute.googleapis.com/instance/uptime" AND resource.type="gce_instance"',
        duration: "600s",
    },
};
const policy = {
    displayName: "Errors",
    combiner: "OR",
    conditions: [log],
    alertStrategy: { notificationRateLimit: { period: "300s" } },
};

function monitored() {
    const cloud = new World();
    cloud.enable("monitoring");
    return cloud;
}

test("a policy and its conditions have names, which are kept in updates", () => {
    const cloud = monitored();
    const labels = { email_address: "sales@acme.example" };
    const channel = cloud.make("NotificationChannel", { type: "email", labels });
    const made = cloud.make("AlertPolicy", { ...policy, notificationChannels: [channel.id] });
    const { name, conditions, creationRecords } = made.state;
    expect(made.id).toBe(name);
    expect(name).toMatch(/^projects\/acme-dev\/alertPolicies\/\d{19}$/);
    expect(conditions).toEqual([{ ...log, name: expect.stringMatching(new RegExp(`^${name}/conditions/\\d{19}$`)) }]);
    expect(creationRecords).toEqual([
        { mutateTime: expect.stringMatching(/^\d{4}-/), mutatedBy: expect.stringContaining("@") },
    ]);
    expect(cloud.changed(made)).toEqual([]);
    const changed = cloud.update(made, { ...policy, displayName: "All errors" });
    expect(changed.state).toMatchObject({ name, conditions, creationRecords, displayName: "All errors" });
});

const wrong: [string, object, string][] = [
    ["no name", { displayName: "" }, "display_name"],
    ["no condition", { conditions: [] }, "must have 1 to 6 conditions"],
    [
        "a condition without a type",
        { conditions: [{ displayName: "Nothing" }] },
        'Error 400: Field alert_policy.conditions[0].condition_case had an invalid value of "0": Condition subtype (e.g. "condition_absent","condition_threshold", etc.) is absent or unknown.',
    ],
    [
        "a log condition beside another one",
        { conditions: [log, absent] },
        "Error 400: Alert policies with a log matching condition can only have a single condition.",
    ],
    [
        "a log condition without a rate limit",
        { alertStrategy: {} },
        "log-based alert policies must specify a notification rate limit",
    ],
    [
        "a metric condition with a rate limit",
        { conditions: [absent] },
        'Error 400: Field alertStrategy.notificationRateLimit had an invalid value of "period { seconds: 300 }": only log-based alert policies may specify a notification rate limit',
    ],
    [
        "a missing channel",
        { notificationChannels: ["projects/acme-dev/notificationChannels/1"] },
        "Error 404: Cannot find notification channel: 'projects/acme-dev/notificationChannels/1'.",
    ],
];

const promql = (query: string, more = {}) => ({
    conditions: [{ displayName: "Many", conditionPrometheusQueryLanguage: { query, ...more } }],
    alertStrategy: {},
});
const field = "Field alert_policy.conditions[0].condition_prometheus_query_language";
const requests = "appengine_googleapis_com:http_server_response_count";

const wrongQueries: [string, object, string][] = [
    ["an unclosed brace", promql('rate(up{a="b"[5m])'), "parse error at position 13: unexpected"],
    ["a range alone", promql("[10]"), 'parse error at position 0: unexpected "[10]"'],
    ["an unfinished comparison", promql("up =="), "parse error at position 5: unexpected end of input"],
    ["an empty query", promql(" "), `${field}.query had an invalid value of " ": must not be empty.`],
    ["an invalid regular expression", promql('up{job=~"web("} == 0'), "missing closing )"],
    ["an unknown function", promql("frob(up[5m])"), "parse error at position 4"],
    [
        "a regular expression of an integer label",
        promql(`${requests}{response_code=~"5.."} > 1`),
        'unable to parse value in matcher on int label to an int: strconv.ParseInt: parsing "5..": invalid syntax',
    ],
    [
        "a regular expression of an integer label, by the name of the metric as a label",
        promql('{"__name__"="appengine.googleapis.com/http/server/response_count", "response_code"=~"5.."} > 1'),
        'parsing "5..": invalid syntax',
    ],
    [
        "an interval of 45 seconds",
        promql("up == 0", { evaluationInterval: "45s" }),
        `${field}.evaluation_interval had an invalid value of "45s": must be a positive multiple of 30 seconds.`,
    ],
    ["a negative duration", promql("up == 0", { duration: "-60s" }), `${field}.duration`],
    ["a name of a rule with spaces", promql("up == 0", { alertRule: "all down" }), `${field}.alert_rule`],
    ["a long name of a group", promql("up == 0", { ruleGroup: "x".repeat(2049) }), `${field}.rule_group`],
    ["a label with a hyphen", promql("up == 0", { labels: { "a-b": "c" } }), `${field}.labels`],
    [
        "a filter of logs that cannot be parsed",
        { conditions: [{ displayName: "Logs", conditionMatchedLog: { filter: "severity>=" } }] },
        "Error 400: Unparseable filter: syntax error",
    ],
];
wrong.push(...wrongQueries);

test.each([
    "up == 0",
    `sum by (service) (rate(${requests}{response_code="500", module_id=~"web.*"}[5m])) > 0.1`,
    'max_over_time(sum(up{job!=""})[4m:1m]) > bool 1',
    'histogram_quantile(0.95, sum by (le) (rate({"run.googleapis.com/request_latencies"}[5m]))) > 1',
    "absent(up) or vector(1) > 0",
])("the query %s of a condition is accepted", (query) => {
    monitored().make("AlertPolicy", { ...policy, ...promql(query, { evaluationInterval: "60s", duration: "0s" }) });
});

test("a label of a metric of logs that is an integer is not compared with a regular expression", () => {
    const cloud = monitored();
    cloud.enable("logging");
    cloud.make("LogMetric", {
        name: "requests",
        filter: "severity>=INFO",
        labelExtractors: { status: "EXTRACT(httpRequest.status)" },
        metricDescriptor: {
            metricKind: "DELTA",
            valueType: "INT64",
            labels: [{ key: "status", valueType: "INT64" }],
        },
    });
    const query = 'logging_googleapis_com:user_requests{status=~"5.."} > 1';
    expect(refusalOf(() => cloud.make("AlertPolicy", { ...policy, ...promql(query) }))).toContain('parsing "5..":');
    cloud.make("AlertPolicy", { ...policy, ...promql(query.replace('=~"5.."', '="500"')) });
});

test.each(wrong)("a policy with %s is refused", (_, args, words) => {
    const cloud = monitored();
    expect(refusalOf(() => cloud.make("AlertPolicy", { ...policy, ...args }))).toContain(words);
});

test("a channel has at most 64 labels of the user", () => {
    const labels = (count: number) =>
        Object.fromEntries(Array.from({ length: count }, (_, index) => [`l${index}`, "a"]));
    const make = (count: number) => () =>
        monitored().make("NotificationChannel", {
            type: "email",
            labels: { email_address: "sales@acme.example" },
            userLabels: labels(count),
        });
    expect(refusalOf(make(65))).toContain('Field "notification_channel.user_labels" had an invalid value.');
    expect(Object.keys(make(64)().state.userLabels)).toHaveLength(64);
});

test("a channel that a policy notifies cannot be deleted, unless that is forced", () => {
    const cloud = monitored();
    const args = { type: "email", labels: { email_address: "sales@acme.example" } };
    const channel = cloud.make("NotificationChannel", args);
    const made = cloud.make("AlertPolicy", { ...policy, notificationChannels: [channel.id] });
    expect(refusalOf(() => cloud.remove(channel))).toBe(
        `Error when reading or editing NotificationChannel: googleapi: Error 400: Could not delete "${channel.id}" because it is still being referenced by: "${made.id}"`,
    );
    cloud.update(made, policy);
    cloud.remove(channel);
    const other = cloud.make("NotificationChannel", { ...args, forceDelete: true });
    cloud.make("AlertPolicy", { ...policy, notificationChannels: [other.id] });
    cloud.remove(other);
    expect(cloud.refreshed(other)).toBeUndefined();
});

const cpu = {
    filter: 'metric.type = "compute.googleapis.com/instance/cpu/utilization" AND resource.type = "gce_instance"',
    aggregations: [{ alignmentPeriod: "60s", perSeriesAligner: "ALIGN_MEAN" }],
    comparison: "COMPARISON_GT",
    thresholdValue: 0.9,
    duration: "60s",
};
const latency = {
    ...cpu,
    filter: 'metric.type = "run.googleapis.com/request_latencies" AND resource.type = "cloud_run_revision"',
};
const aligned = (perSeriesAligner: string, more: object = {}) => ({
    aggregations: [{ alignmentPeriod: "60s", perSeriesAligner, ...more }],
});

const refusedThresholds: [string, object, string][] = [
    [
        "a rate of a gauge",
        { ...cpu, ...aligned("ALIGN_RATE") },
        'Error 400: Field aggregation.perSeriesAligner had an invalid value of "ALIGN_RATE": The aligner cannot be applied to metrics with kind GAUGE and value type DOUBLE.',
    ],
    [
        "a mean of a distribution",
        { ...latency, ...aligned("ALIGN_MEAN") },
        'had an invalid value of "ALIGN_MEAN": The aligner cannot be applied to metrics with kind DELTA and value type DISTRIBUTION.',
    ],
    [
        "groups without a reducer",
        { ...cpu, ...aligned("ALIGN_MEAN", { groupByFields: ["resource.label.zone"] }) },
        "Error 400: An aggregation cannot have group-by fields without a reducer.",
    ],
    [
        "groups by an unknown label",
        {
            ...cpu,
            ...aligned("ALIGN_MEAN", { crossSeriesReducer: "REDUCE_SUM", groupByFields: ["metric.label.zone"] }),
        },
        "Error 404: The metric referenced by the provided filter is unknown. Check the metric name and labels.",
    ],
    [
        "a short period",
        { ...cpu, aggregations: [{ alignmentPeriod: "30s", perSeriesAligner: "ALIGN_MEAN" }] },
        "The alignment period must be at least 60 seconds.",
    ],
    [
        "a metric that nothing has written",
        { ...cpu, filter: 'metric.type = "custom.googleapis.com/sold" AND resource.type = "global"' },
        'Error 404: Cannot find metric(s) that match type = "custom.googleapis.com/sold". If a metric was created recently, it could take up to 10 minutes to become available. Please try again soon.',
    ],
    [
        "an unknown label of the metric",
        { ...latency, filter: `${latency.filter} AND metric.labels.code = "500"` },
        "Error 404: The metric referenced by the provided filter is unknown. Check the metric name and labels.",
    ],
    [
        "an unknown label of the resource",
        { ...latency, filter: `${latency.filter} AND resource.label."service" = "web"` },
        "Error 404: The metric referenced by the provided filter is unknown. Check the metric name and labels.",
    ],
    [
        "another resource",
        { ...cpu, filter: cpu.filter.replace("gce_instance", "cloud_run_job") },
        "Error 400: The supplied filter does not specify a valid combination of metric and monitored resource descriptors.",
    ],
    [
        "no resource",
        { ...cpu, filter: 'metric.type = "logging.googleapis.com/user/errors"' },
        'must specify a restriction on "resource.type" in the filter',
    ],
    ["no metric", { ...cpu, filter: 'resource.type = "gce_instance"' }, 'must specify a restriction on "metric.type"'],
    [
        "a filter that cannot be read",
        { ...cpu, filter: `${cpu.filter} AND (` },
        "The filter has a syntax error at column",
    ],
    ["seconds", { ...cpu, duration: "90s" }, "must be a multiple of one minute"],
    ["an equality", { ...cpu, comparison: "COMPARISON_EQ" }, "Only COMPARISON_LT and COMPARISON_GT are supported"],
    [
        "missing data without a duration",
        { ...cpu, duration: "0s", evaluationMissingData: "EVALUATION_MISSING_DATA_INACTIVE" },
        "must be greater than or equal to 60 seconds",
    ],
    [
        "an alignment of 26 hours",
        { ...cpu, aggregations: [{ alignmentPeriod: "93600s", perSeriesAligner: "ALIGN_MEAN" }] },
        "The alignment period must be at most 25 hours.",
    ],
    [
        "a ratio of different periods",
        { ...cpu, denominatorFilter: cpu.filter, denominatorAggregations: [{ alignmentPeriod: "120s" }] },
        "must use the same alignment period",
    ],
];

test.each(refusedThresholds)("a threshold with %s is refused", (_, conditionThreshold, words) => {
    const cloud = monitored();
    const conditions = [{ displayName: "CPU", conditionThreshold }];
    const args = { displayName: "CPU", combiner: "OR", conditions };
    expect(refusalOf(() => cloud.make("AlertPolicy", args))).toContain(words);
    cloud.make("AlertPolicy", { ...args, conditions: [{ displayName: "CPU", conditionThreshold: cpu }] });
});

test("a condition of absence is at least two minutes long", () => {
    const cloud = monitored();
    const made = (duration: string) => ({
        displayName: "CPU",
        combiner: "OR",
        conditions: [{ displayName: "CPU", conditionAbsent: { filter: cpu.filter, duration } }],
    });
    expect(refusalOf(() => cloud.make("AlertPolicy", made("60s")))).toContain("must be at least 120 seconds.");
    cloud.make("AlertPolicy", made("120s"));
});

test("a threshold of a metric of log entries has its labels, and an aligner of its values", () => {
    const cloud = monitored();
    cloud.enable("logging");
    const labels = [{ key: "reason", valueType: "STRING" }];
    cloud.make("LogMetric", {
        name: "sales/rejections",
        filter: "severity>=ERROR",
        metricDescriptor: { metricKind: "DELTA", valueType: "INT64", labels },
        labelExtractors: { reason: "EXTRACT(jsonPayload.reason)" },
    });
    const filter = 'metric.type = "logging.googleapis.com/user/sales/rejections" AND resource.type = "global"';
    const made = (own: object) => ({
        displayName: "Rejections",
        combiner: "OR",
        conditions: [{ displayName: "Rejections", conditionThreshold: { ...cpu, filter, ...own } }],
    });
    const refusal = (own: object) => refusalOf(() => cloud.make("AlertPolicy", made(own)));
    expect(refusal(aligned("ALIGN_PERCENTILE_95"))).toContain("with kind DELTA and value type INT64");
    expect(refusal({ ...aligned("ALIGN_DELTA"), filter: `${filter} AND metric.labels.code = "1"` })).toContain(
        "Check the metric name and labels.",
    );
    cloud.make("AlertPolicy", made({ ...aligned("ALIGN_DELTA"), filter: `${filter} AND metric.labels.reason = "a"` }));
});

test.each([
    [
        "a closed incident after ten minutes",
        { alertStrategy: { autoClose: "600s" } },
        'Field alertStrategy.autoClose had an invalid value of "seconds: 600": the autoclose duration should be at least 30 minutes',
    ],
    ["a closed incident after eight days", { alertStrategy: { autoClose: "691200s" } }, "should be at most 7 days"],
    ["17 channels", { notificationChannels: Array(17).fill("projects/acme-dev/notificationChannels/1") }, "channel"],
    ["much documentation", { documentation: { content: "a".repeat(8193) } }, "documentation.content"],
    [
        "four links",
        { documentation: { links: Array(4).fill({ displayName: "page", url: "https://acme.example" }) } },
        "links",
    ],
    ["a label in upper case", { userLabels: { Team: "sales" } }, "user_labels"],
])("a policy with %s is refused", (_, args, words) => {
    const cloud = monitored();
    const conditions = [{ displayName: "CPU", conditionThreshold: cpu }];
    const made = { displayName: "CPU", combiner: "OR", conditions, ...args };
    expect(refusalOf(() => cloud.make("AlertPolicy", made))).toContain(words);
});
