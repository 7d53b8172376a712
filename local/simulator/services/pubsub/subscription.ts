import { pubSubLimits } from "slipway/facts";
import { parseFilter, secondsIn } from "../../../../lib/formats";
import { GoogleError } from "../../cloud/errors";
import type { Inputs, TypeRules } from "../../rules/rules";
import { exportState, verifyBucket, verifyPush } from "./delivery";
import {
    commonRules,
    path,
    pubsubName,
    resourceNotFound,
    topicName,
    verifyCount,
    verifyDuration,
    verifyName,
} from "./names";
import { verifyTable } from "./table";
import { verifyTransforms } from "./transforms";

const { ackDeadline, backoff, deliveryAttempts, expiration, filter: filterLimit, retention } = pubSubLimits.rows;
const filterForm = new RegExp(`^[\\s\\S]{0,${filterLimit.max}}$`);

export const subscription: TypeRules = {
    noun: "Subscription",
    generatedNoun: "PubsubSubscription",
    sendsOnlyChanges: true,
    ...commonRules("subscriptions"),
    // https://cloud.google.com/pubsub/docs/authenticate-push-subscriptions#configure_for_push_authentication
    actsAs: {
        accounts: ({ pushConfig, cloudStorageConfig, bigqueryConfig }) => [
            pushConfig?.oidcToken?.serviceAccountEmail,
            cloudStorageConfig?.serviceAccountEmail,
            bigqueryConfig?.serviceAccountEmail,
        ],
        refusal: () => new GoogleError(403, "User not authorized to perform this action."),
    },
    validators: {
        filter: (filter) =>
            filterForm.test(filter)
                ? undefined
                : `"filter" (${JSON.stringify(filter)}) doesn't match regexp ${JSON.stringify(filterForm.source)}`,
    },
    verify: (inputs, context, old) => {
        verifyName("subscriptions", inputs);
        if (!old) {
            verifyCount("subscriptions", inputs, context.cloud);
        }
        for (const name of [inputs.topic, inputs.deadLetterPolicy?.deadLetterTopic]) {
            if (name !== undefined && !context.cloud.store.read(topicName(name, inputs.project))) {
                throw resourceNotFound(name);
            }
        }
        verifyTimes(inputs);
        verifyFilter(inputs);
        verifyPush(inputs, context);
        verifyBucket(inputs, context);
        verifyTable(inputs, context);
        verifyTransforms(inputs.messageTransforms);
    },
    remove: ({ project, name }, { cloud }) => cloud.simulated.forget(pubsubName(path("subscriptions", name, project))),
    state: (inputs, { cloud }) => {
        const { topic: name, project, ackDeadlineSeconds, expirationPolicy, retryPolicy, cloudStorageConfig } = inputs;
        return {
            topic: path("topics", name, project),
            ackDeadlineSeconds: ackDeadlineSeconds || 10,
            expirationPolicy: expirationPolicy ?? { ttl: "2678400s" },
            ...(retryPolicy && { retryPolicy: { minimumBackoff: "10s", maximumBackoff: "600s", ...retryPolicy } }),
            ...(cloudStorageConfig && {
                cloudStorageConfig: {
                    ...cloudStorageConfig,
                    state: exportState(cloud, inputs),
                    ...(!cloudStorageConfig.avroConfig && { textConfig: { state: "" } }),
                },
            }),
        };
    },
};

/** "Subscription properties". */
function verifyTimes(inputs: Inputs): void {
    const { ackDeadlineSeconds: deadline = 10, deadLetterPolicy, retryPolicy, expirationPolicy } = inputs;
    const [min, max] = [secondsIn(ackDeadline.min), secondsIn(ackDeadline.max)];
    if (deadline !== 0 && (deadline < min || deadline > max)) {
        throw new GoogleError(
            400,
            `Invalid ack deadline given (ack_deadline_secs=${deadline}). The value must be between ${min} and ${max} seconds.`,
        );
    }
    const attempts = deadLetterPolicy?.maxDeliveryAttempts || 5;
    if (attempts < deliveryAttempts.min || attempts > deliveryAttempts.max) {
        throw new GoogleError(
            400,
            `Invalid [max_delivery_attempts]: ${attempts}. Must be between ${deliveryAttempts.min} and ${deliveryAttempts.max}.`,
        );
    }
    verifyDuration("subscription.message_retention_duration", inputs.messageRetentionDuration, retention);
    verifyDuration("subscription.retry_policy.minimum_backoff", retryPolicy?.minimumBackoff, backoff);
    verifyDuration("subscription.retry_policy.maximum_backoff", retryPolicy?.maximumBackoff, backoff);
    verifyDuration("subscription.expiration_policy.ttl", expirationPolicy?.ttl || undefined, expiration);
}

/** "Filter messages from a subscription"; the API counts bytes, the provider counts characters. */
function verifyFilter({ filter }: Inputs): void {
    if (!filter) {
        return;
    }
    if (Buffer.byteLength(filter) > filterLimit.max) {
        throw new GoogleError(400, `The filter exceeds the maximum length of ${filterLimit.max} bytes.`);
    }
    try {
        parseFilter(filter);
    } catch (error) {
        throw new GoogleError(400, `Invalid filter syntax: ${(error as Error).message}.`);
    }
}
