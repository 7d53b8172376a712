import { Queue } from "@pulumi/gcp/cloudtasks/queue";
import { QueueIamMember } from "@pulumi/gcp/cloudtasks/queueIamMember";
import { IAMMember } from "@pulumi/gcp/projects/iammember";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import { cloudTasksLimits } from "../../facts/limits/cloudTasks";
import { nameFormats } from "../../facts/names";
import type { Capability, Grant } from "../../internal/access/capability";
import { capability } from "../../internal/access/roles";
import * as check from "../../internal/arguments/check";
import { type Duration, duration, inSeconds } from "../../internal/arguments/duration";
import { isPlainObject } from "../../internal/arguments/value";
import type { Child } from "../../internal/engine/children";
import { freshName } from "../../internal/engine/freshName";
import { backoffInOrder } from "../../scheduler/job";
import { unknownServiceProblem } from "../serviceNames";

/**
 * How failed tasks are
 * {@link https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues#RetryConfig retried}.
 */
export interface TaskRetries {
    /**
     * Maximum number of retries: at least 0.
     * @default 99
     */
    max?: number | "unlimited";
    /**
     * Maximum time for retries after the first attempt. A task fails once both this and `max` are reached.
     * @default unlimited
     */
    maxDuration?: Duration;
    /**
     * Minimum backoff between attempts.
     * @default 0.1 seconds
     */
    minBackoff?: Duration;
    /**
     * Maximum backoff between attempts.
     * @default "1 hour"
     */
    maxBackoff?: Duration;
    /**
     * How often the backoff doubles before it increases linearly.
     * @default 16
     */
    maxDoublings?: number;
}

/** A Cloud Tasks queue whose tasks are requests to a service. */
export interface TaskQueue {
    /**
     * Maximum number of tasks a second: {@link
     * https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues#RateLimits above 0, at most 500};
     * fractions are allowed.
     * @default 500
     */
    rate?: number;
    /**
     * Maximum number of concurrent tasks: {@link
     * https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues#RateLimits 1 to 5,000}.
     * @default 1000
     */
    concurrency?: number;
    /**
     * The maximum number of retries of a failed task, or how they are made.
     * @default Cloud Tasks' own: up to 99 retries with increasing backoff
     */
    retries?: number | "unlimited" | TaskRetries;
    /**
     * The service that receives all tasks; overrides the routing of a task.
     * @default the task's own routing, otherwise the service `default`
     */
    service?: string;
    /**
     * The version that receives all tasks; overrides the routing of a task. Use it only for versions that are kept, such as
     * versions of `gcloud app deploy`.
     * @default the task's own routing, otherwise the versions with the service's traffic
     */
    version?: string;
    /**
     * Whether the queue is paused: tasks are kept but not sent.
     * @default false
     */
    paused?: boolean;
    /**
     * The percentage of operations that is logged.
     * @default 0: none
     */
    logged?: number;
    /**
     * The name of the queue in its project and region: up to 100 letters, digits and `-`. The name of a deleted queue {@link
     * https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues/delete cannot be reused} for up to
     * three days.
     * @default the component's name, the record's key and a random suffix, so that the name was never used
     */
    name?: string;
}

/** A queue with the capability to add tasks to it. */
export interface Enqueued {
    queue: Queue;
    /**
     * Grants `roles/cloudtasks.enqueuer`; the consumer receives the queue's path,
     * `projects/acme-dev/locations/europe-west1/queues/shop-mails-1a2b3c`.
     */
    enqueuer: Capability;
}

/** The key of a queue is part of resource names. */
const key = check.matching(nameFormats.rows.queue.pattern, `the name of a queue ${nameFormats.rows.queue.rule}`);

const numberMatching = (isRight: (settings: number) => boolean, wording: string) =>
    check.custom<number>((settings) => typeof settings === "number" && isRight(settings), wording);

const limits = cloudTasksLimits.rows;

const maxRetries = check.literalOr("unlimited", check.whole(0, 2_147_483_646));
const span = duration("1 second", "31 days");

