import * as pulumi from "@pulumi/pulumi";
import { dynamicCode, unsetOutputs } from "../internal/dynamic";
import type { DeploymentsInputs } from "./admin/inputs";
import type { ModelInputs } from "./admin/modelInputs";

type Inputs<Of> = { [Key in keyof Of]: pulumi.Input<pulumi.Unwrap<Of[Key]>> | Inputs<Of[Key]> };

/** The arguments of {@link Deployments}. */
export type DeploymentsArgs = Inputs<DeploymentsInputs>;

/** The models that an endpoint serves, and their traffic. */
export class Deployments extends pulumi.CustomResource {
    /** The ID of the deployed model that the program deploys. */
    declare readonly latest: pulumi.Output<string>;
    /** The ID of the deployed model that served before; empty if there is none. */
    declare readonly previous: pulumi.Output<string>;
    /** The service attachment of a private endpoint; empty for others. */
    declare readonly serviceAttachment: pulumi.Output<string>;

    constructor(name: string, inputs: DeploymentsArgs, options?: pulumi.CustomResourceOptions) {
        super(
            "pulumi-nodejs:dynamic/model:Deployments",
            name,
            {
                ...inputs,
                ...unsetOutputs("latest", "previous", "serviceAttachment", "wanted", "current"),
                __provider: dynamicCode("model", "deployments"),
            },
            options,
        );
    }
}

/** The arguments of a {@link Model}. */
export type ModelArgs = Inputs<ModelInputs>;

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
