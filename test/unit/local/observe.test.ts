import { refusalOf, World } from "./world";

function monitored() {
    const world = new World();
    world.enable("monitoring", "logging", "iam", "pubsub", "bigquery");
    world.make("Topic", { name: "logs" });
    const refusal = (type: string, inputs: object) => refusalOf(() => world.make(type, inputs));
    return { world, refusal };
}

const topic = "pubsub.googleapis.com/projects/acme-dev/topics/logs";
const alerting = (filter: string) => ({
    displayName: "Errors",
    combiner: "OR",
    conditions: [
        {
            displayName: "Errors",
            conditionThreshold: { filter, comparison: "COMPARISON_GT", duration: "60s", thresholdValue: 1 },
        },
    ],
});

test("sinks of a project have one writer identity, which exists once there is a sink, and may need a grant", () => {
    const { world } = monitored();
    const member = `serviceAccount:service-${world.number}@gcp-sa-logging.iam.gserviceaccount.com`;
    const publisher = { topic: "logs", role: "roles/pubsub.publisher", member };
    expect(refusalOf(() => world.make("TopicIAMMember", publisher))).toContain("does not exist");
    const one = world.make("ProjectSink", { name: "one", destination: topic });
    const other = world.make("ProjectSink", { name: "other", destination: topic });
    expect([one.state.writerIdentity, other.state.writerIdentity]).toEqual([member, member]);
    expect(one.id).toBe("projects/acme-dev/sinks/one");
    world.make("TopicIAMMember", publisher);
});

test("a sink of the same name is updated", () => {
    const { world } = monitored();
    world.make("ProjectSink", { name: "one", destination: topic });
    const again = world.make("ProjectSink", { name: "one", destination: topic, filter: "severity>=ERROR" });
    expect(world.refreshed(again)?.state.filter).toBe("severity>=ERROR");
});

// https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.sinks/update
test("a sink can get a writer identity of its own, and does not lose it", () => {
    const { world } = monitored();
    const made = world.make("ProjectSink", { name: "one", destination: topic, uniqueWriterIdentity: false });
    const own = world.update(made, { ...made.inputs, uniqueWriterIdentity: true });
    expect(own.state.writerIdentity).toContain("@gcp-sa-logging.iam.gserviceaccount.com");
    expect(refusalOf(() => world.update(own, made.inputs))).toContain("Error 400: The unique writer identity");
});

const sinks: [string, object, string][] = [
    ["an invalid name", { name: "-one" }, 'Error 400: Sink name "-one" is invalid.'],
    [
        "an open text",
        { filter: 'a="b' },
        'Error 400: Unparseable filter: syntax error at column 3: expected a text that ends with "',
    ],
    [
        "an invalid regular expression",
        { filter: 'resource.type=~"web("' },
        "Error 400: Unparseable filter: syntax error error parsing regexp: missing closing )",
    ],
    ["an open parenthesis", { filter: '(a="b)"' }, "Unparseable filter: syntax error at column 8: expected )"],
    [
        "a parenthesis too much",
        { filter: 'a="(")' },
        "Unparseable filter: syntax error at column 6: expected AND, OR or the end",
    ],
    ["no service", { destination: "projects/acme-dev" }, "Unsupported or invalid destination: projects/acme-dev"],
    [
        "a topic of another project without a writer of its own",
        { destination: "pubsub.googleapis.com/projects/other/topics/logs", uniqueWriterIdentity: false },
        "Error 400: The destination project must be the same as the sink's project. Use uniqueWriterIdentity=true to allow cross project exports.",
    ],
    // https://cloud.google.com/logging/docs/reference/v2/rest/v2/projects.sinks
    [
        "a writer of the program for a topic of the project",
        { customWriterIdentity: "serviceAccount:logs@acme-dev.iam.gserviceaccount.com" },
        "A custom writer identity is only for destinations outside of the sink's project.",
    ],
    ["tables in a topic", { bigqueryOptions: { usePartitionedTables: true } }, "only valid for sinks with a BigQuery"],
    ["an exclusion with a blank", { exclusions: [{ name: "a b", filter: "severity<ERROR" }] }, 'Exclusion name "a b"'],
    [
        "two exclusions of one name",
        { exclusions: [1, 2].map(() => ({ name: "a", filter: "severity<ERROR" })) },
        "Sink exclusions must have unique names",
    ],
];

test.each(sinks)("a sink with %s is refused", (_, inputs, words) => {
    expect(monitored().refusal("ProjectSink", { name: "one", destination: topic, ...inputs })).toContain(words);
});

