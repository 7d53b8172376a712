import * as pulumi from "@pulumi/pulumi";
import { cloudSchedulerLimits } from "../facts/limits/cloudScheduler";
import * as check from "../internal/check";
import { cron, timeZone } from "../internal/cron";
import { isPlainObject } from "../internal/value";
import type { AnyTopic } from "../messaging";
import type { AnyBucket } from "../storage";
import type { ScheduleRetry } from "../workflow";

/**
 * The {@link https://cloud.google.com/run/docs/securing/ingress ingress} setting: requests from VPC networks and Google services of
 * the project, also from load balancers, or from everywhere.
 */
export type Ingress = "internal" | "internal-and-cloud-load-balancing" | "all";

/** A function that answers HTTP requests. */
export interface HttpTrigger {
    http: {
        /**
         * Allows {@link https://cloud.google.com/run/docs/authenticating/public unauthenticated calls}, without a grant to
         * `allUsers`, which organization policies usually forbid. Otherwise callers need {@link ServerlessFunction.invoker}.
         * @default false
         */
        public?: boolean;
        /**
         * The network sources from which requests are accepted, independently of `public`: a public function with `internal` is
         * open to everybody in the network, and a private one with `all` to callers with its `invoker` anywhere.
         * @default "all" for public functions, else "internal-and-cloud-load-balancing"
         */
        ingress?: Ingress;
    };
}

interface EventTrigger {
    /**
     * {@link https://cloud.google.com/functions/docs/bestpractices/retries Retries} events whose handling fails, for up to 24
     * hours. The code must then be idempotent.
     * @default false
     */
    retry?: boolean;
}

/** A function that handles each message of a topic. */
export interface TopicTrigger extends EventTrigger {
    topic: AnyTopic;
}

/** An {@link https://cloud.google.com/functions/docs/calling/storage event} of a Cloud Storage object. */
export type ObjectEvent = "finalized" | "deleted" | "archived" | "metadataUpdated";

/** A function that handles events of a bucket's objects. The bucket may be in any location. */
export interface BucketTrigger extends EventTrigger {
    bucket: AnyBucket;
    /** @default "finalized": an object was created or replaced */
    event?: ObjectEvent;
}

/** The {@link https://cloud.google.com/eventarc/docs/determining-filters-cal event filters} for audit log entries. */
export interface AuditEvent {
    /** The API that wrote the entry, such as `bigquery.googleapis.com`. */
    service: string;
    /** The audited operation, such as `google.cloud.bigquery.v2.JobService.InsertJob`. */
    method: string;
    /**
     * The audited resource, such as `projects/acme-dev/datasets/sales`. With `*` for a part of a segment or `**` for any number of
     * segments it is a {@link https://cloud.google.com/eventarc/docs/path-patterns path pattern}.
     * @default all resources of the project
     */
    resource?: pulumi.Input<string>;
}

/**
 * A function that handles entries of the project's {@link https://cloud.google.com/logging/docs/audit audit log}. Admin Activity
 * entries are always written. Data Access entries are written only for services for which an administrator
 * {@link https://cloud.google.com/logging/docs/audit/configure-data-access enables} them; without them the function is never
 * called.
 */
export interface AuditTrigger extends EventTrigger {
    audit: AuditEvent;
    /**
     * The region of the entries, or `global` for all. Resources in a multi-region such as `EU` write entries that only `global`
     * receives.
     * @default the function's region
     */
    region?: string;
}

/** When a function is called. */
export interface FunctionSchedule {
    /**
     * A {@link https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules unix-cron} expression: minute, hour, day of
     * the month, month, day of the week. `"0 3 * * MON-FRI"` is 3:00 on working days.
     */
    cron: pulumi.Input<string>;
    /**
     * The time zone, by its name in the tz database: `"Europe/Berlin"`.
     * @default "Etc/UTC"
     */
    timeZone?: pulumi.Input<string>;
    /**
     * Pauses the schedule.
     * @default false
     */
    paused?: boolean;
    /**
     * Retries of a failed call: 1 to 5.
     * @default no retries
     */
    retry?: Pick<ScheduleRetry, "count">;
}

/** A function that its own {@link Schedule} calls, and nobody else. A call may take up to 30 minutes. */
export interface ScheduleTrigger {
    /** A cron expression in UTC, such as `"0 3 * * *"`, or a schedule with its options. */
    schedule: pulumi.Input<string> | FunctionSchedule;
}

/** The triggers of event-driven functions. */
type EventTriggers = check.OneOf<TopicTrigger | BucketTrigger | AuditTrigger>;

/**
 * What calls a function, exactly one of: HTTP requests, messages of a topic, events of a bucket, audit log entries or a schedule.
 */
export type Trigger = check.OneOf<HttpTrigger | TopicTrigger | BucketTrigger | AuditTrigger | ScheduleTrigger>;

