import { GoogleError } from "../../cloud/errors";
import { type Inputs, lastPart, type TypeRules } from "../../rules/rules";
import { connectionName } from "../servicenetworking/names";
import { api, fullName, networkPath, notFound } from "./names";

const networkOf = ({ network, project }: Inputs) => networkPath(network, project);
const id = (inputs: Inputs) => `${networkOf(inputs)}/networkPeerings/${inputs.peering}`;

/** What the peering of a network tells of its routes; a peering stays as it is when that is no longer said. */
export const peeringRoutes: TypeRules = {
    noun: "NetworkPeeringRoutesConfig",
    generatedNoun: "ComputeNetworkPeeringRoutesConfig",
    api,
    id,
    compared: { network: lastPart },
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
};
