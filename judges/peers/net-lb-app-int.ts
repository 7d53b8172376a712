import { readFileSync } from "node:fs";
import { Service as RunService } from "@pulumi/gcp/cloudrunv2/service";
import { Address } from "@pulumi/gcp/compute/address";
import { Instance } from "@pulumi/gcp/compute/instance";
import { InstanceGroup } from "@pulumi/gcp/compute/instanceGroup";
import { NetworkEndpointGroup as ZonalNetworkEndpointGroup } from "@pulumi/gcp/compute/networkEndpointGroup";
import { Service } from "@pulumi/gcp/projects/service";
import { Provider } from "@pulumi/gcp/provider";
import * as pulumi from "@pulumi/pulumi";
import {
    CloudRunService,
    Environment,
    LoadBalancer,
    Network,
    NetworkEndpointGroup,
    ServiceAttachment,
    UnmanagedInstanceGroup,
    VirtualMachine,
} from "slipway";
import type { Example } from "./example";

/** The network, with a subnet for the proxies. */
const vpc = () => new Network("vpc", { subnets: { apps: { range: "10.0.0.0/24" } }, proxyOnlySubnets: true });

/** A group of each name. */
const groups =
    (...names: string[]) =>
    () => {
        const dependsOn = Environment.current().enable("compute.googleapis.com");
        vpc();
        for (const name of names) {
            const namedPorts = [{ name: "http", port: 80 }];
            new InstanceGroup(name, { name, zone: "europe-west1-b", namedPorts }, { dependsOn });
        }
    };

/** A machine of each name, in the zone that it ends with. */
function machines(network: Network, names: string[], region = "europe-west1") {
    const dependsOn = Environment.current().enable("compute.googleapis.com");
    const subnetwork = Object.values(network.subnetworks)[0]?.id;
    for (const name of names) {
        const zone = `${region}-${name.at(-1)}`;
        const bootDisk = { initializeParams: { image: "cos-cloud/cos-stable" } };
        const networkInterfaces = [{ network: network.network.id, subnetwork }];
        new Instance(name, { name, zone, machineType: "e2-micro", bootDisk, networkInterfaces }, { dependsOn });
    }
}

/** A service on Cloud Run. */
const service = (name: string) => {
    new CloudRunService(name, {
        image: `europe-docker.pkg.dev/acme/apps/hello@sha256:${"0".repeat(64)}`,
        public: true,
        ingress: "internal",
    });
};

const run = () => {
    vpc();
    service("my-run-service");
};

/** The options of resources in another project, with the API that they need. */
function inProject(project: string, service: string) {
    const provider = new Provider(project, { project });
    return { provider, dependsOn: new Service(project, { service }, { provider }) };
}

