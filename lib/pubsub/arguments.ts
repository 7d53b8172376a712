import type { TableArgs } from "@pulumi/gcp/bigquery/table";
import type { SubscriptionArgs } from "@pulumi/gcp/pubsub/subscription";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../environment/component";
import { pubSubLimits } from "../facts/limits/pubSub";
import { parseFilter } from "../formats/filter";
import { FilterSyntaxError } from "../formats/tokens";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { type Duration, duration, durationWithin } from "../internal/duration";
import { labels } from "../internal/labels";
import { backoffInOrder } from "../internal/scheduler";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { subscriptionSignals } from "../monitoring/signals/data";
import type { AnyTopic } from "./anyTopic";
import { type DeadLetter, deadLetter } from "./deadLetters";
import { type BigQueryDelivery, bigQuery } from "./delivery/bigQuery";
import { type BucketDelivery, bucket } from "./delivery/bucket";
import { type PushDelivery, push } from "./delivery/push";
import { resourceName } from "./resourceName";

/** Pull delivery: subscribers request messages. */
export interface PullDelivery {
    pull: Record<string, never>;
    /**
     * Enables {@link https://cloud.google.com/pubsub/docs/exactly-once-delivery exactly-once delivery}: an acknowledged
     * message is never redelivered.
     * @default false
     */
    exactlyOnceDelivery?: boolean;
}

/** How a {@link PubSubSubscription} delivers messages: exactly one of these. */
export type Delivery = check.OneOf<PullDelivery | PushDelivery | BigQueryDelivery | BucketDelivery>;

/**
 * The {@link https://cloud.google.com/pubsub/docs/handling-failures retry policy}: Pub/Sub redelivers a message with
 * exponential backoff between these delays.
 */
export interface SubscriptionRetries {
    /**
     * The minimum backoff: `"0 seconds"` to `"10 minutes"`.
     * @default "10 seconds"
     */
    minBackoff?: Duration;
    /**
     * The maximum backoff: `"0 seconds"` to `"10 minutes"`.
     * @default "10 minutes"
     */
    maxBackoff?: Duration;
}

/** The arguments of a {@link PubSubSubscription}. */
export type PubSubSubscriptionArgs = Delivery &
    ComponentArgs & {
        /** The topic to subscribe to. Changing this replaces the subscription. */
        topic: AnyTopic;
        /**
         * The {@link https://cloud.google.com/pubsub/docs/pubsub-basics#resource_names name} of the subscription, with the
         * same rules as a topic name. Changing this replaces the subscription.
         * @default the component's name
         */
        name?: pulumi.Input<string>;
        /**
         * A {@link https://cloud.google.com/pubsub/docs/subscription-message-filter filter} on message attributes, at most
         * 256 bytes: `attributes.region = "eu" AND NOT attributes:test`. Changing this replaces the subscription.
         * @default no filter: all messages are delivered
         */
        filter?: pulumi.Input<string>;
        /**
         * Enables {@link https://cloud.google.com/pubsub/docs/ordering message ordering}: messages with the same ordering
         * key are delivered in the order of their publication. Changing this replaces the subscription.
         * @default false
         */
        messageOrdering?: boolean;
        /**
         * The {@link https://cloud.google.com/pubsub/docs/lease-management acknowledgement deadline}: how long a subscriber
         * has to acknowledge a message before it is redelivered: `"10 seconds"` to `"10 minutes"`.
         * @default "10 seconds"; with `bucket`, its `maxDuration`
         */
        ackDeadline?: Duration;
        /**
         * The {@link https://cloud.google.com/pubsub/docs/subscription-properties retention duration} of unacknowledged
         * messages: `"10 minutes"` to `"31 days"`.
         * @default "7 days"
         */
        retention?: Duration;
        /**
         * Retains acknowledged messages for `retention` too, so that the subscription can
         * {@link https://cloud.google.com/pubsub/docs/replay-overview seek} to an earlier time. They are billed as storage.
         * @default false
         */
        retainAckedMessages?: boolean;
        /**
         * The {@link https://cloud.google.com/pubsub/docs/subscription-properties expiration period}: Google deletes the
         * subscription after this time without subscriber activity. At least `"1 day"`, and not below `retention`.
         * @default "never"
         */
        expiration?: Duration | "never";
        /**
         * How messages are redelivered, or `false` to redeliver immediately.
         * @default backoff from 10 seconds to 10 minutes
         */
        retries?: SubscriptionRetries | false;
        /**
         * Where Pub/Sub forwards messages that are not acknowledged: a
         * {@link https://cloud.google.com/pubsub/docs/dead-letter-topics dead-letter topic}, or options with the number of
         * delivery attempts. With `false`, messages are redelivered until `retention` ends.
         * @default after 10 attempts to a new topic, with a subscription that retains them for 31 days
         */
        deadLetter?: DeadLetter;
        /**
         * Labels of the subscription: at most 64
         * ({@link https://cloud.google.com/resource-manager/docs/labels-overview requirements}).
         * @default the environment's labels
         */
        labels?: Record<string, pulumi.Input<string>>;
        /**
         * Sends alerts about the backlog, its age and dead letters to the contacts of {@link Alerts}. An object also changes single signals:
         * `{ to: oncall, backlog: false }`.
         * @default no alerts
         */
        alerts?: ComponentAlerts<"backlog" | "backlogAge" | "deadLetters">;
        /** Callbacks that edit the arguments of child resources. */
        transform?: {
            subscription?: Transform<SubscriptionArgs>;
            deadLetterSubscription?: Transform<SubscriptionArgs>;
            account?: Transform<AccountArgs>;
            table?: Transform<TableArgs>;
        };
    };

