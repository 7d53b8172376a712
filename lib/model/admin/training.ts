import type { dynamic } from "@pulumi/pulumi";
import type { AdminApi } from "../../internal/adminApi";
import { AdminError } from "../../internal/adminApi";
import { waitClock } from "../../internal/clock";
import { canonicalJson } from "../../internal/json";
import { labelValue } from "../../internal/labels";
import { lastLines } from "../../internal/logs";
import { hashOf } from "../../internal/names";
import type { JobSpec, TrainingJobInputs, TrainingJobOutputs, TuningSpec } from "./trainingInputs";
import { createOnce, type VertexApis, vertexApis } from "./vertexApi";

/** A {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.customJobs custom job}, or a tuning job. */
export interface Job {
    name: string;
    state: string;
    createTime: string;
    error?: { code?: number; message?: string };
    jobSpec?: JobSpec & BaseDirectory;
    trialJobSpec?: JobSpec & BaseDirectory;
    studySpec?: TuningSpec["studySpec"];
    trials?: Trial[];
}

interface BaseDirectory {
    baseOutputDirectory?: { outputUriPrefix: string };
}

interface Trial {
    id: string;
    state: string;
    parameters?: { parameterId: string; value: unknown }[];
    finalMeasurement?: { metrics?: { metricId: string; value: number }[] };
}

/** The labels of the jobs: the component, and the hash of what a job was made of. */
const [componentLabel, contentLabel] = ["slipway-job", "slipway-content"];

/** States in which a job has {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/JobState ended}. */
const succeeded = ["JOB_STATE_SUCCEEDED", "JOB_STATE_PARTIALLY_SUCCEEDED"];
const failed = ["JOB_STATE_FAILED", "JOB_STATE_CANCELLED", "JOB_STATE_EXPIRED"];
const cancelling = "JOB_STATE_CANCELLING";

const hasSucceeded = ({ state }: Pick<Job, "state">) => succeeded.includes(state);
const hasFailed = ({ state }: Pick<Job, "state">) => failed.includes(state);
const hasEnded = (job: Pick<Job, "state">) => hasSucceeded(job) || hasFailed(job);

/** The pause between two looks at a job, in milliseconds. */
const pauses = { first: 5_000, max: 60_000 };

/** The time between two messages about a job that goes on, in milliseconds. */
const progressEvery = 10 * 60_000;

const parentOf = ({ project, location }: TrainingJobInputs) => `projects/${project}/locations/${location}`;

const kindOf = ({ tuning }: Pick<TrainingJobInputs, "tuning">) =>
    tuning === undefined ? "customJobs" : "hyperparameterTuningJobs";

/** A page of the console, with the logs of the job. */
export function consoleOf({ project, location }: TrainingJobInputs, { name }: Pick<Job, "name">): string {
    const [, , , , kind, id] = name.split("/");
    const page = kind === "customJobs" ? "training" : "hyperparameter-tuning";
    return `https://console.cloud.google.com/vertex-ai/locations/${location}/${page}/${id}?project=${project}`;
}

/** A value without undefined properties, which states do not have. */
const plain = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value));

/**
 * The hash of what a training is made of: the code with its arguments and variables, the search for hyperparameters, the versions of
 * the data, and where its results are. Machines, accounts and networks do not belong to it.
 */
export function contentOf({ spec, tuning, retrainOn, output }: TrainingJobInputs): string {
    const code = spec.workerPoolSpecs.map(({ containerSpec, pythonPackageSpec }) => ({
        containerSpec,
        pythonPackageSpec,
    }));
    return hashOf(canonicalJson(plain({ code, tuning, retrainOn, output })), 32);
}

/** The labels that identify the jobs of a component. */
export const ownLabels = ({ name, labels }: Pick<TrainingJobInputs, "name" | "labels">): Record<string, string> => ({
    ...labels,
    [componentLabel]: labelValue(name),
});

