import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Entry } from "../../cloud/store";
import type { Calls, Context, Inputs, TypeRules } from "../../rules/rules";
import { uses } from "./loadBalancing/calls";
import {
    createdState,
    fingerprint,
    generatedNumber,
    pathIn,
    required,
    sharedRules,
    verifyRegion,
} from "./loadBalancing/references";
import { api, fullName, inUse, invalidField, networkPath, pathOf, selfLink, subnetworkPath } from "./names";

const collection = "serviceAttachments";
const id = pathIn(collection);

/** The path of the forwarding rule, which can be global for a cross-region internal load balancer. */
export const publishedRule = ({ project, region, targetService }: Inputs): string =>
    pathOf(String(targetService), project, `regions/${region}/forwardingRules`);

const subnetPaths = ({ project, region, natSubnets = [] }: Inputs): string[] =>
    natSubnets.map((subnet: string) => subnetworkPath(subnet, { project, region }));

const internal = ["INTERNAL", "INTERNAL_MANAGED", "INTERNAL_SELF_MANAGED"];

const othersIn = (inputs: Inputs, cloud: Cloud): Entry[] =>
    cloud.store
        .list(`//${api}/projects/${inputs.project}/regions/${inputs.region}/${collection}`)
        .filter((each) => each.id !== id(inputs));

/**
 * The forwarding rule of an internal load balancer, and subnets of its network for Private Service Connect, which belong to no other
 * attachment: https://cloud.google.com/vpc/docs/configure-private-service-connect-producer. The texts are approximate.
 */
function verify(inputs: Inputs, { cloud }: Context): void {
    verifyRegion(inputs);
    const { targetService, region, natSubnets } = inputs;
    const rule = required(cloud, publishedRule(inputs));
    const { loadBalancingScheme, network, subnetwork } = rule.state as Inputs;
    const isInRegion = /\/global\//.test(rule.id)
        ? String(subnetwork).includes(`/regions/${region}/`)
        : rule.state.region === region;
    if (!internal.includes(loadBalancingScheme) || !isInRegion) {
        throw invalidField(
            "targetService",
            targetService,
            "The target service must be a forwarding rule of an internal load balancer in the region of the service attachment.",
        );
    }
    for (const path of subnetPaths(inputs)) {
        const { state } = required(cloud, path);
        if (state.purpose !== "PRIVATE_SERVICE_CONNECT" || state.region !== region || state.network !== network) {
            throw invalidField(
                "natSubnets",
                path,
                "A NAT subnet must be in the region and the network of the target service, with the purpose PRIVATE_SERVICE_CONNECT.",
            );
        }
    }
    if (natSubnets.length === 0) {
        throw invalidField("natSubnets", "", "At least one NAT subnet is required.");
    }
    verifyUnused(inputs, rule, cloud);
    verifyLists(inputs);
}

function verifyUnused(inputs: Inputs, rule: Entry, cloud: Cloud): void {
    for (const other of othersIn(inputs, cloud)) {
        const links = other.state.natSubnets as string[];
        const taken = subnetPaths(inputs).find((path) => links.includes(selfLink(path)));
        if (other.state.targetService === selfLink(rule.id) || taken) {
            throw new GoogleError(400, inUse(taken ? "subnetwork" : "forwarding_rule", taken ?? rule.id, other.id), {
                reason: "resourceInUseByAnotherResource",
            });
        }
    }
}

/** https://cloud.google.com/compute/docs/reference/rest/v1/serviceAttachments: connections are managed for projects or for networks. */
function verifyLists({ consumerAcceptLists = [], consumerRejectLists = [], domainNames = [] }: Inputs): void {
    const isNetwork = (text: string) => text.includes("/networks/");
    const kinds = new Set([
        ...consumerAcceptLists.map(({ networkUrl }: Inputs) => Boolean(networkUrl)),
        ...consumerRejectLists.map(isNetwork),
    ]);
    if (kinds.size > 1) {
        throw invalidField(
            "consumerAcceptLists",
            "",
            "The consumer accept and reject lists must have only projects or only networks.",
        );
    }
    if (domainNames.length > 1 || domainNames.some((domain: string) => !domain.endsWith("."))) {
        throw invalidField("domainNames", domainNames, "There can be one domain name, which ends with a dot.");
    }
}

