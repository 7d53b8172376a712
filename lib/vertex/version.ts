import * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";
import { isDeferred } from "../internal/value";

/** A version of a model in Vertex AI's Model Registry, such as a version of a `VertexModel`. */
export interface ModelVersion {
    /** The full name of the model: `projects/acme-dev/locations/europe-west1/models/iris`. */
    name: pulumi.Input<string>;
    /** The full name with the version: `projects/acme-dev/locations/europe-west1/models/iris@3`. */
    version: pulumi.Input<string>;
}

const isComponent = (model: ModelVersion | pulumi.Input<string>): model is ModelVersion =>
    typeof model === "object" && !isDeferred(model);

/** The full name of a version with its ID, of a component or as it is. */
export const versionName = (model: ModelVersion | pulumi.Input<string>): pulumi.Input<string> =>
    isComponent(model) ? model.version : model;

/** What of a version's full name is known before it is looked up: its project, its location and its model. */
export const knownName = (model: ModelVersion | pulumi.Input<string>): pulumi.Input<string> =>
    isComponent(model) && typeof model.version !== "string" ? model.name : versionName(model);

const wording =
    "must be a VertexModel, or the full name of a version such as projects/acme-dev/locations/europe-west1/models/iris@3";

/** Checks a {@link ModelVersion}, or the full name of a version. */
export const modelVersion = check.either(
    (value) => typeof value === "object" && value !== null && !isDeferred(value),
    check.custom<ModelVersion>((value) => Reflect.has(value as object, "version"), wording),
    check.input(check.matching(/^projects\/[^/]+\/locations\/[^/]+\/models\/[^/@]+@[^/@]+$/, wording)),
);

const regionIn = (name: string) => /\/locations\/([^/]+)\//.exec(name)?.[1];

/** The region of a version. */
export function versionLocation(model: ModelVersion | pulumi.Input<string>): pulumi.Output<string> {
    // A VertexModel knows its region before it exists.
    const { model: resource } = (isComponent(model) ? model : {}) as { model?: { location?: pulumi.Output<string> } };
    return resource?.location ?? pulumi.output(versionName(model)).apply((name) => regionIn(name) ?? "");
}
