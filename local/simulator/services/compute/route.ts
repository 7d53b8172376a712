import { contains, parseCidr, parseRange } from "../../../../lib/formats";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import {
    alreadyExists,
    api,
    fullName,
    invalidField,
    nameError,
    networkPath,
    notFound,
    pathOf,
    requireOwnProject,
    selfLink,
} from "./names";
import { subnetworksOf } from "./subnetworkRanges";

const id = ({ project, name }: Inputs) => `projects/${project}/global/routes/${name}`;

/** What a next hop refers to. Tunnels have no rules here, so that all exist. */
function hopPath({ nextHopInstance, nextHopInstanceZone, nextHopIlb, project }: Inputs): string | undefined {
    if (nextHopInstance) {
        return pathOf(nextHopInstance, project, `zones/${nextHopInstanceZone}/instances`);
    }
    return nextHopIlb && !parseRange(`${nextHopIlb}/32`) ? pathOf(nextHopIlb, project, "") : undefined;
}

/**
 * "A custom static route's destination cannot be the same as, or fit within, a subnet route", and a next hop address is one of a subnet:
 * https://cloud.google.com/vpc/docs/static-routes. The texts are approximate.
 */
function verify(inputs: Inputs, { cloud }: Context): void {
    const { project, network, destRange, nextHopIp, nextHopGateway } = inputs;
    const path = networkPath(network, project);
    if (!cloud.store.read(fullName(path))) {
        throw notFound(path);
    }
    requireOwnProject("network", path, inputs);
    const subnetworks = subnetworksOf(cloud, path).map(({ state }) => state as Inputs);
    const over = subnetworks.find(
        ({ ipCidrRange, allowSubnetCidrRoutesOverlap }) =>
            !destRange.includes(":") && !allowSubnetCidrRoutesOverlap && contains(ipCidrRange, destRange),
    );
    if (over) {
        const cause = `The destination range is in the subnetwork '${over.name}', ${over.ipCidrRange}.`;
        throw invalidField("destRange", destRange, cause);
    }
    if (nextHopGateway && !/(^|\/)default-internet-gateway$/.test(nextHopGateway)) {
        throw invalidField("nextHopGateway", nextHopGateway, "It must be default-internet-gateway.");
    }
    if (nextHopIp && !subnetworks.some(({ ipCidrRange }) => contains(ipCidrRange, `${nextHopIp}/32`))) {
        throw invalidField("nextHopIp", nextHopIp, "The address is in no subnetwork of the network.");
    }
    const hop = hopPath(inputs);
    if (hop && !cloud.store.read(fullName(hop))) {
        throw notFound(hop);
    }
}

/** A static route. All of its properties replace it. */
export const route: TypeRules = {
    noun: "Route",
    generatedNoun: "ComputeRoute",
    cost: "free",
    api,
    id,
    validators: {
        name: nameError,
        destRange: (range) => (parseCidr(range) ? undefined : `invalid CIDR address: ${range}`),
    },
    alreadyExists: (inputs) => alreadyExists(id(inputs)),
    verify,
    state: (inputs) => ({
        priority: 1000,
        nextHopIp: "",
        nextHopInstanceZone: "",
        ...inputs,
        network: selfLink(networkPath(inputs.network, inputs.project)),
        ...(inputs.nextHopGateway && {
            nextHopGateway: selfLink(`projects/${inputs.project}/global/gateways/default-internet-gateway`),
        }),
        asPaths: [],
        creationTimestamp: new Date().toISOString(),
        nextHopHub: "",
        nextHopInterRegionCost: "",
        nextHopMed: "",
        nextHopNetwork: "",
        nextHopOrigin: "",
        nextHopPeering: "",
        routeStatus: "",
        routeType: "STATIC",
        selfLink: selfLink(id(inputs)),
        warnings: [],
    }),
    // A route is never changed in place: https://cloud.google.com/compute/docs/reference/rest/v1/routes
    calls: { update: [] },
};
