import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AlertPolicyArgs } from "@pulumi/gcp/monitoring/alertPolicy";
import * as pulumi from "@pulumi/pulumi";
import { AutoscaledInstanceGroup } from "slipway/compute";
import { Alerts, alertThresholds } from "slipway/monitoring";
import { PubSubSubscription, PubSubTopic } from "slipway/pubsub";
import { CloudRunJob, CloudRunService } from "slipway/run";
import { VertexEndpoint } from "slipway/vertex";
import { policyArgs } from "../../../lib/component/alerts/policy";
import type { Signal } from "../../../lib/component/alerts/signal";
import * as data from "../../../lib/monitoring/signals/data";
import * as machines from "../../../lib/monitoring/signals/machines";
import * as serving from "../../../lib/monitoring/signals/serving";
import { World } from "../local/world";
import { refused, registered, registeredOptions } from "../registered";

const image = `europe-docker.pkg.dev/acme-dev/app/web@sha256:${"0".repeat(64)}`;
const secret = () => pulumi.secret("canary");
const named = (made: Record<string, object>, start: string) =>
    Object.fromEntries(Object.entries(made).filter(([key]) => key.startsWith(start)));
const policies = async (program: () => unknown, stack = {}) => named(await registered(program, stack), "AlertPolicy");

test("a contact has a channel for each way, and secrets stay secret", async () => {
    const made = await registered(() => {
        const pubSub = new PubSubTopic("incidents");
        new Alerts("oncall", {
            to: {
                email: "oncall@acme.example",
                slack: { channel: "#oncall", token: secret() },
                pagerDuty: { serviceKey: secret() },
                pubSub,
                webhook: { url: "https://hooks.acme.example/alerts", token: secret() },
            },
            quota: false,
        });
    });
    expect(named(made, "NotificationChannel")).toEqual({
        "NotificationChannel oncall-email": {
            displayName: "oncall",
            type: "email",
            labels: { email_address: "oncall@acme.example" },
        },
        "NotificationChannel oncall-slack": {
            displayName: "oncall",
            type: "slack",
            labels: { channel_name: "#oncall" },
            sensitiveLabels: { authToken: { secret: "canary" } },
        },
        "NotificationChannel oncall-pagerduty": {
            displayName: "oncall",
            type: "pagerduty",
            sensitiveLabels: { serviceKey: { secret: "canary" } },
        },
        "NotificationChannel oncall-pubsub": {
            displayName: "oncall",
            type: "pubsub",
            labels: { topic: "projects/acme-dev/topics/incidents" },
        },
        "NotificationChannel oncall-webhook": {
            displayName: "oncall",
            type: "webhook_tokenauth",
            labels: { url: { secret: "https://hooks.acme.example/alerts?auth_token=canary" } },
        },
    });
});

test("keys and passwords that are outputs without a mark of secrets are secrets as well", async () => {
    const url = "https://hooks.acme.example/alerts";
    const key = () => pulumi.output("canary");
    const made = await registered(() => {
        const [slack, pagerDuty] = [{ channel: "#oncall", token: key() }, { serviceKey: key() }];
        new Alerts("one", { to: { slack, pagerDuty, webhook: { url, token: key() } }, quota: false });
        new Alerts("two", { to: { webhook: { url, username: "google", password: key() } }, quota: false });
    });
    const texts = JSON.stringify(made).match(/(?<=")[^"]*canary/g) ?? [];
    const secrets = JSON.stringify(made).match(/(?<="secret":")[^"]*canary/g) ?? [];
    expect([texts.length, secrets]).toEqual([4, texts]);
});

test("a webhook with a user has basic authentication", async () => {
    const webhook = { url: "https://hooks.acme.example/alerts", username: "google", password: secret() };
    const made = await registered(() => new Alerts("oncall", { to: { webhook }, quota: false }));
    expect(made).toEqual({
        "NotificationChannel oncall-webhook": {
            displayName: "oncall",
            type: "webhook_basicauth",
            labels: { url: "https://hooks.acme.example/alerts", username: "google" },
            sensitiveLabels: { password: { secret: "canary" } },
        },
    });
});

