import { parseQuery } from "../../../lib/formats/query";
import { LogPolicy, Policy } from "../../../local/simulator/services/monitoring/evaluation/incidents";
import { isSelected, type TimeSeries } from "../../../local/simulator/services/monitoring/evaluation/timeSeries";

const minute = 60_000;

const requests = (codes: string, values: (number | undefined)[]): TimeSeries => ({
    project: "acme-dev",
    kind: "delta",
    metric: { type: "run.googleapis.com/request_count", labels: { response_code_class: codes } },
    resource: { type: "cloud_run_revision", labels: { service_name: "web", revision_name: "web-1" } },
    points: values.flatMap((value, index) =>
        value === undefined ? [] : [{ start: index * minute, end: (index + 1) * minute, value }],
    ),
});

const latencies = (values: number[][]): TimeSeries => ({
    ...requests("2xx", []),
    metric: { type: "run.googleapis.com/request_latencies", labels: {} },
    points: values.map((value, index) => ({ start: index * minute, end: (index + 1) * minute, value })),
});

const filter = 'resource.type="cloud_run_revision" AND metric.type="run.googleapis.com/request_count"';

const threshold = (more: object) => ({
    filter,
    comparison: "COMPARISON_GT",
    thresholdValue: 2,
    duration: "0s",
    aggregations: [{ alignmentPeriod: "60s", perSeriesAligner: "ALIGN_DELTA" }],
    ...more,
});

const policyOf = (condition: object, more: object = {}) => ({
    combiner: "OR",
    conditions: [{ name: "one", displayName: "one", ...condition }],
    ...more,
});

/** When incidents open (+) and close (-), in minutes, with the value of those that open. */
function incidents(policy: object, series: TimeSeries[], minutes: number, objective?: object): string[] {
    const evaluated = new Policy(policy, "acme-dev");
    return Array.from({ length: minutes }, (_, index) => index + 1).flatMap((now) =>
        evaluated
            .evaluate(
                {
                    series: series.map((each) => ({
                        ...each,
                        points: each.points.filter(({ end }) => end <= now * minute),
                    })),
                    entries: [],
                    objective: () => objective,
                },
                now * minute,
            )
            .map(({ closedAt, value }) => (closedAt === undefined ? `+${now} ${value}` : `-${now}`)),
    );
}

const none = undefined;

test.each([
    // "For three consecutive minutes, HTTP latency is above two seconds. In the next measurement, latency falls below […], so the condition
    // resets the duration window. For the next five consecutive minutes, HTTP latency is above two seconds, so the policy is triggered."
    // https://cloud.google.com/monitoring/alerts/concepts-indepth
    [
        "a measurement below the threshold starts the duration again",
        { duration: "300s" },
        [3, 3, 3, 1, 3, 3, 3, 3, 3, 1],
        ["+9 3", "-10"],
    ],
    ["without a duration one measurement is enough", {}, [1, 3, 1], ["+2 3", "-3"]],
    ["a value that is equal to the threshold does not violate it", {}, [2, 2], []],
    ["values below a threshold", { comparison: "COMPARISON_LT" }, [3, 1, 3], ["+2 1", "-3"]],
    // "at 1:00 PM, the alignment period contains the samples received between 12:55 PM and 1:00 PM. At 1:01 PM, the alignment period slides
    // one minute": https://cloud.google.com/monitoring/alerts/concepts-indepth
    [
        "the alignment period slides by a minute",
        { aggregations: [{ alignmentPeriod: "300s", perSeriesAligner: "ALIGN_DELTA" }], duration: "180s" },
        [1, 0, 1, 1, 1, 0, 0, 0, 0],
        ["+6 3", "-8"],
    ],
    [
        "a rate is per second",
        { aggregations: [{ alignmentPeriod: "60s", perSeriesAligner: "ALIGN_RATE" }] },
        [60, 180],
        ["+2 3"],
    ],
    // "EVALUATION_MISSING_DATA_NO_OP: Do not evaluate the condition to any value if there is no data."
    // https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies#EvaluationMissingData
    ["an incident stays open without data", { duration: "60s" }, [3, none, none, none], ["+1 3"]],
    [
        "missing data ends an incident, if the condition says so",
        { duration: "60s", evaluationMissingData: "EVALUATION_MISSING_DATA_INACTIVE" },
        [3, none, none],
        ["+1 3", "-2"],
    ],
    [
        "missing data opens an incident, if the condition says so",
        { duration: "120s", evaluationMissingData: "EVALUATION_MISSING_DATA_ACTIVE" },
        [1, none, none, none],
        ["+3 1"],
    ],
])("%s", (_, more, values, expected) => {
    expect(
        incidents(policyOf({ conditionThreshold: threshold(more) }), [requests("5xx", values)], values.length),
    ).toEqual(expected);
});

