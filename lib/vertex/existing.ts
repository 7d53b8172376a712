import type * as pulumi from "@pulumi/pulumi";
import { Environment } from "../environment/environment";
import { checkExisting, type Existing, type ExistingRegionalArgs, lookUp } from "../environment/existing";
import { modelNames } from "../facts/vertex/modelLimits";
import * as check from "../internal/arguments/check";
import { hasOutput } from "../internal/arguments/value";
import { isMocked } from "../internal/engine/pulumiSdk";
import { projectId } from "../stack/settings/projectId";
import type { ModelVersion } from "./version";

/** A model that exists already, with the version that endpoints deploy. */
export interface ExistingModel extends Existing, ModelVersion {
    readonly name: string;
    readonly version: pulumi.Output<string>;
}

/** Where a model exists, and which of its versions is used. */
export interface ExistingModelArgs extends ExistingRegionalArgs {
    /**
     * The ID of a version, such as `"3"`, or an {@link https://cloud.google.com/vertex-ai/docs/model-registry/model-alias alias} such as
     * `"champion"`, which each preview and update resolves: the version that has it then is deployed.
     * @default "default"
     */
    version?: string;
}

/** The parts of a name: a full name has the project and the region. */
export function partsOf(name: string, args: ExistingRegionalArgs): ExistingRegionalArgs & { id: string } {
    const [, project, , region, , id] = typeof name === "string" && !hasOutput(name) ? name.split("/") : [];
    return id === undefined ? { ...args, id: name } : { project, region, id };
}

/**
 * Reads a resource of Vertex AI, for which the provider has no data source.
 *
 * @param path the full name
 * @param mocked what a program's own mocks return
 */
export async function read<Found>(path: string, mocked: Found): Promise<Found> {
    if (isMocked()) {
        return mocked;
    }
    // Loaded when it is needed: it takes longer than a preview may.
    const { locationOf, vertexApis }: typeof import("./admin/vertexApi") = require("./admin/vertexApi");
    return vertexApis(locationOf(path)).get<Found>(path);
}

const { rows: formats } = modelNames;

/** The ID of a model; Vertex AI generates digits. */
const modelId = check.matching(
    new RegExp(`${formats.modelId.pattern.source}|^[0-9]{1,19}$`),
    "must be the ID or the full name of a model, such as projects/acme-ml/locations/europe-west1/models/iris",
);

const versionOrAlias = check.matching(
    new RegExp(`^[1-9][0-9]*$|${formats.versionAlias.pattern.source}`),
    "must be the ID of a version, such as 3, or an alias, such as champion",
);

/** Looks up a model and its version. */
export function existingModel(model: string, { version: given, ...place }: ExistingModelArgs): ExistingModel {
    const { id, ...parts } = partsOf(model, place);
    const checks = { version: versionOrAlias, project: projectId, region: check.text() };
    const { version = "default", ...args } = checkExisting(
        "VertexModel",
        id,
        modelId,
        { version: given, ...parts },
        checks,
    );
    const environment = Environment.current();
    const { project = environment.project, region = environment.region } = args;
    const name = `projects/${project}/locations/${region}/models/${id}`;
    const find = async () => {
        const { versionId } = await read(`${name}@${version}`, { versionId: version });
        return { version: `${name}@${versionId}` };
    };
    const found = lookUp("VertexModel", id, modelId, args, find, "version");
    return { existing: "VertexModel", name, ...found };
}
