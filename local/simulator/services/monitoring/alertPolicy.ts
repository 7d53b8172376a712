import { monitoringLimits } from "slipway/facts";
import { secondsIn } from "../../../../lib/formats";
import { verifyDurationForm } from "../../cloud/duration";
import { GoogleError } from "../../cloud/errors";
import { digits } from "../../cloud/ids";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { verifyExtractor } from "../logging/extractor";
import { verifyFilter } from "../logging/filter";
import { verifyMetricFilter } from "./metricFilter";
import { promqlProblem } from "./promql";

const api = "monitoring.googleapis.com";

/** The types of conditions; a condition has exactly one. */
const kinds = [
    "conditionAbsent",
    "conditionMatchedLog",
    "conditionMonitoringQueryLanguage",
    "conditionPrometheusQueryLanguage",
    "conditionSql",
    "conditionThreshold",
];

const invalid = (message: string) => new GoogleError(400, message);

/** Checks of the API for conditions and notifications. */
function verify(inputs: Inputs, context: Context): void {
    const { cloud } = context;
    const { conditions = [], alertStrategy = {}, notificationChannels = [], displayName = "", project } = inputs;
    if (displayName === "") {
        throw invalid("Field alert_policy.display_name had an invalid value: must not be empty.");
    }
    const { min: least, max: most } = rows.conditions;
    if (conditions.length < least || conditions.length > most) {
        throw invalid(`Field alert_policy.conditions had an invalid value: must have ${least} to ${most} conditions.`);
    }
    const without = (conditions as Inputs[]).findIndex((condition) => kinds.every((kind) => !condition[kind]));
    if (without >= 0) {
        throw invalid(
            `Field alert_policy.conditions[${without}].condition_case had an invalid value of "0": Condition subtype (e.g. "condition_absent","condition_threshold", etc.) is absent or unknown.`,
        );
    }
    verifyLogs(conditions, alertStrategy.notificationRateLimit?.period);
    verifyTexts(inputs);
    for (const [index, condition] of (conditions as Inputs[]).entries()) {
        verifyMetrics(`alert_policy.conditions[${index}]`, condition, project, context);
        verifyQuery(`alert_policy.conditions[${index}]`, condition, project, context);
        verifySchedule(`alert_policy.conditions[${index}]`, condition);
        if (condition.conditionMatchedLog) {
            verifyFilter(condition.conditionMatchedLog.filter);
            Object.values(condition.conditionMatchedLog.labelExtractors ?? {}).forEach(verifyExtractor);
        }
    }
    verifyAutoClose(alertStrategy.autoClose);
    if (notificationChannels.length > rows.channels.max) {
        throw invalid(
            `Field alert_policy.notification_channels had an invalid value: must have at most ${rows.channels.max} entries.`,
        );
    }
    const unresolved = notificationChannels.find((channel: string) => !cloud.store.read(`//${api}/${channel}`));
    if (unresolved !== undefined) {
        throw new GoogleError(404, `Cannot find notification channel: '${unresolved}'.`);
    }
}

const { rows } = monitoringLimits;

function verifyAutoClose(duration: string | undefined): void {
    const { min, max } = rows.autoClose;
    if (duration === undefined) {
        return;
    }
    const seconds = Number.parseInt(duration, 10);
    if (seconds < secondsIn(min)) {
        throw invalid(
            `Field alertStrategy.autoClose had an invalid value of "seconds: ${seconds}": the autoclose duration should be at least ${min}`,
        ).recordedIn("https://github.com/nomadkaraoke/karaoke-gen/pull/788");
    }
    if (seconds > secondsIn(max)) {
        throw invalid(
            `Field alertStrategy.autoClose had an invalid value of "seconds: ${seconds}": the autoclose duration should be at most ${max}`,
        );
    }
}

/** Whether the labels of a policy or a channel are in their limits. */
export const isUserLabels = (labels: Record<string, unknown>): boolean =>
    Object.keys(labels).length <= rows.userLabels.max &&
    Object.entries(labels).every(
        ([key, value]) => /^[a-z][a-z0-9_-]{0,62}$/.test(key) && /^[a-z0-9_-]{0,63}$/.test(String(value)),
    );

