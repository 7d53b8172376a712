import { Instance } from "@pulumi/gcp/compute/instance";
import { InstanceGroup } from "@pulumi/gcp/compute/instanceGroup";
import { Environment, Network, NetworkLoadBalancer, UnmanagedInstanceGroup, VirtualMachine } from "slipway";
import type { Example } from "./example";

/** The network. */
const vpc = () => new Network("vpc", { subnets: { apps: { range: "10.0.0.0/24", ipv6: "external" } } });

const compute = () => Environment.current().enable("compute.googleapis.com");

/** The group of Fabric's tests, in place of a managed one. */
function group(): void {
    const place = { zone: "europe-west1-b", network: vpc().network.id };
    new InstanceGroup("mig-e2e-tests", { name: "mig-e2e-tests", ...place }, { dependsOn: compute() });
}

/** The machines of Fabric's tests, which the examples add to groups. */
function machines(): void {
    const { network, subnetworks } = vpc();
    for (const zone of ["b", "c"]) {
        const name = `my-ig-${zone}`;
        const bootDisk = { initializeParams: { image: "cos-cloud/cos-stable" } };
        const networkInterfaces = [{ network: network.id, subnetwork: subnetworks.apps?.id }];
        const machine = { name, zone: `europe-west1-${zone}`, machineType: "e2-micro", bootDisk, networkInterfaces };
        new Instance(name, machine, { dependsOn: compute() });
    }
}

export const examples: Example[] = [
    {
        title: "Referencing existing MIGs",
        hcl: 369,
        kind: "components",
        given: group,
        program: () => {
            new NetworkLoadBalancer("nlb-test", {
                type: "external-passthrough",
                network: Network.existing("vpc"),
                group: UnmanagedInstanceGroup.existing("mig-e2e-tests", { zone: "europe-west1-b" }),
                ports: "all",
                health: { protocol: "http", port: 80 },
                clients: ["203.0.113.0/24"],
            });
        },
    },
    {
        title: "Externally managed instances",
        hcl: 336,
        kind: "components",
        given: machines,
        program: () => {
            new NetworkLoadBalancer("nlb-test", {
                type: "external-passthrough",
                network: Network.existing("vpc"),
                group: new UnmanagedInstanceGroup("my-group", {
                    machines: [VirtualMachine.existing("my-ig-b", { zone: "europe-west1-b" })],
                }),
                ports: "all",
                health: { protocol: "http", port: 80 },
                clients: ["203.0.113.0/24"],
            });
        },
    },
    {
        title: "Multiple forwarding rules",
        hcl: 359,
        kind: "components",
        given: machines,
        program: () => {
            new NetworkLoadBalancer("nlb-test", {
                type: "external-passthrough",
                network: Network.existing("vpc"),
                group: new UnmanagedInstanceGroup("my-group", {
                    machines: [VirtualMachine.existing("my-ig-b", { zone: "europe-west1-b" })],
                }),
                ports: "all",
                health: { port: 80 },
                clients: ["203.0.113.0/24"],
                rules: { "vip-two": { ports: [80] } },
            });
        },
    },
    {
        title: "Dual stack (IPv4 and IPv6)",
        hcl: 375,
        kind: "components",
        given: machines,
        program: () => {
            new NetworkLoadBalancer("nlb-test", {
                type: "external-passthrough",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                group: new UnmanagedInstanceGroup("my-group", {
                    machines: [VirtualMachine.existing("my-ig-b", { zone: "europe-west1-b" })],
                }),
                ports: "all",
                health: { port: 80 },
                ipv6: true,
                clients: ["203.0.113.0/24", "2001:db8::/32"],
            });
        },
    },
    {
        title: "End to end example",
        hcl: 948,
        kind: "components",
        given: vpc,
        program: () => {
            const network = Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } });
            const group = ["b", "c"].map((zone) => {
                const machine = new VirtualMachine(`nlb-test-${zone}`, {
                    zone: `europe-west1-${zone}`,
                    network,
                    bootDisk: { type: "pd-ssd", size: "10 GB" },
                    tags: ["http-server", "ssh"],
                    container: { image: "docker.io/nginxdemos/hello:plain-text", ports: [80] },
                    insecure: true,
                });
                return new UnmanagedInstanceGroup(`nlb-test-${zone}`, { machines: [machine] });
            });
            new NetworkLoadBalancer("nlb-test", {
                type: "external-passthrough",
                network,
                group,
                ports: [80],
                health: { protocol: "http", port: 80 },
                public: true,
            });
        },
    },
];
