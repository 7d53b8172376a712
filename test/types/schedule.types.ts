import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, Schedule, ServerlessFunction, StorageBucket } from "slipway";
import type { ScheduledCall, ScheduleRetry } from "slipway/workflow";

const predict = new ServerlessFunction("predict", { source: "./predict", trigger: { http: {} } });
const topic = new PubSubTopic("sales");
const cron = "0 3 * * *";

new Schedule("call", { cron, call: predict });
const full = new Schedule("full", {
    cron: pulumi.output(cron),
    timeZone: "Europe/Berlin",
    call: { invoke: predict, path: "/refresh", method: "PUT", body: { range: 3 }, headers: { "X-Range": "3" } },
    attemptDeadline: "10 minutes",
    retry: { count: 3, minBackoff: "10 seconds", maxBackoff: "5 minutes", maxDoublings: 2, maxDuration: "1 hour" },
    paused: true,
    description: "refreshes the range",
    region: "europe-west3",
    name: "refresh",
    transform: { job: {}, account: {} },
});
new Schedule("outside", { cron, call: { url: "https://example.com", audience: "https://example.com" } });
new Schedule("message", { cron, topic, message: { range: 3 }, attributes: { kind: pulumi.output("range") } });
const job: pulumi.Output<string> = full.job.name;

// @ts-expect-error: a schedule has its times.
new Schedule("nightly", { call: predict });

// @ts-expect-error: a schedule does something.
new Schedule("nightly", { cron });

// @ts-expect-error: one thing.
new Schedule("nightly", { cron, call: predict, topic });

// @ts-expect-error: a bucket cannot be called.
new Schedule("nightly", { cron, call: new StorageBucket("models") });

// @ts-expect-error: an address is told by its option.
new Schedule("nightly", { cron, call: "https://example.com" });

// @ts-expect-error: a component has its address.
const both: ScheduledCall = { invoke: predict, url: "https://example.com" };

// @ts-expect-error: an address has its path.
const path: ScheduledCall = { url: "https://example.com", path: "/refresh" };

// @ts-expect-error: methods are written in capitals.
const method: ScheduledCall = { url: "https://example.com", method: "post" };

// @ts-expect-error: a call is given its body, not a message.
new Schedule("nightly", { cron, call: predict, message: "tick" });

// @ts-expect-error: a message waits for no answer.
new Schedule("nightly", { cron, topic, message: "tick", attemptDeadline: "1 minute" });

// @ts-expect-error: retries have a number.
const retry: ScheduleRetry = { minBackoff: "1 second" };

// @ts-expect-error: an account is there only where a token is sent.
const email: pulumi.Output<string> = full.account.email;

export { both, email, job, method, path, retry };
