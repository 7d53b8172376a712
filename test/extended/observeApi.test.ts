import * as pulumi from "@pulumi/pulumi";
import {
    AppEngineApp,
    AutoscaledInstanceGroup,
    BigQueryDataset,
    Budget,
    CloudRunService,
    CloudSqlInstance,
    LoadBalancer,
    LogMetric,
    LogSink,
    Network,
    PubSubTopic,
    Schedule,
    ServiceObjective,
    UptimeCheck,
    VertexEndpoint,
} from "slipway";
import { AutoscaledDeployment, GkeCluster } from "slipway/gke";
import { Alerts } from "slipway/monitoring";
import type { Alerting } from "../../local/runtime/services/monitoring/alerting";
import { monitoringRest } from "../../local/runtime/services/monitoring/api";
import { Recorder } from "../../local/runtime/services/monitoring/recorder";
import type { Inputs } from "../../local/simulator/rules/rules";
import { Discovery } from "../discovery";
import { World } from "../unit/local/world";
import { registered } from "../unit/registered";

const digest = `sha256:${"0f3b1a6c".repeat(8)}`;
const image = `docker.io/acme/web@${digest}`;

/** Everything that components make of the APIs of Cloud Monitoring, Cloud Logging and budgets. */
function program() {
    const alerts = new Alerts("oncall", {
        to: {
            email: "oncall@acme.example",
            pubSub: new PubSubTopic("incidents"),
            webhook: { url: "https://hooks.acme.example/alerts", token: pulumi.secret("hunter2") },
            channels: ["projects/acme-dev/notificationChannels/1"],
        },
    });
    const web = new CloudRunService("web", { image, ingress: "all", alerts });
    const network = new Network("apps");
    const cluster = new GkeCluster("main", { alerts });
    new AutoscaledDeployment("echo", { cluster, image, alerts });
    new AppEngineApp("shop", {
        services: {
            default: { flexible: true, image: `europe-west1-docker.pkg.dev/acme-dev/app/web@${digest}` },
        },
        alerts,
    });
    new AutoscaledInstanceGroup("group", { network, scaling: { max: 5 }, alerts });
    new CloudSqlInstance("sales", {
        engine: "postgres",
        flags: { max_connections: 200 },
        replicas: { eu: {} },
        alerts,
    });
    new LoadBalancer("balancer", { domains: "shop.acme.com", routes: { "/*": web }, alerts });
    new Schedule("nightly", { cron: "0 3 * * *", topic: new PubSubTopic("ticks", { alerts }), message: "go", alerts });
    new VertexEndpoint("iris", {
        models: { latest: { model: "projects/acme-dev/locations/europe-west1/models/iris@3" } },
        alerts,
    });
    new UptimeCheck("site", {
        target: web,
        path: "/health",
        content: { contains: "ok" },
        statuses: [200, "3xx"],
        headers: { "X-Check": "site" },
        regions: ["EUROPE", "USA", "ASIA_PACIFIC"],
        logFailures: true,
        alerts,
    });
    new ServiceObjective("answers", { target: web, goal: 99.5, alerts });
    new ServiceObjective("fast", { target: web, goal: 95, latency: "300 milliseconds" });
    new LogSink("warnings", {
        to: new BigQueryDataset("logs"),
        filter: "severity>=WARNING",
        partitionedTables: true,
        exclusions: { probes: 'httpRequest.requestUrl:"/health"' },
    });
    new LogMetric("rejections", {
        filter: 'resource.type="cloud_run_revision" AND jsonPayload.event="rejected"',
        labels: { reason: "jsonPayload.reason" },
        alerts,
    });
    new LogMetric("sizes", {
        filter: "jsonPayload.size>0",
        distribution: { extract: "jsonPayload.size", unit: "By", buckets: { linear: { count: 10, width: 100 } } },
    });
    new Budget("costs", { amount: 300, currency: "EUR", alertEmails: ["sales@acme.example"], alerts });
}

/** What Google's provider sends for the arguments of a type: its names differ from those of the API in a few places. */
const bodies: Record<string, { api: string; type: string; body(args: Inputs): object }> = {
    AlertPolicy: { api: "monitoring.v3", type: "AlertPolicy", body: ({ project: _, ...args }) => args },
    NotificationChannel: {
        api: "monitoring.v3",
        type: "NotificationChannel",
        body: ({
            project: _,
            sensitiveLabels: { authToken, serviceKey, password } = {} as Inputs,
            forceDelete: __,
            ...args
        }) => ({
            ...args,
            labels: {
                ...args.labels,
                ...(authToken && { auth_token: authToken }),
                ...(serviceKey && { service_key: serviceKey }),
                ...(password && { password }),
            },
        }),
    },
    UptimeCheckConfig: { api: "monitoring.v3", type: "UptimeCheckConfig", body: ({ project: _, ...args }) => args },
    CustomService: {
        api: "monitoring.v3",
        type: "Service",
        body: ({ project: _, serviceId: __, ...args }) => ({ ...args, custom: {} }),
    },
    Slo: {
        api: "monitoring.v3",
        type: "ServiceLevelObjective",
        body: ({
            project: _,
            service: __,
            sloId: ___,
            rollingPeriodDays,
            requestBasedSli,
            windowsBasedSli,
            ...args
        }) => ({
            ...args,
            ...(rollingPeriodDays && { rollingPeriod: `${rollingPeriodDays * 86_400}s` }),
            serviceLevelIndicator: { requestBased: requestBasedSli, windowsBased: windowsBasedSli },
        }),
    },
    ProjectSink: {
        api: "logging.v2",
        type: "LogSink",
        body: ({ project: _, uniqueWriterIdentity: __, ...args }) => args,
    },
    Metric: { api: "logging.v2", type: "LogMetric", body: ({ project: _, ...args }) => args },
    Budget: {
        api: "billingbudgets.v1",
        type: "GoogleCloudBillingBudgetsV1Budget",
        body: ({ billingAccount: _, allUpdatesRule, budgetFilter: { labels, ...budgetFilter }, ...args }) => ({
            ...args,
            // Lists of one value.
            budgetFilter: {
                ...budgetFilter,
                labels: Object.fromEntries(Object.entries(labels).map(([key, value]) => [key, [value]])),
            },
            notificationsRule: allUpdatesRule,
        }),
    },
};

