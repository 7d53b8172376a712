import { setTimeout as sleep } from "node:timers/promises";
import { dataflowLimits } from "slipway/facts";
import { GoogleError, type Inputs } from "../../../simulator";
import {
    changeJob,
    findJob,
    isTerminal,
    type JobEntry,
    jobResource,
    jobsOf,
    messagesOf,
    stateOf,
    timeOf,
} from "../../../simulator/services/dataflow/jobs";
import { launch } from "../../../simulator/services/dataflow/launch";
import { invalid, type Place, precondition } from "../../../simulator/services/dataflow/names";
import { isRunHere } from "../../../simulator/services/dataflow/pipelineRun";
import { type Call, type Method, page } from "../../emulator/methods/call";

const parent = "v1b3/projects/{projectId}/locations/{location}";

const placeOf = ({ projectId, location }: Inputs): Place => ({
    project: String(projectId),
    location: String(location),
});

function jobOf({ cloud, names }: Call): JobEntry {
    const found = findJob(cloud, placeOf(names), String(names.jobId));
    if (!found) {
        throw new GoogleError(404, `Information about job ${names.jobId} could not be found in our system.`);
    }
    return found;
}

/** How long a request waits for a change of a job that runs on this machine, in milliseconds. */
const patience = 15_000;

/**
 * A job. One that runs on this machine is answered after its next change, or a short time: programs wait in simulated time, which would be
 * over long before.
 */
async function get(call: Call): Promise<object> {
    const { cloud } = call;
    const before = stateOf(cloud, jobOf(call));
    const isChanging = () => {
        const job = jobOf(call);
        const state = stateOf(cloud, job);
        return state === before && isRunHere(cloud, job.state) && job.state.run !== undefined && isPassing(job, state);
    };
    for (const end = Date.now() + patience; Date.now() < end && isChanging(); ) {
        await sleep(100);
    }
    return jobResource(cloud, jobOf(call), call.query.get("view") === "JOB_VIEW_SUMMARY");
}

/** Whether a state passes without a request. */
const isPassing = ({ state: { type } }: JobEntry, state: string) =>
    ["PENDING", "QUEUED", "DRAINING", "CANCELLING"].includes(state) ||
    (state === "RUNNING" && type === "JOB_TYPE_BATCH");

function list({ cloud, names, query }: Call): object {
    const filter = query.get("filter") ?? "ALL";
    const name = query.get("name");
    if (!["UNKNOWN", "ALL", "TERMINATED", "ACTIVE"].includes(filter)) {
        throw invalid(`Invalid value at 'filter': "${filter}"`);
    }
    const matching = jobsOf(cloud, placeOf(names)).filter((job) => {
        const isOver = isTerminal(stateOf(cloud, job));
        return (
            (name === null || job.state.jobName === name) &&
            (filter === "ACTIVE" ? !isOver : filter === "TERMINATED" ? isOver : true)
        );
    });
    const newest = matching.sort((one, other) => (one.state.createTime < other.state.createTime ? 1 : -1));
    const { items, ...more } = page(query, newest);
    return { ...(items.length > 0 && { jobs: items.map((job) => jobResource(cloud, job, true)) }), ...more };
}

/** "Job is not yet ready for canceling", "Job has terminated": the provider handles both, as recorded there. */
const provider =
    "https://github.com/hashicorp/terraform-provider-google-beta/blob/main/google-beta/services/dataflow/resource_dataflow_job.go";

function update(call: Call): object {
    const { cloud, query, body } = call;
    const job = jobOf(call);
    const mask = (query.get("updateMask") ?? "").split(",").filter((path) => path !== "");
    if (body.requestedState !== undefined && mask.length > 0) {
        throw invalid("Both requested_state and update_mask are specified: they cannot be updated together.");
    }
    const state = stateOf(cloud, job);
    if (isTerminal(state)) {
        throw precondition(
            `Workflow modification failed. Causes: Operation ${mask.length > 0 ? "update" : "cancel"} not allowed for job ${job.state.id}. Job has terminated in state JOB_STATE_${state}.`,
        ).recordedIn(provider);
    }
    if (mask.length > 0) {
        return updateOptions(call, job, state, mask);
    }
    const now = new Date(timeOf(cloud)).toISOString();
    switch (body.requestedState) {
        case "JOB_STATE_CANCELLED":
            changeJob(cloud, job.name, { cancelTime: job.state.cancelTime ?? now });
            break;
        case "JOB_STATE_DRAINED":
        case "JOB_STATE_DRAINING":
            verifyDrain(job, state);
            changeJob(cloud, job.name, { drainTime: job.state.drainTime ?? now });
            break;
        default:
            throw invalid(`Invalid requested state: ${body.requestedState}.`);
    }
    return jobResource(cloud, jobOf(call));
}

/** "only as a transition from JOB_STATE_RUNNING", and "This method applies only to streaming pipelines". */
function verifyDrain(job: JobEntry, state: string): void {
    if (job.state.type !== "JOB_TYPE_STREAMING") {
        throw precondition(
            `Workflow modification failed. Causes: Operation drain not allowed for job ${job.state.id}. Draining is only supported for streaming jobs.`,
        );
    }
    if (state === "QUEUED" || state === "PENDING") {
        throw precondition(
            `Workflow modification failed. Causes: Operation drain not allowed for job ${job.state.id}. Job is not yet ready for draining. Please retry in a few minutes.`,
        ).recordedIn(provider);
    }
}

