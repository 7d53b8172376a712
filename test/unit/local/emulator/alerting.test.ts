import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { Router } from "../../../../local/runtime/emulator/routes";
import { Terminal } from "../../../../local/runtime/emulator/terminal";
import { Tokens } from "../../../../local/runtime/emulator/tokens";
import { LoadBalancers } from "../../../../local/runtime/services/compute/loadBalancing/loadBalancers";
import { Alerting } from "../../../../local/runtime/services/monitoring/alerting";
import { monitoringRest } from "../../../../local/runtime/services/monitoring/api";
import { Recorder } from "../../../../local/runtime/services/monitoring/recorder";
import { UptimeChecks } from "../../../../local/runtime/services/monitoring/uptime";
import { PubSub } from "../../../../local/runtime/services/pubsub/pubsub";
import type { Inputs } from "../../../../local/simulator/rules/rules";
import { until } from "../../../clusters/until";
import { World } from "../world";

const resource = {
    type: "cloud_run_revision",
    labels: {
        location: "europe-west1",
        service_name: "web",
        configuration_name: "web",
        revision_name: "web-1",
    },
};

const hooks = "https://hooks.acme.example";

const ends: (() => unknown)[] = [];
afterEach(async () => {
    for (const end of ends.splice(0).reverse()) {
        await end();
    }
});

