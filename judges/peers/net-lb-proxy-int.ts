import { ForwardingRule } from "@pulumi/gcp/compute/forwardingRule";
import { HealthCheck } from "@pulumi/gcp/compute/healthCheck";
import { Instance } from "@pulumi/gcp/compute/instance";
import { InstanceGroup } from "@pulumi/gcp/compute/instanceGroup";
import { NetworkEndpointGroup as ZonalNetworkEndpointGroup } from "@pulumi/gcp/compute/networkEndpointGroup";
import { RegionBackendService } from "@pulumi/gcp/compute/regionBackendService";
import { ServiceAttachment } from "@pulumi/gcp/compute/serviceAttachment";
import { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import {
    Environment,
    IpAddress,
    Network,
    NetworkEndpointGroup,
    NetworkLoadBalancer,
    UnmanagedInstanceGroup,
    VirtualMachine,
} from "slipway";
import type { Example } from "./example";

/** The network, with a subnet for the proxies. */
const vpc = () => new Network("vpc", { subnets: { apps: { range: "10.0.0.0/24" } }, proxyOnlySubnets: true });

const compute = () => Environment.current().enable("compute.googleapis.com");

/** The network and a group. */
function group(network = vpc()): void {
    const place = { zone: "europe-west1-b", network: network.network.id };
    const namedPorts = [{ name: "tcp", port: 80 }];
    new InstanceGroup("my-ig", { name: "my-ig", ...place, namedPorts }, { dependsOn: compute() });
}

/** The network and a machine. */
function machine(name: string, networkIp?: string, network = vpc()): void {
    const bootDisk = { initializeParams: { image: "cos-cloud/cos-stable" } };
    const subnetwork = network.subnetworks.apps?.id;
    const networkInterfaces = [{ network: network.network.id, subnetwork, networkIp }];
    const zone = "europe-west1-b";
    new Instance(name, { name, zone, machineType: "e2-micro", bootDisk, networkInterfaces }, { dependsOn: compute() });
}

export const examples: Example[] = [
    {
        title: "Minimal Example",
        hcl: 333,
        kind: "components",
        given: group,
        program: () => {
            new NetworkLoadBalancer("ilb-test", {
                type: "regional-internal-proxy",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                group: UnmanagedInstanceGroup.existing("my-ig", { zone: "europe-west1-b" }),
                ports: [80],
                globalAccess: true,
            });
        },
    },
    {
        title: "Health Checks",
        hcl: 384,
        kind: "components",
        given: group,
        program: () => {
            new NetworkLoadBalancer("int-tcp-proxy", {
                type: "regional-internal-proxy",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                group: UnmanagedInstanceGroup.existing("my-ig", { zone: "europe-west1-b" }),
                health: { port: 80 },
                ports: [80],
                globalAccess: true,
            });
        },
    },
    {
        title: "Health Checks (2)",
        hcl: 397,
        kind: "components",
        given: () => {
            group();
            new HealthCheck("custom", { name: "custom", tcpHealthCheck: { port: 80 } }, { dependsOn: compute() });
        },
        program: () => {
            new NetworkLoadBalancer("int-tcp-proxy", {
                type: "regional-internal-proxy",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                group: UnmanagedInstanceGroup.existing("my-ig", { zone: "europe-west1-b" }),
                ports: [80],
                globalAccess: true,
                health: { existing: "projects/myprj/global/healthChecks/custom" },
            });
        },
    },
    {
        title: "Specify an existing IP address",
        hcl: 642,
        kind: "components",
        given: group,
        program: () => {
            const network = Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } });
            new NetworkLoadBalancer("int-tcp-proxy", {
                type: "regional-internal-proxy",
                network,
                address: new IpAddress("ilb", { type: "regional-internal", network }),
                group: UnmanagedInstanceGroup.existing("my-ig", { zone: "europe-west1-b" }),
                ports: [80],
                globalAccess: true,
            });
        },
    },
    {
        title: "Specify multiple ports",
        hcl: 754,
        kind: "components",
        given: group,
        program: () => {
            new NetworkLoadBalancer("int-tcp-proxy", {
                type: "regional-internal-proxy",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                group: UnmanagedInstanceGroup.existing("my-ig", { zone: "europe-west1-b" }),
                ports: [80, 443],
                globalAccess: true,
            });
        },
    },
    {
        title: "Instance Groups",
        hcl: 465,
        kind: "components",
        given: () => machine("vm-a"),
        program: () => {
            new NetworkLoadBalancer("int-tcp-proxy", {
                type: "regional-internal-proxy",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                group: new UnmanagedInstanceGroup("default", {
                    machines: [VirtualMachine.existing("vm-a", { zone: "europe-west1-b" })],
                    ports: { http: 80 },
                }),
                ports: [80],
                globalAccess: true,
            });
        },
    },
    {
        title: "Network Endpoint Groups (NEGs)",
        hcl: 346,
        kind: "components",
        given: () => {
            const place = { zone: "europe-west1-b", network: vpc().network.id };
            new ZonalNetworkEndpointGroup("my-neg", { name: "my-neg", ...place }, { dependsOn: compute() });
        },
        program: () => {
            new NetworkLoadBalancer("int-tcp-proxy", {
                type: "regional-internal-proxy",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                group: NetworkEndpointGroup.existing("my-neg", { zone: "europe-west1-b" }),
                ports: [80],
                globalAccess: true,
            });
        },
    },
    {
        title: "Zonal NEG creation",
        hcl: 504,
        kind: "components",
        given: () => machine("test-1", "10.0.0.10"),
        program: () => {
            new NetworkLoadBalancer("int-tcp-proxy", {
                type: "regional-internal-proxy",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                group: new NetworkEndpointGroup("my-neg", {
                    machines: [VirtualMachine.existing("test-1", { zone: "europe-west1-b" })],
                    port: 80,
                }),
                capacity: { connections: 10 },
                ports: [80],
                globalAccess: true,
            });
        },
    },
    {
        title: "Hybrid NEG creation",
        hcl: 487,
        kind: "components",
        given: vpc,
        program: () => {
            const network = Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } });
            const zone = "europe-west1-b";
            new NetworkLoadBalancer("int-tcp-proxy", {
                type: "regional-internal-proxy",
                network,
                group: new NetworkEndpointGroup("my-neg", { network, zone, endpoints: ["10.0.0.10:80"] }),
                capacity: { connections: 10 },
                ports: [80],
                globalAccess: true,
            });
        },
    },
    {
        title: "Private Service Connect NEG creation",
        hcl: 2264,
        kind: "both",
        config: { "gcp:region": "europe-west8" },
        program: () => {
            const producer = new Network("net-producer-0", {
                subnets: { producer: { range: "10.0.0.0/24" } },
                proxyOnlySubnets: { "europe-west8": "10.0.1.0/26" },
            });
            const region = "europe-west8";
            const subnetwork = producer.subnetworks.producer?.id ?? "";
            const nat = new Subnetwork("sub-psc-producer-0", {
                region,
                network: producer.network.id,
                ipCidrRange: "10.0.2.0/26",
                purpose: "PRIVATE_SERVICE_CONNECT",
            });
            const health = new HealthCheck("ilb-producer", {
                tcpHealthCheck: { portSpecification: "USE_SERVING_PORT" },
            });
            const service = new RegionBackendService("ilb-producer", {
                region,
                protocol: "UNSPECIFIED",
                loadBalancingScheme: "INTERNAL",
                healthChecks: health.id,
            });
            const rule = new ForwardingRule("ilb-producer-default", {
                region,
                network: producer.network.id,
                subnetwork,
                loadBalancingScheme: "INTERNAL",
                backendService: service.id,
                allPorts: true,
                allowGlobalAccess: true,
                serviceLabel: "ilb-producer",
            });
            const attachment = new ServiceAttachment("ilb-producer-default", {
                region,
                targetService: rule.id,
                natSubnets: [nat.id],
                connectionPreference: "ACCEPT_AUTOMATIC",
                enableProxyProtocol: false,
            });
            const network = new Network("net-consumer-0", {
                subnets: { consumer: { range: "10.0.0.0/24" } },
                proxyOnlySubnets: { "europe-west8": "10.0.1.0/26" },
            });
            new NetworkLoadBalancer("int-tcp-proxy", {
                type: "regional-internal-proxy",
                network,
                group: new NetworkEndpointGroup("my-neg", {
                    network,
                    serviceAttachment: attachment.id,
                    transform: { group: { pscData: { producerPort: "80" } } },
                }),
                ports: [80, 443],
                globalAccess: true,
            });
        },
    },
    {
        title: "Internet NEG creation",
        hcl: 448,
        kind: "components",
        given: vpc,
        program: () => {
            const network = Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } });
            new NetworkLoadBalancer("ilb-test", {
                type: "regional-internal-proxy",
                network,
                group: new NetworkEndpointGroup("neg-0", { network, internet: "www.example.org:80" }),
                ports: [80],
                globalAccess: true,
            });
        },
    },
    {
        title: "Context",
        hcl: 876,
        kind: "components",
        given: () => {
            const network = vpc();
            group(network);
            machine("vm-a", undefined, network);
        },
        program: () => {
            const network = Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } });
            new NetworkLoadBalancer("ilb-test", {
                type: "regional-internal-proxy",
                network,
                address: new IpAddress("test", { type: "regional-internal", network, address: "10.0.0.10" }),
                group: UnmanagedInstanceGroup.existing("my-ig", { zone: "europe-west1-b" }),
                ports: [80],
                globalAccess: true,
            });
            new UnmanagedInstanceGroup("default", {
                machines: [VirtualMachine.existing("vm-a", { zone: "europe-west1-b" })],
                ports: { http: 80 },
            });
        },
    },
];
