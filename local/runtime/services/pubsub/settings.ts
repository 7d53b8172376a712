import type { Cloud, Entry, Inputs } from "../../../simulator";
import { receivedEvents } from "../../../simulator/services/eventarc";
import type { Settings } from "./backlog";
import { secondsOf } from "./message";

/** The default backoff of push subscriptions: "Push backoff". */
const pushBackoff = { minimum: 0.1, maximum: 60 };

/** The retry policy and retention of Eventarc: "Retry events". */
const eventBackoff = { minimum: 10, maximum: 600 };
const eventRetention = 86_400;

/** The Eventarc trigger of a subscription, if any. */
export function triggerOf(cloud: Cloud, { id, type, project }: Entry): Entry | undefined {
    const triggers = type ? [] : cloud.store.list(`//eventarc.googleapis.com/projects/${project}`);
    return triggers.find((trigger) => receivedEvents(trigger).subscription === id);
}

/** The settings of a deployed subscription. */
export function settingsOf(cloud: Cloud, entry: Entry): Settings {
    const state: Inputs = entry.state;
    const topic = cloud.store.read(`//pubsub.googleapis.com/${state.topic}`);
    const retention = secondsOf(state.messageRetentionDuration) ?? 604_800;
    const retried = state.retryPolicy;
    const common = {
        ackDeadline: state.ackDeadlineSeconds || 10,
        ordered: state.enableMessageOrdering === true,
        exactlyOnce: state.enableExactlyOnceDelivery === true,
        replay: state.retainAckedMessages ? retention : (secondsOf(topic?.state.messageRetentionDuration) ?? 0),
        maxAttempts: state.deadLetterPolicy && (state.deadLetterPolicy.maxDeliveryAttempts || 5),
    };
    if (triggerOf(cloud, entry)) {
        return { ...common, retention: eventRetention, retry: eventBackoff };
    }
    const brought = state.pushConfig?.pushEndpoint || state.bigqueryConfig || state.cloudStorageConfig;
    const backoff = retried && {
        minimum: secondsOf(retried.minimumBackoff) ?? 10,
        maximum: secondsOf(retried.maximumBackoff) ?? 600,
    };
    return { ...common, retention, retry: backoff ?? (brought ? pushBackoff : undefined) };
}
