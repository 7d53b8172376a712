import { projectName } from "../../cloud/projects";
import type { Inputs } from "../../rules/rules";
import { referencePath } from "../../services/compute/loadBalancing/references";
import { backendPaths } from "../../services/compute/loadBalancing/urlMap";
import { fullName, networkPath, subnetworkPath } from "../../services/compute/names";
import { publishedRule } from "../../services/compute/serviceAttachment";
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

/** Whether a forwarding rule belongs to the proxy of a load balancer. */
const isProxied = ({ target }: Inputs) => /\/target(Https?|Tcp)Proxies\//.test(target ?? "");

/** What the forwarding rule of a proxy or a backend service uses. */
function usedByRule(inputs: Inputs): Calls {
    const { target, network, subnetwork, region } = inputs;
    const { backendService } = inputs;
    const kind = backendService ? "backendServices" : (/\/(target\w+Proxies)\//.exec(target)?.[1] as string);
    return [
        ...uses(methods(kind, inputs), [path(backendService ?? target, inputs, kind)]),
        ...(region && network ? ["compute.networks.use"] : []),
        ...(subnetwork ? ["compute.subnetworks.use"] : []),
    ];
}

function forwardingRules(collection: string): TypeCalls {
    const of = (inputs: Inputs) => (isEndpoint(inputs) ? "Endpoint" : "");
    const label = (inputs: Inputs) => `compute.${collection}.setLabels${isEndpoint(inputs) ? "OfEndpoint" : ""}`;
    const wait = collection === "forwardingRules" ? "compute.regionOperations.get" : "compute.globalOperations.get";
    const get = `compute.${collection}.get`;
    return {
        create: (inputs) => [
            `compute.${collection}.insert${of(inputs) || (isProxied(inputs) || inputs.backendService ? "OfProxy" : "")}`,
            label(inputs),
            wait,
            ...(isProxied(inputs) || inputs.backendService ? usedByRule(inputs) : []),
            get,
        ],
        read: [get],
        update: (inputs, _, old) => [
            label(inputs),
            ...(old && inputs.target !== old.target && isProxied(inputs)
                ? [`compute.${collection}.setTarget`, ...usedByRule(inputs)]
                : []),
            ...(old && Boolean(inputs.allowGlobalAccess) !== Boolean(old.allowGlobalAccess)
                ? [`compute.${collection}.patch`]
                : []),
            wait,
            get,
        ],
        delete: (inputs) => [`compute.${collection}.delete${of(inputs)}`, wait],
    };
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

const serviceAttachments: TypeCalls = {
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
};

const readZone = ["dns.managedZones.get"];
const bindZone = ({ privateVisibilityConfig, peeringConfig, project }: Inputs): Calls => [
    ...(privateVisibilityConfig?.networks?.length ? ["dns.managedZones.bindNetworks"] : []),
    ...peerNetwork(peeringConfig?.targetNetwork?.networkUrl, project),
];

const readPolicy = ["dns.policies.get"];

/** The permission to bind a policy to networks, on their projects. */
const bindPolicy = ({ networks = [], project }: Inputs): Calls =>
    networks.map(({ networkUrl }: Inputs) => ({
        method: "dns.networks.bindPrivateDNSPolicy",
        on: projectName(networkPath(networkUrl, project).split("/")[1] as string),
    }));

/** The permission to peer a zone with a network, on the project of the network. */
function peerNetwork(network: string | undefined, project: string): Calls {
    const [, owner] = network ? networkPath(network, project).split("/") : [];
    return owner ? [{ method: "dns.networks.targetWithPeeringZone", on: projectName(owner) }] : [];
}

function records(verb: string): Calls {
    return ["dns.resourceRecordSets.list", `dns.resourceRecordSets.${verb}`, "dns.changes.get"];
}

/** The permission to use a referenced resource, on that resource. */
function uses(kind: string, paths: (string | undefined)[]): Calls {
    const known = paths.filter((path) => path !== undefined && path !== "");
    return [...new Set(known)].map((path) => ({ method: `compute.${kind}.use`, on: fullName(path as string) }));
}

/** A collection in the names of methods: `regionUrlMaps` in a region. */
const methods = (kind: string, { region }: Inputs) =>
    region ? `region${kind.charAt(0).toUpperCase()}${kind.slice(1)}` : kind;

const operation = ({ region }: Inputs) => (region ? "compute.regionOperations.get" : "compute.globalOperations.get");

/** What a resource refers to in its own place: the method, and the paths. */
type References = (inputs: Inputs) => [kind: string, paths: (string | undefined)[]][];

/**
 * A resource of load balancing.
 *
 * @param update the method that changes it; false if other calls do, or none
 * @param changes calls that change single properties
 */
function balancing(
    kind: string,
    references: References = () => [],
    update: string | false = "update",
    changes: (inputs: Inputs, old?: Inputs) => string[] = () => [],
): TypeCalls {
    const method = (verb: string, inputs: Inputs) => `compute.${methods(kind, inputs)}.${verb}`;
    const used = (inputs: Inputs) => references(inputs).flatMap(([each, paths]) => uses(methods(each, inputs), paths));
    const changed = (inputs: Inputs, old?: Inputs) =>
        changes(inputs, old).flatMap((verb) => [method(verb, inputs), operation(inputs)]);
    return {
        create: (inputs) => [
            method("insert", inputs),
            operation(inputs),
            ...used(inputs),
            ...(update ? changed(inputs) : []),
            method("get", inputs),
        ],
        read: (inputs) => [method("get", inputs)],
        update: (inputs, _, old) => [
            ...(update ? [method(update, inputs), operation(inputs)] : []),
            ...used(inputs),
            ...changed(inputs, old),
            method("get", inputs),
        ],
        delete: (inputs) => [method("delete", inputs), operation(inputs)],
    };
}

const path = (value: string | undefined, inputs: Inputs, collection: string) =>
    value ? referencePath(value, inputs, collection) : undefined;

const policyChange = ({ securityPolicy = "" }: Inputs, old: Inputs = {}) =>
    securityPolicy === (old.securityPolicy ?? "") ? [] : ["setSecurityPolicy"];

const ofBackendService: References = (inputs) => [
    ["securityPolicies", [path(inputs.securityPolicy, inputs, "securityPolicies")]],
];

const ofUrlMap: References = (inputs) => {
    const all = backendPaths(inputs).map((each) => each.path);
    const isBucket = (each: string) => each.includes("/backendBuckets/");
    return [
        ["backendServices", all.filter((each) => !isBucket(each))],
        ["backendBuckets", all.filter(isBucket)],
    ];
};

const ofProxy: References = (inputs) => [
    ["urlMaps", [path(inputs.urlMap, inputs, "urlMaps")]],
    ["sslPolicies", [path(inputs.sslPolicy, inputs, "sslPolicies")]],
];

const changedOf = (verbs: Record<string, string>) => (inputs: Inputs, old?: Inputs) =>
    old === undefined
        ? []
        : Object.entries(verbs).flatMap(([property, verb]) =>
              JSON.stringify(inputs[property]) === JSON.stringify(old[property]) ? [] : [verb],
          );

/** The provider reads the number of the project first. */
const projectRead = ["cloudresourcemanager.projects.get"];

const peeredDomains = (verb: string) => `servicenetworking.services.projects.global.networks.peeredDnsDomains.${verb}`;

/** Calls for networks, addresses, DNS zones and connections to Google's networks. */
export const networks: Record<string, TypeCalls> = {
    // A route is never changed in place: https://cloud.google.com/compute/docs/reference/rest/v1/routes
    "gcp:compute/route:Route": { update: [] },
    "gcp:compute/address:Address": addresses("addresses"),
    "gcp:compute/globalAddress:GlobalAddress": addresses("globalAddresses"),
    "gcp:compute/forwardingRule:ForwardingRule": forwardingRules("forwardingRules"),
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": forwardingRules("globalForwardingRules"),
    "gcp:compute/backendBucket:BackendBucket": balancing("backendBuckets"),
    "gcp:compute/backendService:BackendService": balancing("backendServices", ofBackendService, "update", policyChange),
    "gcp:compute/regionBackendService:RegionBackendService": balancing(
        "backendServices",
        ofBackendService,
        "update",
        policyChange,
    ),
    "gcp:compute/regionNetworkEndpointGroup:RegionNetworkEndpointGroup": balancing(
        "networkEndpointGroups",
        () => [],
        false,
    ),
    "gcp:compute/regionSecurityPolicy:RegionSecurityPolicy": balancing("securityPolicies", () => [], "patch"),
    "gcp:compute/regionSslPolicy:RegionSslPolicy": balancing("sslPolicies", () => [], "patch"),
    "gcp:compute/regionTargetHttpProxy:RegionTargetHttpProxy": balancing(
        "targetHttpProxies",
        ofProxy,
        false,
        changedOf({ urlMap: "setUrlMap" }),
    ),
    "gcp:compute/regionTargetHttpsProxy:RegionTargetHttpsProxy": balancing(
        "targetHttpsProxies",
        ofProxy,
        false,
        changedOf({
            urlMap: "setUrlMap",
            sslCertificates: "setSslCertificates",
            sslPolicy: "patch",
            certificateManagerCertificates: "patch",
        }),
    ),
    "gcp:compute/regionTargetTcpProxy:RegionTargetTcpProxy": balancing(
        "targetTcpProxies",
        (inputs) => [["backendServices", [path(inputs.backendService, inputs, "backendServices")]]],
        false,
    ),
    "gcp:compute/serviceAttachment:ServiceAttachment": serviceAttachments,
    "gcp:compute/regionUrlMap:RegionUrlMap": balancing("urlMaps", ofUrlMap),
    "gcp:compute/securityPolicy:SecurityPolicy": balancing("securityPolicies", () => [], "patch"),
    "gcp:compute/targetHttpProxy:TargetHttpProxy": balancing(
        "targetHttpProxies",
        ofProxy,
        false,
        changedOf({ urlMap: "setUrlMap" }),
    ),
    "gcp:compute/targetHttpsProxy:TargetHttpsProxy": balancing(
        "targetHttpsProxies",
        ofProxy,
        false,
        changedOf({
            urlMap: "setUrlMap",
            sslCertificates: "setSslCertificates",
            sslPolicy: "setSslPolicy",
            certificateMap: "setCertificateMap",
            quicOverride: "patch",
        }),
    ),
    "gcp:compute/uRLMap:URLMap": balancing("urlMaps", ofUrlMap),
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
    "gcp:compute/sharedVPCHostProject:SharedVPCHostProject": {
        create: ["compute.projects.enableXpnHost", "compute.globalOperations.get", "compute.projects.get"],
        read: ["compute.projects.get"],
        update: ["compute.projects.get"],
        delete: ["compute.projects.disableXpnHost", "compute.globalOperations.get"],
    },
    "gcp:compute/sharedVPCServiceProject:SharedVPCServiceProject": {
        create: ["compute.projects.enableXpnResource", "compute.globalOperations.get"],
        read: ["compute.projects.get"],
        update: ["compute.projects.get"],
        delete: ["compute.projects.disableXpnResource", "compute.globalOperations.get"],
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
    // https://cloud.google.com/dns/docs/access-control#dns.admin. A policy is deleted after it is detached from its networks.
    "gcp:dns/policy:Policy": {
        create: (inputs) => ["dns.policies.create", ...bindPolicy(inputs), ...readPolicy],
        read: readPolicy,
        update: (inputs) => ["dns.policies.update", ...bindPolicy(inputs), ...readPolicy],
        delete: ({ networks }) => [...(networks?.length ? ["dns.policies.update"] : []), "dns.policies.delete"],
    },
    "gcp:dns/recordSet:RecordSet": {
        create: records("create"),
        read: ["dns.resourceRecordSets.list"],
        update: ["dns.resourceRecordSets.list", "dns.resourceRecordSets.patch", "dns.changes.get"],
        delete: records("delete"),
    },
    "gcp:servicenetworking/peeredDnsDomain:PeeredDnsDomain": {
        create: [...projectRead, peeredDomains("create"), "servicenetworking.operations.get", peeredDomains("list")],
        read: [...projectRead, peeredDomains("list")],
        update: [...projectRead, peeredDomains("list")],
        delete: [...projectRead, peeredDomains("delete"), "servicenetworking.operations.get"],
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
