import type { Cloud } from "../../cloud/cloud";
import { digits } from "../../cloud/ids";
import { SimulatedTime } from "../../cloud/propagation";
import type { Entry } from "../../cloud/store";
import { type Inputs, lastPart } from "../../rules/rules";
import { hasRunner, type JobRun } from "./jobRunner";
import { type JobFailure, type Place, replicaFailure, startFailure } from "./jobSpec";
import { fullName, publicName } from "./names";
import { share, suggestionsOf } from "./study";

/** The collections of jobs, with their kinds in errors. */
export const jobKinds = { customJobs: "CustomJob", hyperparameterTuningJobs: "HyperparameterTuningJob" } as const;

export type JobKind = keyof typeof jobKinds;

export type JobEntry = Entry & { state: Inputs };

/** How long a job waits for machines and runs, and how long its cancellation takes, in milliseconds. */
const takes = { pending: 60_000, running: 540_000, cancelling: 30_000 };

/** The lines of a container that fails by a fault. */
export const faultLog = [
    "Traceback (most recent call last):",
    '  File "/app/train.py", line 1',
    "RuntimeError: simulated failure",
];

export const timeOf = (cloud: Cloud) => new SimulatedTime(cloud.folder).now();

/** The spec of a job, or of each of its trials. */
export const specOf = (kind: JobKind, body: Inputs): Inputs =>
    kind === "customJobs" ? body.jobSpec : body.trialJobSpec;

/** Stores a new job. It runs in simulated time, unless a process runs containers. */
export function storeJob(cloud: Cloud, kind: JobKind, place: Place, body: Inputs, isFailing: boolean): JobEntry {
    const now = timeOf(cloud);
    const id = digits(`${kind} ${now} ${Math.random()}`, 19);
    const path = `projects/${place.project}/locations/${place.location}/${kind}/${id}`;
    const failure: JobFailure | undefined =
        startFailure(specOf(kind, body), place, cloud) ??
        (isFailing ? replicaFailure(faultLog.at(-1) as string) : undefined);
    const state = {
        ...body,
        kind,
        createTime: new Date(now).toISOString(),
        ...(failure && { failure, log: isFailing ? faultLog : [failure.message] }),
        ...(!failure && hasRunner(cloud) && { run: {} }),
    };
    const entry: JobEntry = { name: fullName(path), project: place.project, id: path, state };
    cloud.store.write(entry);
    return entry;
}

/** The name of the job of which a folder would have results, if it had run in containers. */
export function simulatedJobOf(cloud: Cloud, folder: string): string | undefined {
    const all = cloud.store.list("//aiplatform.googleapis.com/", ...Object.keys(jobKinds)) as JobEntry[];
    const simulated = all.find(({ state }) => {
        const { outputUriPrefix = "" } = specOf(state.kind, state)?.baseOutputDirectory ?? {};
        return (
            !state.run && outputUriPrefix !== "" && `${folder}/`.startsWith(`${outputUriPrefix.replace(/\/$/, "")}/`)
        );
    });
    return simulated?.id;
}

/** The state of a job at the present simulated time. */
export interface Progress {
    state: string;
    startTime?: number;
    endTime?: number;
}

export function progressOf({ state }: JobEntry, now: number): Progress {
    const { createTime, cancelTime, failure, run } = state;
    if (run) {
        return progressOfRun(run, failure !== undefined, cancelTime !== undefined);
    }
    const startTime = Date.parse(createTime) + takes.pending;
    const end = startTime + takes.running;
    const started = { ...(now >= startTime && { startTime }) };
    if (cancelTime !== undefined && Date.parse(cancelTime) < end) {
        const endTime = Date.parse(cancelTime) + takes.cancelling;
        const wasStarted = startTime <= Date.parse(cancelTime) && { startTime };
        return now >= endTime
            ? { state: "JOB_STATE_CANCELLED", ...wasStarted, endTime }
            : { state: "JOB_STATE_CANCELLING", ...wasStarted };
    }
    if (now >= end) {
        return { state: failure ? "JOB_STATE_FAILED" : "JOB_STATE_SUCCEEDED", startTime, endTime: end };
    }
    return { state: now >= startTime ? "JOB_STATE_RUNNING" : "JOB_STATE_PENDING", ...started };
}

