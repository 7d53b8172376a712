import type { dynamic } from "@pulumi/pulumi";
import type { AdminApi, AdminError } from "../../internal/adminApi/adminApi";
import { labelValue } from "../../internal/arguments/labels";
import type { Job, JobKind } from "./jobKind";
import {
    commonRequest,
    componentLabel,
    contentHash,
    contentLabel,
    deleteAll,
    errorOf,
    hasFailed,
    type JobOptions,
    jobProvider,
    jobsOf,
    ownLabels,
    plain,
} from "./jobs";
import type { PipelineInputs, PipelineRunInputs, PipelineRunOutputs } from "./pipelineInputs";

/** A {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.pipelineJobs pipeline job}. */
export interface PipelineJob extends Job {
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

/**
 * The hash of a run's content: the pipeline with its images, its parameters, the versions of the data, and where its results are.
 * Accounts, networks and labels do not belong to it.
 */
export const contentOf = ({ spec, template, parameters, runOn, root }: PipelineRunInputs): string =>
    contentHash({ spec: spec === "" ? "" : JSON.parse(spec), template, parameters, runOn, root });

/** Whether a job, or the request of a schedule, belongs to a component of this stack. */
export const isOwn = ({ name, root }: PipelineInputs, { labels, runtimeConfig }: Partial<PipelineJob>): boolean =>
    labels?.[componentLabel] === labelValue(name) && runtimeConfig?.gcsOutputDirectory === root;

/** The pipeline job that is created in a deployment or by a schedule. */
export function requestOf(inputs: PipelineInputs, labels: Record<string, string> = ownLabels(inputs)): object {
    const { spec, template, parameters, root, failurePolicy, serviceAccount } = inputs;
    return plain({
        ...commonRequest(inputs, labels),
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
    });
}

/** Deletes the jobs that a schedule created, also running ones. */
export async function deleteScheduled(api: AdminApi, inputs: PipelineInputs, schedule: string): Promise<void> {
    const jobs = await jobsOf<PipelineJob>(api, inputs, "pipelineJobs");
    await deleteAll(
        api,
        jobs.filter((job) => isOwn(inputs, job) && job.scheduleName === schedule),
    );
}

/**
 * Creates a job whose ID consists of its content's hash and a number, so that a repeated creation is refused where the list of jobs does not show
 * the first one yet.
 */
async function create(
    api: AdminApi,
    path: string,
    body: { displayName?: string },
    content: string,
    earlier: number,
): Promise<PipelineJob> {
    for (let number = earlier + 1; ; number += 1) {
        const pipelineJobId = `${body.displayName}-${content.slice(0, 8)}-${number}`;
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
        }
    }
}

/** The artifacts of tasks that have ended. Artifacts of a task that runs several times, as in a loop, have no name of their own. */
function artifactsOf({ jobDetail }: PipelineJob): Record<string, string> {
    const { taskDetails = [] } = jobDetail ?? {};
    const all = taskDetails.flatMap(({ taskName, outputs = {} }) =>
        Object.entries(outputs).flatMap(([key, { artifacts = [] }]): [string, string][] => {
            const uri = artifacts[0]?.uri;
            return uri === undefined ? [] : [[`${taskName}.${key}`, uri]];
        }),
    );
    const names = all.map(([name]) => name);
    return Object.fromEntries(all.filter(([name]) => names.indexOf(name) === names.lastIndexOf(name)));
}

const failedTasks = ({ jobDetail }: PipelineJob) =>
    (jobDetail?.taskDetails ?? []).filter(({ state }) => state === "FAILED");

const pipelineRuns: JobKind<PipelineRunInputs, PipelineJob, Pick<PipelineRunOutputs, "artifacts">> = {
    title: "pipeline",
    again: "runs it again",
    resource: "pipelineRuns",
    collections: ["pipelineJobs"],
    collectionOf: () => "pipelineJobs",
    contentOf,
    requestOf: (inputs, _content, labels) => requestOf(inputs, labels),
    create,
    hasPartialLists: true,
    pageOf: () => "pipelines/runs",
    results: ["artifacts"],
    resultOf: (_inputs, job) => ({ artifacts: artifactsOf(job) }),
    detailsOf: (job) => failedTasks(job).map((task) => `Task ${task.taskName}: ${errorOf(task)}`),
    loggedOf: (job) =>
        failedTasks(job).flatMap(({ executorDetail }) => executorDetail?.containerDetail?.mainJob ?? [])[0],
    // Those of a schedule are deleted with it.
    isOwn: (inputs, job) => isOwn(inputs, job) && job.scheduleName === undefined,
};

/** The provider of the runs of pipelines. A pipeline runs once for each content. */
export const pipelineRunProvider = (
    ...options: JobOptions
): dynamic.ResourceProvider<PipelineRunInputs, PipelineRunOutputs> => jobProvider(pipelineRuns, ...options);
