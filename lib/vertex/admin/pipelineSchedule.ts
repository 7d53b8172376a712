import type { dynamic } from "@pulumi/pulumi";
import type { AdminApi, AdminError } from "../../internal/adminApi/adminApi";
import { createOnce } from "../../internal/adminApi/awaitedJob";
import { canonicalJson } from "../../internal/arguments/json";
import { parentOf, plain } from "./jobs";
import { deleteScheduled, isOwn, type PipelineJob, requestOf } from "./pipeline";
import type { PipelineScheduleInputs, PipelineScheduleOutputs } from "./pipelineInputs";
import { type VertexApis, vertexApis } from "./vertexApi";

/** A {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.schedules schedule}. */
interface Schedule {
    name: string;
    displayName: string;
    state: "ACTIVE" | "PAUSED" | "COMPLETED";
    cron?: string;
    createPipelineJobRequest?: { pipelineJob?: Partial<PipelineJob> };
}

/** A schedule in the form of the API. */
function bodyOf(inputs: PipelineScheduleInputs): Record<string, unknown> {
    const { name, cron, start, end, maxRuns, maxConcurrentRuns, maxActiveRuns, allowQueueing } = inputs;
    return plain({
        displayName: name,
        cron,
        startTime: start,
        endTime: end,
        maxRunCount: maxRuns === undefined ? undefined : String(maxRuns),
        maxConcurrentRunCount: String(maxConcurrentRuns),
        maxConcurrentActiveRunCount: maxActiveRuns === undefined ? undefined : String(maxActiveRuns),
        allowQueueing,
        createPipelineJobRequest: { parent: parentOf(inputs), pipelineJob: requestOf(inputs) },
    });
}

/** What is compared: all that determines a schedule and its runs. */
const recorded = (inputs: PipelineScheduleInputs) =>
    canonicalJson({
        ...{ project: inputs.project, location: inputs.location, name: inputs.name, paused: inputs.paused },
        body: bodyOf(inputs),
    });

/** The schedule of a component. Schedules have no custom IDs and no labels; the jobs that they create have both. */
async function findSchedule(api: AdminApi, inputs: PipelineScheduleInputs): Promise<Schedule | undefined> {
    const filter = `display_name="${inputs.name}"`;
    const found = await api.list<Schedule>(`${parentOf(inputs)}/schedules`, "schedules", { filter });
    return found.find((one) => isOwn(inputs, one.createPipelineJobRequest?.pipelineJob ?? {}));
}

async function remove(api: AdminApi, name: string): Promise<void> {
    await api.change("DELETE", name).catch((error: AdminError) => {
        if (error.status !== 404) {
            throw error;
        }
    });
}

/** Pauses or resumes a schedule. */
async function settle(api: AdminApi, { paused, catchUp }: PipelineScheduleInputs, schedule: Schedule) {
    const isPaused = schedule.state === "PAUSED";
    if (paused !== isPaused && schedule.state !== "COMPLETED") {
        await api.post(`${schedule.name}:${paused ? "pause" : "resume"}`, { body: paused ? {} : { catchUp } });
        return api.get<Schedule>(schedule.name);
    }
    return schedule;
}

/** Creates the schedule; one that an interrupted deployment has created is changed instead. */
async function create(api: AdminApi, inputs: PipelineScheduleInputs): Promise<Schedule> {
    const earlier = await findSchedule(api, inputs);
    if (earlier !== undefined && earlier.state !== "COMPLETED") {
        return settle(api, inputs, await change(api, inputs, earlier));
    }
    if (earlier !== undefined) {
        await remove(api, earlier.name);
    }
    const created = await createOnce(
        () => findSchedule(api, inputs),
        () => api.post<Schedule>(`${parentOf(inputs)}/schedules`, { body: bodyOf(inputs), retry: false }),
    );
    return settle(api, inputs, created);
}

function change(api: AdminApi, inputs: PipelineScheduleInputs, { name }: Schedule): Promise<Schedule> {
    const body = bodyOf(inputs);
    return api.patch<Schedule>(name, { query: { updateMask: Object.keys(body).join(",") }, body });
}

const outputsOf = (inputs: PipelineScheduleInputs, { name, state }: Schedule): PipelineScheduleOutputs => ({
    ...inputs,
    schedule: name,
    state,
});

/** Optional fields of schedules: {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.schedules/patch "The non-empty fields cannot be unset"}. */
const optional = ["start", "end", "maxRuns", "maxActiveRuns"] as const;

/**
 * The provider of schedules. The Google provider's own type is deprecated, sends all parameters as texts, and cannot pause:
 * {@link https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/vertex_ai_schedule}.
 */
export function pipelineScheduleProvider(
    apis: VertexApis = vertexApis,
): dynamic.ResourceProvider<PipelineScheduleInputs, PipelineScheduleOutputs> {
    return {
        async diff(_id, olds, news) {
            return {
                changes: recorded(olds) !== recorded(news),
                replaces: (["project", "location", "name"] as const).filter((key) => olds[key] !== news[key]),
                deleteBeforeReplace: true,
            };
        },
        async create(inputs) {
            const api = apis(inputs.location);
            const schedule = await create(api, inputs);
            return { id: `${parentOf(inputs)}/pipelineSchedules/${inputs.name}`, outs: outputsOf(inputs, schedule) };
        },
        async update(_id, olds, news) {
            const api = apis(news.location);
            const known = await api.find<Schedule>(olds.schedule);
            // A completed schedule cannot be changed. Another one takes its place, after it: never two at once.
            const isKept =
                known !== undefined &&
                known.state !== "COMPLETED" &&
                optional.every((key) => olds[key] === undefined || news[key] !== undefined);
            if (!isKept) {
                if (known) {
                    await remove(api, known.name);
                }
                return { outs: outputsOf(news, await create(api, news)) };
            }
            return { outs: outputsOf(news, await settle(api, news, await change(api, news, known))) };
        },
        async read(id, props) {
            if (props?.schedule === undefined) {
                return { id, props };
            }
            const found = await apis(props.location).find<Schedule>(props.schedule);
            return found === undefined
                ? { id: "" }
                : {
                      id,
                      props: {
                          ...props,
                          cron: found.cron ?? props.cron,
                          state: found.state,
                          paused: found.state === "COMPLETED" ? props.paused : found.state === "PAUSED",
                      },
                  };
        },
        async delete(_id, props) {
            const api = apis(props.location);
            await remove(api, props.schedule);
            await deleteScheduled(api, props, props.schedule);
        },
    };
}
