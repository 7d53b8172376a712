import { functionLimits } from "slipway/facts";
import { secondsIn } from "../../../../lib/formats";
import { type Cloud, type Entry, type Inputs, lastPart } from "../../../simulator";
import { messageEvent, receivedEvents } from "../../../simulator/services/eventarc";
import { serviceName, servicePath } from "../../../simulator/services/run";
import type { Caller } from "../../emulator/caller";
import type { Delivery } from "./delivery";
import { type ReceivedMessage, rfc3339 } from "./message";
import { envelope } from "./push";

/** The maximum duration of an event-driven function, in seconds. */
const maxTimeout = secondsIn(functionLimits.rows.eventTimeout.max);

/** What a trigger calls, and how. */
interface Called {
    /** The ID of the function or service. */
    id: string;
    url: string;
    /** The calling service account, and the audience of its token. */
    identity?: { email: string; audience: string };
    /** In seconds. */
    timeout: number;
    /** Whether failed events are dropped instead of repeated. */
    dropped: boolean;
}

/** The function of a trigger. */
function calledFunction(cloud: Cloud, trigger: Entry): Called | undefined {
    const called = cloud.store
        .list(`//cloudfunctions.googleapis.com/projects/${trigger.project}`)
        .find(({ state }) => (state as Inputs).eventTrigger?.trigger === trigger.id);
    if (!called) {
        return undefined;
    }
    const { serviceConfig, eventTrigger } = called.state as Inputs;
    return {
        id: called.id,
        url: serviceConfig.uri,
        identity: { email: eventTrigger.serviceAccountEmail, audience: serviceConfig.uri },
        timeout: serviceConfig.timeoutSeconds ?? 60,
        dropped: eventTrigger.retryPolicy !== "RETRY_POLICY_RETRY",
    };
}

/** The Cloud Run service of a trigger that is a resource of its own. */
function calledService({ store }: Cloud, { project, state }: Entry): Called | undefined {
    const { destination, location, serviceAccount, retryPolicy }: Inputs = state;
    const { service, region = location, path = "" } = destination.cloudRunService ?? {};
    const found = service && store.read(serviceName(servicePath({ project, location: region }, lastPart(service))));
    // A service without the default URL does not receive events.
    if (!found?.state.uri) {
        return undefined;
    }
    const { uri, template } = found.state as Inputs;
    return {
        id: found.id,
        url: path === "" ? uri : `${uri}/${path.replace(/^\//, "")}`,
        identity: serviceAccount && { email: lastPart(serviceAccount), audience: uri },
        timeout: Number.parseFloat(template.timeout),
        dropped: retryPolicy?.maxAttempts === 1,
    };
}

/** Delivers messages as events to the function or service of a trigger. */
export function triggerDelivery(
    cloud: Cloud,
    caller: Caller,
    subscription: string,
    trigger: Entry,
): Delivery | undefined {
    const called = trigger.type ? calledService(cloud, trigger) : calledFunction(cloud, trigger);
    if (!called) {
        return undefined;
    }
    const { id, url, identity, dropped } = called;
    const timeout = Math.min(called.timeout, maxTimeout);
    const { eventType, topic } = receivedEvents(trigger);
    return {
        target: id,
        maxOutstanding: 10,
        seconds: timeout + 1,
        deliver: async (received) => {
            const content = event(subscription, eventType, topic, received);
            const { trace } = received.message;
            const { status = 0, reason } = await caller.call({ url, identity, trace, timeout, ...content });
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