test("Monitoring may publish to the topic before its channel is created", async () => {
    const program = () => new Alerts("oncall", { to: { pubSub: new PubSubTopic("incidents") }, quota: false });
    const made = await registered(program, { environment: true });
    const [[grant, granted] = ["", {}]] = Object.entries(named(made, "TopicIAMMember"));
    expect(granted).toMatchObject({ role: "roles/pubsub.publisher", member: expect.stringContaining("service-") });
    expect((await registeredOptions(program))["NotificationChannel oncall-pubsub"]?.after).toContain(grant);
});

const channel = "projects/acme-dev/notificationChannels/1";
const oncall = (args = {}) => new Alerts("oncall", { to: { channels: [channel] }, quota: false, ...args });

test("transforms of a contact edit its channels, and the policies of all components that alert it", async () => {
    const made = await registered(() => {
        const alerts = new Alerts("oncall", {
            to: { email: "oncall@acme.example" },
            transform: {
                channel: { userLabels: { team: "sales" } },
                policy: { alertStrategy: { autoClose: "1800s" } },
            },
        });
        new PubSubTopic("sales", { alerts });
        new CloudRunService("web", { image, alerts });
    });
    expect(made["NotificationChannel oncall-email"]).toMatchObject({ userLabels: { team: "sales" } });
    const closing = Object.values(named(made, "AlertPolicy")).map((policy) => Reflect.get(policy, "alertStrategy"));
    expect(closing.length).toBeGreaterThan(4);
    expect(closing).toEqual(closing.map(() => ({ autoClose: "1800s" })));
});
const ofWeb = 'resource.type = "cloud_run_revision" AND resource.labels.service_name = "web"';

test("a service alerts by its signals, and few requests are no outage", async () => {
    const made = await policies(() => new CloudRunService("web", { image, alerts: oncall() }));
    expect(Object.keys(made).sort()).toEqual(
        ["errors", "instances", "latency", "memory"].map((signal) => `AlertPolicy web-${signal}`),
    );
    const requests = `${ofWeb} AND metric.type = "run.googleapis.com/request_count"`;
    const sum = [{ alignmentPeriod: "300s", perSeriesAligner: "ALIGN_DELTA", crossSeriesReducer: "REDUCE_SUM" }];
    const held = {
        comparison: "COMPARISON_GT",
        duration: "300s",
        trigger: { count: 1 },
        evaluationMissingData: "EVALUATION_MISSING_DATA_INACTIVE",
    };
    expect(made["AlertPolicy web-errors"]).toEqual({
        displayName: "web: too many requests fail",
        severity: "CRITICAL",
        combiner: "AND",
        conditions: [
            {
                displayName: "web: too many requests fail",
                conditionThreshold: {
                    filter: `${requests} AND metric.labels.response_code_class = "5xx"`,
                    aggregations: sum,
                    denominatorFilter: requests,
                    denominatorAggregations: sum,
                    thresholdValue: 0.2,
                    ...held,
                },
            },
            {
                displayName: "web: too many requests fail: enough requests",
                conditionThreshold: { filter: requests, aggregations: sum, thresholdValue: 20, ...held },
            },
        ],
        alertStrategy: { autoClose: "3600s" },
        documentation: {
            subject: "web: too many requests fail",
            content: expect.stringContaining("above 0.2 (fraction of requests"),
            mimeType: "text/markdown",
            links: [{ displayName: "Incidents", url: "https://console.cloud.google.com/monitoring/alerting" }],
        },
        notificationChannels: [channel],
        userLabels: { environment: "dev", component: "web", signal: "errors" },
    });
});

test.each([
    ["https://wiki.acme.example/oncall", "https://wiki.acme.example/oncall#failedRuns"],
    ["https://wiki.acme.example/oncall#jobs", "https://wiki.acme.example/oncall#jobs"],
])("alerts link the section of the runbook %s", async (runbook, url) => {
    const made = await policies(() => new CloudRunJob("migrate", { image, alerts: oncall({ runbook }) }));
    const { documentation } = made["AlertPolicy migrate-failedRuns"] as { documentation: { links: object[] } };
    expect(documentation.links[1]).toEqual({ displayName: "Runbook", url });
});