/** The request that creates a job whose results are in a folder. */
export function requestOf(inputs: TrainingJobInputs, folder: string, labels: Record<string, string>): object {
    const { name, spec, tuning, encryptionKey } = inputs;
    const jobSpec = { ...spec, baseOutputDirectory: { outputUriPrefix: folder } };
    return {
        displayName: name,
        labels,
        ...(encryptionKey !== undefined && { encryptionSpec: { kmsKeyName: encryptionKey } }),
        ...(tuning === undefined ? { jobSpec } : { ...tuning, trialJobSpec: jobSpec }),
    };
}

/** The state of a resource whose operation failed after it had created something, which Pulumi keeps. */
class IncompleteError extends Error {
    readonly code = 2;
    readonly reasons: string[];

    constructor(
        readonly id: string,
        readonly properties: TrainingJobOutputs,
        message: string,
    ) {
        super(message);
        this.reasons = [message];
    }
}

/**
 * The provider of training jobs. A job is created when there is none for the content, or all of them failed; one that succeeded or goes
 * on is used, whoever started it. Jobs of other contents stay until the resource is deleted.
 */
export function trainingJobProvider(
    apis: VertexApis = vertexApis,
    log: (message: string) => void = (message) => console.log(message),
    logLines: typeof lastLines = lastLines,
): dynamic.ResourceProvider<TrainingJobInputs, TrainingJobOutputs> {
    const idOf = (inputs: TrainingJobInputs) => `${parentOf(inputs)}/trainingJobs/${inputs.name}`;

    const run = async (inputs: TrainingJobInputs, before?: TrainingJobOutputs): Promise<TrainingJobOutputs> => {
        const api = apis(inputs.location);
        const content = contentOf(inputs);
        const known = before?.content === content && kindOf(before) === kindOf(inputs) ? before : undefined;
        if (known && hasSucceeded(known)) {
            // Also if the job was deleted since: its results stay.
            const { job, state, artifacts, console: page, best } = known;
            return { ...inputs, content, job, state, artifacts, console: page, best };
        }
        const job = (await reportFailure(api, inputs, known)) ?? (await startOnce(api, inputs, content));
        return follow(api, inputs, content, job);
    };

    /** A job that went on when Pulumi saw it last, and has failed since, is reported once; the next update repeats it. */
    const reportFailure = async (api: AdminApi, inputs: TrainingJobInputs, known?: TrainingJobOutputs) => {
        const job = known && !hasEnded(known) ? await api.find<Job>(known.job) : undefined;
        if (job && hasFailed(job)) {
            throw await failure(inputs, contentOf(inputs), job);
        }
        return job;
    };

    const failure = async (inputs: TrainingJobInputs, content: string, job: Job): Promise<IncompleteError> => {
        const lines = await logLines(inputs.project, logFilter(job));
        const message = [
            `the training job ${job.name} ended as ${job.state}: Error code ${job.error?.code ?? 2}, message: ${job.error?.message ?? "none was given"}`,
            ...(lines.length > 0 ? ["The last lines of its log:", ...lines] : []),
            `All logs: ${consoleOf(inputs, job)}`,
            "The next 'pulumi up' trains again.",
        ];
        return new IncompleteError(idOf(inputs), outputsOf(inputs, content, job), message.join("\n"));
    };

    /** Waits for the end of a job, if the inputs say so. */
    const follow = async (
        api: AdminApi,
        inputs: TrainingJobInputs,
        content: string,
        begun: Job,
    ): Promise<TrainingJobOutputs> => {
        const clock = waitClock();
        const since = clock.now();
        const { wait, waitSeconds } = inputs;
        let job = begun;
        let told = since;
        if (!hasEnded(job)) {
            log(`Training job ${inputs.name}: ${consoleOf(inputs, job)}`);
        }
        for (let pause = pauses.first; wait && !hasEnded(job); pause = Math.min(pause * 1.5, pauses.max)) {
            if (waitSeconds > 0 && clock.now() - since >= waitSeconds * 1000) {
                throw unfinished(inputs, content, job, `did not end within ${waitSeconds} seconds`);
            }
            await clock.sleep(pause);
            const { state } = job;
            job = await api.get<Job>(job.name).catch((error: Error) => {
                throw unfinished(inputs, content, job, `cannot be watched: ${explained(error)}`);
            });
            if (job.state !== state || clock.now() - told >= progressEvery) {
                told = clock.now();
                log(`Training job ${inputs.name}: ${job.state}, after ${Math.round((told - since) / 60_000)} min`);
            }
        }
        if (hasFailed(job)) {
            throw await failure(inputs, content, job);
        }
        return outputsOf(inputs, content, job);
    };

    const unfinished = (inputs: TrainingJobInputs, content: string, job: Job, why: string) =>
        new IncompleteError(
            idOf(inputs),
            outputsOf(inputs, content, job),
            `the training job ${job.name} ${why}. It goes on, and the next 'pulumi up' resumes waiting: ${consoleOf(inputs, job)}`,
        );

    return {
        async diff(_id, olds, news) {
            return {
                changes: (await isOutdated(apis, olds, news)) || contentOf(olds) !== contentOf(news),
                replaces: (["project", "location", "name"] as const).filter((key) => olds[key] !== news[key]),
            };
        },
        async create(inputs) {
            return { id: idOf(inputs), outs: await run(inputs) };
        },
        async update(_id, olds, news) {
            return { outs: await run(news, olds) };
        },
        async read(id, props) {
            if (props === undefined || props.job === undefined) {
                return { id, props };
            }
            const job = await apis(props.location).find<Job>(props.job);
            if (job !== undefined) {
                return { id, props: { ...props, ...resultOf(props, job) } };
            }
            // The results of a job stay after its deletion.
            return hasSucceeded(props) ? { id, props } : { id: "" };
        },
        async delete(_id, props) {
            const api = apis(props.location);
            for (const kind of ["customJobs", "hyperparameterTuningJobs"]) {
                await deleteJobs(api, props, kind);
            }
        },
    };
}

