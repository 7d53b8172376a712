import type { Entry } from "../../cloud/store";
import { lastPart } from "../../rules/rules";
import type { PubSub } from "../pubsub/pubsub";
import type { Measured, Reading, Recorder } from "./recorder";

const resourceOf = ({ id }: Entry) => ({ type: "pubsub_subscription", labels: { subscription_id: lastPart(id) } });

/** https://docs.cloud.google.com/pubsub/docs/dead-letter-topics#monitor_forwarded_messages */
export const deadLetters = (subscription: Entry): Measured => ({
    project: subscription.project,
    metric: "pubsub.googleapis.com/subscription/dead_letter_message_count",
    resource: resourceOf(subscription),
});

/** Records the backlogs of subscriptions: https://docs.cloud.google.com/pubsub/docs/monitoring#monitoring_the_backlog */
export function recordPubSub(pubsub: PubSub, recorder: Recorder): void {
    recorder.read(() =>
        pubsub.backlogs().flatMap(({ entry, backlog }): Reading[] => {
            const { messages } = backlog;
            const oldest = messages.reduce((time, { published }) => Math.min(time, published), Date.now());
            const measured = { project: entry.project, resource: resourceOf(entry) };
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
