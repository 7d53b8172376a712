import * as pulumi from "@pulumi/pulumi";
import { PubSubTopic, Schedule, ServerlessFunction } from "slipway";
import { nameFormats } from "../../../lib/facts/names";
import type { LongestNames } from "../lengthened";

export function program(source: string): void {
    const topic = new PubSubTopic("ticks");
    const answer = new ServerlessFunction("answer-scheduled", {
        source,
        entryPoint: "answer",
        trigger: { http: { public: true } },
    });
    new Schedule("call", { cron: "0 3 * * *", call: answer });
    new Schedule("request", {
        cron: pulumi.output("*/5 9-17 * * MON-FRI"),
        timeZone: "Europe/Berlin",
        call: {
            invoke: answer,
            path: "/refresh",
            method: "PUT",
            body: { range: pulumi.output(3) },
            headers: { "X-Range": "3" },
        },
        timeout: "30 minutes",
        retries: { max: 5, maxDuration: "1 hour", minBackoff: "10 seconds", maxBackoff: "10 minutes", maxDoublings: 3 },
        paused: true,
        description: "refreshes the range",
        region: "europe-west3",
        name: "refresh",
    });
    new Schedule("outside", {
        cron: "0 0 1 JAN,JUL *",
        call: { url: "https://example.com/hook", audience: "https://example.com", body: pulumi.secret("canary") },
    });
    new Schedule("api", {
        cron: "0 0 * * 0",
        call: { url: "https://run.googleapis.com/v2/…:run", scope: "https://www.googleapis.com/auth/cloud-platform" },
    });
    new Schedule("message", { cron: "0 * * * *", topic, message: "tick", attributes: { kind: pulumi.output("tick") } });
}

export const longestNames: LongestNames = {
    "cloudscheduler/job:Job name": nameFormats.rows.schedulerJob.max,
    "gcp:cloudscheduler/job:Job httpTarget.uri": "unlimited",
};
