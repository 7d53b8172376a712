import type { Entry } from "../../../simulator";
import type { Backlog } from "./backlog";
import type { Message, ReceivedMessage } from "./message";
import { nobody, type PubSubObserver } from "./observer";

/** The maximum delay of Node timers, in milliseconds. */
const maxDelay = 2 ** 31 - 1;

/** A deployed subscription with its messages, which notifies listeners of available messages. */
export class Subscription {
    private readonly listeners = new Set<() => void>();
    private timer?: NodeJS.Timeout;
    private woken = false;

    constructor(
        /** The last known configuration. */
        public entry: Entry,
        readonly backlog: Backlog,
        private readonly observer: Pick<PubSubObserver, "sent" | "acknowledged"> = nobody,
    ) {}

    /** Calls the listener now and whenever messages can be available; returns a function that removes it. */
    listen(listener: () => void): () => void {
        this.listeners.add(listener);
        this.wake();
        return () => this.listeners.delete(listener);
    }

    add(messages: Message[]): void {
        for (const message of messages) {
            this.backlog.add(message);
        }
        this.wake();
    }

    take(max: number, seconds?: number): ReceivedMessage[] {
        const taken = this.backlog.take(max, seconds);
        if (taken.length > 0) {
            this.observer.sent(this.entry, taken.length);
        }
        this.wait();
        return taken;
    }

    /** Acknowledges deliveries; returns those that expired. */
    acknowledge(ackIds: string[]): string[] {
        const over = this.ended(ackIds, (ackId) => this.backlog.acknowledge(ackId));
        if (ackIds.length > over.length) {
            this.observer.acknowledged(this.entry, ackIds.length - over.length);
        }
        return over;
    }

    /**
     * Changes the deadlines of deliveries; 0 seconds end a delivery without acknowledgment. Returns those that expired.
     */
    extend(ackIds: string[], seconds: number): string[] {
        return this.ended(ackIds, (ackId) => this.backlog.extend(ackId, seconds));
    }

    seek(change: (backlog: Backlog) => void): void {
        change(this.backlog);
        this.wake();
    }

    close(): void {
        clearTimeout(this.timer);
        this.listeners.clear();
    }

    /** Wakes all listeners of a deleted subscription. */
    remove(): void {
        const listeners = [...this.listeners];
        this.close();
        for (const listener of listeners) {
            listener();
        }
    }

    private ended(ackIds: string[], change: (ackId: string) => boolean): string[] {
        const over = ackIds.filter((ackId) => !change(ackId));
        this.wake();
        return over;
    }

    /** Notifies the listeners after the current task, in rotating order. */
    private wake(): void {
        this.wait();
        if (this.woken) {
            return;
        }
        this.woken = true;
        setImmediate(() => {
            this.woken = false;
            const listeners = [...this.listeners];
            for (const listener of listeners) {
                listener();
            }
            const [first] = listeners;
            if (first && this.listeners.delete(first)) {
                this.listeners.add(first);
            }
        });
    }

    /** Wakes the listeners when a delivery expires or a retry delay ends. */
    private wait(): void {
        clearTimeout(this.timer);
        const next = this.backlog.nextChange;
        if (next < Number.POSITIVE_INFINITY) {
            this.timer = setTimeout(() => this.settle(), Math.min(maxDelay, Math.max(1, next - Date.now() + 1)));
            this.timer.unref();
        }
    }

    private settle(): void {
        this.backlog.settle();
        this.wake();
    }
}
