import { functionLimits } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import type { Entry } from "../../cloud/store";
import type { Inputs } from "../../rules/rules";
import { messageEvent } from "../../services/eventarc";
import type { Caller } from "../caller";
import type { Delivery } from "./delivery";
import { type ReceivedMessage, rfc3339 } from "./message";
import { envelope } from "./push";

/** The maximum duration of an event-driven function, in seconds. */
const maxTimeout = functionLimits.rows.eventTimeout.max;

/** Delivers messages as events to the function of a trigger. */
export function triggerDelivery(
    cloud: Cloud,
    caller: Caller,
    subscription: string,
    trigger: Entry,
): Delivery | undefined {
    const called = cloud.store
        .list(`//cloudfunctions.googleapis.com/projects/${trigger.project}`)
        .find(({ state }) => (state as Inputs).eventTrigger?.trigger === trigger.id);
    if (!called) {
        return undefined;
    }
    const { serviceConfig, eventTrigger } = called.state as Inputs;
    const identity = { email: eventTrigger.serviceAccountEmail, audience: serviceConfig.uri };
    const timeout = Math.min(serviceConfig.timeoutSeconds ?? 60, maxTimeout);
    const dropped = eventTrigger.retryPolicy !== "RETRY_POLICY_RETRY";
    return {
        target: called.id,
        maxOutstanding: 10,
        seconds: timeout + 1,
        deliver: async (received) => {
            const content = event(subscription, eventTrigger.eventType, String(trigger.state.topic), received);
            const { status = 0, reason } = await caller.call({ url: serviceConfig.uri, identity, timeout, ...content });
            return status >= 200 && status < 300 ? undefined : { reason, dropped };
        },
    };
}

/** A message as an event in the binary mode of "CloudEvents: HTTP protocol binding". */
function event(subscription: string, type: string, topic: string, received: ReceivedMessage) {
    const { messageId, published, attributes, data } = received.message;
    const about: Record<string, string> =
        type === messageEvent
            ? { "ce-source": `//pubsub.googleapis.com/${topic}`, "ce-time": rfc3339(published) }
            : {
                  "ce-source": `//storage.googleapis.com/projects/_/buckets/${attributes.bucketId}`,
                  "ce-subject": encodeURI(`objects/${attributes.objectId}`),
                  "ce-bucket": attributes.bucketId as string,
                  "ce-time": attributes.eventTime as string,
              };
    const body = type === messageEvent ? Buffer.from(JSON.stringify(envelope(subscription, received))) : data;
    const headers = {
        "content-type": "application/json",
        "ce-id": messageId,
        "ce-specversion": "1.0",
        "ce-type": type,
        ...about,
    };
    return { headers, body };
}