const labels = [{ key: "path" }];
const distribution = { metricKind: "DELTA", valueType: "DISTRIBUTION" };
const metrics: [string, object, string][] = [
    ["a slash first", { name: "/errors" }, 'Metric name "/errors" is invalid.'],
    [
        "a label without an extractor",
        { metricDescriptor: { metricKind: "DELTA", valueType: "INT64", labels } },
        "Error 400: Number of label descriptors must match number of label extractors",
    ],
    ["a gauge", { metricDescriptor: { metricKind: "GAUGE", valueType: "INT64" } }, "Unsupported metric kind GAUGE"],
    ["no value of a distribution", { metricDescriptor: distribution }, "A value extractor must be specified"],
    ["a value of a counter", { valueExtractor: "EXTRACT(jsonPayload.a)" }, "A value extractor can only be specified"],
    [
        "an expression without a group",
        { metricDescriptor: distribution, valueExtractor: 'REGEXP_EXTRACT(textPayload, "took \\d+")' },
        "Invalid extractor",
    ],
    [
        "an expression that RE2 does not know",
        { metricDescriptor: distribution, valueExtractor: 'REGEXP_EXTRACT(textPayload, "(?=a)(b)")' },
        "Invalid extractor",
    ],
    ...(
        [
            [{ linearBuckets: { numFiniteBuckets: 3, width: 0, offset: 1 } }, "width 0: must be greater than 0"],
            [{ exponentialBuckets: { numFiniteBuckets: 3, growthFactor: 1, scale: 1 } }, "growth_factor 1"],
            [{ exponentialBuckets: { numFiniteBuckets: 3, growthFactor: 2, scale: 0 } }, "scale 0"],
            [{ explicitBuckets: { bounds: [1, 1] } }, "bounds: must be monotonically increasing"],
        ] as const
    ).map(([bucketOptions, words]): [string, object, string] => [
        `buckets that have ${words}`,
        { metricDescriptor: distribution, valueExtractor: "EXTRACT(jsonPayload.a)", bucketOptions },
        words,
    ]),
    [
        "a short name of a bucket",
        { bucketName: "audit" },
        'Received unexpected value parsing name "audit". Expected the form projects/[PROJECT_ID]/locations/[ID]/buckets/[ID]',
    ],
    [
        "buckets of a counter",
        { bucketOptions: { explicitBuckets: { bounds: [1] } } },
        "Bucket options can only be specified for distribution metrics.",
    ],
];

test.each(metrics)("a metric with %s is refused", (_, inputs, words) => {
    const refusal = monitored().refusal("LogMetric", { name: "errors", filter: "severity>=ERROR", ...inputs });
    expect(refusal).toContain(words);
});

test("a metric, a check and an objective that a policy uses cannot be deleted", () => {
    const { world } = monitored();
    const metric = world.make("LogMetric", { name: "errors", filter: "severity>=ERROR" });
    const check = world.make("UptimeCheckConfig", uptime);
    world.make("CustomService", { serviceId: "web" });
    const objective = world.make("Slo", { service: "web", sloId: "good", ...slo });
    for (const [used, filter, words] of [
        [
            metric,
            'metric.type="logging.googleapis.com/user/errors" resource.type="global"',
            "Cannot delete metric errors. That metric is still used in an alerting policy.",
        ],
        [
            check,
            `metric.type="monitoring.googleapis.com/uptime_check/check_passed" resource.type="uptime_url" metric.labels.check_id="${check.state.uptimeCheckId}"`,
            "please ensure all associated Alert Policies are deleted.",
        ],
        [objective, `select_slo_burn_rate("${objective.id}", "3600s")`, "which the alerting policy"],
    ] as const) {
        const policy = world.make("AlertPolicy", alerting(filter));
        expect(refusalOf(() => world.remove(used))).toContain(words);
        world.remove(policy);
        world.remove(used);
    }
});

const uptime = {
    displayName: "Web",
    timeout: "10s",
    monitoredResource: { type: "uptime_url", labels: { host: "acme.example" } },
    httpCheck: { useSsl: true },
};

test("a check has an ID, which an update keeps, the project as a label, and masked headers", () => {
    const { world } = monitored();
    const headers = { "X-Key": "one" };
    const httpCheck = { useSsl: true, path: "health", headers, maskHeaders: true };
    const check = world.make("UptimeCheckConfig", { ...uptime, httpCheck });
    expect(check.id).toMatch(/^projects\/acme-dev\/uptimeCheckConfigs\/web-[\w-]{11}$/);
    expect(check.state).toMatchObject({
        monitoredResource: { labels: { host: "acme.example", project_id: "acme-dev" } },
        httpCheck: { path: "/health", port: 443, headers: { "X-Key": "******" } },
    });
    expect(world.update(check, { ...uptime, period: "60s" }).id).toBe(check.id);
});

