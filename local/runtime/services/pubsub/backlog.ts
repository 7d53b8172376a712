import { randomBytes } from "node:crypto";
import type { Message, ReceivedMessage } from "./message";

/** The settings of a subscription, with times in seconds. */
export interface Settings {
    ackDeadline: number;
    ordered: boolean;
    exactlyOnce: boolean;
    /** How long unacknowledged messages are retained. */
    retention: number;
    /** How long acknowledged messages are retained; 0 if they are not. */
    replay: number;
    /** The retry delay of unacknowledged messages; immediate if undefined. */
    retry?: { minimum: number; maximum: number };
    /** The number of deliveries after which a message is a dead letter. */
    maxAttempts?: number;
}

/** Waiting messages are unacknowledged; others are retained, to be replayed. */
export type MessageKind = "waiting" | "acknowledged";

/** Where a backlog has its messages, so that they outlive the process. */
export interface MessageStore {
    /** The messages that an earlier process has left, in publish order. */
    read(kind: MessageKind): Message[];
    put(kind: MessageKind, message: Message): void;
    remove(kind: MessageKind, message: Message): void;
}

const nowhere: MessageStore = { read: () => [], put: () => undefined, remove: () => undefined };

interface Held {
    message: Message;
    attempts: number;
    /** When it can be delivered, in milliseconds. */
    from: number;
    /** The ID of its last delivery. */
    ackId?: string;
    /** The acknowledgment deadline of that delivery; undefined if the message is not outstanding. */
    until?: number;
}

/** Forwards a dead letter; returns false to keep it in the subscription. */
export type Forward = (message: Message, attempts: number) => boolean;

/** The unacknowledged messages of a subscription, both available and outstanding. */
export class Backlog {
    /** In publish order. */
    private held: Map<string, Held>;
    private readonly byAckId = new Map<string, Held>();
    /** Retained acknowledged messages. */
    private acknowledged: Message[];

    constructor(
        public settings: Settings,
        private readonly forward: Forward,
        private readonly now: () => number = Date.now,
        private readonly store = nowhere,
    ) {
        this.held = heldOf(store.read("waiting"));
        this.acknowledged = store.read("acknowledged");
    }

    add(message: Message): void {
        this.store.put("waiting", message);
        this.held.set(message.messageId, { message, attempts: 0, from: 0 });
    }

    /** All unacknowledged messages. */
    get messages(): Message[] {
        return [...this.held.values()].map(({ message }) => message);
    }

    /** Delivers up to the given number of messages, with an acknowledgment deadline in seconds. */
    take(max: number, seconds = this.settings.ackDeadline): ReceivedMessage[] {
        this.settle();
        const now = this.now();
        const waiting = new Set<string>();
        const taken: ReceivedMessage[] = [];
        for (const reserved of this.held.values()) {
            if (taken.length >= max) {
                break;
            }
            const key = this.settings.ordered ? reserved.message.orderingKey : "";
            if (reserved.until !== undefined || reserved.from > now) {
                waiting.add(key);
            } else if (key === "" || !waiting.has(key)) {
                taken.push(this.lend(reserved, now + seconds * 1000));
            }
        }
        return taken;
    }

    private lend(reserved: Held, until: number): ReceivedMessage {
        this.byAckId.delete(reserved.ackId ?? "");
        reserved.ackId = randomBytes(24).toString("base64url");
        reserved.until = until;
        reserved.attempts += 1;
        this.byAckId.set(reserved.ackId, reserved);
        const deliveryAttempt = this.settings.maxAttempts ? reserved.attempts : 0;
        return { ackId: reserved.ackId, message: reserved.message, deliveryAttempt };
    }

    /** Whether a delivery can still be acknowledged. */
    has(ackId: string): boolean {
        return this.byAckId.get(ackId)?.until !== undefined;
    }

    /**
     * Acknowledges a delivery; returns false if it expired. Without exactly-once delivery, late acknowledgments are
     * accepted.
     */
    acknowledge(ackId: string): boolean {
        const reserved = this.current(ackId);
        if (!reserved || (this.settings.exactlyOnce && reserved.until === undefined)) {
            return false;
        }
        if (this.settings.replay > 0) {
            this.store.put("acknowledged", reserved.message);
            this.acknowledged.push(reserved.message);
        }
        this.drop(reserved);
        return true;
    }

