import { pipelineLimits } from "slipway/facts";
import {
    missingParameters,
    type PipelineSpec,
    parameterFault,
    pipelineParameters,
    pipelineSchema,
} from "../../../../lib/formats";
import { isAllowedOn } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import { digits } from "../../cloud/ids";
import { type Inputs, lastPart } from "../../rules/rules";
import { repositoryName } from "../artifactregistry/names";
import { bucketName, findBucket } from "../storage/names";
import { requireAgent, verifyKey } from "./agents";
import { hasRunner } from "./jobRunner";
import {
    imageFailure,
    type JobFailure,
    type Place,
    replicaFailure,
    verifyLabels,
    verifyNetwork,
    verifyRunAs,
} from "./jobSpec";
import { fullName, invalid, locationOf, precondition, publicName } from "./names";
import { faultLog, type JobEntry, logEntries, progressOf, timeOf } from "./trainingJob";

/** What has happened to a task; times are in milliseconds of simulated time. */
export interface TaskRun {
    id: string;
    name: string;
    parent?: string;
    state: "PENDING" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED" | "NOT_TRIGGERED";
    startTime?: number;
    endTime?: number;
    /** The custom job of its container. */
    job?: string;
    /** The custom jobs of earlier attempts. */
    failedJobs?: string[];
    outputs?: Record<string, Inputs>;
    failure?: JobFailure;
    log?: string[];
}

/** A pipeline job: its state has what the caller gave, and the tasks of a run in containers. */
export type PipelineEntry = JobEntry;

/** "valid characters are /[a-z][0-9]-/": https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.pipelineJobs/create */
const idForm = /^[a-z][-a-z0-9]*$/;

/** Throws unless a pipeline job can be created. */
export function verifyPipelineJob(job: Inputs, place: Place, cloud: Cloud): void {
    const { displayName = "", labels, runtimeConfig = {}, pipelineSpec, templateUri, encryptionSpec, network } = job;
    if ([...displayName].length > pipelineLimits.rows.displayName.max) {
        throw invalid(`pipeline_job.display_name must have ${pipelineLimits.rows.displayName.max} characters at most.`);
    }
    verifyLabels(labels);
    if (pipelineSpec === undefined && templateUri === undefined) {
        throw invalid("pipeline_job must have pipeline_spec or template_uri.");
    }
    if (pipelineSpec !== undefined) {
        verifySpec(pipelineSpec, runtimeConfig.parameterValues ?? {});
    } else {
        verifyTemplate(templateUri, cloud);
    }
    verifyNetwork(network, "pipeline_job");
    verifyRunAs(accountOf(job, place, cloud), place, cloud, true);
    verifyRoot(runtimeConfig.gcsOutputDirectory, job, place, cloud);
    const agent = requireAgent(cloud, place.project);
    if (encryptionSpec?.kmsKeyName) {
        verifyKey(cloud, encryptionSpec.kmsKeyName, { agent, location: place.location });
    }
}

/** "If not specified, the Compute Engine default service account in the project will be used." */
export const accountOf = ({ serviceAccount }: Inputs, { project }: Place, cloud: Cloud): string =>
    serviceAccount ?? cloud.projects.defaultAccount(project);

function verifySpec(spec: Partial<PipelineSpec>, values: Record<string, unknown>): void {
    if (!spec.root || !spec.pipelineInfo?.name) {
        throw invalid("pipeline_spec must have root and pipelineInfo.name.");
    }
    // "parameter_values […] used by pipelines built using PipelineJob.pipeline_spec.schema_version 2.1.0"
    if (spec.schemaVersion !== pipelineSchema) {
        throw invalid(
            `The local Google Cloud supports the schema version ${pipelineSchema} only, not ${spec.schemaVersion}.`,
        );
    }
    const whole = spec as PipelineSpec;
    const declared = pipelineParameters(whole);
    for (const [name, value] of Object.entries(values)) {
        const definition = declared[name];
        if (definition === undefined) {
            throw invalid(`The pipeline parameter ${name} is not found in the pipeline job input definitions.`);
        }
        const fault = parameterFault(definition, value);
        if (fault !== undefined) {
            throw invalid(
                `The pipeline parameter ${name} must be ${fault}, as its type is ${definition.parameterType}.`,
            );
        }
    }
    const [missing] = missingParameters(whole, Object.keys(values));
    if (missing !== undefined) {
        throw invalid(`The pipeline parameter ${missing} has no value and no default.`);
    }
}

