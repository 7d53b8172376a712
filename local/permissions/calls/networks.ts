import type { Inputs } from "../../rules/rules";
import type { Calls, TypeCalls } from "./call";

/** Labels are set by another call after the creation; Pulumi's attribution label always is. */
const labelled = (collection: string) => [`compute.${collection}.setLabels`];

const isInternal = ({ addressType }: Inputs) => addressType === "INTERNAL";

function addresses(collection: string): TypeCalls {
    const method = (verb: string, inputs: Inputs) =>
        `compute.${collection}.${verb}${isInternal(inputs) ? "Internal" : ""}`;
    const wait = collection === "addresses" ? "compute.regionOperations.get" : "compute.globalOperations.get";
    const get = `compute.${collection}.get`;
    return {
        create: (inputs) => [method("insert", inputs), ...labelled(collection), wait, get],
        read: [get],
        update: [...labelled(collection), wait, get],
        delete: (inputs) => [method("delete", inputs), wait],
    };
}

/** Whether a forwarding rule is an endpoint of Private Service Connect. */
const isEndpoint = ({ target, loadBalancingScheme }: Inputs) =>
    /serviceAttachments\/|^(all-apis|vpc-sc)$/.test(target ?? "") && !loadBalancingScheme;

function forwardingRules(collection: string): TypeCalls {
    const of = (inputs: Inputs) => (isEndpoint(inputs) ? "Endpoint" : "");
    const label = (inputs: Inputs) => `compute.${collection}.setLabels${isEndpoint(inputs) ? "OfEndpoint" : ""}`;
    const wait = collection === "forwardingRules" ? "compute.regionOperations.get" : "compute.globalOperations.get";
    const get = `compute.${collection}.get`;
    return {
        create: (inputs) => [`compute.${collection}.insert${of(inputs)}`, label(inputs), wait, get],
        read: [get],
        update: (inputs) => [label(inputs), wait, get],
        delete: (inputs) => [`compute.${collection}.delete${of(inputs)}`, wait],
    };
}

const readZone = ["dns.managedZones.get"];
const bindZone = ({ privateVisibilityConfig }: Inputs) =>
    privateVisibilityConfig?.networks?.length ? ["dns.managedZones.bindNetworks"] : [];

function records(verb: string): Calls {
    return ["dns.resourceRecordSets.list", `dns.resourceRecordSets.${verb}`, "dns.changes.get"];
}

/** Calls for networks, addresses, DNS zones and connections to Google's networks. */
export const networks: Record<string, TypeCalls> = {
    "gcp:compute/address:Address": addresses("addresses"),
    "gcp:compute/globalAddress:GlobalAddress": addresses("globalAddresses"),
    "gcp:compute/forwardingRule:ForwardingRule": forwardingRules("forwardingRules"),
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": forwardingRules("globalForwardingRules"),
    "gcp:compute/networkPeeringRoutesConfig:NetworkPeeringRoutesConfig": {
        create: ["compute.networks.updatePeering", "compute.globalOperations.get", "compute.networks.get"],
        read: ["compute.networks.get"],
        update: ["compute.networks.updatePeering", "compute.globalOperations.get", "compute.networks.get"],
        delete: [],
    },
    "gcp:compute/routerNat:RouterNat": {
        create: ["compute.routers.patch", "compute.regionOperations.get"],
        read: ["compute.routers.get"],
        update: ["compute.routers.patch", "compute.regionOperations.get"],
        delete: ["compute.routers.patch", "compute.regionOperations.get"],
    },
    "gcp:compute/subnetwork:Subnetwork": {
        also: {
            update: ({ ipCidrRange, privateIpGoogleAccess }, _, old) => [
                ...(ipCidrRange === old?.ipCidrRange ? [] : ["compute.subnetworks.expandIpCidrRange"]),
                ...(Boolean(privateIpGoogleAccess) === Boolean(old?.privateIpGoogleAccess)
                    ? []
                    : ["compute.subnetworks.setPrivateIpGoogleAccess"]),
            ],
        },
    },
    "gcp:dns/managedZone:ManagedZone": {
        create: (inputs) => ["dns.managedZones.create", ...bindZone(inputs), ...readZone],
        read: readZone,
        update: (inputs) => ["dns.managedZones.update", ...bindZone(inputs), ...readZone],
        delete: ({ forceDestroy }) => [...(forceDestroy ? records("delete") : []), "dns.managedZones.delete"],
    },
    "gcp:dns/recordSet:RecordSet": {
        create: records("create"),
        read: ["dns.resourceRecordSets.list"],
        update: ["dns.resourceRecordSets.list", "dns.resourceRecordSets.patch", "dns.changes.get"],
        delete: records("delete"),
    },
    "gcp:servicenetworking/connection:Connection": {
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
