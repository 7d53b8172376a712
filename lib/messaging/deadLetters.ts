import { Subscription, type SubscriptionArgs } from "@pulumi/gcp/pubsub/subscription";
import { SubscriptionIAMMember } from "@pulumi/gcp/pubsub/subscriptionIAMMember";
import * as pulumi from "@pulumi/pulumi";
import type { ComponentArgs } from "../environment/component";
import type { Environment } from "../environment/environment";
import { pubSubLimits } from "../facts/limits";
import { type Capability, capability } from "../identity/capability";
import * as check from "../internal/check";
import type { Child } from "../internal/children";
import { inSeconds } from "../internal/duration";
import { fitted } from "../internal/names";
import { PubSubTopic } from "./topic";

const attempts = pubSubLimits.rows.deliveryAttempts;

/** What becomes of messages that nobody acknowledges ("Dead-letter topics"). */
export interface DeadLetterOptions {
    /**
     * Where they go. Messages of a topic without subscriptions are lost, so make one.
     * @default a topic of their own, with a subscription that keeps them for 31 days
     */
    topic?: PubSubTopic;
    /**
     * After how many deliveries a message goes there: 5 to 100.
     * @default 10, which takes forty minutes with the default `retry`: a shorter outage is not taken for a bad message
     */
    maxDeliveryAttempts?: pulumi.Input<number>;
}

/** Where messages go that nobody acknowledges; `false`: nowhere, they are delivered until they are too old. */
export type DeadLetter = PubSubTopic | DeadLetterOptions | false;

const component = check.component("PubSubTopic");

export const deadLetter: check.Check = check.literalOr(
    false,
    check.componentOr(
        component,
        check.options<DeadLetterOptions>({
            topic: component,
            maxDeliveryAttempts: check.input(check.whole(attempts.min, attempts.max, attempts.unit)),
        }),
    ),
);

/** The options of a dead letter, with the defaults of those that are not given. */
function optionsOf(given: PubSubTopic | DeadLetterOptions) {
    const options = pulumi.Resource.isInstance(given) ? { topic: given as PubSubTopic } : given;
    return check.completed(options as DeadLetterOptions, { maxDeliveryAttempts: 10 });
}

/** Refuses the subscription's own topic: its dead letters would be delivered to it for ever. */
export function deadLetterProblem(topic: PubSubTopic, given: DeadLetter): check.Problem | undefined {
    const isSame = given !== false && optionsOf(given).topic === topic;
    const path = pulumi.Resource.isInstance(given) ? "deadLetter" : "deadLetter.topic";
    return isSame
        ? { path, reason: "must not be the topic of the subscription itself. Give another topic, or none." }
        : undefined;
}

/** Where the dead letters of a subscription go. */
export interface DeadLetters {
    topic: PubSubTopic;
    /** What keeps them for 31 days, where the topic is the subscription's own. */
    subscription?: Subscription;
    /** Takes and acknowledges what is kept; the consumer gets the path of `subscription`. */
    subscriber?: Capability;
}

/** The dead letters of a subscription and the policy that sends them there, with what must be there before it. */
export function deadLetters(
    component: string,
    {
        topic,
        name,
        given,
        crossProject,
    }: ComponentArgs & { topic: PubSubTopic; name: pulumi.Input<string>; given: DeadLetter },
    child: Child,
    environment: Environment,
    parent: pulumi.ComponentResource,
) {
    if (given === false) {
        return undefined;
    }
    const options = optionsOf(given);
    const make = (part: string, args: SubscriptionArgs) => {
        const { protect } = environment.defaults;
        return new Subscription(...child("deadLetterSubscription", part, args, { protect }));
    };
    const letters = options.topic ? { topic: options.topic } : ownLetters(component, topic, name, make, parent);
    return {
        letters,
        policy: { deadLetterTopic: letters.topic.topic.id, maxDeliveryAttempts: options.maxDeliveryAttempts },
        needs: environment.grantAgent("pubsub.googleapis.com", letters.topic.publisher, crossProject),
    };
}

/** Dead letters are kept where the messages of the topic may be, and under the same key. */
function ownLetters(
    component: string,
    { encryptionKey, messageStoragePolicy }: PubSubTopic,
    of: pulumi.Input<string>,
    make: (part: string, args: SubscriptionArgs) => Subscription,
    parent: pulumi.ComponentResource,
): DeadLetters {
    const extended = (text: string) => fitted(`${text}-dead-letter`, 255);
    const letters = extended(component);
    const name = typeof of === "string" ? extended(of) : pulumi.output(of).apply(extended);
    const topic = new PubSubTopic(letters, { name, encryptionKey, messageStoragePolicy }, { parent });
    const subscription = make(letters, {
        name,
        topic: topic.topic.id,
        messageRetentionDuration: inSeconds("31 days"),
        expirationPolicy: { ttl: "" },
    });
    return { topic, subscription, subscriber: subscriberOf(letters, subscription) };
}

/** Takes and acknowledges the messages of a subscription, and sets it back to an earlier time. */
export function subscriberOf(name: string, { id: subscription }: Subscription): Capability {
    return capability(name, "roles/pubsub.subscriber", SubscriptionIAMMember, { subscription }, subscription);
}
