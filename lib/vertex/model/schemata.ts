import type * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/arguments/check";

/** Files in Cloud Storage that describe the {@link https://cloud.google.com/vertex-ai/docs/reference/rest/v1/PredictSchemata formats} of predictions. */
export interface ModelSchemata {
    /** The format of an instance: `gs://acme-dev-models/iris/instance.yaml`. */
    instance?: pulumi.Input<string>;
    /** The format of the parameters. */
    parameters?: pulumi.Input<string>;
    /** The format of a prediction. */
    prediction?: pulumi.Input<string>;
}

const schema = check.input(
    check.matching(/^gs:\/\/\S+$/, "must be a file in Cloud Storage: gs://acme-dev-models/instance.yaml"),
);

/** Checks {@link ModelSchemata}. */
export const modelSchemata = check.options<ModelSchemata>({ instance: schema, parameters: schema, prediction: schema });

/** The schemata in the form of the API. */
export const schemataSpec = ({ instance, parameters, prediction }: ModelSchemata) => ({
    instanceSchemaUri: instance,
    parametersSchemaUri: parameters,
    predictionSchemaUri: prediction,
});
