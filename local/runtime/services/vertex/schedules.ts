import type { Cloud, Inputs } from "../../../simulator";
import { fullName, locationOf, locationPath, notFound, publicName } from "../../../simulator/services/vertex/names";
import { type PipelineEntry, storePipelineJob } from "../../../simulator/services/vertex/pipelineJob";
import {
    changeSchedule,
    cronOf,
    pauseSchedule,
    type ScheduleEntry,
    scheduleResource,
    scheduleState,
    storeSchedule,
} from "../../../simulator/services/vertex/pipelineSchedule";
import { hasEnded, timeOf } from "../../../simulator/services/vertex/trainingJob";
import { isDue, nextDue } from "../../emulator/cronClock";
import { type Call, type Method, maskOf, page } from "../../emulator/methods/call";
import type { Terminal } from "../../emulator/terminal";
import { type FieldOf, matcher } from "./filter";

const collection = "v1/projects/{projectsId}/locations/{locationsId}/schedules";
const path = `${collection}/{schedulesId}`;
const id = "aiplatform.projects.locations.schedules";

const placeOf = ({ projectsId, locationsId }: Inputs) => ({
    project: String(projectsId),
    location: String(locationsId),
});

function scheduleOf({ cloud, names }: Call): ScheduleEntry {
    const path = `${locationPath(names)}/schedules/${names.schedulesId}`;
    const found = cloud.store.read(fullName(path)) as ScheduleEntry | undefined;
    if (!found) {
        throw notFound("Schedule", path, cloud);
    }
    return found;
}

function shown(entry: ScheduleEntry, cloud: Cloud): Inputs {
    const { expression, timeZone } = cronOf(entry.state);
    const since = new Date(Math.max(timeOf(cloud), Date.parse(entry.state.startTime)));
    const isActive = scheduleState(entry, cloud) === "ACTIVE";
    return scheduleResource(entry, cloud, isActive ? nextDue(expression, timeZone, since) : undefined);
}

/** The fields that the caller sets. */
const fields = [
    ...["displayName", "cron", "startTime", "endTime", "maxRunCount", "maxConcurrentRunCount"],
    ...["maxConcurrentActiveRunCount", "allowQueueing", "createPipelineJobRequest"],
];

const fieldOf =
    (cloud: Cloud): FieldOf<ScheduleEntry> =>
    (entry, field) =>
        field === "state"
            ? scheduleState(entry, cloud)
            : field === "display_name"
              ? entry.state.displayName
              : undefined;

function list({ cloud, names, query }: Call): object {
    const all = cloud.store.list(fullName(`${locationPath(names)}/schedules`)) as ScheduleEntry[];
    const newest = [...all].sort((one, other) => (one.state.createTime < other.state.createTime ? 1 : -1));
    const { items, ...more } = page(query, newest.filter(matcher(query.get("filter") ?? "", fieldOf(cloud))));
    return { ...(items.length > 0 && { schedules: items.map((entry) => shown(entry, cloud)) }), ...more };
}

function remove(call: Call): object {
    const { cloud, operate } = call;
    const found = scheduleOf(call);
    return operate(
        {
            target: found.id,
            method: "ScheduleService.DeleteSchedule",
            type: "protobuf.Empty",
            metadataType: "google.cloud.aiplatform.v1.DeleteOperationMetadata",
        },
        () => {
            cloud.store.remove(found.name);
            return {};
        },
    );
}

/** The methods of schedules. */
export const scheduleMethods: Method[] = [
    {
        id: `${id}.create`,
        verb: "POST",
        path: collection,
        fields,
        creates: "displayName",
        answer: ({ cloud, names, body }) => shown(storeSchedule(cloud, placeOf(names), body), cloud),
    },
    { id: `${id}.get`, verb: "GET", path, answer: (call) => shown(scheduleOf(call), call.cloud) },
    {
        id: `${id}.list`,
        verb: "GET",
        path: collection,
        query: ["filter", "pageSize", "pageToken", "orderBy"],
        answer: list,
    },
    {
        id: `${id}.patch`,
        verb: "PATCH",
        path,
        query: ["updateMask"],
        fields,
        answer: (call) => {
            const { cloud, names, query, body } = call;
            const changed = changeSchedule(cloud, scheduleOf(call), placeOf(names), maskOf(query, fields), body);
            return shown(changed, cloud);
        },
    },
    {
        id: `${id}.pause`,
        verb: "POST",
        path: `${path}:pause`,
        answer: (call) => {
            pauseSchedule(call.cloud, scheduleOf(call), true);
            return {};
        },
    },
    {
        id: `${id}.resume`,
        verb: "POST",
        path: `${path}:resume`,
        fields: ["catchUp"],
        answer: (call) => {
            pauseSchedule(call.cloud, scheduleOf(call), false, call.body.catchUp);
            return {};
        },
    },
    { id: `${id}.delete`, verb: "DELETE", path, answer: remove },
];

/** Starts the pipelines whose schedule contains a minute. */
export function runDuePipelines(cloud: Cloud, minute: Date, terminal: Terminal): void {
    for (const entry of cloud.store.list("//aiplatform.googleapis.com/", "schedules") as ScheduleEntry[]) {
        const { expression, timeZone } = cronOf(entry.state);
        const hasBegun = Date.parse(entry.state.startTime) <= timeOf(cloud);
        if (hasBegun && scheduleState(entry, cloud) === "ACTIVE" && isDue(expression, timeZone, minute)) {
            try {
                start(cloud, entry, terminal);
            } catch (error) {
                terminal.log(`${entry.id}: ${(error as Error).message}`);
            }
        }
    }
}

/** Starts a run, unless as many go on as the schedule allows. Runs are skipped then, also where they would be queued. */
function start(cloud: Cloud, entry: ScheduleEntry, terminal: Terminal): void {
    const { createPipelineJobRequest, maxConcurrentActiveRunCount, startedRunCount } = entry.state;
    const jobs = cloud.store.list("//aiplatform.googleapis.com/", "pipelineJobs") as PipelineEntry[];
    const name = publicName(entry.id, cloud);
    const active = jobs.filter((job) => job.state.scheduleName === name && !hasEnded(job, cloud));
    if (maxConcurrentActiveRunCount !== undefined && active.length >= Number(maxConcurrentActiveRunCount)) {
        terminal.log(`${entry.id}: skipped, as ${active.length} of its runs go on`);
        return;
    }
    const place = { project: entry.project, location: locationOf(entry.id) };
    const job = storePipelineJob(cloud, place, createPipelineJobRequest.pipelineJob, { scheduleName: name });
    cloud.store.write({ ...entry, state: { ...entry.state, startedRunCount: startedRunCount + 1 } });
    terminal.log(`${entry.id}: started ${job.id}`);
}