type AllDeliveries = PullDelivery & PushDelivery & BigQueryDelivery & BucketDelivery;

/** The arguments of all delivery types together, so that validation can report which of them conflict. */
export type UncheckedArgs = Partial<AllDeliveries> & Omit<PubSubSubscriptionArgs, keyof AllDeliveries>;

/** Explains why a filter is invalid, with the column; undefined for a valid filter. */
export function filterProblem(filter: string): string | undefined {
    try {
        parseFilter(filter);
        return undefined;
    } catch (error) {
        if (error instanceof FilterSyntaxError) {
            return error.message;
        }
        throw error;
    }
}

const limits = pubSubLimits.rows;

/** Checks a filter, whose {@link https://cloud.google.com/pubsub/quotas#resource_limits size is limited}. */
const filter = check.input(
    check.pipe(
        check.text(),
        check.refine(
            (value) => Buffer.byteLength(String(value)) <= limits.filter.max,
            `must have at most ${limits.filter.max} bytes`,
        ),
        check.refine(
            (value) => filterProblem(String(value)) === undefined,
            ({ input }) => `is not a valid filter ${filterProblem(String(input))}`,
        ),
    ),
);

const backoff = durationWithin(limits.backoff);

export const pubSubSubscriptionArgs = check.options<UncheckedArgs>(
    {
        pull: check.options<PullDelivery["pull"]>({}),
        push,
        bigQuery,
        bucket,
        exactlyOnceDelivery: check.flag(),
        topic: check.component("PubSubTopic"),
        name: check.input(resourceName),
        filter,
        messageOrdering: check.flag(),
        ackDeadline: durationWithin(limits.ackDeadline),
        retention: durationWithin(limits.retention),
        retainAckedMessages: check.flag(),
        expiration: check.literalOr("never", duration(limits.expiration.min, "36500 days")),
        retries: check.literalOr(
            false,
            check.pipe(
                check.options<SubscriptionRetries>({ minBackoff: backoff, maxBackoff: backoff }),
                backoffInOrder("10 seconds", "10 minutes"),
            ),
        ),
        deadLetter,
        labels,
        alerts: componentAlerts(...subscriptionSignals),
        transform: transforms("subscription", "deadLetterSubscription", "account", "table"),
        ...componentArgs,
    },
    "topic",
);
