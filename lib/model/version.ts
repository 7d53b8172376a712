import type * as pulumi from "@pulumi/pulumi";

/** A version of a model in Vertex AI's Model Registry, such as that of a `VertexModel`. */
export interface ModelVersion {
    /** The full name of the model: `projects/acme-dev/locations/europe-west1/models/iris`. */
    name: pulumi.Input<string>;
    /** The full name with the version: `projects/acme-dev/locations/europe-west1/models/iris@3`. */
    version: pulumi.Input<string>;
}
