import * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";
import { cron, timeZone } from "../internal/cron";
import { isPlainObject } from "../internal/value";
import type { PubSubTopic } from "../messaging";
import type { StorageBucket } from "../storage";
import type { ScheduleRetry } from "../workflow";

/**
 * From where requests reach a function: the project's networks and the Google services of the project that call it, a
 * load balancer too, or everywhere ("Restrict network ingress for Cloud Run").
 */
export type Ingress = "internal" | "internal-and-cloud-load-balancing" | "all";

/** A function that answers HTTP requests. */
export interface HttpTrigger {
    http: {
        /**
         * Whether anybody may call it. Otherwise only callers with {@link ServerlessFunction.invoker} may.
         * @default false
         */
        public?: boolean;
        /**
         * From where requests reach it. Who may call it is another matter: `public` with `internal` is open to all in
         * the network, and `all` without `public` to those who have its `invoker`, wherever they are.
         * @default "all" when it is public, "internal-and-cloud-load-balancing" otherwise
         */
        ingress?: Ingress;
    };
}

interface EventTrigger {
    /**
     * Whether an event whose handling fails is delivered again, for up to 24 hours ("Retry event-driven functions").
     * The code must then cope with an event that comes twice.
     * @default false
     */
    retry?: boolean;
}

/** A function that handles each message of a topic. */
export interface TopicTrigger extends EventTrigger {
    topic: PubSubTopic;
}

/** What can happen to an object in a bucket ("Supported event types": Cloud Storage). */
export type ObjectEvent = "finalized" | "deleted" | "archived" | "metadataUpdated";

/** A function that handles what happens to the objects of a bucket, wherever the bucket is. */
export interface BucketTrigger extends EventTrigger {
    bucket: StorageBucket;
    /** @default "finalized": an object is there, new or replaced */
    event?: ObjectEvent;
}

/** What an entry of the audit log must tell: "Determine event filters for Cloud Audit Logs". */
export interface AuditEvent {
    /** The API that wrote it, such as `bigquery.googleapis.com`. */
    service: string;
    /** The operation that it tells of, such as `google.cloud.bigquery.v2.JobService.InsertJob`. */
    method: string;
    /**
     * The resource that it tells of, such as `projects/acme-dev/datasets/sales`. With `*` for a part of a segment and
     * `**` for any number of segments it is a pattern ("Understand path patterns").
     * @default every resource of the project
     */
    resource?: pulumi.Input<string>;
}

/**
 * A function that handles entries of the project's audit log. Entries of Admin Activity are always written. Those of
 * Data Access, for what reads and for what writes data, are written only for the services for which an administrator has
 * them switched on ("Enable Data Access audit logs"); without them such a function is never called.
 */
export interface AuditTrigger extends EventTrigger {
    audit: AuditEvent;
    /**
     * The region whose entries are handled, or `global` for all. What is in a multi-region such as `EU` writes entries
     * that only `global` has.
     * @default the function's region
     */
    region?: string;
}

/** When a function is called. */
export interface FunctionSchedule {
    /**
     * In the unix-cron format: minute, hour, day of the month, month, day of the week. `"0 3 * * MON-FRI"` is 3:00 on working
     * days ("Cron job format and time zone").
     */
    cron: pulumi.Input<string>;
    /**
     * The time zone, by its name in the tz database: `"Europe/Berlin"`.
     * @default "Etc/UTC"
     */
    timeZone?: pulumi.Input<string>;
    /**
     * Whether it is not called until this is false again.
     * @default false
     */
    paused?: boolean;
    /**
     * How many times a call that failed is made again: 1 to 5.
     * @default it is not made again
     */
    retry?: Pick<ScheduleRetry, "count">;
}

/**
 * A function that is called at certain times, by a {@link Schedule} of its own, and by nobody else. A call may take 30 minutes
 * at most.
 */
