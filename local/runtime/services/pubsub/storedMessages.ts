import type { Cloud, Entry } from "../../../simulator";
import { pubsubName } from "../../../simulator/services/pubsub/names";
import type { MessageKind, MessageStore } from "./backlog";
import type { Message } from "./message";

type Stored = Omit<Message, "data"> & { data: string };

const folder = (subscription: string, kind: MessageKind) => `${pubsubName(subscription)}/${kind}`;

/** The messages of a subscription in the local Google Cloud, which has them until the subscription is deleted. */
export function storedMessages({ simulated }: Cloud, { id, project }: Entry): MessageStore {
    const name = (kind: MessageKind, { messageId }: Message) => `${folder(id, kind)}/${messageId}`;
    return {
        read: (kind) =>
            simulated.below(folder(id, kind)).map(({ state }) => {
                const { data, ...message } = state as unknown as Stored;
                return { ...message, data: Buffer.from(data, "base64") };
            }),
        put: (kind, message) =>
            simulated.set(name(kind, message), project, { ...message, data: message.data.toString("base64") }),
        remove: (kind, message) => simulated.forget(name(kind, message)),
    };
}

/** The number of undelivered messages of a subscription; undefined if it does not exist. */
export function undeliveredMessages({ store, simulated }: Cloud, subscription: string): number | undefined {
    return store.read(pubsubName(subscription)) && simulated.count(folder(subscription, "waiting"));
}
