import { Address } from "@pulumi/gcp/compute/address";
import { BackendService } from "@pulumi/gcp/compute/backendService";
import { GlobalForwardingRule } from "@pulumi/gcp/compute/globalForwardingRule";
import { HealthCheck } from "@pulumi/gcp/compute/healthCheck";
import { Instance } from "@pulumi/gcp/compute/instance";
import { RegionNetworkEndpointGroup } from "@pulumi/gcp/compute/regionNetworkEndpointGroup";
import { ServiceAttachment } from "@pulumi/gcp/compute/serviceAttachment";
import { TargetHttpProxy } from "@pulumi/gcp/compute/targetHttpProxy";
import { TargetHttpsProxy } from "@pulumi/gcp/compute/targetHttpsProxy";
import { URLMap } from "@pulumi/gcp/compute/urlmap";
import { Environment, Network, NetworkEndpointGroup, UnmanagedInstanceGroup, VirtualMachine } from "slipway";
import type { Example } from "./example";

/** The network, with a subnet in each of two regions. */
const vpc = () =>
    new Network("vpc", {
        subnets: {
            ew1: { range: "10.0.0.0/24", region: "europe-west1" },
            ew4: { range: "10.0.1.0/24", region: "europe-west4" },
        },
    });

/** Machines by name, in the zones that they are in. */
function machines(zones: Record<string, string>) {
    const dependsOn = Environment.current().enable("compute.googleapis.com");
    const { network, subnetworks } = vpc();
    for (const [name, zone] of Object.entries(zones)) {
        const subnetwork = subnetworks[zone.startsWith("europe-west1") ? "ew1" : "ew4"]?.id;
        const bootDisk = { initializeParams: { image: "cos-cloud/cos-stable" } };
        const networkInterfaces = [{ network: network.id, subnetwork }];
        new Instance(name, { name, zone, machineType: "e2-micro", bootDisk, networkInterfaces }, { dependsOn });
    }
}

