import type { ServerDuplexStream } from "@grpc/grpc-js";
import type { Inputs } from "../../../simulator";
import { RpcError, rpcError } from "../../emulator/errors";
import type { PubSubApi } from "./api";
import { receivedResource } from "./resources";
import type { Subscription } from "./subscription";

/** The maximum number of messages per response, so that several streams of a subscription share its messages. */
const atOnce = 100;

/** A client of "StreamingPull". */
export class Stream {
    private subscription?: Subscription;
    /** The outstanding messages of the client, with their sizes. */
    private readonly outstanding = new Map<string, number>();
    private limits = { messages: 0, bytes: 0 };
    private deadline = 10;
    private stop: () => void = () => undefined;

    constructor(
        private readonly api: PubSubApi,
        private readonly call: ServerDuplexStream<Inputs, object>,
        /** Requires what the first request needs of the caller. */
        private readonly authorize: (request: Inputs) => void = () => undefined,
    ) {
        call.on("data", (request: Inputs) => this.guarded(() => this.receive(request)));
        call.on("end", () => this.end());
        call.on("cancelled", () => this.stop());
        call.on("error", () => this.stop());
    }

    private receive(request: Inputs): void {
        if (!this.subscription) {
            this.begin(request);
            return;
        }
        const {
            ackIds = [],
            modifyDeadlineAckIds = [],
            modifyDeadlineSeconds = [],
            streamAckDeadlineSeconds,
        } = request;
        this.deadline = streamAckDeadlineSeconds || this.deadline;
        const answer: Inputs = {};
        if (ackIds.length > 0) {
            answer.acknowledgeConfirmation = confirmation(ackIds, this.subscription.acknowledge(ackIds));
        }
        if (modifyDeadlineAckIds.length > 0) {
            const over = modifyDeadlineAckIds.filter(
                (ackId: string, index: number) =>
                    this.subscription?.extend([ackId], modifyDeadlineSeconds[index] ?? 0).length !== 0,
            );
            answer.modifyAckDeadlineConfirmation = confirmation(modifyDeadlineAckIds, over);
        }
        this.call.write({ ...answer, subscriptionProperties: this.properties });
    }

    private begin(request: Inputs): void {
        this.authorize(request);
        if (!request.subscription || !request.streamAckDeadlineSeconds) {
            throw new RpcError(
                "INVALID_ARGUMENT",
                "The first request of a stream has the subscription and stream_ack_deadline_seconds.",
            );
        }
        this.subscription = this.api.pulled(request.subscription);
        this.deadline = request.streamAckDeadlineSeconds;
        this.limits = { messages: request.maxOutstandingMessages, bytes: request.maxOutstandingBytes };
        this.call.write({ subscriptionProperties: this.properties });
        this.stop = this.subscription.listen(() => this.guarded(() => this.send()));
    }

    private get properties(): object {
        const { exactlyOnce, ordered } = this.subscription?.backlog.settings ?? {};
        return { exactlyOnceDeliveryEnabled: exactlyOnce, messageOrderingEnabled: ordered };
    }

    private send(): void {
        const { entry } = this.subscription as Subscription;
        // A deployment can have changed or deleted the subscription.
        const subscription = this.api.pulled(entry.id);
        for (const ackId of this.outstanding.keys()) {
            if (!subscription.backlog.has(ackId)) {
                this.outstanding.delete(ackId);
            }
        }
        const taken = subscription.take(this.room, this.deadline);
        for (const { ackId, message } of taken) {
            this.outstanding.set(ackId, message.data.length);
        }
        if (taken.length > 0) {
            const receivedMessages = taken.map((received) => receivedResource(received, "grpc"));
            this.call.write({ receivedMessages, subscriptionProperties: this.properties });
        }
        if (taken.length === atOnce) {
            setImmediate(() => this.guarded(() => this.send()));
        }
    }

    /** How many messages the client accepts now; sizes are checked before, so the last message can exceed the limit. */
    private get room(): number {
        const { messages, bytes } = this.limits;
        const size = [...this.outstanding.values()].reduce((sum, item) => sum + item, 0);
        const free = messages > 0 ? messages - this.outstanding.size : atOnce;
        return bytes > 0 && size >= bytes ? 0 : Math.max(0, Math.min(free, atOnce));
    }

    /** The client closed the stream; outstanding messages are redelivered after their deadline. */
    private end(): void {
        this.stop();
        this.call.end();
    }

    private guarded(action: () => void): void {
        try {
            action();
        } catch (error) {
            this.stop();
            this.call.emit("error", rpcError(error).grpc);
        }
    }
}

function confirmation(ackIds: string[], invalidAckIds: string[]): object {
    return { ackIds: ackIds.filter((ackId) => !invalidAckIds.includes(ackId)), invalidAckIds };
}
