import type { TableArgs } from "@pulumi/gcp/bigquery/table";
import type { SubscriptionArgs } from "@pulumi/gcp/pubsub/subscription";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../environment/component";
import { pubSubLimits } from "../facts/limits";
import { minAboveMax } from "../internal/bounds";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { type Duration, duration, secondsIn } from "../internal/duration";
import { labels } from "../internal/labels";
import { type DeadLetter, deadLetter, deadLetterProblem } from "./deadLetters";
import { type BigQueryDelivery, bigQuery, bigQueryProblems } from "./delivery/bigQuery";
import { type BucketDelivery, bucket, bucketOptions, bucketProblems } from "./delivery/bucket";
import { type PushDelivery, push, pushProblem } from "./delivery/push";
import { filter } from "./filter";
import { resourceName } from "./name";
import type { PubSubTopic } from "./topic";

/** How a subscription delivers: its code asks for messages. */
export interface PullDelivery {
    pull: Record<string, never>;
    /**
     * Whether a message that was acknowledged is never delivered again ("Exactly-once delivery").
     * @default false
     */
    exactlyOnceDelivery?: boolean;
}

/** How a {@link PubSubSubscription} delivers: in exactly one way. */
export type Delivery = check.OneOf<PullDelivery | PushDelivery | BigQueryDelivery | BucketDelivery>;

/** How long Pub/Sub waits before it delivers a message again ("Retry policy"); the wait grows from one to the other. */
export interface Retry {
    /**
     * The first wait: `"0 seconds"` to `"10 minutes"`.
     * @default "10 seconds"
     */
    minimum?: Duration;
    /**
     * The longest wait: `"0 seconds"` to `"10 minutes"`.
     * @default "10 minutes"
     */
    maximum?: Duration;
}

/** The arguments of a {@link PubSubSubscription}. */
export type PubSubSubscriptionArgs = Delivery &
    ComponentArgs & {
        /** The topic whose messages are delivered; another one makes another subscription. */
        topic: PubSubTopic;
        /**
         * The subscription's name in its project, with the rules of a topic's; another one makes another subscription.
         * @default the component's name
         */
        name?: pulumi.Input<string>;
        /**
         * Which messages are delivered, by their attributes, in 256 bytes: `attributes.region = "eu" AND NOT
         * attributes:test` ("Filter messages from a subscription"). Another filter makes another subscription.
         * @default all messages
         */
        filter?: pulumi.Input<string>;
        /**
         * Whether messages with the same ordering key are delivered in the order in which they were published ("Order
         * messages"). A change makes another subscription.
         * @default false
         */
        messageOrdering?: boolean;
        /**
         * How long a consumer has for a message before it is delivered again: 10 to 600 seconds ("Extend ack deadlines").
         * @default 10; with a bucket, its `maxDuration`
         */
        ackDeadlineSeconds?: pulumi.Input<number>;
        /**
         * How long an unacknowledged message is kept: `"10 minutes"` to `"31 days"` ("Subscription properties").
         * @default "7 days"
         */
        retention?: Duration;
        /**
         * Whether acknowledged messages are kept for `retention` too, so that the subscription can be set back to an earlier
         * time ("Replay and purge messages"). They are billed as storage.
         * @default false
         */
        retainAckedMessages?: boolean;
        /**
         * After how long without a consumer Google deletes the subscription: from `"1 day"`, and not below `retention`.
         * @default "never"
         */
        expiration?: Duration | "never";
        /**
         * How long Pub/Sub waits before it delivers a message again; `false`: not at all.
         * @default from 10 seconds to 10 minutes
         */
        retry?: Retry | false;
        /**
         * Where messages go that nobody acknowledges: a topic, how often they are tried before, or `false` for nowhere: they
         * are then delivered until they are older than `retention`.
         * @default after 10 deliveries to a topic of their own, with a subscription that keeps them for 31 days
         */
        deadLetter?: DeadLetter;
        /**
         * Labels of the subscription: at most 64 ("Requirements for labels").
         * @default those of the environment
         */
        labels?: Record<string, pulumi.Input<string>>;
        /** The last word on a child's arguments. */
        transform?: {
            subscription?: Transform<SubscriptionArgs>;
            deadLetterSubscription?: Transform<SubscriptionArgs>;
            account?: Transform<AccountArgs>;
            table?: Transform<TableArgs>;
        };
    };

