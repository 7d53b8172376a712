import { type Entry, lastPart } from "../../../simulator";
import type { RpcError } from "../../emulator/errors";
import type { PubSubObserver } from "../pubsub/observer";
import type { PubSub } from "../pubsub/pubsub";
import type { Reading, Recorder } from "./recorder";

const ofTopic = ({ id, project }: Entry) => ({
    project,
    resource: { type: "pubsub_topic", labels: { topic_id: lastPart(id) } },
});

const ofSubscription = ({ id, project }: Entry) => ({
    project,
    resource: { type: "pubsub_subscription", labels: { subscription_id: lastPart(id) } },
});

/** "A classification group for the response code. It can be one of ['success', 'invalid', 'internal']." */
const resultOf = (error: RpcError | undefined) => ({
    response_code: error?.status.toLowerCase() ?? "success",
    response_class: error ? (["INTERNAL", "UNAVAILABLE"].includes(error.status) ? "internal" : "invalid") : "success",
});

/** Records what happens to messages, but not the type of delivery: https://docs.cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-pubsub */
export const recordMessages = (recorder: Recorder): PubSubObserver => ({
    published: (topic, sizes, error) => {
        const measured = ofTopic(topic);
        recorder.count({
            ...measured,
            metric: "pubsub.googleapis.com/topic/send_request_count",
            labels: resultOf(error),
        });
        for (const size of error ? [] : sizes) {
            recorder.collect({ ...measured, metric: "pubsub.googleapis.com/topic/message_sizes" }, size);
        }
    },
    sent: (subscription, messages) =>
        recorder.count(
            { ...ofSubscription(subscription), metric: "pubsub.googleapis.com/subscription/sent_message_count" },
            messages,
        ),
    acknowledged: (subscription, messages) =>
        recorder.count(
            { ...ofSubscription(subscription), metric: "pubsub.googleapis.com/subscription/ack_message_count" },
            messages,
        ),
    // https://docs.cloud.google.com/pubsub/docs/dead-letter-topics#monitor_forwarded_messages
    forwarded: (subscription) =>
        recorder.count({
            ...ofSubscription(subscription),
            metric: "pubsub.googleapis.com/subscription/dead_letter_message_count",
            labels: { response_code: "success" },
        }),
    pushed: (subscription, result, ms) => {
        const measured = ofSubscription(subscription);
        recorder.count({
            ...measured,
            metric: "pubsub.googleapis.com/subscription/push_request_count",
            labels: { response_class: result },
        });
        // In microseconds.
        recorder.collect(
            { ...measured, metric: "pubsub.googleapis.com/subscription/push_request_latencies" },
            1000 * ms,
        );
    },
});

/** Records the backlogs of subscriptions: https://docs.cloud.google.com/pubsub/docs/monitoring#monitoring_the_backlog */
export function recordBacklogs(pubsub: PubSub, recorder: Recorder): void {
    recorder.read(() =>
        pubsub.backlogs().flatMap(({ entry, backlog }): Reading[] => {
            const { messages } = backlog;
            const oldest = messages.reduce((time, { published }) => Math.min(time, published), Date.now());
            const measured = ofSubscription(entry);
            return [
                {
                    ...measured,
                    metric: "pubsub.googleapis.com/subscription/num_undelivered_messages",
                    value: messages.length,
                },
                {
                    ...measured,
                    metric: "pubsub.googleapis.com/subscription/oldest_unacked_message_age",
                    value: Math.round((Date.now() - oldest) / 1000),
                },
            ];
        }),
    );
}
