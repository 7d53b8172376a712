import * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/arguments/check";
import { regionProblem } from "../internal/arguments/locations";
import { isDeferred } from "../internal/arguments/value";

/** A version of a model in Vertex AI's Model Registry, such as a version of a `VertexModel`. */
export interface ModelVersion {
    /** The full name of the model: `projects/acme-dev/locations/europe-west1/models/iris`. */
    name: pulumi.Input<string>;
    /** The full name with the version: `projects/acme-dev/locations/europe-west1/models/iris@3`. */
    version: pulumi.Input<string>;
    /** The region, if it is known before the model exists. */
    region?: string;
}

const isComponent = (model: ModelVersion | pulumi.Input<string>): model is ModelVersion =>
    typeof model === "object" && !isDeferred(model);

/** The full name of a version with its ID, of a component or as it is. */
export const versionName = (model: ModelVersion | pulumi.Input<string>): pulumi.Input<string> =>
    isComponent(model) ? model.version : model;

/** What of a version's full name is known before it is looked up: its project, its location and its model. */
const knownName = (model: ModelVersion | pulumi.Input<string>): pulumi.Input<string> =>
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

const ownRegion = (model: ModelVersion | pulumi.Input<string>) => (isComponent(model) ? model.region : undefined);

/** The region of a version; empty if its name has none. */
export const versionLocation = (model: ModelVersion | pulumi.Input<string>): pulumi.Output<string> =>
    pulumi.output(ownRegion(model) ?? pulumi.output(versionName(model)).apply((name) => regionIn(name) ?? ""));

/**
 * What is wrong with the region of a version.
 *
 * @param location the region of the version; empty if it is not known
 * @param region the region of what uses the version
 * @param owner what uses it: `the endpoint`
 */
export const otherRegion = (path: string, location: string, region: string, owner: string): check.Problem | undefined =>
    check.when(
        location !== "" && location !== region,
        path,
        "vertex/model-in-other-region",
        `is in ${location}, and must be in ${region}, as ${owner} is. Set region: "${location}".`,
    );

/** What is wrong with the region of a version, as far as it is known before the version exists; see {@link otherRegion}. */
export const knownRegionProblem = (
    path: string,
    model: ModelVersion | pulumi.Input<string>,
    region: string,
    owner: string,
): check.Problem | undefined =>
    otherRegion(path, ownRegion(model) ?? "", region, owner) ?? regionProblem(path, knownName(model), region, owner);