/** A server that keeps what it receives. */
async function webhook() {
    const received: { headers: IncomingHttpHeaders; body: Inputs }[] = [];
    const server = createServer(async (request, response) => {
        if (request.method === "POST") {
            received.push({ headers: request.headers, body: (await json(request)) as Inputs });
        }
        response.end("in stock");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ends.push(() => server.close());
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

/** A project with a policy on the errors of a service. */
async function alertingWorld() {
    const world = new World();
    world.enable("monitoring");
    const { url, received } = await webhook();
    const project = "acme-dev";
    const channel = world.make("NotificationChannel", {
        project,
        displayName: "hook",
        type: "webhook_basicauth",
        labels: { url: `${hooks}/alerts`, username: "slipway" },
        sensitiveLabels: { password: "hunter2" },
    });
    const aggregations = [
        {
            alignmentPeriod: "60s",
            perSeriesAligner: "ALIGN_RATE",
            crossSeriesReducer: "REDUCE_SUM",
            groupByFields: ["resource.label.service_name"],
        },
    ];
    world.make("AlertPolicy", {
        project,
        displayName: "web: errors",
        combiner: "OR",
        severity: "CRITICAL",
        // biome-ignore lint/suspicious/noTemplateCurlyInString: variables of Cloud Monitoring
        documentation: { content: "Look at ${resource.label.service_name} in ${project}.", mimeType: "text/markdown" },
        conditions: [
            {
                displayName: "More than 5 % of the requests fail",
                conditionThreshold: {
                    filter: 'resource.type="cloud_run_revision" AND resource.labels.service_name="web" AND metric.type="run.googleapis.com/request_count" AND metric.labels.response_code_class="5xx"',
                    aggregations,
                    denominatorFilter:
                        'resource.type="cloud_run_revision" AND resource.labels.service_name="web" AND metric.type="run.googleapis.com/request_count"',
                    denominatorAggregations: aggregations,
                    comparison: "COMPARISON_GT",
                    thresholdValue: 0.05,
                    duration: "120s",
                    evaluationMissingData: "EVALUATION_MISSING_DATA_INACTIVE",
                },
            },
        ],
        notificationChannels: [channel.id],
    });
    const lines: string[] = [];
    const terminal = new Terminal((line) => lines.push(line));
    const recorder = new Recorder();
    const pubsub = new PubSub(world.cloud, terminal);
    const router = new Router(world.cloud, { [hooks]: url, "https://shop.acme.example": url });
    const balancers = new LoadBalancers({
        cloud: world.cloud,
        router,
        tokens: new Tokens(world.cloud),
        terminal,
        recorder,
    });
    const checks = new UptimeChecks(world.cloud, router, balancers, terminal, recorder);
    const alerting = new Alerting({ cloud: world.cloud, recorder, checks, pubsub, router, terminal, speed: 1 });
    ends.push(() => pubsub.close());
    const get = (path: string, query: Record<string, string> = {}) =>
        monitoringRest(
            world.cloud,
            recorder,
            alerting,
        )({ method: "GET", path, query: new URLSearchParams(query) } as never) as { status: number; body: Inputs };
    return { world, received, recorder, alerting, lines, get, project };
}

/** A minute in which a service answers requests with these statuses. */
function minute(recorder: Recorder, alerting: Alerting, ...statuses: number[]): void {
    for (const status of statuses) {
        const labels = { response_code: String(status), response_code_class: `${Math.floor(status / 100)}xx` };
        recorder.count({ project: "acme-dev", metric: "run.googleapis.com/request_count", resource, labels });
    }
    alerting.endMinute();
}

test("errors notify a webhook after the duration of the condition, and once more when they end", async () => {
    const { received, recorder, alerting, lines, get } = await alertingWorld();
    const arrived = (count: number) =>
        until(
            async () => received,
            ({ length }) => length >= count,
            { seconds: 10 },
        );
    minute(recorder, alerting, 200, 200);
    minute(recorder, alerting, 200, 500);
    minute(recorder, alerting, 200, 200);
    minute(recorder, alerting, 200, 200, 200, 500);
    expect(lines).toEqual([]);
    minute(recorder, alerting, 200, 500);
    const [first] = await arrived(1);
    expect(first?.headers.authorization).toBe(`Basic ${Buffer.from("slipway:hunter2").toString("base64")}`);
    expect(first?.body).toMatchObject({
        version: "1.2",
        incident: {
            state: "open",
            scoping_project_id: "acme-dev",
            policy_name: "web: errors",
            condition_name: "More than 5 % of the requests fail",
            severity: "Critical",
            observed_value: "0.5",
            threshold_value: "0.05",
            started_at: alerting.now / 1000,
            ended_at: null,
            resource: { type: "cloud_run_revision", labels: { project_id: "acme-dev", service_name: "web" } },
            documentation: { content: "Look at web in acme-dev." },
        },
    });
    const open = () => get("/v3/projects/acme-dev/alertPolicies").body.alertPolicies[0].openIncidents;
    expect(open()).toBe(1);
    minute(recorder, alerting, 500);
    // Without errors there is no ratio, and the condition takes missing data as not met.
    minute(recorder, alerting, 200, 200);
    const { incident_id } = first?.body.incident ?? {};
    expect((await arrived(2))[1]?.body.incident).toMatchObject({ state: "closed", incident_id });
    expect(open()).toBe(0);
    expect(lines).toEqual(["alert opened: web: errors (web): 0.5", "alert closed: web: errors (web)"]);
    minute(recorder, alerting, 200);
    expect(received).toHaveLength(2);
});

test("the API has the time series", async () => {
    const { recorder, alerting, get } = await alertingWorld();
    const startTime = new Date(alerting.now).toISOString();
    minute(recorder, alerting, 200, 200);
    const interval = { "interval.startTime": startTime, "interval.endTime": new Date(alerting.now).toISOString() };
    const filter = 'metric.type="run.googleapis.com/request_count"';
    const { timeSeries } = get("/v3/projects/acme-dev/timeSeries", { filter, ...interval }).body;
    expect(timeSeries).toMatchObject([
        {
            metric: {
                type: "run.googleapis.com/request_count",
                labels: { response_code: "200", response_code_class: "2xx" },
            },
            resource: { type: "cloud_run_revision", labels: { ...resource.labels, project_id: "acme-dev" } },
            metricKind: "DELTA",
            valueType: "INT64",
            points: [{ value: { int64Value: "2" } }],
        },
    ]);
    expect(get("/v3/projects/acme-dev/timeSeries", { filter: "metric.type=", ...interval })).toMatchObject({
        status: 400,
    });
    expect(get("/v3/projects/acme-dev/timeSeries", { filter })).toMatchObject({ status: 400 });
});

test("what is recorded is a metric that Google publishes, with its labels", () => {
    const recorder = new Recorder();
    const measured = { project: "acme-dev", metric: "run.googleapis.com/request_count" as const, resource };
    expect(() => recorder.count({ ...measured, labels: { code: "200" } })).toThrow(
        "run.googleapis.com/request_count has no label code.",
    );
    expect(() => recorder.count({ ...measured, resource: { type: "gce_instance", labels: {} } })).toThrow(
        "run.googleapis.com/request_count has no gce_instance.",
    );
});

test("uptime checks are recorded by the location of the checker", async () => {
    const { world, recorder, alerting, lines } = await alertingWorld();
    const check = (displayName: string, content: string) =>
        world.make("UptimeCheckConfig", {
            project: "acme-dev",
            displayName,
            timeout: "5s",
            period: "60s",
            monitoredResource: { type: "uptime_url", labels: { host: "shop.acme.example", project_id: "acme-dev" } },
            httpCheck: { path: "/", port: 443, useSsl: true },
            contentMatchers: [{ content }],
            selectedRegions: ["USA", "EUROPE"],
        }).state.uptimeCheckId;
    const ids = { [check("passes", "in stock")]: 1, [check("fails", "sold out")]: 0 };
    const read = () =>
        recorder.all
            .filter(({ metric }) => metric.type === "monitoring.googleapis.com/uptime_check/check_passed")
            .map(({ metric, points }) => [
                metric.labels.check_id,
                metric.labels.checker_location,
                points.at(-1)?.value,
            ]);
    alerting.endMinute();
    const recorded = await until(
        async () => {
            alerting.endMinute();
            return read();
        },
        ({ length }) => length === 8,
        { seconds: 10 },
    );
    const locations = ["usa-oregon", "usa-iowa", "usa-virginia", "eur-belgium"];
    const expected = Object.entries(ids).flatMap(([id, value]) => locations.map((location) => [id, location, value]));
    expect(recorded.sort()).toEqual(expected.sort());
    expect(lines).toContain('uptime check fails: the content does not pass CONTAINS_STRING "sold out"');
});

test("an excluded log entry does not alert, and counts in the metrics of log entries", async () => {
    const { world, recorder, alerting, lines, project } = await alertingWorld();
    world.enable("logging");
    const filter = 'resource.type="cloud_run_revision" AND severity>=ERROR';
    world.make("LogMetric", { project, name: "failures", filter });
    world.make("AlertPolicy", {
        project,
        displayName: "web: log entries",
        combiner: "OR",
        conditions: [{ displayName: "errors", conditionMatchedLog: { filter } }],
        alertStrategy: { notificationRateLimit: { period: "300s" } },
    });
    world.make("ProjectExclusion", { project, name: "noise", filter: 'textPayload:"noise"' });
    const write = (textPayload: string) =>
        recorder.log(project, { logName: "projects/acme-dev/logs/a", severity: "ERROR", resource, textPayload });
    write("noise");
    alerting.endMinute();
    expect(lines).toEqual([]);
    write("failure");
    alerting.endMinute();
    expect(lines).toEqual([expect.stringMatching(/^alert opened: web: log entries/)]);
    const counted = recorder.all.find(({ metric }) => metric.type === "logging.googleapis.com/user/failures");
    expect(counted?.points.map(({ value }) => value)).toEqual([1, 1]);
});
