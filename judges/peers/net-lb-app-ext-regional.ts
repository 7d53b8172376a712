import { readFileSync } from "node:fs";
import { Instance } from "@pulumi/gcp/compute/instance";
import { InstanceGroup } from "@pulumi/gcp/compute/instanceGroup";
import * as pulumi from "@pulumi/pulumi";
import {
    AutoscaledInstanceGroup,
    CloudRunService,
    Environment,
    LoadBalancer,
    Network,
    NetworkEndpointGroup,
    UnmanagedInstanceGroup,
    VirtualMachine,
} from "slipway";
import type { Example } from "./example";

/** The network, with a subnet for the proxies. */
const vpc = () => new Network("vpc", { subnets: { apps: { range: "10.0.0.0/24" } }, proxyOnlySubnets: true });

/** The machines and groups of Fabric's tests. */
const groups = () => {
    const dependsOn = Environment.current().enable("compute.googleapis.com");
    vpc();
    for (const zone of ["b", "c"]) {
        const place = { name: `my-ig-${zone}`, zone: `europe-west1-${zone}` };
        const namedPorts = Object.entries({ http: 80, https: 443 }).map(([name, port]) => ({ name, port }));
        new InstanceGroup(`my-ig-${zone}`, { ...place, namedPorts }, { dependsOn });
    }
};

/** The machines of Fabric's tests, which the examples add to groups. */
const machines = () => {
    const dependsOn = Environment.current().enable("compute.googleapis.com");
    const { network, subnetworks } = vpc();
    for (const zone of ["b", "c"]) {
        const name = `my-ig-${zone}`;
        const subnetwork = Object.values(subnetworks)[0]?.id;
        const bootDisk = { initializeParams: { image: "cos-cloud/cos-stable" } };
        const networkInterfaces = [{ network: network.id, subnetwork }];
        const machine = { name, zone: `europe-west1-${zone}`, machineType: "e2-micro", bootDisk, networkInterfaces };
        new Instance(name, machine, { dependsOn });
    }
};

