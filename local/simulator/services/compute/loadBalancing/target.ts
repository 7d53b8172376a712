import { isIP } from "node:net";
import type { Cloud } from "../../../cloud/cloud";
import { GoogleError } from "../../../cloud/errors";
import type { Entry } from "../../../cloud/store";
import { type Inputs, lastPart } from "../../../rules/rules";
import { api, fullName, invalidField, networkPath, pathOf } from "../names";
import { proxyPurposes } from "../subnetwork";
import { subnetworksOf } from "../subnetworkRanges";
import { verifyPassthroughRule } from "./passthrough";
import { referencePath, required } from "./references";
import { otherScheme } from "./urlMap";

const managed = ["EXTERNAL_MANAGED", "INTERNAL_MANAGED"];

/** Whether a rule is one of a cross-region internal load balancer: https://cloud.google.com/load-balancing/docs/l7-internal */
export const isCrossRegion = ({ region, loadBalancingScheme }: Inputs): boolean =>
    region === undefined && loadBalancingScheme === "INTERNAL_MANAGED";

/** The forwarding rules that have an address. Global rules of cross-region internal load balancers have addresses of regions. */
export function rulesWithAddress(address: Entry, cloud: Cloud): Entry[] {
    const place = address.id.replace(/\/addresses\/[^/]+$/, "");
    return [...new Set([place, place.replace(/\/regions\/[^/]+$/, "/global")])]
        .flatMap((each) => cloud.store.list(`//${api}/${each}/forwardingRules`))
        .filter(({ state }) => hasAddress(state, address) && isInNetworkOf(address, state, cloud));
}

/** An IPv6 rule has a range of addresses. */
const hasAddress = ({ ipAddress }: Inputs, { state }: Entry): boolean =>
    String(ipAddress).replace(/\/96$/, "") === state.address;

