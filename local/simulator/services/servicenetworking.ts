import { GoogleError } from "../cloud/errors";
import { type Context, type Inputs, lastPart, type Service, type TypeRules } from "../rules/rules";
import { fullName, networkPath, notFound, selfLink } from "./compute/names";
import { api, connectionName } from "./servicenetworking/names";
import { peeredDnsDomain } from "./servicenetworking/peeredDnsDomain";
import { isConnectionInUse, rangesOf } from "./servicenetworking/peering";

export { connectionName } from "./servicenetworking/names";
export { blockConnectionDeletion } from "./servicenetworking/peering";

const title = "Service Networking API";

const pathOf = ({ network, project }: Inputs) => networkPath(network, project ?? "");

/** "Private services access": ranges are addresses of the network with purpose VPC_PEERING. */
function verify(inputs: Inputs, { cloud }: Context, old?: Inputs): void {
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
    const known = old || inputs.service !== api ? undefined : rangesOf(path, cloud);
    const isOther = known && [...known].sort().join() !== inputs.reservedPeeringRanges.map(lastPart).sort().join();
    if (isOther && !inputs.updateOnCreationFail) {
        throw new Error(
            "Error waiting for Create Service Networking Connection: Error code 9, message: Cannot modify allocated ranges in CreateConnection. Please use UpdateConnection.",
        );
    }
}

const connection: TypeRules = {
    noun: "Service Networking Connection",
    cost: "free",
    api,
    errorPrefix: () => "Error waiting for Create Service Networking Connection",
    project: (inputs) => pathOf(inputs).split("/")[1] as string,
    id: (inputs) => `${encodeURIComponent(pathOf(inputs))}:${inputs.service}`,
    name: (inputs) => connectionName(pathOf(inputs), inputs.service),
    verify,
    state: (inputs) => ({
        network: pathOf(inputs),
        peering: inputs.service.replaceAll(".", "-"),
    }),
    // Resources in the peered network, such as Cloud SQL instances with private addresses, prevent deletion for days.
    remove: (inputs, { cloud }) => {
        if (inputs.service === api && isConnectionInUse(pathOf(inputs), cloud)) {
            throw new Error(
                "Unable to remove Service Networking Connection, err: Error waiting for Delete Service Networking Connection: Error code 9, message: Failed to delete connection; Producer services (e.g. CloudSQL, Cloud Memstore, etc.) are still using this connection.",
            );
        }
    },
    calls: {
        create: [
            "cloudresourcemanager.projects.get",
            "servicenetworking.services.connections.create",
            "servicenetworking.operations.get",
            "servicenetworking.services.connections.list",
        ],
        read: ["cloudresourcemanager.projects.get", "servicenetworking.services.connections.list"],
        update: [
            "cloudresourcemanager.projects.get",
            "servicenetworking.services.connections.patch",
            "servicenetworking.operations.get",
        ],
        delete: [
            "cloudresourcemanager.projects.get",
            "servicenetworking.services.connections.deleteConnection",
            "servicenetworking.operations.get",
        ],
    },
};

const service: Service = {
    titles: { [api]: title },
    types: {
        "gcp:servicenetworking/connection:Connection": connection,
        "gcp:servicenetworking/peeredDnsDomain:PeeredDnsDomain": peeredDnsDomain,
    },
};

export default service;
