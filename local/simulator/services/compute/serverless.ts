import type { Cloud } from "../../cloud/cloud";
import { digits } from "../../cloud/ids";
import { fullName, selfLink } from "./names";

/** The name of a service's addresses in the store; `owner` is the path of the service. */
function placeOf(subnetwork: string, owner: string): string {
    const [, project, , region] = subnetwork.split("/");
    return `projects/${project}/regions/${region}/addresses/serverless-ipv4-${digits(owner, 19)}`;
}

/**
 * Reserves addresses of a subnetwork for a serverless service ("Direct VPC egress"), which prevents deletion of the
 * subnetwork.
 *
 * @param subnetwork the path of the subnetwork, from `findSubnetwork(…).id`
 * @param owner the path of the service
 */
export function reserveServerless(cloud: Cloud, subnetwork: string, owner: string): void {
    const id = placeOf(subnetwork, owner);
    const project = subnetwork.split("/")[1] as string;
    const state = { purpose: "SERVERLESS", subnetwork: selfLink(subnetwork), owner };
    cloud.store.write({ name: fullName(id), project, id, state });
}

/** Releases the addresses of a service, which the subnetwork keeps for an hour. */
export function releaseServerless(cloud: Cloud, subnetwork: string, owner: string): void {
    const id = placeOf(subnetwork, owner);
    cloud.store.remove(fullName(id));
    cloud.propagation.removed(fullName(subnetwork), "address", id, { id });
}

/** An address that a subnetwork keeps. */
export function heldAddress(cloud: Cloud, subnetwork: string): string | undefined {
    const [held] = cloud.propagation.remaining(fullName(subnetwork)) as { id: string }[];
    return held?.id;
}
