import type * as pulumi from "@pulumi/pulumi";
import { type DynamicArgs, DynamicResource } from "../internal/engine/dynamic";
import type { BatchPredictionInputs, BatchPredictionOutputs } from "./admin/batchInputs";
import type { DeploymentsInputs } from "./admin/inputs";
import type { ModelInputs } from "./admin/modelInputs";
import type { MonitoringInputs } from "./admin/monitoringInputs";
import type { PipelineRunInputs, PipelineScheduleInputs } from "./admin/pipelineInputs";
import type { TrainingJobInputs, TrainingJobOutputs } from "./admin/trainingInputs";

/** The arguments of a {@link Model}. */
export type ModelArgs = DynamicArgs<ModelInputs>;

/** A model in Vertex AI's Model Registry, with the version that the program uploads. Its ID is its full name. */
export class Model extends DynamicResource {
    declare readonly modelId: pulumi.Output<string>;
    declare readonly location: pulumi.Output<string>;
    declare readonly project: pulumi.Output<string>;
    /** The ID of the version: `"3"`. */
    declare readonly versionId: pulumi.Output<string>;
    declare readonly aliases: pulumi.Output<string[]>;

    constructor(name: string, inputs: ModelArgs, options?: pulumi.CustomResourceOptions) {
        super({ type: "model:Model", provider: "model", outputs: ["versionId"] }, name, inputs, options);
    }
}

/** The arguments of a {@link TrainingJob}. */
export type TrainingJobArgs = DynamicArgs<TrainingJobInputs>;

/** A job that trains a model once for each version of its code and data: a custom job or a hyperparameter tuning job. */
export class TrainingJob extends DynamicResource {
    /** The resource name of the job: `projects/123456789012/locations/europe-west1/customJobs/4567`. */
    declare readonly job: pulumi.Output<string>;
    /** The state of the job, such as `JOB_STATE_SUCCEEDED`. */
    declare readonly state: pulumi.Output<string>;
    /** The folder of the model: `gs://acme-models/train/1a2b3c4d/model`. */
    declare readonly artifacts: pulumi.Output<string>;
    /** The page of the job and its logs in the console. */
    declare readonly console: pulumi.Output<string>;
    /** The best trial of a tuning job. */
    declare readonly best: pulumi.Output<TrainingJobOutputs["best"]>;

    constructor(name: string, inputs: TrainingJobArgs, options?: pulumi.CustomResourceOptions) {
        super(
            {
                type: "model:TrainingJob",
                provider: "trainingJob",
                outputs: ["job", "state", "content", "artifacts", "console", "best"],
            },
            name,
            inputs,
            options,
        );
    }
}

/** The arguments of a {@link BatchPrediction}. */
export type BatchPredictionArgs = DynamicArgs<BatchPredictionInputs>;

/** The predictions of a content: a batch prediction job. */
export class BatchPrediction extends DynamicResource {
    /** The resource name of the job: `projects/123456789012/locations/europe-west1/batchPredictionJobs/4567`. */
    declare readonly job: pulumi.Output<string>;
    /** The state of the job, such as `JOB_STATE_SUCCEEDED`. */
    declare readonly state: pulumi.Output<string>;
    /** The folder of the predictions, `gs://acme-scores/prediction-iris-…`, or their table, `bq://acme-dev.scores.predictions_…`. */
    declare readonly predictions: pulumi.Output<string>;
    /** The numbers of instances. */
    declare readonly instances: pulumi.Output<BatchPredictionOutputs["instances"]>;
    /** The page of the job and its logs in the console. */
    declare readonly console: pulumi.Output<string>;

    constructor(name: string, inputs: BatchPredictionArgs, options?: pulumi.CustomResourceOptions) {
        super(
            {
                type: "model:BatchPrediction",
                provider: "batchPrediction",
                outputs: ["job", "state", "content", "predictions", "instances", "console"],
            },
            name,
            inputs,
            options,
        );
    }
}

/** The arguments of a {@link PipelineRun}. */
export type PipelineRunArgs = DynamicArgs<Omit<PipelineRunInputs, "parameters">> & {
    parameters: pulumi.Input<Record<string, unknown>>;
};

/** The run of a pipeline with a content: a pipeline job. */
export class PipelineRun extends DynamicResource {
    /** The resource name of the pipeline job: `projects/123456789012/locations/europe-west1/pipelineJobs/forecast-1a2b3c4d-1`. */
    declare readonly job: pulumi.Output<string>;
    /** The state of the pipeline job, such as `PIPELINE_STATE_SUCCEEDED`. */
    declare readonly state: pulumi.Output<string>;
    /** The addresses of the output artifacts, by task and output: `{ "fit.model": "gs://…" }`. */
    declare readonly artifacts: pulumi.Output<Record<string, string>>;
    /** The page of the run in the console. */
    declare readonly console: pulumi.Output<string>;

    constructor(name: string, inputs: PipelineRunArgs, options?: pulumi.CustomResourceOptions) {
        super(
            {
                type: "model:PipelineRun",
                provider: "pipelineRun",
                outputs: ["job", "state", "content", "artifacts", "console"],
            },
            name,
            inputs,
            options,
        );
    }
}

/** The arguments of a {@link PipelineSchedule}. */
export type PipelineScheduleArgs = DynamicArgs<Omit<PipelineScheduleInputs, "parameters">> & {
    parameters: pulumi.Input<Record<string, unknown>>;
};

/** A schedule of Vertex AI that runs a pipeline. */
export class PipelineSchedule extends DynamicResource {
    /** The resource name: `projects/123456789012/locations/europe-west1/schedules/4567`. */
    declare readonly schedule: pulumi.Output<string>;
    /** The state: `ACTIVE`, `PAUSED` or `COMPLETED`. */
    declare readonly state: pulumi.Output<string>;

    constructor(name: string, inputs: PipelineScheduleArgs, options?: pulumi.CustomResourceOptions) {
        super(
            { type: "model:PipelineSchedule", provider: "pipelineSchedule", outputs: ["schedule", "state"] },
            name,
            inputs,
            options,
        );
    }
}

/** The arguments of {@link Deployments}. */
export type DeploymentsArgs = DynamicArgs<DeploymentsInputs>;

/** The models that an endpoint serves, and their traffic. */
export class Deployments extends DynamicResource {
    /** The ID of the deployed model that the program deploys. */
    declare readonly latest: pulumi.Output<string>;
    /** The ID of the deployed model that served before; empty if there is none. */
    declare readonly previous: pulumi.Output<string>;
    /** The service attachment of a private endpoint; empty for others. */
    declare readonly serviceAttachment: pulumi.Output<string>;
    /** The address of a private endpoint in the network in which Vertex AI connects it; empty for others. */
    declare readonly address: pulumi.Output<string>;

    constructor(name: string, inputs: DeploymentsArgs, options?: pulumi.CustomResourceOptions) {
        super(
            {
                type: "model:Deployments",
                provider: "deployments",
                outputs: ["latest", "previous", "serviceAttachment", "address", "wanted", "current"],
            },
            name,
            inputs,
            options,
        );
    }
}

/** The arguments of {@link Monitoring}. */
export type MonitoringArgs = DynamicArgs<MonitoringInputs>;

/** The monitoring of the models of an endpoint. Its ID is the name of the job. */
export class Monitoring extends DynamicResource {
    constructor(name: string, inputs: MonitoringArgs, options?: pulumi.CustomResourceOptions) {
        super({ type: "model:Monitoring", provider: "monitoring" }, name, inputs, options);
    }
}
