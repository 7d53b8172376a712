import type { Inputs } from "../../../../local/simulator/rules/rules";
import { World } from "../world";
import { Emulator } from "./served";

export const zone = "europe-west1-b";
export const zonePath = `projects/acme-dev/zones/${zone}`;
export const account = "train-vm@acme-dev.iam.gserviceaccount.com";

/** A project with the machine `train`, whose account may stop it. */
export function prepared(more: Inputs = {}): World {
    const world = new World();
    world.enable("iam", "iamcredentials", "compute");
    world.make("Network", { name: "private", autoCreateSubnetworks: false });
    world.make("Subnetwork", { name: "apps", network: "private", ipCidrRange: "10.0.0.0/24" });
    world.account("train-vm");
    world.make("Instance", {
        name: "train",
        zone,
        machineType: "e2-medium",
        bootDisk: { initializeParams: { image: "debian-cloud/debian-12" } },
        networkInterfaces: [{ subnetwork: "apps" }],
        serviceAccount: { email: account, scopes: ["https://www.googleapis.com/auth/cloud-platform"] },
        metadata: { round: "1" },
        ...more,
    });
    return world;
}

/** Its served API. */
export async function machineWorld(world = prepared()) {
    const { url } = await Emulator.of(world);
    const tokenOf = async (email: string): Promise<string> => {
        const path = `v1/projects/-/serviceAccounts/${email}:generateAccessToken`;
        const body = JSON.stringify({ scope: ["https://www.googleapis.com/auth/cloud-platform"] });
        const answer = await fetch(`${url}/${path}`, { method: "POST", body });
        return (await answer.json()).accessToken;
    };
    const call = async (
        method: string,
        path: string,
        { body, token = "developer" }: { body?: object; token?: string } = {},
    ) => {
        const answer = await fetch(`${url}/compute/v1/${path}`, {
            method,
            headers: token === "" ? {} : { authorization: `Bearer ${token}` },
            ...(body && { body: JSON.stringify(body) }),
        });
        return { status: answer.status, body: (await answer.json()) as Inputs };
    };
    return { world, call, tokenOf, zonePath };
}
