import type { Cloud, Entry, Inputs } from "../../../simulator";
import { exportState } from "../../../simulator/services/pubsub/delivery";
import type { Message, ReceivedMessage } from "./message";
import { messageJson, secondsOf, timestamp } from "./message";

/**
 * The format of responses: gRPC has times and durations in seconds and nanoseconds, and bytes; REST has strings and
 * base64.
 */
export type Format = "grpc" | "rest";

const duration = (value: unknown, form: Format) =>
    form === "rest" || !value ? value || undefined : timestamp((secondsOf(value) ?? 0) * 1000);

export function topicResource({ id, state }: Entry, form: Format): object {
    const { effectiveLabels, messageStoragePolicy, kmsKeyName, schemaSettings, messageRetentionDuration }: Inputs =
        state;
    return {
        name: id,
        labels: effectiveLabels ?? {},
        messageStoragePolicy,
        kmsKeyName: kmsKeyName || undefined,
        schemaSettings,
        messageRetentionDuration: duration(messageRetentionDuration, form),
        state: "ACTIVE",
    };
}

export function subscriptionResource(cloud: Cloud, { id, state }: Entry, form: Format): object {
    const { retryPolicy, expirationPolicy, deadLetterPolicy, bigqueryConfig, cloudStorageConfig, ...rest }: Inputs =
        state;
    const exported = exportState(cloud, state as Inputs);
    return {
        name: id,
        topic: rest.topic,
        pushConfig: rest.pushConfig ?? {},
        ackDeadlineSeconds: rest.ackDeadlineSeconds,
        retainAckedMessages: rest.retainAckedMessages ?? false,
        messageRetentionDuration: duration(rest.messageRetentionDuration ?? "604800s", form),
        labels: rest.effectiveLabels ?? {},
        enableMessageOrdering: rest.enableMessageOrdering ?? false,
        enableExactlyOnceDelivery: rest.enableExactlyOnceDelivery ?? false,
        filter: rest.filter || undefined,
        expirationPolicy: expirationPolicy && { ttl: duration(expirationPolicy.ttl, form) },
        deadLetterPolicy: deadLetterPolicy && { maxDeliveryAttempts: 5, ...deadLetterPolicy },
        retryPolicy: retryPolicy && {
            minimumBackoff: duration(retryPolicy.minimumBackoff, form),
            maximumBackoff: duration(retryPolicy.maximumBackoff, form),
        },
        bigqueryConfig: bigqueryConfig && { ...bigqueryConfig, state: exported },
        cloudStorageConfig: cloudStorageConfig && {
            ...cloudStorageConfig,
            textConfig: cloudStorageConfig.avroConfig ? undefined : {},
            maxDuration: duration(cloudStorageConfig.maxDuration, form),
            state: exported,
        },
        state: exported === "ACTIVE" ? "ACTIVE" : "RESOURCE_ERROR",
    };
}

export function receivedResource({ ackId, message, deliveryAttempt }: ReceivedMessage, form: Format): object {
    return {
        ackId,
        message: messageResource(message, form),
        ...(deliveryAttempt > 0 && { deliveryAttempt }),
    };
}

function messageResource(message: Message, form: Format): object {
    const { published, trace: _, ...rest } = message;
    return form === "rest" ? messageJson(message) : { ...rest, publishTime: timestamp(published) };
}
