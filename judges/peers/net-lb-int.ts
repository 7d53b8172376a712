import { Instance } from "@pulumi/gcp/compute/instance";
import { InstanceGroup } from "@pulumi/gcp/compute/instanceGroup";
import {
    AutoscaledInstanceGroup,
    Environment,
    IpAddress,
    Network,
    NetworkLoadBalancer,
    ServiceAttachment,
    UnmanagedInstanceGroup,
    VirtualMachine,
} from "slipway";
import type { Example } from "./example";

/** The network, with subnets for consumers. */
const vpc = () =>
    new Network("vpc", {
        subnets: {
            apps: { range: "10.0.0.0/24", ipv6: "internal" },
            psc1: { range: "10.0.1.0/24", purpose: "PRIVATE_SERVICE_CONNECT" },
            psc2: { range: "10.0.2.0/24", purpose: "PRIVATE_SERVICE_CONNECT" },
        },
    });

/** The network and the machines that the examples add to groups. */
function machines(region = "europe-west1", network = vpc()): void {
    const dependsOn = Environment.current().enable("compute.googleapis.com");
    for (const name of ["instance-1", "instance-2"]) {
        const bootDisk = { initializeParams: { image: "cos-cloud/cos-stable" } };
        const subnetwork = Object.values(network.subnetworks)[0]?.id;
        const networkInterfaces = [{ network: network.network.id, subnetwork }];
        const zone = `${region}-b`;
        new Instance(name, { name, zone, machineType: "e2-micro", bootDisk, networkInterfaces }, { dependsOn });
    }
}

/** The network and a group. */
function group(): void {
    const place = { zone: "europe-west1-b", network: vpc().network.id };
    const dependsOn = Environment.current().enable("compute.googleapis.com");
    new InstanceGroup("my-group", { name: "my-group", ...place }, { dependsOn });
}

