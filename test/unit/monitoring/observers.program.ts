import * as pulumi from "@pulumi/pulumi";
import {
    Alerts,
    BigQueryDataset,
    Budget,
    CloudRunService,
    Dashboard,
    LogExclusion,
    LogMetric,
    LogSink,
    PubSubTopic,
    ServiceObjective,
    StorageBucket,
    UptimeCheck,
} from "slipway";
import { budgetLimits } from "../../../lib/facts/limits/billing";
import { monitoringLimits } from "../../../lib/facts/limits/monitoring";
import { nameFormats } from "../../../lib/facts/names";
import { crossProject, digest, type Given } from "../everythingElse";
import type { LongestNames } from "../lengthened";

const image = `europe-docker.pkg.dev/acme-apps/web/web@sha256:${"0f3b1a6c".repeat(8)}`;

/** All options of what observes a stack. */
export function program(): void {
    const alerts = new Alerts("observers", { to: { email: "team@acme.example" }, quota: false });
    const of = new CloudRunService("observed", { image, public: true });
    new UptimeCheck("observed-site", {
        target: of,
        path: "/health",
        content: { json: { path: "$.status", value: '"ok"' } },
        statuses: [200, "3xx"],
        headers: { "X-Team": pulumi.output("sales") },
        regions: ["USA"],
        interval: "10 minutes",
        timeout: "30 seconds",
        logFailures: false,
        alerts: { to: alerts, unavailable: { for: "10 minutes" } },
        displayName: "The site",
    });
    new ServiceObjective("observed-answers", {
        target: of,
        goal: 99.5,
        period: "30 days",
        alerts,
        displayName: "Answers",
    });
    new ServiceObjective("observed-fast", { target: of, goal: 90, latency: "300 milliseconds" });
    new Dashboard("observed-dashboard", { targets: [of], displayName: "Observed" });
    const exclusions = { probes: pulumi.output('httpRequest.requestUrl:"/health"') };
    const filter = pulumi.output("severity>=WARNING");
    const dataset = new BigQueryDataset("observed-logs");
    new LogSink("observed-tables", {
        to: dataset,
        filter,
        exclusions,
        partitionedTables: false,
        description: "Tables",
    });
    new LogSink("observed-files", { to: new StorageBucket("observed-archive"), name: "files", paused: true });
    new LogSink("observed-messages", { to: new PubSubTopic("observed-messages") });
    new LogExclusion("observed-probes", { filter, name: "probes", description: "Probes", paused: true });
    new LogMetric("observed-rejections", {
        filter,
        labels: { reason: "jsonPayload.reason", status: { extract: "httpRequest.status", type: "integer" } },
        distribution: { extract: "jsonPayload.seconds", unit: "s", buckets: { bounds: [0.1, 1] } },
        name: "rejections",
        description: "Rejections",
    });
    new LogMetric("observed-errors", {
        filter: 'resource.type="cloud_run_revision" severity>=ERROR',
        alerts: { to: alerts, logEntries: { threshold: 5, for: "5 minutes" } },
    });
    new Budget("observed-costs", {
        amount: 99.5,
        currency: "EUR",
        period: "YEAR",
        thresholds: [90],
        forecastThresholds: [110],
        alertEmails: ["sales@acme.example"],
        topic: pulumi.output("projects/acme-billing/topics/budgets"),
        label: { team: "sales" },
        alerts,
        billingAccount: "012345-6789AB-CDEF01",
        quotaProject: "acme-billing",
    });
}

/** With arguments that `program` has not. Most of it refers to another project. */
export function more({ alerts }: Given): void {
    const of = new CloudRunService("other-observed", { image: `docker.io/acme/other@${digest}`, public: true });
    new LogMetric("other-statuses", {
        filter: 'resource.type="gce_instance" severity>=ERROR',
        labels: { status: { extract: "EXTRACT(jsonPayload.status)", description: "The status." } },
        alerts,
        crossProject,
    });
    new LogMetric("other-seconds", {
        filter: 'resource.type="global"',
        distribution: { extract: "jsonPayload.seconds" },
        alerts,
        crossProject,
    });
    new UptimeCheck("other-site", { target: of, alerts, crossProject });
    new ServiceObjective("other-goal", { target: of, goal: 97, alerts, crossProject });
    new Dashboard("other-dashboard", { targets: [of], crossProject });
    new LogSink("other-sink", { to: new StorageBucket("other-logs"), crossProject });
    new LogExclusion("other-exclusion", { filter: "severity<INFO", crossProject });
    new Budget("other-budget", {
        amount: 50,
        currency: "EUR",
        billingAccount: "012345-6789AB-CDEF02",
        topic: "projects/acme-shared/topics/budgets",
        crossProject,
    });
    regional();
}

/** In another region than that of the environment. */
function regional(): void {
    new Budget("own-cost-budget", { amount: 60, currency: "EUR", credits: false });
}

export const longestNames: LongestNames = {
    "billing/budget:Budget displayName": budgetLimits.rows.displayName.max,
    // https://cloud.google.com/logging/docs/logs-based-metrics/labels
    "metricDescriptor.labels.key": 100,
    "logging/metric:Metric name": nameFormats.rows.logMetric.max,
    "AlertPolicy displayName": monitoringLimits.rows.displayName.max,
    "AlertPolicy conditions.displayName": monitoringLimits.rows.displayName.max,
    "AlertPolicy documentation.content": monitoringLimits.rows.documentation.max,
    "AlertPolicy documentation.subject": monitoringLimits.rows.subjectBytes.max,
    "AlertPolicy conditions.conditionThreshold.filter": monitoringLimits.rows.filter.max,
    "AlertPolicy conditions.conditionMatchedLog.filter": monitoringLimits.rows.filter.max,
    "NotificationChannel displayName": monitoringLimits.rows.displayName.max,
    "monitoring/slo:Slo displayName": monitoringLimits.rows.displayName.max,
    "monitoring/slo:Slo sloId": monitoringLimits.rows.displayName.max,
    "CustomService displayName": monitoringLimits.rows.displayName.max,
    "CustomService serviceId": monitoringLimits.rows.displayName.max,
};

export const sameWithout = {
    "Alerts.thresholds": "what has the alerts registers their policies",
    "Dashboard.displayName": "its component is refused without the others of its program",
    "Dashboard.targets": "its component is refused without the others of its program",
    "ServiceObjective.displayName": "its component is refused without the others of its program",
    "ServiceObjective.period": "its component is refused without the others of its program",
    "ServiceObjective.transform": "its component is refused without the others of its program",
};