/** All that there is, whatever the delivery: what does not go together is told by what is wrong, not as unknown. */
type Deliveries = PullDelivery & PushDelivery & BigQueryDelivery & BucketDelivery;
type Every = Partial<Deliveries> & Omit<PubSubSubscriptionArgs, keyof Deliveries>;

const { ackDeadline } = pubSubLimits.rows;
const waits = duration("0 seconds", "10 minutes");

const args = check.options<Every>(
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
        ackDeadlineSeconds: check.input(check.whole(ackDeadline.min, ackDeadline.max, ackDeadline.unit)),
        retention: duration("10 minutes", "31 days"),
        retainAckedMessages: check.flag(),
        expiration: check.literalOr("never", duration("1 day", "36500 days")),
        retry: check.literalOr(false, check.options<Retry>({ minimum: waits, maximum: waits })),
        deadLetter,
        labels,
        transform: transforms("subscription", "deadLetterSubscription", "account", "table"),
        ...componentArgs,
    },
    "topic",
);

const deliveries = ["pull", "push", "bigQuery", "bucket"] as const;
const defaults = { retention: "7 days", expiration: "never", retry: {}, deadLetter: {} } as const;

/** The arguments with everything that follows from others. */
export type Decided = ReturnType<typeof decided>;

/** Checks the arguments of a subscription and completes them. */
export function decided(name: string, given: PubSubSubscriptionArgs) {
    const every = check.completed(given as Every, { name, ...defaults });
    const checked = check.checked(`PubSubSubscription "${name}"`, every, args, problems);
    return {
        ...checked,
        ackDeadlineSeconds: checked.ackDeadlineSeconds ?? (longestWrite(checked) || 10),
        retry: waitsOf(checked.retry),
    };
}

/** For how long messages are gathered before they are written and acknowledged; nothing where they are not. */
function longestWrite({ bucket }: Every): number {
    return bucket ? secondsIn(bucketOptions(bucket).maxDuration) : 0;
}

function waitsOf(retry: Retry | false | undefined) {
    return retry ? check.completed(retry, { minimum: "10 seconds", maximum: "10 minutes" }) : undefined;
}

function problems(args: Every): (check.Problem | undefined)[] {
    const given = deliveries.filter((delivery) => args[delivery] !== undefined);
    if (given.length !== 1) {
        const got = given.length > 0 ? given.join(" and ") : "none of them";
        return [{ path: "", reason: `must have exactly one of ${deliveries.join(", ")} (got ${got}).` }];
    }
    return [
        args.push && pushProblem(args.push),
        ...(args.bigQuery ? bigQueryProblems(args.bigQuery, args.topic) : []),
        ...(args.bucket ? bucketProblems(args.bucket, args.topic) : []),
        deadLetterProblem(args.topic, args.deadLetter ?? false),
        unpulled(args),
        shortLived(args),
        backwards(args),
        hurried(args),
    ];
}

/** "Exactly-once delivery": only the pull subscription type supports it. */
function unpulled({ pull, exactlyOnceDelivery }: Every): check.Problem | undefined {
    return exactlyOnceDelivery && !pull
        ? { path: "exactlyOnceDelivery", reason: "goes with pull only (got true). Leave it out, or deliver by pull." }
        : undefined;
}

function shortLived({ expiration = "never", retention = "7 days" }: Every): check.Problem | undefined {
    return expiration !== "never" && secondsIn(expiration) < secondsIn(retention)
        ? { path: "expiration", reason: `must not be below retention, ${retention} (got "${expiration}").` }
        : undefined;
}

function backwards({ retry }: Every): check.Problem | undefined {
    const waits = waitsOf(retry);
    return waits && minAboveMax(["retry.minimum", waits.minimum], ["retry.maximum", waits.maximum], secondsIn);
}

/** "Create Cloud Storage subscriptions": what is gathered must be written before it would be delivered again. */
function hurried(args: Every): check.Problem | undefined {
    const { ackDeadlineSeconds: deadline } = args;
    const least = longestWrite(args);
    return typeof deadline === "number" && deadline < least
        ? { path: "ackDeadlineSeconds", reason: `must be at least bucket.maxDuration, ${least} (got ${deadline}).` }
        : undefined;
}
