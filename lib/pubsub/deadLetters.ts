import { Subscription, type SubscriptionArgs } from "@pulumi/gcp/pubsub/subscription";
import { SubscriptionIAMMember } from "@pulumi/gcp/pubsub/subscriptionIAMMember";
import * as pulumi from "@pulumi/pulumi";
import type { ComponentArgs } from "../component/component";
import type { Environment } from "../environment/environment";
import { pubSubLimits } from "../facts/limits/pubSub";
import type { Capability } from "../internal/access/capability";
import { rolesOn } from "../internal/access/roles";
import * as check from "../internal/arguments/check";
import { inSeconds } from "../internal/arguments/duration";
import { shortenName } from "../internal/arguments/names";
import type { Child } from "../internal/engine/children";
import { noted } from "../internal/engine/creationNote";
import type { AnyTopic } from "./anyTopic";
import { PubSubTopic } from "./topic";

const attempts = pubSubLimits.rows.deliveryAttempts;

/** A {@link https://cloud.google.com/pubsub/docs/dead-letter-topics dead-letter policy}. */
export interface DeadLetterOptions {
    /**
     * The dead-letter topic. Messages of a topic without subscriptions are lost, so create one.
     * @default a new topic, with a subscription that retains messages for 31 days
     */
    topic?: AnyTopic;
    /**
     * The number of delivery attempts before Pub/Sub forwards a message: 5 to 100.
     * @default 10, which takes forty minutes with the default `retries`, so that a shorter outage does not forward messages
     */
    maxDeliveryAttempts?: pulumi.Input<number>;
}

/** A dead-letter topic or policy; with `false`, messages are redelivered until their retention ends. */
export type DeadLetter = AnyTopic | DeadLetterOptions | false;

const component = check.component("PubSubTopic");

export const deadLetter = check.switched<AnyTopic | DeadLetterOptions>(
    check.componentOr(
        component,
        check.options<DeadLetterOptions>({
            topic: component,
            maxDeliveryAttempts: check.input(check.limit(attempts)),
        }),
    ),
);

function resolveOptions(deadLetter: AnyTopic | DeadLetterOptions) {
    const options = check.isResource(deadLetter) ? { topic: deadLetter as AnyTopic } : deadLetter;
    return check.withDefaults(options as DeadLetterOptions, { maxDeliveryAttempts: 10 });
}

/** Refuses the subscription's own topic, whose dead letters would be delivered again without end. */
export function validateDeadLetter(topic: AnyTopic, deadLetter: DeadLetter): check.Problem | undefined {
    const isSame = deadLetter !== false && resolveOptions(deadLetter).topic === topic;
    const path = check.isResource(deadLetter) ? "deadLetter" : "deadLetter.topic";
    return check.when(
        isSame,
        path,
        "pubsub/dead-letters-of-itself",
        "must not be the topic of the subscription itself. Use another topic, or remove it.",
    );
}

/** The dead-letter topic of a subscription. */
export interface DeadLetters {
    /** The topic that receives the messages. */
    topic: AnyTopic;
    /** The subscription that retains the messages for 31 days, if the component created the topic. */
    subscription?: Subscription;
    /** Grants consuming and acknowledging the retained messages; the consumer receives the path of `subscription`. */
    subscriber?: Capability;
}

/** What preview reports about the topics that are created by default. */
const note =
    "PubSubSubscription: creates a dead-letter topic per subscription, where messages that cannot be processed stay for 31 days. deadLetter changes it.";

/** Creates the dead-letter topic, unless one is given, and the policy and grants that forward messages to it. */
export function createDeadLetters(
    component: string,
    {
        topic,
        name,
        deadLetter,
        crossProject,
    }: ComponentArgs & { topic: AnyTopic; name: pulumi.Input<string>; deadLetter: DeadLetter },
    child: Child,
    environment: Environment,
    parent: pulumi.ComponentResource,
) {
    if (deadLetter === false) {
        return undefined;
    }
    const options = resolveOptions(deadLetter);
    const create = (part: string, args: SubscriptionArgs) => {
        const { protect } = environment.defaults;
        return new Subscription(...noted(child, note)("deadLetterSubscription", part, args, { protect }));
    };
    const deadLetters = options.topic
        ? { topic: options.topic }
        : createDefaultTopic(component, topic, { name, crossProject }, create, parent);
    return {
        deadLetters,
        policy: { deadLetterTopic: deadLetters.topic.topic.id, maxDeliveryAttempts: options.maxDeliveryAttempts },
        dependsOn: environment.grantAgent("pubsub.googleapis.com", deadLetters.topic.publisher, crossProject),
    };
}

/** The dead-letter topic has the storage policy and the encryption key of the subscription's topic. */
function createDefaultTopic(
    component: string,
    { encryptionKey, messageStoragePolicy }: AnyTopic,
    { name: subscriptionName, crossProject }: ComponentArgs & { name: pulumi.Input<string> },
    createSubscription: (part: string, args: SubscriptionArgs) => Subscription,
    parent: pulumi.ComponentResource,
): DeadLetters {
    const suffixed = (text: string) => shortenName(`${text}-dead-letter`, 255);
    const part = suffixed(component);
    const name =
        typeof subscriptionName === "string"
            ? suffixed(subscriptionName)
            : pulumi.output(subscriptionName).apply(suffixed);
    const topic = new PubSubTopic(part, { name, encryptionKey, messageStoragePolicy, crossProject }, { parent });
    const subscription = createSubscription(part, {
        name,
        topic: topic.topic.id,
        messageRetentionDuration: inSeconds("31 days"),
        expirationPolicy: { ttl: "" },
    });
    return { topic, subscription, subscriber: subscriberCapability(part, subscription) };
}

/** Grants consuming and acknowledging the messages of a subscription, and seeking to an earlier time. */
function subscriberCapability(name: string, subscription: Subscription): Capability {
    return subscriptionOffers(name, subscription.id).subscriber;
}

/** The capabilities of a subscription. */
export function subscriptionOffers(name: string, subscription: pulumi.Output<string>) {
    const { offered, role } = rolesOn(name, SubscriptionIAMMember, { subscription }, subscription);
    return { subscriber: offered("roles/pubsub.subscriber"), role };
}
