import { getSubscription } from "@pulumi/gcp/pubsub/getSubscription";
import { Subscription, type SubscriptionArgs } from "@pulumi/gcp/pubsub/subscription";
import type { Account } from "@pulumi/gcp/serviceaccount/account";
import * as pulumi from "@pulumi/pulumi";
import type { AnyTable } from "../bigquery/table";
import { component } from "../component/component";
import { inEnvironment } from "../environment/environment";
import { type Existing, type ExistingArgs, lookUp, type Place, requireKnown } from "../environment/existing";
import type { Capability } from "../internal/access/capability";
import { sharedOffers } from "../internal/access/roles";
import { inSeconds, secondsIn } from "../internal/arguments/duration";
import { withChangeWarning } from "../internal/engine/changeWarning";
import { signalsOfSubscription } from "../monitoring/signals/data";
import { createDeadLetters, type DeadLetters, subscriptionOffers } from "./deadLetters";
import { configureDelivery } from "./delivery/delivery";
import { resourceName } from "./resourceName";
import { retryPolicy } from "./retries";
import { type PubSubSubscriptionArgs, type ResolvedArgs, resolveArgs } from "./subscriptionArgs";

/** The inputs whose change {@link https://cloud.google.com/pubsub/docs/subscription-properties replaces} the subscription. */
export interface ReplacementInputs {
    name: pulumi.Input<string>;
    topic: pulumi.Input<string>;
    filter?: pulumi.Input<string>;
    messageOrdering?: pulumi.Input<boolean>;
}

/** A subscription that exists already. */
export interface ExistingSubscription extends Existing, Pick<PubSubSubscription, "subscriber" | "role"> {
    readonly subscription: Pick<Subscription, "id" | "name">;
}

/**
 * A subscription to a Pub/Sub topic. It never expires by default, and messages that cannot be processed go to a dead-letter
 * topic. In production it is protected from deletion, which would lose its messages; elsewhere Pulumi warns about changes
 * that replace it.
 * @example
 * ```ts
 * const sales = new PubSubTopic("sales");
 * const predict = new ServerlessFunction("predict", { source: "./predict", trigger: { http: {} } });
 * new PubSubSubscription("predict", { topic: sales, push: predict, deadLetter: { maxDeliveryAttempts: 20 } });
 * ```
 */
export class PubSubSubscription extends pulumi.ComponentResource {
    /** The subscription itself. */
    readonly subscription: Subscription;
    /** The service account that sends push requests, if the component created it. */
    readonly account?: Account;
    /** The table of a BigQuery subscription. */
    readonly table?: AnyTable;
    /** The dead-letter topic and its subscription; undefined with `deadLetter: false`. */
    readonly deadLetter?: DeadLetters;
    /**
     * Grants consuming and acknowledging messages, and seeking to an earlier time; the consumer receives the subscription
     * path, `projects/acme-dev/subscriptions/predict-range`.
     */
    readonly subscriber: Capability;
    /** A capability of any role on the subscription, for roles that no other one has; the consumer receives the subscription path. */
    readonly role: (role: string) => Capability;

    /**
     * A subscription that exists already and is not managed by the stack, which only grants access to it:
     * `PubSubSubscription.existing("orders")`. The preview fails if there is none.
     */
    static existing(name: string, args: ExistingArgs = {}): ExistingSubscription {
        requireKnown("PubSubSubscription", name, args);
        const find = ({ project }: Place, options: pulumi.InvokeOptions) => getSubscription({ name, project }, options);
        const subscription = lookUp("PubSubSubscription", name, resourceName, args, find, "id", "name");
        const all = sharedOffers(subscriptionOffers(name, subscription.id));
        return { existing: "PubSubSubscription", subscription, ...all };
    }

    constructor(name: string, args: PubSubSubscriptionArgs, options?: pulumi.ComponentResourceOptions) {
        const resolved = resolveArgs(name, args);
        const { topic, filter, messageOrdering, crossProject } = resolved;
        const inputs: ReplacementInputs = { name: resolved.name, topic: topic.topic.id, filter, messageOrdering };
        super(
            "slipway:index:PubSubSubscription",
            name,
            inputs,
            withChangeWarning(inEnvironment(options, crossProject), `PubSubSubscription "${name}"`, replacementWarning),
        );
        const { environment, child, observe, bindTags } = component(this, name, resolved);
        const { protect } = environment.defaults;
        const deadLetterArgs = { topic, name: resolved.name, deadLetter: resolved.deadLetter, crossProject };
        const dead = createDeadLetters(name, deadLetterArgs, child, environment, this);
        const delivery = configureDelivery(name, resolved, child, environment, this);

        this.subscription = new Subscription(
            ...child("subscription", name, subscriptionArgs(resolved, delivery.config, dead?.policy), {
                protect,
                dependsOn: [...delivery.dependsOn, ...(dead?.dependsOn ?? [])],
            }),
        );
        this.account = delivery.account;
        this.table = delivery.table;
        this.deadLetter = dead?.deadLetters;
        ({ subscriber: this.subscriber, role: this.role } = subscriptionOffers(name, this.subscription.id));
        if (dead) {
            // Pub/Sub acknowledges the messages that it forwards to the dead-letter topic.
            environment.grantAgent("pubsub.googleapis.com", this.subscriber);
        }
        observe("Messaging", signalsOfSubscription(this.subscription.name, dead !== undefined), args.alerts);
        bindTags(this.subscription);
        this.registerOutputs({ subscription: this.subscription.id });
    }
}

/** The arguments of the subscription resource. */
function subscriptionArgs(
    { retries, ...args }: ResolvedArgs,
    delivery: Partial<SubscriptionArgs>,
    deadLetterPolicy: SubscriptionArgs["deadLetterPolicy"],
): SubscriptionArgs {
    return {
        name: args.name,
        topic: args.topic.topic.id,
        ...delivery,
        ackDeadlineSeconds: secondsIn(args.ackDeadline),
        messageRetentionDuration: inSeconds(args.retention),
        retainAckedMessages: args.retainAckedMessages,
        enableMessageOrdering: args.messageOrdering,
        filter: args.filter,
        expirationPolicy: { ttl: args.expiration === "never" ? "" : inSeconds(args.expiration) },
        retryPolicy: retries && retryPolicy(retries),
        deadLetterPolicy,
        labels: args.labels,
    };
}

/** The warning about a replacement; undefined without a change, or if the old inputs are unknown. */
export function replacementWarning(component: string, before: object = {}, now: object = {}): string | undefined {
    const text = (inputs: object, key: string) => JSON.stringify(Reflect.get(inputs, key));
    const changed = Object.keys({ ...before, ...now }).filter((key) => text(before, key) !== text(now, key));
    if (changed.length === 0 || Object.keys(before).length === 0) {
        return undefined;
    }
    return (
        `${component}: another ${changed.join(", ")} replaces the subscription: messages that it has not delivered` +
        " are lost. To keep them, create a second PubSubSubscription, let consumers empty this one, then remove it."
    );
}
