import type { Service } from "../rules/rules";
import { address, globalAddress } from "./compute/address";
import { firewall } from "./compute/firewall";
import { computeApi } from "./compute/names";
import { foundNetworks, network } from "./compute/network";
import { subnetwork } from "./compute/subnetwork";

export { computeApi, networkPath, subnetworkPath } from "./compute/names";
export { findNetwork } from "./compute/network";
export { releaseServerless, reserveServerless } from "./compute/serverless";
export { findSubnetwork } from "./compute/subnetwork";

const service: Service = {
    titles: Object.fromEntries([computeApi]),
    types: {
        "gcp:compute/address:Address": address,
        "gcp:compute/firewall:Firewall": firewall,
        "gcp:compute/globalAddress:GlobalAddress": globalAddress,
        "gcp:compute/network:Network": network,
        "gcp:compute/subnetwork:Subnetwork": subnetwork,
    },
    functions: { "gcp:compute/getNetworks:getNetworks": foundNetworks },
};

export default service;
