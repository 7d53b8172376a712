import type * as pulumi from "@pulumi/pulumi";
import { pubSubLimits } from "../facts/limits/pubSub";
import * as check from "../internal/arguments/check";
import type { AnyTopic } from "../pubsub/anyTopic";
import { base64, body } from "./job";

/** A message that a schedule publishes. It needs a body or an attribute. */
export interface TopicMessage {
    /** The topic to publish to. */
    topic: AnyTopic;
    /**
     * The message body: a text, or an object that is sent as JSON.
     * @default none
     */
    message?: pulumi.Input<string> | Record<string, unknown>;
    /**
     * Attributes of the message: {@link https://cloud.google.com/pubsub/quotas#resource_limits at most 100}, with keys of up to
     * 256 bytes and values of up to 1,024.
     * @default none
     */
    attributes?: Record<string, pulumi.Input<string>>;
}

const limits = pubSubLimits.rows;

const bytes = ({ max }: { max: number }, what: string) => check.pipe(check.text(), check.longest(max, "bytes", what));

const attributes = check.pipe(
    check.record(
        bytes(limits.attributeKey, "an attribute's key"),
        check.input(bytes(limits.attributeValue, "an attribute's value")),
    ),
    check.atMost(limits.attributes),
);

/** Checks each of {@link TopicMessage}. */
export const messageChecks: check.Checks<TopicMessage> = {
    topic: check.component("PubSubTopic"),
    message: body,
    attributes,
};

/** Reports a message with neither a text nor an attribute. */
export const messageProblem = ({ message, attributes = {} }: Partial<TopicMessage>): check.Problem | undefined =>
    check.when(
        (message === undefined || message === "") && Object.keys(attributes).length === 0,
        "message",
        "scheduler/message-empty",
        "is missing. A message needs a text or an attribute at least.",
    );

/** The message in the form of the provider; undefined for a call. */
export const pubsubTarget = ({ topic, message, attributes }: Partial<TopicMessage>) =>
    topic && { topicName: topic.topic.id, data: message === undefined ? undefined : base64(message), attributes };
