import { Queue } from "@pulumi/gcp/cloudtasks/queue";
import { QueueIamMember } from "@pulumi/gcp/cloudtasks/queueIamMember";
import { IAMMember } from "@pulumi/gcp/projects/iammember";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import { type Capability, capability, type Grant } from "../../identity/capability";
import * as check from "../../internal/check";
import type { Child } from "../../internal/children";
import { type Duration, duration, inSeconds } from "../../internal/duration";
import { freshName } from "../../internal/fresh";
import { backoffProblem } from "../../internal/scheduler";
import { serviceProblem } from "../service/known";

/** How a task that failed is tried again ("RetryConfig"). */
export interface TaskRetry {
    /**
     * How many times a task is tried in all, with the first: 1 at least.
     * @default 100
     */
    maxAttempts?: number | "unlimited";
    /**
     * How long after the first attempt there are others. A task is given up when this and `maxAttempts` are both over.
     * @default no limit
     */
    maxDuration?: Duration;
    /**
     * How long to wait at first.
     * @default 0.1 seconds
     */
    minBackoff?: Duration;
    /**
     * How long to wait at most.
     * @default "1 hour"
     */
    maxBackoff?: Duration;
    /**
     * How many times the wait is doubled before it grows by the same amount each time: 1 to 16.
     * @default 16
     */
    maxDoublings?: number;
}

/** A queue of Cloud Tasks, whose tasks are requests to a service. Its names are those of `queue.yaml`. */
export interface TaskQueue {
    /**
     * How many tasks are sent in a second at most: above 0 and up to 500, also a part of one ("RateLimits").
     * @default 500
     */
    rate?: number;
    /**
     * How many tasks are under way at once at most: 1 to 5,000 ("RateLimits").
     * @default 1000
     */
    maxConcurrent?: number;
    /**
     * How a task that failed is tried again.
     * @default as Cloud Tasks does: up to 100 times, each time later
     */
    retry?: TaskRetry;
    /**
     * The service to which all tasks go, whatever a task says.
     * @default what the task says, or else the service `default`
     */
    service?: string;
    /**
     * The version to which all tasks go, whatever a task says. For a version that stays, as one of `gcloud app deploy`.
     * @default what the task says, or else whichever has the service's traffic
     */
    version?: string;
    /**
     * Whether tasks are kept and none is sent until this is false again.
     * @default false
     */
    paused?: boolean;
    /**
     * Which part of what the queue does is logged, from 0 to 1.
     * @default 0: nothing
     */
    logged?: number;
    /**
     * The queue's name in its project and region: up to 100 letters, digits and `-`. One that was deleted is taken for up to three days
     * ("Method: projects.locations.queues.delete"), in which a queue of this name cannot be made again.
     * @default the component's name, the record's key and a random end, so that it was never taken
     */
    name?: string;
}

/** What other components get of a queue. */
export interface Enqueued {
    queue: Queue;
    /** Adds tasks. The consumer gets the queue's path, `projects/acme-dev/locations/europe-west1/queues/shop-mails-1a2b3c`. */
    enqueuer: Capability;
}

/** The names of queues, which are parts of the names of resources. */
const key = check.matching(/^[A-Za-z0-9-]{1,100}$/, "the name of a queue must have 1 to 100 letters, digits and -");

const number = (isRight: (given: number) => boolean, wording: string) =>
    check.custom((given) => typeof given === "number" && isRight(given), wording);

/** Checks the queues of an application. */
export const queues: check.Check = check.record(
    key,
    check.options<TaskQueue>({
        rate: number(
            (rate) => rate > 0 && rate <= 500,
            "must be a number above 0 and up to 500\nA queue that sends nothing is paused: true.",
        ),
        maxConcurrent: check.whole(1, 5000),
        retry: check.options<TaskRetry>({
            maxAttempts: check.literalOr("unlimited", check.whole(1, 2_147_483_647)),
            maxDuration: duration("1 second", "31 days"),
            minBackoff: duration("1 second", "31 days"),
            maxBackoff: duration("1 second", "31 days"),
            maxDoublings: check.whole(1, 16),
        }),
        service: check.text(),
        version: check.text(),
        paused: check.flag(),
        logged: number((part) => part >= 0 && part <= 1, "must be a number from 0 to 1"),
        name: check.matching(/^[A-Za-z0-9-]{1,100}$/, "must have 1 to 100 letters, digits and -"),
    }),
);

/** What is wrong with queues that are right each by itself. */
export function queueProblems(all: Record<string, TaskQueue>, knownServices: string[]): check.Problem[] {
    const names = Object.values(all).map(({ name }) => name);
    return Object.entries(all).flatMap(([key, { service, retry = {}, name }], index) => {
        const { minBackoff = "0 seconds", maxBackoff = "1 hour" } = retry;
        const backoff = backoffProblem(minBackoff, maxBackoff);
        const reason = `is the name of another queue too (got "${name}"). Name one of the two otherwise.`;
        return [
            serviceProblem(`queues.${key}.service`, service, knownServices),
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

function definition({ rate, maxConcurrent, retry, service, version, paused = false, logged }: TaskQueue) {
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

/** Who adds a task for App Engine reads the application as well ("AppEngineHttpRequest"), for which there is no smaller resource. */
function viewer(component: string, { project }: Environment): Grant {
    const to: Grant["to"] = (child, member, options) =>
        new IAMMember(child, { project, role: "roles/appengine.appViewer", member }, options);
    return { name: `${component}-app-viewer`, to };
}

/**
 * Registers the queues, by their keys.
 *
 * @param parts the region of the application, where its queues must be, and what must be there first
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
    const reading = viewer(component, environment);
    const made = Object.entries(all).map(([key, given]) => {
        const fresh = given.name === undefined ? freshName("name", `${component}-${key}`, 100) : undefined;
        const name = fresh?.name ?? (given.name as string);
        const args = { name, location: parts.region, ...definition(given) };
        const queue = new Queue(...child("queue", `${component}-${key}`, args, { ...fresh?.options, dependsOn }));
        const { project, location } = queue;
        const on = { project, location, name: queue.name };
        const adding = capability(`${component}-${key}`, "roles/cloudtasks.enqueuer", QueueIamMember, on, queue.id);
        return [key, { queue, enqueuer: { ...adding, grants: [...adding.grants, reading] } }];
    });
    return Object.fromEntries(made);
}
