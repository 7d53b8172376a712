import { IAMMember } from "@pulumi/gcp/projects/iammember";
import type { Topic } from "@pulumi/gcp/pubsub/topic";
import type { Account } from "@pulumi/gcp/serviceaccount/account";
import type { Bucket } from "@pulumi/gcp/storage/bucket";
import * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import * as check from "../../internal/arguments/check";
import type { Child } from "../../internal/engine/children";
import { accountOf } from "../accountOf";

/** The APIs of Eventarc triggers. */
export const eventApis = ["eventarc", "pubsub"];

interface EventTrigger {
    /**
     * {@link https://cloud.google.com/functions/docs/bestpractices/retries Retries} events whose handling fails, for up to 24
     * hours. The code must then be idempotent.
     * @default false
     */
    retries?: boolean;
}

/** A topic: a `PubSubTopic` of the stack, or one that exists already. */
interface TopicOfEvents {
    readonly topic: Pick<Topic, "id" | "name">;
}

/** A bucket: a `StorageBucket` of the stack, or one that exists already. */
interface BucketOfEvents {
    readonly bucket: Pick<Bucket, "name" | "location" | "url">;
}

/** Each message of a topic. */
export interface TopicTrigger extends EventTrigger {
    /** The topic: a `PubSubTopic`, or one that exists already. */
    topic: TopicOfEvents;
}

/** An {@link https://cloud.google.com/functions/docs/calling/storage event} of a Cloud Storage object. */
export type ObjectEvent = "finalized" | "deleted" | "archived" | "metadataUpdated";

/** Events of a bucket's objects. The bucket may be in any location. */
export interface BucketTrigger extends EventTrigger {
    /** The bucket: a `StorageBucket`, or one that exists already. */
    bucket: BucketOfEvents;
    /**
     * The {@link https://cloud.google.com/functions/docs/calling/storage event} of an object.
     * @default "finalized": an object was created or replaced
     */
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
 * Entries of the project's {@link https://cloud.google.com/logging/docs/audit audit log}. Admin Activity entries are always
 * written. Data Access entries are written only for services for which an administrator
 * {@link https://cloud.google.com/logging/docs/audit/configure-data-access enables} them; without them the code is never called.
 */
export interface AuditTrigger extends EventTrigger {
    /** Which entries: the service, the method and possibly the resource. */
    audit: AuditEvent;
    /**
     * The region of the entries, or `global` for all. Resources in a multi-region such as `EU` write entries that only `global`
     * receives.
     * @default the region of the code
     */
    region?: string;
}

/** The events that Eventarc delivers. */
export type Events = check.OneOf<TopicTrigger | BucketTrigger | AuditTrigger>;

const region = check.matching(
    /^(global|[a-z]+-[a-z]+\d+)$/,
    "must be a region such as europe-west1, or global, because multi-regions do not support audit triggers",
);

/** The checks of the options of {@link Events}, by the key that distinguishes them. */
export const eventOptions = {
    topic: { topic: check.component<TopicTrigger["topic"]>("PubSubTopic"), retries: check.flag() },
    bucket: {
        bucket: check.component<BucketTrigger["bucket"]>("StorageBucket"),
        event: check.oneOf<ObjectEvent>("finalized", "deleted", "archived", "metadataUpdated"),
        retries: check.flag(),
    },
    audit: {
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
        retries: check.flag(),
    },
};

/** The service account of Eventarc triggers, and the grants that the triggers need. */
export interface EventCaller {
    account: Account;
    grants: pulumi.Resource[];
}

/**
 * Creates the {@link https://cloud.google.com/eventarc/docs/roles-permissions service account and grants} of the Eventarc triggers
 * of a workload.
 *
 * @param workload what it is, and its name: the function `predict`
 */
export function createEventCaller(
    component: string,
    workload: { kind: string; name: string },
    events: Events[],
    child: Child,
    environment: Environment,
): EventCaller {
    const account = accountOf(component, workload, child, {
        part: "trigger",
        does: `Calls the ${workload.kind} ${workload.name} for its events`,
        key: "triggerAccount",
    });
    const grants = environment.grantAgent("eventarc.googleapis.com", "roles/eventarc.serviceAgent");
    if (events.some(({ topic }) => !topic)) {
        // Eventarc has no resource that could grant this role: it is granted on the project.
        const receiver = {
            project: environment.project,
            role: "roles/eventarc.eventReceiver",
            member: account.member,
        };
        grants.push(new IAMMember(...child("grant", `${component}-trigger-receiver`, receiver)));
    }
    if (events.some(({ bucket }) => bucket)) {
        // The trigger creates the topic of the bucket's events, so the role must be granted before it.
        grants.push(...environment.grantAgent("storage.googleapis.com", "roles/pubsub.publisher"));
    }
    return { account, grants };
}

/** What an Eventarc trigger receives: the location of the trigger, the type of the events and their filters. */
export interface EventSource {
    location: pulumi.Input<string>;
    type: string;
    /** The ID of the topic whose messages are the events. */
    topic?: pulumi.Input<string>;
    filters?: { attribute: string; value: pulumi.Input<string>; operator?: pulumi.Input<string | undefined> }[];
}

/** The source of events in the terms of Eventarc. */
export function eventSource(events: Events, region: string): EventSource {
    if (events.topic) {
        return {
            location: region,
            type: "google.cloud.pubsub.topic.v1.messagePublished",
            topic: events.topic.topic.id,
        };
    }
    if (events.bucket) {
        const { bucket } = events.bucket;
        return {
            // The trigger must be in the location of the bucket; it can call code in any region.
            location: bucket.location.apply((location) => location.toLowerCase()),
            type: `google.cloud.storage.object.v1.${events.event ?? "finalized"}`,
            filters: [{ attribute: "bucket", value: bucket.name }],
        };
    }
    const { service, method, resource } = events.audit;
    return {
        location: events.region ?? region,
        type: "google.cloud.audit.log.v1.written",
        filters: [
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
