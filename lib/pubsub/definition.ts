import type { SubscriptionArgs } from "@pulumi/gcp/pubsub/subscription";
import { inSeconds, secondsIn } from "../internal/duration";
import type { ResolvedArgs } from "./resolveArgs";

/** The arguments of the subscription resource. */
export function subscriptionArgs(
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
        retryPolicy: retries && {
            minimumBackoff: inSeconds(retries.minBackoff),
            maximumBackoff: inSeconds(retries.maxBackoff),
        },
        deadLetterPolicy,
        labels: args.labels,
    };
}