/** Whether the resource differs from its inputs, or its job has changed since in a way that concerns them. */
async function isOutdated(apis: VertexApis, olds: TrainingJobOutputs, news: TrainingJobInputs): Promise<boolean> {
    if (canonicalJson(recorded(olds)) !== canonicalJson(recorded(news)) || hasFailed(olds)) {
        return true;
    }
    if (hasSucceeded(olds)) {
        return false;
    }
    // Without a wait, a job that goes on is up to date.
    const job = await apis(olds.location)
        .find<Job>(olds.job)
        .catch(() => undefined);
    return news.wait || job === undefined || hasEnded(job);
}

/** The inputs that are compared. How long a deployment waits is no change of a job. */
const recorded = ({
    project,
    location,
    name,
    spec,
    tuning,
    output,
    retrainOn,
    labels,
    encryptionKey,
}: TrainingJobInputs) => plain({ project, location, name, spec, tuning, output, retrainOn, labels, encryptionKey });

/** The error of a call, with a way on for an access token that has ended. */
function explained(error: Error): string {
    return error instanceof AdminError && error.status === 401
        ? `${error.message} The access token has ended; tokens of gcloud last an hour. Credentials in a file, Workload Identity Federation and impersonation renew themselves`
        : error.message;
}

/** The newest job of a content that has not failed. */
async function findJob(api: AdminApi, inputs: TrainingJobInputs, content: string): Promise<Job | undefined> {
    const filter = `labels.${componentLabel}="${labelValue(inputs.name)}" AND labels.${contentLabel}="${content}"`;
    const jobs = await api.list<Job>(`${parentOf(inputs)}/${kindOf(inputs)}`, kindOf(inputs), { filter });
    const usable = jobs.filter((job) => !hasFailed(job) && job.state !== cancelling);
    return usable.find(hasSucceeded) ?? newestFirst(usable)[0];
}

const newestFirst = (jobs: Job[]) => [...jobs].sort((one, other) => (one.createTime < other.createTime ? 1 : -1));

