import type { SubscriptionArgs } from "@pulumi/gcp/pubsub/subscription";
import { pubSubLimits } from "../facts/limits/pubSub";
import * as check from "../internal/arguments/check";
import { type Duration, durationWithin, inSeconds } from "../internal/arguments/duration";
import { backoffInOrder } from "../scheduler/job";

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

const backoff = durationWithin(pubSubLimits.rows.backoff);
const defaults = { minBackoff: "10 seconds", maxBackoff: "10 minutes" } as const;

/** Checks {@link SubscriptionRetries}, or `false`. */
export const subscriptionRetries = check.either(
    check.isNumber,
    check.refused(
        "must be options or false, as the number of attempts belongs to the dead letters\nFor five attempts: deadLetter: { maxDeliveryAttempts: 5 }.",
    ),
    check.switched(
        check.pipe(
            check.options<SubscriptionRetries>({ minBackoff: backoff, maxBackoff: backoff }),
            backoffInOrder(defaults.minBackoff, defaults.maxBackoff),
        ),
    ),
);

/** Completes the delays; undefined to redeliver immediately. */
export const resolveRetries = (retries: SubscriptionRetries | false): Required<SubscriptionRetries> | undefined =>
    retries ? check.withDefaults(retries, defaults) : undefined;

/** The retry policy in the form of the provider. */
export const retryPolicy = ({ minBackoff, maxBackoff }: Required<SubscriptionRetries>) =>
    ({
        minimumBackoff: inSeconds(minBackoff),
        maximumBackoff: inSeconds(maxBackoff),
    }) satisfies SubscriptionArgs["retryPolicy"];