test("policies are children of the component and wait for the API", async () => {
    const made = await registeredOptions(() => new CloudRunJob("migrate", { image, alerts: oncall() }));
    expect(made["AlertPolicy migrate-failedRuns"]).toEqual({
        parent: "CloudRunJob migrate",
        provider: "Provider dev",
        after: ["Service monitoring"],
    });
});

const threshold = async (alerts: (to: Alerts) => CloudRunServiceAlerts, args = {}, kind = "development") => {
    const made = await policies(() => new CloudRunService("web", { image, alerts: alerts(oncall(args)) }), { kind });
    return Object.fromEntries(
        Object.entries(made).map(([key, policy]) => {
            const { conditions } = policy as { conditions: { conditionThreshold: Record<string, unknown> }[] };
            const { thresholdValue, duration } = conditions[0]?.conditionThreshold ?? {};
            return [key.replace("AlertPolicy web-", ""), [thresholdValue, duration]];
        }),
    );
};
type CloudRunServiceAlerts = ConstructorParameters<typeof CloudRunService>[1]["alerts"];

test("the component's changes come before those of the contact, and those before the kind's", async () => {
    expect(await threshold((to) => to)).toMatchObject({ latency: [10_000, "900s"], instances: [0.95 * 3, "3600s"] });
    expect(await threshold((to) => to, {}, "production")).toMatchObject({ latency: [2000, "300s"] });
    const thresholds = { latency: { threshold: "700 milliseconds" }, memory: false };
    expect(await threshold((to) => to, { thresholds })).toEqual({
        errors: [0.2, "300s"],
        latency: [700, "900s"],
        instances: [2.8499999999999996, "3600s"],
    });
    const own = await threshold((to) => ({ to, latency: { for: "1 minute" }, errors: false, memory: {} }), {
        thresholds,
    });
    expect(own).toEqual({
        latency: [700, "60s"],
        instances: [2.8499999999999996, "3600s"],
        memory: [0.95, "1800s"],
    });
});

test.each([
    ["no way", { to: {} }, "must have one of email, slack, pagerDuty, pubSub, webhook, channels"],
    ["an undefined way", { to: { email: undefined } }, "must have one of email, slack, pagerDuty, pubSub, webhook"],
    ["a text as contact", { to: "a@b.ch" }, "to: must be an object with email, slack, pagerDuty, pubSub, webhook"],
    ["a plain token", { to: { slack: { channel: "#a", token: "xoxb" } } }, "must not be in the source code"],
    ["a webhook without a secret", { to: { webhook: { url: "https://acme.example" } } }, "token"],
    [
        "a webhook without a password",
        { to: { webhook: { url: "https://acme.example", username: "google" } } },
        "to.webhook.password: is missing",
    ],
    [
        "an address as webhook",
        { to: { webhook: "https://acme.example" } },
        "to.webhook: must be an object with url, username, password",
    ],
    ["null as webhook", { to: { webhook: null } }, "to.webhook: must be an object with url, username, password"],
    [
        "an address in plain HTTP",
        { to: { webhook: { url: "http://acme.example", token: secret() } } },
        "must be an address",
    ],
    ["12 channels", { to: { channels: Array(12).fill(channel) } }, "11"],
    [
        "more than all",
        { to: { email: "a@b.ch" }, thresholds: { errors: { threshold: 101 } } },
        "a percentage from 0 to 100",
    ],
    [
        "a negative percentage",
        { to: { email: "a@b.ch" }, thresholds: { errors: { threshold: -1 } } },
        "a percentage from 0 to 100",
    ],
    [
        "a percentage as text",
        { to: { email: "a@b.ch" }, thresholds: { errors: { threshold: "5" } } },
        "a percentage from 0 to 100",
    ],
    [
        "a number",
        { to: { email: "a@b.ch" }, thresholds: { latency: { threshold: 500 } } },
        "must be a duration such as",
    ],
    ["seconds", { to: { email: "a@b.ch" }, thresholds: { errors: { for: "61 seconds" } } }, "must be whole minutes"],
    ["a runbook without https", { to: { email: "a@b.ch" }, runbook: "http://wiki" }, "such as https://wiki"],
    [
        "more minutes than a period has",
        { to: { email: "a@b.ch" }, thresholds: { quota: { threshold: 6 } } },
        "must be a number from 0 to 5: minutes of 5 with rejected calls",
    ],
    [
        "a negative number of messages",
        { to: { email: "a@b.ch" }, thresholds: { backlog: { threshold: -1 } } },
        "must be a number from 0: messages",
    ],
    [
        "a number of messages as text",
        { to: { email: "a@b.ch" }, thresholds: { backlog: { threshold: "5" } } },
        "must be a number from 0: messages",
    ],
    ["an unknown signal", { to: { email: "a@b.ch" }, thresholds: { heat: false } }, "heat"],
])("%s is refused", async (_, args, words) => {
    expect(await refused(() => new Alerts("oncall", args as never))).toContain(words);
});

