import * as check from "../../internal/check";
import { type Duration, secondsIn } from "../../internal/duration";

/** A short time: `"30 milliseconds"`, `"1 second"`. */
export type Latency = `${number} millisecond` | `${number} milliseconds` | Duration;

const milliseconds = /^(\d+) milliseconds?$/;
const form = /^(\d+) (millisecond|second|minute|hour|day)s?$/;

export function millisecondsIn(latency: string): number {
    const [, amount] = milliseconds.exec(latency) ?? [];
    return amount === undefined ? secondsIn(latency) * 1000 : Number(amount);
}

/** In the form of Google's APIs: `"0.03s"`. */
export const latencyInSeconds = (latency: string): string => `${millisecondsIn(latency) / 1000}s`;

/** Checks how long a request waits for an instance: all wait 10 seconds at most ("Quotas and limits": pending requests). */
export const latency: check.Check = check.pipe(
    check.matching(form, 'must be a length of time such as "30 milliseconds" or "2 seconds"'),
    check.refine(
        // What has no amount was told by the check of its form.
        (value) => !(millisecondsIn(String(value)) < 1 || millisecondsIn(String(value)) > 10_000),
        "must be from 1 millisecond to 10 seconds",
    ),
);
