import type { dynamic } from "@pulumi/pulumi";
import type { BatchPredictionInputs, BatchPredictionOutputs, BatchPredictionResult } from "./batchInputs";
import type { Job, JobKind } from "./jobKind";
import { commonRequest, contentHash, type JobOptions, jobProvider } from "./jobs";

export { ownLabels } from "./jobs";

/** A {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.batchPredictionJobs batch prediction job}. */
export interface BatchPredictionJob extends Job {
    outputConfig?: BatchPredictionInputs["spec"]["outputConfig"];
    outputInfo?: { gcsOutputDirectory?: string; bigqueryOutputDataset?: string; bigqueryOutputTable?: string };
    completionStats?: { successfulCount?: string; failedCount?: string; incompleteCount?: string };
    partialFailures?: { message?: string }[];
}

const collection = "batchPredictionJobs";

/**
 * The hash of a prediction's content: the version of the model, the instances and what is done with them, and where the predictions
 * go. Machines, accounts, and the size of a batch do not belong to it.
 */
export function contentOf({ spec, runOn }: BatchPredictionInputs): string {
    const { model, inputConfig, outputConfig, instanceConfig, modelParameters, generateExplanation, explanationSpec } =
        spec;
    return contentHash({
        model,
        inputConfig,
        outputConfig,
        instanceConfig,
        modelParameters,
        generateExplanation,
        explanationSpec,
        runOn,
    });
}

/** The request that creates a job. */
export const requestOf = (inputs: BatchPredictionInputs, labels: Record<string, string>): object => ({
    ...commonRequest(inputs, labels),
    ...inputs.spec,
});

const batchPredictions: JobKind<BatchPredictionInputs, BatchPredictionJob, BatchPredictionResult> = {
    title: "batch prediction",
    again: "predicts again",
    resource: "batchPredictions",
    collections: [collection],
    collectionOf: () => collection,
    contentOf,
    requestOf: (inputs, _, labels) => requestOf(inputs, labels),
    pageOf: () => "batch-predictions",
    results: ["predictions", "instances"],
    resultOf: (_, { outputInfo, completionStats }) => ({
        predictions: placeOf(outputInfo),
        instances: countsOf(completionStats),
    }),
    noteOf: noteOnFailures,
    detailsOf: ({ partialFailures = [] }) => partialFailures.flatMap(({ message }) => message ?? []),
    isOwn: ({ spec }, job) =>
        JSON.stringify(targetOf(job.outputConfig)) === JSON.stringify(targetOf(spec.outputConfig)),
};

/** The provider of batch predictions. */
export const batchPredictionProvider = (
    ...options: JobOptions
): dynamic.ResourceProvider<BatchPredictionInputs, BatchPredictionOutputs> => jobProvider(batchPredictions, ...options);

/** Where a job writes to. */
const targetOf = (output: BatchPredictionJob["outputConfig"]) => [
    output?.gcsDestination?.outputUriPrefix,
    output?.bigqueryDestination?.outputUri,
];

/** The folder or table of the predictions; empty until there is one. */
function placeOf({
    gcsOutputDirectory,
    bigqueryOutputDataset,
    bigqueryOutputTable,
}: NonNullable<BatchPredictionJob["outputInfo"]> = {}): string {
    const table = bigqueryOutputTable ? `${bigqueryOutputDataset}.${bigqueryOutputTable}` : bigqueryOutputDataset;
    return gcsOutputDirectory ?? table ?? "";
}

function countsOf({
    successfulCount,
    failedCount,
    incompleteCount,
}: NonNullable<BatchPredictionJob["completionStats"]> = {}): BatchPredictionResult["instances"] {
    const counts = { successful: successfulCount, failed: failedCount, incomplete: incompleteCount };
    const known = Object.entries(counts).filter(([, count]) => count !== undefined);
    return Object.fromEntries(known.map(([name, count]) => [name, Number(count)]));
}

/** A job with failed instances has succeeded, at least partially. */
function noteOnFailures({ completionStats, outputInfo, partialFailures = [] }: BatchPredictionJob): string | undefined {
    const { successful = 0, failed = 0, incomplete = 0 } = countsOf(completionStats);
    const [first] = partialFailures;
    return failed + incomplete > 0 || first
        ? `${failed} instances failed, ${incomplete} were not tried, and ${successful} have predictions. The errors are next to them: ${placeOf(outputInfo)}${first?.message ? `. ${first.message}` : ""}`
        : undefined;
}