test.each([
    [{ errors: { threshold: 0 } }, "errors", 0],
    [{ errors: { threshold: 100 } }, "errors", 1],
    [{ latency: { threshold: "0 milliseconds" } }, "latency", 0],
])("the smallest and the greatest threshold are accepted: %j", async (thresholds, signal, value) => {
    expect((await threshold((to) => to, { thresholds }))[signal]?.[0]).toBe(value);
});

test.each([0, 5])("a contact can alert at %d minutes with rejected calls", async (quota) => {
    const made = await policies(() => {
        new Alerts("oncall", { to: { channels: [channel] }, thresholds: { quota: { threshold: quota } } });
    });
    expect(made["AlertPolicy oncall-quota"]).toMatchObject({
        conditions: [{ conditionThreshold: { thresholdValue: quota } }],
    });
});

test("a contact accepts 11 channels", async () => {
    const channels = Array(11).fill(channel);
    const made = await policies(() => new CloudRunJob("migrate", { image, alerts: oncall({ to: { channels } }) }));
    expect(made["AlertPolicy migrate-failedRuns"]).toMatchObject({ notificationChannels: channels });
});

test("the canary of a group has alerts of its own if another agent measures it", async () => {
    const project = (name: string, family: string) => ({ image: { project: name, family } });
    const group = (template: object) => () =>
        new AutoscaledInstanceGroup("web", {
            scaling: 2,
            ...project("debian-cloud", "debian-12"),
            agent: true,
            canary: { template },
            alerts: oncall(),
        });
    const made = async (template: object) => Object.keys(await policies(group(template))).sort();
    const all = ["cpu", "disk", "memory"].map((signal) => `AlertPolicy web-${signal}`);
    expect(await made(project("ubuntu-os-cloud", "ubuntu-2404-lts-amd64"))).toEqual(all);
    expect(await made(project("cos-cloud", "cos-stable"))).toEqual(
        [...all, "AlertPolicy web-disk-canary", "AlertPolicy web-memory-canary"].sort(),
    );
});

test("an endpoint counts failed predictions of all predictions", async () => {
    const models = { latest: { model: "projects/acme-dev/locations/europe-west1/models/iris@3" } };
    const made = await policies(() => new VertexEndpoint("iris", { models, alerts: oncall() }));
    const { conditions } = made["AlertPolicy iris-errors"] as AlertPolicyArgs;
    const [ratio, enough] = (conditions as unknown as { conditionThreshold: Record<string, unknown> }[]).map(
        ({ conditionThreshold: { filter, denominatorFilter } }) =>
            [filter, denominatorFilter].map((text) => /prediction\/online\/\w+/.exec(String(text))?.[0]),
    );
    expect([ratio, enough]).toEqual([
        ["prediction/online/error_count", "prediction/online/prediction_count"],
        ["prediction/online/prediction_count", undefined],
    ]);
});

