import type { TriggerArgs } from "@pulumi/gcp/eventarc/trigger";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../environment/environment";
import {
    type AuditTrigger,
    type BucketTrigger,
    eventOptions,
    eventSource,
    type TopicTrigger,
} from "../iam/serverless/events";
import * as check from "../internal/arguments/check";
import { path } from "../scheduler/job";

interface EventDelivery {
    /**
     * The path of the requests, starting with `/`.
     * @default "/"
     */
    path?: string;
}

/** Events that Eventarc delivers to a service, as {@link https://cloud.google.com/eventarc/docs/workflows/cloudevents CloudEvents}. */
export type ServiceTrigger = check.OneOf<
    (TopicTrigger & EventDelivery) | (BucketTrigger & EventDelivery) | (AuditTrigger & EventDelivery)
>;

/** The key of a trigger is part of the names of its resources. */
const triggerName = check.matching(
    /^[a-z]([a-z0-9-]*[a-z0-9])?$/,
    "a trigger's name must have lower-case letters, digits and hyphens, and start with a letter",
);

const { topic, bucket, audit } = eventOptions;

const trigger: check.Check<ServiceTrigger> = check.variant({
    topic: check.options<TopicTrigger & EventDelivery>({ ...topic, path }, "topic"),
    bucket: check.options<BucketTrigger & EventDelivery>({ ...bucket, path }, "bucket"),
    audit: check.options<AuditTrigger & EventDelivery>({ ...audit, path }, "audit"),
});

/** Checks the triggers of a service by their names. */
export const triggers = check.record(triggerName, trigger);

/** The arguments of an Eventarc trigger of the service in a region. */
export function triggerArgs(
    name: string,
    { path, ...events }: ServiceTrigger,
    service: { name: pulumi.Input<string>; region: string },
    { account, labels }: { account: pulumi.Input<string>; labels?: Record<string, pulumi.Input<string>> },
    { project }: Environment,
): TriggerArgs {
    const { location, type, topic, filters = [] } = eventSource(events as ServiceTrigger, service.region);
    return {
        name,
        project,
        location,
        serviceAccount: account,
        matchingCriterias: [{ attribute: "type", value: type }, ...filters],
        destination: { cloudRunService: { service: service.name, region: service.region, path } },
        transport: topic === undefined ? undefined : { pubsub: { topic } },
        // Eventarc repeats the delivery of an event for 24 hours, unless there is only one attempt.
        retryPolicy: events.retries ? undefined : { maxAttempts: 1 },
        labels,
    };
}
