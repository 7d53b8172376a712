import type * as pulumi from "@pulumi/pulumi";
import { isDeferred } from "../internal/value";

/** A version of a model in Vertex AI's Model Registry, such as that of a `VertexModel`. */
export interface ModelVersion {
    /** The full name of the model: `projects/acme-dev/locations/europe-west1/models/iris`. */
    name: pulumi.Input<string>;
    /** The full name with the version: `projects/acme-dev/locations/europe-west1/models/iris@3`. */
    version: pulumi.Input<string>;
}

/** The full name of a version with its ID, of a component or as it is. */
export const versionName = (model: ModelVersion | pulumi.Input<string>): pulumi.Input<string> =>
    typeof model === "object" && !isDeferred(model) ? (model as ModelVersion).version : (model as pulumi.Input<string>);

/** What of a version's full name is known before it is looked up: its project, its location and its model. */
export const knownName = (model: ModelVersion | pulumi.Input<string>): pulumi.Input<string> =>
    typeof model === "object" && !isDeferred(model) && typeof (model as ModelVersion).version !== "string"
        ? (model as ModelVersion).name
        : versionName(model);
