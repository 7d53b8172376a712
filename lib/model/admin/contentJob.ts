import type { dynamic } from "@pulumi/pulumi";
import type { AdminApi } from "../../internal/adminApi";
import { AdminError } from "../../internal/adminApi";
import { waitClock } from "../../internal/clock";
import { canonicalJson } from "../../internal/json";
import type { VertexApis } from "./vertexApi";

/** A job of Vertex AI that runs until it ends. */
export interface Run {
    name: string;
    /** Such as `JOB_STATE_SUCCEEDED` or `PIPELINE_STATE_FAILED`. */
    state: string;
    createTime: string;
    error?: { code?: number; message?: string };
}

/** The inputs that all jobs have. */
export interface RunInputs {
    project: string;
    location: string;
    /** The display name, and the value of the label that identifies the jobs. */
    name: string;
    /** Whether the deployment waits for the end. */
    wait: boolean;
    /** The longest wait in seconds; 0 is without limit. */
    waitSeconds: number;
}

/** The outputs that all jobs have. */
export interface RunOutputs {
    /** The resource name of the job. */
    job: string;
    state: string;
    /** The hash of what the job was made of. */
    content: string;
    /** The page of the job in the console. */
    console: string;
}

/** What is different for each kind of jobs. */
export interface RunKind<Inputs, Outputs, Job> {
    /** In messages: `training job`. */
    noun: string;
    /** What the next deployment does after a failure: `trains again`. */
    again: string;
    /** The ID of the resource, which stays for all jobs. */
    idOf(inputs: Inputs): string;
    /** The hash of what a job is made of. */
    contentOf(inputs: Inputs): string;
    /** Whether both have jobs of the same collection. */
    isSameKind(olds: Inputs, news: Inputs): boolean;
    /** The inputs that are compared. How long a deployment waits is no change of a job. */
    recorded(inputs: Inputs): object;
    consoleOf(inputs: Inputs, job: Pick<Run, "name">): string;
    /** Returns the job of a content that has not failed, or creates it. */
    start(api: AdminApi, inputs: Inputs, content: string): Promise<Job>;
    /** The other outputs. */
    resultOf(inputs: Inputs, job: Job): Omit<Outputs, keyof Inputs | keyof RunOutputs>;
    /** Why a job has failed, in lines. */
    reasonOf(inputs: Inputs, job: Job): Promise<string[]>;
    /** Deletes all jobs of the resource. */
    remove(api: AdminApi, props: Outputs): Promise<void>;
}

/** States in which a job has {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/JobState ended}. */
const succeeded = /_STATE_(PARTIALLY_)?SUCCEEDED$/;
const failed = /_STATE_(FAILED|CANCELLED|EXPIRED)$/;
const cancelling = /_STATE_CANCELLING$/;

type State = Pick<Run, "state">;

export const hasSucceeded = ({ state }: State) => succeeded.test(state);
export const hasFailed = ({ state }: State) => failed.test(state);
const hasEnded = (job: State) => hasSucceeded(job) || hasFailed(job);

/** The pause between two looks at a job, in milliseconds. */
const pauses = { first: 5_000, max: 60_000 };

/** The time between two messages about a job that goes on, in milliseconds. */
const progressEvery = 10 * 60_000;

/** The region that contains jobs. */
export const parentOf = ({ project, location }: Pick<RunInputs, "project" | "location">) =>
    `projects/${project}/locations/${location}`;

/** A value without undefined properties, which states do not have. */
export const plain = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value));

/** Of jobs of one content, the one that has succeeded, or the newest one that has not failed. */
export function usableOf<Job extends Run>(jobs: Job[]): Job | undefined {
    const usable = jobs.filter((job) => !hasFailed(job) && !cancelling.test(job.state));
    const newestFirst = usable.sort((one, other) => (one.createTime < other.createTime ? 1 : -1));
    return usable.find(hasSucceeded) ?? newestFirst[0];
}

/** The error of a job. */
export const errorOf = ({ error }: Pick<Run, "error">): string =>
    `Error code ${error?.code ?? 2}, message: ${error?.message ?? "none was given"}`;

/** The filter of a custom job's {@link https://cloud.google.com/vertex-ai/docs/training/monitor-debug#logs log}. */
export const logFilter = (name: string): string =>
    ['resource.type="ml_job"', `resource.labels.job_id="${name.split("/").at(-1)}"`].join(" AND ");

/** The state of a resource whose operation failed after it had created something, which Pulumi keeps. */
class IncompleteError extends Error {
    readonly code = 2;
    readonly reasons: string[];

    constructor(
        readonly id: string,
        readonly properties: object,
        message: string,
    ) {
        super(message);
        this.reasons = [message];
    }
}

/**
 * The provider of jobs that run once for each content. A job is created when there is none for the content, or all of them failed; one
 * that succeeded or goes on is used, whoever started it. Jobs of other contents stay until the resource is deleted.
 */
