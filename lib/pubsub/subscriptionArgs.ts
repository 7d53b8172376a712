import type { TableArgs } from "@pulumi/gcp/bigquery/table";
import type { SubscriptionArgs } from "@pulumi/gcp/pubsub/subscription";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import { type TaggedArgs, taggedArgs } from "../component/tags";
import { pubSubLimits } from "../facts/limits/pubSub";
import * as check from "../internal/arguments/check";
import { type Duration, duration, durationWithin, secondsIn } from "../internal/arguments/duration";
import { labels } from "../internal/arguments/labels";
import { type Transform, transforms } from "../internal/engine/children";
import { type ComponentAlerts, componentAlerts } from "../monitoring/alerts/componentAlerts";
import { subscriptionSignals } from "../monitoring/signals/data";
import type { AnyTopic } from "./anyTopic";
import { type DeadLetter, deadLetter, validateDeadLetter } from "./deadLetters";
import { resolveBucketOptions } from "./delivery/bucket";
import {
    type AnyDelivery,
    type Delivery,
    deliveryChecks,
    deliveryConflict,
    deliveryProblems,
    type ResolvedDelivery,
    validateExactlyOnce,
} from "./delivery/delivery";
import { filter } from "./filter";
import { resourceName } from "./resourceName";
import { resolveRetries, type SubscriptionRetries, subscriptionRetries } from "./retries";

/** The arguments of a {@link PubSubSubscription}. */
export type PubSubSubscriptionArgs = Delivery &
    ComponentArgs &
    TaggedArgs & {
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
         * @example
         * ```ts
         * filter: 'attributes.region = "europe"'
         * ```
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
         * @example
         * ```ts
         * retries: { minBackoff: "1 second", maxBackoff: "1 minute" }
         * ```
         */
        retries?: check.Short<SubscriptionRetries | false, true>;
        /**
         * Where Pub/Sub forwards messages that are not acknowledged: a
         * {@link https://cloud.google.com/pubsub/docs/dead-letter-topics dead-letter topic}, or options with the number of
         * delivery attempts. With `false`, messages are redelivered until `retention` ends.
         * @default after 10 attempts to a new topic, with a subscription that retains them for 31 days
         * @example
         * ```ts
         * deadLetter: { maxDeliveryAttempts: 20 }
         * ```
         */
        deadLetter?: check.Short<DeadLetter, true>;
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

/** The arguments with the options of all delivery types. */
type UncheckedArgs = AnyDelivery & Omit<PubSubSubscriptionArgs, keyof AnyDelivery>;

const limits = pubSubLimits.rows;

const pubSubSubscriptionArgs = check.options<UncheckedArgs>(
    {
        ...deliveryChecks,
        topic: check.component("PubSubTopic"),
        name: check.publicInput(resourceName),
        filter,
        messageOrdering: check.flag(),
        ackDeadline: durationWithin(limits.ackDeadline),
        retention: durationWithin(limits.retention),
        retainAckedMessages: check.flag(),
        expiration: check.literalOr("never", duration(limits.expiration.min, "36500 days")),
        retries: subscriptionRetries,
        deadLetter,
        labels,
        alerts: componentAlerts(...subscriptionSignals),
        transform: transforms("subscription", "deadLetterSubscription", "account", "table"),
        ...componentArgs,
        ...taggedArgs,
    },
    "topic",
);

const defaults = { retention: "7 days", expiration: "never", retries: {}, deadLetter: {} } as const;

/** Validated arguments with their defaults. */
export type ResolvedArgs = ReturnType<typeof resolveArgs>;

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(name: string, args: PubSubSubscriptionArgs) {
    const completed = check.withDefaults(args as UncheckedArgs, { name, ...defaults });
    const complete = (checked: check.Long<typeof completed>) => ({
        ...checked,
        bucket: checked.bucket && resolveBucketOptions(checked.bucket),
        retries: resolveRetries(checked.retries),
    });
    const title = `PubSubSubscription "${name}"`;
    const resolved = check.resolved(title, completed, pubSubSubscriptionArgs, complete, problems);
    return { ...resolved, ackDeadline: resolved.ackDeadline ?? resolved.bucket?.maxDuration ?? "10 seconds" };
}

type CompletedArgs = Omit<UncheckedArgs, "bucket" | "retries" | "deadLetter"> &
    ResolvedDelivery &
    Required<Pick<UncheckedArgs, "expiration" | "retention">> & { deadLetter: DeadLetter };

function problems(args: CompletedArgs): (check.Problem | undefined)[] {
    const conflict = deliveryConflict(args);
    return conflict
        ? [conflict]
        : [
              ...deliveryProblems(args, args.topic),
              validateDeadLetter(args.topic, args.deadLetter),
              validateExactlyOnce(args),
              validateExpiration(args),
              validateAckDeadline(args),
          ];
}

function validateExpiration({ expiration, retention }: CompletedArgs): check.Problem | undefined {
    return check.when(
        expiration !== "never" && secondsIn(expiration) < secondsIn(retention),
        "expiration",
        "pubsub/expiration-below-retention",
        `must not be below retention, ${retention} (got "${expiration}").`,
    );
}

/**
 * Pub/Sub must {@link https://cloud.google.com/pubsub/docs/create-cloudstorage-subscription write a batch} before the
 * acknowledgement deadline of its messages.
 */
function validateAckDeadline({ ackDeadline, bucket }: CompletedArgs): check.Problem | undefined {
    const minimum = bucket?.maxDuration;
    return check.when(
        minimum && ackDeadline && secondsIn(ackDeadline) < secondsIn(minimum),
        "ackDeadline",
        "pubsub/ack-deadline-below-duration",
        `must be at least bucket.maxDuration, ${minimum} (got "${ackDeadline}").`,
    );
}
