import { readFileSync } from "node:fs";
import { Network as Vpc } from "@pulumi/gcp/compute/network";
import { NetworkAttachment } from "@pulumi/gcp/compute/networkAttachment";
import { NetworkPeering } from "@pulumi/gcp/compute/networkPeering";
import { SharedVPCHostProject } from "@pulumi/gcp/compute/sharedVPCHostProject";
import { SharedVPCServiceProject } from "@pulumi/gcp/compute/sharedVPCServiceProject";
import { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import { SubnetworkIAMMember } from "@pulumi/gcp/compute/subnetworkIAMMember";
import { InternalRange } from "@pulumi/gcp/networkconnectivity/internalRange";
import { PolicyBasedRoute } from "@pulumi/gcp/networkconnectivity/policyBasedRoute";
import { ServiceConnectionPolicy } from "@pulumi/gcp/networkconnectivity/serviceConnectionPolicy";
import { allow, Environment, EnvironmentProject, Network } from "slipway";
import type { Example } from "./example";

export const examples: Example[] = [
    {
        title: "Simple VPC",
        hcl: 389,
        kind: "components",
        program: () => {
            new Network("my-network", {
                subnets: {
                    production: {
                        range: "10.0.0.0/24",
                        secondaryRanges: { pods: "172.16.0.0/20", services: "192.168.0.0/24" },
                    },
                    "production-west2": { region: "europe-west2", range: "10.0.16.0/24" },
                },
            });
        },
    },
    {
        title: "Subnet Options",
        hcl: 799,
        kind: "components",
        program: () => {
            new Network("my-network", {
                subnets: {
                    simple: { range: "10.0.0.0/24", flowLogs: false },
                    "no-pga": {
                        range: "10.0.1.0/24",
                        description: "Subnet b",
                        privateGoogleAccess: false,
                        flowLogs: false,
                    },
                    "with-secondary-ranges": {
                        range: "10.0.2.0/24",
                        secondaryRanges: { a: "192.168.0.0/24", b: "192.168.1.0/24" },
                        flowLogs: false,
                    },
                    "with-flow-logs": {
                        range: "10.0.3.0/24",
                        flowLogs: { sampling: 50, interval: "10 minutes" },
                    },
                    hybrid: { range: "10.0.4.0/24", hybrid: true, flowLogs: false },
                },
            });
        },
    },
    {
        title: "Subnet IAM",
        hcl: 703,
        kind: "components",
        program: () => {
            const network = new Network("my-network", {
                subnets: { "subnet-1": { range: "10.0.1.0/24" }, "subnet-2": { range: "10.0.2.0/24" } },
            });
            const group = "group:apps@acme.com";
            allow(network.subnet("subnet-1").user, group);
            allow(network.subnet("subnet-1").user, group, {
                condition: {
                    title: "test_condition",
                    expression: "resource.matchTag('123456789012/env', 'prod')",
                },
            });
            allow(network.subnet("subnet-2").user, group);
        },
    },
    {
        title: "Peering",
        hcl: 474,
        kind: "raw",
        program: () => {
            const hub = new Network("vpc-hub", { subnets: { "subnet-1": { range: "10.0.0.0/24" } } }).network.id;
            const spoke = new Network("vpc-spoke1", { subnets: { "subnet-2": { range: "10.0.1.0/24" } } }).network.id;
            const toHub = new NetworkPeering("to-hub", {
                network: spoke,
                peerNetwork: hub,
                importCustomRoutes: true,
            });
            new NetworkPeering(
                "to-spoke",
                { network: hub, peerNetwork: spoke, exportCustomRoutes: true },
                { dependsOn: toHub },
            );
        },
    },
    {
        title: "Shared VPC",
        hcl: 875,
        kind: "raw",
        program: () => {
            const { projectId, ready } = new EnvironmentProject("prj1", {
                projectId: "acme-shared-apps",
                kind: "development",
                parent: { folder: "123456789012" },
                billingAccount: "012345-6789AB-CDEF01",
                apis: ["compute.googleapis.com"],
            });
            const { project } = Environment.current();
            const host = new SharedVPCHostProject("host", { project });
            new SharedVPCServiceProject(
                "service",
                { hostProject: host.project, serviceProject: projectId },
                { dependsOn: ready },
            );
            const { subnetworks } = new Network("my-host-network", {
                subnets: {
                    "subnet-1": {
                        range: "10.0.0.0/24",
                        secondaryRanges: { pods: "172.16.0.0/20", services: "192.168.0.0/24" },
                    },
                },
            });
            for (const role of ["networkUser", "securityAdmin"]) {
                new SubnetworkIAMMember(role, {
                    subnetwork: subnetworks["subnet-1"]?.id ?? "",
                    role: `roles/compute.${role}`,
                    member: "serviceAccount:apps@acme-apps.iam.gserviceaccount.com",
                });
            }
        },
    },
    {
        title: "Private Service Networking",
        hcl: 249,
        kind: "components",
        program: () => {
            new Network("my-network", {
                subnets: { production: { range: "10.0.0.0/24" } },
                privateServices: { range: "10.0.1.0/24" },
            });
        },
    },
    {
        title: "Private Service Networking (2)",
        hcl: 267,
        kind: "components",
        program: () => {
            new Network("my-network", {
                subnets: { production: { range: "10.0.0.0/24" } },
                privateServices: { range: "10.0.1.0/24", name: "myrange" },
            });
        },
    },
    {
        title: "Private Service Networking (3)",
        hcl: 407,
        kind: "components",
        program: () => {
            new Network("my-network", {
                subnets: { production: { range: "10.0.0.0/24" } },
                privateServices: { range: "10.0.1.0/24", name: "myrange" },
                serviceProducers: { "netapp.servicenetworking.goog": { range: "10.0.2.0/24", name: "netapp" } },
            });
        },
    },
    {
        title: "Private Service Networking with peering routes and peered Cloud DNS domains",
        hcl: 398,
        kind: "components",
        program: () => {
            new Network("my-network", {
                subnets: { production: { range: "10.0.0.0/24" } },
                privateServices: {
                    range: "10.0.1.0/24",
                    exportCustomRoutes: true,
                    importCustomRoutes: true,
                    dnsDomains: ["gcp.example.com"],
                },
                labels: { environment: "test", data_classification: "sensitive" },
            });
        },
    },
    {
        title: "Private Service Networking with multiple service providers",
        hcl: 399,
        kind: "components",
        program: () => {
            new Network("my-network", {
                subnets: { production: { range: "10.0.0.0/24" } },
                privateServices: { range: "10.0.1.0/24" },
                serviceProducers: { "netapp.servicenetworking.goog": { range: "10.0.2.0/24" } },
            });
        },
    },
    {
        title: "Subnets for Private Service Connect, Proxy-only subnets",
        hcl: 588,
        kind: "components",
        program: () => {
            new Network("my-network", {
                subnets: {
                    psc: { range: "10.0.3.0/24", purpose: "PRIVATE_SERVICE_CONNECT" },
                    "psc-log": { range: "10.0.5.0/24", purpose: "PRIVATE_SERVICE_CONNECT", flowLogs: {} },
                },
                proxyOnlySubnets: { "europe-west1": "10.0.1.0/24" },
                globalProxyOnlySubnets: { "australia-southeast2": "10.0.4.0/24" },
            });
        },
    },
    {
        title: "PSC Network Attachments",
        hcl: 469,
        kind: "raw",
        program: () => {
            const { subnetworks } = new Network("my-network", {
                subnets: {
                    "prod-ew1": { range: "10.0.0.0/24" },
                    "prod-ew2": { region: "europe-west2", range: "10.0.16.0/24" },
                },
            });
            new NetworkAttachment("prod-ew1", {
                subnetworks: [subnetworks["prod-ew1"]?.id ?? ""],
                connectionPreference: "ACCEPT_MANUAL",
                producerAcceptLists: ["acme-producer"],
            });
            new NetworkAttachment("prod-ew2", {
                region: "europe-west2",
                subnetworks: [subnetworks["prod-ew2"]?.id ?? ""],
                connectionPreference: "ACCEPT_AUTOMATIC",
            });
        },
    },
    {
        title: "DNS Policies",
        hcl: 289,
        kind: "components",
        program: () => {
            new Network("my-network", {
                subnets: { production: { range: "10.0.0.0/24" } },
                dnsPolicy: { inbound: true, forwardTo: [{ address: "10.0.0.1", path: "private" }, "8.8.8.8"] },
            });
        },
    },
    {
        title: "Subnet Factory",
        hcl: 239,
        kind: "components",
        program: () => {
            const { users, ...subnets } = JSON.parse(readFileSync("./files/network.json", "utf8"));
            allow(new Network("my-network", subnets).subnet("detailed").user, users);
        },
    },
    {
        title: "Custom Routes",
        hcl: 727,
        kind: "components",
        program: () => {
            const near = "projects/acme-net-vpc/regions/europe-west1";
            const hops = {
                gateway: "internet",
                instance: { instance: "projects/acme-net-vpc/zones/europe-west1-b/instances/test" },
                ip: { address: "192.168.0.128" },
                ilb: { forwardingRule: `${near}/forwardingRules/test` },
                "vpn-tunnel": { vpnTunnel: `${near}/vpnTunnels/foo` },
            } as const;
            for (const [type, nextHop] of Object.entries(hops)) {
                new Network(`my-network-with-route-${type}`, {
                    routes: {
                        "next-hop": { description: "Route to internal range.", range: "192.168.128.0/24", nextHop },
                        gateway: { range: "0.0.0.0/0", priority: 100, tags: ["tag-a"], nextHop: "internet" },
                    },
                });
            }
        },
    },
    {
        title: "Policy Based Routes",
        hcl: 500,
        kind: "raw",
        program: () => {
            const network = new Network("my-vpc").network.id;
            const labels = { environment: "prod" };
            new PolicyBasedRoute("skip-pbr-for-nva", {
                network,
                labels,
                priority: 100,
                nextHopOtherRoutes: "DEFAULT_ROUTING",
                filter: { protocolVersion: "IPV4" },
                virtualMachine: { tags: ["nva"] },
            });
            new PolicyBasedRoute("send-all-to-nva", {
                network,
                labels,
                priority: 101,
                nextHopIlbIp: "10.0.0.253",
                filter: { protocolVersion: "IPV4", srcRange: "10.0.0.0/8", destRange: "0.0.0.0/0" },
                interconnectAttachment: { region: "europe-west8" },
            });
        },
    },
    {
        title: "Service Connection Policies",
        hcl: 465,
        kind: "raw",
        program: () => {
            const location = "europe-southwest1";
            const { network, subnetworks } = new Network("vpc", {
                subnets: { subnet: { region: location, range: "10.0.16.0/24" } },
            });
            new ServiceConnectionPolicy("my-policy", {
                network: network.id,
                location,
                serviceClass: "gcp-vertexai",
                pscConfig: {
                    subnetworks: [subnetworks.subnet?.id ?? ""],
                    limit: "150",
                    producerInstanceLocation: "CUSTOM_RESOURCE_HIERARCHY_LEVELS",
                    allowedGoogleProducersResourceHierarchyLevels: ["folders/123456789"],
                },
            });
        },
    },
    {
        title: "Private Google Access routes",
        hcl: 238,
        kind: "components",
        program: () => {
            const nextHop = "internet";
            new Network("my-vpc", {
                routes: {
                    "directpath-6": { range: "2001:4860:8040::/42", nextHop },
                    "restricted-6": { range: "2600:2d00:0002:1000::/64", nextHop },
                    "private-6": { range: "2600:2d00:0002:2000::/64", nextHop },
                },
            });
        },
    },
    {
        title: "Allow Firewall Policy to be evaluated before Firewall Rules",
        hcl: 451,
        kind: "transform",
        program: () => {
            new Network("my-network", {
                subnets: {
                    production: {
                        range: "10.0.0.0/24",
                        secondaryRanges: { pods: "172.16.0.0/20", services: "192.168.0.0/24" },
                    },
                    "production-west2": { region: "europe-west2", range: "10.0.16.0/24" },
                },
                transform: { network: { networkFirewallPolicyEnforcementOrder: "BEFORE_CLASSIC_FIREWALL" } },
            });
        },
    },
    {
        title: "IPv6",
        hcl: 350,
        kind: "components",
        program: () => {
            new Network("my-network", {
                subnets: {
                    internal: { range: "10.0.0.0/24", ipv6: "internal" },
                    external: { region: "europe-west3", range: "10.0.1.0/24", ipv6: "external" },
                },
            });
        },
    },
    {
        title: "IPv6-Only and IP Collections",
        hcl: 515,
        kind: "raw",
        program: () => {
            const { id: network } = new Vpc("my-network", {
                autoCreateSubnetworks: false,
                enableUlaInternalIpv6: true,
            });
            const shared = { network, stackType: "IPV6_ONLY", privateIpGoogleAccess: true };
            new Subnetwork("internal", { ...shared, ipv6AccessType: "INTERNAL" });
            const region = "europe-west3";
            new Subnetwork("external", {
                ...shared,
                region,
                ipv6AccessType: "EXTERNAL",
                ipCollection: `https://www.googleapis.com/compute/v1/projects/acme-net/regions/${region}/publicDelegatedPrefixes/test-sub-pdp`,
            });
        },
    },
    {
        title: "Basic Internal Range Configuration",
        hcl: 373,
        kind: "raw",
        program: () => {
            const { id: network } = new Vpc("my-network", { autoCreateSubnetworks: false });
            const shared = { network, usage: "FOR_VPC", peering: "FOR_SELF" };
            new InternalRange("range1", { ...shared, ipCidrRange: "10.0.0.0/16" });
            new InternalRange("range2", {
                ...shared,
                prefixLength: 24,
                targetCidrRanges: ["10.1.0.0/16"],
                description: "Auto-allocated secondary range",
            });
        },
    },
    {
        title: "Subnets with Internal Ranges",
        hcl: 722,
        kind: "raw",
        program: () => {
            const { id: network } = new Vpc("my-network", { autoCreateSubnetworks: false });
            const shared = { network, usage: "FOR_VPC", peering: "FOR_SELF" };
            const subnet = new InternalRange("subnet-range", { ...shared, ipCidrRange: "10.0.1.0/24" });
            const pods = new InternalRange("pods-range", { ...shared, ipCidrRange: "10.1.0.0/16" });
            const services = new InternalRange("services-range", {
                ...shared,
                prefixLength: 20,
                targetCidrRanges: ["10.2.0.0/16"],
            });
            new Subnetwork("production", {
                network,
                reservedInternalRange: subnet.id,
                privateIpGoogleAccess: true,
                secondaryIpRanges: [
                    { rangeName: "pods", reservedInternalRange: pods.id },
                    { rangeName: "services", reservedInternalRange: services.id },
                    { rangeName: "traditional", ipCidrRange: "192.168.0.0/24" },
                ],
            });
        },
    },
    {
        title: "Internal Range Factory",
        hcl: 207,
        kind: "raw",
        program: () => {
            const { id: network } = new Vpc("my-network", { autoCreateSubnetworks: false });
            const ranges = JSON.parse(readFileSync("./files/internal-ranges.json", "utf8"));
            const [subnet, pods, services] = Object.keys(ranges).map((name) => {
                const args = { network, usage: "FOR_VPC", peering: "FOR_SELF", ...ranges[name] };
                return new InternalRange(name, args).id;
            });
            new Subnetwork("production", {
                network,
                reservedInternalRange: subnet,
                privateIpGoogleAccess: true,
                secondaryIpRanges: [
                    { rangeName: "pods", reservedInternalRange: pods },
                    { rangeName: "services", reservedInternalRange: services },
                    { rangeName: "traditional", ipCidrRange: "192.168.0.0/24" },
                ],
            });
        },
    },
];
