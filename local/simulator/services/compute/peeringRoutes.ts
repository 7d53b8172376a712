import { GoogleError } from "../../cloud/errors";
import type { Inputs, TypeRules } from "../../rules/rules";
import { connectionName } from "../servicenetworking/names";
import { api, fullName, networkPath, notFound } from "./names";

const networkOf = ({ network, project }: Inputs) => networkPath(network, project);
const id = (inputs: Inputs) => `${networkOf(inputs)}/networkPeerings/${inputs.peering}`;

/** The route exchange of a network peering. Deleting it does not change the peering. */
export const peeringRoutes: TypeRules = {
    noun: "NetworkPeeringRoutesConfig",
    generatedNoun: "ComputeNetworkPeeringRoutesConfig",
    cost: "free",
    api,
    id,
    verify: (inputs, { cloud }) => {
        const network = networkOf(inputs);
        if (!cloud.store.read(fullName(network))) {
            throw notFound(network);
        }
        if (cloud.store.read(connectionName(network))?.state.peering !== inputs.peering) {
            throw new GoogleError(400, `There is no peering (${inputs.peering}) for the network.`, {
                reason: "invalid",
            });
        }
    },
    state: (inputs) => ({ exportSubnetRoutesWithPublicIp: false, importSubnetRoutesWithPublicIp: false, ...inputs }),
    calls: {
        create: ["compute.networks.updatePeering", "compute.globalOperations.get", "compute.networks.get"],
        read: ["compute.networks.get"],
        update: ["compute.networks.updatePeering", "compute.globalOperations.get", "compute.networks.get"],
        delete: [],
    },
};