/** A template of a repository in a known project; others are assumed to exist. */
function verifyTemplate(uri: string, cloud: Cloud): void {
    const [, location, project, repository] =
        /^https:\/\/([a-z0-9-]+)-kfp\.pkg\.dev\/([^/]+)\/([^/]+)\/[^/]+\/[^/]+$/.exec(uri) ?? [];
    if (location === undefined || project === undefined || repository === undefined) {
        throw invalid(`The template URI ${uri} is not supported.`);
    }
    if (cloud.projects.find(project)) {
        const found = cloud.store.read(
            repositoryName(`projects/${project}/locations/${location}/repositories/${repository}`),
        );
        if (found?.state.format !== "KFP") {
            throw new GoogleError(404, `The template ${uri} does not exist.`);
        }
    }
}

/** "must have the storage.objects.get and storage.objects.create permissions for this bucket" */
function verifyRoot(root: string | undefined, job: Inputs, place: Place, cloud: Cloud): void {
    const [, bucket = ""] = /^gs:\/\/([^/]+)/.exec(root ?? "") ?? [];
    if (bucket === "") {
        throw invalid("pipeline_job.runtime_config.gcs_output_directory must be a folder such as gs://bucket/folder.");
    }
    const account = accountOf(job, place, cloud);
    const lacking = ["storage.objects.get", "storage.objects.create"].filter(
        (permission) => !findBucket(cloud, bucket) || !isAllowedOn(cloud, account, permission, bucketName(bucket)),
    );
    if (lacking.length > 0) {
        throw precondition(
            `Failed to create pipeline job. Error: Service account \`${account}\` does not have \`[${lacking.join(", ")}]\` IAM permission(s) to the bucket "${bucket}". Please either copy the files to the Google Cloud Storage bucket owned by your project, or grant the required IAM permission(s) to the service account.`,
        ).recordedIn("https://github.com/statmike/vertex-ai-mlops/issues/60");
    }
}

/** Stores a new pipeline job. It runs in simulated time, unless a process runs containers. */
export function storePipelineJob(
    cloud: Cloud,
    place: Place,
    body: Inputs,
    given: { id?: string; isFailing?: boolean; scheduleName?: string } = {},
): PipelineEntry {
    const now = timeOf(cloud);
    const generated = `${nameOf(body.pipelineSpec)}-${digits(`${now} ${Math.random()}`, 14)}`;
    const { id = generated, isFailing = false, scheduleName } = given;
    if (!idForm.test(id) || id.length > pipelineLimits.rows.jobId.max) {
        throw invalid(`The pipeline job ID "${id}" must match ${idForm.source} and be shorter than 128 characters.`);
    }
    const path = `projects/${place.project}/locations/${place.location}/pipelineJobs/${id}`;
    if (cloud.store.read(fullName(path))) {
        throw new GoogleError(409, `The PipelineJob "${publicName(path, cloud)}" already exists.`);
    }
    const failing = startFailure(body.pipelineSpec, place, cloud, isFailing);
    const state = {
        ...body,
        createTime: new Date(now).toISOString(),
        ...(scheduleName && { scheduleName }),
        ...(failing && { failure: dagFailure([failing.task], place, path, cloud), failing }),
        ...(!failing && body.pipelineSpec && hasRunner(cloud) && { run: {} }),
    };
    const entry: PipelineEntry = { name: fullName(path), project: place.project, id: path, state };
    cloud.store.write(entry);
    return entry;
}

const nameOf = (spec: Partial<PipelineSpec> | undefined) =>
    (spec?.pipelineInfo?.name ?? "pipeline").toLowerCase().replaceAll(/[^-0-9a-z]+/g, "-");

/** A task of the root that fails in simulated time. */
interface FailingTask {
    task: string;
    failure: JobFailure;
    log: string[];
}

/** The tasks of the root that are containers, with their images. */
function containerTasks(spec: PipelineSpec | undefined): [task: string, image: string][] {
    return Object.entries(spec?.root.dag?.tasks ?? {}).flatMap(([task, { componentRef }]) => {
        const { executorLabel = "" } = spec?.components?.[componentRef.name] ?? {};
        const image = spec?.deploymentSpec?.executors?.[executorLabel]?.container?.image;
        return image === undefined ? [] : [[task, image] as [string, string]];
    });
}

/** The first task whose image the service agent cannot pull, or that a fault lets fail. */
function startFailure(
    spec: PipelineSpec | undefined,
    place: Place,
    cloud: Cloud,
    isFailing: boolean,
): FailingTask | undefined {
    for (const [task, image] of containerTasks(spec)) {
        const failure = imageFailure(image, place, cloud);
        if (failure) {
            return { task, failure, log: [failure.message] };
        }
        if (isFailing) {
            return { task, failure: replicaFailure(faultLog.at(-1) as string, 9), log: faultLog };
        }
    }
    return undefined;
}

