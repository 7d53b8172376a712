import * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/arguments/check";
import { timeZone, unixCron } from "../../internal/arguments/cron";
import { isTime } from "../../internal/arguments/dates";
import { isPlainObject } from "../../internal/arguments/value";
import type { CronSchedule } from "../../scheduler/job";
import type { PipelineRunArgs, PipelineScheduleArgs } from "../dynamic";

/** When a pipeline runs in addition to deployments. */
export interface PipelineCronSchedule extends Pick<CronSchedule, "cron" | "timeZone" | "paused"> {
    /**
     * A {@link https://cloud.google.com/vertex-ai/docs/pipelines/schedule-pipeline-run cron} expression: minute, hour, day of the month,
     * month, day of the week. `"0 3 * * MON-FRI"` is 3:00 on working days.
     */
    cron: pulumi.Input<string>;
    /**
     * Whether runs that were missed during a pause are made up for when the schedule is resumed.
     * @default false
     */
    catchUp?: boolean;
    /**
     * The time from which the pipeline runs, in RFC 3339: `"2026-12-01T00:00:00Z"`.
     * @default the creation of the schedule
     */
    start?: string;
    /**
     * The time after which no run starts, in RFC 3339. The schedule is completed then.
     * @default no end
     */
    end?: string;
    /**
     * How many runs start at most: at least 1. The schedule is completed then.
     * @default without limit
     */
    maxRuns?: number;
    /**
     * How many runs of the schedule may be active at the same time: at least 1. Another run is skipped, or waits with `allowQueueing`.
     * @default 1
     */
    maxConcurrentRuns?: number;
    /**
     * Whether a run waits while `maxConcurrentRuns` runs are active, instead of being skipped.
     * @default false
     */
    allowQueueing?: boolean;
}

const time = check.pipe(
    check.matching(
        /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/,
        "must be a time in RFC 3339, such as 2026-12-01T00:00:00Z",
    ),
    check.refine((value) => isTime(String(value)), "must be a time that exists"),
);

/** The maximum of 64-bit numbers that JavaScript has exactly. */
const many = Number.MAX_SAFE_INTEGER;

/** Checks a cron expression, or a {@link PipelineCronSchedule}. */
export const pipelineSchedule: check.Check<pulumi.Input<string> | PipelineCronSchedule> = check.either(
    isPlainObject,
    check.options<PipelineCronSchedule>(
        {
            cron: check.input(unixCron),
            timeZone: check.input(timeZone),
            paused: check.flag(),
            catchUp: check.flag(),
            start: time,
            end: time,
            maxRuns: check.whole(1, many),
            maxConcurrentRuns: check.whole(1, many),
            allowQueueing: check.flag(),
        },
        "cron",
    ),
    check.input(unixCron),
);

/** The options of a schedule. */
const scheduleOptions = (schedule: pulumi.Input<string> | PipelineCronSchedule): PipelineCronSchedule =>
    isPlainObject(schedule)
        ? (schedule as unknown as PipelineCronSchedule)
        : { cron: schedule as pulumi.Input<string> };

/** Reports a schedule that ends before it starts. */
export function scheduleProblems(schedule: pulumi.Input<string> | PipelineCronSchedule | undefined): check.Problem[] {
    const { start, end } = schedule === undefined ? {} : scheduleOptions(schedule);
    return start !== undefined && end !== undefined && Date.parse(end) <= Date.parse(start)
        ? [
              check.problem(
                  "schedule.end",
                  "vertex/schedule-end-before-start",
                  `must be after schedule.start, ${start} (got "${end}").`,
              ),
          ]
        : [];
}

/** The arguments that runs and schedules have in common. */
export type PipelineArgs = Omit<PipelineRunArgs, "runOn" | "wait" | "waitSeconds">;

/** The arguments of a schedule. */
export function scheduleArgs(
    schedule: pulumi.Input<string> | PipelineCronSchedule,
    request: PipelineArgs,
): PipelineScheduleArgs {
    const { cron, timeZone = "Etc/UTC", paused = false, catchUp = false, ...options } = scheduleOptions(schedule);
    const { start, end, maxRuns, maxConcurrentRuns = 1, allowQueueing = false } = options;
    return {
        ...request,
        cron: pulumi.interpolate`TZ=${timeZone} ${cron}`,
        start,
        end,
        maxRuns,
        // One limits the starts of runs, the other one the runs that go on.
        maxConcurrentRuns,
        maxActiveRuns: maxConcurrentRuns,
        allowQueueing,
        paused,
        catchUp,
    };
}
