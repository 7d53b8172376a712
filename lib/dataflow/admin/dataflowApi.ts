import { AdminApi, dataflow } from "../../internal/adminApi/adminApi";
import { createOnce } from "../../internal/adminApi/awaitedJob";
import { canonicalJson } from "../../internal/arguments/json";
import { labelValue } from "../../internal/arguments/labels";
import { hashOf } from "../../internal/arguments/names";
import { waitClock } from "../../internal/engine/waitingClock";
import type { DataflowJobInputs } from "./jobInputs";

/** Returns the API of Dataflow. */
export const dataflowApi = (): AdminApi => new AdminApi(undefined, undefined, dataflow);

/** A {@link https://cloud.google.com/dataflow/docs/reference/rest/v1b3/projects.jobs job}, as far as it is read here. */
export interface Job {
    id: string;
    name: string;
    currentState?: string;
    createTime?: string;
    labels?: Record<string, string>;
    /** The job that has replaced this one. */
    replacedByJobId?: string;
    runtimeUpdatableParams?: { minNumWorkers?: number; maxNumWorkers?: number };
}

/** The labels of the jobs: the component, and the hash of the job's content. */
export const componentLabel = "slipway-job";
export const contentLabel = "slipway-content";

/** https://cloud.google.com/dataflow/docs/reference/rest/v1b3/projects.jobs#jobstate */
const terminal = /_STATE_(DONE|FAILED|CANCELLED|UPDATED|DRAINED)$/;
const starting = /_STATE_(UNKNOWN|STOPPED|QUEUED|PENDING)$/;

export const stateOf = ({ currentState = "JOB_STATE_UNKNOWN" }: Job): string => currentState;
export const hasEnded = (job: Job): boolean => terminal.test(stateOf(job));
export const isStarting = (job: Job): boolean => starting.test(stateOf(job));
export const isIn = (job: Job, state: string): boolean => stateOf(job) === `JOB_STATE_${state}`;

type Place = Pick<DataflowJobInputs, "project" | "location">;

export const parentOf = ({ project, location }: Place): string => `projects/${project}/locations/${location}`;

const pathOf = (inputs: Place, id: string) => `${parentOf(inputs)}/jobs/${id}`;

export const consoleOf = ({ project, location }: Place, id: string): string =>
    `https://console.cloud.google.com/dataflow/jobs/${location}/${id}?project=${project}`;

/** A value without undefined properties, which states do not have. */
export const plain = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value));

/**
 * The hash of a job's content. Its labels do not belong to it, and neither do the numbers of workers where they change without
 * another job.
 */
export function contentOf(inputs: DataflowJobInputs): string {
    const { type, template, parameters, environment, workers, runOn } = inputs;
    const fixed = type === "streaming" && !isScaledInFlight(inputs) ? { workers } : {};
    return hashOf(canonicalJson(plain({ type, template, parameters, environment, runOn, ...fixed })), 32);
}

/**
 * Whether the numbers of workers of a streaming job change without another job: "For streaming jobs that use Streaming Engine".
 * https://cloud.google.com/dataflow/docs/guides/updating-a-pipeline#in-flight-job-option-update
 */
export const isScaledInFlight = ({ environment }: Pick<DataflowJobInputs, "environment">): boolean =>
    environment.enableStreamingEngine === true;

/** A job with all that is known of it; undefined if there is none. */
export const findJob = (api: AdminApi, inputs: Place, id: string): Promise<Job | undefined> =>
    api.find<Job>(pathOf(inputs, id), { query: { view: "JOB_VIEW_ALL" } });

/** A job, or the one that has replaced it since. */
export async function latestJob(api: AdminApi, inputs: Place, id: string): Promise<Job | undefined> {
    let job = await findJob(api, inputs, id);
    while (job && isIn(job, "UPDATED") && job.replacedByJobId !== undefined) {
        const next = await findJob(api, inputs, job.replacedByJobId);
        if (next === undefined) {
            break;
        }
        job = next;
    }
    return job;
}

/** The jobs of a name, with their labels, which lists lack. */
export async function jobsNamed(api: AdminApi, inputs: Place, name: string, filter: "ALL" | "ACTIVE"): Promise<Job[]> {
    const listed = await api.list<Job>(`${parentOf(inputs)}/jobs`, "jobs", { filter, name });
    const found = await Promise.all(
        listed.filter((one) => one.name === name).map(({ id }) => findJob(api, inputs, id)),
    );
    return found.filter((one) => one !== undefined);
}

/** All jobs of a project and region that have not ended. */
export async function activeJobs(api: AdminApi, inputs: Place): Promise<Job[]> {
    const listed = await api.list<Job>(`${parentOf(inputs)}/jobs`, "jobs", { filter: "ACTIVE" });
    const found = await Promise.all(listed.map(({ id }) => findJob(api, inputs, id)));
    return found.filter((one) => one !== undefined);
}

