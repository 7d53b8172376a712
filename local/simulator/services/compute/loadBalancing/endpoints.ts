import type { Cloud } from "../../../cloud/cloud";
import { regionOf } from "../../../cloud/zones";
import { type Context, type Inputs, lastPart, type TypeCalls, type TypeRules } from "../../../rules/rules";
import { attached, globalWait, regionWait, zoneWait } from "../calls";
import { instancePath } from "../machines/instance";
import { completedZone, inZone, verifyZone, zonalRules, zonePath } from "../machines/zonal";
import { api, fullName, invalidField, networkPath, pathOf, selfLink, subnetworkPath } from "../names";
import { generatedNumber, pathIn, required, requireUnused, sharedRules } from "./references";

const collection = "networkEndpointGroups";

const zonalPath = (inputs: Inputs) => `${zonePath(inputs)}/${collection}/${inputs.name}`;

/** Types of zonal groups: https://cloud.google.com/load-balancing/docs/negs#types */
const zonalTypes = ["GCE_VM_IP", "GCE_VM_IP_PORT", "NON_GCP_PRIVATE_IP_PORT"];

const endpoints: [string, string, string] = [
    "attachNetworkEndpoints",
    "detachNetworkEndpoints",
    "listNetworkEndpoints",
];

/** A group of endpoints, which is never updated. */
const endpointGroup = (kind: string, operation: string): TypeCalls => ({
    create: [`compute.${kind}.insert`, operation, `compute.${kind}.get`],
    read: [`compute.${kind}.get`],
    update: [],
    delete: [`compute.${kind}.delete`, operation],
});

/** https://cloud.google.com/compute/docs/reference/rest/v1/networkEndpointGroups: the texts are approximate. */
export const zonalEndpointGroup: TypeRules = {
    noun: "NetworkEndpointGroup",
    generatedNoun: "ComputeNetworkEndpointGroup",
    cost: "free",
    ...zonalRules(zonalPath),
    verify: (inputs, { cloud }) => {
        verifyZone(inputs);
        const { networkEndpointType: type = "GCE_VM_IP_PORT", subnetwork } = inputs;
        if (!zonalTypes.includes(type)) {
            throw invalidField("networkEndpointType", type, "The type is not supported by zonal groups.");
        }
        required(cloud, networkPath(inputs.network, inputs.project));
        // "Hybrid connectivity NEGs … don't have a subnet".
        if (type === "NON_GCP_PRIVATE_IP_PORT" && subnetwork) {
            throw invalidField("subnetwork", subnetwork, `It is not supported with the type ${type}.`);
        }
    },
    state: (inputs) => {
        const { project, network, subnetwork, zone } = inputs;
        return {
            ...inputs,
            network: selfLink(networkPath(network, project)),
            ...(subnetwork && {
                subnetwork: selfLink(subnetworkPath(subnetwork, { project, region: regionOf(zone) })),
            }),
            generatedId: 0,
            size: 0,
            selfLink: selfLink(zonalPath(inputs)),
        };
    },
    remove: (inputs, { cloud }) => requireUnused("network_endpoint_group", zonalPath(inputs), cloud, "backendServices"),
    calls: endpointGroup("networkEndpointGroups", zoneWait),
};

/** Types of groups with an endpoint on the internet. */
const internetTypes = ["INTERNET_FQDN_PORT", "INTERNET_IP_PORT"];

export const globalEndpointGroup: TypeRules = {
    ...sharedRules(collection),
    noun: "GlobalNetworkEndpointGroup",
    generatedNoun: "ComputeGlobalNetworkEndpointGroup",
    cost: "free",
    state: (inputs) => ({ selfLink: selfLink(pathIn(collection)(inputs)) }),
    remove: (inputs, { cloud }) =>
        requireUnused("network_endpoint_group", pathIn(collection)(inputs), cloud, "backendServices"),
    calls: endpointGroup("globalNetworkEndpointGroups", globalWait),
};

const isPrivateMachine = (inputs: Inputs, machine: Inputs) =>
    (machine.networkInterfaces ?? []).some(
        ({ networkIp, aliasIpRanges = [] }: Inputs) => networkIp === inputs.ipAddress || aliasIpRanges.length > 0,
    );

/** https://cloud.google.com/load-balancing/docs/negs/zonal-neg-concepts: the texts are approximate. */
function verifyZonalEndpoint(inputs: Inputs, { cloud }: Context): void {
    const group = inZone(inputs.networkEndpointGroup, inputs, collection);
    const { networkEndpointType: type } = required(cloud, group).state;
    const { instance = "", ipAddress, port } = inputs;
    if (type === "NON_GCP_PRIVATE_IP_PORT") {
        if (instance) {
            throw invalidField("networkEndpoints[0].instance", instance, `It is not supported with the type ${type}.`);
        }
    } else {
        const machine = required(cloud, instancePath(instance, inputs));
        if (machine.state.zone !== inputs.zone) {
            throw invalidField(
                "networkEndpoints[0].instance",
                instance,
                "The instance must be in the zone of the group.",
            );
        }
        if (!isPrivateMachine(inputs, machine.state)) {
            throw invalidField(
                "networkEndpoints[0].ipAddress",
                ipAddress,
                "The address must be the primary address of the instance, or in one of its alias ranges.",
            );
        }
    }
    if (type !== "GCE_VM_IP" && !port) {
        throw invalidField("networkEndpoints[0].port", "", `A port is required with the type ${type}.`);
    }
}

