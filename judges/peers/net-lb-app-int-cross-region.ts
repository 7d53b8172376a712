import { BackendService } from "@pulumi/gcp/compute/backendService";
import { GlobalForwardingRule } from "@pulumi/gcp/compute/globalForwardingRule";
import { HealthCheck } from "@pulumi/gcp/compute/healthCheck";
import { Instance } from "@pulumi/gcp/compute/instance";
import { InstanceGroup } from "@pulumi/gcp/compute/instanceGroup";
import { NetworkEndpointGroup as ZonalNetworkEndpointGroup } from "@pulumi/gcp/compute/networkEndpointGroup";
import { RegionNetworkEndpointGroup } from "@pulumi/gcp/compute/regionNetworkEndpointGroup";
import { ServiceAttachment } from "@pulumi/gcp/compute/serviceAttachment";
import { TargetHttpProxy } from "@pulumi/gcp/compute/targetHttpProxy";
import { URLMap } from "@pulumi/gcp/compute/urlmap";
import { Service } from "@pulumi/gcp/projects/service";
import { Provider } from "@pulumi/gcp/provider";
import {
    Environment,
    IpAddress,
    LoadBalancer,
    Network,
    NetworkEndpointGroup,
    UnmanagedInstanceGroup,
    VirtualMachine,
} from "slipway";
import type { Example } from "./example";

/** The network, with a subnet and one for the proxies in each of two regions. */
const vpc = () =>
    new Network("vpc", {
        subnets: {
            ew1: { range: "10.0.0.0/24", region: "europe-west1" },
            ew4: { range: "10.0.1.0/24", region: "europe-west4" },
        },
        globalProxyOnlySubnets: { "europe-west1": "10.0.2.0/24", "europe-west4": "10.0.3.0/24" },
    });

const compute = () => Environment.current().enable("compute.googleapis.com");

/** Groups by name, in the zones that they are in. */
const groups = (zones: Record<string, string>) => () => {
    const { network } = vpc();
    const namedPorts = [{ name: "http", port: 80 }];
    for (const [name, zone] of Object.entries(zones)) {
        new InstanceGroup(name, { name, zone, network: network.id, namedPorts }, { dependsOn: compute() });
    }
};

const both = groups({ "my-ig-ew1": "europe-west1-b", "my-ig-ew4": "europe-west4-a" });

/** Machines by name, in the zones that they are in. */
function machines(zones: Record<string, string>) {
    const { network, subnetworks } = vpc();
    for (const [name, zone] of Object.entries(zones)) {
        const subnetwork = subnetworks[zone.startsWith("europe-west1") ? "ew1" : "ew4"]?.id;
        const bootDisk = { initializeParams: { image: "cos-cloud/cos-stable" } };
        const networkInterfaces = [{ network: network.id, subnetwork }];
        new Instance(
            name,
            { name, zone, machineType: "e2-micro", bootDisk, networkInterfaces },
            { dependsOn: compute() },
        );
    }
}

