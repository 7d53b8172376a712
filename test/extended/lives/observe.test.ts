import { Deployment } from "../../deploy/deployment";

const program = `"use strict";
const { BigQueryDataset, CloudRunService, PubSubTopic, StorageBucket } = require("slipway");
const { Alerts, Budget, Dashboard, LogExclusion, LogMetric, LogSink, ServiceObjective, UptimeCheck } = require("slipway");

module.exports = async () => {
    const dashboard = new Dashboard("platform");
    const image = "europe-docker.pkg.dev/acme-images/apps/web@sha256:" + "0f3b1a6c".repeat(8);
    const web = new CloudRunService("web", { image, ingress: "all" });
    const oncall = new Alerts("oncall", { to: { email: "team@acme.example" }, quota: false });
    new UptimeCheck("site", { target: web, path: "/health", content: { contains: "ok" }, alerts: oncall });
    new ServiceObjective("answers", { target: web, goal: 99.5, alerts: oncall });
    new LogSink("audit", { to: new StorageBucket("archive"), filter: 'logName:"cloudaudit.googleapis.com"' });
    const exclusions = { probes: 'httpRequest.requestUrl:"/health"' };
    new LogSink("warnings", { to: new BigQueryDataset("logs"), filter: "severity>=WARNING", exclusions });
    new LogExclusion("health", { filter: 'httpRequest.requestUrl:"/health" AND severity<ERROR' });
    new LogMetric("rejections", { filter: 'jsonPayload.event="rejected"', labels: { reason: "jsonPayload.reason" } });
    new LogMetric("duration", {
        filter: 'resource.type="cloud_run_revision" AND jsonPayload.seconds>0',
        distribution: { extract: "jsonPayload.seconds", unit: "s" },
        alerts: { to: oncall, logValues: { threshold: 2.5 } },
    });
    new Budget("costs", { amount: 300, currency: "EUR", billingAccount: "012345-6789AB-CDEF01", alerts: oncall });
    return { dashboard: dashboard.url };
};
`;

const config = (kind: string, project: string) =>
    `config:\n  gcp:project: ${project}\n  gcp:region: europe-west1\n  slipway:kind: ${kind}\n`;

describe.each(["dev", "prod"])("what observes a stack, in %s", (stack) => {
    const kind = stack === "dev" ? "development" : "production";
    const deployment = new Deployment({
        "Pulumi.yaml": "name: observe\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        [`Pulumi.${stack}.yaml`]: config(kind, `acme-observe-${stack}`),
        "package.json": '{ "name": "observe", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program,
    });
    afterAll(() => deployment.remove());
    const edit = (from: string, to: string) => deployment.edit("index.js", (text) => text.replace(from, to));
    const stateOf = (type: string) =>
        deployment.resources().find((each) => each.type.endsWith(`:${type}`))?.properties as Record<string, unknown>;
    const rows = () => {
        const { mosaicLayout } = JSON.parse(String(stateOf("Dashboard").dashboardJson));
        return mosaicLayout.tiles.flatMap(({ widget }: { widget: { title: string; sectionHeader?: object } }) =>
            widget.sectionHeader ? [widget.title] : [],
        );
    };

    test("is created as previewed, and a second up and a refresh change nothing", async () => {
        const created = (await deployment.upAsPreviewed(stack)).length;
        expect(await deployment.again(stack)).toEqual({ unchanged: created });
        expect(rows()).toEqual(["site", "web", "duration"]);
        expect(stateOf("UptimeCheckConfig")).toMatchObject({ period: stack === "dev" ? "300s" : "60s" });
        expect(stateOf("ProjectSink").writerIdentity).toMatch(
            /^serviceAccount:service-\d+@gcp-sa-logging\.iam\.gserviceaccount\.com$/,
        );
        expect(stateOf("Budget").budgetFilter).toMatchObject({ labels: { environment: stack } });
    });

    test("is updated where it changed, and the dashboard with a new component", async () => {
        edit("goal: 99.5", "goal: 99");
        edit('contains: "ok"', 'contains: "fine"');
        edit("amount: 300", "amount: 400");
        edit("severity>=WARNING", "severity>=ERROR");
        edit("severity<ERROR", "severity<WARNING");
        edit("threshold: 2.5", "threshold: 5");
        edit("    return", '    new PubSubTopic("sales");\n    return');
        expect(await deployment.upAsPreviewed(stack)).toEqual([
            "create PubSubTopic sales",
            "create Service pubsub",
            "create Topic sales",
            "update AlertPolicy duration-logValues",
            "update Budget costs",
            "update Dashboard platform",
            "update ProjectExclusion health",
            "update ProjectSink warnings",
            "update Slo answers",
            "update UptimeCheckConfig site",
        ]);
        expect(rows()).toEqual(["site", "web", "sales", "duration"]);
    });

    test("is replaced where it must be: a check of another host, with its alert, and a metric with other labels", async () => {
        edit('target: web, path: "/health"', 'target: "https://acme.example/health"');
        edit('reason: "jsonPayload.reason"', 'cause: "jsonPayload.reason"');
        const steps = await deployment.upAsPreviewed(stack);
        expect(steps).toEqual(
            expect.arrayContaining([
                "replace Metric rejections",
                "replace UptimeCheckConfig site",
                "update AlertPolicy site-unavailable",
            ]),
        );
        expect(await deployment.preview(stack)).toEqual([]);
    });

    test("checks a service with internal ingress, and refuses one without its default URL, at preview", async () => {
        edit('target: "https://acme.example/health"', 'target: web, path: "/health"');
        edit('ingress: "all"', 'ingress: "internal"');
        expect(await deployment.upAsPreviewed(stack)).toEqual(
            expect.arrayContaining(["replace UptimeCheckConfig site", "update Service web"]),
        );
        edit('ingress: "internal"', 'ingress: "all", defaultUrl: false');
        const { output } = await deployment.run(["preview", "-s", stack]);
        expect(output).toContain('CloudRunService "web": url: is missing with defaultUrl: false.');
        edit('ingress: "all", defaultUrl: false', 'ingress: "internal"');
    });

    test("is deleted with the stack", async () => {
        if (stack === "prod") {
            edit("slipway:kind", "slipway:kind");
            await deployment.run(["config", "set", "slipway:protection", "off", "-s", stack]);
            await deployment.up(stack);
        }
        await deployment.destroy(stack);
        const kinds =
            /^(AlertPolicy|Budget|CustomService|Dashboard|Metric|NotificationChannel|ProjectExclusion|ProjectSink|Slo|UptimeCheckConfig) /;
        expect(deployment.existing().filter((each) => kinds.test(each))).toEqual([]);
    });
});