/** Creates the job of a content unless there is one; creation is not idempotent. */
function startOnce(api: AdminApi, inputs: TrainingJobInputs, content: string): Promise<Job> {
    const labels = { ...ownLabels(inputs), [contentLabel]: content };
    const body = requestOf(inputs, folderOf(inputs, content), labels);
    const path = `${parentOf(inputs)}/${kindOf(inputs)}`;
    return createOnce(
        () => findJob(api, inputs, content),
        () => api.post<Job>(path, { body, retry: false }),
    );
}

/** The folder of a content's results. */
const folderOf = ({ output }: TrainingJobInputs, content: string) => `${output}/${content.slice(0, 8)}`;

/** The folder of a job's results. */
const baseOf = ({ jobSpec, trialJobSpec }: Job): string | undefined =>
    (jobSpec ?? trialJobSpec)?.baseOutputDirectory?.outputUriPrefix;

const outputsOf = (inputs: TrainingJobInputs, content: string, job: Job): TrainingJobOutputs => ({
    ...inputs,
    content,
    job: job.name,
    console: consoleOf(inputs, job),
    ...resultOf(inputs, job),
});

/** The result of a job, as far as there is one. */
function resultOf(inputs: TrainingJobInputs, job: Job): Pick<TrainingJobOutputs, "state" | "artifacts" | "best"> {
    const folder = baseOf(job)?.replace(/\/$/, "") ?? folderOf(inputs, contentOf(inputs));
    const best = bestTrial(job);
    return {
        state: job.state,
        artifacts: best ? `${folder}/${best.id}/model` : `${folder}/model`,
        best: best
            ? {
                  id: best.id,
                  parameters: Object.fromEntries(
                      (best.parameters ?? []).map(({ parameterId, value }) => [parameterId, value]),
                  ),
                  metrics: metricsOf(best),
              }
            : {},
    };
}

const metricsOf = ({ finalMeasurement }: Trial): Record<string, number> =>
    Object.fromEntries((finalMeasurement?.metrics ?? []).map(({ metricId, value }) => [metricId, value]));

/** The best trial by the first metric. */
function bestTrial({ studySpec, trials = [] }: Job): Trial | undefined {
    const [{ metricId, goal } = { metricId: "", goal: "" }] = studySpec?.metrics ?? [];
    const done = trials.filter((trial) => trial.state === "SUCCEEDED" && metricsOf(trial)[metricId] !== undefined);
    const rank = (trial: Trial) => (metricsOf(trial)[metricId] as number) * (goal === "MINIMIZE" ? -1 : 1);
    return done.sort((one, other) => rank(other) - rank(one))[0];
}

/** The filter of a job's {@link https://cloud.google.com/vertex-ai/docs/training/monitor-debug#logs log}. */
const logFilter = ({ name }: Job): string =>
    ['resource.type="ml_job"', `resource.labels.job_id="${name.split("/").at(-1)}"`].join(" AND ");

/**
 * Deletes all jobs of a component, also those of its schedule; jobs that go on are cancelled first. Jobs of another stack in the project,
 * which have another folder, stay.
 */
async function deleteJobs(api: AdminApi, inputs: TrainingJobInputs, kind: string): Promise<void> {
    const filter = `labels.${componentLabel}="${labelValue(inputs.name)}"`;
    const jobs = await api.list<Job>(`${parentOf(inputs)}/${kind}`, kind, { filter });
    for (const job of jobs.filter((one) => baseOf(one)?.startsWith(`${inputs.output}/`))) {
        await cancel(api, job);
        await api.change("DELETE", job.name).catch((error: AdminError) => {
            if (error.status !== 404) {
                throw error;
            }
        });
    }
}

/** Cancels a job that goes on, and waits for its end. */
async function cancel(api: AdminApi, { name, state }: Job): Promise<void> {
    if (hasEnded({ state })) {
        return;
    }
    if (state !== cancelling) {
        await api.post(`${name}:cancel`, { body: {} });
    }
    const clock = waitClock();
    let job = await api.find<Job>(name);
    for (let pause = 1000; job && !hasEnded(job); pause = Math.min(pause * 1.5, pauses.max)) {
        await clock.sleep(pause);
        job = await api.find<Job>(name);
    }
}