    /** Extends the deadline of a delivery; 0 seconds end it. Returns false if it expired. */
    extend(ackId: string, seconds: number): boolean {
        const reserved = this.current(ackId);
        if (reserved?.until === undefined) {
            return false;
        }
        if (seconds > 0) {
            reserved.until = this.now() + seconds * 1000;
        } else {
            this.release(reserved);
        }
        return true;
    }

    /** Ends expired deliveries and removes expired messages. */
    settle(): void {
        const now = this.now();
        for (const reserved of this.held.values()) {
            this.settleOne(reserved, now);
        }
        const { replay } = this.settings;
        this.retain(this.acknowledged.filter(({ published }) => published + replay * 1000 > now));
    }

    private settleOne(reserved: Held, now: number): void {
        if (reserved.message.published + this.settings.retention * 1000 <= now) {
            this.drop(reserved);
        } else if (reserved.until !== undefined && reserved.until <= now) {
            this.release(reserved);
        }
    }

    /** Finds the message of a delivery, unless it expired, without searching all messages. */
    private current(ackId: string): Held | undefined {
        const reserved = this.byAckId.get(ackId);
        if (reserved) {
            this.settleOne(reserved, this.now());
        }
        return this.byAckId.get(ackId);
    }

    /** The next time at which {@link settle} or {@link take} will have an effect. */
    get nextChange(): number {
        const now = this.now();
        const times = [...this.held.values()].map(({ until, from, message }) =>
            Math.min(
                until ?? (from > now ? from : Number.POSITIVE_INFINITY),
                message.published + this.settings.retention * 1000,
            ),
        );
        return times.reduce((min, time) => Math.min(min, time), Number.POSITIVE_INFINITY);
    }

    private release(reserved: Held): void {
        reserved.until = undefined;
        const { maxAttempts = Number.POSITIVE_INFINITY, retry, exactlyOnce } = this.settings;
        if (exactlyOnce) {
            this.byAckId.delete(reserved.ackId ?? "");
        }
        if (reserved.attempts >= maxAttempts && this.forward(reserved.message, reserved.attempts)) {
            this.drop(reserved);
            return;
        }
        reserved.from =
            this.now() + (retry ? 1000 * Math.min(retry.maximum, retry.minimum * 2 ** (reserved.attempts - 1)) : 0);
        this.releaseLater(reserved);
    }

    /** With message ordering, later messages are redelivered as well. */
    private releaseLater({ message }: Held): void {
        const { orderingKey } = message;
        if (!this.settings.ordered || orderingKey === "") {
            return;
        }
        let later = false;
        for (const other of this.held.values()) {
            if (later && other.message.orderingKey === orderingKey && other.until !== undefined) {
                other.until = undefined;
                this.byAckId.delete(other.ackId ?? "");
            }
            later ||= other.message === message;
        }
    }

    private drop(reserved: Held): void {
        this.held.delete(reserved.message.messageId);
        this.byAckId.delete(reserved.ackId ?? "");
        this.store.remove("waiting", reserved.message);
    }

    /** Acknowledges all messages published before a time, and restores all published since. */
    seek(time: number): void {
        this.settle();
        const all = [...this.acknowledged, ...this.messages].sort((one, other) => one.published - other.published);
        const earlier = all.filter(({ published }) => published < time);
        this.restart(all.filter(({ published }) => published >= time));
        this.retain(this.settings.replay > 0 ? earlier : []);
    }

    /** Replaces the unacknowledged messages. */
    restart(messages: Message[]): void {
        this.byAckId.clear();
        this.replace("waiting", this.messages, messages);
        this.held = heldOf(messages);
    }

    private retain(messages: Message[]): void {
        this.replace("acknowledged", this.acknowledged, messages);
        this.acknowledged = messages;
    }

    /** Stores the difference. */
    private replace(kind: MessageKind, before: Message[], after: Message[]): void {
        for (const message of without(after, before)) {
            this.store.put(kind, message);
        }
        for (const message of without(before, after)) {
            this.store.remove(kind, message);
        }
    }
}

const heldOf = (messages: Message[]): Map<string, Held> =>
    new Map(messages.map((message) => [message.messageId, { message, attempts: 0, from: 0 }]));

function without(messages: Message[], others: Message[]): Message[] {
    const ids = new Set(others.map(({ messageId }) => messageId));
    return messages.filter(({ messageId }) => !ids.has(messageId));
}
