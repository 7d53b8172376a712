import * as pulumi from "@pulumi/pulumi";
import { minAboveMax } from "./bounds";
import * as check from "./check";
import { type Duration, duration, inSeconds, secondsIn } from "./duration";
import { isLater, isPlainObject } from "./value";

/** How an attempt that failed is made again ("Retry jobs"). */
export interface ScheduleRetry {
    /** How many times: 1 to 5. */
    count: number;
    /**
     * How long after the first attempt there may be others, `"1 second"` at least; both this and `count` must allow one.
     * @default as long as `count` allows
     */
    maxDuration?: Duration;
    /**
     * How long to wait at first.
     * @default "5 seconds"
     */
    minBackoff?: Duration;
    /**
     * How long to wait at most.
     * @default "1 hour"
     */
    maxBackoff?: Duration;
    /**
     * How many times the wait is doubled before it grows by the same amount each time: 0 to 16.
     * @default 5
     */
    maxDoublings?: number;
}

/** Checks how an attempt is made again. */
export const retry: check.Check = check.options<ScheduleRetry>(
    {
        count: check.whole(1, 5),
        maxDuration: duration("1 second", "365 days"),
        minBackoff: duration("1 second", "1 day"),
        maxBackoff: duration("1 second", "1 day"),
        maxDoublings: check.whole(0, 16),
    },
    "count",
);

/** What is wrong with waits that are right each by itself. */
export function backoffProblem(minBackoff: Duration, maxBackoff: Duration): check.Problem | undefined {
    return minAboveMax(["retry.minBackoff", minBackoff], ["maxBackoff", maxBackoff], secondsIn);
}

/** The same for a job of Cloud Scheduler. */
export function retryProblem({ minBackoff = "5 seconds", maxBackoff = "1 hour" }: ScheduleRetry) {
    return backoffProblem(minBackoff, maxBackoff);
}

/** The same as the provider takes it. */
export function retryConfig({ count, maxDuration, minBackoff, maxBackoff, maxDoublings }: ScheduleRetry) {
    return {
        retryCount: count,
        maxRetryDuration: maxDuration && inSeconds(maxDuration),
        minBackoffDuration: minBackoff && inSeconds(minBackoff),
        maxBackoffDuration: maxBackoff && inSeconds(maxBackoff),
        maxDoublings,
    };
}

/** What a job of Cloud Scheduler sends: a text, or an object, which becomes JSON. */
export type ScheduledBody = pulumi.Input<string> | Record<string, unknown>;

/** Checks what is sent. */
export const body: check.Check = check.either(
    isPlainObject,
    check.custom(() => true),
    check.input(check.text()),
);

/** What is sent, as the provider takes it. */
export function base64(content: ScheduledBody): pulumi.Output<string> {
    const text = isPlainObject(content) ? pulumi.jsonStringify(content) : (content as pulumi.Input<string>);
    return pulumi.output(text).apply((known) => Buffer.from(known).toString("base64"));
}

/** The headers of a request, with the type of a body that becomes JSON; nothing where there are none. */
export function headersOf(given: Record<string, pulumi.Input<string>>, content: ScheduledBody | undefined) {
    const isTyped = Object.keys(given).some((name) => /^content-type$/i.test(name));
    const all = isPlainObject(content) && !isTyped ? { "Content-Type": "application/json", ...given } : given;
    return Object.keys(all).length === 0 ? undefined : all;
}

/** Headers that Cloud Scheduler sets itself ("HttpTarget"). */
const own = /^(host|user-agent|content-length|x-google-.*|x-appengine-.*|x-cloudscheduler.*)$/i;

/** Headers whose text lets whoever has it in. */
const authenticating = /authorization|cookie|token|secret|password|api-?key/i;

/** Checks the headers of a request. */
export const headers: check.Check = check.record(
    check.pipe(
        check.matching(/^[\w!#$%&'*+.^`|~-]+$/, "a header's name must have only letters, digits and !#$%&'*+-.^_`|~"),
        check.refine((name) => !own.test(String(name)), "is set by Cloud Scheduler itself"),
    ),
    check.input(check.text()),
);

/** What is wrong with a header that lets somebody in and is no output. */
export function clearHeader(path: string, name: string, value: unknown): check.Problem | undefined {
    return authenticating.test(name) && !isLater(value)
        ? {
              path,
              reason: "must not stand in the program, where it is in clear. Set it with 'pulumi config set --secret <key>' and give it as new pulumi.Config().requireSecret(\"<key>\").",
          }
        : undefined;
}

/** Checks a job's description. */
export const description: check.Check = check.matching(/^[\s\S]{0,500}$/, "must have up to 500 characters");

/** Checks the path of a request, with what may follow it. */
export const path: check.Check = check.matching(/^\/[^\s#]*$/, "must start with / and have no blanks and no #");
