import type { Entry } from "../../../simulator";
import type { Terminal } from "../../emulator/terminal";
import type { ReceivedMessage } from "./message";
import type { PubSub } from "./pubsub";
import type { Subscription } from "./subscription";

/** Delivers the messages of a subscription that is not pulled. */
export interface Delivery {
    /** Where the messages go, for the terminal. */
    target: string;
    /** The maximum number of outstanding messages. */
    maxOutstanding: number;
    /** The deadline of a delivery, in seconds. */
    seconds: number;
    /** Delivers a message; returns the failure, if any. */
    deliver(received: ReceivedMessage): Promise<DeliveryFailure | undefined>;
}

/** Why a delivery failed, and whether the message is dropped instead of redelivered. */
export interface DeliveryFailure {
    reason: string;
    dropped?: boolean;
}

/** Returns the delivery of a subscription; undefined for pull subscriptions. */
export type FindDelivery = (entry: Entry) => Delivery | undefined;

/** Delivers the messages of a subscription until it is empty or deleted. */
export function deliver(
    pubsub: PubSub,
    subscription: Subscription,
    deliveries: FindDelivery,
    terminal: Terminal,
): void {
    let onTheWay = 0;
    const { id } = subscription.entry;

    const one = async (delivery: Delivery, received: ReceivedMessage): Promise<void> => {
        const failure = await delivery
            .deliver(received)
            .catch((error: Error) => ({ reason: error.message, dropped: false }));
        const { ackId, message } = received;
        const end = failure?.dropped ? "was dropped" : "will be redelivered";
        const result = failure ? `${end}: ${failure.reason}` : `was delivered to ${delivery.target}`;
        terminal.log(`${id}: message ${message.messageId} ${result}`, { trace: message.trace });
        onTheWay -= 1;
        if (failure && !failure.dropped) {
            subscription.extend([ackId], 0);
        } else {
            subscription.acknowledge([ackId]);
        }
    };

    subscription.listen(() => {
        const delivery = isThere(pubsub, id) ? deliveries(subscription.entry) : undefined;
        if (delivery && delivery.maxOutstanding > onTheWay) {
            const taken = subscription.take(delivery.maxOutstanding - onTheWay, delivery.seconds);
            onTheWay += taken.length;
            for (const received of taken) {
                void one(delivery, received);
            }
        }
    });
}

/** Reads the subscription again, as a deployment can have changed or deleted it. */
function isThere(pubsub: PubSub, path: string): boolean {
    try {
        pubsub.subscription(path);
        return true;
    } catch {
        return false;
    }
}
