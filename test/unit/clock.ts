const key = Symbol.for("slipway.clock");

/** Replaces the clock of waits, which then take no time; returns how long was waited, in milliseconds. */
export function simulatedClock(): () => number {
    let now = 0;
    const sleep = async (ms: number) => {
        now += ms;
    };
    Reflect.set(globalThis, key, { now: () => now, sleep });
    return () => now;
}

const real = Reflect.get(globalThis, key);

afterEach(() => Reflect.set(globalThis, key, real));
