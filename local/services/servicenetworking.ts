import { GoogleError } from "../cloud/errors";
import { type Context, type Inputs, lastPart, type Service, type TypeRules } from "../rules/rules";
import { fullName, networkPath, notFound, selfLink } from "./compute/names";

const api = "servicenetworking.googleapis.com";
const title = "Service Networking API";

const pathOf = ({ network, project }: Inputs) => networkPath(network, project ?? "");

/** Under which name the connection of a network is kept, by the network's path. */
export const connectionName = (network: string): string => `//${api}/connections/${network}`;

/** "Private services access": the ranges are addresses of the network, kept for peering. */
function verify(inputs: Inputs, { cloud }: Context): void {
    const path = pathOf(inputs);
    const project = path.split("/")[1] as string;
    if (!cloud.store.read(fullName(path))) {
        throw notFound(path);
    }
    for (const range of inputs.reservedPeeringRanges) {
        const address = cloud.store.read(fullName(`projects/${project}/global/addresses/${lastPart(range)}`));
        if (address?.state.purpose !== "VPC_PEERING" || address.state.network !== selfLink(path)) {
            throw new GoogleError(
                400,
                `Invalid allocated IP range. There must exist a valid VPC_PEERING range '${range}' in the network '${path}'.`,
                { reason: "badRequest" },
            );
        }
    }
}

const connection: TypeRules = {
    noun: "Service Networking Connection",
    api,
    doing: () => "Error waiting for Create Service Networking Connection",
    project: (inputs) => pathOf(inputs).split("/")[1] as string,
    id: (inputs) => `${encodeURIComponent(pathOf(inputs))}:${inputs.service}`,
    name: (inputs) => connectionName(pathOf(inputs)),
    replaceOnChange: ["network", "service"],
    compared: { network: lastPart },
    verify,
    state: (inputs) => ({
        network: pathOf(inputs),
        peering: inputs.service.replaceAll(".", "-"),
    }),
    // What is in the connected network, such as an instance of Cloud SQL with a private address, keeps it.
    remove: (inputs, { cloud }) => {
        const path = pathOf(inputs);
        const network = lastPart(path);
        const user = cloud.store
            .list(`//cloudsql.googleapis.com/projects/${path.split("/")[1]}/instances`)
            .find(({ state }) => lastPart((state as Inputs).settings?.ipConfiguration?.privateNetwork) === network);
        if (user) {
            throw new Error(
                "Unable to remove Service Networking Connection, err: Error waiting for Delete Service Networking Connection: Error code 9, message: Failed to delete connection; Producer services (e.g. CloudSQL, Cloud Memstore, etc.) are still using this connection.",
            );
        }
    },
};

const service: Service = {
    titles: { [api]: title },
    types: { "gcp:servicenetworking/connection:Connection": connection },
};

export default service;