const checks: [string, object, string][] = [
    ["a period of two minutes", { period: "120s" }, "must be 60s, 300s, 600s or 900s"],
    ["a timeout of two minutes", { timeout: "120s" }, "must be from 1s to 60s"],
    ["two locations", { selectedRegions: ["EUROPE", "USA_IOWA"] }, "must include at least three locations"],
    ["one location twice", { selectedRegions: ["EUROPE", "EUROPE", "USA_IOWA"] }, "at least three locations"],
    ["a timeout without a unit", { timeout: "10" }, "Field 'timeout', Illegal duration format"],
    ["labels with capitals", { userLabels: { Team: "a" } }, "uptime_check_config.user_labels"],
    ["four pings", { httpCheck: { path: "/", pingConfig: { pingsCount: 4 } } }, "must be at most 3"],
    [
        "four pings of a port",
        { httpCheck: undefined, tcpCheck: { port: 80, pingConfig: { pingsCount: 4 } } },
        "at most 3",
    ],
    [
        "a body that is not encoded",
        { httpCheck: { path: "/", requestMethod: "POST", contentType: "URL_ENCODED", body: "a=b&c" } },
        "Base64 decoding failed for",
    ],
    ["an unknown location", { selectedRegions: ["MARS"] }, 'an invalid value of "MARS"'],
    ["a URL as a host", { monitoredResource: { type: "uptime_url", labels: { host: "https://a.b" } } }, "labels.host"],
    [
        "a service without a location",
        { monitoredResource: { type: "cloud_run_revision", labels: { service_name: "web" } } },
        "label location is missing",
    ],
    ["a body that is not sent", { httpCheck: { path: "/", body: "e30=" } }, "A body must not be set"],
    [
        "a body without a type",
        { httpCheck: { path: "/", requestMethod: "POST", body: "e30=" } },
        "content_type must be set",
    ],
    [
        "two kinds of sign-in",
        {
            httpCheck: {
                authInfo: { username: "a", password: "b" },
                serviceAgentAuthentication: { type: "OIDC_TOKEN" },
            },
        },
        "must not both be set",
    ],
    [
        "an invalid regular expression",
        { contentMatchers: [{ content: "(", matcher: "MATCHES_REGEX" }] },
        "missing closing )",
    ],
    [
        "a path that is not in JSONPath",
        {
            contentMatchers: [
                {
                    content: "1",
                    matcher: "MATCHES_JSON_PATH",
                    jsonPathMatcher: { jsonPath: "status", jsonMatcher: "EXACT_MATCH" },
                },
            ],
        },
        'Invalid JSONPath "status"',
    ],
    ["port 0", { httpCheck: { port: 0 } }, "The port 0 must be from 1 to 65535"],
    ["two contents", { contentMatchers: [{ content: "a" }, { content: "b" }] }, "Only one content matcher"],
    [
        "a JSON matcher without a path",
        { contentMatchers: [{ content: "a", matcher: "MATCHES_JSON_PATH" }] },
        "json_path_matcher",
    ],
];

test.each(checks)("a check with %s is refused", (_, inputs, words) => {
    expect(monitored().refusal("UptimeCheckConfig", { ...uptime, ...inputs })).toContain(words);
});

const total = 'metric.type="run.googleapis.com/request_count" resource.type="cloud_run_revision"';
const slo = {
    goal: 0.99,
    rollingPeriodDays: 28,
    requestBasedSli: { goodTotalRatio: { totalServiceFilter: total, badServiceFilter: total } },
};

test("a service and its objectives are named by the project's number, and a service with objectives is kept", () => {
    const { world } = monitored();
    const service = world.make("CustomService", { serviceId: "web" });
    const objective = world.make("Slo", { service: service.state.serviceId, sloId: "good", ...slo });
    expect(objective.id).toBe(`projects/${world.number}/services/web/serviceLevelObjectives/good`);
    expect(refusalOf(() => world.remove(service))).toContain("it has service-level objectives");
    world.remove(objective);
    world.remove(service);
});

const burning = 'select_slo_burn_rate("projects/acme-dev/services/web/serviceLevelObjectives/good", "3600s")';
const selectors: [string, string, object, string][] = [
    [
        "of a missing objective",
        burning.replace("good", "bad"),
        {},
        "There is no objective projects/acme-dev/services/web",
    ],
    ["without a lookback", burning.replace(', "3600s"', ""), {}, "The time-series selector cannot be read."],
    ["that is aggregated", burning, { aggregations: [{ alignmentPeriod: "60s" }] }, "cannot be aggregated"],
];

