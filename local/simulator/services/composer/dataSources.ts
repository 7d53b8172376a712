import { asLists } from "../../rules/blocks";
import type { Context, Inputs } from "../../rules/rules";
import { composerApi, environmentPath, findEnvironment, fullName } from "./names";
import { configMapPath, secretPath, userWorkloadsSecret } from "./userWorkloads";
import { supportedImages } from "./versions";

/** The project and region of a data source. */
function placeOf(inputs: Inputs, context: Context): { project: string; region: string } {
    const project = inputs.project ?? context.project;
    const region = inputs.region ?? context.region;
    if (!region) {
        throw new Error("Cannot determine region: set in this resource, or set provider-level 'region' or 'zone'.");
    }
    context.cloud.projects.requireApi(project, ...composerApi);
    return { project, region };
}

/** Lists the available images. */
export function imageVersions(inputs: Inputs, context: Context): Inputs {
    const place = placeOf(inputs, context);
    return {
        id: `projects/${place.project}/regions/${place.region}`,
        ...place,
        imageVersions: supportedImages(context.cloud.now()).map(({ id }) => ({
            imageVersionId: id,
            supportedPythonVersions: ["3"],
        })),
    };
}

/** Maps, which are not blocks. */
const maps = ["airflowConfigOverrides", "effectiveLabels", "envVariables", "labels", "pulumiLabels", "pypiPackages"];

const missing = (path: string) => new Error(`${path} not found`);

export function getEnvironment(inputs: Inputs, context: Context): Inputs {
    const place = { ...placeOf(inputs, context), name: inputs.name };
    const found = findEnvironment(context.cloud, place);
    if (!found) {
        throw missing(environmentPath(place));
    }
    return asLists({ ...found.state, id: environmentPath(place) }, maps);
}

export function getConfigMap(inputs: Inputs, context: Context): Inputs {
    const id = configMapPath({ ...inputs, ...placeOf(inputs, context) });
    const found = context.cloud.store.read(fullName(id));
    if (!found) {
        throw missing(id);
    }
    return { data: {}, ...found.state, id };
}

export function getSecret(inputs: Inputs, context: Context): Inputs {
    const place = { ...inputs, ...placeOf(inputs, context) };
    const id = secretPath(place);
    const found = userWorkloadsSecret.read?.(place, context);
    if (!found) {
        throw missing(id);
    }
    return { data: {}, ...found, id };
}
