import * as pulumi from "@pulumi/pulumi";
import { cloudSchedulerLimits } from "../facts/limits/cloudScheduler";
import { when } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import { cron, timeZone } from "../internal/arguments/cron";
import { type Duration, duration, inSeconds, secondsIn } from "../internal/arguments/duration";
import { isDeferred, isPlainObject } from "../internal/arguments/value";

/** The {@link https://cloud.google.com/scheduler/docs/configuring/retry-jobs retry configuration} of a job. */
export interface ScheduleRetries {
    /** The maximum number of retries: 1 to 5. */
    max: number;
    /**
     * The time limit of retries after the first attempt, at least `"1 second"`. Both this and `max` must allow a retry.
     * @default no limit
     */
    maxDuration?: Duration;
    /**
     * The wait before the first retry.
     * @default "5 seconds"
     */
    minBackoff?: Duration;
    /**
     * The maximum wait between retries.
     * @default "1 hour"
     */
    maxBackoff?: Duration;
    /**
     * How many times the wait doubles before it grows linearly: at least 1.
     * @default 5
     */
    maxDoublings?: number;
}

/** When something runs. */
export interface CronSchedule {
    /**
     * A {@link https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules unix-cron} expression: minute, hour, day of
     * the month, month, day of the week. `"0 3 * * MON-FRI"` is 3:00 on weekdays. Also App Engine's format, in lower case:
     * `"every 5 minutes"`, `"1st,third monday of month 15:30"`.
     */
    cron: pulumi.Input<string>;
    /**
     * The time zone of `cron`, a name of the tz database: `"Europe/Berlin"`. When clocks change, a run may be skipped or run
     * twice.
     * @default "Etc/UTC"
     */
    timeZone?: pulumi.Input<string>;
    /**
     * Pauses the schedule.
     * @default false
     */
    paused?: boolean;
    /**
     * The maximum number of retries of a failed call, 1 to 5, or how they are made.
     * @default no retries until the next scheduled time
     */
    retries?: number | ScheduleRetries;
}

/** Checks that the minimum wait is not above the maximum, with the service's defaults. */
export const backoffInOrder = <Retries extends { minBackoff?: Duration; maxBackoff?: Duration }>(
    minBackoff: Duration,
    maxBackoff: Duration,
) =>
    check.refine<Retries>(
        ({ minBackoff: min = minBackoff, maxBackoff: max = maxBackoff }) => !(secondsIn(min) > secondsIn(max)),
        ({ input: { minBackoff: min = minBackoff, maxBackoff: max = maxBackoff } }) =>
            `must not have a minBackoff, ${min}, above maxBackoff, ${max}`,
    );

const maxRetries = check.whole(1, cloudSchedulerLimits.rows.retries.max);
const backoff = duration("1 second", "1 day");

/** Checks the options of a {@link CronSchedule}. */
export const cronChecks: check.Checks<CronSchedule> = {
    cron: check.input(cron),
    timeZone: check.input(timeZone),
    paused: check.flag(),
    retries: check.either(
        isPlainObject,
        check.pipe(
            check.options<ScheduleRetries>(
                {
                    max: maxRetries,
                    maxDuration: duration("1 second", "365 days"),
                    minBackoff: backoff,
                    maxBackoff: backoff,
                    // The provider does not send 0, and the API then takes 5.
                    maxDoublings: check.whole(1, 2_147_483_647),
                },
                "max",
            ),
            backoffInOrder("5 seconds", "1 hour"),
        ),
        maxRetries,
    ),
};

/** Checks a cron expression, or a {@link CronSchedule}. */
export const cronSchedule: check.Check<pulumi.Input<string> | CronSchedule> = check.either(
    isPlainObject,
    check.options<CronSchedule>(cronChecks, "cron"),
    check.input(cron),
);

/** The options of a schedule. */
export function cronOptions(schedule: pulumi.Input<string> | CronSchedule): CronSchedule {
    return isPlainObject(schedule) ? (schedule as unknown as CronSchedule) : { cron: schedule as pulumi.Input<string> };
}

/**
 * The retry configuration of the job resource, with Cloud Scheduler's defaults. Without them, an argument that is removed from
 * the program would keep its value, and a refresh would show defaults that the API returns as a change.
 */
export function retryConfig(retries: number | ScheduleRetries = 0) {
    const {
        max,
        maxDuration,
        minBackoff = "5 seconds",
        maxBackoff = "1 hour",
        maxDoublings = 5,
    } = typeof retries === "number" ? { max: retries } : retries;
    return {
        retryCount: max,
        maxRetryDuration: maxDuration === undefined ? "0s" : inSeconds(maxDuration),
        minBackoffDuration: inSeconds(minBackoff),
        maxBackoffDuration: inSeconds(maxBackoff),
        maxDoublings,
    };
}

/** The body of a request: a string, or an object that is sent as JSON. */
export type ScheduledBody = pulumi.Input<string> | Record<string, unknown>;

/** Checks a body. */
export const body = check.either(
    isPlainObject,
    check.custom<Record<string, unknown>>(() => true),
    check.input(check.text()),
);

/** Encodes a body for the job resource. */
export function base64(content: ScheduledBody): pulumi.Output<string> {
    const text = isPlainObject(content) ? pulumi.jsonStringify(content) : (content as pulumi.Input<string>);
    return pulumi.output(text).apply((known) => Buffer.from(known).toString("base64"));
}

/** The headers of a request, with the content type of a JSON body; undefined if there are none. */
export function headersOf(headers: Record<string, pulumi.Input<string>>, content: ScheduledBody | undefined) {
    const isTyped = Object.keys(headers).some((name) => /^content-type$/i.test(name));
    const all = isPlainObject(content) && !isTyped ? { "Content-Type": "application/json", ...headers } : headers;
    return Object.keys(all).length === 0 ? undefined : all;
}

/** Headers that {@link https://cloud.google.com/scheduler/docs/reference/rest/v1/projects.locations.jobs#httptarget Cloud Scheduler sets}. */
const own = /^(host|user-agent|content-length|x-google-.*|x-appengine-.*|x-cloudscheduler.*)$/i;

/**
 * What the provider refuses in the name of a header (`validateHttpHeaders`):
 * {@link https://github.com/hashicorp/terraform-provider-google-beta/blob/v7.45.0/google-beta/services/cloudscheduler/resource_cloud_scheduler_job.go}
 */
const refusedPart = /X-Google-|X-AppEngine-/;

/** Names of headers that contain credentials. */
const authenticating = /authorization|cookie|token|secret|password|api-?key/i;

/** Checks the headers of a request. */
export const headers = check.record(
    check.pipe(
        check.matching(/^[\w!#$%&'*+.^`|~-]+$/, "a header's name must have only letters, digits and !#$%&'*+-.^_`|~"),
        check.refine(
            (name) => !own.test(String(name)) && !refusedPart.test(String(name)),
            "is set by Cloud Scheduler itself",
        ),
    ),
    check.input(check.text()),
);

/** Refuses credentials in plain text. */
export function plainCredentialProblem(path: string, name: string, value: unknown): check.Problem | undefined {
    return when(
        authenticating.test(name) && !isDeferred(value),
        path,
        "scheduler/secret-in-source",
        "must not be in the source code as plain text. Set it with 'pulumi config set --secret <key>' and pass it as new pulumi.Config().requireSecret(\"<key>\").",
    );
}

/** Checks a job's description. */
export const description = check.pipe(check.text(), check.longest(cloudSchedulerLimits.rows.description.max));

/** Checks the path of a request, with its query. */
export const path = check.matching(/^\/[^\s#]*$/, "must start with / and not contain spaces or #");
