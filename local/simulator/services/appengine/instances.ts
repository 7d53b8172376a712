import type { Cloud } from "../../cloud/cloud";
import type { Entry } from "../../cloud/store";
import type { Inputs } from "../../rules/rules";
import { findNetwork, findSubnetwork } from "../compute";
import { fullName, selfLink } from "../compute/names";
import { appRegion } from "./names";

/** One instance represents all instances of a flexible version. */
function instanceOf({ project, service, versionId }: Inputs, region: string): string {
    return `projects/${project}/zones/${region}-b/instances/aef-${service}-${versionId}`;
}

/**
 * Creates the instance of a serving version, which prevents deletion of its network, or deletes that of a stopped one.
 */
export function updateInstance(version: Inputs, serves: boolean, cloud: Cloud): void {
    const { project, network = {} } = version;
    const region = appRegion(cloud, project);
    const id = instanceOf(version, region);
    const found = findNetwork(cloud, network.name ?? "default", project);
    if (!serves || !found) {
        cloud.store.remove(fullName(id));
        return;
    }
    const subnetwork =
        network.subnetwork &&
        findSubnetwork(cloud, network.subnetwork, { project: found.id.split("/")[1] as string, region });
    const state = { network: selfLink(found.id), ...(subnetwork && { subnetwork: selfLink(subnetwork.id) }) };
    cloud.store.write({ name: fullName(id), project, id, state });
}

/** Deletes the instances of a deleted service. */
export function endInstances(versions: Entry[], cloud: Cloud): void {
    for (const { state } of versions) {
        updateInstance(state, false, cloud);
    }
}