/** Returns the trigger of an event-driven function; undefined for HTTP and schedules. */
export function eventTriggerOf(trigger: Trigger): EventTriggers | undefined {
    return trigger.http || trigger.schedule !== undefined ? undefined : trigger;
}

const region = check.matching(
    /^(global|[a-z]+-[a-z]+\d+)$/,
    "must be a region such as europe-west1, or global, because multi-regions do not support audit triggers",
);

export const trigger = check.variant({
    http: check.options<HttpTrigger>(
        {
            http: check.options<HttpTrigger["http"]>({
                public: check.flag(),
                ingress: check.oneOf("internal", "internal-and-cloud-load-balancing", "all"),
            }),
        },
        "http",
    ),
    topic: check.options<TopicTrigger>({ topic: check.component("PubSubTopic"), retry: check.flag() }, "topic"),
    bucket: check.options<BucketTrigger>(
        {
            bucket: check.component("StorageBucket"),
            event: check.oneOf("finalized", "deleted", "archived", "metadataUpdated"),
            retry: check.flag(),
        },
        "bucket",
    ),
    audit: check.options<AuditTrigger>(
        {
            audit: check.options<AuditEvent>(
                {
                    service: check.matching(
                        /^[a-z0-9-]+\.googleapis\.com$/,
                        "must be an API's name, such as bigquery.googleapis.com",
                    ),
                    method: check.matching(
                        /^[\w./-]+$/,
                        "must be a method's whole name, such as storage.objects.create: patterns are not supported",
                    ),
                    resource: check.input(
                        check.matching(/^[^\s]+$/, "must be a resource's path or a pattern, without spaces"),
                    ),
                },
                "service",
                "method",
            ),
            region,
            retry: check.flag(),
        },
        "audit",
    ),
    schedule: check.options<ScheduleTrigger>(
        {
            schedule: check.either(
                isPlainObject,
                check.options<FunctionSchedule>(
                    {
                        cron: check.input(cron),
                        timeZone: check.input(timeZone),
                        paused: check.flag(),
                        retry: check.options<Pick<ScheduleRetry, "count">>(
                            { count: check.whole(1, cloudSchedulerLimits.rows.retries.max) },
                            "count",
                        ),
                    },
                    "cron",
                ),
                check.input(cron),
            ),
        },
        "schedule",
    ),
});

const apiValues: Record<Ingress, string> = {
    internal: "ALLOW_INTERNAL_ONLY",
    "internal-and-cloud-load-balancing": "ALLOW_INTERNAL_AND_GCLB",
    all: "ALLOW_ALL",
};

/** The ingress setting in the form of the API. Calls by Eventarc and Cloud Scheduler are internal. */
export function ingressSettings({ http }: Trigger): string {
    const defaultIngress = http?.public ? "all" : "internal-and-cloud-load-balancing";
    return apiValues[http ? (http.ingress ?? defaultIngress) : "internal"];
}

/** The Eventarc trigger in the form of the API; undefined for HTTP and schedules. */
export function eventTrigger(trigger: Trigger, region: string, account: pulumi.Input<string>) {
    const events = eventTriggerOf(trigger);
    return (
        events && {
            serviceAccountEmail: account,
            retryPolicy: events.retry ? "RETRY_POLICY_RETRY" : "RETRY_POLICY_DO_NOT_RETRY",
            ...eventSource(events, region),
        }
    );
}

function eventSource(events: EventTriggers, region: string) {
    if (events.topic) {
        return {
            triggerRegion: region,
            eventType: "google.cloud.pubsub.topic.v1.messagePublished",
            pubsubTopic: events.topic.topic.id,
        };
    }
    if (events.bucket) {
        const { bucket } = events.bucket;
        return {
            // The trigger must be in the location of the bucket; it can call functions in any region.
            triggerRegion: bucket.location.apply((location) => location.toLowerCase()),
            eventType: `google.cloud.storage.object.v1.${events.event ?? "finalized"}`,
            eventFilters: [{ attribute: "bucket", value: bucket.name }],
        };
    }
    const { service, method, resource } = events.audit;
    return {
        triggerRegion: events.region ?? region,
        eventType: "google.cloud.audit.log.v1.written",
        eventFilters: [
            { attribute: "serviceName", value: service },
            { attribute: "methodName", value: method },
            ...(resource === undefined ? [] : [{ attribute: "resourceName", value: resource, ...operator(resource) }]),
        ],
    };
}

/** Without the operator Eventarc compares `*` literally. */
function operator(resource: pulumi.Input<string>) {
    const operatorOf = (path: string) => (path.includes("*") ? "match-path-pattern" : undefined);
    return {
        operator: typeof resource === "string" ? operatorOf(resource) : pulumi.output(resource).apply(operatorOf),
    };
}
