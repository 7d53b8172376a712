import type { dynamic } from "@pulumi/pulumi";
import type { Job, JobKind } from "./jobKind";
import { commonRequest, contentHash, type JobOptions, jobProvider } from "./jobs";
import type { JobSpec, TrainingJobInputs, TrainingJobOutputs, TuningSpec } from "./trainingInputs";

export { ownLabels } from "./jobs";

/** A {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.customJobs custom job}, or a tuning job. */
export interface TrainingJob extends Job {
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

type Result = Pick<TrainingJobOutputs, "artifacts" | "best">;

/**
 * The hash of a training's content: the code with its arguments and variables, the search for hyperparameters, the versions of
 * the data, and where its results are. Machines, accounts and networks do not belong to it.
 */
export function contentOf({ spec, tuning, retrainOn, output }: TrainingJobInputs): string {
    const code = spec.workerPoolSpecs.map(({ containerSpec, pythonPackageSpec }) => ({
        containerSpec,
        pythonPackageSpec,
    }));
    return contentHash({ code, tuning, retrainOn, output });
}

/** The request that creates a job whose results are in a folder. */
export function requestOf(inputs: TrainingJobInputs, folder: string, labels: Record<string, string>): object {
    const { spec, tuning } = inputs;
    const jobSpec = { ...spec, baseOutputDirectory: { outputUriPrefix: folder } };
    return {
        ...commonRequest(inputs, labels),
        ...(tuning === undefined ? { jobSpec } : { ...tuning, trialJobSpec: jobSpec }),
    };
}

const trainingJobs: JobKind<TrainingJobInputs, TrainingJob, Result> = {
    title: "training job",
    again: "trains again",
    resource: "trainingJobs",
    collections: ["customJobs", "hyperparameterTuningJobs"],
    collectionOf: ({ tuning }) => (tuning === undefined ? "customJobs" : "hyperparameterTuningJobs"),
    contentOf,
    requestOf: (inputs, content, labels) => requestOf(inputs, folderOf(inputs, content), labels),
    pageOf: (collection) => (collection === "customJobs" ? "training" : "hyperparameter-tuning"),
    results: ["artifacts", "best"],
    resultOf,
    isOwn: ({ output }, job) => baseOf(job)?.startsWith(`${output}/`) === true,
};

/** The provider of training jobs. */
export const trainingJobProvider = (
    ...options: JobOptions
): dynamic.ResourceProvider<TrainingJobInputs, TrainingJobOutputs> => jobProvider(trainingJobs, ...options);

/** The folder of a content's results. */
const folderOf = ({ output }: TrainingJobInputs, content: string) => `${output}/${content.slice(0, 8)}`;

/** The folder of a job's results. */
const baseOf = ({ jobSpec, trialJobSpec }: TrainingJob): string | undefined =>
    (jobSpec ?? trialJobSpec)?.baseOutputDirectory?.outputUriPrefix;

function resultOf(inputs: TrainingJobInputs, job: TrainingJob): Result {
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
function bestTrial({ studySpec, trials = [] }: TrainingJob): Trial | undefined {
    const [{ metricId, goal } = { metricId: "", goal: "" }] = studySpec?.metrics ?? [];
    const done = trials.filter((trial) => trial.state === "SUCCEEDED" && metricsOf(trial)[metricId] !== undefined);
    const rank = (trial: Trial) => (metricsOf(trial)[metricId] as number) * (goal === "MINIMIZE" ? -1 : 1);
    return done.sort((one, other) => rank(other) - rank(one))[0];
}
