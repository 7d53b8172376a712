import type { JobInputs, JobOutputs } from "./jobKind";

/** The inputs of a batch prediction. Their names and types stay, because they are in the states of users. */
export interface BatchPredictionInputs extends JobInputs {
    /** The job, without its name, labels and key. */
    spec: BatchPredictionSpec;
    /** What predicts again when it changes. */
    runOn: string[];
}

/** A {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.batchPredictionJobs batch prediction job}. */
export interface BatchPredictionSpec {
    /** The full name with the version: `projects/acme-dev/locations/europe-west1/models/iris@3`. */
    model: string;
    inputConfig: {
        instancesFormat: string;
        gcsSource?: { uris: string[] };
        bigquerySource?: { inputUri: string };
    };
    outputConfig: {
        predictionsFormat: string;
        gcsDestination?: { outputUriPrefix: string };
        bigqueryDestination?: { outputUri: string };
    };
    instanceConfig?: {
        instanceType?: string;
        keyField?: string;
        includedFields?: string[];
        excludedFields?: string[];
    };
    modelParameters?: unknown;
    dedicatedResources: {
        machineSpec: { machineType: string; acceleratorType?: string; acceleratorCount?: number };
        startingReplicaCount: number;
        maxReplicaCount: number;
    };
    manualBatchTuningParameters?: { batchSize: number };
    serviceAccount?: string;
    generateExplanation?: boolean;
    explanationSpec?: object;
    disableContainerLogging?: boolean;
}

/** The results of a batch prediction. */
export interface BatchPredictionResult {
    /** The folder of the predictions, `gs://acme-scores/prediction-iris-…`, or their table, `bq://acme-dev.scores.predictions_…`. */
    predictions: string;
    /** The numbers of instances. */
    instances: { successful?: number; failed?: number; incomplete?: number };
}

/** The outputs of a batch prediction: its inputs and the job of its content. */
export interface BatchPredictionOutputs extends BatchPredictionInputs, JobOutputs, BatchPredictionResult {}
