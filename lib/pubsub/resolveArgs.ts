import * as check from "../internal/check";
import { secondsIn } from "../internal/duration";
import {
    type PubSubSubscriptionArgs,
    pubSubSubscriptionArgs,
    type SubscriptionRetries,
    type UncheckedArgs,
} from "./arguments";
import { validateDeadLetter } from "./deadLetters";
import { bigQueryProblems } from "./delivery/bigQuery";
import { bucketProblems, type ResolvedBucketOptions, resolveBucketOptions } from "./delivery/bucket";
import { validatePush } from "./delivery/push";

const deliveryTypes = ["pull", "push", "bigQuery", "bucket"] as const;
const defaults = { retention: "7 days", expiration: "never", retries: {}, deadLetter: {} } as const;

/** Validated arguments with their defaults. */
export type ResolvedArgs = ReturnType<typeof resolveArgs>;

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(name: string, args: PubSubSubscriptionArgs) {
    const completed = check.withDefaults(args as UncheckedArgs, { name, ...defaults });
    const complete = (checked: typeof completed) => ({
        ...checked,
        bucket: checked.bucket && resolveBucketOptions(checked.bucket),
        retries: resolveRetries(checked.retries),
    });
    const title = `PubSubSubscription "${name}"`;
    const resolved = check.resolved(title, completed, pubSubSubscriptionArgs, complete, problems);
    return { ...resolved, ackDeadline: resolved.ackDeadline ?? resolved.bucket?.maxDuration ?? "10 seconds" };
}

/** Arguments whose retry and bucket have their defaults. */
interface CompletedArgs extends Omit<UncheckedArgs, "bucket" | "retries"> {
    bucket?: ResolvedBucketOptions;
    retries: ReturnType<typeof resolveRetries>;
}

function resolveRetries(retries: SubscriptionRetries | false | undefined) {
    return retries ? check.withDefaults(retries, { minBackoff: "10 seconds", maxBackoff: "10 minutes" }) : undefined;
}

function problems(args: CompletedArgs): (check.Problem | undefined)[] {
    const types = deliveryTypes.filter((type) => args[type] !== undefined);
    if (types.length !== 1) {
        const got = types.length > 0 ? types.join(" and ") : "none of them";
        return [
            check.problem(
                "",
                "pubsub/delivery-not-exactly-one",
                `must have exactly one of ${deliveryTypes.join(", ")} (got ${got}).`,
            ),
        ];
    }
    return [
        args.push && validatePush(args.push),
        ...(args.bigQuery ? bigQueryProblems(args.bigQuery, args.topic) : []),
        ...(args.bucket ? bucketProblems(args.bucket, args.topic) : []),
        validateDeadLetter(args.topic, args.deadLetter ?? false),
        validateExactlyOnce(args),
        validateExpiration(args),
        validateAckDeadline(args),
    ];
}

/**
 * Only {@link https://cloud.google.com/pubsub/docs/exactly-once-delivery pull subscriptions} support exactly-once delivery.
 */
function validateExactlyOnce({ pull, exactlyOnceDelivery }: CompletedArgs): check.Problem | undefined {
    return check.when(
        exactlyOnceDelivery && !pull,
        "exactlyOnceDelivery",
        "pubsub/exactly-once-of-pull",
        "is only valid with pull (got true). Remove it, or use pull delivery.",
    );
}

function validateExpiration({ expiration = "never", retention = "7 days" }: CompletedArgs): check.Problem | undefined {
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