/** Checks each queue. */
export const queues = check.record(
    key,
    check.options<TaskQueue>({
        rate: numberMatching(
            (rate) => rate > 0 && rate <= limits.rate.max,
            `must be a number above 0 and up to ${limits.rate.max}\nA queue that sends nothing is paused: true.`,
        ),
        concurrency: check.whole(limits.concurrent.min, limits.concurrent.max),
        retries: check.either(
            isPlainObject,
            check.pipe(
                check.options<TaskRetries>({
                    max: maxRetries,
                    maxDuration: span,
                    minBackoff: span,
                    maxBackoff: span,
                    maxDoublings: check.whole(1, 2_147_483_647),
                }),
                backoffInOrder("0 seconds", "1 hour"),
            ),
            maxRetries,
        ),
        service: check.text(),
        version: check.text(),
        paused: check.flag(),
        logged: check.percentage(),
        name: check.nameOf(nameFormats.rows.queue),
    }),
);

/** Checks combinations of options, and that the services exist. */
export function queueProblems(all: Record<string, TaskQueue>, knownServices: string[]): check.Problem[] {
    const names = Object.values(all).map(({ name }) => name);
    return Object.entries(all).flatMap(([key, { service, name }], index) => {
        const reason = `is also the name of another queue (got "${name}"). Rename one of them.`;
        return [
            unknownServiceProblem(`queues.${key}.service`, service, knownServices),
            check.when(
                name !== undefined && names.indexOf(name) < index,
                `queues.${key}.name`,
                "appengine/queue-name-twice",
                reason,
            ),
        ].filter((problem) => problem !== undefined);
    });
}

function retryConfig(retries: NonNullable<TaskQueue["retries"]>) {
    const { max, maxDuration, minBackoff, maxBackoff, maxDoublings } = isPlainObject(retries)
        ? (retries as TaskRetries)
        : { max: retries as TaskRetries["max"] };
    return {
        maxAttempts: max === "unlimited" ? -1 : max === undefined ? undefined : max + 1,
        maxRetryDuration: maxDuration && inSeconds(maxDuration),
        minBackoff: minBackoff && inSeconds(minBackoff),
        maxBackoff: maxBackoff && inSeconds(maxBackoff),
        maxDoublings,
    };
}

function queueArgs({ rate, concurrency, retries, service, version, paused = false, logged }: TaskQueue) {
    return {
        rateLimits:
            rate === undefined && concurrency === undefined
                ? undefined
                : { maxDispatchesPerSecond: rate, maxConcurrentDispatches: concurrency },
        retryConfig: retries === undefined ? undefined : retryConfig(retries),
        appEngineRoutingOverride: service === undefined && version === undefined ? undefined : { service, version },
        desiredState: paused ? "PAUSED" : "RUNNING",
        stackdriverLoggingConfig: logged === undefined ? undefined : { samplingRatio: logged / 100 },
    };
}

/**
 * Creating an {@link
 * https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks#AppEngineHttpRequest App Engine task}
 * requires read access to the application, which can only be granted on the project.
 */
function appViewerGrant(component: string, { project }: Environment): Grant {
    const to: Grant["to"] = (child, member, options) =>
        new IAMMember(child, { project, role: "roles/appengine.appViewer", member }, options);
    return { name: `${component}-app-viewer`, to };
}

/**
 * Registers the queues, by key.
 * @param parts the application's region, which is also the region of its queues, and the resources to wait for
 */
export function taskQueues(
    component: string,
    all: Record<string, TaskQueue>,
    environment: Environment,
    parts: { region: pulumi.Input<string>; after: pulumi.Resource[] },
    child: Child,
): Record<string, Enqueued> {
    if (Object.keys(all).length === 0) {
        return {};
    }
    const dependsOn = [...environment.enable("cloudtasks.googleapis.com"), ...parts.after];
    const appViewer = appViewerGrant(component, environment);
    const registered = Object.entries(all).map(([key, settings]) => {
        const fresh =
            settings.name === undefined
                ? freshName("name", `${component}-${key}`, nameFormats.rows.queue.max)
                : undefined;
        const name = fresh?.name ?? (settings.name as string);
        const args = { name, location: parts.region, ...queueArgs(settings) };
        const queue = new Queue(...child("queue", `${component}-${key}`, args, { ...fresh?.options, dependsOn }));
        const { project, location } = queue;
        const target = { project, location, name: queue.name };
        const enqueue = capability(
            `${component}-${key}`,
            "roles/cloudtasks.enqueuer",
            QueueIamMember,
            target,
            queue.id,
        );
        return [key, { queue, enqueuer: { ...enqueue, grants: [...enqueue.grants, appViewer] } }];
    });
    return Object.fromEntries(registered);
}
