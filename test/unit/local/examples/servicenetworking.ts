import type { Inputs } from "../../../../local/simulator/rules/rules";
import type { World } from "../world";

const network = "projects/acme-dev/global/networks/peered";

export function prepare(world: World): void {
    world.enable("compute", "servicenetworking");
    world.make("Network", { name: "peered", autoCreateSubnetworks: false });
    const range = { addressType: "INTERNAL", purpose: "VPC_PEERING", prefixLength: 16, network };
    world.make("GlobalAddress", { name: "services-of-google", ...range });
    world.make("Network", { name: "connected", autoCreateSubnetworks: false });
    world.make("GlobalAddress", { name: "connected", ...range, network: "connected" });
    world.make("Connection", {
        network: "projects/acme-dev/global/networks/connected",
        service: "netapp.servicenetworking.goog",
        reservedPeeringRanges: ["connected"],
    });
}

export const examples: Record<string, Inputs[]> = {
    "gcp:servicenetworking/connection:Connection": [
        {
            network,
            service: "servicenetworking.googleapis.com",
            reservedPeeringRanges: ["services-of-google"],
        },
        {
            network: "projects/acme-dev/global/networks/connected",
            service: "servicenetworking.googleapis.com",
            reservedPeeringRanges: ["connected"],
        },
    ],
    "gcp:servicenetworking/peeredDnsDomain:PeeredDnsDomain": [
        {
            name: "acme-internal",
            network: "connected",
            service: "netapp.servicenetworking.goog",
            dnsSuffix: "acme.internal.",
        },
    ],
};
