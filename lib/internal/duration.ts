import * as check from "./check";

type Unit = "second" | "minute" | "hour" | "day";

/** A duration: `"1 minute"`, `"12 hours"`, `"7 days"`. */
export type Duration = `${number} ${Unit}` | `${number} ${Unit}s`;

const seconds: Record<Unit, number> = { second: 1, minute: 60, hour: 3600, day: 86400 };
const form = /^(\d+) (second|minute|hour|day)s?$/;

/** Formats a duration for Google's APIs: `"604800s"`. */
export function inSeconds(duration: Duration): string {
    return `${secondsIn(duration)}s`;
}

export function inMilliseconds(duration: Duration): number {
    return secondsIn(duration) * 1000;
}

/** Converts a duration to seconds. */
export function secondsIn(duration: string): number {
    const [, count, unit] = form.exec(duration) ?? [];
    return Number(count) * seconds[unit as Unit];
}

/** Checks a duration within bounds. */
export function duration(least: Duration, most: Duration): check.Check {
    return check.pipe(
        check.matching(form, 'must be a length of time such as "90 seconds" or "7 days"'),
        check.refine(
            // An invalid duration was reported by the check above.
            (value) => !(secondsIn(value) < secondsIn(least) || secondsIn(value) > secondsIn(most)),
            `must be from ${least} to ${most}`,
        ),
    );
}
