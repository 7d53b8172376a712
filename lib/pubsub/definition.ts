import type { SubscriptionArgs } from "@pulumi/gcp/pubsub/subscription";
import { inSeconds } from "../internal/duration";
import type { ResolvedArgs } from "./resolveArgs";

/** The arguments of the subscription resource. */
export function subscriptionArgs(
    { retry, ...args }: ResolvedArgs,
    delivery: Partial<SubscriptionArgs>,
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