/** Whether a job is of this component of this stack: two stacks of a project can have a component of the same name. */
export const isOwn = ({ name, labels }: Pick<DataflowJobInputs, "name" | "labels">, job: Job): boolean =>
    job.labels?.[componentLabel] === labelValue(name) && job.labels.environment === labels.environment;

/** The path, the query and the body of a request that launches a job. */
export function launchOf(inputs: DataflowJobInputs, jobName: string, content: string, isUpdate: boolean) {
    const { template, parameters, workers, transformNames, labels, name } = inputs;
    const environment = {
        ...inputs.environment,
        ...(workers.min > 0 && { numWorkers: workers.min }),
        ...(workers.max > 0 && { maxWorkers: workers.max }),
        additionalUserLabels: { ...labels, [componentLabel]: labelValue(name), [contentLabel]: content },
    };
    const common = { jobName, parameters, environment, ...(isUpdate && { update: true }) };
    const names = isUpdate && Object.keys(transformNames).length > 0 ? transformNames : undefined;
    return template.kind === "flex"
        ? {
              path: `${parentOf(inputs)}/flexTemplates:launch`,
              query: {} as Record<string, string>,
              body: {
                  launchParameter: {
                      ...common,
                      containerSpecGcsPath: template.path,
                      ...(names && { transformNameMappings: names }),
                  },
              },
          }
        : {
              path: `${parentOf(inputs)}/templates:launch`,
              query: { gcsPath: template.path },
              body: { ...common, ...(names && { transformNameMapping: names }) },
          };
}

/** Launches a job of a content, unless an earlier call has. @param isEarlier whether a job of the name is the result of that */
export function launchOnce(
    api: AdminApi,
    inputs: DataflowJobInputs,
    jobName: string,
    { isUpdate = false, isEarlier }: { isUpdate?: boolean; isEarlier(job: Job): boolean },
): Promise<Job> {
    const content = contentOf(inputs);
    const { path, query, body } = launchOf(inputs, jobName, content, isUpdate);
    const find = async () => {
        const jobs = await jobsNamed(api, inputs, jobName, "ALL");
        return jobs.find((job) => isOwn(inputs, job) && job.labels?.[contentLabel] === content && isEarlier(job));
    };
    const launch = async () => (await api.post<{ job: Job }>(path, { query, body, retry: false })).job;
    // 409 is the answer if another job has the name, which does not change by waiting.
    return createOnce(find, launch, () => false);
}

/** The pause between two looks at a job, in milliseconds, and the time between two messages about it. */
const pauses = { first: 5_000, max: 30_000 };
const progressEvery = 5 * 60_000;

/** Waits until a job is in a state, or for a time. */
export async function follow(
    api: AdminApi,
    inputs: DataflowJobInputs,
    begun: Job,
    isReached: (job: Job) => boolean,
    { seconds, log }: { seconds: number; log(message: string): void },
): Promise<Job> {
    const clock = waitClock();
    const since = clock.now();
    let told = since;
    let job = begun;
    const isOver = () => seconds > 0 && clock.now() - since >= seconds * 1000;
    for (let pause = pauses.first; !isReached(job) && !isOver(); pause = Math.min(pause * 1.5, pauses.max)) {
        await clock.sleep(pause);
        const before = stateOf(job);
        job = (await findJob(api, inputs, job.id)) ?? job;
        if (stateOf(job) !== before || clock.now() - told >= progressEvery) {
            told = clock.now();
            log(`Dataflow job ${job.name}: ${stateOf(job)}, after ${Math.round((told - since) / 60_000)} min`);
        }
    }
    return job;
}

/** The errors among the messages of a job, oldest first; none if they cannot be read. */
export async function errorsOf(api: AdminApi, inputs: Place, { id }: Job): Promise<string[]> {
    try {
        const query = { minimumImportance: "JOB_MESSAGE_ERROR" };
        const messages = await api.list<{ messageText?: string }>(
            `${pathOf(inputs, id)}/messages`,
            "jobMessages",
            query,
        );
        return messages.flatMap(({ messageText }) => messageText ?? []).slice(-10);
    } catch {
        return [];
    }
}

/** Requests a state of a job. */
export const request = (api: AdminApi, inputs: Place, { id }: Job, requestedState: string): Promise<Job> =>
    api.put<Job>(pathOf(inputs, id), { body: { requestedState } });

/** Changes the numbers of workers of a running job. */
export function scale(api: AdminApi, inputs: DataflowJobInputs, { id }: Job): Promise<Job> {
    const { min, max } = inputs.workers;
    const params = { ...(min > 0 && { minNumWorkers: min }), ...(max > 0 && { maxNumWorkers: max }) };
    const fields = { minNumWorkers: "min_num_workers", maxNumWorkers: "max_num_workers" };
    const mask = Object.keys(params).map((key) => `runtime_updatable_params.${fields[key as keyof typeof fields]}`);
    return api.put<Job>(pathOf(inputs, id), {
        query: { updateMask: mask.join(",") },
        body: { runtimeUpdatableParams: params },
    });
}
