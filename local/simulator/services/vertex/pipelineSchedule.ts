import { pipelineLimits } from "slipway/facts";
import { isCron, isTimeZone } from "../../../../lib/formats";
import type { Cloud } from "../../cloud/cloud";
import { digits } from "../../cloud/ids";
import type { Entry } from "../../cloud/store";
import type { Inputs } from "../../rules/rules";
import type { Place } from "./jobSpec";
import { fullName, invalid, pathOf, precondition, publicName } from "./names";
import { verifyPipelineJob } from "./pipelineJob";
import { timeOf } from "./trainingJob";

/** A schedule: its state has the fields of the API that are set, and `pausedTime`, `resumedTime` and `startedRunCount`. */
export type ScheduleEntry = Entry & { state: Inputs };

/** The expression of a schedule, and its time zone: "apply a prefix in the cron tab: CRON_TZ=${IANA_TIME_ZONE} or TZ=${IANA_TIME_ZONE}". */
export function cronOf({ cron }: Inputs): { expression: string; timeZone: string } {
    const [, timeZone = "Etc/UTC", expression = ""] = /^(?:(?:CRON_)?TZ=(\S+)\s+)?(.*)$/.exec(String(cron ?? "")) ?? [];
    return { expression, timeZone };
}

/** Throws unless a schedule is right: https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.schedules */
function verify(schedule: Inputs, place: Place, cloud: Cloud): void {
    const { displayName = "", maxConcurrentRunCount = 0, createPipelineJobRequest, startTime, endTime } = schedule;
    const { expression, timeZone } = cronOf(schedule);
    if (displayName.length === 0 || [...displayName].length > (pipelineLimits.rows.scheduleName.max as number)) {
        throw invalid(`schedule.display_name must have 1 to ${pipelineLimits.rows.scheduleName.max} characters.`);
    }
    if (!isCron(expression) || !isTimeZone(timeZone)) {
        throw invalid(`schedule.cron is not a cron expression: ${schedule.cron}.`);
    }
    if (!(Number(maxConcurrentRunCount) >= 1)) {
        throw invalid("schedule.max_concurrent_run_count must be at least 1.");
    }
    if (startTime && endTime && Date.parse(endTime) <= Date.parse(startTime)) {
        throw invalid("schedule.end_time must be after schedule.start_time.");
    }
    if (createPipelineJobRequest === undefined) {
        throw invalid("The local Google Cloud supports schedules with create_pipeline_job_request only.");
    }
    const { parent = "", pipelineJob, pipelineJobId } = createPipelineJobRequest;
    // "User-specified ID is not supported in the request template."
    if (pipelineJobId !== undefined) {
        throw invalid("create_pipeline_job_request.pipeline_job_id is not supported in schedules.");
    }
    if (pathOf(parent, cloud) !== `projects/${place.project}/locations/${place.location}`) {
        throw invalid(`create_pipeline_job_request.parent must be the location of the schedule (got "${parent}").`);
    }
    verifyPipelineJob(pipelineJob ?? {}, place, cloud);
}

export function storeSchedule(cloud: Cloud, place: Place, body: Inputs): ScheduleEntry {
    verify(body, place, cloud);
    const now = new Date(timeOf(cloud)).toISOString();
    const path = `projects/${place.project}/locations/${place.location}/schedules/${digits(`${now} ${Math.random()}`, 19)}`;
    const state = { startTime: now, ...body, createTime: now, updateTime: now, startedRunCount: 0 };
    const entry: ScheduleEntry = { name: fullName(path), project: place.project, id: path, state };
    cloud.store.write(entry);
    return entry;
}

/** "The non-empty fields cannot be unset"; "Updates an active or paused Schedule". */
export function changeSchedule(cloud: Cloud, entry: ScheduleEntry, place: Place, fields: string[], body: Inputs) {
    requireOpen(entry, cloud);
    const unset = fields.find((field) => body[field] === undefined && entry.state[field] !== undefined);
    if (unset !== undefined) {
        throw invalid(`The field ${unset} of a schedule cannot be unset.`);
    }
    const changes = Object.fromEntries(fields.map((field) => [field, body[field]]));
    const state: Inputs = { ...entry.state, ...changes, updateTime: new Date(timeOf(cloud)).toISOString() };
    verify(state, place, cloud);
    const changed = { ...entry, state };
    cloud.store.write(changed);
    return changed;
}

/** "Schedules in completed state cannot be paused or resumed"; "Only paused Schedule can be resumed." */
export function pauseSchedule(cloud: Cloud, entry: ScheduleEntry, isPaused: boolean, catchUp = false): void {
    requireOpen(entry, cloud);
    if (!isPaused && scheduleState(entry, cloud) !== "PAUSED") {
        throw precondition("Only paused Schedule can be resumed.");
    }
    const now = new Date(timeOf(cloud)).toISOString();
    const times = isPaused ? { lastPauseTime: now } : { lastResumeTime: now, catchUp };
    cloud.store.write({ ...entry, state: { ...entry.state, isPaused, ...times } });
}

function requireOpen(entry: ScheduleEntry, cloud: Cloud): void {
    if (scheduleState(entry, cloud) === "COMPLETED") {
        throw precondition("The Schedule is in state COMPLETED.");
    }
}

/** "completed when either started_run_count >= max_run_count or when end_time is reached" */
export function scheduleState({ state }: ScheduleEntry, cloud: Cloud): "ACTIVE" | "PAUSED" | "COMPLETED" {
    const { endTime, maxRunCount, startedRunCount, isPaused } = state;
    const isOver =
        (endTime && Date.parse(endTime) <= timeOf(cloud)) || (maxRunCount && startedRunCount >= Number(maxRunCount));
    return isOver ? "COMPLETED" : isPaused ? "PAUSED" : "ACTIVE";
}

/** A schedule in the form of the API. @param nextRunTime undefined unless it is active */
export function scheduleResource(entry: ScheduleEntry, cloud: Cloud, nextRunTime: Date | undefined): Inputs {
    const { isPaused: _, startedRunCount, catchUp, ...given } = entry.state;
    return {
        name: publicName(entry.id, cloud),
        ...given,
        state: scheduleState(entry, cloud),
        // Numbers of 64 bits are texts in JSON, and zeros are left out.
        ...(startedRunCount > 0 && { startedRunCount: String(startedRunCount) }),
        ...(catchUp && { catchUp }),
        ...(nextRunTime && { nextRunTime: nextRunTime.toISOString() }),
    };
}