/** https://cloud.google.com/load-balancing/docs/negs/internet-neg-concepts: the texts are approximate. */
function verifyInternetEndpoint({ fqdn, ipAddress }: Inputs, { networkEndpointType: type }: Inputs): void {
    if (!internetTypes.includes(type)) {
        throw invalidField("networkEndpointType", type, "Endpoints are not supported with this type.");
    }
    const [needed, other] = type === "INTERNET_FQDN_PORT" ? [fqdn, ipAddress] : [ipAddress, fqdn];
    if (!needed || other) {
        const field = type === "INTERNET_FQDN_PORT" ? "fqdn" : "ipAddress";
        throw invalidField(
            `networkEndpoints[0].${field}`,
            needed ?? "",
            `Exactly it is required with the type ${type}.`,
        );
    }
}

/**
 * Maps a port of clients of a published service to a port of a machine:
 * https://cloud.google.com/vpc/docs/about-private-service-connect-port-mapping#specifications. The texts are approximate.
 */
function verifyMappedEndpoint(
    { instance = "", project, region, port, clientDestinationPort }: Inputs,
    cloud: Cloud,
): void {
    const machine = required(cloud, instancePath(instance, { project }));
    if (regionOf(String(machine.state.zone)) !== region) {
        throw invalidField(
            "networkEndpoints[0].instance",
            instance,
            "The instance must be in the region of the group.",
        );
    }
    for (const [field, value] of Object.entries({ port, clientDestinationPort })) {
        if (!value) {
            throw invalidField(`networkEndpoints[0].${field}`, "", "It is required with the type GCE_VM_IP_PORTMAP.");
        }
    }
}

/** The rules that all endpoints have. */
const shared = { api, state: (inputs: Inputs) => inputs, remove: () => undefined };

const endpointName = (group: string, { instance = "", ipAddress = "", fqdn = "", port = 0 }: Inputs) =>
    `${fullName(group)}/endpoints/${[lastPart(instance), ipAddress, fqdn, port].join("|")}`;

export const zonalEndpoint: TypeRules = {
    ...shared,
    noun: "NetworkEndpoint",
    generatedNoun: "ComputeNetworkEndpoint",
    cost: "free",
    plan: { "tpgresource.DefaultProviderZone": completedZone },
    zonal: true,
    id: ({ project, zone, networkEndpointGroup, instance = "", ipAddress, port = "" }) =>
        `${project}/${zone}/${lastPart(networkEndpointGroup)}/${lastPart(instance)}/${ipAddress}/${port}`,
    name: (inputs) => endpointName(inZone(inputs.networkEndpointGroup, inputs, collection), inputs),
    verify: verifyZonalEndpoint,
    // A machine that is deleted leaves its groups.
    read: (state, { cloud }) =>
        !state.instance || cloud.store.read(fullName(inZone(state.instance, state, "instances"))) ? state : undefined,
    calls: attached("networkEndpointGroups", zoneWait, endpoints),
};

const globalGroup = ({ globalNetworkEndpointGroup, project }: Inputs) =>
    pathOf(globalNetworkEndpointGroup, project, `global/${collection}`);

export const globalEndpoint: TypeRules = {
    ...shared,
    noun: "GlobalNetworkEndpoint",
    generatedNoun: "ComputeGlobalNetworkEndpoint",
    cost: "free",
    id: ({ project, globalNetworkEndpointGroup, ipAddress = "", fqdn = "", port }) =>
        `${project}/${lastPart(globalNetworkEndpointGroup)}/${ipAddress}/${fqdn}/${port}`,
    name: (inputs) => endpointName(globalGroup(inputs), inputs),
    verify: (inputs, { cloud }, old) => {
        const path = globalGroup(inputs);
        verifyInternetEndpoint(inputs, required(cloud, path).state);
        // "An internet NEG … can only contain one endpoint": https://cloud.google.com/load-balancing/docs/negs/internet-neg-concepts
        const others = cloud.store
            .list(`${fullName(path)}/endpoints/`)
            .filter(({ name }) => name !== endpointName(path, inputs));
        if (!old && others.length > 0) {
            throw invalidField("networkEndpoints", "", "A global group with an endpoint on the internet has only one.");
        }
    },
    calls: attached("globalNetworkEndpointGroups", globalWait, endpoints),
};

const regionalGroup = ({ regionNetworkEndpointGroup, project, region }: Inputs) =>
    pathOf(regionNetworkEndpointGroup, project, `regions/${region}/${collection}`);

export const regionalEndpoint: TypeRules = {
    ...shared,
    noun: "RegionNetworkEndpoint",
    generatedNoun: "ComputeRegionNetworkEndpoint",
    cost: "free",
    id: ({ project, region, regionNetworkEndpointGroup, ipAddress = "", fqdn = "", port }) =>
        `${project}/${region}/${lastPart(regionNetworkEndpointGroup)}/${ipAddress}/${fqdn}/${port}`,
    name: (inputs) => endpointName(regionalGroup(inputs), inputs),
    verify: (inputs, { cloud }) => {
        const group = required(cloud, regionalGroup(inputs)).state;
        if (group.networkEndpointType === "GCE_VM_IP_PORTMAP") {
            verifyMappedEndpoint(inputs, cloud);
        } else {
            verifyInternetEndpoint(inputs, group);
        }
    },
    state: (inputs) => ({
        ...inputs,
        networkEndpointId: generatedNumber({ ...inputs, name: regionalGroup(inputs) }, "networkEndpoints"),
    }),
    calls: attached("regionNetworkEndpointGroups", regionWait, endpoints),
};