export const examples: Example[] = [
    {
        title: "Minimal Example",
        hcl: 480,
        kind: "components",
        given: groups({ "mig-e2e-tests": "europe-west1-b" }),
        program: () => {
            const group = UnmanagedInstanceGroup.existing("mig-e2e-tests", { zone: "europe-west1-b" });
            new LoadBalancer("ilb-test", {
                type: "cross-region-internal",
                network: Network.existing("vpc", { subnets: { ew1: { existing: "vpc-ew1" } } }),
                insecure: true,
                routes: { "/*": { group, health: "/" } },
            });
        },
    },
    {
        title: "Minimal Example (2)",
        hcl: 608,
        kind: "components",
        given: both,
        program: () => {
            const network = Network.existing("vpc", {
                subnets: {
                    ew1: { existing: "vpc-ew1", region: "europe-west1" },
                    ew4: { existing: "vpc-ew4", region: "europe-west4" },
                },
            });
            const group = [
                UnmanagedInstanceGroup.existing("my-ig-ew1", { zone: "europe-west1-b" }),
                UnmanagedInstanceGroup.existing("my-ig-ew4", { zone: "europe-west4-a" }),
            ];
            new LoadBalancer("ilb-test", {
                type: "cross-region-internal",
                network,
                regions: ["europe-west1", "europe-west4"],
                domains: "ilb.example.com",
                certificates: ["projects/acme/locations/global/certificates/certificate"],
                httpRedirect: false,
                routes: { "/*": { group, health: "/" } },
            });
        },
    },
    {
        title: "Cross-project backend services",
        hcl: 604,
        kind: "components",
        given: () => {
            vpc();
            const provider = new Provider("groups", { project: "acme-region-groups" });
            const dependsOn = new Service("compute", { service: "compute.googleapis.com" }, { provider });
            for (const [name, zone] of [
                ["my-ig-ew1", "europe-west1-b"],
                ["my-ig-ew4", "europe-west4-a"],
            ] as const) {
                const namedPorts = [{ name: "http", port: 80 }];
                new InstanceGroup(name, { name, zone, namedPorts }, { provider, dependsOn });
            }
        },
        program: () => {
            const project = "acme-region-groups";
            const group = [
                UnmanagedInstanceGroup.existing("my-ig-ew1", { project, zone: "europe-west1-b" }),
                UnmanagedInstanceGroup.existing("my-ig-ew4", { project, zone: "europe-west4-a" }),
            ];
            new LoadBalancer("ilb-test", {
                type: "cross-region-internal",
                network: Network.existing("vpc", {
                    subnets: {
                        ew1: { existing: "vpc-ew1", region: "europe-west1" },
                        ew4: { existing: "vpc-ew4", region: "europe-west4" },
                    },
                }),
                regions: ["europe-west1", "europe-west4"],
                insecure: true,
                routes: { "/*": { group, health: "/" } },
            });
        },
    },
    {
        title: "Health Checks",
        hcl: 561,
        kind: "components",
        given: both,
        program: () => {
            const network = Network.existing("vpc", {
                subnets: {
                    ew1: { existing: "vpc-ew1", region: "europe-west1" },
                    ew4: { existing: "vpc-ew4", region: "europe-west4" },
                },
            });
            const group = [
                UnmanagedInstanceGroup.existing("my-ig-ew1", { zone: "europe-west1-b" }),
                UnmanagedInstanceGroup.existing("my-ig-ew4", { zone: "europe-west4-a" }),
            ];
            new LoadBalancer("ilb-test", {
                type: "cross-region-internal",
                network,
                regions: ["europe-west1", "europe-west4"],
                insecure: true,
                routes: { "/*": { group, health: { port: 80 } } },
            });
        },
    },
    {
        title: "Health Checks (2)",
        hcl: 554,
        kind: "components",
        given: () => {
            both();
            new HealthCheck("custom", { name: "custom", tcpHealthCheck: { port: 80 } }, { dependsOn: compute() });
        },
        program: () => {
            const network = Network.existing("vpc", {
                subnets: {
                    ew1: { existing: "vpc-ew1", region: "europe-west1" },
                    ew4: { existing: "vpc-ew4", region: "europe-west4" },
                },
            });
            const group = [
                UnmanagedInstanceGroup.existing("my-ig-ew1", { zone: "europe-west1-b" }),
                UnmanagedInstanceGroup.existing("my-ig-ew4", { zone: "europe-west4-a" }),
            ];
            const health = { existing: `projects/${Environment.current().project}/global/healthChecks/custom` };
            new LoadBalancer("ilb-test", {
                type: "cross-region-internal",
                network,
                regions: ["europe-west1", "europe-west4"],
                insecure: true,
                routes: { "/*": { group, health } },
            });
        },
    },
    {
        title: "Instance Groups",
        hcl: 692,
        kind: "components",
        given: () => machines({ "vm-europe-west1-b": "europe-west1-b", "vm-europe-west4-a": "europe-west4-a" }),
        program: () => {
            const network = Network.existing("vpc", {
                subnets: {
                    ew1: { existing: "vpc-ew1", region: "europe-west1" },
                    ew4: { existing: "vpc-ew4", region: "europe-west4" },
                },
            });
            const group = ["europe-west1-b", "europe-west4-a"].map((zone) => {
                const machines = [VirtualMachine.existing(`vm-${zone}`, { zone })];
                return new UnmanagedInstanceGroup(zone, { machines, ports: { http: 80 } });
            });
            new LoadBalancer("ilb-test", {
                type: "cross-region-internal",
                network,
                regions: ["europe-west1", "europe-west4"],
                insecure: true,
                routes: { "/*": { group, health: "/" } },
            });
        },
    },
    {
        title: "Network Endpoint Groups (NEGs)",
        hcl: 594,
        kind: "components",
        given: () => {
            const { network } = vpc();
            for (const [name, zone] of Object.entries({ ew1: "europe-west1-b", ew4: "europe-west4-a" })) {
                const args = { name: `my-neg-${name}`, zone, network: network.id };
                new ZonalNetworkEndpointGroup(name, args, { dependsOn: compute() });
            }
        },
        program: () => {
            const network = Network.existing("vpc", {
                subnets: {
                    ew1: { existing: "vpc-ew1", region: "europe-west1" },
                    ew4: { existing: "vpc-ew4", region: "europe-west4" },
                },
            });
            const group = [
                NetworkEndpointGroup.existing("my-neg-ew1", { zone: "europe-west1-b" }),
                NetworkEndpointGroup.existing("my-neg-ew4", { zone: "europe-west4-a" }),
            ];
            new LoadBalancer("ilb-test", {
                type: "cross-region-internal",
                network,
                regions: ["europe-west1", "europe-west4"],
                insecure: true,
                routes: { "/*": { group, health: "/", capacity: { requestsPerSecond: 1 } } },
            });
        },
    },
    {
        title: "Zonal NEG creation",
        hcl: 1238,
        kind: "components",
        given: () => machines({ "test-europe-west1-b": "europe-west1-b", "test-europe-west4-b": "europe-west4-b" }),
        program: () => {
            const network = Network.existing("vpc", {
                subnets: {
                    ew1: { existing: "vpc-ew1", region: "europe-west1" },
                    ew4: { existing: "vpc-ew4", region: "europe-west4" },
                },
            });
            new IpAddress("neg-test-ew1", { type: "regional-internal", network, address: "10.0.0.10" });
            const region = "europe-west4";
            new IpAddress("neg-test-ew4", { type: "regional-internal", network, region, address: "10.0.1.11" });
            const group = ["europe-west1-b", "europe-west4-b"].map((zone) => {
                const machines = [VirtualMachine.existing(`test-${zone}`, { zone })];
                return new NetworkEndpointGroup(zone, { machines, port: 80 });
            });
            new LoadBalancer("ilb-test", {
                type: "cross-region-internal",
                network,
                regions: ["europe-west1", "europe-west4"],
                insecure: true,
                routes: { "/*": { group, health: "/", capacity: { requestsPerSecond: 1 } } },
            });
        },
    },
    {
        title: "Hybrid NEG creation",
        hcl: 722,
        kind: "components",
        given: vpc,
        program: () => {
            const network = Network.existing("vpc", {
                subnets: {
                    ew1: { existing: "vpc-ew1", region: "europe-west1" },
                    ew4: { existing: "vpc-ew4", region: "europe-west4" },
                },
            });
            const endpoints = { "europe-west1-b": "10.0.0.10:80", "europe-west4-b": "10.0.0.20:80" };
            const group = Object.entries(endpoints).map(
                ([zone, endpoint]) => new NetworkEndpointGroup(zone, { network, zone, endpoints: [endpoint] }),
            );
            new LoadBalancer("ilb-test", {
                type: "cross-region-internal",
                network,
                regions: ["europe-west1", "europe-west4"],
                insecure: true,
                routes: { "/*": { group, health: "/", capacity: { requestsPerSecond: 1 } } },
            });
        },
    },
    {
        title: "Serverless NEG creation",
        hcl: 627,
        kind: "raw",
        program: () => {
            const groups = { ew1: "europe-west1", ew4: "europe-west4" };
            const backends = Object.entries(groups).map(([name, region]) => ({
                group: new RegionNetworkEndpointGroup(name, {
                    region,
                    networkEndpointType: "SERVERLESS",
                    cloudRun: { service: `my-run-service-${name}` },
                }).id,
            }));
            const { id: service } = new BackendService("ilb-test", {
                loadBalancingScheme: "INTERNAL_MANAGED",
                protocol: "HTTP",
                portName: "http",
                backends,
            });
            const { id: urlMap } = new URLMap("ilb-test", { defaultService: service });
            const { id: target } = new TargetHttpProxy("ilb-test", { urlMap });
            for (const region of ["europe-west1", "europe-west4"]) {
                new GlobalForwardingRule(region, {
                    loadBalancingScheme: "INTERNAL_MANAGED",
                    network: "projects/acme/global/networks/apps",
                    subnetwork: `projects/acme/regions/${region}/subnetworks/apps`,
                    ipProtocol: "TCP",
                    portRange: "80",
                    target,
                });
            }
        },
    },
    {
        title: "Private Service Connect NEG creation",
        hcl: 631,
        kind: "components",
        given: vpc,
        program: () => {
            const network = Network.existing("vpc", {
                subnets: {
                    ew1: { existing: "vpc-ew1", region: "europe-west1" },
                    ew4: { existing: "vpc-ew4", region: "europe-west4" },
                },
            });
            const group = ["europe-west1", "europe-west4"].map(
                (region) =>
                    new NetworkEndpointGroup(region, { region, googleApi: `${region}-cloudkms.googleapis.com` }),
            );
            new LoadBalancer("ilb-test", {
                type: "cross-region-internal",
                network,
                regions: ["europe-west1", "europe-west4"],
                insecure: true,
                routes: { "/*": { group, protocol: "http" } },
            });
        },
    },
    {
        title: "URL Map",
        hcl: 886,
        kind: "components",
        given: groups({
            "my-ig-1-ew1": "europe-west1-b",
            "my-ig-1-ew4": "europe-west4-a",
            "my-ig-2-ew1": "europe-west1-b",
            "my-ig-2-ew4": "europe-west4-a",
        }),
        program: () => {
            const network = Network.existing("vpc", {
                subnets: {
                    ew1: { existing: "vpc-ew1", region: "europe-west1" },
                    ew4: { existing: "vpc-ew4", region: "europe-west4" },
                },
            });
            const both = (name: string) => [
                UnmanagedInstanceGroup.existing(`${name}-ew1`, { zone: "europe-west1-b" }),
                UnmanagedInstanceGroup.existing(`${name}-ew4`, { zone: "europe-west4-a" }),
            ];
            new LoadBalancer("ilb-test", {
                type: "cross-region-internal",
                network,
                regions: ["europe-west1", "europe-west4"],
                insecure: true,
                routes: {
                    "/*": { group: both("my-ig-1"), health: "/" },
                    "/video/*": { group: both("my-ig-2"), health: "/" },
                },
            });
        },
    },
    {
        title: "PSC service attachment",
        hcl: 928,
        kind: "raw",
        program: () => {
            const groups = { ew1: "europe-west1", ew4: "europe-west4" };
            const backends = Object.entries(groups).map(([name, region]) => ({
                group: new RegionNetworkEndpointGroup(name, {
                    region,
                    networkEndpointType: "SERVERLESS",
                    cloudRun: { service: `my-run-service-${name}` },
                }).id,
            }));
            const { id: service } = new BackendService("ilb-test", {
                loadBalancingScheme: "INTERNAL_MANAGED",
                protocol: "HTTP",
                portName: "http",
                backends,
            });
            const { id: urlMap } = new URLMap("ilb-test", { defaultService: service });
            const { id: target } = new TargetHttpProxy("ilb-test", { urlMap });
            for (const region of ["europe-west1", "europe-west4"]) {
                const { id: targetService } = new GlobalForwardingRule(region, {
                    loadBalancingScheme: "INTERNAL_MANAGED",
                    network: "projects/acme/global/networks/apps",
                    subnetwork: `projects/acme/regions/${region}/subnetworks/apps`,
                    ipProtocol: "TCP",
                    portRange: "80",
                    target,
                });
                new ServiceAttachment(region, {
                    region,
                    targetService,
                    natSubnets: [`projects/acme/regions/${region}/subnetworks/psc`],
                    connectionPreference: "ACCEPT_MANUAL",
                    enableProxyProtocol: false,
                    reconcileConnections: false,
                    consumerAcceptLists: [{ projectIdOrNum: "acme", connectionLimit: 10 }],
                    domainNames: [`${region}.p.example.com.`],
                });
            }
        },
    },
    {
        title: "mTLS with Server TLS Policy",
        hcl: 694,
        kind: "transform",
        given: both,
        program: () => {
            const network = Network.existing("vpc", {
                subnets: {
                    ew1: { existing: "vpc-ew1", region: "europe-west1" },
                    ew4: { existing: "vpc-ew4", region: "europe-west4" },
                },
            });
            const group = [
                UnmanagedInstanceGroup.existing("my-ig-ew1", { zone: "europe-west1-b" }),
                UnmanagedInstanceGroup.existing("my-ig-ew4", { zone: "europe-west4-a" }),
            ];
            new LoadBalancer("ilb-test", {
                type: "cross-region-internal",
                network,
                regions: ["europe-west1", "europe-west4"],
                domains: "ilb.example.com",
                certificates: ["projects/acme/locations/global/certificates/certificate"],
                httpRedirect: false,
                transform: {
                    httpsProxy: { serverTlsPolicy: "projects/acme/locations/global/serverTlsPolicies/my-tls-policy" },
                },
                routes: { "/*": { group, health: "/" } },
            });
        },
    },
    {
        title: "Complex example",
        hcl: 2198,
        kind: "components",
        given: () => machines({ "nginx-europe-west1-b": "europe-west1-b", "nginx-europe-west4-b": "europe-west4-b" }),
        program: () => {
            const network = Network.existing("vpc", {
                subnets: {
                    ew1: { existing: "vpc-ew1", region: "europe-west1" },
                    ew4: { existing: "vpc-ew4", region: "europe-west4" },
                },
            });
            const zones = ["europe-west1-b", "europe-west4-b"];
            const machinesIn = (zone: string) => [VirtualMachine.existing(`nginx-${zone}`, { zone })];
            const health = { path: "/", port: 80 };
            const capacity = { requestsPerSecond: 1 };
            const nginx = zones.map((zone) => {
                const machines = machinesIn(zone);
                return new UnmanagedInstanceGroup(`nginx-${zone}`, { machines, ports: { http: 80 } });
            });
            const gce = zones.map((zone) => {
                const machines = machinesIn(zone);
                return new NetworkEndpointGroup(`neg-nginx-${zone}`, { machines, port: 80 });
            });
            const home = zones.map((zone, index) => {
                const endpoints = [`192.168.${index}.3:443`];
                return new NetworkEndpointGroup(`neg-home-${zone}`, { network, zone, endpoints });
            });
            new LoadBalancer("ilb-l7-test-0", {
                type: "cross-region-internal",
                network,
                regions: ["europe-west1", "europe-west4"],
                insecure: true,
                routes: {
                    "/*": { group: nginx, health },
                    "/gce-neg/*": { group: gce, health, capacity },
                    "hello.home.example.com/*": {
                        group: home,
                        protocol: "https",
                        health: { host: "hello.home.example.com", port: 443 },
                        capacity,
                    },
                },
            });
        },
    },
];
