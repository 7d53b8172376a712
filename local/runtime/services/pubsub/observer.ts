import type { Entry } from "../../../simulator";
import type { RpcError } from "../../emulator/errors";

/** How a push attempt has ended: https://docs.cloud.google.com/monitoring/api/metrics_gcp_p_z#gcp-pubsub (`response_class`). */
export type PushResult = "ack" | "deadline_exceeded" | "remote_server_4xx" | "remote_server_5xx" | "unreachable";

/** Is told of what happens to messages. */
export interface PubSubObserver {
    /**
     * A publication to a topic.
     *
     * @param sizes the sizes of the messages in bytes
     * @param error why it was refused
     */
    published(topic: Entry, sizes: readonly number[], error?: RpcError): void;
    /** Messages that were sent to a subscriber. */
    sent(subscription: Entry, messages: number): void;
    acknowledged(subscription: Entry, messages: number): void;
    /** A dead letter that was forwarded. */
    forwarded(subscription: Entry): void;
    /** An attempt to push a message. */
    pushed(subscription: Entry, result: PushResult, ms: number): void;
}

/** For those who do not observe. */
export const nobody: PubSubObserver = {
    published: () => undefined,
    sent: () => undefined,
    acknowledged: () => undefined,
    forwarded: () => undefined,
    pushed: () => undefined,
};
