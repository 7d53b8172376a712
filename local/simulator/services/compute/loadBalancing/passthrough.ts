import type { Cloud } from "../../../cloud/cloud";
import { GoogleError } from "../../../cloud/errors";
import type { Entry } from "../../../cloud/store";
import { type Inputs, lastPart } from "../../../rules/rules";
import { invalidField, networkPath } from "../names";
import { findSubnetwork } from "../subnetwork";
import { referencePath, required } from "./references";

/** Whether a backend service or a forwarding rule belongs to a regional passthrough load balancer, which has no proxies. */
export const isPassthrough = ({ region, loadBalancingScheme = "INTERNAL" }: Inputs): boolean =>
    region !== undefined && ["EXTERNAL", "INTERNAL"].includes(loadBalancingScheme);

/** The protocols of backend services: https://cloud.google.com/load-balancing/docs/backend-service#backend_service_protocols */
const protocols = ["TCP", "UDP", "UNSPECIFIED"];

/** https://cloud.google.com/load-balancing/docs/backend-service#session_affinity: the affinities without requests. */
const affinities = ["NONE", "CLIENT_IP", "CLIENT_IP_PROTO", "CLIENT_IP_PORT_PROTO"];

/**
 * The backend service of a passthrough load balancer: https://cloud.google.com/load-balancing/docs/backend-service. The texts are approximate,
 * except for those that are recorded.
 */
export function verifyPassthrough(inputs: Inputs, groups: Entry[], cloud: Cloud): void {
    const { backends = [], loadBalancingScheme = "INTERNAL", protocol = "TCP", sessionAffinity = "NONE" } = inputs;
    const isInternal = loadBalancingScheme === "INTERNAL";
    // Google Cloud accepts HTTP and HTTPS with the scheme EXTERNAL:
    // https://github.com/GoogleCloudPlatform/k8s-config-connector/tree/master/pkg/test/resourcefixture/testdata (`regionaltargethttpsproxy`).
    if (isInternal && !protocols.includes(protocol)) {
        throw invalidField(
            "protocol",
            protocol,
            "The protocol is not supported with the load balancing scheme INTERNAL.",
        );
    }
    if (![...affinities, ...(isInternal ? ["CLIENT_IP_NO_DESTINATION"] : [])].includes(sessionAffinity)) {
        throw invalidField(
            "sessionAffinity",
            sessionAffinity,
            `The affinity is not supported with the load balancing scheme ${loadBalancingScheme}.`,
        );
    }
    for (const [index, { balancingMode = "UTILIZATION" }] of (backends as Inputs[]).entries()) {
        if (balancingMode !== "CONNECTION") {
            throw new GoogleError(
                400,
                `Invalid value for field 'resource.backends[${index}].balancingMode': '${balancingMode}'. Balancing mode must be CONNECTION for an ${loadBalancingScheme} backend service.`,
                { reason: "invalid" },
            ).recordedIn("https://github.com/terraform-google-modules/terraform-google-lb-internal/issues/146");
        }
        const type = groups[index]?.state.networkEndpointType;
        if (type !== undefined && type !== "GCE_VM_IP") {
            throw invalidField(
                `backends[${index}].group`,
                backends[index].group,
                `Endpoints of the type ${type} are not supported with the load balancing scheme ${loadBalancingScheme}.`,
            );
        }
    }
    verifyFailover(inputs);
    verifyZonalAffinity(inputs);
    if (backends.length > 0) {
        verifyHealthScope(inputs, cloud);
    }
}

/** https://cloud.google.com/load-balancing/docs/internal/failover-overview */
function verifyFailover({ backends = [], failoverPolicy, protocol = "TCP" }: Inputs): void {
    const primary = (backends as Inputs[]).filter(({ failover }) => !failover);
    if (backends.length > 0 && primary.length === 0) {
        throw invalidField("backends", "", "At least one backend must not be a failover backend.");
    }
    const { failoverRatio = 0, disableConnectionDrainOnFailover } = failoverPolicy ?? {};
    if (failoverRatio < 0 || failoverRatio > 1) {
        throw invalidField("failoverPolicy.failoverRatio", failoverRatio, "Must be in the range [0.0, 1.0].");
    }
    // "This can be set to true only if the protocol is TCP."
    if (disableConnectionDrainOnFailover && protocol !== "TCP") {
        throw invalidField(
            "failoverPolicy.disableConnectionDrainOnFailover",
            true,
            "It can be set to true only if the protocol is TCP.",
        );
    }
}

/** https://cloud.google.com/load-balancing/docs/internal/zonal-affinity */
function verifyZonalAffinity({ networkPassThroughLbTrafficPolicy: policy, loadBalancingScheme = "INTERNAL" }: Inputs) {
    const { spillover, spilloverRatio = 0 } = policy?.zonalAffinity ?? {};
    const field = "networkPassThroughLbTrafficPolicy.zonalAffinity";
    if (spillover && spillover !== "ZONAL_AFFINITY_DISABLED" && loadBalancingScheme !== "INTERNAL") {
        const cause = `It is not supported with the load balancing scheme ${loadBalancingScheme}.`;
        throw invalidField(`${field}.spillover`, spillover, cause);
    }
    if (spilloverRatio < 0 || spilloverRatio > 1) {
        throw invalidField(`${field}.spilloverRatio`, spilloverRatio, "Must be in the range [0.0, 1.0].");
    }
}