/** Limits of texts: https://github.com/googleapis/googleapis/blob/master/google/monitoring/v3/alert.proto */
function verifyTexts({ displayName, documentation = {}, userLabels = {} }: Inputs): void {
    const { content = "", subject = "", links = [], mimeType = "text/markdown" } = documentation;
    const tooLong: [string, boolean][] = [
        ["display_name", displayName.length > rows.displayName.max],
        [
            "documentation.content",
            content.length > rows.documentation.max || Buffer.byteLength(content) > rows.documentationBytes.max,
        ],
        ["documentation.mime_type", mimeType !== "text/markdown"],
        ["documentation.subject", Buffer.byteLength(subject) > rows.subjectBytes.max],
        ["documentation.links", links.length > rows.links.max],
        [
            "documentation.links",
            links.some(
                (link: Inputs) =>
                    !link.displayName ||
                    link.displayName.length > rows.linkName.max ||
                    link.url?.length > rows.linkUrl.max,
            ),
        ],
        ["user_labels", !isUserLabels(userLabels)],
    ];
    const wrong = tooLong.find(([, isWrong]) => isWrong);
    if (wrong) {
        throw invalid(`Field alert_policy.${wrong[0]} had an invalid value.`);
    }
}

/** The metrics of a condition, and how long it must hold. */
function verifyMetrics(field: string, condition: Inputs, project: string, context: Context): void {
    const { conditionThreshold: threshold, conditionAbsent: absent } = condition;
    const own = threshold ?? absent;
    if (!own) {
        return;
    }
    const name = `${field}.condition_${threshold ? "threshold" : "absent"}`;
    verifyMetricFilter(`${name}.filter`, own.filter ?? "", own.aggregations ?? [], project, context);
    const seconds = Number.parseInt(own.duration ?? "0", 10);
    const wrong = (part: string, value: unknown, reason: string) =>
        invalid(`Field ${name}.${part} had an invalid value of "${value}": ${reason}`);
    if (seconds % 60 !== 0 || seconds > secondsIn(rows.duration.max)) {
        throw wrong("duration", own.duration, "must be a multiple of one minute, up to 23.5 hours.");
    }
    if (absent && seconds < secondsIn(rows.absenceDuration.min)) {
        throw wrong("duration", own.duration, `must be at least ${rows.absenceDuration.min}.`);
    }
    if (!threshold) {
        return;
    }
    if (!["COMPARISON_GT", "COMPARISON_LT"].includes(threshold.comparison)) {
        throw wrong(
            "comparison",
            threshold.comparison,
            "Only COMPARISON_LT and COMPARISON_GT are supported currently.",
        );
    }
    if (threshold.evaluationMissingData && seconds < secondsIn(rows.missingDataDuration.min)) {
        throw wrong(
            "evaluation_missing_data",
            threshold.evaluationMissingData,
            "the duration must be greater than or equal to 60 seconds.",
        );
    }
    verifyForecast(`${name}.forecast_options`, threshold.forecastOptions);
    verifyTrigger(`${name}.trigger`, threshold.trigger);
    if (threshold.denominatorFilter) {
        const others = threshold.denominatorAggregations ?? [];
        verifyMetricFilter(`${name}.denominator_filter`, threshold.denominatorFilter, others, project, context);
        if (own.aggregations?.[0]?.alignmentPeriod !== others[0]?.alignmentPeriod) {
            throw wrong("denominator_aggregations", "", "must use the same alignment period as the aggregations.");
        }
    }
}

/** "ForecastOptions". */
function verifyForecast(field: string, options: Inputs | undefined): void {
    const { min } = rows.forecast;
    const horizon = options?.forecastHorizon;
    if (horizon === undefined) {
        return;
    }
    verifyDurationForm(`${field}.forecast_horizon`, horizon);
    if (Number.parseFloat(horizon) < secondsIn(min)) {
        throw invalid(`Field ${field}.forecast_horizon had an invalid value of "${horizon}": must be at least ${min}.`);
    }
}

/** "Trigger": a union. Two fields of one do not have a meaning in JSON: https://protobuf.dev/programming-guides/json */
function verifyTrigger(field: string, trigger: Inputs | undefined): void {
    if (trigger?.count && trigger.percent) {
        throw invalid(`Invalid value at '${field}' (oneof), oneof field 'type' is already set. Cannot set 'percent'`);
    }
}

