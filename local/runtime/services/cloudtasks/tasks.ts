import type { Cloud, Entry, Inputs } from "../../../simulator";
import { serviceHost } from "../../../simulator/services/appengine/versions";
import type { Call, Caller, CallResult } from "../../emulator/caller";
import type { Terminal } from "../../emulator/terminal";

/** A task as in the REST interface, with its attempts: https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks */
export interface Task extends Inputs {
    name: string;
    scheduleTime: string;
    createTime: string;
    /** The number of attempts. */
    dispatchCount: number;
    /** The number of attempts with an answer. */
    responseCount: number;
    /** The status of the last answer. */
    previousResponse?: number;
    /** When the first attempt began, in milliseconds. */
    firstAttempt?: number;
}

const api = "//cloudtasks.googleapis.com";

/** The full name of a queue or a task. */
export const fullName = (path: string): string => `${api}/${path}`;

/** The path of the queue of a task. */
export const queueOf = (task: string): string => task.replace(/\/tasks\/[^/]*$/, "");

/** Seconds of a duration such as `0.100s`. */
const secondsIn = (duration: unknown): number => Number.parseFloat(String(duration || "0"));

/** The deadline of an attempt in seconds: https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks */
const defaultDeadline = 600;

/** The longest time that a timer waits, in milliseconds. */
const longestWait = 2 ** 31 - 1;

/** A queue that sends its tasks. */
interface Sending {
    /** Names of tasks whose attempt has no answer yet. */
    readonly running: Set<string>;
    /** Attempts that the rate allows now, and when this was. */
    tokens: number;
    at: number;
    timer?: NodeJS.Timeout;
}

/** Sends the tasks of queues, which are stored until they succeed or fail finally. */
export class Tasks {
    private readonly queues = new Map<string, Sending>();
    private isClosed = false;

    constructor(
        private readonly cloud: Cloud,
        private readonly caller: Caller,
        private readonly terminal: Terminal,
    ) {}

    /** Looks at all queues: tasks remain from a former command, and a deployment pauses and resumes queues. */
    look(): void {
        for (const { id, type } of this.cloud.store.list(`${api}/`)) {
            if (type === "gcp:cloudtasks/queue:Queue") {
                this.send(id);
            }
        }
    }

    queue(path: string): Entry | undefined {
        return this.cloud.store.read(fullName(path));
    }

    of(queue: string): Task[] {
        return this.cloud.store.list(`${fullName(queue)}/tasks/`).map(({ state }) => state as Task);
    }

    read(name: string): Task | undefined {
        return this.cloud.store.read(fullName(name))?.state as Task | undefined;
    }

    add(task: Task): void {
        this.write(task);
        this.send(queueOf(task.name));
    }

    remove(name: string): void {
        this.cloud.store.remove(fullName(name));
    }

    /** Attempts a task now, also one of a paused queue. */
    run(task: Task): void {
        void this.attempt(task, this.sending(queueOf(task.name)));
    }

    close(): void {
        this.isClosed = true;
        for (const { timer } of this.queues.values()) {
            clearTimeout(timer);
        }
    }

    private write(task: Task): void {
        const [, project = ""] = task.name.split("/");
        this.cloud.store.write({ name: fullName(task.name), project, id: task.name, state: task });
    }

    private sending(queue: string): Sending {
        const known = this.queues.get(queue) ?? { running: new Set<string>(), tokens: 0, at: 0 };
        this.queues.set(queue, known);
        return known;
    }

    /**
     * Attempts what is due, within the rate and the concurrency of the queue.
     * https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues#RateLimits
     */
    private send(queue: string): void {
        const state: Inputs | undefined = this.queue(queue)?.state;
        const sending = this.sending(queue);
        clearTimeout(sending.timer);
        if (this.isClosed || state === undefined || state.state === "PAUSED") {
            return;
        }
        const { maxDispatchesPerSecond: rate, maxConcurrentDispatches, maxBurstSize } = state.rateLimits;
        const now = Date.now();
        sending.tokens = Math.min(maxBurstSize, sending.tokens + ((now - sending.at) / 1000) * rate);
        sending.at = now;
        const waiting = this.of(queue)
            .filter(({ name }) => !sending.running.has(name))
            .sort((one, other) => (one.scheduleTime < other.scheduleTime ? -1 : 1));
        for (const task of waiting) {
            const wait = Date.parse(task.scheduleTime) - now;
            const delay = wait > 0 ? wait : sending.tokens < 1 ? (1000 * (1 - sending.tokens)) / rate : 0;
            if (sending.running.size >= maxConcurrentDispatches) {
                return;
            }
            if (delay > 0) {
                sending.timer = setTimeout(() => this.send(queue), Math.min(Math.ceil(delay), longestWait)).unref();
                return;
            }
            sending.tokens -= 1;
            void this.attempt(task, sending);
        }
    }