export function contentJobProvider<Inputs extends RunInputs, Outputs extends Inputs & RunOutputs, Job extends Run>(
    apis: VertexApis,
    log: (message: string) => void,
    kind: RunKind<Inputs, Outputs, Job>,
): dynamic.ResourceProvider<Inputs, Outputs> {
    const { noun, contentOf } = kind;
    const title = `${noun.charAt(0).toUpperCase()}${noun.slice(1)}`;

    const outputsOf = (inputs: Inputs, content: string, job: Job) =>
        ({
            ...inputs,
            content,
            job: job.name,
            console: kind.consoleOf(inputs, job),
            state: job.state,
            ...kind.resultOf(inputs, job),
        }) as unknown as Outputs;

    const run = async (inputs: Inputs, before?: Outputs): Promise<Outputs> => {
        const api = apis(inputs.location);
        const content = contentOf(inputs);
        const known = before?.content === content && kind.isSameKind(before, inputs) ? before : undefined;
        if (known && hasSucceeded(known)) {
            // Also if the job was deleted since: its results stay.
            return { ...resultsIn(known), ...inputs, content };
        }
        const job = (await reportFailure(api, inputs, known)) ?? (await kind.start(api, inputs, content));
        return follow(api, inputs, content, job);
    };

    /** The outputs without the inputs of that time, of which some may not be set anymore. */
    const resultsIn = (outputs: Outputs): Outputs => {
        const inputs = Object.keys(kind.recorded(outputs));
        return Object.fromEntries(Object.entries(outputs).filter(([key]) => !inputs.includes(key))) as Outputs;
    };

    /** A job that went on when Pulumi saw it last, and has failed since, is reported once; the next update repeats it. */
    const reportFailure = async (api: AdminApi, inputs: Inputs, known?: Outputs) => {
        const job = known && !hasEnded(known) ? await api.find<Job>(known.job) : undefined;
        if (job && hasFailed(job)) {
            throw await failure(inputs, contentOf(inputs), job);
        }
        return job;
    };

    const failure = async (inputs: Inputs, content: string, job: Job): Promise<IncompleteError> => {
        const [first, ...lines] = await kind.reasonOf(inputs, job);
        const message = [
            `the ${noun} ${job.name} ended as ${job.state}: ${first}`,
            ...lines,
            `All logs: ${kind.consoleOf(inputs, job)}`,
            `The next 'pulumi up' ${kind.again}.`,
        ];
        return new IncompleteError(kind.idOf(inputs), outputsOf(inputs, content, job), message.join("\n"));
    };

    /** Waits for the end of a job, if the inputs say so. */
    const follow = async (api: AdminApi, inputs: Inputs, content: string, begun: Job): Promise<Outputs> => {
        const clock = waitClock();
        const since = clock.now();
        const { wait, waitSeconds } = inputs;
        let job = begun;
        let told = since;
        if (!hasEnded(job)) {
            log(`${title} ${inputs.name}: ${kind.consoleOf(inputs, job)}`);
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
                log(`${title} ${inputs.name}: ${job.state}, after ${Math.round((told - since) / 60_000)} min`);
            }
        }
        if (hasFailed(job)) {
            throw await failure(inputs, content, job);
        }
        return outputsOf(inputs, content, job);
    };

    const unfinished = (inputs: Inputs, content: string, job: Job, why: string) =>
        new IncompleteError(
            kind.idOf(inputs),
            outputsOf(inputs, content, job),
            `the ${noun} ${job.name} ${why}. It goes on, and the next 'pulumi up' resumes waiting: ${kind.consoleOf(inputs, job)}`,
        );

    /** Whether the resource differs from its inputs, or its job has changed since in a way that concerns them. */
    const isOutdated = async (olds: Outputs, news: Inputs): Promise<boolean> => {
        if (canonicalJson(kind.recorded(olds)) !== canonicalJson(kind.recorded(news)) || hasFailed(olds)) {
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
    };

    return {
        async diff(_id, olds, news) {
            return {
                changes: (await isOutdated(olds, news)) || contentOf(olds) !== contentOf(news),
                replaces: (["project", "location", "name"] as const).filter((key) => olds[key] !== news[key]),
            };
        },
        async create(inputs) {
            return { id: kind.idOf(inputs), outs: await run(inputs) };
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
                return { id, props: { ...props, state: job.state, ...kind.resultOf(props, job) } };
            }
            // The results of a job stay after its deletion.
            return hasSucceeded(props) ? { id, props } : { id: "" };
        },
        async delete(_id, props) {
            await kind.remove(apis(props.location), props);
        },
    };
}

/** The error of a call, with a way on for an access token that has ended. */
function explained(error: Error): string {
    return error instanceof AdminError && error.status === 401
        ? `${error.message} The access token has ended; tokens of gcloud last an hour. Credentials in a file, Workload Identity Federation and impersonation renew themselves`
        : error.message;
}

/** Deletes jobs; those that go on are cancelled first. */
export async function removeAll(api: AdminApi, jobs: readonly Run[]): Promise<void> {
    for (const job of jobs) {
        await cancel(api, job);
        await api.change("DELETE", job.name).catch((error: AdminError) => {
            if (error.status !== 404) {
                throw error;
            }
        });
    }
}

/** Cancels a job that goes on, and waits for its end. */
async function cancel(api: AdminApi, { name, state }: Run): Promise<void> {
    if (hasEnded({ state })) {
        return;
    }
    if (!cancelling.test(state)) {
        await api.post(`${name}:cancel`, { body: {} });
    }
    const clock = waitClock();
    let job = await api.find<Run>(name);
    for (let pause = 1000; job && !hasEnded(job); pause = Math.min(pause * 1.5, pauses.max)) {
        await clock.sleep(pause);
        job = await api.find<Run>(name);
    }
}
