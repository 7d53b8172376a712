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
    StorageBucket,
    UnmanagedInstanceGroup,
    VirtualMachine,
} from "slipway";
import type { Example } from "./example";

/** The machines and groups of Fabric's tests. */
const groups = () => {
    const dependsOn = Environment.current().enable("compute.googleapis.com");
    for (const zone of ["b", "c"]) {
        const place = { name: `my-ig-${zone}`, zone: `europe-west1-${zone}` };
        const namedPorts = Object.entries({ http: 80, https: 443 }).map(([name, port]) => ({ name, port }));
        new InstanceGroup(`my-ig-${zone}`, { ...place, namedPorts }, { dependsOn });
    }
};

/** The machines of Fabric's tests, which the examples add to groups. */
const machines = (region = "europe-west1") => {
    const dependsOn = Environment.current().enable("compute.googleapis.com");
    const { network, subnetworks } = new Network("vpc", { subnets: { apps: { range: "10.0.0.0/24" } } });
    for (const zone of ["b", "c"]) {
        const name = `my-ig-${zone}`;
        const subnetwork = Object.values(subnetworks)[0]?.id;
        const bootDisk = { initializeParams: { image: "cos-cloud/cos-stable" } };
        const networkInterfaces = [{ network: network.id, subnetwork }];
        const machine = { name, zone: `${region}-${zone}`, machineType: "e2-micro", bootDisk, networkInterfaces };
        new Instance(name, machine, { dependsOn });
    }
};

/** A service on Cloud Run. */
const hello = () => {
    new CloudRunService("hello", {
        image: `europe-docker.pkg.dev/acme/apps/hello@sha256:${"0".repeat(64)}`,
        public: true,
        ingress: "load-balancer",
    });
};

