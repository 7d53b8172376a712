import type { Cloud } from "../../cloud/cloud";
import { digits } from "../../cloud/ids";
import { SimulatedTime } from "../../cloud/propagation";
import type { Entry } from "../../cloud/store";
import type { Inputs } from "../../rules/rules";
import { fullName, jobsPath, type Place } from "./names";
import { isRunHere, type PipelineRun } from "./pipelineRun";

export type JobEntry = Entry & { state: Inputs };

/**
 * How long the launcher of a Flex Template takes, how long a job waits for its workers, how long a batch job runs, and how long drains and
 * cancellations take, in milliseconds.
 */
const takes = { queued: 120_000, pending: 60_000, batch: 600_000, draining: 180_000, cancelling: 30_000 };

export const timeOf = (cloud: Cloud) => new SimulatedTime(cloud.folder).now();

const read = (cloud: Cloud, place: Place, id: string) =>
    cloud.store.read(fullName(`${jobsPath(place)}/${id}`)) as JobEntry | undefined;

export const findJob = read;

export const jobsOf = (cloud: Cloud, place: Place) => cloud.store.list(fullName(jobsPath(place))) as JobEntry[];

/** All jobs of a project, in all regions. */
export const jobsIn = (cloud: Cloud, project: string) =>
    cloud.store.list(fullName(`projects/${project}/locations`), "jobs") as JobEntry[];

/** What is stored of a launched job. */
export interface Launched {
    jobName: string;
    type: "JOB_TYPE_STREAMING" | "JOB_TYPE_BATCH";
    isFlex: boolean;
    environment: Inputs;
    parameters: Record<string, string>;
    labels: Record<string, string>;
    transformNameMapping?: Record<string, string>;
    /** The job that this one updates. */
    replaceJobId?: string;
    /** The messages of a job that fails. */
    failure?: string[];
    /** The image of a pipeline in Python. */
    image?: string;
}

/** Stores a new job, which runs in simulated time. */
export function storeJob(cloud: Cloud, place: Place, launched: Launched): JobEntry {
    const now = timeOf(cloud);
    const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(/[T:]/g, "_");
    const id = `${stamp}-${digits(`${launched.jobName} ${now} ${Math.random()}`, 19)}`;
    const path = `${jobsPath(place)}/${id}`;
    const isRun = launched.failure === undefined && isRunHere(cloud, launched);
    const state = { ...launched, id, createTime: new Date(now).toISOString(), ...(isRun && { run: {} }) };
    const entry: JobEntry = { name: fullName(path), project: place.project, id: path, state };
    cloud.store.write(entry);
    if (launched.replaceJobId !== undefined && launched.failure === undefined) {
        const replaced = read(cloud, place, launched.replaceJobId);
        if (replaced) {
            changeJob(cloud, replaced.name, { replacedByJobId: id });
        }
    }
    return entry;
}

/** Changes the present state of a job. */
export function changeJob(cloud: Cloud, name: string, parts: Inputs): void {
    const found = cloud.store.read(name);
    if (found) {
        cloud.store.write({ ...found, state: { ...found.state, ...parts } });
    }
}

/** When a job gets its workers. */
const startOf = ({ createTime, isFlex }: Inputs) =>
    Date.parse(createTime) + (isFlex ? takes.queued : 0) + takes.pending;

/** The state of a job at a simulated time: https://cloud.google.com/dataflow/docs/reference/rest/v1b3/projects.jobs#jobstate */
export function stateAt(cloud: Cloud, { id: path, state }: JobEntry, now: number): { name: string; since: number } {
    const { createTime, isFlex, failure, drainTime, cancelTime, replacedByJobId, type } = state;
    const created = Date.parse(createTime);
    const run = runOf(cloud, state);
    if (run) {
        return stateOfRun(run, state);
    }
    const started = startOf(state);
    if (cancelTime !== undefined) {
        const end = Date.parse(cancelTime) + takes.cancelling;
        return now >= end ? { name: "CANCELLED", since: end } : { name: "CANCELLING", since: Date.parse(cancelTime) };
    }
    if (now < started) {
        const isQueued = isFlex && now < created + takes.queued;
        return isQueued ? { name: "QUEUED", since: created } : { name: "PENDING", since: started - takes.pending };
    }
    if (failure !== undefined) {
        return { name: "FAILED", since: started };
    }
    const next = replacedByJobId && (cloud.store.read(fullName(path.replace(/[^/]+$/, replacedByJobId))) as JobEntry);
    if (next && next.state.failure === undefined && now >= startOf(next.state)) {
        return { name: "UPDATED", since: startOf(next.state) };
    }
    if (drainTime !== undefined) {
        const end = Date.parse(drainTime) + takes.draining;
        return now >= end ? { name: "DRAINED", since: end } : { name: "DRAINING", since: Date.parse(drainTime) };
    }
    return type === "JOB_TYPE_BATCH" && now >= started + takes.batch
        ? { name: "DONE", since: started + takes.batch }
        : { name: "RUNNING", since: started };
}

