import type { Inputs } from "../../../../local/simulator/rules/rules";
import type { World } from "../world";

const user = { role: "roles/compute.networkUser", member: "user:ann@acme.com" };
const policyOf = (role: string) => JSON.stringify({ bindings: [{ role, members: [user.member] }] });

export function prepare(world: World): void {
    world.enable("compute", "servicedirectory", "vpcaccess");
    world.make("Network", { name: "private", autoCreateSubnetworks: false });
    world.make("Subnetwork", { name: "services", network: "private", ipCidrRange: "10.0.0.0/24" });
    world.make("Router", { name: "private", network: "private" });
    world.make("Address", { name: "out" });
    world.make("Subnetwork", { name: "connector", network: "private", ipCidrRange: "10.0.1.0/28" });
    world.enable("servicenetworking");
    const inside = { addressType: "INTERNAL", network: "private" };
    world.make("GlobalAddress", { name: "range", purpose: "VPC_PEERING", prefixLength: 16, ...inside });
    world.make("Connection", {
        network: "projects/acme-dev/global/networks/private",
        service: "servicenetworking.googleapis.com",
        reservedPeeringRanges: ["range"],
    });
    world.make("GlobalAddress", {
        name: "apis",
        purpose: "PRIVATE_SERVICE_CONNECT",
        address: "10.255.255.254",
        ...inside,
    });
    world.make("Address", { name: "endpoint", addressType: "INTERNAL", subnetwork: "services" });
}

export const examples: Record<string, Inputs[]> = {
    "gcp:compute/network:Network": [
        {},
        {
            name: "much",
            autoCreateSubnetworks: false,
            description: "For services.",
            enableUlaInternalIpv6: true,
            mtu: 1500,
            routingMode: "GLOBAL",
            bgpBestPathSelectionMode: "STANDARD",
        },
    ],
    "gcp:compute/subnetwork:Subnetwork": [
        { network: "private", ipCidrRange: "10.1.0.0/24" },
        {
            name: "much",
            network: "projects/acme-dev/global/networks/private",
            region: "us-central1",
            ipCidrRange: "10.2.0.0/16",
            privateIpGoogleAccess: true,
            secondaryIpRanges: [{ rangeName: "pods", ipCidrRange: "172.16.0.0/20" }],
            logConfig: { flowSampling: 1, metadata: "CUSTOM_METADATA", metadataFields: ["dest_vpc", "src_vpc"] },
        },
        { network: "private", ipCidrRange: "10.3.0.0/24", purpose: "PRIVATE_SERVICE_CONNECT", description: "NAT" },
    ],
    "gcp:compute/route:Route": [
        { network: "private", destRange: "192.168.0.0/16", nextHopGateway: "default-internet-gateway" },
        {
            name: "much",
            network: "projects/acme-dev/global/networks/private",
            destRange: "192.168.0.0/16",
            nextHopIp: "10.0.0.9",
            priority: 900,
            tags: ["web"],
            description: "For the web.",
        },
    ],
    "gcp:compute/subnetworkIAMMember:SubnetworkIAMMember": [{ subnetwork: "services", ...user }],
    "gcp:compute/subnetworkIAMBinding:SubnetworkIAMBinding": [
        {
            subnetwork: "projects/acme-dev/regions/europe-west1/subnetworks/services",
            role: user.role,
            members: [user.member],
        },
    ],
    "gcp:compute/subnetworkIAMPolicy:SubnetworkIAMPolicy": [
        { subnetwork: "services", region: "europe-west1", policyData: policyOf(user.role) },
    ],
    "gcp:compute/firewall:Firewall": [
        { network: "private", allows: [{ protocol: "icmp" }], sourceRanges: ["10.0.0.0/8"] },
        {
            name: "much",
            network: "https://www.googleapis.com/compute/v1/projects/acme-dev/global/networks/private",
            denies: [{ protocol: "TCP", ports: ["22", "8000-9000"] }],
            direction: "EGRESS",
            destinationRanges: ["0.0.0.0/0"],
            logConfig: { metadata: "INCLUDE_ALL_METADATA" },
            priority: 900,
            targetTags: ["web", "worker"],
        },
    ],
    "gcp:compute/forwardingRule:ForwardingRule": [
        {
            loadBalancingScheme: "",
            network: "private",
            ipAddress: "endpoint",
            target: "projects/acme-services/regions/europe-west1/serviceAttachments/sales",
        },
        {
            name: "much",
            region: "europe-west1",
            description: "For sales.",
            loadBalancingScheme: "",
            network: "projects/acme-dev/global/networks/private",
            ipAddress: "projects/acme-dev/regions/europe-west1/addresses/endpoint",
            target: "projects/acme-services/regions/europe-west1/serviceAttachments/sales",
            allowPscGlobalAccess: true,
            labels: { team: "sales" },
        },
    ],
    "gcp:compute/globalForwardingRule:GlobalForwardingRule": [
        { name: "apis", loadBalancingScheme: "", network: "private", ipAddress: "apis", target: "all-apis" },
        {
            name: "guarded",
            loadBalancingScheme: "",
            network: "projects/acme-dev/global/networks/private",
            ipAddress: "projects/acme-dev/global/addresses/apis",
            target: "vpc-sc",
            noAutomateDnsZone: true,
            labels: { team: "sales" },
        },
    ],
    "gcp:compute/networkPeeringRoutesConfig:NetworkPeeringRoutesConfig": [
        {
            network: "private",
            peering: "servicenetworking-googleapis-com",
            exportCustomRoutes: true,
            importCustomRoutes: false,
        },
    ],
    "gcp:compute/router:Router": [
        { network: "private" },
        {
            name: "much",
            network: "projects/acme-dev/global/networks/private",
            description: "For a way out.",
            bgp: { asn: 64514, advertiseMode: "CUSTOM", advertisedIpRanges: [{ range: "10.0.0.0/24" }] },
        },
    ],
    "gcp:compute/routerNat:RouterNat": [
        {
            router: "private",
            natIpAllocateOption: "AUTO_ONLY",
            sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
        },
        {
            name: "much",
            router: "private",
            enableDynamicPortAllocation: true,
            logConfig: { enable: true, filter: "ERRORS_ONLY" },
            maxPortsPerVm: 1024,
            minPortsPerVm: 64,
            natIpAllocateOption: "MANUAL_ONLY",
            natIps: ["https://www.googleapis.com/compute/v1/projects/acme-dev/regions/europe-west1/addresses/out"],
            rules: [{ ruleNumber: 1, match: "destination.ip == '1.1.1.1'" }],
            sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
            subnetworks: [{ name: "services", sourceIpRangesToNats: ["ALL_IP_RANGES"] }],
        },
    ],
    "gcp:compute/address:Address": [
        {},
        { name: "much", addressType: "INTERNAL", subnetwork: "services", labels: { team: "forecast" } },
    ],
    "gcp:compute/sSLPolicy:SSLPolicy": [
        {},
        {
            name: "much",
            profile: "CUSTOM",
            minTlsVersion: "TLS_1_2",
            customFeatures: ["TLS_RSA_WITH_AES_128_GCM_SHA256"],
        },
    ],
    "gcp:compute/globalAddress:GlobalAddress": [
        {},
        {
            name: "much",
            addressType: "INTERNAL",
            purpose: "VPC_PEERING",
            prefixLength: 16,
            network: "projects/acme-dev/global/networks/private",
            labels: { team: "forecast" },
        },
    ],
};
