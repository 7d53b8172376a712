import { type Duration, durationForm, secondsIn } from "../../formats/duration";
import * as check from "./check";

export { type Duration, secondsIn };

/** A duration with milliseconds: `"30 milliseconds"`, `"1 second"`. */
export type Latency = `${number} millisecond` | `${number} milliseconds` | Duration;

const milliseconds = /^(\d+) milliseconds?$/;

/** Converts a latency to milliseconds; NaN for other texts. */
export function millisecondsIn(latency: string): number {
    const [, amount] = milliseconds.exec(latency) ?? [];
    return amount === undefined ? secondsIn(latency) * 1000 : Number(amount);
}

/** Checks a latency within bounds. */
export function latency(min: Latency, max: Latency): check.Check<Latency> {
    return check.pipe(
        check.matching<Latency>(
            /^(\d+) (millisecond|second|minute|hour|day)s?$/,
            'must be a duration such as "30 milliseconds" or "2 seconds"',
        ),
        check.refine(
            // The check of the form reports a value without a number.
            (value) => !(millisecondsIn(value) < millisecondsIn(min) || millisecondsIn(value) > millisecondsIn(max)),
            `must be from ${min} to ${max}`,
        ),
    );
}

/** Formats a duration for Google's APIs: `"604800s"`. */
export function inSeconds(duration: Duration): string {
    return `${secondsIn(duration)}s`;
}

export function inMilliseconds(duration: Duration): number {
    return secondsIn(duration) * 1000;
}

/** Checks a duration within bounds. */
export function duration(min: Duration, max: Duration): check.Check<Duration> {
    return check.pipe(
        check.matching<Duration>(durationForm, 'must be a duration such as "90 seconds" or "7 days"'),
        check.refine(
            // An invalid duration was reported by the check above.
            (value) => !(secondsIn(value) < secondsIn(min) || secondsIn(value) > secondsIn(max)),
            `must be from ${min} to ${max}`,
        ),
    );
}

/** Checks a duration within a limit of Google Cloud. */
export function durationWithin({ min, max }: { min: Duration; max: Duration }): check.Check<Duration> {
    return duration(min, max);
}

/** The days of a duration, also a fraction. */
export const daysIn = (duration: Duration): number => secondsIn(duration) / 86_400;

/** Checks a duration of whole days. */
export function wholeDays(min: Duration, max: Duration): check.Check<Duration> {
    return check.pipe(
        duration(min, max),
        // The check above reports an invalid duration, and a part of a day below the minimum.
        check.refine((value) => !(daysIn(value) > daysIn(min) && daysIn(value) % 1 > 0), "must be whole days"),
    );
}
