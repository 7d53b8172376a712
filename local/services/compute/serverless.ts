import type { Cloud } from "../../cloud/cloud";
import { digits } from "../../cloud/ids";
import { fullName, selfLink } from "./names";

/** Under which name the addresses of a service lie; `owner` is the path of what they are for. */
function placeOf(subnetwork: string, owner: string): string {
    const [, project, , region] = subnetwork.split("/");
    return `projects/${project}/regions/${region}/addresses/serverless-ipv4-${digits(owner, 19)}`;
}

/**
 * Keeps addresses of a subnetwork for a service that sends its traffic through it ("Direct VPC egress"): as long as it
 * does, the subnetwork cannot be deleted.
 *
 * @param subnetwork the path of the subnetwork, as `findSubnetwork(…).id` tells it
 * @param owner the path of the service
 */
export function reserveServerless(cloud: Cloud, subnetwork: string, owner: string): void {
    const id = placeOf(subnetwork, owner);
    const project = subnetwork.split("/")[1] as string;
    const state = { purpose: "SERVERLESS", subnetwork: selfLink(subnetwork), owner };
    cloud.store.write({ name: fullName(id), project, id, state });
}

/** Gives the addresses back. The real ones stay for an hour or two after the service is gone. */
export function releaseServerless(cloud: Cloud, subnetwork: string, owner: string): void {
    cloud.store.remove(fullName(placeOf(subnetwork, owner)));
}