/** A service on Cloud Run in another project. */
function runIn(project: string) {
    const containers = [{ image: `europe-docker.pkg.dev/acme/apps/hello@sha256:${"0".repeat(64)}` }];
    const args = { location: "europe-west1", ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY", template: { containers } };
    new RunService("my-run-service", { name: "my-run-service", ...args }, inProject(project, "run.googleapis.com"));
}

export const examples: Example[] = [
    {
        title: "Minimal Example",
        hcl: 577,
        kind: "components",
        given: groups("my-ig"),
        program: () => {
            const group = UnmanagedInstanceGroup.existing("my-ig", { zone: "europe-west1-b" });
            new LoadBalancer("ilb-test", {
                type: "regional-internal",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                insecure: true,
                routes: { "/*": { group, health: "/" } },
            });
        },
    },
    {
        title: "Minimal Example (2)",
        hcl: 465,
        kind: "transform",
        given: groups("my-ig"),
        program: () => {
            const group = UnmanagedInstanceGroup.existing("my-ig", { zone: "europe-west1-b" });
            new LoadBalancer("ilb-test", {
                type: "regional-internal",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                domains: "ilb.example.com",
                certificates: ["projects/acme/locations/europe-west1/certificates/my-cert"],
                routes: { "/*": { group, health: "/" } },
                transform: {
                    httpsProxy: (proxy) => {
                        proxy.sslCertificates = ["projects/acme/regions/europe-west1/sslCertificates/my-cert"];
                        proxy.certificateManagerCertificates = undefined;
                    },
                },
            });
        },
    },
    {
        title: "Cross-project backend services",
        hcl: 475,
        kind: "components",
        given: () => {
            vpc();
            const [zone, namedPorts] = ["europe-west1-b", [{ name: "http", port: 80 }]];
            const options = inProject("acme-groups", "compute.googleapis.com");
            new InstanceGroup("my-ig", { name: "my-ig", zone, namedPorts }, options);
        },
        program: () => {
            const place = { project: "acme-groups", zone: "europe-west1-b" };
            new LoadBalancer("ilb-test", {
                type: "regional-internal",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                insecure: true,
                routes: { "/*": { group: UnmanagedInstanceGroup.existing("my-ig", place), health: "/" } },
            });
        },
    },
    {
        title: "Health Checks",
        hcl: 434,
        kind: "components",
        given: groups("my-ig"),
        program: () => {
            const group = UnmanagedInstanceGroup.existing("my-ig", { zone: "europe-west1-b" });
            new LoadBalancer("ilb-test", {
                type: "regional-internal",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                insecure: true,
                routes: { "/*": { group, health: { protocol: "tcp", port: 80 } } },
            });
        },
    },
    {
        title: "Health Checks (2)",
        hcl: 427,
        kind: "components",
        given: groups("my-ig"),
        program: () => {
            const group = UnmanagedInstanceGroup.existing("my-ig", { zone: "europe-west1-b" });
            new LoadBalancer("ilb-test", {
                type: "regional-internal",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                insecure: true,
                routes: {
                    "/*": {
                        group,
                        health: { existing: `projects/${Environment.current().project}/global/healthChecks/custom` },
                    },
                },
            });
        },
    },
    {
        title: "Instance Groups",
        hcl: 466,
        kind: "components",
        given: () => machines(vpc(), ["vm-b"]),
        program: () => {
            const group = new UnmanagedInstanceGroup("default", {
                machines: [VirtualMachine.existing("vm-b", { zone: "europe-west1-b" })],
                ports: { http: 80 },
            });
            new LoadBalancer("ilb-test", {
                type: "regional-internal",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                insecure: true,
                routes: { "/*": { group, health: "/" } },
            });
        },
    },
    {
        title: "Network Endpoint Groups (NEGs)",
        hcl: 403,
        kind: "components",
        given: () => {
            const { network, subnetworks } = vpc();
            const place = { zone: "europe-west1-b", network: network.id };
            const subnetwork = Object.values(subnetworks)[0]?.id;
            new ZonalNetworkEndpointGroup("my-neg", { name: "my-neg", ...place, subnetwork });
        },
        program: () => {
            const group = NetworkEndpointGroup.existing("my-neg", { zone: "europe-west1-b" });
            new LoadBalancer("ilb-test", {
                type: "regional-internal",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                insecure: true,
                routes: { "/*": { group, capacity: { requestsPerSecond: 1 }, health: "/" } },
            });
        },
    },
    {
        title: "Zonal NEG creation",
        hcl: 709,
        kind: "raw",
        given: () => machines(vpc(), ["test-b"]),
        program: () => {
            const network = Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } });
            new Address("neg-test", {
                subnetwork: network.subnetworks.apps?.id ?? "",
                addressType: "INTERNAL",
                address: "10.0.0.10",
            });
            const group = new NetworkEndpointGroup("my-neg", {
                machines: [VirtualMachine.existing("test-b", { zone: "europe-west1-b" })],
                port: 80,
            });
            new LoadBalancer("ilb-test", {
                type: "regional-internal",
                network,
                insecure: true,
                routes: { "/*": { group, capacity: { requestsPerSecond: 1 }, health: "/" } },
            });
        },
    },
    {
        title: "Hybrid NEG creation",
        hcl: 474,
        kind: "components",
        given: vpc,
        program: () => {
            const network = Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } });
            const group = new NetworkEndpointGroup("my-neg", {
                network,
                zone: "europe-west1-b",
                endpoints: ["10.0.0.10:80"],
            });
            new LoadBalancer("ilb-test", {
                type: "regional-internal",
                network,
                insecure: true,
                routes: { "/*": { group, capacity: { requestsPerSecond: 1 }, health: "/" } },
            });
        },
    },
    {
        title: "Serverless NEG creation",
        hcl: 468,
        kind: "components",
        given: run,
        program: () => {
            new LoadBalancer("ilb-test", {
                type: "regional-internal",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                insecure: true,
                routes: { "/*": CloudRunService.existing("my-run-service") },
            });
        },
    },
    {
        title: "Serverless NEG creation (2)",
        hcl: 526,
        kind: "components",
        given: () => {
            vpc();
            runIn("acme-services");
        },
        program: () => {
            new LoadBalancer("ilb-test", {
                type: "regional-internal",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                insecure: true,
                routes: { "/*": CloudRunService.existing("my-run-service", { project: "acme-services" }) },
            });
        },
    },
    {
        title: "Serverless NEG creation (3)",
        hcl: 526,
        kind: "components",
        given: () => {
            vpc();
            runIn("acme-more-services");
        },
        program: () => {
            new LoadBalancer("ilb-test", {
                type: "regional-internal",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                insecure: true,
                routes: { "/*": CloudRunService.existing("my-run-service", { project: "acme-more-services" }) },
            });
        },
    },
    {
        title: "Serverless NEG creation (4)",
        hcl: 479,
        kind: "transform",
        given: run,
        program: () => {
            new LoadBalancer("ilb-test", {
                type: "regional-internal",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                insecure: true,
                routes: { "/*": CloudRunService.existing("my-run-service") },
                transform: { endpointGroup: { cloudRun: { urlMask: "example.com/<service>", tag: "my-tag" } } },
            });
        },
    },
    {
        title: "Private Service Connect NEG creation",
        hcl: 448,
        kind: "components",
        given: vpc,
        program: () => {
            const group = new NetworkEndpointGroup("my-neg", { googleApi: "europe-west1-cloudkms.googleapis.com" });
            new LoadBalancer("ilb-test", {
                type: "regional-internal",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                insecure: true,
                routes: { "/*": group },
            });
        },
    },
    {
        title: "Internet NEG creation",
        hcl: 480,
        kind: "components",
        given: vpc,
        program: () => {
            const network = Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } });
            const group = new NetworkEndpointGroup("neg-0", { network, internet: "www.example.org:80" });
            new LoadBalancer("ilb-test", {
                type: "regional-internal",
                network,
                insecure: true,
                routes: { "/*": { group, protocol: "http" } },
            });
        },
    },
    {
        title: "URL Map",
        hcl: 908,
        kind: "components",
        given: groups("my-ig", "my-ig-2", "my-ig-3"),
        program: () => {
            const found = (name: string) => UnmanagedInstanceGroup.existing(name, { zone: "europe-west1-b" });
            new LoadBalancer("ilb-test", {
                type: "regional-internal",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                insecure: true,
                routes: {
                    "/*": { group: found("my-ig"), health: "/" },
                    "/video/*": { group: found("my-ig-2"), health: "/", logging: { sampling: 50 } },
                    "/audio/*": { group: found("my-ig-3"), health: "/", logging: false },
                },
            });
        },
    },
    {
        title: "SSL Certificates",
        hcl: 944,
        kind: "components",
        given: groups("my-ig"),
        program: () => {
            const group = UnmanagedInstanceGroup.existing("my-ig", { zone: "europe-west1-b" });
            const own = {
                certificate: readFileSync("./files/certificate.pem", "utf8"),
                privateKey: pulumi.secret(readFileSync("./files/key.pem", "utf8")),
            };
            new LoadBalancer("ilb-test", {
                type: "regional-internal",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                domains: "example.com",
                certificates: [own],
                routes: { "/*": { group, health: { protocol: "https", port: 443 } } },
            });
        },
    },
    {
        title: "Backend Authenticated TLS",
        hcl: 430,
        kind: "components",
        given: groups("my-ig"),
        program: () => {
            const group = UnmanagedInstanceGroup.existing("my-ig", { zone: "europe-west1-b" });
            const sni = "backend.example.com";
            new LoadBalancer("ilb-test", {
                type: "regional-internal",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                insecure: true,
                routes: {
                    "/*": {
                        group,
                        protocol: "https",
                        health: { protocol: "http", path: "/" },
                        tlsSettings: { sni, subjectAltNames: [sni] },
                    },
                },
            });
        },
    },
    {
        title: "PSC service attachment",
        hcl: 458,
        kind: "components",
        given: groups("my-ig-b"),
        program: () => {
            const group = UnmanagedInstanceGroup.existing("my-ig-b", { zone: "europe-west1-b" });
            const target = new LoadBalancer("ilb-test", {
                type: "regional-internal",
                network: Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } }),
                insecure: true,
                routes: { "/*": { group, health: "/" } },
            });
            new ServiceAttachment("ilb-test", {
                target,
                subnets: ["projects/acme/regions/europe-west1/subnetworks/psc"],
                accept: { "acme-dev": 10 },
            });
        },
    },
    {
        title: "Context",
        hcl: 2780,
        kind: "transform",
        config: { "gcp:region": "europe-west8" },
        given: () => {
            const network = vpc();
            machines(network, ["vm-c", "nginx-b"], "europe-west8");
            const namedPorts = [{ name: "http", port: 80 }];
            new InstanceGroup("ig-b", {
                name: "ig-b",
                zone: "europe-west8-b",
                namedPorts,
                network: network.network.id,
            });
            service("hello");
        },
        program: () => {
            const network = Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } });
            const zone = "europe-west8-b";
            const c = new UnmanagedInstanceGroup("ig-c", {
                machines: [VirtualMachine.existing("vm-c", { zone: "europe-west8-c" })],
                ports: { http: 80 },
            });
            const gce = [VirtualMachine.existing("nginx-b", { zone })];
            const serviceAttachment = "projects/acme/regions/europe-west8/serviceAttachments/sa";
            const health = { protocol: "http", host: "hello.example.org" } as const;
            new LoadBalancer("ilb-test-0", {
                type: "regional-internal",
                network,
                insecure: true,
                routes: {
                    "/*": { group: [UnmanagedInstanceGroup.existing("ig-b", { zone }), c], health },
                    "/cloudrun/*": CloudRunService.existing("hello"),
                    "/gce/*": {
                        group: new NetworkEndpointGroup("neg-gce", { machines: gce, port: 80 }),
                        health,
                    },
                    "/hybrid/*": {
                        group: new NetworkEndpointGroup("neg-hybrid", { network, zone, endpoints: ["192.168.0.3:80"] }),
                        health,
                    },
                    "/internet/*": {
                        group: new NetworkEndpointGroup("neg-internet", { network, internet: "hello.example.org:80" }),
                        protocol: "http",
                    },
                    "/psc/*": new NetworkEndpointGroup("neg-psc", { network, serviceAttachment }),
                },
                transform: { address: { address: "10.0.0.10" } },
            });
        },
    },
    {
        title: "Complex example",
        hcl: 1752,
        kind: "transform",
        given: () => machines(vpc(), ["nginx-b", "nginx-c"]),
        program: () => {
            const network = Network.existing("vpc", { subnets: { apps: { existing: "vpc-apps" } } });
            const b = VirtualMachine.existing("nginx-b", { zone: "europe-west1-b" });
            const c = VirtualMachine.existing("nginx-c", { zone: "europe-west1-c" });
            const ports = { http: 80 };
            const health = { protocol: "http", port: 80 } as const;
            const capacity = { requestsPerSecond: 1 };
            new LoadBalancer("ilb-l7-test-0", {
                type: "regional-internal",
                network,
                insecure: true,
                routes: {
                    "/*": {
                        group: [
                            new UnmanagedInstanceGroup("nginx-b", { machines: [b], ports }),
                            new UnmanagedInstanceGroup("nginx-c", { machines: [c], ports }),
                        ],
                        health,
                    },
                    "/gce-neg/*": {
                        group: new NetworkEndpointGroup("neg-nginx-c", { machines: [c], port: 80 }),
                        health,
                        capacity,
                    },
                    "hello.home.example.com/*": {
                        group: new NetworkEndpointGroup("neg-home-hello", {
                            network,
                            zone: "europe-west1-b",
                            endpoints: ["192.168.0.3:443"],
                        }),
                        backend: "home",
                        protocol: "https",
                        health: { host: "hello.home.example.com", port: 443 },
                        capacity,
                    },
                },
                transform: {
                    backendService: (service) => {
                        if (`${service.name}`.startsWith("ilb-l7-test-0-home")) {
                            service.localityLbPolicy = "ROUND_ROBIN";
                        }
                    },
                },
            });
        },
    },
];
