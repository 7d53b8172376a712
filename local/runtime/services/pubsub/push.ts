import type { Entry, Inputs } from "../../../simulator";
import type { Caller, CallResult } from "../../emulator/caller";
import { withoutQuery } from "../../emulator/terminal";
import type { Delivery } from "./delivery";
import { type Message, messageJson, type ReceivedMessage, rfc3339 } from "./message";
import type { PubSubObserver, PushResult } from "./observer";

/** Status codes that acknowledge a message: "Receive push messages". */
const acknowledging = [102, 200, 201, 202, 204];

/** How an attempt has ended. */
function resultOf({ status, isLate }: CallResult): PushResult {
    if (status === undefined) {
        return isLate ? "deadline_exceeded" : "unreachable";
    }
    return acknowledging.includes(status) ? "ack" : status >= 500 ? "remote_server_5xx" : "remote_server_4xx";
}

/** Delivers messages of a push subscription, one request per message. */
export function pushDelivery(caller: Caller, entry: Entry, observer: Pick<PubSubObserver, "pushed">): Delivery {
    const { id, state } = entry;
    const { pushEndpoint, oidcToken, noWrapper } = (state as Inputs).pushConfig;
    const seconds = Number(state.ackDeadlineSeconds) || 10;
    const identity = oidcToken && {
        email: oidcToken.serviceAccountEmail,
        audience: oidcToken.audience || pushEndpoint,
    };
    return {
        target: withoutQuery(pushEndpoint),
        maxOutstanding: 10,
        // Slightly longer than the request timeout, so that the request ends first.
        seconds: seconds + 1,
        deliver: async (received) => {
            const content = noWrapper
                ? unwrapped(id, received.message, noWrapper.writeMetadata)
                : wrapped(id, received);
            const began = performance.now();
            const { trace } = received.message;
            const called = await caller.call({ url: pushEndpoint, identity, trace, timeout: seconds, ...content });
            const result = resultOf(called);
            observer.pushed(entry, result, performance.now() - began);
            return result === "ack" ? undefined : { reason: called.reason };
        },
    };
}

interface Content {
    headers: Record<string, string>;
    body: Buffer;
}

const agent = "CloudPubSub-Google";

/** Wraps the message as Pub/Sub does: "Receive push messages". */
function wrapped(subscription: string, received: ReceivedMessage): Content {
    const headers = { "content-type": "application/json", from: "noreply@google.com", "user-agent": agent };
    return { headers, body: Buffer.from(JSON.stringify(envelope(subscription, received))) };
}

/** A message in push requests and Eventarc events, which contain some names twice. */
export function envelope(subscription: string, { message, deliveryAttempt }: ReceivedMessage): object {
    const { messageId, published } = message;
    return {
        message: { ...messageJson(message), message_id: messageId, publish_time: rfc3339(published) },
        subscription,
        ...(deliveryAttempt > 0 && { deliveryAttempt }),
    };
}

/** Only the data of a message, with metadata in headers if enabled: "Payload unwrapping for push subscriptions". */
function unwrapped(subscription: string, message: Message, writeMetadata = false): Content {
    const { data, messageId, published, orderingKey, attributes } = message;
    const metadata = {
        "x-goog-pubsub-subscription-name": subscription,
        "x-goog-pubsub-message-id": messageId,
        "x-goog-pubsub-publish-time": rfc3339(published),
        ...(orderingKey && { "x-goog-pubsub-ordering-key": orderingKey }),
        ...attributes,
    };
    return { headers: { "user-agent": agent, ...(writeMetadata && metadata) }, body: data };
}
