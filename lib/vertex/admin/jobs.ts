import type { dynamic } from "@pulumi/pulumi";
import type { AdminApi } from "../../internal/adminApi/adminApi";
import { AdminError } from "../../internal/adminApi/adminApi";
import { createOnce, IncompleteError } from "../../internal/adminApi/awaitedJob";
import { lastLines } from "../../internal/adminApi/logs";
import { canonicalJson } from "../../internal/arguments/json";
import { labelValue } from "../../internal/arguments/labels";
import { hashOf } from "../../internal/arguments/names";
import { waitClock } from "../../internal/engine/waitingClock";
import type { Job, JobInputs, JobKind, JobOutputs } from "./jobKind";
import { type VertexApis, vertexApis } from "./vertexApi";

/** What a provider of jobs calls; by default the API, the output of the deployment and Cloud Logging. */
export type JobOptions = [apis?: VertexApis, log?: (message: string) => void, logLines?: typeof lastLines];

/** The labels of the jobs: the component, and the hash of the job's content. */
export const componentLabel = "slipway-job";
export const contentLabel = "slipway-content";

/**
 * States in which a job has ended: {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/JobState JobState}, and
 * {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/PipelineState PipelineState}.
 */
const succeeded = /_STATE_(PARTIALLY_)?SUCCEEDED$/;
const failed = /_STATE_(FAILED|CANCELLED|EXPIRED)$/;
const cancelling = /_STATE_CANCELLING$/;

const hasSucceeded = ({ state }: Pick<Job, "state">) => succeeded.test(state);
export const hasFailed = ({ state }: Pick<Job, "state">): boolean => failed.test(state);
const hasEnded = (job: Pick<Job, "state">) => hasSucceeded(job) || hasFailed(job);

/** The pause between two looks at a job, in milliseconds. */
const pauses = { first: 5_000, max: 60_000 };

/** The time between two messages about a running job, in milliseconds. */
const progressEvery = 10 * 60_000;

/** The region of jobs. */
export const parentOf = ({ project, location }: Pick<JobInputs, "project" | "location">): string =>
    `projects/${project}/locations/${location}`;

/** A value without undefined properties, which states do not have. */
export const plain = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value));

/** The hash of a content. */
export const contentHash = (content: object): string => hashOf(canonicalJson(plain(content)), 32);

/** The labels that identify the jobs of a component. */
export const ownLabels = ({ name, labels }: Pick<JobInputs, "name" | "labels">): Record<string, string> => ({
    ...labels,
    [componentLabel]: labelValue(name),
});

/** The fields of a request that all jobs have. */
export const commonRequest = (
    { name, encryptionKey }: Pick<JobInputs, "name" | "encryptionKey">,
    labels: Record<string, string>,
): object => ({
    displayName: name,
    labels,
    ...(encryptionKey !== undefined && { encryptionSpec: { kmsKeyName: encryptionKey } }),
});

/** The error of a job or a task. */
export const errorOf = ({ error }: Pick<Job, "error">): string =>
    `Error code ${error?.code ?? 2}, message: ${error?.message ?? "none was given"}`;

/**
 * The provider of jobs of a kind. A job is created when there is none for the content, or all of them failed; one that succeeded or goes
 * on is used, also if something else started it. Jobs of other contents stay until the resource is deleted.
 */
