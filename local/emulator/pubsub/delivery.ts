import type { Entry } from "../../cloud/store";
import type { Terminal } from "../terminal";
import type { Received } from "./message";
import type { PubSub } from "./pubsub";
import type { Subscription } from "./subscription";

/** How a subscription that nobody pulls brings its messages to where they go. */
export interface Delivery {
    /** How many messages may be on their way at once. */
    most: number;
    /** How long one may be on its way, in seconds. */
    seconds: number;
    /** Brings a message; returns why it could not, if so. */
    deliver(received: Received): Promise<Failure | undefined>;
}

/** Why a message was not delivered, and whether it is given up: otherwise it comes again. */
export interface Failure {
    reason: string;
    dropped?: boolean;
}

/** Says how a deployed subscription delivers; nothing for one that is pulled. */
export type Deliveries = (entry: Entry) => Delivery | undefined;

/** Brings the messages of one subscription to where they go, as long as it has any and is there. */
export function bring(pubsub: PubSub, subscription: Subscription, deliveries: Deliveries, terminal: Terminal): void {
    let onTheWay = 0;
    const { id } = subscription.entry;

    const one = async (delivery: Delivery, received: Received): Promise<void> => {
        const failure = await delivery
            .deliver(received)
            .catch((error: Error) => ({ reason: error.message, dropped: false }));
        const { ackId, message } = received;
        if (failure) {
            const end = failure.dropped ? "is given up" : "comes again";
            terminal.say(`${id}: message ${message.messageId} ${end}: ${failure.reason}`);
        }
        onTheWay -= 1;
        if (failure && !failure.dropped) {
            subscription.extend([ackId], 0);
        } else {
            subscription.acknowledge([ackId]);
        }
    };

    subscription.listen(() => {
        const delivery = isThere(pubsub, id) ? deliveries(subscription.entry) : undefined;
        if (delivery && delivery.most > onTheWay) {
            const taken = subscription.take(delivery.most - onTheWay, delivery.seconds);
            onTheWay += taken.length;
            for (const received of taken) {
                void one(delivery, received);
            }
        }
    });
}

/** Looks at the subscription again, as a deployment may have changed or removed it. */
function isThere(pubsub: PubSub, path: string): boolean {
    try {
        pubsub.subscription(path);
        return true;
    } catch {
        return false;
    }
}
