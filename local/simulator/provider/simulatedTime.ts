import { setTimeout } from "node:timers/promises";

/** A clock for delays. */
export interface Clock {
    /** In milliseconds since an arbitrary time. */
    now(): number;
    /** Resolves with true after a number of milliseconds, or with false immediately if delays are cancelled. */
    sleep(ms: number): Promise<boolean>;
    /** Cancels all delays, for example when a deployment is interrupted. */
    stop(): void;
}

/** A clock that runs faster than real time. */
export function clock(speed: number): Clock {
    const stopped = new AbortController();
    return {
        now: () => performance.now() * speed,
        sleep: (ms) => setTimeout(ms / speed, true, { signal: stopped.signal }).catch(() => false),
        stop: () => stopped.abort(),
    };
}
