import type * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";
import type { PubSubTopic } from "../messaging";
import type { StorageBucket } from "../storage";

/** A function that answers HTTP requests. */
export interface HttpTrigger {
    http: {
        /**
         * Whether anybody may call it from anywhere. Otherwise only callers with {@link ServerlessFunction.invoker} may,
         * from inside the project's networks or through a load balancer.
         * @default false
         */
        public?: boolean;
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

/** What calls a function: exactly one of requests, a topic's messages, and what happens to a bucket's objects. */
export type Trigger = check.OneOf<HttpTrigger | TopicTrigger | BucketTrigger>;

export const trigger: check.Check = check.variant({
    http: check.options<HttpTrigger>({ http: check.options<HttpTrigger["http"]>({ public: check.flag() }) }, "http"),
    topic: check.options<TopicTrigger>({ topic: check.component("PubSubTopic"), retry: check.flag() }, "topic"),
    bucket: check.options<BucketTrigger>(
        {
            bucket: check.component("StorageBucket"),
            event: check.oneOf("finalized", "deleted", "archived", "metadataUpdated"),
            retry: check.flag(),
        },
        "bucket",
    ),
});

/** The event trigger of a function as the API takes it; nothing for one that answers HTTP. */
export function eventTrigger(of: Trigger, region: pulumi.Input<string>, account: pulumi.Input<string>) {
    if (of.http) {
        return undefined;
    }
    const shared = {
        serviceAccountEmail: account,
        retryPolicy: of.retry ? "RETRY_POLICY_RETRY" : "RETRY_POLICY_DO_NOT_RETRY",
    };
    return of.topic
        ? {
              ...shared,
              triggerRegion: region,
              eventType: "google.cloud.pubsub.topic.v1.messagePublished",
              pubsubTopic: of.topic.topic.id,
          }
        : {
              ...shared,
              // Eventarc takes a bucket's events where the bucket is, and calls functions of any region.
              triggerRegion: of.bucket.bucket.location.apply((location) => location.toLowerCase()),
              eventType: `google.cloud.storage.object.v1.${of.event ?? "finalized"}`,
              eventFilters: [{ attribute: "bucket", value: of.bucket.bucket.name }],
          };
}
