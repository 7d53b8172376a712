import { setTimeout } from "node:timers/promises";

/** The time in which something is waited for. */
export interface Clock {
    /** In milliseconds, from any moment. */
    now(): number;
    /** Resolves after that many milliseconds: true, or false at once when all waiting is to end. */
    sleep(ms: number): Promise<boolean>;
    /** Ends all waiting, as for a deployment that is interrupted. */
    stop(): void;
}

/** A clock that goes a number of times as fast as real time. */
export function clock(speed: number): Clock {
    const stopped = new AbortController();
    return {
        now: () => performance.now() * speed,
        sleep: (ms) => setTimeout(ms / speed, true, { signal: stopped.signal }).catch(() => false),
        stop: () => stopped.abort(),
    };
}