test("an incident without data is closed after its time, and opens again with data", () => {
    const values = [3, ...Array(35).fill(none), 3];
    const policy = policyOf(
        { conditionThreshold: threshold({ duration: "60s" }) },
        { alertStrategy: { autoClose: "1800s" } },
    );
    expect(incidents(policy, [requests("5xx", values)], values.length)).toEqual(["+1 3", "-31", "+37 3"]);
});

test("a ratio is of the same group, and there is none without both values", () => {
    const aggregations = [
        {
            alignmentPeriod: "60s",
            perSeriesAligner: "ALIGN_RATE",
            crossSeriesReducer: "REDUCE_SUM",
            groupByFields: ["resource.label.service_name"],
        },
    ];
    const conditionThreshold = threshold({
        filter: `${filter} AND metric.labels.response_code_class="5xx"`,
        denominatorFilter: filter,
        denominatorAggregations: aggregations,
        aggregations,
        thresholdValue: 0.05,
    });
    const series = [requests("5xx", [none, 4, 32, none]), requests("2xx", [128, 124, 96, 128])];
    expect(incidents(policyOf({ conditionThreshold }), series, 4)).toEqual(["+3 0.25"]);
});

test("the percentile of a distribution", () => {
    const conditionThreshold = threshold({
        filter: 'metric.type="run.googleapis.com/request_latencies"',
        aggregations: [{ alignmentPeriod: "60s", perSeriesAligner: "ALIGN_PERCENTILE_99" }],
        thresholdValue: 2000,
    });
    const slow = [...Array(90).fill(100), ...Array(10).fill(3000)];
    expect(incidents(policyOf({ conditionThreshold }), [latencies([[100, 200], slow, [100]])], 3)).toEqual([
        "+2 3000",
        "-3",
    ]);
});

test("a condition for absence is met when data does not arrive for its duration", () => {
    const conditionAbsent = { filter, duration: "180s", aggregations: [] };
    const values = [1, 1, none, none, none, none, 1];
    expect(incidents(policyOf({ conditionAbsent }), [requests("2xx", values)], values.length)).toEqual(["+5 0", "-7"]);
});

test("conditions that are joined by AND are met at the same time", () => {
    const conditions = [
        {
            name: "errors",
            conditionThreshold: threshold({ filter: `${filter} AND metric.labels.response_code_class="5xx"` }),
        },
        {
            name: "requests",
            conditionThreshold: threshold({ filter: `${filter} AND metric.labels.response_code_class="2xx"` }),
        },
    ];
    const series = [requests("5xx", [3, 3, 3]), requests("2xx", [1, 3, 1])];
    expect(incidents({ combiner: "AND", conditions }, series, 3)).toEqual(["+2 3", "+2 3", "-3", "-3"]);
});

test.each([
    ['metric.labels.response_code_class="5xx"', true],
    ['metric.label.response_code_class!="5xx"', false],
    ['metric.labels.response_code_class=starts_with("5")', true],
    ['resource.labels.service_name=one_of("web","shop")', true],
    ['resource.labels.service_name=monitoring.regex.full_match("w.*")', true],
    ['resource.labels.service_name=monitoring.regex.full_match("w")', false],
    ['NOT resource.labels.service_name="web"', false],
    ['resource.labels.zone="a" OR project="acme-dev"', true],
    ['resource.labels.zone="a"', false],
])("the filter %s selects a series: %s", (text, expected) => {
    expect(isSelected(requests("5xx", []), parseQuery(text))).toBe(expected);
});

