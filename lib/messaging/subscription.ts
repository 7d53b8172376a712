import { Subscription, type SubscriptionArgs } from "@pulumi/gcp/pubsub/subscription";
import type { Account } from "@pulumi/gcp/serviceaccount/account";
import * as pulumi from "@pulumi/pulumi";
import type { BigQueryTable } from "../data";
import { Environment, inEnvironment } from "../environment/environment";
import type { Capability } from "../identity/capability";
import { type Child, childrenOf } from "../internal/children";
import { inSeconds } from "../internal/duration";
import { warning } from "../internal/warning";
import { type Decided, decided, type PubSubSubscriptionArgs } from "./arguments";
import { type DeadLetters, deadLetters, subscriberOf } from "./deadLetters";
import { recorded } from "./delivery/bigQuery";
import { archived } from "./delivery/bucket";
import { pushed } from "./delivery/push";
import { replacementWarning } from "./replacement";

/** What a way of delivery makes of a subscription, and what must be there before it. */
interface Delivered {
    config: Partial<SubscriptionArgs>;
    account?: Account;
    table?: BigQueryTable;
    needs: pulumi.Resource[];
}

/**
 * A subscription to a Pub/Sub topic. It never expires, whether or not anybody reads it, and messages that nobody can
 * handle are kept aside. In production Pulumi refuses to delete it, as its messages would be lost; elsewhere a change that
 * would lose them is warned of.
 */
export class PubSubSubscription extends pulumi.ComponentResource {
    readonly subscription: Subscription;
    /** The account that calls what messages are pushed to, where it is the subscription's own. */
    readonly account?: Account;
    /** The table that messages are written to, where there is one. */
    readonly table?: BigQueryTable;
    /** Where messages go that nobody acknowledges, unless there is no such place. */
    readonly deadLetter?: DeadLetters;
    /**
     * Takes and acknowledges messages, and sets the subscription back to an earlier time; the consumer gets the path,
     * `projects/acme-dev/subscriptions/predict-range`.
     */
    readonly subscriber: Capability;

    constructor(name: string, given: PubSubSubscriptionArgs, options?: pulumi.ComponentResourceOptions) {
        const args = decided(name, given);
        const { topic, filter, messageOrdering, crossProject } = args;
        const lasting = { name: args.name, topic: topic.topic.id, filter, messageOrdering };
        const component = `PubSubSubscription "${name}"`;
        super(
            "slipway:index:PubSubSubscription",
            name,
            lasting,
            warning(inEnvironment(options, crossProject), component, (before, now) =>
                replacementWarning(component, before, now),
            ),
        );
        const environment = Environment.current();
        const { protect } = environment.defaults;
        const child = childrenOf(this, args.transform);
        const letters = { topic, name: args.name, given: args.deadLetter, crossProject };
        const dead = deadLetters(name, letters, child, environment, this);
        const delivery = this.delivery(name, args, child, environment);

        this.subscription = new Subscription(
            ...child("subscription", name, properties(args, delivery.config, dead?.policy), {
                protect,
                dependsOn: [...delivery.needs, ...(dead?.needs ?? [])],
            }),
        );
        this.account = delivery.account;
        this.table = delivery.table;
        this.deadLetter = dead?.letters;
        this.subscriber = subscriberOf(name, this.subscription);
        if (dead) {
            // Pub/Sub acknowledges what it sends on.
            environment.grantAgent("pubsub.googleapis.com", this.subscriber);
        }
        this.registerOutputs({ subscription: this.subscription.id });
    }

    private delivery(name: string, args: Decided, child: Child, environment: Environment): Delivered {
        if (args.push) {
            const { config, ...others } = pushed(name, args.push, child, environment, this);
            return { config: { pushConfig: config }, ...others };
        }
        if (args.bigQuery) {
            const { topic, crossProject } = args;
            const delivery = { given: args.bigQuery, topic, crossProject, transform: args.transform?.table };
            const { config, ...others } = recorded(name, delivery, environment, this);
            return { config: { bigqueryConfig: config }, ...others };
        }
        if (args.bucket) {
            const { config, needs } = archived(name, args.bucket, environment);
            return { config: { cloudStorageConfig: config }, needs };
        }
        return { config: { enableExactlyOnceDelivery: args.exactlyOnceDelivery }, needs: [] };
    }
}

function properties(
    { retry, ...args }: Decided,
    delivery: Delivered["config"],
    deadLetterPolicy: SubscriptionArgs["deadLetterPolicy"],
): SubscriptionArgs {
    return {
        name: args.name,
        topic: args.topic.topic.id,
        ...delivery,
        ackDeadlineSeconds: args.ackDeadlineSeconds,
        messageRetentionDuration: inSeconds(args.retention),
        retainAckedMessages: args.retainAckedMessages,
        enableMessageOrdering: args.messageOrdering,
        filter: args.filter,
        expirationPolicy: { ttl: args.expiration === "never" ? "" : inSeconds(args.expiration) },
        retryPolicy: retry && { minimumBackoff: inSeconds(retry.minimum), maximumBackoff: inSeconds(retry.maximum) },
        deadLetterPolicy,
        labels: args.labels,
    };
}
