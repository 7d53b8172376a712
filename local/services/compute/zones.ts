import { zonesOf } from "../../cloud/zones";
import type { Context, Inputs } from "../../rules/rules";
import { computeApi } from "./names";

/** The zones of a region, all available. */
export function getZones(inputs: Inputs, { cloud, project: ownProject, region: ownRegion }: Context): Inputs {
    const { project = ownProject, region = ownRegion, status } = inputs;
    if (!region) {
        throw new Error("Cannot determine region: set in this resource, or set provider-level 'region' or 'zone'.");
    }
    cloud.projects.requireApi(project as string, ...computeApi);
    const id = `projects/${project}/regions/${region}`;
    return { id, project, region, status, names: status === "DOWN" ? [] : zonesOf(region) };
}