export interface ScheduleTrigger {
    /** When: a cron expression in UTC, such as `"0 3 * * *"`, or one with more to say. */
    schedule: pulumi.Input<string> | FunctionSchedule;
}

/** The triggers of functions that handle events, rather than answer requests. */
type EventTriggers = check.OneOf<TopicTrigger | BucketTrigger | AuditTrigger>;

/**
 * What calls a function: exactly one of requests, a topic's messages, what happens to a bucket's objects, entries of the
 * audit log, and the clock.
 */
export type Trigger = check.OneOf<HttpTrigger | TopicTrigger | BucketTrigger | AuditTrigger | ScheduleTrigger>;

/** The trigger of a function that handles events; nothing for one that answers requests. */
export function eventsOf(of: Trigger): EventTriggers | undefined {
    return of.http || of.schedule !== undefined ? undefined : of;
}

const region = check.matching(
    /^(global|[a-z]+-[a-z]+\d+)$/,
    "must be a region such as europe-west1, or global, as multi-regions have no audit triggers",
);

export const trigger: check.Check = check.variant({
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
                        "must be a method's whole name, such as storage.objects.create: it has no patterns",
                    ),
                    resource: check.input(
                        check.matching(/^[^\s]+$/, "must be a resource's path or a pattern, without blanks"),
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
                        retry: check.options<Pick<ScheduleRetry, "count">>({ count: check.whole(1, 5) }, "count"),
                    },
                    "cron",
                ),
                check.input(cron),
            ),
        },
        "schedule",
    ),
});

/** The ways of Cloud Functions to say from where requests come. */
const ingressSettings: Record<Ingress, string> = {
    internal: "ALLOW_INTERNAL_ONLY",
    "internal-and-cloud-load-balancing": "ALLOW_INTERNAL_AND_GCLB",
    all: "ALLOW_ALL",
};

/** From where a function is reached: the calls of Eventarc and Cloud Scheduler are internal. */
export function ingress({ http }: Trigger): string {
    const usual = http?.public ? "all" : "internal-and-cloud-load-balancing";
    return ingressSettings[http ? (http.ingress ?? usual) : "internal"];
}

/** The event trigger of a function as the API takes it; nothing for one that answers requests. */
export function eventTrigger(trigger: Trigger, region: string, account: pulumi.Input<string>) {
    const of = eventsOf(trigger);
    return (
        of && {
            serviceAccountEmail: account,
            retryPolicy: of.retry ? "RETRY_POLICY_RETRY" : "RETRY_POLICY_DO_NOT_RETRY",
            ...source(of, region),
        }
    );
}

function source(of: EventTriggers, region: string) {
    if (of.topic) {
        return {
            triggerRegion: region,
            eventType: "google.cloud.pubsub.topic.v1.messagePublished",
            pubsubTopic: of.topic.topic.id,
        };
    }
    if (of.bucket) {
        return {
            // Eventarc takes a bucket's events where the bucket is, and calls functions of any region.
            triggerRegion: of.bucket.bucket.location.apply((location) => location.toLowerCase()),
            eventType: `google.cloud.storage.object.v1.${of.event ?? "finalized"}`,
            eventFilters: [{ attribute: "bucket", value: of.bucket.bucket.name }],
        };
    }
    const { service, method, resource } = of.audit;
    return {
        triggerRegion: of.region ?? region,
        eventType: "google.cloud.audit.log.v1.written",
        eventFilters: [
            { attribute: "serviceName", value: service },
            { attribute: "methodName", value: method },
            ...(resource === undefined ? [] : [{ attribute: "resourceName", value: resource, ...pattern(resource) }]),
        ],
    };
}

/** Without the operator a `*` is a letter as others are. */
function pattern(resource: pulumi.Input<string>) {
    const operator = (path: string) => (path.includes("*") ? "match-path-pattern" : undefined);
    return { operator: typeof resource === "string" ? operator(resource) : pulumi.output(resource).apply(operator) };
}
