import type { dynamic } from "@pulumi/pulumi";
import type { AdminApi, AdminError } from "../../internal/adminApi";
import { canonicalJson } from "../../internal/json";
import { labelValue } from "../../internal/labels";
import { lastLines } from "../../internal/logs";
import { hashOf } from "../../internal/names";
import {
    contentJobProvider,
    errorOf,
    hasFailed,
    logFilter,
    parentOf,
    plain,
    type Run,
    removeAll,
    usableOf,
} from "./contentJob";
import type { PipelineInputs, PipelineRunInputs, PipelineRunOutputs } from "./pipelineInputs";
import { createOnce, type VertexApis, vertexApis } from "./vertexApi";

/** A {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.pipelineJobs pipeline job}. */
export interface PipelineJob extends Run {
    labels?: Record<string, string>;
    runtimeConfig?: { gcsOutputDirectory?: string };
    /** Undefined in lists. */
    jobDetail?: { taskDetails?: TaskDetail[] };
    /** The schedule that started it. */
    scheduleName?: string;
}

interface TaskDetail {
    taskName: string;
    state: string;
    error?: { code?: number; message?: string };
    executorDetail?: { containerDetail?: { mainJob?: string } };
    outputs?: Record<string, { artifacts?: { uri?: string }[] }>;
}

/** The labels of the jobs: the component, and the hash of what a job was made of. */
const [componentLabel, contentLabel] = ["slipway-pipeline", "slipway-content"];

/** A page of the console, with the graph and the logs of the run. */
const consoleOf = ({ project, location }: PipelineInputs, { name }: Pick<Run, "name">): string =>
    `https://console.cloud.google.com/vertex-ai/locations/${location}/pipelines/runs/${name.split("/").at(-1)}?project=${project}`;

/**
 * The hash of what a run is made of: the pipeline with its images, its parameters, the versions of the data, and where its results are.
 * Accounts, networks and labels do not belong to it.
 */
export const contentOf = ({ spec, template, parameters, runOn, root }: PipelineRunInputs): string =>
    hashOf(canonicalJson(plain({ spec: spec === "" ? "" : JSON.parse(spec), template, parameters, runOn, root })), 32);

/** The labels that identify the jobs of a component. */
const ownLabels = ({ name, labels }: Pick<PipelineInputs, "name" | "labels">): Record<string, string> => ({
    ...labels,
    [componentLabel]: labelValue(name),
});

/** Whether a job, or the request of a schedule, belongs to a component of this stack. */
export const isOwn = ({ name, root }: PipelineInputs, { labels, runtimeConfig }: Partial<PipelineJob>): boolean =>
    labels?.[componentLabel] === labelValue(name) && runtimeConfig?.gcsOutputDirectory === root;

/** The pipeline job that is created in a deployment or by a schedule. */
export function requestOf(inputs: PipelineInputs, labels: Record<string, string> = {}): object {
    const { name, spec, template, parameters, root, failurePolicy, serviceAccount, encryptionKey } = inputs;
    return plain({
        displayName: name,
        labels: { ...ownLabels(inputs), ...labels },
        pipelineSpec: spec === "" ? undefined : JSON.parse(spec),
        templateUri: template === "" ? undefined : template,
        runtimeConfig: {
            gcsOutputDirectory: root,
            parameterValues: parameters,
            failurePolicy: failurePolicy === "" ? undefined : failurePolicy,
        },
        serviceAccount,
        network: inputs.network,
        pscInterfaceConfig: inputs.pscInterfaceConfig,
        encryptionSpec: encryptionKey === undefined ? undefined : { kmsKeyName: encryptionKey },
    });
}

/** The inputs that requests are made of. */
export const recordedRequest = (inputs: PipelineInputs) => {
    const { project, location, name, spec, template, parameters, root, failurePolicy, serviceAccount } = inputs;
    const { network, pscInterfaceConfig, labels, encryptionKey } = inputs;
    return {
        ...{ project, location, name, spec, template, parameters, root, failurePolicy, serviceAccount },
        ...{ network, pscInterfaceConfig, labels, encryptionKey },
    };
};

/** The jobs with labels of a component. */
async function jobsOf(api: AdminApi, inputs: PipelineInputs, content?: string): Promise<PipelineJob[]> {
    const ofContent = content === undefined ? "" : ` AND labels.${contentLabel}="${content}"`;
    const filter = `labels.${componentLabel}="${labelValue(inputs.name)}"${ofContent}`;
    const jobs = await api.list<PipelineJob>(`${parentOf(inputs)}/pipelineJobs`, "pipelineJobs", { filter });
    return jobs.filter((job) => isOwn(inputs, job));
}

