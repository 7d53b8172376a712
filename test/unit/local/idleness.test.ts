import { Idleness } from "../../../local/machine/daemon/idleness";

/** Looks every half second, as daemons do. */
function idleAfter(idleness: Idleness, use: number, from: number, to: number): boolean {
    let isOver = false;
    for (let now = from; now <= to; now += 500) {
        isOver = idleness.isOver(use, now);
    }
    return isOver;
}

test("a daemon is idle after the limit without a use", () => {
    const idleness = new Idleness(10_000);
    expect(idleAfter(idleness, 1, 0, 9_500)).toBe(false);
    expect(idleness.isOver(1, 10_000)).toBe(true);
});

test("a use starts the limit again, whatever time its clock has", () => {
    const idleness = new Idleness(10_000);
    expect(idleAfter(idleness, 5_000, 0, 9_000)).toBe(false);
    expect(idleAfter(idleness, 4_000, 9_500, 19_000)).toBe(false);
    expect(idleAfter(idleness, 4_000, 19_500, 20_000)).toBe(true);
});

test("a pause of the computer does not count: its users have paused as well", () => {
    const idleness = new Idleness(10_000);
    expect(idleAfter(idleness, 1, 0, 5_000)).toBe(false);
    expect(idleness.isOver(1, 3_605_000)).toBe(false);
    expect(idleAfter(idleness, 1, 3_605_500, 3_608_500)).toBe(false);
    expect(idleAfter(idleness, 1, 3_609_000, 3_609_000)).toBe(true);
});
