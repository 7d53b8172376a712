import type { ComputedBy } from "../computed";

export const computedBy: ComputedBy = {
    "gcp:compute/network:Network": ({ name, enableUlaInternalIpv6 }, project) => ({
        id: `projects/${project}/global/networks/${name}`,
        ...(enableUlaInternalIpv6 === true ? { internalIpv6Range: "fd20:eb5:88a:0:0:0:0:0/48" } : {}),
    }),
    "gcp:compute/subnetwork:Subnetwork": ({ name, region }, project) => ({
        id: `projects/${project}/regions/${region}/subnetworks/${name}`,
    }),
    "gcp:vpcaccess/connector:Connector": ({ name, region }, project) => ({
        id: `projects/${project}/locations/${region}/connectors/${name}`,
    }),
    "gcp:compute/globalAddress:GlobalAddress": ({ name, address = "203.0.113.5" }, project) => ({
        id: `projects/${project}/global/addresses/${name}`,
        address,
    }),
    "gcp:compute/address:Address": ({ name, region }, project) => ({
        id: `projects/${project}/regions/${region}/addresses/${name}`,
        address: "10.0.0.5",
        selfLink: `https://www.googleapis.com/compute/v1/projects/${project}/regions/${region}/addresses/${name}`,
    }),
    "gcp:servicenetworking/connection:Connection": ({ service }) => ({ peering: String(service).replaceAll(".", "-") }),
    "gcp:compute/getNetworks:getNetworks": ({ project }) => ({
        networks: project === "acme-networked" ? ["sales", "default"] : ["sales"],
    }),
};