/** Deletes jobs of a component, also those that go on. */
export async function deleteJobs(
    api: AdminApi,
    inputs: PipelineInputs,
    isChosen: (job: PipelineJob) => boolean,
): Promise<void> {
    await removeAll(api, (await jobsOf(api, inputs)).filter(isChosen));
}

/**
 * Creates the job of a content unless there is one. Its ID is that of the content and a number, so that a repeated creation is refused
 * where the list of jobs does not show the first one yet.
 */
async function startOnce(api: AdminApi, inputs: PipelineRunInputs, content: string): Promise<PipelineJob> {
    const body = requestOf(inputs, { [contentLabel]: content });
    const path = `${parentOf(inputs)}/pipelineJobs`;
    let number = 1;
    const found = async () => {
        const jobs = await jobsOf(api, inputs, content);
        number = Math.max(number, jobs.length + 1);
        return usableOf(jobs);
    };
    const create = async (): Promise<PipelineJob> => {
        const pipelineJobId = `${inputs.name}-${content.slice(0, 8)}-${number}`;
        try {
            return await api.post<PipelineJob>(path, { body, query: { pipelineJobId }, retry: false });
        } catch (error) {
            if ((error as AdminError).status !== 409) {
                throw error;
            }
            const job = await api.find<PipelineJob>(`${path}/${pipelineJobId}`);
            if (job?.labels?.[contentLabel] === content && !hasFailed(job)) {
                return job;
            }
            // An ID that is reserved, or belongs to a failed job.
            number += 1;
            throw error;
        }
    };
    const job = await createOnce(found, create);
    // Lists do not have the details of tasks.
    return api.get<PipelineJob>(job.name);
}

/** The artifacts of tasks that have ended. Those of a task that runs several times, as in a loop, have no name of their own. */
function artifactsOf({ jobDetail }: PipelineJob): Record<string, string> {
    const { taskDetails = [] } = jobDetail ?? {};
    const all = taskDetails.flatMap(({ taskName, outputs = {} }) =>
        Object.entries(outputs).flatMap(([key, { artifacts = [] }]): [string, string][] => {
            const [{ uri } = { uri: undefined }] = artifacts;
            return uri === undefined ? [] : [[`${taskName}.${key}`, uri]];
        }),
    );
    const names = all.map(([name]) => name);
    return Object.fromEntries(all.filter(([name]) => names.indexOf(name) === names.lastIndexOf(name)));
}

/** The failed tasks with their errors, and the last lines of the first log. */
async function reasonOf({ project }: PipelineInputs, job: PipelineJob, logLines: typeof lastLines): Promise<string[]> {
    const failed = (job.jobDetail?.taskDetails ?? []).filter(({ state }) => state === "FAILED");
    const [main] = failed.flatMap(({ executorDetail }) => executorDetail?.containerDetail?.mainJob ?? []);
    const lines = main === undefined ? [] : await logLines(project, logFilter(main));
    return [
        errorOf(job),
        ...failed.map((task) => `Task ${task.taskName}: ${errorOf(task)}`),
        ...(lines.length > 0 ? ["The last lines of its log:", ...lines] : []),
    ];
}

/** The provider of the runs of pipelines. A pipeline runs once for each content. */
export const pipelineRunProvider = (
    apis: VertexApis = vertexApis,
    log: (message: string) => void = (message) => console.log(message),
    logLines: typeof lastLines = lastLines,
): dynamic.ResourceProvider<PipelineRunInputs, PipelineRunOutputs> =>
    contentJobProvider<PipelineRunInputs, PipelineRunOutputs, PipelineJob>(apis, log, {
        noun: "pipeline",
        again: "runs it again",
        idOf: (inputs) => `${parentOf(inputs)}/pipelineRuns/${inputs.name}`,
        contentOf,
        isSameKind: () => true,
        recorded: (inputs) => plain({ ...recordedRequest(inputs), runOn: inputs.runOn }),
        consoleOf,
        start: startOnce,
        resultOf: (_inputs, job) => ({ artifacts: artifactsOf(job) }),
        reasonOf: (inputs, job) => reasonOf(inputs, job, logLines),
        // Those of a schedule are deleted with it.
        remove: (api, props) => deleteJobs(api, props, ({ scheduleName }) => scheduleName === undefined),
    });