/** Networks have addresses of their own: the same internal address can be in another one. */
export function isInNetworkOf({ state: { subnetwork, network } }: Entry, rule: Inputs, cloud: Cloud): boolean {
    const path = String(subnetwork ?? "").replace(/^.*\/v1\//, "");
    const own = path ? cloud.store.read(fullName(path))?.state.network : network;
    return !own || !rule.network || String(own).endsWith(`/${lastPart(rule.network)}`);
}

/** The target of a load balancer's rule, which must exist, and with which it must be compatible. */
export function verifyTarget(inputs: Inputs, address: Entry | undefined, cloud: Cloud): void {
    const { backendService, target, loadBalancingScheme = "EXTERNAL", region } = inputs;
    const input = backendService ?? target;
    if (!input) {
        throw invalidField("target", "", "A forwarding rule must have a target or a backend service.");
    }
    const path = referencePath(String(input), inputs, backendService ? "backendServices" : "targetPools");
    const found = required(cloud, path);
    // A target instance is in a zone of the region.
    const isRegional = /\/(regions|zones)\//.test(path);
    if (isRegional !== (region !== undefined)) {
        throw invalidField("target", path, "The target must be in the same scope as the forwarding rule.");
    }
    if (backendService) {
        verifyPassthroughRule(inputs, found, cloud);
        verifyAddress(inputs, address, cloud);
    }
    if (/\/target(Https?|Tcp)Proxies\//.test(path)) {
        verifyPort(inputs, path);
        verifyScheme(found, loadBalancingScheme, cloud);
        verifyCertificates(found, inputs);
        verifyNetwork(inputs, cloud);
        verifyAddress(inputs, address, cloud);
    }
}

/** https://cloud.google.com/load-balancing/docs/forwarding-rule-concepts: a proxy of an application load balancer has one port. */
function verifyPort({ portRange = "" }: Inputs, target: string): void {
    const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(String(portRange)) ?? [];
    if (first === undefined || first !== last || Number(first) < 1 || Number(first) > 65_535) {
        throw invalidField("portRange", portRange, "A forwarding rule of a target proxy must have a single port.");
    }
    if (target.includes("/targetHttpsProxies/") && first === "80") {
        throw invalidField("portRange", portRange, "Port 80 is not supported for a target HTTPS proxy.");
    }
}

/**
 * The scheme of a rule is that of all backend services of its URL map:
 * https://cloud.google.com/load-balancing/docs/backend-service#load_balancing_scheme. The text is approximate.
 */
function verifyScheme({ state }: Entry, scheme: string, cloud: Cloud): void {
    if (state.urlMap === undefined) {
        verifyServiceScheme(state as Inputs, scheme, cloud);
        return;
    }
    const map = required(cloud, pathOf(String(state.urlMap), "", ""));
    const wrong = otherScheme(map.state as Inputs, scheme, cloud);
    if (wrong) {
        const cause = `The load balancing scheme must be that of the backend service '${wrong.path}', ${wrong.scheme}.`;
        throw invalidField("loadBalancingScheme", scheme, cause);
    }
}

/** The same, for a TCP proxy, which leads to a backend service itself. */
function verifyServiceScheme({ backendService, region }: Inputs, scheme: string, cloud: Cloud): void {
    const service = required(cloud, pathOf(String(backendService), "", ""));
    const found = service.state.loadBalancingScheme ?? (region ? "INTERNAL" : "EXTERNAL");
    if (found !== scheme) {
        const cause = `The load balancing scheme must be that of the backend service '${service.id}', ${found}.`;
        throw invalidField("loadBalancingScheme", scheme, cause);
    }
}

/**
 * Proxies of internal load balancers have no certificate map:
 * https://cloud.google.com/compute/docs/reference/rest/v1/targetHttpsProxies (`certificateMap`). The text is approximate.
 */
function verifyCertificates({ state }: Entry, inputs: Inputs): void {
    if (isCrossRegion(inputs) && state.certificateMap) {
        const cause =
            "A target proxy with a certificate map does not support the load balancing scheme INTERNAL_MANAGED.";
        throw invalidField("target", inputs.target, cause);
    }
}

/**
 * https://cloud.google.com/load-balancing/docs/proxy-only-subnets: proxies of regional load balancers, and of internal ones of several regions,
 * have addresses in the network.
 */
function verifyNetwork(inputs: Inputs, cloud: Cloud): void {
    const { network, subnetwork, project, loadBalancingScheme, target } = inputs;
    const isOfRegions = isCrossRegion(inputs);
    if ((inputs.region === undefined && !isOfRegions) || !managed.includes(loadBalancingScheme)) {
        return;
    }
    if (!network && !subnetwork) {
        throw invalidField("network", "", "A network must be specified for a regional load balancer with proxies.");
    }
    const region = isOfRegions ? /\/regions\/([^/]+)\//.exec(subnetwork ?? "")?.[1] : inputs.region;
    if (region === undefined) {
        throw invalidField(
            "subnetwork",
            subnetwork ?? "",
            "A subnetwork must be specified for an internal load balancer.",
        );
    }
    const purposes = isOfRegions ? ["GLOBAL_MANAGED_PROXY"] : proxyPurposes;
    const path = networkPath(network ?? "default", project);
    const proxies = subnetworksOf(cloud, path).find(
        ({ state }) => state.region === region && state.role === "ACTIVE" && purposes.includes(String(state.purpose)),
    );
    if (!proxies) {
        throw invalidField(
            "target",
            target,
            "An active proxy-only subnetwork is required in the same region and VPC as the forwarding rule.",
        );
    }
}

/**
 * An address of the right kind, of which no other rule has the port. An internal one does not have to be reserved:
 * https://cloud.google.com/load-balancing/docs/forwarding-rule-concepts#ip_address_specifications
 */
function verifyAddress(inputs: Inputs, address: Entry | undefined, cloud: Cloud): void {
    const { ipAddress, loadBalancingScheme, name } = inputs;
    const isInternal = loadBalancingScheme?.startsWith("INTERNAL");
    // Proxies of a service mesh listen on any address.
    if (ipAddress === undefined || loadBalancingScheme === "INTERNAL_SELF_MANAGED") {
        return;
    }
    if (!address && isInternal && isIP(ipAddress.replace(/\/96$/, "")) !== 0) {
        return;
    }
    // An IPv6 range can be one of a sub-prefix that the project brings: https://cloud.google.com/vpc/docs/bring-your-own-ip
    if (!address && inputs.ipCollection) {
        return;
    }
    if (!address) {
        throw invalidField("IPAddress", ipAddress, "The IP address must be reserved.");
    }
    const { addressType = "EXTERNAL", networkTier = "PREMIUM", purpose } = address.state as Inputs;
    const type = isInternal ? "INTERNAL" : "EXTERNAL";
    if (addressType !== type) {
        throw invalidField("IPAddress", ipAddress, `The IP address must be ${type}.`);
    }
    if (type === "EXTERNAL" && inputs.region !== undefined && (inputs.networkTier ?? "PREMIUM") !== networkTier) {
        throw invalidField(
            "networkTier",
            inputs.networkTier,
            `The network tier must be that of the address, ${networkTier}.`,
        );
    }
    const others = rulesWithAddress(address, cloud).filter(({ state }) => state.name !== name);
    const isShared = type === "EXTERNAL" || purpose === "SHARED_LOADBALANCER_VIP";
    const own = servedBy(inputs);
    const conflicting = others.find(
        ({ state }) =>
            isSteering(state as Inputs) === isSteering(inputs) &&
            !isSteering(inputs) &&
            (!isShared || servedBy(state as Inputs).some((each) => own.includes(each))),
    );
    if (conflicting) {
        throw new GoogleError(
            400,
            `Invalid value for field 'resource.IPAddress': '${address.state.address}'. Specified IP address is in-use and would result in a conflict.`,
            { reason: "invalid" },
        );
    }
}

/**
 * Whether a rule takes the traffic of some sources from another rule with the same address:
 * https://cloud.google.com/load-balancing/docs/network/networklb-backend-service#traffic-steering
 */
export const isSteering = ({ sourceIpRanges = [] }: Inputs): boolean => sourceIpRanges.length > 0;

/** The ports of a rule with its protocol: `TCP 80`, or `TCP` for all. */
const servedBy = ({ ipProtocol = "TCP", ports, portRange }: Inputs): string[] =>
    ports?.length > 0
        ? ports.map((port: string) => `${ipProtocol} ${port}`)
        : [`${ipProtocol} ${String(portRange || "").split("-")[0]}`];