export const examples: Example[] = [
    {
        title: "Minimal HTTP Example",
        hcl: 505,
        kind: "components",
        given: groups,
        program: () => {
            const b = UnmanagedInstanceGroup.existing("my-ig-b", { zone: "europe-west1-b" });
            const c = UnmanagedInstanceGroup.existing("my-ig-c", { zone: "europe-west1-c" });
            new LoadBalancer("ralb-test-0", {
                type: "regional-external",
                network: Network.existing("vpc"),
                insecure: true,
                routes: { "/*": { group: [b, c], port: "http", health: "/" } },
            });
        },
    },
    {
        title: "HTTP backends",
        hcl: 898,
        kind: "components",
        given: groups,
        program: () => {
            const b = UnmanagedInstanceGroup.existing("my-ig-b", { zone: "europe-west1-b" });
            const c = UnmanagedInstanceGroup.existing("my-ig-c", { zone: "europe-west1-c" });
            const own = {
                certificate: readFileSync("./files/certificate.pem", "utf8"),
                privateKey: pulumi.secret(readFileSync("./files/key.pem", "utf8")),
            };
            new LoadBalancer("ralb-test-0", {
                type: "regional-external",
                network: Network.existing("vpc"),
                domains: "example.com",
                certificates: [own],
                routes: { "/*": { group: [b, c], port: "http", health: "/" } },
            });
        },
    },
    {
        title: "HTTPS backends",
        hcl: 634,
        kind: "components",
        given: groups,
        program: () => {
            const b = UnmanagedInstanceGroup.existing("my-ig-b", { zone: "europe-west1-b" });
            const c = UnmanagedInstanceGroup.existing("my-ig-c", { zone: "europe-west1-c" });
            const own = {
                certificate: readFileSync("./files/certificate.pem", "utf8"),
                privateKey: pulumi.secret(readFileSync("./files/key.pem", "utf8")),
            };
            new LoadBalancer("ralb-test-0", {
                type: "regional-external",
                network: Network.existing("vpc"),
                domains: "example.com",
                certificates: [own],
                routes: { "/*": { group: [b, c], port: "https", protocol: "https", health: "/" } },
            });
        },
    },
    {
        title: "HTTP to HTTPS redirect",
        hcl: 1193,
        kind: "transform",
        given: groups,
        program: () => {
            const group = UnmanagedInstanceGroup.existing("my-ig-b", { zone: "europe-west1-b" });
            const own = {
                certificate: readFileSync("./files/certificate.pem", "utf8"),
                privateKey: pulumi.secret(readFileSync("./files/key.pem", "utf8")),
            };
            new LoadBalancer("ralb-test-0", {
                type: "regional-external",
                network: Network.existing("vpc"),
                domains: "example.com",
                certificates: [own],
                routes: { "/*": { group, port: "http", health: "/" } },
                transform: {
                    address: { networkTier: "STANDARD" },
                    forwardingRule: { networkTier: "STANDARD" },
                    urlMap: (map) => {
                        if (map.defaultUrlRedirect) {
                            map.description = "URL redirect for ralb-test-0.";
                        }
                    },
                },
            });
        },
    },
    {
        title: "Backend Authenticated TLS",
        hcl: 383,
        kind: "components",
        given: groups,
        program: () => {
            const group = UnmanagedInstanceGroup.existing("my-ig-b", { zone: "europe-west1-b" });
            const sni = "backend.example.com";
            new LoadBalancer("ralb-test-0", {
                type: "regional-external",
                network: Network.existing("vpc"),
                insecure: true,
                routes: {
                    "/*": {
                        group,
                        port: "http",
                        protocol: "https",
                        health: { protocol: "http", path: "/" },
                        tlsSettings: { sni, subjectAltNames: [sni] },
                    },
                },
            });
        },
    },
    {
        title: "Health Checks",
        hcl: 350,
        kind: "components",
        given: groups,
        program: () => {
            const group = UnmanagedInstanceGroup.existing("my-ig-b", { zone: "europe-west1-b" });
            new LoadBalancer("ralb-test-0", {
                type: "regional-external",
                network: Network.existing("vpc"),
                insecure: true,
                routes: { "/*": { group, port: "http", health: { protocol: "tcp", port: 80 } } },
            });
        },
    },
    {
        title: "Health Checks (2)",
        hcl: 404,
        kind: "components",
        given: groups,
        program: () => {
            const group = UnmanagedInstanceGroup.existing("my-ig-b", { zone: "europe-west1-b" });
            new LoadBalancer("ralb-test-0", {
                type: "regional-external",
                network: Network.existing("vpc"),
                insecure: true,
                routes: {
                    "/*": {
                        group,
                        port: "http",
                        health: {
                            existing: `projects/${Environment.current().project}/regions/europe-west1/healthChecks/custom`,
                        },
                    },
                },
            });
        },
    },
    {
        title: "Instance Groups",
        hcl: 402,
        kind: "components",
        given: machines,
        program: () => {
            const group = new UnmanagedInstanceGroup("default-b", {
                machines: [VirtualMachine.existing("my-ig-b", { zone: "europe-west1-b" })],
                ports: { http: 80 },
            });
            new LoadBalancer("ralb-test-0", {
                type: "regional-external",
                network: Network.existing("vpc"),
                insecure: true,
                routes: { "/*": { group, health: "/" } },
            });
        },
    },
    {
        title: "Managed Instance Groups",
        hcl: 1131,
        kind: "components",
        given: vpc,
        program: () => {
            const network = Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } });
            const group = new AutoscaledInstanceGroup("win-mig", {
                zones: ["europe-west1-a"],
                machineType: "n2d-standard-2",
                bootDisk: { size: "70 GB" },
                image: { name: "windows-server-2019-dc-v20221214", project: "windows-cloud" },
                network,
                ports: { http: 80 },
                health: "/",
                scaling: { min: 1, max: 3, cpu: 80, initialization: "30 seconds" },
            });
            new LoadBalancer("ralb-test-0", {
                type: "regional-external",
                network,
                insecure: true,
                routes: { "/*": group },
            });
        },
    },
    {
        title: "Zonal NEG creation",
        hcl: 556,
        kind: "components",
        given: machines,
        program: () => {
            const group = new NetworkEndpointGroup("neg-0", {
                machines: [VirtualMachine.existing("my-ig-b", { zone: "europe-west1-b" })],
                port: 80,
            });
            new LoadBalancer("ralb-test-0", {
                type: "regional-external",
                network: Network.existing("vpc"),
                insecure: true,
                routes: { "/*": { group, capacity: { requestsPerSecond: 10 }, health: "/" } },
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
            const group = new NetworkEndpointGroup("hybrid-neg", {
                network,
                zone: "europe-west1-b",
                endpoints: ["10.0.0.10:80"],
            });
            new LoadBalancer("ralb-test-0", {
                type: "regional-external",
                network,
                insecure: true,
                routes: { "/*": { group, health: "/" } },
            });
        },
    },
    {
        title: "Internet NEG creation",
        hcl: 561,
        kind: "components",
        given: vpc,
        program: () => {
            const network = Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } });
            const fqdn = new NetworkEndpointGroup("internet-neg-fqdn", { network, internet: "example.com" });
            const ip = new NetworkEndpointGroup("internet-neg-ip", { network, internet: "192.0.2.5" });
            // Google Cloud has one endpoint group on the internet behind a backend service.
            new LoadBalancer("ralb-test-0", {
                type: "regional-external",
                network,
                insecure: true,
                routes: { "/*": fqdn, "/ip/*": ip },
            });
        },
    },
    {
        title: "Private Service Connect NEG creation",
        hcl: 426,
        kind: "components",
        given: vpc,
        program: () => {
            const group = new NetworkEndpointGroup("neg-0", { googleApi: "europe-west1-cloudkms.googleapis.com" });
            new LoadBalancer("ralb-test-0", {
                type: "regional-external",
                network: Network.existing("vpc"),
                insecure: true,
                routes: { "/*": group },
            });
        },
    },
    {
        title: "Serverless NEG creation",
        hcl: 410,
        kind: "components",
        given: () => {
            vpc();
            new CloudRunService("hello", {
                image: `europe-docker.pkg.dev/acme/apps/hello@sha256:${"0".repeat(64)}`,
                public: true,
                ingress: "load-balancer",
            });
        },
        program: () => {
            new LoadBalancer("ralb-test-0", {
                type: "regional-external",
                network: Network.existing("vpc"),
                insecure: true,
                routes: { "/*": CloudRunService.existing("hello") },
            });
        },
    },
    {
        title: "Cross Project Backend Services",
        hcl: 383,
        kind: "transform",
        given: vpc,
        program: () => {
            const project = "acme-backends";
            const group = new NetworkEndpointGroup("neg-0", {
                googleApi: "europe-west1-cloudkms.googleapis.com",
                transform: { group: { project } },
            });
            new LoadBalancer("ralb-test-0", {
                type: "regional-external",
                network: Network.existing("vpc"),
                insecure: true,
                routes: { "/*": group },
                transform: { backendService: { project } },
            });
        },
    },
    {
        title: "URL Map",
        hcl: 738,
        kind: "components",
        given: groups,
        program: () => {
            const b = UnmanagedInstanceGroup.existing("my-ig-b", { zone: "europe-west1-b" });
            const c = UnmanagedInstanceGroup.existing("my-ig-c", { zone: "europe-west1-c" });
            const responseHeaders = { "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload" };
            new LoadBalancer("ralb-test-0", {
                type: "regional-external",
                network: Network.existing("vpc"),
                insecure: true,
                routes: {
                    "/*": { group: b, port: "http", health: "/", responseHeaders },
                    "/other/*": { group: c, port: "http", health: "/", responseHeaders },
                },
            });
        },
    },
    {
        title: "Complex example",
        hcl: 1775,
        kind: "components",
        given: machines,
        program: () => {
            const b = VirtualMachine.existing("my-ig-b", { zone: "europe-west1-b" });
            const c = VirtualMachine.existing("my-ig-c", { zone: "europe-west1-c" });
            const ports = { http: 80 };
            const network = Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } });
            const endpoints = new NetworkEndpointGroup("neg-zone-c", { machines: [c], port: 80 });
            const gce = {
                group: endpoints,
                health: { protocol: "http", port: 80 },
                capacity: { requestsPerSecond: 10 },
            } as const;
            new LoadBalancer("ralb-test-0", {
                type: "regional-external",
                network,
                insecure: true,
                routes: {
                    "/*": {
                        group: [
                            new UnmanagedInstanceGroup("group-zone-b", { machines: [b], ports }),
                            new UnmanagedInstanceGroup("group-zone-c", { machines: [c], ports }),
                        ],
                        health: { protocol: "http", port: 80 },
                    },
                    "/gce-neg/*": gce,
                    "hello.example.com/*": {
                        group: new NetworkEndpointGroup("neg-hello", {
                            network,
                            zone: "europe-west1-b",
                            endpoints: ["192.168.0.3:443"],
                        }),
                        protocol: "https",
                        health: { host: "hello.example.com", port: 443 },
                        capacity: { requestsPerSecond: 10 },
                    },
                    "static.example.com/*": gce,
                },
            });
        },
    },
];
