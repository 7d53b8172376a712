import { randomBytes } from "node:crypto";
import type { Message, Received } from "./message";

/** What a subscription is set to, in seconds where it is a time. */
export interface Settings {
    ackDeadline: number;
    ordered: boolean;
    exactlyOnce: boolean;
    /** How long a message stays that nobody acknowledges. */
    retention: number;
    /** How long a message that was acknowledged can be asked for again; 0 for not at all. */
    replay: number;
    /** How long a message waits that was not acknowledged; it comes again at once where there is none. */
    retry?: { minimum: number; maximum: number };
    /** After how many deliveries a message is a dead letter. */
    maxAttempts?: number;
}

interface Held {
    message: Message;
    attempts: number;
    /** When it may be delivered, in milliseconds. */
    from: number;
    /** The id of its last delivery. */
    ackId?: string;
    /** Until when that delivery may be acknowledged; undefined for a message that nobody has. */
    until?: number;
}

/** Takes over a message that was delivered too often; false leaves it where it is. */
export type Forward = (message: Message, attempts: number) => boolean;

/** The messages of one subscription that are not acknowledged: which may be delivered, which somebody has. */
export class Backlog {
    /** In the order in which they were published. */
    private held = new Map<string, Held>();
    private readonly byAckId = new Map<string, Held>();
    /** What was acknowledged and may be asked for again. */
    private acknowledged: Message[] = [];

    constructor(
        public settings: Settings,
        private readonly forward: Forward,
        private readonly now: () => number = Date.now,
    ) {}

    add(message: Message): void {
        this.held.set(message.messageId, { message, attempts: 0, from: 0 });
    }

    /** What is not acknowledged, delivered or not. */
    get messages(): Message[] {
        return [...this.held.values()].map(({ message }) => message);
    }

    /** Hands out up to so many messages; each is the caller's for that many seconds. */
    take(most: number, seconds = this.settings.ackDeadline): Received[] {
        this.settle();
        const now = this.now();
        const waiting = new Set<string>();
        const taken: Received[] = [];
        for (const held of this.held.values()) {
            if (taken.length >= most) {
                break;
            }
            const key = this.settings.ordered ? held.message.orderingKey : "";
            if (held.until !== undefined || held.from > now) {
                waiting.add(key);
            } else if (key === "" || !waiting.has(key)) {
                taken.push(this.lend(held, now + seconds * 1000));
            }
        }
        return taken;
    }

    private lend(held: Held, until: number): Received {
        this.byAckId.delete(held.ackId ?? "");
        held.ackId = randomBytes(24).toString("base64url");
        held.until = until;
        held.attempts += 1;
        this.byAckId.set(held.ackId, held);
        const deliveryAttempt = this.settings.maxAttempts ? held.attempts : 0;
        return { ackId: held.ackId, message: held.message, deliveryAttempt };
    }

    /** Whether that delivery may still be acknowledged. */
    has(ackId: string): boolean {
        return this.byAckId.get(ackId)?.until !== undefined;
    }

    /** False for a delivery that is over. Without exactly-once delivery, a late acknowledgement is better than none. */
    acknowledge(ackId: string): boolean {
        const held = this.current(ackId);
        if (!held || (this.settings.exactlyOnce && held.until === undefined)) {
            return false;
        }
        this.drop(held);
        if (this.settings.replay > 0) {
            this.acknowledged.push(held.message);
        }
        return true;
    }

    /** Gives a delivery more time; 0 seconds end it. False for a delivery that is over. */
    extend(ackId: string, seconds: number): boolean {
        const held = this.current(ackId);
        if (held?.until === undefined) {
            return false;
        }
        if (seconds > 0) {
            held.until = this.now() + seconds * 1000;
        } else {
            this.release(held);
        }
        return true;
    }

    /** Ends what is over: deliveries that nobody acknowledged in time, and messages that are too old. */
    settle(): void {
        const now = this.now();
        for (const held of this.held.values()) {
            this.settleOne(held, now);
        }
        const { replay } = this.settings;
        this.acknowledged = this.acknowledged.filter(({ published }) => published + replay * 1000 > now);
    }

    private settleOne(held: Held, now: number): void {
        if (held.message.published + this.settings.retention * 1000 <= now) {
            this.drop(held);
        } else if (held.until !== undefined && held.until <= now) {
            this.release(held);
        }
    }

    /** What a delivery was of, if that is not over: only it is looked at, as there may be many. */
    private current(ackId: string): Held | undefined {
        const held = this.byAckId.get(ackId);
        if (held) {
            this.settleOne(held, this.now());
        }
        return this.byAckId.get(ackId);
    }

    /** When {@link settle} or {@link take} will do something that they do not do now. */
    get nextChange(): number {
        const now = this.now();
        const times = [...this.held.values()].map(({ until, from, message }) =>
            Math.min(
                until ?? (from > now ? from : Number.POSITIVE_INFINITY),
                message.published + this.settings.retention * 1000,
            ),
        );
        return times.reduce((least, time) => Math.min(least, time), Number.POSITIVE_INFINITY);
    }

    private release(held: Held): void {
        held.until = undefined;
        const { maxAttempts = Number.POSITIVE_INFINITY, retry, exactlyOnce } = this.settings;
        if (exactlyOnce) {
            this.byAckId.delete(held.ackId ?? "");
        }
        if (held.attempts >= maxAttempts && this.forward(held.message, held.attempts)) {
            this.drop(held);
            return;
        }
        held.from = this.now() + (retry ? 1000 * Math.min(retry.maximum, retry.minimum * 2 ** (held.attempts - 1)) : 0);
        this.releaseLater(held);
    }

    /** With an order, what follows a message comes again after it. */
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

    private drop(held: Held): void {
        this.held.delete(held.message.messageId);
        this.byAckId.delete(held.ackId ?? "");
    }

    /** Makes everything acknowledged that was published before, and nothing that was published since. */
    seek(time: number): void {
        this.settle();
        const all = [...this.acknowledged, ...this.messages].sort((one, other) => one.published - other.published);
        this.acknowledged = this.settings.replay > 0 ? all.filter(({ published }) => published < time) : [];
        this.restart(all.filter(({ published }) => published >= time));
    }

    /** Begins again with these messages as the ones that are not acknowledged. */
    restart(messages: Message[]): void {
        this.byAckId.clear();
        this.held = new Map(messages.map((message) => [message.messageId, { message, attempts: 0, from: 0 }]));
    }
}
