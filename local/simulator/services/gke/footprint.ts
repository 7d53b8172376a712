import { createHash } from "node:crypto";
import type { Cloud } from "../../cloud/cloud";
import { poolName } from "../../cloud/principals";
import { regionOf } from "../../cloud/zones";
import type { Inputs } from "../../rules/rules";
import { freeAddress } from "../compute/freeAddress";
import * as compute from "../compute/names";
import { fullName } from "./names";
import { subnetworkOf } from "./ranges";

/** Resources of a cluster in its network, with Google's names. */
function brought({ project, location, name, enableAutopilot }: Inputs): { rules: string[]; address: string } {
    const hash = createHash("sha256").update(`${project}/${location}/${name}`).digest("hex").slice(0, 8);
    const prefix = `${enableAutopilot ? "gk3" : "gke"}-${name}-${hash}`;
    return {
        rules: ["all", "exkubelet", "inkubelet", "vms"].map(
            (end) => `projects/${project}/global/firewalls/${prefix}-${end}`,
        ),
        address: `projects/${project}/regions/${regionOf(location)}/addresses/${prefix}-pe`,
    };
}

/** The internal address of the control plane, in the nodes' subnetwork. */
export function innerAddress(inputs: Inputs, cloud: Cloud): string {
    const { address } = brought(inputs);
    const found = cloud.store.read(compute.fullName(address));
    return String(found?.state.address ?? freeAddress(subnetworkOf(inputs, cloud), cloud));
}

/** Reserves addresses, which prevents deletion of the network and subnetwork. */
export function reserveAddresses(state: Inputs, cloud: Cloud): void {
    const { project } = state;
    const { rules, address } = brought(state);
    const subnetwork = subnetworkOf(state, cloud);
    const put = (path: string, what: Inputs) =>
        cloud.store.write({ name: compute.fullName(path), project, id: path, state: what });
    for (const rule of rules) {
        put(rule, { network: subnetwork.state.network });
    }
    put(address, {
        address: state.privateClusterConfig.privateEndpoint,
        purpose: "GCE_ENDPOINT",
        subnetwork: compute.selfLink(subnetwork.id),
    });
}

export function releaseAddresses(state: Inputs, cloud: Cloud): void {
    const { rules, address } = brought(state);
    for (const path of [...rules, address]) {
        cloud.store.remove(compute.fullName(path));
    }
}

/** Creates the workload identity pool of a project, which is never deleted. */
export function createWorkloadPool({ project, workloadIdentityConfig }: Inputs, cloud: Cloud): void {
    const pool = workloadIdentityConfig?.workloadPool;
    if (pool) {
        const id = `projects/${project}/locations/global/workloadIdentityPools/${pool}`;
        cloud.store.create({
            name: poolName(project, pool),
            project,
            id,
            state: { project, workloadIdentityPoolId: pool },
        });
    }
}

/** Deletes all resources of a cluster. */
export const removePools = (path: string, cloud: Cloud): void => cloud.store.removeBelow(`${fullName(path)}/nodePools`);
