import { Subscription, type SubscriptionArgs } from "@pulumi/gcp/pubsub/subscription";
import { SubscriptionIAMMember } from "@pulumi/gcp/pubsub/subscriptionIAMMember";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../environment/environment";
import { type Capability, capability } from "../identity/capability";
import * as check from "../internal/check";
import { childrenOf, type Transform, transforms } from "../internal/children";
import { type Duration, duration, inSeconds } from "../internal/duration";
import { labels } from "../internal/labels";
import { resourceName } from "./name";
import type { PubSubTopic } from "./topic";

/** How a {@link PubSubSubscription} delivers: its code asks for messages. */
export interface PullDelivery {
    pull: Record<string, never>;
}

/** The arguments of a {@link PubSubSubscription}. */
export type PubSubSubscriptionArgs = PullDelivery & {
    /** The topic whose messages are delivered; another one makes another subscription. */
    topic: PubSubTopic;
    /**
     * The subscription's name in its project, with the rules of a topic's.
     * @default the component's name
     */
    name?: pulumi.Input<string>;
    /**
     * How long a consumer has for a message before it is delivered again: 10 to 600 seconds ("Extend ack deadlines").
     * @default 10
     */
    ackDeadlineSeconds?: pulumi.Input<number>;
    /**
     * How long an unacknowledged message is kept: `"10 minutes"` to `"31 days"` ("Subscription properties").
     * @default "7 days"
     */
    retention?: Duration;
    /**
     * Labels of the subscription: at most 64 ("Requirements for labels").
     * @default those of the environment
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** The last word on a child's arguments. */
    transform?: { subscription?: Transform<SubscriptionArgs> };
};

const args = check.options<PubSubSubscriptionArgs>(
    {
        pull: check.options<PullDelivery["pull"]>({}),
        topic: check.component("PubSubTopic"),
        name: check.input(resourceName),
        ackDeadlineSeconds: check.input(check.whole(10, 600, "seconds")),
        retention: duration("10 minutes", "31 days"),
        labels,
        transform: transforms("subscription"),
    },
    "topic",
    "pull",
);

/**
 * A subscription to a Pub/Sub topic. It never expires, whether or not anybody reads it. In production Pulumi refuses to
 * delete it, as its messages would be lost.
 */
export class PubSubSubscription extends pulumi.ComponentResource {
    readonly subscription: Subscription;
    /** Takes and acknowledges messages; the consumer gets the path, `projects/acme-dev/subscriptions/predict-range`. */
    readonly subscriber: Capability;

    constructor(name: string, given: PubSubSubscriptionArgs, options?: pulumi.ComponentResourceOptions) {
        const { topic, retention, transform, ...own } = check.checked(
            `PubSubSubscription "${name}"`,
            check.completed(given, { name, ackDeadlineSeconds: 10, retention: "7 days" }),
            args,
        );
        super("slipway:index:PubSubSubscription", name, {}, inEnvironment(options));
        const child = childrenOf(this, transform, { protect: Environment.current().defaults.protect });

        this.subscription = new Subscription(
            ...child("subscription", name, {
                name: own.name,
                topic: topic.topic.id,
                ackDeadlineSeconds: own.ackDeadlineSeconds,
                messageRetentionDuration: inSeconds(retention),
                expirationPolicy: { ttl: "" },
                labels: own.labels,
            }),
        );
        const subscription = this.subscription.id;
        this.subscriber = capability(
            name,
            "roles/pubsub.subscriber",
            SubscriptionIAMMember,
            { subscription },
            subscription,
        );
        this.registerOutputs({ subscription: this.subscription });
    }
}