/** How a pipeline runs on this machine; undefined if the job runs in simulated time. */
const runOf = (cloud: Cloud, { run, ...state }: Inputs): PipelineRun | undefined =>
    run?.endTime !== undefined || (run && isRunHere(cloud, state)) ? run : undefined;

function stateOfRun(
    { startTime, endTime, end }: PipelineRun,
    { createTime, drainTime, cancelTime }: Inputs,
): { name: string; since: number } {
    if (endTime !== undefined) {
        return { name: end ?? "FAILED", since: endTime };
    }
    if (cancelTime !== undefined) {
        return { name: "CANCELLING", since: Date.parse(cancelTime) };
    }
    if (startTime === undefined) {
        return { name: "PENDING", since: Date.parse(createTime) };
    }
    return drainTime === undefined
        ? { name: "RUNNING", since: startTime }
        : { name: "DRAINING", since: Date.parse(drainTime) };
}

export const stateOf = (cloud: Cloud, entry: JobEntry): string => stateAt(cloud, entry, timeOf(cloud)).name;

const terminal = ["DONE", "FAILED", "CANCELLED", "UPDATED", "DRAINED"];

export const isTerminal = (state: string): boolean => terminal.includes(state);

export const isActive = (cloud: Cloud, entry: JobEntry): boolean => !isTerminal(stateOf(cloud, entry));

/** A job in the form of the API; summaries lack labels and the environment. */
export function jobResource(cloud: Cloud, entry: JobEntry, isSummary = false): Inputs {
    const { state } = entry;
    const [, project, , location] = entry.id.split("/");
    const { name, since } = stateAt(cloud, entry, timeOf(cloud));
    const { environment, parameters } = state;
    const requested = state.drainTime ? "JOB_STATE_DRAINED" : state.cancelTime ? "JOB_STATE_CANCELLED" : undefined;
    return {
        id: state.id,
        projectId: project,
        location,
        name: state.jobName,
        type: state.type,
        currentState: `JOB_STATE_${name}`,
        currentStateTime: new Date(since).toISOString(),
        createTime: state.createTime,
        startTime: state.createTime,
        ...(requested && { requestedState: requested }),
        ...(state.replaceJobId && { replaceJobId: state.replaceJobId }),
        ...(name === "UPDATED" && { replacedByJobId: state.replacedByJobId }),
        ...(!isSummary && {
            labels: state.labels,
            ...(state.transformNameMapping && { transformNameMapping: state.transformNameMapping }),
            ...(state.runtimeUpdatableParams && { runtimeUpdatableParams: state.runtimeUpdatableParams }),
            environment: {
                serviceAccountEmail: environment.serviceAccountEmail,
                ...(environment.kmsKeyName && { serviceKmsKeyName: environment.kmsKeyName }),
                tempStoragePrefix: environment.tempLocation,
                sdkPipelineOptions: { options: { ...parameters, jobName: state.jobName, region: location } },
                workerPools: [
                    {
                        kind: "harness",
                        ...(environment.machineType && { machineType: environment.machineType }),
                        ...(environment.numWorkers && { numWorkers: environment.numWorkers }),
                        autoscalingSettings: {
                            algorithm: "AUTOSCALING_ALGORITHM_BASIC",
                            ...(environment.maxWorkers && { maxNumWorkers: environment.maxWorkers }),
                        },
                        ...(environment.subnetwork && { subnetwork: environment.subnetwork }),
                        ipConfiguration: environment.ipConfiguration ?? "WORKER_IP_UNSPECIFIED",
                    },
                ],
            },
        }),
    };
}

/** The messages of a job: https://cloud.google.com/dataflow/docs/reference/rest/v1b3/projects.locations.jobs.messages/list */
export function messagesOf(cloud: Cloud, entry: JobEntry): Inputs[] {
    const { name, since } = stateAt(cloud, entry, timeOf(cloud));
    const message = (importance: string, time: number, messageText: string, index = 0): Inputs => ({
        id: `msg-${time}-${index}`,
        time: new Date(time).toISOString(),
        messageImportance: `JOB_MESSAGE_${importance}`,
        messageText,
    });
    const { createTime, failure = [] } = entry.state;
    return [
        message("BASIC", Date.parse(createTime), `Job ${entry.state.id} was created.`),
        ...(name === "FAILED" ? (failure as string[]).map((text, index) => message("ERROR", since, text, index)) : []),
    ];
}
