import type { dynamic } from "@pulumi/pulumi";
import type { AdminApi } from "../../internal/adminApi";
import { canonicalJson } from "../../internal/json";
import { labelValue } from "../../internal/labels";
import { lastLines } from "../../internal/logs";
import { hashOf } from "../../internal/names";
import { contentJobProvider, errorOf, logFilter, parentOf, plain, type Run, removeAll, usableOf } from "./contentJob";
import type { JobSpec, TrainingJobInputs, TrainingJobOutputs, TuningSpec } from "./trainingInputs";
import { createOnce, type VertexApis, vertexApis } from "./vertexApi";

/** A {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.customJobs custom job}, or a tuning job. */
export interface Job extends Run {
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

const kindOf = ({ tuning }: Pick<TrainingJobInputs, "tuning">) =>
    tuning === undefined ? "customJobs" : "hyperparameterTuningJobs";

/** A page of the console, with the logs of the job. */
export function consoleOf({ project, location }: TrainingJobInputs, { name }: Pick<Job, "name">): string {
    const [, , , , kind, id] = name.split("/");
    const page = kind === "customJobs" ? "training" : "hyperparameter-tuning";
    return `https://console.cloud.google.com/vertex-ai/locations/${location}/${page}/${id}?project=${project}`;
}

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

/** The provider of training jobs. A job runs once for each content. */
export function trainingJobProvider(
    apis: VertexApis = vertexApis,
    log: (message: string) => void = (message) => console.log(message),
    logLines: typeof lastLines = lastLines,
): dynamic.ResourceProvider<TrainingJobInputs, TrainingJobOutputs> {
    return contentJobProvider<TrainingJobInputs, TrainingJobOutputs, Job>(apis, log, {
        noun: "training job",
        again: "trains again",
        idOf: (inputs) => `${parentOf(inputs)}/trainingJobs/${inputs.name}`,
        contentOf,
        isSameKind: (olds, news) => kindOf(olds) === kindOf(news),
        recorded,
        consoleOf,
        start: startOnce,
        resultOf,
        async reasonOf({ project }, job) {
            const lines = await logLines(project, logFilter(job.name));
            return [errorOf(job), ...(lines.length > 0 ? ["The last lines of its log:", ...lines] : [])];
        },
        async remove(api, props) {
            for (const kind of ["customJobs", "hyperparameterTuningJobs"]) {
                await deleteJobs(api, props, kind);
            }
        },
    });
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

/** The newest job of a content that has not failed. */
async function findJob(api: AdminApi, inputs: TrainingJobInputs, content: string): Promise<Job | undefined> {
    const filter = `labels.${componentLabel}="${labelValue(inputs.name)}" AND labels.${contentLabel}="${content}"`;
    return usableOf(await api.list<Job>(`${parentOf(inputs)}/${kindOf(inputs)}`, kindOf(inputs), { filter }));
}

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

/** The result of a job, as far as there is one. */
function resultOf(inputs: TrainingJobInputs, job: Job): Pick<TrainingJobOutputs, "artifacts" | "best"> {
    const folder = baseOf(job)?.replace(/\/$/, "") ?? folderOf(inputs, contentOf(inputs));
    const best = bestTrial(job);
    return {
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

/**
 * Deletes all jobs of a component, also those of its schedule; jobs that go on are cancelled first. Jobs of another stack in the project,
 * which have another folder, stay.
 */
async function deleteJobs(api: AdminApi, inputs: TrainingJobInputs, kind: string): Promise<void> {
    const filter = `labels.${componentLabel}="${labelValue(inputs.name)}"`;
    const jobs = await api.list<Job>(`${parentOf(inputs)}/${kind}`, kind, { filter });
    await removeAll(
        api,
        jobs.filter((one) => baseOf(one)?.startsWith(`${inputs.output}/`)),
    );
}
