import type { Cloud } from "../../cloud/cloud";
import { fullName } from "./names";
import { subnetworkState } from "./subnetwork";

/** "Subnets", auto mode IPv4 ranges: the second byte of the `/20` that each region has in a network of auto mode. */
const secondBytes: Record<string, number> = {
    "us-central1": 128,
    "europe-west1": 132,
    "us-west1": 138,
    "asia-east1": 140,
    "us-east1": 142,
    "asia-northeast1": 146,
    "asia-southeast1": 148,
    "us-east4": 150,
    "australia-southeast1": 152,
    "europe-west2": 154,
    "europe-west3": 156,
    "southamerica-east1": 158,
    "asia-south1": 160,
    "northamerica-northeast1": 162,
    "europe-west4": 164,
    "europe-north1": 166,
    "us-west2": 168,
    "asia-east2": 170,
    "europe-west6": 172,
    "asia-northeast2": 174,
    "asia-northeast3": 178,
    "us-west3": 180,
    "us-west4": 182,
    "asia-southeast2": 184,
    "europe-central2": 186,
    "northamerica-northeast2": 188,
    "asia-south2": 190,
    "australia-southeast2": 192,
    "southamerica-west1": 194,
    "europe-west8": 198,
    "europe-west9": 200,
    "us-east5": 202,
    "europe-southwest1": 204,
    "us-south1": 206,
    "me-west1": 208,
    "europe-west12": 210,
    "me-central1": 212,
    "europe-west10": 214,
    "me-central2": 216,
    "africa-south1": 218,
};

/** Gives a network of auto mode its subnetwork in each region. */
export function makeAutoSubnetworks(cloud: Cloud, project: string, name: string): void {
    const network = `projects/${project}/global/networks/${name}`;
    for (const [region, byte] of Object.entries(secondBytes)) {
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
    for (const region of Object.keys(secondBytes)) {
        const path = fullName(`projects/${project}/regions/${region}/subnetworks/${name}`);
        if (cloud.store.read(path)?.state.autoCreated) {
            cloud.store.remove(path);
        }
    }
}