export const examples: Example[] = [
    {
        title: "Minimal Example",
        hcl: 480,
        kind: "raw",
        program: () => {
            const healthChecks = new HealthCheck("ilb-test", {
                httpHealthCheck: { portSpecification: "USE_SERVING_PORT" },
            }).id;
            const group = (place: string) => ({ group: `projects/acme/zones/${place}`, capacityScaler: 1 });
            const { id: service } = new BackendService("ilb-test", {
                loadBalancingScheme: "INTERNAL_MANAGED",
                protocol: "HTTP",
                portName: "http",
                healthChecks,
                backends: [group("europe-west1-b/instanceGroups/mig-e2e-tests")],
            });
            const { id: urlMap } = new URLMap("ilb-test", { defaultService: service });
            const { id: target } = new TargetHttpProxy("ilb-test", { urlMap });
            for (const region of ["europe-west1"]) {
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
        title: "Minimal Example (2)",
        hcl: 608,
        kind: "raw",
        program: () => {
            const healthChecks = new HealthCheck("ilb-test", {
                httpHealthCheck: { portSpecification: "USE_SERVING_PORT" },
            }).id;
            const group = (place: string) => ({ group: `projects/acme/zones/${place}`, capacityScaler: 1 });
            const { id: service } = new BackendService("ilb-test", {
                loadBalancingScheme: "INTERNAL_MANAGED",
                protocol: "HTTP",
                portName: "http",
                healthChecks,
                backends: [
                    group("europe-west1-a/instanceGroups/my-ig-ew1"),
                    group("europe-west4-a/instanceGroups/my-ig-ew4"),
                ],
            });
            const { id: urlMap } = new URLMap("ilb-test", { defaultService: service });
            const { id: target } = new TargetHttpsProxy("ilb-test", {
                urlMap,
                certificateManagerCertificates: ["projects/acme/locations/global/certificates/certificate"],
            });
            for (const region of ["europe-west1", "europe-west4"]) {
                new GlobalForwardingRule(region, {
                    loadBalancingScheme: "INTERNAL_MANAGED",
                    network: "projects/acme/global/networks/apps",
                    subnetwork: `projects/acme/regions/${region}/subnetworks/apps`,
                    ipProtocol: "TCP",
                    portRange: "443",
                    target,
                });
            }
        },
    },
    {
        title: "Cross-project backend services",
        hcl: 604,
        kind: "raw",
        program: () => {
            const project = "acme-backends";
            const healthChecks = new HealthCheck("ilb-test", {
                project,
                httpHealthCheck: { portSpecification: "USE_SERVING_PORT" },
            }).id;
            const group = (place: string) => ({ group: `projects/${project}/zones/${place}`, capacityScaler: 1 });
            const { id: service } = new BackendService("ilb-test", {
                loadBalancingScheme: "INTERNAL_MANAGED",
                protocol: "HTTP",
                portName: "http",
                healthChecks,
                project,
                backends: [
                    group("europe-west1-a/instanceGroups/my-ig-ew1"),
                    group("europe-west4-a/instanceGroups/my-ig-ew4"),
                ],
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
        title: "Health Checks",
        hcl: 561,
        kind: "raw",
        program: () => {
            const healthChecks = new HealthCheck("ilb-test", { tcpHealthCheck: { port: 80 } }).id;
            const group = (place: string) => ({ group: `projects/acme/zones/${place}`, capacityScaler: 1 });
            const { id: service } = new BackendService("ilb-test", {
                loadBalancingScheme: "INTERNAL_MANAGED",
                protocol: "HTTP",
                portName: "http",
                healthChecks,
                backends: [
                    group("europe-west1-a/instanceGroups/my-ig-ew1"),
                    group("europe-west4-a/instanceGroups/my-ig-ew4"),
                ],
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
        title: "Health Checks (2)",
        hcl: 554,
        kind: "raw",
        program: () => {
            const healthChecks = "projects/acme/global/healthChecks/custom";
            const group = (place: string) => ({ group: `projects/acme/zones/${place}`, capacityScaler: 1 });
            const { id: service } = new BackendService("ilb-test", {
                loadBalancingScheme: "INTERNAL_MANAGED",
                protocol: "HTTP",
                portName: "http",
                healthChecks,
                backends: [
                    group("europe-west1-a/instanceGroups/my-ig-ew1"),
                    group("europe-west4-a/instanceGroups/my-ig-ew4"),
                ],
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
        title: "Instance Groups",
        hcl: 692,
        kind: "raw",
        given: () => machines({ "vm-europe-west1-b": "europe-west1-b", "vm-europe-west4-a": "europe-west4-a" }),
        program: () => {
            const ports = { http: 80 };
            const groups = ["europe-west1-b", "europe-west4-a"].map((zone) => {
                const machines = [VirtualMachine.existing(`vm-${zone}`, { zone })];
                return new UnmanagedInstanceGroup(zone, { machines, ports }).group.selfLink;
            });
            const healthChecks = new HealthCheck("ilb-test", {
                httpHealthCheck: { portSpecification: "USE_SERVING_PORT" },
            }).id;
            const { id: service } = new BackendService("ilb-test", {
                loadBalancingScheme: "INTERNAL_MANAGED",
                protocol: "HTTP",
                portName: "http",
                healthChecks,
                backends: groups.map((group) => ({ group, capacityScaler: 1 })),
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
        title: "Network Endpoint Groups (NEGs)",
        hcl: 594,
        kind: "raw",
        program: () => {
            const healthChecks = new HealthCheck("ilb-test", {
                httpHealthCheck: { portSpecification: "USE_SERVING_PORT" },
            }).id;
            const groups = [
                "europe-west1-a/networkEndpointGroups/my-neg-ew1",
                "europe-west4-a/networkEndpointGroups/my-neg-ew4",
            ];
            const { id: service } = new BackendService("ilb-test", {
                loadBalancingScheme: "INTERNAL_MANAGED",
                protocol: "HTTP",
                portName: "http",
                healthChecks,
                backends: groups.map((name) => ({
                    group: `projects/acme/zones/${name}`,
                    balancingMode: "RATE",
                    maxRatePerEndpoint: 1,
                    capacityScaler: 1,
                })),
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
        title: "Zonal NEG creation",
        hcl: 1238,
        kind: "raw",
        given: () => machines({ "test-europe-west1-b": "europe-west1-b", "test-europe-west4-b": "europe-west4-b" }),
        program: () => {
            const { network } = Network.existing("vpc");
            const addressType = "INTERNAL";
            const subnetwork = (region: string) => `projects/acme/regions/${region}/subnetworks/apps`;
            new Address("neg-test-ew1", { addressType, subnetwork: subnetwork("europe-west1"), address: "10.0.0.10" });
            new Address("neg-test-ew4", {
                addressType,
                subnetwork: subnetwork("europe-west4"),
                address: "10.0.0.11",
                region: "europe-west4",
            });
            const groups = ["europe-west1-b", "europe-west4-b"].map((zone) => {
                const machines = [VirtualMachine.existing(`test-${zone}`, { zone })];
                return new NetworkEndpointGroup(zone, { machines, port: 80 }).group.id;
            });
            const healthChecks = new HealthCheck("ilb-test", {
                httpHealthCheck: { portSpecification: "USE_SERVING_PORT" },
            }).id;
            const { id: service } = new BackendService("ilb-test", {
                loadBalancingScheme: "INTERNAL_MANAGED",
                protocol: "HTTP",
                portName: "http",
                healthChecks,
                backends: groups.map((group) => ({
                    group,
                    balancingMode: "RATE",
                    maxRatePerEndpoint: 1,
                    capacityScaler: 1,
                })),
            });
            const { id: urlMap } = new URLMap("ilb-test", { defaultService: service });
            const { id: target } = new TargetHttpProxy("ilb-test", { urlMap });
            for (const region of ["europe-west1", "europe-west4"]) {
                new GlobalForwardingRule(region, {
                    loadBalancingScheme: "INTERNAL_MANAGED",
                    network: network.id,
                    subnetwork: `projects/acme/regions/${region}/subnetworks/apps`,
                    ipProtocol: "TCP",
                    portRange: "80",
                    target,
                });
            }
        },
    },
    {
        title: "Hybrid NEG creation",
        hcl: 722,
        kind: "raw",
        given: vpc,
        program: () => {
            const network = Network.existing("vpc", {
                subnets: {
                    ew1: { existing: "vpc-ew1", region: "europe-west1" },
                    ew4: { existing: "vpc-ew4", region: "europe-west4" },
                },
            });
            const groups = Object.entries({ "europe-west1-b": "10.0.0.10:80", "europe-west4-b": "10.0.0.20:80" }).map(
                ([zone, endpoint]) => new NetworkEndpointGroup(zone, { network, zone, endpoints: [endpoint] }).group.id,
            );
            const healthChecks = new HealthCheck("ilb-test", {
                httpHealthCheck: { portSpecification: "USE_SERVING_PORT" },
            }).id;
            const { id: service } = new BackendService("ilb-test", {
                loadBalancingScheme: "INTERNAL_MANAGED",
                protocol: "HTTP",
                portName: "http",
                healthChecks,
                backends: groups.map((group) => ({
                    group,
                    balancingMode: "RATE",
                    maxRatePerEndpoint: 1,
                    capacityScaler: 1,
                })),
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
        kind: "raw",
        program: () => {
            const groups = ["europe-west1", "europe-west4"].map((region) => {
                return new NetworkEndpointGroup(region, { region, googleApi: `${region}-cloudkms.googleapis.com` })
                    .group.id;
            });
            const { id: service } = new BackendService("ilb-test", {
                loadBalancingScheme: "INTERNAL_MANAGED",
                protocol: "HTTP",
                portName: "http",
                backends: groups.map((group) => ({ group })),
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
        title: "URL Map",
        hcl: 886,
        kind: "raw",
        program: () => {
            const healthChecks = new HealthCheck("ilb-test", {
                httpHealthCheck: { portSpecification: "USE_SERVING_PORT" },
            }).id;
            const group = (place: string) => ({ group: `projects/acme/zones/${place}`, capacityScaler: 1 });
            const { id: service } = new BackendService("ilb-test", {
                loadBalancingScheme: "INTERNAL_MANAGED",
                protocol: "HTTP",
                portName: "http",
                healthChecks,
                backends: [
                    group("europe-west1-a/instanceGroups/my-ig-1-ew1"),
                    group("europe-west4-a/instanceGroups/my-ig-1-ew4"),
                ],
            });
            const { id: video } = new BackendService("ilb-test-video", {
                loadBalancingScheme: "INTERNAL_MANAGED",
                protocol: "HTTP",
                portName: "http",
                healthChecks,
                backends: [
                    group("europe-west1-a/instanceGroups/my-ig-2-ew1"),
                    group("europe-west1-a/instanceGroups/my-ig-2-ew4"),
                ],
            });
            const { id: urlMap } = new URLMap("ilb-test", {
                defaultService: service,
                hostRules: [{ hosts: ["*"], pathMatcher: "pathmap" }],
                pathMatchers: [
                    {
                        name: "pathmap",
                        defaultService: service,
                        pathRules: [{ paths: ["/video", "/video/*"], service: video }],
                    },
                ],
            });
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
        kind: "raw",
        program: () => {
            const healthChecks = new HealthCheck("ilb-test", {
                httpHealthCheck: { portSpecification: "USE_SERVING_PORT" },
            }).id;
            const group = (place: string) => ({ group: `projects/acme/zones/${place}`, capacityScaler: 1 });
            const { id: service } = new BackendService("ilb-test", {
                loadBalancingScheme: "INTERNAL_MANAGED",
                protocol: "HTTP",
                portName: "http",
                healthChecks,
                backends: [
                    group("europe-west1-a/instanceGroups/my-ig-ew1"),
                    group("europe-west4-a/instanceGroups/my-ig-ew4"),
                ],
            });
            const { id: urlMap } = new URLMap("ilb-test", { defaultService: service });
            const { id: target } = new TargetHttpsProxy("ilb-test", {
                urlMap,
                certificateManagerCertificates: ["projects/acme/locations/global/certificates/certificate"],
                serverTlsPolicy: "projects/acme/locations/global/serverTlsPolicies/my-tls-policy",
            });
            for (const region of ["europe-west1", "europe-west4"]) {
                new GlobalForwardingRule(region, {
                    loadBalancingScheme: "INTERNAL_MANAGED",
                    network: "projects/acme/global/networks/apps",
                    subnetwork: `projects/acme/regions/${region}/subnetworks/apps`,
                    ipProtocol: "TCP",
                    portRange: "443",
                    target,
                });
            }
        },
    },
    {
        title: "Complex example",
        hcl: 2198,
        kind: "raw",
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
            const rated = (group: NetworkEndpointGroup) => ({
                group: group.group.id,
                balancingMode: "RATE",
                maxRatePerEndpoint: 1,
                capacityScaler: 1,
            });
            const shared = { loadBalancingScheme: "INTERNAL_MANAGED", protocol: "HTTP", portName: "http" };
            const healthChecks = new HealthCheck("ilb-l7-test-0", { httpHealthCheck: { port: 80 } }).id;
            const hello = new HealthCheck("ilb-l7-test-0-neg", {
                httpsHealthCheck: { host: "hello.home.example.com", port: 443 },
            }).id;
            const { id: service } = new BackendService("ilb-l7-test-0", {
                ...shared,
                healthChecks,
                backends: zones.map((zone) => {
                    const machines = machinesIn(zone);
                    const { group } = new UnmanagedInstanceGroup(`nginx-${zone}`, { machines, ports: { http: 80 } });
                    return { group: group.selfLink, capacityScaler: 1 };
                }),
            });
            const { id: gce } = new BackendService("ilb-l7-test-0-gce-neg", {
                ...shared,
                healthChecks,
                backends: zones.map((zone) => {
                    const machines = machinesIn(zone);
                    return rated(new NetworkEndpointGroup(`neg-nginx-${zone}`, { machines, port: 80 }));
                }),
            });
            const { id: home } = new BackendService("ilb-l7-test-0-home", {
                ...shared,
                protocol: "HTTPS",
                portName: "https",
                localityLbPolicy: "ROUND_ROBIN",
                healthChecks: hello,
                backends: zones.map((zone, index) => {
                    const endpoints = [`192.168.${index}.3:443`];
                    return rated(new NetworkEndpointGroup(`neg-home-${zone}`, { network, zone, endpoints }));
                }),
            });
            const { id: urlMap } = new URLMap("ilb-l7-test-0", {
                defaultService: service,
                hostRules: [
                    { hosts: ["*"], pathMatcher: "gce" },
                    { hosts: ["hello.home.example.com"], pathMatcher: "home" },
                ],
                pathMatchers: [
                    {
                        name: "gce",
                        defaultService: service,
                        pathRules: [{ paths: ["/gce-neg", "/gce-neg/*"], service: gce }],
                    },
                    { name: "home", defaultService: home },
                ],
            });
            const { id: target } = new TargetHttpProxy("ilb-l7-test-0", { urlMap });
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
];
