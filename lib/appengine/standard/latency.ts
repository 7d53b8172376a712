import * as check from "../../internal/check";
import { type Duration, secondsIn } from "../../internal/duration";

/** A duration with milliseconds: `"30 milliseconds"`, `"1 second"`. */
export type Latency = `${number} millisecond` | `${number} milliseconds` | Duration;

const milliseconds = /^(\d+) milliseconds?$/;
const latencyPattern = /^(\d+) (millisecond|second|minute|hour|day)s?$/;

export function millisecondsIn(latency: string): number {
    const [, amount] = milliseconds.exec(latency) ?? [];
    return amount === undefined ? secondsIn(latency) * 1000 : Number(amount);
}

/** Formats a latency for Google's APIs: `"0.03s"`. */
export const latencyArg = (latency: string): string => `${millisecondsIn(latency) / 1000}s`;

/** Checks a pending latency; requests wait at most {@link https://cloud.google.com/appengine/docs/standard/quotas 10 seconds}. */
export const latency = check.pipe(
    check.matching(latencyPattern, 'must be a length of time such as "30 milliseconds" or "2 seconds"'),
    check.refine(
        // The check of the format reports a value without a number.
        (value) => !(millisecondsIn(String(value)) < 1 || millisecondsIn(String(value)) > 10_000),
        "must be from 1 millisecond to 10 seconds",
    ),
);
