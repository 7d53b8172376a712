import { regions } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { fullName } from "./names";
import { subnetworkState } from "./subnetwork";

/** The second byte of each region's `/20` range in auto mode networks. */
const secondBytes = Object.entries(regions.rows as Record<string, { autoSubnet?: number }>).flatMap(
    ([region, { autoSubnet }]): [string, number][] => (autoSubnet === undefined ? [] : [[region, autoSubnet]]),
);

/** Creates the subnetworks of an auto mode network. */
export function makeAutoSubnetworks(cloud: Cloud, project: string, name: string): void {
    const network = `projects/${project}/global/networks/${name}`;
    for (const [region, byte] of secondBytes) {
        const inputs = { project, region, name, network, ipCidrRange: `10.${byte}.0.0/20` };
        const id = `projects/${project}/regions/${region}/subnetworks/${name}`;
        cloud.store.create({
            name: fullName(id),
            project,
            id,
            state: { ...inputs, ...subnetworkState(inputs), autoCreated: true },
        });
    }
}

export function removeAutoSubnetworks(cloud: Cloud, project: string, name: string): void {
    for (const [region] of secondBytes) {
        const path = fullName(`projects/${project}/regions/${region}/subnetworks/${name}`);
        if (cloud.store.read(path)?.state.autoCreated) {
            cloud.store.remove(path);
        }
    }
}
