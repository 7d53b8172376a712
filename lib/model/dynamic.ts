import * as pulumi from "@pulumi/pulumi";
import { type DynamicArgs, dynamicCode, unsetOutputs } from "../internal/dynamic";
import type { DeploymentsInputs } from "./admin/inputs";
import type { ModelInputs } from "./admin/modelInputs";
import type { MonitoringInputs } from "./admin/monitoringInputs";
import type { TrainingJobInputs, TrainingJobOutputs } from "./admin/trainingInputs";

/** The arguments of a {@link Model}. */
export type ModelArgs = DynamicArgs<ModelInputs>;

/** A model in Vertex AI's Model Registry, with the version that the program uploads. Its ID is its full name. */
export class Model extends pulumi.CustomResource {
    declare readonly modelId: pulumi.Output<string>;
    declare readonly location: pulumi.Output<string>;
    declare readonly project: pulumi.Output<string>;
    /** The ID of the version: `"3"`. */
    declare readonly versionId: pulumi.Output<string>;
    declare readonly aliases: pulumi.Output<string[]>;

    constructor(name: string, inputs: ModelArgs, options?: pulumi.CustomResourceOptions) {
        super(
            "pulumi-nodejs:dynamic/model:Model",
            name,
            { ...inputs, ...unsetOutputs("versionId"), __provider: dynamicCode("model", "model") },
            options,
        );
    }
}

/** The arguments of a {@link TrainingJob}. */
export type TrainingJobArgs = DynamicArgs<TrainingJobInputs>;

/** The training of a content: a custom job or a hyperparameter tuning job. */
export class TrainingJob extends pulumi.CustomResource {
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
            "pulumi-nodejs:dynamic/model:TrainingJob",
            name,
            {
                ...inputs,
                ...unsetOutputs("job", "state", "content", "artifacts", "console", "best"),
                __provider: dynamicCode("model", "trainingJob"),
            },
            options,
        );
    }
}

/** The arguments of {@link Deployments}. */
export type DeploymentsArgs = DynamicArgs<DeploymentsInputs>;

/** The models that an endpoint serves, and their traffic. */
export class Deployments extends pulumi.CustomResource {
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
            "pulumi-nodejs:dynamic/model:Deployments",
            name,
            {
                ...inputs,
                ...unsetOutputs("latest", "previous", "serviceAttachment", "address", "wanted", "current"),
                __provider: dynamicCode("model", "deployments"),
            },
            options,
        );
    }
}

/** The arguments of {@link Monitoring}. */
export type MonitoringArgs = DynamicArgs<MonitoringInputs>;

/** The monitoring of the models of an endpoint. Its ID is the name of the job. */
export class Monitoring extends pulumi.CustomResource {
    constructor(name: string, inputs: MonitoringArgs, options?: pulumi.CustomResourceOptions) {
        super(
            "pulumi-nodejs:dynamic/model:Monitoring",
            name,
            { ...inputs, __provider: dynamicCode("model", "monitoring") },
            options,
        );
    }
}