test("what components make conforms to Google's discovery documents", async () => {
    const made = Object.entries(await registered(program));
    const problems: string[] = [];
    for (const [name, { api, type, body }] of Object.entries(bodies)) {
        const document = await Discovery.of(api);
        const own = made.filter(([key]) => key.split(" ")[0] === name);
        expect([name, own.length > 0]).toEqual([name, true]);
        // Fields without a value are not sent, and secrets are sent as their values.
        const sent = own.map(
            ([key, args]) =>
                [key, JSON.parse(JSON.stringify(body(args as Inputs)), (_, value) => value?.secret ?? value)] as const,
        );
        problems.push(
            ...sent.flatMap(([key, value]) => document.strangers(type, value).map((problem) => `${key}: ${problem}`)),
        );
    }
    expect(problems).toEqual([]);
});

test("the local API conforms to Google's discovery document", async () => {
    const discovery = await Discovery.of("monitoring.v3");
    const world = new World();
    world.enable("monitoring", "run");
    world.make("AlertPolicy", {
        project: "acme-dev",
        displayName: "depth",
        combiner: "OR",
        conditions: [
            {
                displayName: "too deep",
                conditionThreshold: {
                    filter: 'resource.type = "cloud_run_revision" AND metric.type = "run.googleapis.com/request_count"',
                    aggregations: [{ alignmentPeriod: "60s", perSeriesAligner: "ALIGN_RATE" }],
                    comparison: "COMPARISON_GT",
                    thresholdValue: 5,
                    duration: "60s",
                },
            },
        ],
    });
    const recorder = new Recorder();
    const resource = { type: "cloud_run_revision", labels: { service_name: "web" } };
    const of = { project: "acme-dev", resource, labels: { response_code: "200" } };
    recorder.count({ ...of, metric: "run.googleapis.com/request_count" }, 3);
    recorder.collect({ ...of, metric: "run.googleapis.com/request_latencies" }, 120);
    recorder.end(0, 60_000);
    const alerting = { incidentsOf: () => [] } as unknown as Alerting;
    const rest = monitoringRest(world.cloud, recorder, alerting);
    const call = (method: string, collection: string, query: Record<string, string> = {}, body: object = {}) => {
        const path = `v3/projects/acme-dev/${collection}`;
        expect(discovery.problems({ method, path, query, ...(method === "POST" && { body }) })).toEqual([]);
        const bytes = Buffer.from(JSON.stringify(body));
        return rest({ method, path: `/${path}`, query: new URLSearchParams(query), body: bytes } as never) as {
            status: number;
            body: Inputs;
        };
    };
    const interval = { startTime: "1970-01-01T00:00:00Z", endTime: "1970-01-01T00:01:00Z" };
    const timeSeries = [
        {
            metric: { type: "custom.googleapis.com/depth" },
            resource: { type: "global" },
            points: [{ interval, value: { int64Value: "7" } }],
        },
    ];
    expect(call("POST", "timeSeries", {}, { timeSeries })).toEqual({ status: 200, body: {} });
    const asked = { "interval.startTime": interval.startTime, "interval.endTime": interval.endTime };
    const rate = { "aggregation.alignmentPeriod": "60s", "aggregation.perSeriesAligner": "ALIGN_RATE" };
    const count = 'metric.type = "run.googleapis.com/request_count"';
    for (const query of [
        { filter: count },
        { filter: 'metric.type = "run.googleapis.com/request_latencies"' },
        { filter: 'metric.type = "custom.googleapis.com/depth"' },
        { filter: count, ...rate },
    ]) {
        const { body } = call("GET", "timeSeries", { ...query, ...asked });
        expect(body.timeSeries).toHaveLength(1);
        expect(discovery.unanswered("monitoring.projects.timeSeries.list", body)).toEqual([]);
    }
    const { body } = call("GET", "alertPolicies");
    // The number of open incidents is an addition.
    expect(discovery.unanswered("monitoring.projects.alertPolicies.list", body)).toEqual([
        "alertPolicies[0].openIncidents is not in the discovery document",
    ]);
});