/** External passthrough load balancers have regional health checks: https://cloud.google.com/load-balancing/docs/health-check-concepts#lb_guide */
function verifyHealthScope(inputs: Inputs, cloud: Cloud): void {
    const { healthChecks, loadBalancingScheme = "INTERNAL", haPolicy } = inputs;
    if (!healthChecks) {
        if (haPolicy) {
            return;
        }
        throw invalidField("healthChecks", "", "A backend service of a load balancer must have a health check.");
    }
    const path = referencePath(String(healthChecks), inputs, "healthChecks");
    required(cloud, path);
    if (loadBalancingScheme === "EXTERNAL" && !path.includes("/regions/")) {
        throw invalidField("healthChecks[0]", healthChecks, "The health check must be in the region of the service.");
    }
}

/** The protocols of forwarding rules that lead to a backend service with a protocol. */
const ruleProtocols: Record<string, string[]> = {
    TCP: ["TCP"],
    UDP: ["UDP"],
    UNSPECIFIED: ["L3_DEFAULT", "TCP", "UDP", "ESP", "ICMP"],
};

/** The forwarding rule of a passthrough load balancer. The texts are approximate. */
export function verifyPassthroughRule(inputs: Inputs, service: Entry, cloud: Cloud): void {
    const { loadBalancingScheme = "EXTERNAL", ipProtocol = "TCP", project, region, network, subnetwork } = inputs;
    const { state } = service;
    const scheme = String(state.loadBalancingScheme ?? "INTERNAL");
    if (scheme !== loadBalancingScheme) {
        throw invalidField(
            "loadBalancingScheme",
            loadBalancingScheme,
            `The load balancing scheme must be that of the backend service, ${scheme}.`,
        );
    }
    const protocol = String(state.protocol);
    if (!ruleProtocols[protocol]?.includes(ipProtocol)) {
        throw invalidField(
            "IPProtocol",
            ipProtocol,
            `The protocol must match the protocol of the backend service, ${protocol}.`,
        );
    }
    verifyPorts(inputs, ipProtocol);
    verifyVersion(inputs, cloud);
    if (loadBalancingScheme !== "INTERNAL") {
        return;
    }
    const found = findSubnetwork(cloud, subnetwork ?? lastPart(network ?? "default"), { project, region });
    // A network in auto mode has a subnetwork with its name in each region.
    if (!found) {
        throw new GoogleError(
            400,
            `Invalid value for field 'resource.subnetwork': '${subnetwork ?? ""}'. Subnetwork must be specified for a custom subnet mode network.`,
            { reason: "invalid" },
        );
    }
    if (network && networkPath(String(found.state.network), project) !== networkPath(network, project)) {
        throw invalidField("subnetwork", subnetwork, "The subnetwork must be in the network of the forwarding rule.");
    }
}

/**
 * A rule for IPv6 is in a subnetwork that has such addresses, internal ones or external ones, unless its address is of a prefix of
 * one's own (https://cloud.google.com/load-balancing/docs/network/networklb-backend-service#byoip-ipv6):
 * https://cloud.google.com/load-balancing/docs/internal and https://cloud.google.com/load-balancing/docs/network/networklb-backend-service
 */
function verifyVersion(
    { ipVersion, loadBalancingScheme = "EXTERNAL", ipCollection, subnetwork, project, region }: Inputs,
    cloud: Cloud,
) {
    if (ipVersion !== "IPV6" || ipCollection) {
        return;
    }
    const found = subnetwork ? findSubnetwork(cloud, subnetwork, { project, region }) : undefined;
    if (found?.state.ipv6AccessType !== loadBalancingScheme || !found?.state.ipv6CidrRange) {
        const cause = `The subnetwork must have ${loadBalancingScheme.toLowerCase()} IPv6 addresses.`;
        throw invalidField("subnetwork", subnetwork ?? "", cause);
    }
}

/** https://cloud.google.com/load-balancing/docs/forwarding-rule-concepts#port_specifications */
function verifyPorts({ ports = [], portRange, allPorts, loadBalancingScheme }: Inputs, protocol: string): void {
    const given = [ports.length > 0, Boolean(portRange), Boolean(allPorts)].filter(Boolean).length;
    if (given > 1) {
        throw invalidField("ports", "", "Only one of ports, port range and all ports can be set.");
    }
    if (protocol === "L3_DEFAULT" && !allPorts) {
        throw invalidField("allPorts", "", "All ports must be set with the protocol L3_DEFAULT.");
    }
    if (given === 0 && loadBalancingScheme === "INTERNAL") {
        throw invalidField("ports", "", "Ports or all ports must be set for an internal forwarding rule.");
    }
}
