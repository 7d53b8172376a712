import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, Schedule, ServerlessFunction, StorageBucket, Workflow } from "slipway";
import type { ScheduledCall, ScheduleRetries } from "slipway/scheduler";

const predict = new ServerlessFunction("predict", { source: "./predict", trigger: { http: {} } });
const topic = new PubSubTopic("sales");
const cron = "0 3 * * *";

new Schedule("call", { cron, call: predict });
new Schedule("start", { cron, call: new Workflow("nightly", { source: "nightly.yaml" }) });
const full = new Schedule("full", {
    cron: pulumi.output(cron),
    timeZone: "Europe/Berlin",
    call: { invoke: predict, path: "/refresh", method: "PUT", body: { range: 3 }, headers: { "X-Range": "3" } },
    timeout: "10 minutes",
    retries: { max: 3, minBackoff: "10 seconds", maxBackoff: "5 minutes", maxDoublings: 2, maxDuration: "1 hour" },
    paused: true,
    description: "refreshes the range",
    region: "europe-west3",
    name: "refresh",
    transform: { job: {}, account: {} },
});
new Schedule("outside", { cron, call: { url: "https://example.com", audience: "https://example.com" } });
new Schedule("message", { cron, topic, message: { range: 3 }, attributes: { kind: pulumi.output("range") } });
const job: pulumi.Output<string> = full.job.name;

// @ts-expect-error: a schedule requires a cron expression.
new Schedule("nightly", { call: predict });

// @ts-expect-error: a schedule requires a target.
new Schedule("nightly", { cron });

// @ts-expect-error: a schedule has one target.
new Schedule("nightly", { cron, call: predict, topic });

// @ts-expect-error: a bucket cannot be called.
new Schedule("nightly", { cron, call: new StorageBucket("models") });

// @ts-expect-error: a URL requires its option.
new Schedule("nightly", { cron, call: "https://example.com" });

// @ts-expect-error: a component has a URL already.
const both: ScheduledCall = { invoke: predict, url: "https://example.com" };

// @ts-expect-error: a URL contains its path.
const path: ScheduledCall = { url: "https://example.com", path: "/refresh" };

// @ts-expect-error: methods are uppercase.
const method: ScheduledCall = { url: "https://example.com", method: "post" };

// @ts-expect-error: a call has a body, not a message.
new Schedule("nightly", { cron, call: predict, message: "tick" });

// @ts-expect-error: a message has no deadline.
new Schedule("nightly", { cron, topic, message: "tick", timeout: "1 minute" });

// @ts-expect-error: a maximum of retries is required.
const retries: ScheduleRetries = { minBackoff: "1 second" };

// @ts-expect-error: only calls with a token have an account.
const email: pulumi.Output<string> = full.account.email;

export { both, email, job, method, path, retries };