/** How often a query in SQL runs: `SqlCondition` of https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies */
function verifySchedule(field: string, { conditionSql: condition = {} }: Inputs): void {
    const schedules = { minutes: rows.sqlMinutes, hourly: rows.sqlHours, daily: rows.sqlDays };
    for (const [unit, { min, max }] of Object.entries(schedules)) {
        const periodicity = condition[unit]?.periodicity;
        if (periodicity < min || periodicity > max) {
            throw invalid(
                `Field ${field}.condition_sql.${unit}.periodicity had an invalid value of "${periodicity}": must be from ${min} to ${max}.`,
            );
        }
    }
    const offset = condition.hourly?.minuteOffset;
    if (offset < 0 || offset > 59) {
        throw invalid(
            `Field ${field}.condition_sql.hourly.minute_offset had an invalid value of "${offset}": must be from 0 to 59.`,
        );
    }
}

/** Of alerts and groups of Prometheus: "This field may not exceed 2048 Unicode characters in length." */
const longestRuleName = 2048;

/** A name of a label in Prometheus: https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels */
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * The query of a condition in PromQL, and how often it is evaluated: `PrometheusQueryLanguageCondition` of
 * https://cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.alertPolicies
 */
function verifyQuery(
    field: string,
    { conditionPrometheusQueryLanguage: condition }: Inputs,
    project: string,
    context: Context,
): void {
    if (!condition) {
        return;
    }
    const { query = "", duration, evaluationInterval, alertRule, ruleGroup = "", labels = {} } = condition;
    const wrong = (part: string, value: unknown, reason: string) =>
        invalid(
            `Field ${field}.condition_prometheus_query_language.${part} had an invalid value of "${value}": ${reason}`,
        );
    const problem = query.trim() === "" ? "must not be empty." : promqlProblem(query, project, context);
    if (problem) {
        throw wrong("query", query, problem);
    }
    if (duration && Number.parseFloat(duration) < 0) {
        throw wrong("duration", duration, "must be a non-negative duration.");
    }
    const interval = Number.parseFloat(evaluationInterval ?? "30s");
    if (!(interval > 0) || interval % 30 !== 0) {
        throw wrong("evaluation_interval", evaluationInterval, "must be a positive multiple of 30 seconds.");
    }
    if (alertRule && !labelName.test(alertRule)) {
        throw wrong("alert_rule", alertRule, "must be a valid Prometheus label name.");
    }
    const long = Object.entries({ alert_rule: alertRule ?? "", rule_group: ruleGroup }).find(
        ([, name]) => name.length > longestRuleName,
    );
    if (long) {
        throw wrong(...long, `must not exceed ${longestRuleName} characters.`);
    }
    const label = Object.keys(labels).find((name) => !labelName.test(name));
    if (label !== undefined) {
        throw wrong("labels", label, "must be a valid Prometheus label name.");
    }
}

/** "LogMatch": must be the only condition and requires a rate limit, which other conditions do not support. */
function verifyLogs(conditions: Inputs[], period: string | undefined): void {
    const isOfLogs = conditions.some((condition) => condition.conditionMatchedLog);
    if (isOfLogs && conditions.length > 1) {
        throw invalid("Alert policies with a log matching condition can only have a single condition.");
    }
    if (isOfLogs && !period) {
        throw invalid(
            'Field alertStrategy.notificationRateLimit had an invalid value of "": log-based alert policies must specify a notification rate limit',
        );
    }
    if (!isOfLogs && period) {
        throw invalid(
            `Field alertStrategy.notificationRateLimit had an invalid value of "period { seconds: ${Number.parseInt(period, 10)} }": only log-based alert policies may specify a notification rate limit`,
        ).recordedIn("https://github.com/superserve-ai/sandbox/pull/263");
    }
}

/** An alert policy. Its conditions get names, which are kept as long as they exist. */
export const alertPolicy: TypeRules = {
    noun: "AlertPolicy",
    generatedNoun: "MonitoringAlertPolicy",
    sendsOnlyChanges: true,
    api,
    id: ({ name }) => name,
    name: ({ name }) => `//${api}/${name}`,
    verify,
    state: ({ project, conditions }, _, old) => {
        const name =
            old?.name ??
            `projects/${project}/alertPolicies/${digits(`policy ${project} ${process.hrtime.bigint()}`, 19)}`;
        const changed = { mutateTime: new Date().toISOString(), mutatedBy: "deployer@example.com" };
        return {
            name,
            creationRecords: old?.creationRecords ?? [changed],
            conditions: (conditions as Inputs[]).map((condition, index) => ({
                ...condition,
                name: old?.conditions?.[index]?.name ?? `${name}/conditions/${digits(`${name} ${index}`, 19)}`,
            })),
        };
    },
    calls: { collection: "monitoring.projects.alertPolicies" },
};
