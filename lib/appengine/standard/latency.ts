import { appEngineStandardLimits } from "../../facts/limits/appEngine";
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

const { min, max } = appEngineStandardLimits.rows.pendingLatency;

/** Checks a pending latency. */
export const latency = check.pipe(
    check.matching(latencyPattern, 'must be a duration such as "30 milliseconds" or "2 seconds"'),
    check.refine(
        // The check of the format reports a value without a number.
        (value) => !(millisecondsIn(String(value)) < min || millisecondsIn(String(value)) > max),
        `must be from ${min} millisecond to ${max / 1000} seconds`,
    ),
);
