import { setTimeout } from "node:timers/promises";

/** A clock for waits. */
interface WaitClock {
    /** In milliseconds since an arbitrary time. */
    now(): number;
    sleep(ms: number): Promise<unknown>;
}

const real: WaitClock = { now: () => Date.now(), sleep: (ms) => setTimeout(ms) };

/** The clock of all waits. The local Google Cloud simulates it, so that waits take no time there. */
export const waitClock = (): WaitClock => Reflect.get(globalThis, Symbol.for("slipway.clock")) ?? real;