export function jobProvider<Inputs extends JobInputs, Found extends Job, Result extends object>(
    kind: JobKind<Inputs, Found, Result>,
    ...[apis = vertexApis, log = (message) => console.log(message), logLines = lastLines]: JobOptions
): dynamic.ResourceProvider<Inputs, Inputs & JobOutputs & Result> {
    type Outputs = Inputs & JobOutputs & Result;
    const { title, contentOf, collectionOf } = kind;
    const heading = title.replace(/^\w/, (letter) => letter.toUpperCase());
    const idOf = (inputs: Inputs) => `${parentOf(inputs)}/${kind.resource}/${inputs.name}`;

    const consoleOf = ({ project, location }: Inputs, { name }: Pick<Job, "name">): string => {
        const [, , , , collection = "", id] = name.split("/");
        return `https://console.cloud.google.com/vertex-ai/locations/${location}/${kind.pageOf(collection)}/${id}?project=${project}`;
    };

    const outputsOf = (inputs: Inputs, content: string, job: Found): Outputs => ({
        ...inputs,
        content,
        job: job.name,
        state: job.state,
        console: consoleOf(inputs, job),
        ...kind.resultOf(inputs, job),
    });

    const run = async (inputs: Inputs, before?: Outputs): Promise<Outputs> => {
        const api = apis(inputs.location);
        const content = contentOf(inputs);
        const known = before?.content === content ? before : undefined;
        if (known && hasSucceeded(known)) {
            // Also if the job was deleted since: its results stay.
            return { ...resultsIn(known), ...inputs };
        }
        const job = (await findBegun(api, known)) ?? (await startOnce(api, inputs, content));
        return follow(api, inputs, content, job);
    };

    /** The outputs without the inputs, some of which can be missing now. */
    const resultsIn = (outputs: Outputs): Outputs => {
        const names = ["content", "job", "state", "console", ...kind.results];
        return Object.fromEntries(names.map((name) => [name, Reflect.get(outputs, name)])) as unknown as Outputs;
    };

    /** A job that went on when Pulumi saw it last. One that has failed since is reported once; the next update repeats it. */
    const findBegun = async (api: AdminApi, known?: Outputs) =>
        known && !hasEnded(known) ? api.find<Found>(known.job) : undefined;

    const failure = async (inputs: Inputs, content: string, job: Found): Promise<IncompleteError> => {
        const logged = kind.loggedOf ? kind.loggedOf(job) : job.name;
        const lines = logged === undefined ? [] : await logLines(inputs.project, logFilter(logged));
        const message = [
            `the ${title} ${job.name} ended as ${job.state}: ${errorOf(job)}`,
            ...(kind.detailsOf?.(job) ?? []),
            ...(lines.length > 0 ? ["The last lines of its log:", ...lines] : []),
            `All logs: ${consoleOf(inputs, job)}`,
            `The next 'pulumi up' ${kind.again}.`,
        ];
        return new IncompleteError(idOf(inputs), outputsOf(inputs, content, job), message.join("\n"));
    };

    /** Waits for the end of a job, if the inputs require it. */
    const follow = async (api: AdminApi, inputs: Inputs, content: string, begun: Found): Promise<Outputs> => {
        const clock = waitClock();
        const since = clock.now();
        const { wait, waitSeconds } = inputs;
        let job = begun;
        let told = since;
        if (!hasEnded(job)) {
            log(`${heading} ${inputs.name}: ${consoleOf(inputs, job)}`);
        }
        for (let pause = pauses.first; wait && !hasEnded(job); pause = Math.min(pause * 1.5, pauses.max)) {
            if (waitSeconds > 0 && clock.now() - since >= waitSeconds * 1000) {
                throw unfinished(inputs, content, job, `did not end within ${waitSeconds} seconds`);
            }
            await clock.sleep(pause);
            const { state } = job;
            job = await api.get<Found>(job.name).catch((error: Error) => {
                throw unfinished(inputs, content, job, `cannot be watched: ${explained(error)}`);
            });
            if (job.state !== state || clock.now() - told >= progressEvery) {
                told = clock.now();
                log(`${heading} ${inputs.name}: ${job.state}, after ${Math.round((told - since) / 60_000)} min`);
            }
        }
        if (hasFailed(job)) {
            throw await failure(inputs, content, job);
        }
        const note = hasSucceeded(job) ? kind.noteOf?.(job) : undefined;
        if (note !== undefined) {
            log(`${heading} ${inputs.name}: ${note}`);
        }
        return outputsOf(inputs, content, job);
    };

    const unfinished = (inputs: Inputs, content: string, job: Found, why: string) =>
        new IncompleteError(
            idOf(inputs),
            outputsOf(inputs, content, job),
            `the ${title} ${job.name} ${why}. It continues, and the next 'pulumi up' resumes waiting: ${consoleOf(inputs, job)}`,
        );

    /** Creates the job of a content unless there is one that has not failed; creation is not idempotent. */
    const startOnce = async (api: AdminApi, inputs: Inputs, content: string): Promise<Found> => {
        const labels = { ...ownLabels(inputs), [contentLabel]: content };
        const body = kind.requestOf(inputs, content, labels);
        const path = `${parentOf(inputs)}/${collectionOf(inputs)}`;
        let earlier: Found[] = [];
        const find = async () => {
            earlier = await jobsOf<Found>(api, inputs, collectionOf(inputs), content);
            return usableOf(earlier);
        };
        const job = await createOnce(find, () =>
            kind.create
                ? kind.create(api, path, body, content, earlier.length)
                : api.post<Found>(path, { body, retry: false }),
        );
        return kind.hasPartialLists ? api.get<Found>(job.name) : job;
    };

    /** Whether the resource differs from its inputs, or its job has changed since in a way that concerns them. */
    const isOutdated = async (olds: Outputs, news: Inputs): Promise<boolean> => {
        const results = resultsIn(olds);
        const before = Object.entries(olds).filter(([name]) => !Object.hasOwn(results, name));
        if (recorded(Object.fromEntries(before)) !== recorded(news) || hasFailed(olds)) {
            return true;
        }
        if (hasSucceeded(olds)) {
            return false;
        }
        // Without a wait, a job that goes on is up to date.
        const job = await apis(olds.location)
            .find<Found>(olds.job)
            .catch(() => undefined);
        return news.wait || job === undefined || hasEnded(job);
    };

    /**
     * Deletes all jobs of a component, also jobs of its schedule; running jobs are cancelled first. Jobs of another stack in the
     * project, which have another output, stay.
     */
    const deleteJobs = async (api: AdminApi, inputs: Inputs, collection: string): Promise<void> => {
        const jobs = await jobsOf<Found>(api, inputs, collection);
        await deleteAll(
            api,
            jobs.filter((one) => kind.isOwn(inputs, one)),
        );
    };

    return {
        async diff(_id, olds, news) {
            return {
                changes: await isOutdated(olds, news),
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
            const job = await apis(props.location).find<Found>(props.job);
            if (job !== undefined) {
                return { id, props: { ...props, state: job.state, ...kind.resultOf(props, job) } };
            }
            // The results of a job stay after its deletion.
            return hasSucceeded(props) ? { id, props } : { id: "" };
        },
        async delete(_id, props) {
            const api = apis(props.location);
            for (const collection of kind.collections) {
                await deleteJobs(api, props, collection);
            }
        },
    };
}

/** The inputs that are compared, as text. How long a deployment waits is no change of a job. */
function recorded(inputs: object): string {
    const { wait: _, waitSeconds: __, ...compared } = inputs as Partial<JobInputs>;
    const own = Object.entries(compared).filter(([name]) => !name.startsWith("__"));
    return canonicalJson(plain(Object.fromEntries(own)));
}

/** The error of a call, with a way on for an access token that has ended. */
function explained(error: Error): string {
    return error instanceof AdminError && error.status === 401
        ? `${error.message} The access token has ended; tokens of gcloud last an hour. Credentials in a file, Workload Identity Federation and impersonation renew themselves`
        : error.message;
}

/** The jobs of a component, or of one content. */
export function jobsOf<Found extends Job>(
    api: AdminApi,
    inputs: Pick<JobInputs, "project" | "location" | "name">,
    collection: string,
    content?: string,
): Promise<Found[]> {
    const ofContent = content === undefined ? [] : [`labels.${contentLabel}="${content}"`];
    const filter = [`labels.${componentLabel}="${labelValue(inputs.name)}"`, ...ofContent].join(" AND ");
    return api.list<Found>(`${parentOf(inputs)}/${collection}`, collection, { filter });
}

/** Of the jobs of a content the one that has succeeded, or the newest one that has not failed. */
function usableOf<Found extends Job>(jobs: Found[]): Found | undefined {
    const usable = jobs.filter((job) => !hasFailed(job) && !cancelling.test(job.state));
    const newestFirst = [...usable].sort((one, other) => (one.createTime < other.createTime ? 1 : -1));
    return usable.find(hasSucceeded) ?? newestFirst[0];
}

/** Deletes jobs; those that go on are cancelled first. */
export async function deleteAll(api: AdminApi, jobs: readonly Job[]): Promise<void> {
    for (const job of jobs) {
        await cancel(api, job);
        await api.change("DELETE", job.name).catch((error: AdminError) => {
            if (error.status !== 404) {
                throw error;
            }
        });
    }
}

/** The filter of a job's {@link https://cloud.google.com/vertex-ai/docs/training/monitor-debug#logs log}. */
const logFilter = (name: string): string =>
    ['resource.type="ml_job"', `resource.labels.job_id="${name.split("/").at(-1)}"`].join(" AND ");

/** Cancels a running job, and waits for its end. */
async function cancel(api: AdminApi, { name, state }: Job): Promise<void> {
    if (hasEnded({ state })) {
        return;
    }
    if (!cancelling.test(state)) {
        await api.post(`${name}:cancel`, { body: {} });
    }
    const clock = waitClock();
    let job = await api.find<Job>(name);
    for (let pause = 1000; job && !hasEnded(job); pause = Math.min(pause * 1.5, pauses.max)) {
        await clock.sleep(pause);
        job = await api.find<Job>(name);
    }
}