function progressOfRun(
    { startTime, endTime, isCancelled }: JobRun,
    isFailed: boolean,
    isCancelling: boolean,
): Progress {
    const times = { ...(startTime !== undefined && { startTime }), ...(endTime !== undefined && { endTime }) };
    if (endTime !== undefined) {
        const state = isCancelled ? "CANCELLED" : isFailed ? "FAILED" : "SUCCEEDED";
        return { state: `JOB_STATE_${state}`, ...times };
    }
    const state = isCancelling ? "CANCELLING" : startTime === undefined ? "PENDING" : "RUNNING";
    return { state: `JOB_STATE_${state}`, ...times };
}

const ended = ["JOB_STATE_SUCCEEDED", "JOB_STATE_FAILED", "JOB_STATE_CANCELLED"];

export const hasEnded = (entry: JobEntry, cloud: Cloud): boolean =>
    ended.includes(progressOf(entry, timeOf(cloud)).state);

export const stateOf = (entry: JobEntry, cloud: Cloud): string => progressOf(entry, timeOf(cloud)).state;

/** Changes the present state of a job, unless it was deleted. */
export function changeJob(cloud: Cloud, name: string, parts: Inputs): void {
    const found = cloud.store.read(name);
    if (found) {
        cloud.store.write({ ...found, state: { ...found.state, ...parts } });
    }
}

/**
 * Notes the cancellation of a job; one that has ended stays as it is. A job whose containers were killed with the process that ran it
 * has ended then.
 */
export function cancelJob(entry: JobEntry, cloud: Cloud): void {
    const { name, state } = entry;
    if (!hasEnded(entry, cloud) && state.cancelTime === undefined) {
        const endTime = timeOf(cloud);
        const isOver = state.run && !hasRunner(cloud);
        changeJob(cloud, name, {
            cancelTime: new Date(endTime).toISOString(),
            ...(isOver && { run: { ...state.run, endTime, isCancelled: true } }),
        });
    }
}

const timestamp = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

/** A job in the form of the API. */
export function jobResource(entry: JobEntry, cloud: Cloud): Inputs {
    const { kind, failure, log: _, cancelTime: __, run, trials, ...given } = entry.state;
    const { state, startTime, endTime } = progressOf(entry, timeOf(cloud));
    const error =
        state === "JOB_STATE_FAILED"
            ? failure
            : state === "JOB_STATE_CANCELLED"
              ? { code: 1, message: "The job was cancelled." }
              : undefined;
    return {
        name: publicName(entry.id, cloud),
        ...given,
        state,
        updateTime: timestamp(endTime ?? startTime) ?? given.createTime,
        ...(startTime !== undefined && { startTime: timestamp(startTime) }),
        ...(endTime !== undefined && { endTime: timestamp(endTime) }),
        ...(error && { error }),
        ...(kind === "hyperparameterTuningJobs" && { trials: run ? (trials ?? []) : trialsOf(entry, state) }),
    };
}

/** The trials of a tuning job that succeeded in simulated time, with simulated metrics. */
function trialsOf({ id: path, state }: JobEntry, jobState: string): Inputs[] {
    if (jobState !== "JOB_STATE_SUCCEEDED") {
        return [];
    }
    return suggestionsOf(state, path).map((parameters, index) => ({
        id: String(index + 1),
        state: "SUCCEEDED",
        parameters,
        finalMeasurement: {
            stepCount: "1",
            metrics: state.studySpec.metrics.map(({ metricId }: Inputs) => ({
                metricId,
                value: share(`${path} ${index + 1} ${metricId}`),
            })),
        },
        startTime: state.createTime,
    }));
}

/** The entries of the log of a job that has failed: https://cloud.google.com/vertex-ai/docs/training/monitor-debug#logs */
export function jobLog(entry: JobEntry, cloud: Cloud): Inputs[] {
    const { log = [], createTime } = entry.state;
    const since = progressOf(entry, timeOf(cloud)).startTime ?? Date.parse(createTime);
    const isFailed = stateOf(entry, cloud) === "JOB_STATE_FAILED";
    return isFailed ? logEntries(entry.project, lastPart(entry.id), since, log) : [];
}

/** The lines of the container of a job. */
export const logEntries = (project: string, job: string, since: number, lines: string[]): Inputs[] =>
    lines.map((textPayload, index) => ({
        logName: `projects/${project}/logs/workerpool0-0`,
        insertId: `${job}-${index}`,
        timestamp: new Date(since + index).toISOString(),
        severity: "ERROR",
        resource: { type: "ml_job", labels: { project_id: project, job_id: job, task_name: "workerpool0-0" } },
        textPayload,
    }));
