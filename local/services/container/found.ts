import { asLists } from "../../rules/blocks";
import type { Context, Inputs } from "../../rules/rules";
import { read } from "./cluster";
import { type ClusterPlace, containerApi, notFound, toldPath } from "./names";
import { foundVersions } from "./versions";

/** The project and the location that a function is about. */
function placeOf({ project, location }: Inputs, context: Context): { project: string; location: string } {
    const found = location ?? context.zone;
    if (!found) {
        throw new Error("Cannot determine zone: set in this resource, or set provider-level zone.");
    }
    const owner = project ?? context.project;
    context.cloud.projects.requireApi(owner, ...containerApi);
    return { project: owner, location: found };
}

/** The versions that clusters of a project can have. */
export function engineVersions(inputs: Inputs, context: Context): Inputs {
    const { versionPrefix = "" } = inputs;
    const id = context.cloud.now().toISOString();
    return { id, ...placeOf(inputs, context), versionPrefix, ...foundVersions(versionPrefix) };
}

/** Maps, which are no blocks. */
const maps = [
    "effectiveLabels",
    "labels",
    "metadata",
    "pulumiLabels",
    "resourceLabels",
    "resourceManagerTags",
    "sysctls",
];

/** A cluster by its name. */
export function foundCluster(inputs: Inputs, context: Context): Inputs {
    const place: ClusterPlace = { ...placeOf(inputs, context), name: inputs.name };
    const found = read(place, context);
    if (!found) {
        throw notFound(toldPath(place));
    }
    return asLists(
        { ...found, id: `projects/${place.project}/locations/${place.location}/clusters/${place.name}` },
        maps,
    );
}