test("a signal of other components is refused", async () => {
    const program = () => new PubSubTopic("sales", { alerts: { to: oncall(), latency: false } as never });
    expect(await refused(program)).toContain("latency");
});

test("dead letters alert only if there are some", async () => {
    const program = (deadLetter: boolean) => () => {
        const topic = new PubSubTopic("sales");
        new PubSubSubscription("store", {
            topic,
            pull: {},
            alerts: oncall(),
            ...(!deadLetter && { deadLetter: false as const }),
        });
    };
    expect(Object.keys(await policies(program(false)))).toEqual(["backlog", "backlogAge"].map(ofStore));
    expect(Object.keys(await policies(program(true)))).toEqual(["backlog", "backlogAge", "deadLetters"].map(ofStore));
});
const ofStore = (signal: string) => `AlertPolicy store-${signal}`;

const all: Signal[] = [
    ...serving.signalsOfRunService("web", 3),
    ...serving.signalsOfRunJob("migrate"),
    ...serving.signalsOfWorkerPool("worker"),
    ...serving.signalsOfAppEngine(),
    ...serving.signalsOfEndpoint("123", "europe-west1"),
    ...(["global", "regional", "internal"] as const).flatMap((kind) =>
        serving.signalsOfLoadBalancer("web", kind, true),
    ),
    ...data.signalsOfTopic("sales"),
    ...data.signalsOfSubscription("store", true),
    ...(["postgres", "mysql", "sqlserver"] as const).flatMap((engine) =>
        data.signalsOfDatabase(engine, "acme-dev:sales", { eu: "acme-dev:sales-eu" }, 100),
    ),
    ...data.signalsOfComposer("scoring", "europe-west1"),
    ...data.signalsOfDataflowJob("score", "europe-west1", true),
    ...data.signalsOfDataflowJob("nightly", "europe-west1", false),
    ...data.signalsOfWorkflow("close", "europe-west1"),
    ...data.signalsOfSchedule("nightly", "europe-west1"),
    ...data.signalsOfScheduledQuery("daily", "123"),
    ...data.signalsOfPipeline("train@acme-dev.iam.gserviceaccount.com", "europe-west1", "train"),
    ...(["package", "metadata"] as const).flatMap((agent) => [
        ...machines.signalsOfMachine("123", "europe-west1-b", agent),
        ...machines.signalsOfGroup("web", "web", 3, [agent]),
    ]),
    ...machines.signalsOfCluster("main", "europe-west1"),
    ...machines.signalsOfDeployment("main", "europe-west1", "default", "web"),
    ...machines.signalsOfDeployment("main", "europe-west1", "default", "web", "web-canary"),
];
const cases = all.flatMap((signal) =>
    (["development", "staging", "production"] as const).map((kind) => [signal.signal, kind, signal] as const),
);

test.each(cases)(
    "the local Google Cloud, which knows all metrics, accepts the alert %s in %s",
    async (name, kind, signal) => {
        const args = policyArgs({ type: "Test", name: "web" }, signal, alertThresholds[name][kind], {
            channels: [],
            runbook: undefined,
        });
        const resolved = await new Promise<object>((resolve) => pulumi.output(args).apply(resolve as never));
        const cloud = new World();
        cloud.enable("monitoring");
        expect(cloud.make("AlertPolicy", resolved).state.displayName).toContain("web");
    },
);

test.each(Object.entries(alertThresholds))("the page has the row of %s", (name, row) => {
    const page = readFileSync(join(__dirname, "..", "..", "..", "docs", "alerts.md"), "utf8");
    const cells = [row.development, row.staging, row.production].map(({ threshold, for: duration }) =>
        row.hasNoDefault
            ? `must be set, for ${duration}`
            : duration === "0 seconds"
              ? `${threshold}`
              : `${threshold} for ${duration}`,
    );
    const unit = row.unit.replace("fraction", "percent").replace(/^(milli)?seconds/, "a time");
    expect(page).toContain(`| \`${name}\` | ${row.title} | ${unit} | ${cells.join(" | ")} |`);
});
