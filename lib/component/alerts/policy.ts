import { AlertPolicy, type AlertPolicyArgs } from "@pulumi/gcp/monitoring/alertPolicy";
import * as pulumi from "@pulumi/pulumi";
import { Environment } from "../../environment/environment";
import { monitoringLimits } from "../../facts/limits/monitoring";
import { inSeconds, secondsIn } from "../../internal/arguments/duration";
import { labelValue } from "../../internal/arguments/labels";
import { titleEnding } from "../../internal/arguments/names";
import { childrenOf, type Transform } from "../../internal/engine/children";
import { type LogSignal, type MetricSignal, resourceParts, type Signal } from "./signal";
import { type AlertThreshold, alertThresholds, metricValue, minimumRequests } from "./thresholds";

/** The console's page of incidents. */
const incidents = "https://console.cloud.google.com/monitoring/alerting";

/** After how long without data an incident is closed. */
const autoClose = { metric: "3600s", log: "86400s" };

/** The name of a component for people: `CloudRunService "web"`. */
export interface Named {
    type: string;
    name: string;
}

/** Whom a policy notifies. */
export interface PolicyTarget {
    /** The names of the notification channels. */
    readonly channels: pulumi.Output<string>[];
    /** The address of the instructions. */
    readonly runbook?: string;
    /** Edits alert policies. */
    readonly transforms?: { policy?: Transform<AlertPolicyArgs> };
}

/** The arguments of the policy of a signal. */
export function policyArgs(
    { type, name }: Named,
    signal: Signal,
    chosen: AlertThreshold,
    { channels, runbook }: Pick<PolicyTarget, "channels" | "runbook">,
): AlertPolicyArgs {
    const { title, action, severity, unit } = alertThresholds[signal.signal];
    const named = [name, signal.key].filter((each) => each !== undefined).join(" ");
    const displayName = titleEnding(named, `: ${title}`, maxName);
    return {
        displayName,
        severity,
        ...(signal.log ? logCondition(displayName, signal) : metricConditions(displayName, signal, chosen)),
        documentation: {
            subject: displayName,
            content: [
                `**${type} \`${name}\`: ${title}.**`,
                action,
                `Alert \`${signal.signal}\`${signal.log ? "" : `: ${signal.below ? "below" : "above"} ${metricValue(signal.signal, chosen.threshold)} (${unit}) for ${chosen.for}`}, in the environment \`${pulumi.getStack()}\`. Change it with the argument \`alerts\` of the component.`,
            ].join("\n\n"),
            mimeType: "text/markdown",
            links: [
                { displayName: "Incidents", url: incidents },
                ...(runbook === undefined ? [] : [{ displayName: "Runbook", url: sectionOf(runbook, signal.signal) }]),
            ],
        },
        notificationChannels: channels,
        userLabels: {
            environment: labelValue(pulumi.getStack()),
            component: labelValue(name),
            signal: labelValue(signal.signal),
        },
    };
}

const maxName = monitoringLimits.rows.displayName.max;

/** The section of a page about a signal, unless the address names one. */
const sectionOf = (address: string, signal: string) => (address.includes("#") ? address : `${address}#${signal}`);

function logCondition(displayName: string, signal: LogSignal) {
    const filter = pulumi.all([...resourceParts(signal), ...signal.log]).apply((parts) => parts.join(" AND "));
    return {
        combiner: "OR",
        conditions: [{ displayName, conditionMatchedLog: { filter } }],
        alertStrategy: {
            notificationRateLimit: { period: inSeconds(monitoringLimits.rows.notificationInterval.min) },
            autoClose: autoClose.log,
        },
    };
}

/** A ratio of requests alerts only if there are enough of them: one failure of two requests is no outage. */
function metricConditions(displayName: string, signal: MetricSignal, { threshold, for: duration }: AlertThreshold) {
    const { of = 1, below = false } = signal;
    const isRatio = signal.part !== undefined || signal.partMetric !== undefined;
    const hasMinimum = isRatio && !signal.isShare;
    const value = pulumi.output(of).apply((all) => metricValue(signal.signal, threshold) * all);
    const ofRequests = { ...signal, part: undefined, partMetric: undefined };
    const compare = (name: string, own: MetricSignal, thresholdValue: pulumi.Input<number>, extra: object = {}) => ({
        displayName: name,
        conditionThreshold: {
            filter: metricFilter(own),
            aggregations: aggregations(own),
            ...extra,
            comparison: below ? "COMPARISON_LT" : "COMPARISON_GT",
            thresholdValue,
            duration: inSeconds(duration),
            trigger: { count: 1 },
            ...(secondsIn(duration) >= secondsIn(monitoringLimits.rows.missingDataDuration.min) && {
                evaluationMissingData: "EVALUATION_MISSING_DATA_INACTIVE",
            }),
        },
    });
    const ratio = isRatio && {
        denominatorFilter: metricFilter(ofRequests),
        denominatorAggregations: aggregations(ofRequests),
    };
    const conditions = [
        compare(displayName, signal, value, ratio || {}),
        ...(hasMinimum
            ? [compare(titleEnding(displayName, ": enough requests", maxName), ofRequests, minimumRequests)]
            : []),
    ];
    return { combiner: hasMinimum ? "AND" : "OR", conditions, alertStrategy: { autoClose: autoClose.metric } };
}

/** The filter of a metric, or of the numerator of a ratio. */
export function metricFilter(signal: MetricSignal): pulumi.Output<string> {
    const parts = [
        pulumi.output<string>(signal.partMetric ?? signal.metric).apply((type) => `metric.type = "${type}"`),
        ...(signal.only ?? []),
        ...(signal.part ?? []),
    ];
    return pulumi.all([...resourceParts(signal), ...parts]).apply((all) => all.join(" AND "));
}

function aggregations({ aligner, reducer, groupBy, period = 300 }: MetricSignal) {
    return [
        {
            alignmentPeriod: `${period}s`,
            perSeriesAligner: aligner,
            crossSeriesReducer: reducer,
            groupByFields: groupBy,
        },
    ];
}

/** Creates the policy of a signal as a child of a component. */
export function createPolicy(
    parent: pulumi.ComponentResource,
    resourceName: string,
    named: Named,
    signal: Signal,
    threshold: AlertThreshold,
    to: PolicyTarget,
): AlertPolicy {
    const child = childrenOf(parent, to.transforms, {
        dependsOn: Environment.current().enable(
            "monitoring.googleapis.com",
            ...(signal.log ? ["logging.googleapis.com"] : []),
        ),
    });
    return new AlertPolicy(...child("policy", resourceName, policyArgs(named, signal, threshold, to)));
}
