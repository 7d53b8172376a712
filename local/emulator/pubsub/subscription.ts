import type { Entry } from "../../cloud/store";
import type { Backlog } from "./backlog";
import type { Message, Received } from "./message";

/** The longest time that a timer of Node takes, in milliseconds. */
const longest = 2 ** 31 - 1;

/** A deployed subscription while messages move: whoever waits for messages is told when there may be some. */
export class Subscription {
    private readonly listeners = new Set<() => void>();
    private timer?: NodeJS.Timeout;
    private woken = false;

    constructor(
        /** As it was deployed when it was last looked at. */
        public entry: Entry,
        readonly backlog: Backlog,
    ) {}

    /** Calls the listener now and whenever there may be something to take; returns what ends that. */
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

    take(most: number, seconds?: number): Received[] {
        const taken = this.backlog.take(most, seconds);
        this.wait();
        return taken;
    }

    /** Those of the deliveries that are over. */
    acknowledge(ackIds: string[]): string[] {
        return this.ended(ackIds, (ackId) => this.backlog.acknowledge(ackId));
    }

    /** Those of the deliveries that are over; 0 seconds end a delivery without an acknowledgement. */
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

    /** Ends what waits for messages of a subscription that is not there any more: each looks and finds it gone. */
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

    /** Tells the listeners once, after what is going on; the one that was first is the last the next time. */
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

    /** Wakes when a delivery is over, or a message's time to wait. */
    private wait(): void {
        clearTimeout(this.timer);
        const next = this.backlog.nextChange;
        if (next < Number.POSITIVE_INFINITY) {
            this.timer = setTimeout(() => this.settle(), Math.min(longest, Math.max(1, next - Date.now() + 1)));
            this.timer.unref();
        }
    }

    private settle(): void {
        this.backlog.settle();
        this.wake();
    }
}
