import { writeFileSync } from "node:fs";
import { Deployment } from "../../deploy/deployment";

/** Components with alerts; `what` contains the changes of a test. */
const program = (what: Record<string, unknown> = {}) => `"use strict";
const pulumi = require("@pulumi/pulumi");
const { Alerts, CloudRunJob, CloudRunService, PubSubSubscription, PubSubTopic, Schedule } = require("slipway");
const { thresholds, channel = "oncall@acme.example", latency, wrong } = ${JSON.stringify(what)};

const token = pulumi.secret("canary");
const incidents = new PubSubTopic("incidents");
const oncall = new Alerts("oncall", {
    to: { email: channel, pubSub: incidents, webhook: { url: "https://hooks.acme.example/alerts", token } },
    thresholds,
    transform: wrong && { policy: (args, _, name) => {
        if (name === "web-latency") {
            args.conditions[0].conditionThreshold.aggregations[0].perSeriesAligner = "ALIGN_MEAN";
        }
    } },
});
const image = "docker.io/acme/web@sha256:${"0".repeat(64)}";
new CloudRunService("web", { image, alerts: latency === undefined ? oncall : { to: oncall, latency } });
new CloudRunJob("migrate", { image, alerts: oncall });
const topic = new PubSubTopic("sales", { alerts: oncall });
new PubSubSubscription("store", { topic, pull: {}, alerts: oncall });
new Schedule("nightly", { cron: "0 3 * * *", topic, message: "go", alerts: oncall });
`;

function deployment(): Deployment {
    return new Deployment({
        "Pulumi.yaml": "name: alerts\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
        "Pulumi.dev.yaml":
            "config:\n  gcp:project: acme-dev\n  gcp:region: europe-west1\n  slipway:kind: development\n",
        "package.json": '{ "name": "alerts", "version": "1.0.0", "main": "index.js" }\n',
        "index.js": program(),
    });
}

const dev = deployment();
afterAll(() => dev.remove());
const change = (what: Record<string, unknown>) => dev.edit("index.js", () => program(what));
const up = ["up", "-s", "dev", "--yes", "--skip-preview"];
/** Resources that remain after destroy, because others in the project can need them. */
const kept = /^(projects|Service|ServiceIdentity|TopicIAMMember|SubscriptionIAMMember|IAMMember) /;

test("alerts are created once the metrics of new APIs are known, and a second up and a refresh change nothing", async () => {
    const { code, output } = await dev.run(up);
    expect([code, output]).toEqual([
        0,
        expect.stringMatching(/: a new metric is not effective yet; repeating the call/),
    ]);
    expect(output).not.toContain("canary");
    const made = (await dev.exported("dev")).filter(({ type }) => type === "gcp:monitoring/alertPolicy:AlertPolicy");
    expect(made.map(({ urn }) => urn.split("::").at(-1)).sort()).toEqual([
        "migrate-failedRuns",
        "nightly-failedRuns",
        "oncall-quota",
        "sales-errors",
        "store-backlog",
        "store-backlogAge",
        "store-deadLetters",
        "web-errors",
        "web-instances",
        "web-latency",
        "web-memory",
    ]);
    const { unchanged, ...changes } = await dev.again("dev");
    expect([changes, Number(unchanged)]).toEqual([{}, expect.any(Number)]);
});

test("another threshold is an update of one policy", async () => {
    change({ latency: { threshold: "500 milliseconds" } });
    expect(await dev.upAsPreviewed("dev")).toEqual(["update AlertPolicy web-latency"]);
    change({ thresholds: { backlogAge: { threshold: "60 seconds", for: "10 minutes" } } });
    expect(await dev.upAsPreviewed("dev")).toEqual([
        "update AlertPolicy store-backlogAge",
        "update AlertPolicy web-latency",
    ]);
});

test("another address is an update of the channel, and a signal that is left out deletes its policy", async () => {
    change({ channel: "team@acme.example", latency: false });
    expect(await dev.upAsPreviewed("dev")).toEqual([
        "delete AlertPolicy web-latency",
        "update AlertPolicy store-backlogAge",
        "update NotificationChannel oncall-email",
    ]);
    change({ channel: "team@acme.example", thresholds: { memory: false } });
    expect(await dev.upAsPreviewed("dev")).toEqual(["create AlertPolicy web-latency", "delete AlertPolicy web-memory"]);
});

test("an aggregation that a metric does not have is refused, and the next up mends it", async () => {
    change({ channel: "team@acme.example", wrong: true });
    const { code, output } = await dev.run(up);
    expect([code === 0, output]).toEqual([
        false,
        expect.stringContaining(
            "The aligner cannot be applied to metrics with kind DELTA and value type DISTRIBUTION.",
        ),
    ]);
    change({ channel: "team@acme.example" });
    await dev.up("dev");
    expect(await dev.preview("dev")).toEqual([]);
});

test("a policy whose creation fails with 404 is created by the next up, and no other twice", async () => {
    const type = "gcp:monitoring/alertPolicy:AlertPolicy";
    const file = dev.file("faults.json");
    writeFileSync(file, JSON.stringify({ faults: [{ verb: "create", type, name: "web-latency", answer: 404 }] }));
    change({ channel: "team@acme.example", latency: false });
    await dev.up("dev");
    change({ channel: "team@acme.example" });
    const { code, output } = await dev.run(up, { SLIPWAY_LOCAL_FAULTS: file });
    expect([code === 0, output]).toEqual([false, expect.stringContaining("Error 404")]);
    expect(await dev.upAsPreviewed("dev")).toEqual(["create AlertPolicy web-latency"]);
    expect(dev.existing().filter((each) => each.startsWith("AlertPolicy "))).toHaveLength(11);
});

test("channels are deleted after the policies that notify them", async () => {
    await dev.destroy("dev");
    expect(dev.existing().filter((each) => !kept.test(each))).toEqual([]);
});