/** The error of a pipeline job, after tasks have failed. */
export const dagFailure = (tasks: string[], { project }: Place, path: string, cloud: Cloud): JobFailure => ({
    code: 9,
    message: `The DAG failed because some tasks failed. The failed tasks are: [${tasks.join(", ")}].; Job (project_id = ${project}, job_id = ${jobNumber(path)}) is failed due to the above error.; Failed to handle the job: {project_number = ${cloud.projects.number(project)}, job_id = ${jobNumber(path)}}`,
});

const jobNumber = (path: string) => digits(path, 19);

/** The folder of a task's outputs: "a sub-path pattern {job_id}/{task_id}/{output_key} under the specified output directory". */
export const taskFolder = ({ project, id, state }: PipelineEntry, task: Pick<TaskRun, "id" | "name">, cloud: Cloud) =>
    `${String(state.runtimeConfig.gcsOutputDirectory).replace(/\/$/, "")}/${cloud.projects.number(project)}/${lastPart(id)}/${task.name}_${task.id}`;

export const taskId = (path: string, task: string) => digits(`${path} ${task}`, 18).replace(/^0/, "1");

export const taskJob = (path: string, task: string, attempt = 0) =>
    `${path.split("/").slice(0, 4).join("/")}/customJobs/${digits(`${path} ${task} ${attempt}`, 19)}`;

/** An artifact of a task in the form of the API. */
export const artifactOf = (path: string, task: string, key: string, uri: string, schemaTitle?: string): Inputs => ({
    name: `${path.split("/").slice(0, 4).join("/")}/metadataStores/default/artifacts/${digits(`${path} ${task} ${key}`, 19)}`,
    displayName: key,
    uri,
    ...(schemaTitle && { schemaTitle, schemaVersion: "0.0.1" }),
    state: "LIVE",
    metadata: {},
});

/** The tasks of a pipeline job in simulated time: those of the root, which end together. */
function simulatedTasks(entry: PipelineEntry, cloud: Cloud): TaskRun[] {
    const { state, startTime, endTime } = progressOf(entry, timeOf(cloud));
    const { failing, pipelineSpec }: { failing?: FailingTask; pipelineSpec?: PipelineSpec } = entry.state as never;
    if (startTime === undefined) {
        return [];
    }
    return Object.entries(pipelineSpec?.root.dag?.tasks ?? {}).map(([name, { componentRef }]) => {
        const id = taskId(entry.id, name);
        const { outputDefinitions } = pipelineSpec?.components?.[componentRef.name] ?? {};
        const isFailed = failing?.task === name;
        const end =
            state === "JOB_STATE_SUCCEEDED" ? "SUCCEEDED" : state === "JOB_STATE_CANCELLED" ? "CANCELLED" : "RUNNING";
        const taskState = state === "JOB_STATE_FAILED" ? (isFailed ? "FAILED" : "PENDING") : end;
        const folder = taskFolder(entry, { id, name }, cloud);
        const outputs = Object.entries(outputDefinitions?.artifacts ?? {}).map(([key, { artifactType }]) => [
            key,
            artifactOf(entry.id, name, key, `${folder}/${key}`, artifactType?.schemaTitle),
        ]);
        return {
            id,
            name,
            state: taskState,
            startTime,
            ...(endTime !== undefined && { endTime }),
            job: taskJob(entry.id, name),
            ...(taskState === "SUCCEEDED" && { outputs: Object.fromEntries(outputs) }),
            ...(isFailed && taskState === "FAILED" && { failure: failing.failure, log: failing.log }),
        };
    });
}

const tasksOf = (entry: PipelineEntry, cloud: Cloud): TaskRun[] =>
    entry.state.run ? (entry.state.tasks ?? []) : simulatedTasks(entry, cloud);

const timestamp = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

