import type * as pulumi from "@pulumi/pulumi";
import { functionLimits } from "../facts/limits/cloudRun";
import { cloudSchedulerLimits } from "../facts/limits/cloudScheduler";
import {
    type AuditTrigger,
    type BucketTrigger,
    type Events,
    eventOptions,
    eventSource,
    type TopicTrigger,
} from "../iam/serverless/events";
import * as check from "../internal/arguments/check";
import type { Duration } from "../internal/arguments/duration";
import { secondsIn } from "../internal/arguments/duration";
import { type Ingress, ingress } from "../internal/network/ingress";
import { type CronSchedule, cronSchedule } from "../scheduler/job";

/** A function that answers HTTP requests. */
export interface HttpTrigger {
    /** Requests to the URL of the function, and who may send them: `{}` for callers with its `invoker`. */
    http: {
        /**
         * Allows {@link https://cloud.google.com/run/docs/authenticating/public unauthenticated calls}, without a grant to
         * `allUsers`, which organization policies usually forbid. Otherwise callers need {@link ServerlessFunction.invoker}.
         * @default false
         */
        public?: boolean;
        /**
         * Where requests may come from, independently of `public`: `"internal"` is VPC networks and Google services of the project,
         * `"load-balancer"` also load balancers, `"all"` everywhere. A public function with `"internal"` is open to everybody in the
         * network, and a private one with `"all"` to callers with its `invoker` anywhere. A {@link LoadBalancer} requires
         * `"load-balancer"` or an explicit `"all"`.
         * @default "all" for public functions, else "load-balancer"
         */
        ingress?: Ingress;
    };
}

/** When a function is called. */
export type FunctionSchedule = CronSchedule;

/** A function that its own {@link Schedule} calls, and nobody else. A call may take up to 30 minutes. */
export interface ScheduleTrigger {
    /** A cron expression in UTC, such as `"0 3 * * *"`, or a schedule with its options. */
    schedule: pulumi.Input<string> | FunctionSchedule;
}

/**
 * What calls a function, exactly one of: HTTP requests, messages of a topic, events of a bucket, audit log entries or a schedule.
 */
export type Trigger = check.OneOf<HttpTrigger | TopicTrigger | BucketTrigger | AuditTrigger | ScheduleTrigger>;

/** Returns the trigger of an event-driven function; undefined for HTTP and schedules. */
export function eventTriggerOf(trigger: Trigger): Events | undefined {
    return trigger.http || trigger.schedule !== undefined ? undefined : trigger;
}

export const trigger = check.variant({
    http: check.options<HttpTrigger>(
        {
            http: check.options<HttpTrigger["http"]>({
                public: check.flag(),
                ingress,
            }),
        },
        "http",
    ),
    topic: check.options<TopicTrigger>(eventOptions.topic, "topic"),
    bucket: check.options<BucketTrigger>(eventOptions.bucket, "bucket"),
    audit: check.options<AuditTrigger>(eventOptions.audit, "audit"),
    schedule: check.options<ScheduleTrigger>({ schedule: cronSchedule }, "schedule"),
});

const apiValues: Record<Ingress, string> = {
    internal: "ALLOW_INTERNAL_ONLY",
    "load-balancer": "ALLOW_INTERNAL_AND_GCLB",
    all: "ALLOW_ALL",
};

/** The ingress setting in the form of the API. Calls by Eventarc and Cloud Scheduler are internal. */
export function ingressSettings({ http }: Trigger): string {
    return apiValues[http ? (http.ingress ?? (http.public ? "all" : "load-balancer")) : "internal"];
}

/** Whether requests from the internet reach the function only because `ingress` is left out. */
export const isOpenByDefault = ({ http }: Trigger): boolean => http?.public === true && http.ingress === undefined;

/** The Eventarc trigger in the form of the API. */
export function eventTrigger(events: Events, region: string, account: pulumi.Input<string>) {
    const { location, type, topic, filters } = eventSource(events, region);
    return {
        serviceAccountEmail: account,
        retryPolicy: events.retries ? "RETRY_POLICY_RETRY" : "RETRY_POLICY_DO_NOT_RETRY",
        triggerRegion: location,
        eventType: type,
        pubsubTopic: topic,
        eventFilters: filters,
    };
}

/**
 * Checks the {@link https://cloud.google.com/functions/docs/configuring/timeout timeout}. Cloud Scheduler waits
 * {@link https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs at most 30 minutes} for a response.
 */
export function timeoutProblem({
    trigger,
    timeout,
}: {
    trigger: Trigger;
    timeout: Duration;
}): check.Problem | undefined {
    const { httpTimeout, eventTimeout } = functionLimits.rows;
    const [max, caller] = trigger.http
        ? [httpTimeout.max, "HTTP"]
        : trigger.schedule
          ? [cloudSchedulerLimits.rows.attemptDeadline.max, "a schedule"]
          : [eventTimeout.max, "events"];
    return check.when(
        secondsIn(timeout) > secondsIn(max),
        "timeout",
        "functions/timeout-of-trigger",
        `must be at most ${max} for ${caller} (got "${timeout}").`,
    );
}