test.each(selectors)("a burn rate %s is refused", (_, filter, more, words) => {
    const { world, refusal } = monitored();
    world.make("CustomService", { serviceId: "web" });
    world.make("Slo", { service: "web", sloId: "good", ...slo });
    const policy = alerting(filter);
    Object.assign(policy.conditions[0]?.conditionThreshold as object, more);
    expect(refusal("AlertPolicy", policy)).toContain(words);
    world.make("AlertPolicy", alerting(burning));
});

const objectives: [string, object, string][] = [
    ["a missing service", { service: "gone" }, "Error 404: There is no service with id 'gone' in project"],
    ["a goal of 1", { goal: 1 }, "goal 1.000000 must be > 0 and <= 0.9999"],
    ["a period of 31 days", { rollingPeriodDays: 31 }, "to be in the range (1 - 30), got 31"],
    [
        "a filter of no resource",
        { requestBasedSli: { distributionCut: { distributionFilter: 'metric.type="a"', range: { max: 1 } } } },
        "resource.type",
    ],
    [
        "one filter of a ratio",
        { requestBasedSli: { goodTotalRatio: { totalServiceFilter: total } } },
        "exactly two of good, bad and total",
    ],
];

test.each(objectives)("an objective with %s is refused", (_, inputs, words) => {
    const { world, refusal } = monitored();
    world.make("CustomService", { serviceId: "web" });
    expect(refusal("Slo", { service: "web", ...slo, ...inputs })).toContain(words);
});

const xyChart = { dataSets: [{ plotType: "LINE", timeSeriesQuery: { prometheusQuery: "up" } }] };
const tile = { width: 24, height: 16, widget: { title: "Up", xyChart } };
const mosaic = (...tiles: object[]) => ({ displayName: "All", mosaicLayout: { columns: 48, tiles } });

test("a dashboard can have fields in the spelling of protocol buffers, and any labels", () => {
    const { world } = monitored();
    const dashboard = {
        displayName: "All",
        labels: { team: "" },
        mosaic_layout: { columns: 48 },
        dashboard_filters: [],
    };
    world.make("Dashboard", { dashboardJson: JSON.stringify(dashboard) });
});

test("the API drops zeros, which makes a dashboard with them change at each preview", () => {
    const { world } = monitored();
    const make = (dashboard: object) => world.make("Dashboard", { dashboardJson: JSON.stringify(dashboard) });
    expect(world.changed(make(mosaic(tile, { xPos: 24, ...tile })))).toEqual([]);
    expect(world.changed(make(mosaic({ xPos: 0, ...tile })))).toEqual(["dashboardJson"]);
});

const dashboards: [string, object, string][] = [
    ["no name", { gridLayout: {} }, "displayName"],
    ["a list in place of an object", [], "json: cannot unmarshal array into Go value of type map[string]interface {}"],
    ["two layouts", { displayName: "All", gridLayout: {}, rowLayout: {} }, "there can be one layout"],
    ["a tile beside the grid", mosaic({ ...tile, xPos: 25 }), "outside of the grid of 48 columns"],
    ["tiles on each other", mosaic(tile, { ...tile, xPos: 23 }), "overlaps"],
    [
        "101 widgets",
        mosaic(...Array.from({ length: 101 }, (_, index) => ({ ...tile, yPos: 16 * index }))),
        "there can be 100 widgets, got 101",
    ],
    ["an empty widget", mosaic({ ...tile, widget: { title: "Up" } }), "exactly one content"],
    [
        "an unknown field",
        { ...mosaic(tile), mosaicLayout: { columns: 48, legacyRows: 1, tiles: [tile] } },
        `Invalid JSON payload received. Unknown name "legacyRows" at 'dashboard.mosaic_layout': Cannot find field.`,
    ],
    [
        "an unknown field of a widget",
        mosaic({ ...tile, widget: { title: "Up", xyChart: { ...xyChart, legend: {} } } }),
        `Unknown name "legend" at 'dashboard.mosaic_layout.tiles[0].widget.xy_chart': Cannot find field.`,
    ],
    [
        "an unknown value of an enumeration",
        mosaic({ ...tile, widget: { xyChart: { dataSets: [{ ...xyChart.dataSets[0], plotType: "LINES" }] } } }),
        `Invalid value at 'dashboard.mosaic_layout.tiles[0].widget.xy_chart.data_sets[0].plot_type', "LINES"`,
    ],
    ["a chart without data", mosaic({ ...tile, widget: { xyChart: { dataSets: [] } } }), "must not be empty"],
];

test.each(dashboards)("a dashboard with %s is refused", (_, dashboard, words) => {
    expect(monitored().refusal("Dashboard", { dashboardJson: JSON.stringify(dashboard) })).toContain(words);
});