const taskDetail = ({ outputs = {}, ...task }: TaskRun, { createTime }: Inputs, cloud: Cloud): Inputs => ({
    taskId: task.id,
    taskName: task.name,
    ...(task.parent && { parentTaskId: task.parent }),
    createTime: timestamp(task.startTime) ?? createTime,
    ...(task.startTime !== undefined && { startTime: timestamp(task.startTime) }),
    ...(task.endTime !== undefined && { endTime: timestamp(task.endTime) }),
    state: task.state,
    ...(task.failure && { error: task.failure }),
    ...(task.job && {
        executorDetail: {
            containerDetail: {
                mainJob: publicName(task.job, cloud),
                ...(task.failedJobs && { failedMainJobs: task.failedJobs.map((job) => publicName(job, cloud)) }),
            },
        },
    }),
    ...(Object.keys(outputs).length > 0 && {
        outputs: Object.fromEntries(
            Object.entries(outputs).map(([key, artifact]) => [
                key,
                { artifacts: [{ ...artifact, name: publicName(artifact.name, cloud) }] },
            ]),
        ),
    }),
});

/** A pipeline job in the form of the API. "job_detail […] Not available in the list view." */
export function pipelineResource(entry: PipelineEntry, cloud: Cloud, isListed = false): Inputs {
    const { failure, failing: _, cancelTime: __, run: ___, tasks: ____, templateUri, ...given } = entry.state;
    const { state, startTime, endTime } = progressOf(entry, timeOf(cloud));
    const error =
        state === "JOB_STATE_FAILED"
            ? failure
            : state === "JOB_STATE_CANCELLED"
              ? { code: 1, message: "CANCELED" }
              : undefined;
    const version = lastPart(templateUri ?? "");
    return {
        name: publicName(entry.id, cloud),
        ...given,
        ...(templateUri && { templateUri }),
        ...(version.startsWith("sha256:") && { templateMetadata: { version } }),
        state: state.replace(/^JOB_/, "PIPELINE_"),
        updateTime: timestamp(endTime ?? startTime) ?? given.createTime,
        ...(startTime !== undefined && { startTime: timestamp(startTime) }),
        ...(endTime !== undefined && { endTime: timestamp(endTime) }),
        ...(error && { error }),
        ...(!isListed && {
            jobDetail: { taskDetails: tasksOf(entry, cloud).map((task) => taskDetail(task, entry.state, cloud)) },
        }),
    };
}

/** The log entries of a pipeline job: its states, and the logs of failed tasks, which are those of their custom jobs. */
export const pipelineLog = (entry: PipelineEntry, cloud: Cloud): Inputs[] => [
    ...stateLog(entry, cloud),
    ...tasksOf(entry, cloud).flatMap(({ state, job = "", startTime = 0, log = [] }) =>
        state === "FAILED" ? logEntries(entry.project, lastPart(job), startTime, log) : [],
    ),
];

/**
 * The log `pipeline_job_events`, with an entry for each state. Its name, type and labels:
 * https://docs.cloud.google.com/logging/docs/api/platform-logs#vertex_ai_api. The state in the payload:
 * https://docs.cloud.google.com/vertex-ai/docs/pipelines/metrics#build-custom-metrics
 */
function stateLog(entry: PipelineEntry, cloud: Cloud): Inputs[] {
    const { project, id, state: job } = entry;
    const { state, startTime, endTime } = progressOf(entry, timeOf(cloud));
    const place = { project, location: locationOf(id) };
    const templateName = job.templateUri?.split("/").at(-2);
    const name = job.pipelineSpec?.pipelineInfo?.name ?? templateName;
    const reached: [state: string, since?: number][] = [
        ["PIPELINE_STATE_PENDING", Date.parse(job.createTime)],
        ["PIPELINE_STATE_RUNNING", startTime],
        [state.replace(/^JOB_/, "PIPELINE_"), endTime],
    ];
    return reached.flatMap(([each, since]) =>
        since === undefined
            ? []
            : [
                  {
                      logName: `projects/${project}/logs/aiplatform.googleapis.com%2Fpipeline_job_events`,
                      insertId: `${lastPart(id)}-${each}`,
                      timestamp: new Date(since).toISOString(),
                      severity: each === "PIPELINE_STATE_FAILED" ? "ERROR" : "INFO",
                      resource: {
                          type: "aiplatform.googleapis.com/PipelineJob",
                          labels: {
                              resource_container: `projects/${cloud.projects.number(project)}`,
                              location: place.location,
                              pipeline_job_id: lastPart(id),
                          },
                      },
                      labels: { pipeline_name: name, service_account: accountOf(job, place, cloud) },
                      jsonPayload: {
                          "@type": "type.googleapis.com/google.cloud.aiplatform.logging.PipelineJobLogEntry",
                          state: each,
                          ...(each === "PIPELINE_STATE_FAILED" && { error: job.failure }),
                      },
                  },
              ],
    );
}

/** The region of a pipeline job, and its project. */
export const placeOfPipeline = ({ project, id }: PipelineEntry): Place => ({ project, location: locationOf(id) });