/** The state of the connection of an endpoint: https://cloud.google.com/vpc/docs/about-controlling-access-published-services */
export function connectionStatus(attachment: Inputs, endpoint: Inputs, number: string): string {
    const { connectionPreference, consumerAcceptLists = [], consumerRejectLists = [] } = attachment;
    const { project, network } = endpoint;
    const names = [project, number, network ? networkPath(network, project) : ""];
    const isListed = (value: string | undefined) => names.includes(String(value).replace(/^.*\/v1\//, ""));
    if (consumerRejectLists.some(isListed)) {
        return "REJECTED";
    }
    const isAccepted =
        connectionPreference === "ACCEPT_AUTOMATIC" ||
        consumerAcceptLists.some(
            ({ projectIdOrNum, networkUrl }: Inputs) =>
                isListed(projectIdOrNum) || (networkUrl && isListed(networkUrl)),
        );
    return isAccepted ? "ACCEPTED" : "PENDING";
}

/** The endpoints of consumers, in all projects: https://cloud.google.com/compute/docs/reference/rest/v1/serviceAttachments */
function endpointsOf(inputs: Inputs, cloud: Cloud): Inputs[] {
    const link = selfLink(id(inputs));
    return cloud.store
        .list(`//${api}/projects`)
        .filter((each) => /\/forwardingRules\/[^/]+$/.test(each.id) && each.state.target === link)
        .map(({ id: path, project, state }) => ({
            consumerNetwork: state.network,
            endpoint: selfLink(path),
            natIps: [],
            propagatedConnectionCount: 0,
            pscConnectionId: state.pscConnectionId,
            status: connectionStatus(inputs, state as Inputs, String(cloud.projects.number(project))),
        }));
}

/** What a service attachment uses: the forwarding rule of the load balancer, and the subnets. */
function usedByAttachment(inputs: Inputs): Calls {
    const { project, region, natSubnets = [] } = inputs;
    return [
        ...uses("forwardingRules", [publishedRule(inputs)]),
        ...uses(
            "subnetworks",
            natSubnets.map((subnet: string) => subnetworkPath(subnet, { project, region })),
        ),
    ];
}

export const serviceAttachment: TypeRules = {
    ...sharedRules(collection),
    noun: "ServiceAttachment",
    generatedNoun: "ComputeServiceAttachment",
    verify,
    changesOnUpdate: ["fingerprint"],
    read: (state, { cloud }) => {
        const found = cloud.store.read(fullName(id(state)))?.state;
        return found && { ...found, connectedEndpoints: endpointsOf(found, cloud) };
    },
    state: (inputs, context, old) => {
        const { selfLink: link } = createdState(inputs, context, old, collection);
        return {
            connectedEndpoints: endpointsOf(inputs, context.cloud),
            fingerprint: fingerprint(inputs),
            propagatedConnectionLimit: 250,
            pscServiceAttachmentIds: [
                {
                    high: String(generatedNumber(inputs, "project of attachment")),
                    low: String(generatedNumber(inputs, collection)),
                },
            ],
            reconcileConnections: false,
            ...inputs,
            selfLink: link,
            targetService: selfLink(publishedRule(inputs)),
            natSubnets: subnetPaths(inputs).map(selfLink),
        };
    },
    calls: {
        create: (inputs) => [
            "compute.serviceAttachments.insert",
            ...usedByAttachment(inputs),
            "compute.regionOperations.get",
            "compute.serviceAttachments.get",
        ],
        read: ["compute.serviceAttachments.get"],
        update: (inputs) => [
            "compute.serviceAttachments.patch",
            ...usedByAttachment(inputs),
            "compute.regionOperations.get",
            "compute.serviceAttachments.get",
        ],
        delete: ["compute.serviceAttachments.delete", "compute.regionOperations.get"],
    },
};