    private async attempt(task: Task, sending: Sending): Promise<void> {
        const { name } = task;
        if (sending.running.has(name)) {
            return;
        }
        sending.running.add(name);
        const began: Task = {
            ...task,
            dispatchCount: task.dispatchCount + 1,
            firstAttempt: task.firstAttempt ?? Date.now(),
        };
        this.write(began);
        const { status, reason } = await this.caller
            .call(this.callOf(task))
            .catch((error: Error): CallResult => ({ reason: error.message }));
        sending.running.delete(name);
        if (this.isClosed || this.read(name) === undefined) {
            return;
        }
        const short = name.split("/").slice(-3).join("/");
        if (status !== undefined && status >= 200 && status < 300) {
            this.terminal.log(`${short}: succeeded`);
            this.remove(name);
        } else {
            const retry = this.queue(queueOf(name))?.state.retryConfig as Inputs | undefined;
            const wait = retry && nextAttempt(retry, began);
            this.terminal.log(`${short}: ${wait === undefined ? "failed" : "retrying"}: ${reason}`);
            if (wait === undefined) {
                this.remove(name);
            } else {
                this.write({
                    ...began,
                    responseCount: began.responseCount + (status === undefined ? 0 : 1),
                    scheduleTime: new Date(Date.now() + 1000 * wait).toISOString(),
                    ...(status !== undefined && { previousResponse: status }),
                });
            }
        }
        this.send(queueOf(name));
    }

    /**
     * https://cloud.google.com/tasks/docs/creating-appengine-handlers#reading_app_engine_task_request_headers
     * https://cloud.google.com/tasks/docs/creating-http-target-tasks#handler
     */
    private callOf(task: Task): Call {
        const [, project = "", , , , queue = "", , id = ""] = task.name.split("/");
        const { appEngineHttpRequest, httpRequest, dispatchDeadline, dispatchCount, responseCount, previousResponse } =
            task;
        const about = (prefix: string): Record<string, string> => ({
            [`${prefix}-queuename`]: queue,
            [`${prefix}-taskname`]: id,
            [`${prefix}-taskretrycount`]: String(dispatchCount),
            [`${prefix}-taskexecutioncount`]: String(responseCount),
            [`${prefix}-tasketa`]: String(Date.parse(task.scheduleTime) / 1000),
            ...(previousResponse !== undefined && { [`${prefix}-taskpreviousresponse`]: String(previousResponse) }),
        });
        const { httpMethod = "POST", headers = {}, body } = appEngineHttpRequest ?? httpRequest;
        const own = Object.fromEntries(
            Object.entries<string>(headers)
                .map(([name, value]): [string, string] => [name.toLowerCase(), value])
                .filter(([name]) => !/^(host|content-length|x-google-.*|x-appengine-.*)$/.test(name)),
        );
        const common = {
            method: httpMethod,
            ...(body && { body: Buffer.from(body, "base64") }),
            timeout: secondsIn(dispatchDeadline) || defaultDeadline,
        };
        if (appEngineHttpRequest) {
            const { appEngineRoutingOverride }: Inputs = this.queue(queueOf(task.name))?.state ?? {};
            const { service = "default", version } =
                appEngineRoutingOverride ?? appEngineHttpRequest.appEngineRouting ?? {};
            const host = serviceHost(this.cloud, project, service || "default", version || undefined);
            const agent = "AppEngine-Google; (+http://code.google.com/appengine)";
            return {
                ...common,
                url: `https://${host}${appEngineHttpRequest.relativeUri || "/"}`,
                isCron: true,
                headers: {
                    ...(body && { "content-type": "application/octet-stream" }),
                    ...own,
                    "user-agent": [own["user-agent"], agent].filter(Boolean).join(" "),
                    ...about("x-appengine"),
                },
            };
        }
        const { url, oidcToken, oauthToken } = httpRequest;
        return {
            ...common,
            url,
            headers: { ...own, "user-agent": "Google-Cloud-Tasks", ...about("x-cloudtasks") },
            ...(oidcToken && {
                identity: { email: oidcToken.serviceAccountEmail, audience: oidcToken.audience || url },
            }),
            ...(oauthToken && { account: oauthToken.serviceAccountEmail }),
        };
    }
}

/**
 * Seconds until the next attempt; undefined after the last: doubled, then increased by the same amount, up to the maximum.
 * https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues#RetryConfig
 */
export function nextAttempt(retry: Inputs, { dispatchCount, firstAttempt = Date.now() }: Task): number | undefined {
    const { maxAttempts, maxDoublings } = retry;
    const [min, max] = [secondsIn(retry.minBackoff), secondsIn(retry.maxBackoff)];
    const duration = secondsIn(retry.maxRetryDuration);
    const isLast = maxAttempts !== -1 && dispatchCount >= maxAttempts;
    const isLate = duration > 0 && Date.now() - firstAttempt >= 1000 * duration;
    // A task fails once both limits are reached; without a duration, the number of attempts is enough.
    if (maxAttempts === -1 ? isLate : isLast && (duration === 0 || isLate)) {
        return undefined;
    }
    const doubled = Math.min(dispatchCount - 1, maxDoublings);
    const linear = Math.max(0, dispatchCount - 1 - maxDoublings);
    return Math.min(max, min * 2 ** doubled * (1 + linear));
}