test("a policy on logs notifies at most once in its period, and each time with the extracted labels", () => {
    const entry = (textPayload: string) => ({
        severity: "ERROR",
        resource: { type: "ml_job", labels: { job_id: "7" } },
        textPayload,
    });
    const policy = new LogPolicy({
        conditions: [
            {
                conditionMatchedLog: {
                    filter: 'resource.type="ml_job" AND severity>=ERROR',
                    labelExtractors: { epoch: 'REGEXP_EXTRACT(textPayload, "epoch (\\d+)")' },
                },
            },
        ],
        alertStrategy: { notificationRateLimit: { period: "300s" }, autoClose: "1800s" },
    });
    const evaluate = (now: number, ...lines: string[]) =>
        policy
            .evaluate({ series: [], entries: lines.map(entry), objective: () => undefined }, now * minute)
            .map(({ labels }) => labels);
    const labels = { "resource.type": "ml_job", "resource.labels.job_id": "7" };
    expect(evaluate(1, "epoch 3 failed", "epoch 4 failed")).toEqual([{ ...labels, epoch: "3" }]);
    expect(evaluate(2, "epoch 5 failed")).toEqual([]);
    expect(policy.incidents).toHaveLength(3);
    expect(evaluate(7, "failed")).toEqual([{ ...labels, epoch: "" }]);
    expect(evaluate(40)).toEqual([]);
    expect(policy.incidents).toEqual([]);
});

// "a burn rate of 1 […] would exhaust the error budget exactly at the end of the compliance period":
// https://docs.cloud.google.com/stackdriver/docs/solutions/slo-monitoring/alerting-on-budget-burn-rate
test.each([
    [
        "bad requests of all",
        { badServiceFilter: `${filter} AND metric.labels.response_code_class="5xx"`, totalServiceFilter: filter },
    ],
    [
        "bad and good requests",
        {
            badServiceFilter: `${filter} AND metric.labels.response_code_class="5xx"`,
            goodServiceFilter: `${filter} AND metric.labels.response_code_class="2xx"`,
        },
    ],
])("the burn rate of an objective, by %s", (_, goodTotalRatio) => {
    const conditionThreshold = {
        filter: 'select_slo_burn_rate("projects/1/services/web/serviceLevelObjectives/available", "120s")',
        comparison: "COMPARISON_GT",
        thresholdValue: 10,
        duration: "0s",
    };
    const objective = { project: "acme-dev", goal: 0.75, requestBasedSli: { goodTotalRatio } };
    // Half of the requests of two minutes fail, twice of what is allowed; then 7 of 8.
    const series = [requests("5xx", [2, 2, 8, 20, none]), requests("2xx", [2, 2, none, none, 12])];
    const at = (thresholdValue: number) =>
        incidents(policyOf({ conditionThreshold: { ...conditionThreshold, thresholdValue } }), series, 5, objective);
    expect(at(1.5)).toEqual(["+1 2"]);
    expect(at(2.5)).toEqual(["+3 3.3333333333333335", "-5"]);
    expect(at(3.9)).toEqual(["+4 4", "-5"]);
});

test("the burn rate of a latency", () => {
    const conditionThreshold = {
        filter: 'select_slo_burn_rate("projects/1/services/web/serviceLevelObjectives/fast", "60s")',
        comparison: "COMPARISON_GT",
        thresholdValue: 1,
        duration: "0s",
    };
    const cut = { distributionFilter: 'metric.type="run.googleapis.com/request_latencies"', range: { max: 500 } };
    const objective = { project: "acme-dev", goal: 0.5, requestBasedSli: { distributionCut: cut } };
    const series = [latencies([[100, 600], [600, 700, 100, 800], []])];
    expect(incidents(policyOf({ conditionThreshold }), series, 3, objective)).toEqual(["+2 1.5"]);
});