export const examples: Example[] = [
    {
        title: "Referencing existing MIGs",
        hcl: 869,
        kind: "components",
        given: vpc,
        program: () => {
            const network = Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } });
            new NetworkLoadBalancer("ilb-test", {
                network,
                group: new AutoscaledInstanceGroup("mig-test", { network, tags: ["http-server"], scaling: 1 }),
                ports: "all",
                health: { protocol: "http", port: 80 },
                clients: ["10.0.0.0/24"],
                globalAccess: true,
                serviceLabel: "ilb-test",
            });
        },
    },
    {
        title: "Externally managed instances",
        hcl: 462,
        kind: "components",
        given: () => machines(),
        program: () => {
            const zone = "europe-west1-b";
            new NetworkLoadBalancer("ilb-test", {
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                group: new UnmanagedInstanceGroup("my-group", {
                    machines: ["instance-1", "instance-2"].map((name) => VirtualMachine.existing(name, { zone })),
                }),
                ports: "all",
                health: { protocol: "http", port: 80 },
                clients: ["10.0.0.0/24"],
                globalAccess: true,
                serviceLabel: "ilb-test",
            });
        },
    },
    {
        title: "Passing multiple protocols through the load balancers",
        hcl: 478,
        kind: "components",
        given: () => machines(),
        program: () => {
            const zone = "europe-west1-b";
            new NetworkLoadBalancer("ilb-test", {
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                group: new UnmanagedInstanceGroup("my-group", {
                    machines: ["instance-1", "instance-2"].map((name) => VirtualMachine.existing(name, { zone })),
                }),
                protocol: "all",
                health: { port: 80 },
                clients: ["10.0.0.0/24"],
                globalAccess: true,
                serviceLabel: "ilb-test",
            });
        },
    },
    {
        title: "Multiple forwarding rules",
        hcl: 507,
        kind: "components",
        given: () => machines(),
        program: () => {
            const network = Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } });
            const zone = "europe-west1-b";
            new NetworkLoadBalancer("ilb-test", {
                network,
                group: new UnmanagedInstanceGroup("my-group", {
                    machines: ["instance-1", "instance-2"].map((name) => VirtualMachine.existing(name, { zone })),
                }),
                ports: "all",
                health: { port: 80 },
                clients: ["10.0.0.0/24"],
                globalAccess: true,
                serviceLabel: "ilb-test",
                rules: { "vip-two": { ports: [80], globalAccess: false, serviceLabel: "ilb-test" } },
            });
        },
    },
    {
        title: "Dual stack (IPv4 and IPv6)",
        hcl: 501,
        kind: "components",
        given: () => machines(),
        program: () => {
            const network = Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } });
            const zone = "europe-west1-b";
            new NetworkLoadBalancer("ilb-test", {
                network,
                group: new UnmanagedInstanceGroup("my-group", {
                    machines: ["instance-1", "instance-2"].map((name) => VirtualMachine.existing(name, { zone })),
                }),
                ports: "all",
                health: { port: 80 },
                ipv6: true,
                clients: ["10.0.0.0/24", "fd20::/20"],
                globalAccess: true,
                serviceLabel: "ilb-test",
            });
        },
    },
    {
        title: "PSC service attachments",
        hcl: 703,
        kind: "components",
        given: () => machines(),
        program: () => {
            const network = Network.existing("vpc", {
                subnets: {
                    apps: { existing: "vpc-apps" },
                    psc1: { existing: "vpc-psc1" },
                    psc2: { existing: "vpc-psc2" },
                },
            });
            const { psc1, psc2 } = network.subnetworks;
            const zone = "europe-west1-b";
            const target = new NetworkLoadBalancer("ilb-test", {
                network,
                group: new UnmanagedInstanceGroup("my-group", {
                    machines: ["instance-1", "instance-2"].map((name) => VirtualMachine.existing(name, { zone })),
                }),
                ports: "all",
                health: { port: 80 },
                clients: ["10.0.0.0/24"],
                globalAccess: true,
                serviceLabel: "ilb-test",
                rules: { "vip-two": { ports: [80], globalAccess: false, serviceLabel: "ilb-test" } },
            });
            new ServiceAttachment("vip-one", { target, rule: "tcp", subnets: [psc1?.id ?? ""], accept: "all" });
            new ServiceAttachment("vip-two", { target, rule: "vip-two", subnets: [psc2?.id ?? ""], accept: "all" });
        },
    },
    {
        title: "Zonal affinity traffic policy",
        hcl: 578,
        kind: "components",
        given: () => machines(),
        program: () => {
            const zone = "europe-west1-b";
            new NetworkLoadBalancer("ilb-test", {
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                group: new UnmanagedInstanceGroup("my-group", {
                    machines: ["instance-1", "instance-2"].map((name) => VirtualMachine.existing(name, { zone })),
                }),
                ports: "all",
                health: { port: 80 },
                clients: ["10.0.0.0/24"],
                globalAccess: true,
                serviceLabel: "ilb-test",
                zonalAffinity: { spillover: "spill-cross-zone", ratio: 50 },
            });
        },
    },
    {
        title: "Regional health check",
        hcl: 297,
        kind: "components",
        given: group,
        program: () => {
            new NetworkLoadBalancer("ilb-test", {
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                // The example has none.
                group: UnmanagedInstanceGroup.existing("my-group", { zone: "europe-west1-b" }),
                ports: "all",
                health: { protocol: "http", port: 80 },
                clients: ["10.0.0.0/24"],
                globalAccess: true,
                serviceLabel: "ilb-test",
            });
        },
    },
    {
        title: "End to end example",
        hcl: 1054,
        kind: "components",
        given: vpc,
        program: () => {
            const network = Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } });
            const group = ["b", "c"].map((zone) => {
                const machine = new VirtualMachine(`ilb-test-${zone}`, {
                    zone: `europe-west1-${zone}`,
                    network,
                    bootDisk: { type: "pd-ssd", size: "10 GB" },
                    tags: ["http-server", "ssh"],
                    container: { image: "docker.io/nginxdemos/hello:plain-text", ports: [80] },
                    insecure: true,
                });
                return new UnmanagedInstanceGroup(`ilb-test-${zone}`, { machines: [machine] });
            });
            new NetworkLoadBalancer("ilb-test", {
                network,
                group,
                ports: [80],
                health: { protocol: "http", port: 80 },
                clients: ["10.0.0.0/24"],
                globalAccess: true,
                serviceLabel: "ilb-test",
            });
        },
    },
    {
        title: "Context",
        hcl: 848,
        kind: "components",
        config: { "gcp:region": "us-central1" },
        given: () => machines("us-central1", new Network("vpc", { subnets: { apps: { range: "192.168.0.0/24" } } })),
        program: () => {
            const network = Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } });
            const zone = "us-central1-b";
            new NetworkLoadBalancer("ilb-test", {
                network,
                address: new IpAddress("lb-ip-addr", { type: "regional-internal", network, address: "192.168.0.1" }),
                group: new UnmanagedInstanceGroup("my-group", {
                    machines: ["instance-1", "instance-2"].map((name) => VirtualMachine.existing(name, { zone })),
                }),
                ports: "all",
                health: { protocol: "http", port: 80 },
                clients: ["192.168.0.0/24"],
                globalAccess: true,
                serviceLabel: "ilb-test",
            });
        },
    },
];
