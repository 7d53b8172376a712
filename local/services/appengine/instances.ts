import type { Cloud } from "../../cloud/cloud";
import type { Entry } from "../../cloud/store";
import type { Inputs } from "../../rules/rules";
import { findNetwork, findSubnetwork } from "../compute";
import { fullName, selfLink } from "../compute/names";
import { appRegion } from "./names";

/** One instance stands for all that a version of the flexible environment has. */
function instanceOf({ project, service, versionId }: Inputs, region: string): string {
    return `projects/${project}/zones/${region}-b/instances/aef-${service}-${versionId}`;
}

/** Makes the instance of a version that serves, which keeps its network from being deleted, and ends that of one that does not. */
export function placeInstance(version: Inputs, serves: boolean, cloud: Cloud): void {
    const { project, network = {} } = version;
    const region = appRegion(cloud, project);
    const id = instanceOf(version, region);
    const found = findNetwork(cloud, network.name ?? "default", project);
    if (!serves || !found) {
        cloud.store.remove(fullName(id));
        return;
    }
    const subnetwork = network.subnetwork && findSubnetwork(cloud, network.subnetwork, { project, region });
    const state = { network: selfLink(found.id), ...(subnetwork && { subnetwork: selfLink(subnetwork.id) }) };
    cloud.store.write({ name: fullName(id), project, id, state });
}

/** Ends the instances of a service that is deleted. */
export function endInstances(versions: Entry[], cloud: Cloud): void {
    for (const { state } of versions) {
        placeInstance(state, false, cloud);
    }
}
