import { type Duration, durationForm, secondsIn } from "../formats/duration";
import * as check from "./check";

export { type Duration, secondsIn };

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