export const examples: Example[] = [
    {
        title: "Minimal HTTP Example",
        hcl: 264,
        kind: "components",
        given: groups,
        program: () => {
            const b = UnmanagedInstanceGroup.existing("my-ig-b", { zone: "europe-west1-b" });
            const c = UnmanagedInstanceGroup.existing("my-ig-c", { zone: "europe-west1-c" });
            new LoadBalancer("glb-test-0", {
                insecure: true,
                routes: { "/*": { group: [b, c], port: "http", health: "/" } },
            });
        },
    },
    {
        title: "HTTP backends",
        hcl: 397,
        kind: "components",
        given: groups,
        program: () => {
            const b = UnmanagedInstanceGroup.existing("my-ig-b", { zone: "europe-west1-b" });
            const c = UnmanagedInstanceGroup.existing("my-ig-c", { zone: "europe-west1-c" });
            new LoadBalancer("glb-test-0", {
                domains: "glb-test-0.example.org",
                routes: { "/*": { group: [b, c], port: "http", health: "/" } },
            });
        },
    },
    {
        title: "HTTPS backends",
        hcl: 491,
        kind: "components",
        given: groups,
        program: () => {
            const b = UnmanagedInstanceGroup.existing("my-ig-b", { zone: "europe-west1-b" });
            const c = UnmanagedInstanceGroup.existing("my-ig-c", { zone: "europe-west1-c" });
            new LoadBalancer("glb-test-0", {
                domains: "glb-test-0.example.org",
                routes: { "/*": { group: [b, c], port: "https", protocol: "https", health: "/" } },
            });
        },
    },
    {
        title: "HTTP to HTTPS redirect",
        hcl: 1038,
        kind: "transform",
        given: groups,
        program: () => {
            const group = UnmanagedInstanceGroup.existing("my-ig-b", { zone: "europe-west1-b" });
            new LoadBalancer("glb-test-0", {
                domains: "glb-test.example.com",
                routes: { "/*": { group, port: "http", health: "/" } },
                transform: {
                    urlMap: (map) => {
                        if (map.defaultUrlRedirect) {
                            map.description = "URL redirect for glb-test-0.";
                        }
                    },
                },
            });
        },
    },
    {
        title: "Classic vs Non-classic",
        hcl: 292,
        kind: "components",
        given: groups,
        program: () => {
            const b = UnmanagedInstanceGroup.existing("my-ig-b", { zone: "europe-west1-b" });
            const c = UnmanagedInstanceGroup.existing("my-ig-c", { zone: "europe-west1-c" });
            new LoadBalancer("glb-test-0", {
                insecure: true,
                routes: { "/*": { group: [b, c], port: "http", health: "/" } },
            });
        },
    },
    {
        title: "Health Checks",
        hcl: 274,
        kind: "components",
        given: groups,
        program: () => {
            const group = UnmanagedInstanceGroup.existing("my-ig-b", { zone: "europe-west1-b" });
            new LoadBalancer("glb-test-0", {
                insecure: true,
                routes: { "/*": { group, port: "http", health: { protocol: "tcp", port: 80 } } },
            });
        },
    },
    {
        title: "Health Checks (2)",
        hcl: 313,
        kind: "components",
        given: groups,
        program: () => {
            const group = UnmanagedInstanceGroup.existing("my-ig-b", { zone: "europe-west1-b" });
            new LoadBalancer("glb-test-0", {
                insecure: true,
                routes: {
                    "/*": {
                        group,
                        port: "http",
                        health: { existing: `projects/${Environment.current().project}/global/healthChecks/custom` },
                    },
                },
            });
        },
    },
    {
        title: "Instance Groups",
        hcl: 326,
        kind: "components",
        given: () => machines(),
        program: () => {
            const group = new UnmanagedInstanceGroup("default-b", {
                machines: [VirtualMachine.existing("my-ig-b", { zone: "europe-west1-b" })],
                ports: { http: 80 },
            });
            new LoadBalancer("glb-test-0", { insecure: true, routes: { "/*": { group, health: "/" } } });
        },
    },
    {
        title: "Managed Instance Groups",
        hcl: 1037,
        kind: "components",
        given: () => new Network("vpc", { subnets: { apps: { range: "10.0.0.0/24" } } }),
        program: () => {
            const group = new AutoscaledInstanceGroup("win-mig", {
                zones: ["europe-west1-a"],
                machineType: "n2d-standard-2",
                bootDisk: { size: "70 GB" },
                image: { name: "windows-server-2019-dc-v20221214", project: "windows-cloud" },
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                ports: { http: 80 },
                health: "/",
                scaling: { min: 1, max: 3, cpu: 80, initialization: "30 seconds" },
            });
            new LoadBalancer("glb-0", { name: "glb-test-0", insecure: true, routes: { "/*": group } });
        },
    },
    {
        title: "Storage Buckets",
        hcl: 203,
        kind: "components",
        given: () => new StorageBucket("assets", { name: "acme-net-lb-app-ext-10" }),
        program: () => {
            const bucket = StorageBucket.existing("acme-net-lb-app-ext-10");
            new LoadBalancer("glb-test-0", { insecure: true, routes: { "/*": { bucket, cdn: false } } });
        },
    },
    {
        title: "Network Endpoint Groups (NEGs)",
        hcl: 394,
        kind: "components",
        given: () => new Network("vpc", { subnets: { apps: { range: "10.0.0.0/24" } } }),
        program: () => {
            const group = new NetworkEndpointGroup("myneg-b", {
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                zone: "europe-west1-b",
                endpoints: ["10.0.0.10:80"],
            });
            new LoadBalancer("glb-test-0", {
                insecure: true,
                routes: { "/*": { group, capacity: { requestsPerSecond: 10 }, health: "/" } },
            });
        },
    },
    {
        title: "Zonal NEG creation",
        hcl: 480,
        kind: "components",
        given: () => machines(),
        program: () => {
            const group = new NetworkEndpointGroup("neg-0", {
                machines: [VirtualMachine.existing("my-ig-b", { zone: "europe-west1-b" })],
                port: 80,
            });
            new LoadBalancer("glb-test-0", {
                insecure: true,
                routes: { "/*": { group, capacity: { requestsPerSecond: 10 }, health: "/" } },
            });
        },
    },
    {
        title: "Hybrid NEG creation",
        hcl: 402,
        kind: "components",
        given: () => new Network("vpc", { subnets: { apps: { range: "10.0.0.0/24" } } }),
        program: () => {
            const group = new NetworkEndpointGroup("neg-0", {
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                zone: "europe-west1-b",
                endpoints: ["10.0.0.10:80"],
            });
            new LoadBalancer("glb-test-0", {
                insecure: true,
                routes: { "/*": { group, capacity: { requestsPerSecond: 10 }, health: "/" } },
            });
        },
    },
    {
        title: "Internet NEG creation",
        hcl: 362,
        kind: "components",
        program: () => {
            const group = new NetworkEndpointGroup("neg-0", { internet: "www.example.org:80" });
            new LoadBalancer("glb-test-0", { insecure: true, routes: { "/*": { group, protocol: "http" } } });
        },
    },
    {
        title: "Private Service Connect NEG creation",
        hcl: 378,
        kind: "components",
        program: () => {
            const group = new NetworkEndpointGroup("neg-0", { googleApi: "europe-west1-cloudkms.googleapis.com" });
            new LoadBalancer("glb-test-0", { insecure: true, routes: { "/*": group } });
        },
    },
    {
        title: "Serverless NEG creation",
        hcl: 349,
        kind: "components",
        given: hello,
        program: () => {
            new LoadBalancer("glb-test-0", { insecure: true, routes: { "/*": CloudRunService.existing("hello") } });
        },
    },
    {
        title: "Serverless NEG creation (2)",
        hcl: 468,
        kind: "components",
        given: hello,
        program: () => {
            new LoadBalancer("glb-test-0", {
                domains: "glb-test-0.example.org",
                routes: { "/*": CloudRunService.existing("hello") },
            });
        },
    },
    {
        title: "Cross Project Backend Services",
        hcl: 309,
        kind: "transform",
        program: () => {
            const project = "acme-backends";
            const group = new NetworkEndpointGroup("neg-0", {
                googleApi: "europe-west1-cloudkms.googleapis.com",
                transform: { group: { project } },
            });
            new LoadBalancer("ralb-test-0", {
                insecure: true,
                routes: { "/*": group },
                transform: { backendService: { project } },
            });
        },
    },
    {
        title: "URL Map",
        hcl: 521,
        kind: "components",
        given: groups,
        program: () => {
            const b = UnmanagedInstanceGroup.existing("my-ig-b", { zone: "europe-west1-b" });
            const c = UnmanagedInstanceGroup.existing("my-ig-c", { zone: "europe-west1-c" });
            new LoadBalancer("glb-test-0", {
                insecure: true,
                routes: {
                    "/*": { group: b, port: "http", health: "/" },
                    "/other/*": { group: c, port: "http", health: "/" },
                },
            });
        },
    },
    {
        title: "SSL Certificates",
        hcl: 823,
        kind: "components",
        given: groups,
        program: () => {
            const b = UnmanagedInstanceGroup.existing("my-ig-b", { zone: "europe-west1-b" });
            const c = UnmanagedInstanceGroup.existing("my-ig-c", { zone: "europe-west1-c" });
            const own = {
                certificate: readFileSync("./files/certificate.pem", "utf8"),
                privateKey: pulumi.secret(readFileSync("./files/key.pem", "utf8")),
            };
            new LoadBalancer("glb-test-0", {
                domains: "example.com",
                certificates: [own],
                routes: { "/*": { group: [b, c], port: "http", health: "/" } },
            });
        },
    },
    {
        title: "Backend Authenticated TLS",
        hcl: 263,
        kind: "components",
        given: groups,
        program: () => {
            const group = UnmanagedInstanceGroup.existing("my-ig-b", { zone: "europe-west1-b" });
            new LoadBalancer("glb-test-0", {
                insecure: true,
                routes: {
                    "/*": {
                        group,
                        port: "http",
                        protocol: "https",
                        health: { protocol: "http", path: "/" },
                        tlsSettings: { sni: "backend.example.com" },
                    },
                },
            });
        },
    },
    {
        title: "Context",
        hcl: 2373,
        kind: "components",
        config: { "gcp:region": "europe-west8" },
        given: () => {
            machines("europe-west8");
            hello();
            const dependsOn = Environment.current().enable("compute.googleapis.com");
            const group = { name: "ig-b", zone: "europe-west8-b", namedPorts: [{ name: "http", port: 80 }] };
            new InstanceGroup("ig-b", group, { dependsOn });
            new StorageBucket("assets", { name: "acme-net-lb-app-ext-22" });
        },
        program: () => {
            const network = Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } });
            const zone = "europe-west8-b";
            const machine = VirtualMachine.existing("my-ig-b", { zone });
            const c = new UnmanagedInstanceGroup("ig-c", {
                machines: [VirtualMachine.existing("my-ig-c", { zone: "europe-west8-c" })],
                ports: { http: 80 },
            });
            const health = { protocol: "http", host: "hello.example.org" } as const;
            new LoadBalancer("glb-test-0", {
                insecure: true,
                routes: {
                    "/*": { group: [UnmanagedInstanceGroup.existing("ig-b", { zone }), c], health },
                    "/cloudrun/*": CloudRunService.existing("hello"),
                    "/gce/*": {
                        group: new NetworkEndpointGroup("neg-gce", { machines: [machine], port: 80 }),
                        health,
                    },
                    "/hybrid/*": {
                        group: new NetworkEndpointGroup("neg-hybrid", { network, zone, endpoints: ["192.168.0.3:80"] }),
                        health,
                    },
                    "/internet/*": {
                        group: new NetworkEndpointGroup("neg-internet", { internet: "hello.example.org:80" }),
                        protocol: "http",
                    },
                    "/files/*": { bucket: StorageBucket.existing("acme-net-lb-app-ext-22"), cdn: false },
                },
            });
        },
    },
    {
        title: "Complex example",
        hcl: 1761,
        kind: "components",
        given: () => {
            machines();
            new StorageBucket("assets", { name: "acme-net-lb-app-ext-23" });
        },
        program: () => {
            const b = VirtualMachine.existing("my-ig-b", { zone: "europe-west1-b" });
            const c = VirtualMachine.existing("my-ig-c", { zone: "europe-west1-c" });
            const ports = { http: 80 };
            const health = { protocol: "http", port: 80 } as const;
            const capacity = { requestsPerSecond: 10 };
            new LoadBalancer("glb-test-0", {
                insecure: true,
                routes: {
                    "/*": {
                        group: [
                            new UnmanagedInstanceGroup("group-zone-b", { machines: [b], ports }),
                            new UnmanagedInstanceGroup("group-zone-c", { machines: [c], ports }),
                        ],
                        health,
                    },
                    "/gce-neg/*": {
                        group: new NetworkEndpointGroup("neg-zone-c", { machines: [c], port: 80 }),
                        health,
                        capacity,
                    },
                    "hello.example.com/*": {
                        group: new NetworkEndpointGroup("neg-hello", {
                            network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                            zone: "europe-west1-b",
                            endpoints: ["192.168.0.3:443"],
                        }),
                        protocol: "https",
                        health: { host: "hello.example.com", port: 443 },
                        capacity,
                    },
                    "static.example.com/*": {
                        bucket: StorageBucket.existing("acme-net-lb-app-ext-23"),
                        cdn: false,
                    },
                },
            });
        },
    },
    {
        title: "Changing the Network Endpoint Group",
        hcl: 692,
        kind: "components",
        given: hello,
        program: () => {
            new LoadBalancer("glb-test-0", {
                domains: "hello.example.org",
                routes: { "/*": CloudRunService.existing("hello") },
            });
        },
    },
    {
        title: "Changing the Network Endpoint Group (2)",
        hcl: 192,
        kind: "components",
        given: hello,
        program: () => {
            // The endpoint group of another service is created, and used, before that of the previous one is deleted.
            new LoadBalancer("glb-test-0", {
                domains: "hello.example.org",
                routes: { "/*": CloudRunService.existing("hello") },
            });
        },
    },
    {
        title: "Updating SSL certificate",
        hcl: 312,
        kind: "components",
        given: hello,
        program: () => {
            new LoadBalancer("glb-test-0", {
                domains: ["hello.example.org", "www.hello.example.org"],
                routes: { "/*": CloudRunService.existing("hello") },
            });
        },
    },
];
