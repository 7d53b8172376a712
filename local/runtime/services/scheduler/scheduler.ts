import { setTimeout as sleep } from "node:timers/promises";
import type { Cloud, Entry, Inputs } from "../../../simulator";
import { authorizeMethod } from "../../../simulator/apis";
import { serviceHost } from "../../../simulator/services/appengine/versions";
import { retryDefaults } from "../../../simulator/services/scheduler";
import type { Caller } from "../../emulator/caller";
import { isDue } from "../../emulator/cronClock";
import { RpcError, restAnswer } from "../../emulator/errors";
import type { RestApi } from "../../emulator/http";
import type { Terminal } from "../../emulator/terminal";
import type { Recorder } from "../monitoring/recorder";
import { attemptFinished } from "../monitoring/schedules";
import { secondsOf } from "../pubsub/message";
import type { PubSub } from "../pubsub/pubsub";

/** "App Engine targets": headers that identify the caller. */
const ofCron = { "User-Agent": "AppEngine-Google; (+http://code.google.com/appengine)" };

const address = /^\/v1\/(projects\/([^/]+)\/locations\/[^/]+\/jobs\/[^/:]+):run$/;

/** An attempt to run a job: it has failed with a reason. */
interface Attempt {
    /** The status of the answer, if there was one. */
    status?: number;
    reason?: string;
}

/** Runs Cloud Scheduler jobs, on request and on schedule. */
export class Scheduler {
    constructor(
        private readonly cloud: Cloud,
        private readonly pubsub: PubSub,
        private readonly caller: Caller,
        private readonly terminal: Terminal,
        private readonly recorder?: Pick<Recorder, "log">,
    ) {}

    /** "Force a job to run now": returns the job, and runs it in the background. */
    rest(cloud: Cloud): RestApi {
        return ({ method, path }) => {
            const [, id = "", project = ""] = method === "POST" ? (address.exec(decodeURIComponent(path)) ?? []) : [];
            return id === ""
                ? undefined
                : restAnswer(() => {
                      const name = `//cloudscheduler.googleapis.com/${id}`;
                      authorizeMethod("cloudscheduler.projects.locations.jobs.run", name, project, cloud);
                      return this.runNow(id);
                  });
        };
    }

    /** Runs a job on request; returns the job. */
    runNow(id: string): object {
        const job = this.cloud.store.read(`//cloudscheduler.googleapis.com/${id}`);
        if (!job) {
            throw new RpcError("NOT_FOUND", "Job not found.");
        }
        return this.run(job);
    }

    /** Runs the jobs whose schedule contains a minute. */
    runDue(minute: Date): void {
        const jobs = this.cloud.store.list("//cloudscheduler.googleapis.com/");
        for (const job of jobs) {
            const { schedule = "", timeZone = "Etc/UTC", paused }: Inputs = job.state;
            if (!paused && schedule !== "" && isDue(schedule, timeZone, minute)) {
                this.run(job, minute.toISOString());
            }
        }
    }

    private run(job: Entry, scheduleTime = new Date().toISOString()): object {
        const { appEngineHttpTarget, httpTarget, pubsubTarget, schedule, timeZone, description, ...rest }: Inputs =
            job.state;
        const target = httpTarget ?? (appEngineHttpTarget && this.ofAppEngine(job, appEngineHttpTarget));
        const attempt = target ? () => this.request(job, target, scheduleTime) : async () => this.publish(pubsubTarget);
        void this.repeat(job, rest.retryConfig ?? {}, attempt);
        const state = rest.paused ? "PAUSED" : "ENABLED";
        const targets = { httpTarget, appEngineHttpTarget, pubsubTarget };
        return { name: job.id, description, schedule, timeZone, ...targets, state, scheduleTime };
    }

    /** The URL of an App Engine service, and the header of cron requests. */
    private ofAppEngine({ project }: Entry, { relativeUri, appEngineRouting, headers, ...target }: Inputs): Inputs {
        const { service = "default", version } = appEngineRouting ?? {};
        const host = serviceHost(this.cloud, project, service, version);
        const uri = `https://${host}${relativeUri || "/"}`;
        return { ...target, uri, headers: { ...headers, ...ofCron }, isCron: true };
    }

    /** Retries according to the job's configuration, and reports failed attempts. */
    private async repeat(job: Entry, retry: Inputs, attempt: () => Promise<Attempt>): Promise<void> {
        const { retryCount, maxDoublings, minBackoffDuration, maxBackoffDuration } = { ...retryDefaults, ...retry };
        const [min, max] = [Number.parseFloat(minBackoffDuration), Number.parseFloat(maxBackoffDuration)];
        for (let attempts = 0; ; attempts++) {
            const { status, reason } = await attempt().catch((error: Error) => ({
                status: undefined,
                reason: error.message,
            }));
            this.recorder?.log(job.project, attemptFinished(job, status, reason));
            if (reason === undefined) {
                this.terminal.log(`${job.id}: succeeded`);
                return;
            }
            const last = attempts >= retryCount;
            this.terminal.log(`${job.id}: ${last ? "failed" : "retrying"}: ${reason}`);
            if (last) {
                return;
            }
            await sleep(1000 * Math.min(max, min * 2 ** Math.min(attempts, maxDoublings)), undefined, {
                ref: false,
            });
        }
    }

    private publish({ topicName, data, attributes }: Inputs): Attempt {
        const message = { data: Buffer.from(data ?? "", "base64"), attributes: attributes ?? {}, orderingKey: "" };
        this.pubsub.publish(topicName, [message]);
        return {};
    }

    /** "HTTP target": unsuccessful responses are retried. */
    private async request({ id, state }: Entry, target: Inputs, scheduleTime: string): Promise<Attempt> {
        const { uri, httpMethod = "POST", body, headers, oidcToken, oauthToken, isCron } = target;
        const { status, reason } = await this.caller.call({
            url: uri,
            method: httpMethod,
            headers: {
                "user-agent": "Google-Cloud-Scheduler",
                ...(body && { "content-type": "application/octet-stream" }),
                ...Object.fromEntries(
                    Object.entries<string>(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
                ),
                "x-cloudscheduler": "true",
                "x-cloudscheduler-jobname": id.split("/").at(-1) as string,
                "x-cloudscheduler-scheduletime": scheduleTime,
            },
            body: body && Buffer.from(body, "base64"),
            identity: oidcToken && { email: oidcToken.serviceAccountEmail, audience: oidcToken.audience || uri },
            account: oauthToken?.serviceAccountEmail,
            ...(isCron && { isCron }),
            timeout: secondsOf(state.attemptDeadline) ?? 180,
        });
        return status !== undefined && status >= 200 && status < 300 ? { status } : { status, reason };
    }
}
