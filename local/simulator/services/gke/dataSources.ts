import { asLists } from "../../rules/blocks";
import type { Context, Inputs } from "../../rules/rules";
import { read } from "./cluster";
import { type ClusterPlace, containerApi, displayPath, missingLocation, notFound } from "./names";
import { getEngineVersions } from "./versions";

/** The project and location of a data source. */
function placeOf({ project, location }: Inputs, context: Context): { project: string; location: string } {
    const found = location ?? context.region ?? context.zone;
    if (!found) {
        throw new Error(missingLocation);
    }
    const owner = project ?? context.project;
    context.cloud.projects.requireApi(owner, ...containerApi);
    return { project: owner, location: found };
}

/** Lists the available GKE versions. */
export function engineVersions(inputs: Inputs, context: Context): Inputs {
    const { versionPrefix = "" } = inputs;
    const id = context.cloud.now().toISOString();
    return { id, ...placeOf(inputs, context), versionPrefix, ...getEngineVersions(versionPrefix) };
}

/** Maps, which are not blocks. */
const maps = [
    "effectiveLabels",
    "labels",
    "metadata",
    "pulumiLabels",
    "resourceLabels",
    "resourceManagerTags",
    "sysctls",
];

/** Returns a cluster by name. */
export function getCluster(inputs: Inputs, context: Context): Inputs {
    const place: ClusterPlace = { ...placeOf(inputs, context), name: inputs.name };
    const found = read(place, context);
    if (!found) {
        throw notFound(displayPath(place));
    }
    return asLists(
        { ...found, id: `projects/${place.project}/locations/${place.location}/clusters/${place.name}` },
        maps,
    );
}