const optionNames: Record<string, string> = {
    "runtime_updatable_params.min_num_workers": "minNumWorkers",
    "runtime_updatable_params.max_num_workers": "maxNumWorkers",
    "runtime_updatable_params.worker_utilization_hint": "workerUtilizationHint",
};

/** "For a streaming job that uses Streaming Engine": https://cloud.google.com/dataflow/docs/guides/updating-a-pipeline */
function updateOptions(call: Call, job: JobEntry, state: string, mask: string[]): object {
    const { cloud, body } = call;
    const unknown = mask.find((path) => !Object.hasOwn(optionNames, path));
    if (unknown !== undefined) {
        throw invalid(`Invalid update mask: the field '${unknown}' cannot be updated.`);
    }
    const { environment, type } = job.state;
    if (type !== "JOB_TYPE_STREAMING" || environment.enableStreamingEngine !== true || state !== "RUNNING") {
        throw precondition(
            `Runtime updatable parameters can only be updated for running streaming jobs that use Streaming Engine (job ${job.state.id} is in JOB_STATE_${state}).`,
        );
    }
    const changed = Object.fromEntries(
        mask.map((path) => [optionNames[path], body.runtimeUpdatableParams?.[optionNames[path] as string]]),
    );
    const params = { ...job.state.runtimeUpdatableParams, ...changed };
    const { minNumWorkers = 1, maxNumWorkers = Number.POSITIVE_INFINITY } = params;
    if (minNumWorkers < 1 || minNumWorkers > maxNumWorkers || minNumWorkers > dataflowLimits.rows.workers.max) {
        throw invalid(`Invalid numbers of workers: minimum ${minNumWorkers}, maximum ${maxNumWorkers}.`);
    }
    changeJob(cloud, job.name, { runtimeUpdatableParams: params });
    return jobResource(cloud, jobOf(call));
}

const importances = ["UNKNOWN", "DEBUG", "DETAILED", "BASIC", "WARNING", "ERROR"].map(
    (name) => `JOB_MESSAGE_${name === "UNKNOWN" ? "IMPORTANCE_UNKNOWN" : name}`,
);

function messages(call: Call): object {
    const { cloud, query } = call;
    const least = importances.indexOf(query.get("minimumImportance") ?? "JOB_MESSAGE_IMPORTANCE_UNKNOWN");
    const all = messagesOf(cloud, jobOf(call));
    const { items, ...more } = page(
        query,
        all.filter(({ messageImportance }) => importances.indexOf(messageImportance) >= least),
    );
    return { ...(items.length > 0 && { jobMessages: items }), ...more };
}

function launchFlex({ cloud, names, body, isFailing }: Call): object {
    const { launchParameter: given = {}, validateOnly } = body;
    const { containerSpecGcsPath, containerSpec, transformNameMappings, ...rest } = given;
    if (!containerSpecGcsPath || containerSpec || validateOnly) {
        throw invalid(
            "launch_parameter.container_spec_gcs_path is required; the local Google Cloud supports no other form.",
        );
    }
    const request = {
        ...rest,
        kind: "flex" as const,
        path: containerSpecGcsPath,
        transformNames: transformNameMappings,
    };
    const job = launch(cloud, placeOf(names), request, isFailing);
    return { job: jobResource(cloud, job, true) };
}

function launchClassic({ cloud, names, query, body, isFailing }: Call): object {
    const path = query.get("gcsPath");
    if (!path) {
        throw invalid("gcs_path is required; the local Google Cloud supports no dynamic templates.");
    }
    const { transformNameMapping, ...rest } = body;
    const request = { ...rest, kind: "classic" as const, path, transformNames: transformNameMapping };
    const job = launch(cloud, placeOf(names), request, isFailing);
    return { job: jobResource(cloud, job, true) };
}

/** All supported methods of v1b3. */
export const methods: Method[] = [
    {
        id: "dataflow.projects.locations.flexTemplates.launch",
        verb: "POST",
        path: `${parent}/flexTemplates:launch`,
        fields: ["launchParameter", "validateOnly"],
        creates: "launchParameter.jobName",
        answer: launchFlex,
    },
    {
        id: "dataflow.projects.locations.templates.launch",
        verb: "POST",
        path: `${parent}/templates:launch`,
        query: ["gcsPath", "validateOnly", "dynamicTemplate.gcsPath", "dynamicTemplate.stagingLocation"],
        fields: ["jobName", "parameters", "environment", "update", "transformNameMapping"],
        creates: "jobName",
        answer: launchClassic,
    },
    {
        id: "dataflow.projects.locations.jobs.get",
        verb: "GET",
        path: `${parent}/jobs/{jobId}`,
        query: ["view"],
        answer: get,
    },
    {
        id: "dataflow.projects.locations.jobs.list",
        verb: "GET",
        path: `${parent}/jobs`,
        query: ["filter", "name", "pageSize", "pageToken", "view"],
        answer: list,
    },
    {
        id: "dataflow.projects.locations.jobs.update",
        verb: "PUT",
        path: `${parent}/jobs/{jobId}`,
        query: ["updateMask"],
        fields: ["requestedState", "runtimeUpdatableParams"],
        answer: update,
    },
    {
        id: "dataflow.projects.locations.jobs.messages.list",
        verb: "GET",
        path: `${parent}/jobs/{jobId}/messages`,
        query: ["minimumImportance", "pageSize", "pageToken", "startTime", "endTime"],
        answer: messages,
    },
];
