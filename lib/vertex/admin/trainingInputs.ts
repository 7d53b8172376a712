import type { JobInputs, JobOutputs } from "./jobKind";

/** The inputs of a training job. Their names and types stay, because they are in the states of users. */
export interface TrainingJobInputs extends JobInputs {
    /** The {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/CustomJobSpec job}, without the folder of its results. */
    spec: JobSpec;
    /** The other parts of a hyperparameter tuning job; undefined for a custom job. */
    tuning?: TuningSpec;
    /** The folder with the folders of all results: `gs://acme-models/train`. */
    output: string;
    /** What trains again when it changes. */
    retrainOn: string[];
}

/** A {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/CustomJobSpec CustomJobSpec}. */
export interface JobSpec {
    workerPoolSpecs: WorkerPoolSpec[];
    scheduling?: {
        timeout?: string;
        restartJobOnWorkerRestart?: boolean;
        strategy?: string;
        disableRetries?: boolean;
        maxWaitDuration?: string;
    };
    serviceAccount?: string;
    network?: string;
    pscInterfaceConfig?: { networkAttachment: string };
    tensorboard?: string;
    enableWebAccess?: boolean;
}

/** A worker pool; an empty object skips it. */
export interface WorkerPoolSpec {
    machineSpec?: { machineType: string; acceleratorType?: string; acceleratorCount?: number };
    replicaCount?: string;
    diskSpec?: { bootDiskType?: string; bootDiskSizeGb?: number };
    containerSpec?: { imageUri: string; command?: string[]; args?: string[]; env?: Variable[] };
    pythonPackageSpec?: {
        executorImageUri: string;
        packageUris: string[];
        pythonModule: string;
        args?: string[];
        env?: Variable[];
    };
}

interface Variable {
    name: string;
    value: string;
}

/** The parts of a {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.hyperparameterTuningJobs tuning job}. */
export interface TuningSpec {
    maxTrialCount: number;
    parallelTrialCount: number;
    maxFailedTrialCount?: number;
    studySpec: {
        metrics: { metricId: string; goal: string }[];
        parameters: object[];
        algorithm?: string;
    };
}

/** The outputs of a training job: its inputs and the job of its content. */
export interface TrainingJobOutputs extends TrainingJobInputs, JobOutputs {
    /** The folder of the model: `gs://acme-models/train/1a2b3c4d/model`; of the best trial for a tuning job. */
    artifacts: string;
    /** The best trial of a tuning job: its ID, its hyperparameters and its metrics; empty for a custom job. */
    best: { id?: string; parameters?: Record<string, unknown>; metrics?: Record<string, number> };
}
