import { Queue } from "@pulumi/gcp/cloudtasks/queue";
import { QueueIamMember } from "@pulumi/gcp/cloudtasks/queueIamMember";
import { IAMMember } from "@pulumi/gcp/projects/iammember";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import { cloudTasksLimits } from "../../facts/limits/cloudTasks";
import { nameFormats } from "../../facts/names";
import { type Capability, capability, type Grant } from "../../iam/capability";
import * as check from "../../internal/check";
import type { Child } from "../../internal/children";
import { type Duration, duration, inSeconds } from "../../internal/duration";
import { freshName } from "../../internal/freshName";
import { backoffProblem } from "../../internal/scheduler";
import { unknownServiceProblem } from "../serviceArguments";

/**
 * How failed tasks are
 * {@link https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues#RetryConfig retried}.
 */
export interface TaskRetry {
    /**
     * Maximum number of attempts, including the first: at least 1.
     * @default 100
     */
    maxAttempts?: number | "unlimited";
    /**
     * Maximum time for retries after the first attempt. A task fails once both this and `maxAttempts` are reached.
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

/** A Cloud Tasks queue whose tasks are requests to a service. Its options have the same names as in `queue.yaml`. */
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
    maxConcurrent?: number;
    /**
     * How failed tasks are retried.
     * @default Cloud Tasks' own: up to 100 attempts with increasing backoff
     */
    retry?: TaskRetry;
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
     * The share of operations that is logged, from 0 to 1.
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

/** Checks each queue. */
export const queues = check.record(
    key,
    check.options<TaskQueue>({
        rate: numberMatching(
            (rate) => rate > 0 && rate <= limits.rate.max,
            `must be a number above 0 and up to ${limits.rate.max}\nA queue that sends nothing is paused: true.`,
        ),
        maxConcurrent: check.whole(limits.concurrent.min, limits.concurrent.max),
        retry: check.options<TaskRetry>({
            maxAttempts: check.literalOr("unlimited", check.whole(1, 2_147_483_647)),
            maxDuration: duration("1 second", "31 days"),
            minBackoff: duration("1 second", "31 days"),
            maxBackoff: duration("1 second", "31 days"),
            maxDoublings: check.whole(1, 2_147_483_647),
        }),
        service: check.text(),
        version: check.text(),
        paused: check.flag(),
        logged: numberMatching((part) => part >= 0 && part <= 1, "must be a number from 0 to 1"),
        name: check.nameOf(nameFormats.rows.queue),
    }),
);

/** Checks combinations of options, and that the services exist. */
export function queueProblems(all: Record<string, TaskQueue>, knownServices: string[]): check.Problem[] {
    const names = Object.values(all).map(({ name }) => name);
    return Object.entries(all).flatMap(([key, { service, retry = {}, name }], index) => {
        const { minBackoff = "0 seconds", maxBackoff = "1 hour" } = retry;
        const backoff = backoffProblem(minBackoff, maxBackoff);
        const reason = `is also the name of another queue (got "${name}"). Rename one of them.`;
        return [
            unknownServiceProblem(`queues.${key}.service`, service, knownServices),
            backoff && { ...backoff, path: `queues.${key}.${backoff.path}` },
            name !== undefined && names.indexOf(name) < index ? { path: `queues.${key}.name`, reason } : undefined,
        ].filter((problem) => problem !== undefined);
    });
}

function retryConfig({ maxAttempts, maxDuration, minBackoff, maxBackoff, maxDoublings }: TaskRetry) {
    return {
        maxAttempts: maxAttempts === "unlimited" ? -1 : maxAttempts,
        maxRetryDuration: maxDuration && inSeconds(maxDuration),
        minBackoff: minBackoff && inSeconds(minBackoff),
        maxBackoff: maxBackoff && inSeconds(maxBackoff),
        maxDoublings,
    };
}

function queueArgs({ rate, maxConcurrent, retry, service, version, paused = false, logged }: TaskQueue) {
    return {
        rateLimits:
            rate === undefined && maxConcurrent === undefined
                ? undefined
                : { maxDispatchesPerSecond: rate, maxConcurrentDispatches: maxConcurrent },
        retryConfig: retry && retryConfig(retry),
        appEngineRoutingOverride: service === undefined && version === undefined ? undefined : { service, version },
        desiredState: paused ? "PAUSED" : "RUNNING",
        stackdriverLoggingConfig: logged === undefined ? undefined : { samplingRatio: logged },
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
