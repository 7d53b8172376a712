import * as pulumi from "@pulumi/pulumi";
import {
    AutoscaledInstanceGroup,
    allow,
    Network,
    type NetworkArgs,
    NetworkEndpointGroup,
    NetworkLoadBalancer,
    UnmanagedInstanceGroup,
    VirtualMachine,
} from "slipway";
import { refused, registered, registeredOptions, registeredOutputs, registeredWhole } from "../registered";

const id = "projects/acme-dev/global/networks/apps";
const subnetId = (name: string, region = "europe-west1") => `projects/acme-dev/regions/${region}/subnetworks/${name}`;
const logConfig = { aggregationInterval: "INTERVAL_10_MIN", flowSampling: 0.5, metadata: "INCLUDE_ALL_METADATA" };

const vpc = { "Network apps": { name: "apps", autoCreateSubnetworks: false } };
const subnetwork = (key: string, range: string, region = "europe-west1", more: object = { logConfig }) => ({
    [`Subnetwork apps-${key}`]: {
        name: `apps-${key}`,
        region,
        network: id,
        ipCidrRange: range,
        privateIpGoogleAccess: true,
        ...more,
    },
});
const gateway = (region = "europe-west1", more: object = {}) => ({
    [`Router apps-${region}`]: { name: "apps", region, network: id },
    [`RouterNat apps-${region}`]: {
        name: "apps",
        region,
        router: "apps",
        natIpAllocateOption: "AUTO_ONLY",
        sourceSubnetworkIpRangesToNat: "ALL_SUBNETWORKS_ALL_IP_RANGES",
        logConfig: { enable: true, filter: "ERRORS_ONLY" },
        ...more,
    },
});
const range = {
    network: id,
    purpose: "VPC_PEERING",
    addressType: "INTERNAL",
};
const access = (part: string, service: string, more: object, name = part) => ({
    [`GlobalAddress ${part}`]: { ...range, name: part, ...more },
    [`Connection ${part}`]: {
        network: id,
        service,
        reservedPeeringRanges: [name],
        deletionPolicy: "ABANDON",
        updateOnCreationFail: true,
    },
});
const services = (more: object = { prefixLength: 16 }, name?: string) =>
    access("apps-private-services", "servicenetworking.googleapis.com", more, name);
const producer = (service: string, more: object, name?: string) =>
    access(`apps-${service.replaceAll(".", "-")}`, service, more, name);
const proxies = (region: string, range: string) => ({
    [`Subnetwork apps-proxies-${region}`]: {
        name: `apps-proxies-${region}`,
        region,
        network: id,
        ipCidrRange: range,
        purpose: "REGIONAL_MANAGED_PROXY",
        role: "ACTIVE",
    },
    [`Firewall apps-proxies-${region}`]: {
        name: `apps-proxies-${region}`,
        network: id,
        direction: "INGRESS",
        sourceRanges: [range],
        allows: [{ protocol: "tcp" }],
        logConfig: { metadata: "INCLUDE_ALL_METADATA" },
    },
});
const globalProxies = (region: string, range: string) => {
    const [[, subnet], [, firewall]] = Object.entries(proxies(region, range)) as [[string, object], [string, object]];
    const part = `apps-global-proxies-${region}`;
    return {
        [`Subnetwork ${part}`]: { ...subnet, name: part, purpose: "GLOBAL_MANAGED_PROXY" },
        [`Firewall ${part}`]: { ...firewall, name: part },
    };
};
const routed = (key: string, more: object) => ({
    [`Route apps-${key}`]: { name: `apps-${key}`, network: id, priority: 1000, ...more },
});
const regional = (collection: string) => `projects/acme-dev/regions/europe-west1/${collection}/main`;
const subnetOf = (key: string) => `projects/acme-dev/regions/europe-west1/subnetworks/apps-${key}`;
const secondary = (ranges: Record<string, string>) => ({
    secondaryIpRanges: Object.entries(ranges).map(([rangeName, ipCidrRange]) => ({ rangeName, ipCidrRange })),
});
const alone = { ...vpc, ...subnetwork("default", "10.0.0.0/20") };

const made = (args?: NetworkArgs) => registered(() => new Network("apps", args));
const closed: NetworkArgs = { nat: false, privateServices: false };

test("Cloud NAT of a network whose name has one letter has a name of two letters at least", async () => {
    const all = await registered(() => new Network("k", { subnets: { a: { range: "10.0.0.0/20" } }, nat: true }));
    expect(all["Router k-europe-west1"]).toMatchObject({ name: "k" });
    expect(all["RouterNat k-europe-west1"]).toMatchObject({ name: "k-nat" });
});

test("a bare network has a subnet in the environment's region and nothing that is billed", async () => {
    expect(await made()).toEqual(alone);
    expect(await registered(() => new Network("apps"), { kind: "production" })).toEqual(alone);
});

test("a network has Cloud NAT in each region and a range for Google's services on request", async () => {
    const { inputs, options } = await registeredWhole(() => new Network("apps", { nat: true, privateServices: true }));
    expect(inputs).toEqual({ ...alone, ...gateway(), ...services() });
    const child = { parent: "slipway:Network apps", provider: "Provider dev" };
    expect(options).toEqual({
        "slipway:Network apps": { provider: "Provider dev" },
        // They wait for the API without a dependency, so that they are deleted last.
        "Network apps": child,
        "Subnetwork apps-default": { ...child, after: ["Network apps"] },
        "Router apps-europe-west1": { ...child, after: ["Network apps", "Service compute"] },
        "RouterNat apps-europe-west1": { ...child, after: ["Router apps-europe-west1", "Service compute"] },
        // Google chooses a range that no subnet has.
        "GlobalAddress apps-private-services": {
            ...child,
            after: ["Network apps", "Service compute", "Subnetwork apps-default"],
        },
        "Connection apps-private-services": {
            ...child,
            after: [
                "GlobalAddress apps-private-services",
                "Network apps",
                "Service compute",
                "Service servicenetworking",
            ],
        },
    });
    expect(await registeredOutputs(() => new Network("apps"))).toEqual({
        "slipway:Network apps": { network: { resource: "Network apps" } },
    });
});

test("parts of a network can have keys as long as names in Google Cloud, and have different names of at most 63 characters", async () => {
    const key = `${"between-the-office-and-the-shops-".repeat(2)}`.slice(0, 62);
    const subnets = { [`${key}a`]: { range: "10.0.0.0/20" }, [`${key}b`]: { range: "10.0.16.0/20" } };
    const all = await made({ ...closed, subnets });
    const names = Object.keys(subnets).map((each) => (all[`Subnetwork apps-${each}`] as { name: string }).name);
    expect(names).toEqual(names.map(() => expect.stringMatching(/^apps-between-the-office-[a-z-]+-[0-9a-f]{6}$/)));
    expect(names.map(({ length }) => length)).toEqual([63, 63]);
    expect(new Set(names).size).toBe(2);
});

test("a key of more than 30 characters stays whole in a name that has room for it", async () => {
    const key = "between-the-office-and-the-shops";
    const all = await made({ ...closed, subnets: { [key]: { range: "10.0.0.0/20" } } });
    expect(all[`Subnetwork apps-${key}`]).toMatchObject({ name: `apps-${key}` });
});

test("a network in production is the same, and only static addresses are protected", async () => {
    const program = () => new Network("apps", { nat: { addresses: 2 } });
    const options = await registeredOptions(program, { kind: "production" });
    const guarded = Object.entries(options).filter(([, { protect }]) => protect);
    expect(guarded.map(([key]) => key)).toEqual(["Address apps-europe-west1-nat-1", "Address apps-europe-west1-nat-2"]);
    expect(await registered(program, { kind: "production" })).toEqual(await registered(program));
});

const tables: [string, NetworkArgs, object][] = [
    ["without a way out and without a range for Google's services", closed, alone],
    [
        "of another name",
        { ...closed, name: "sales" },
        {
            "Network apps": { name: "sales", autoCreateSubnetworks: false },
            "Subnetwork apps-default": {
                ...subnetwork("default", "10.0.0.0/20")["Subnetwork apps-default"],
                name: "sales-default",
                network: "projects/acme-dev/global/networks/sales",
            },
        },
    ],
    [
        "with subnets in two regions",
        {
            nat: true,
            subnets: {
                near: {
                    range: "10.0.0.0/22",
                    secondaryRanges: { pods: "10.4.0.0/14", services: "10.8.0.0/20" },
                    flowLogs: false,
                },
                far: {
                    range: "172.16.0.0/29",
                    region: "us-east1",
                    flowLogs: {
                        interval: "5 seconds",
                        sampling: 100,
                        metadata: "EXCLUDE_ALL_METADATA",
                    },
                },
                second: { range: "192.168.0.0/24", flowLogs: { sampling: 10 } },
            },
        },
        {
            ...vpc,
            ...subnetwork("near", "10.0.0.0/22", "europe-west1", {
                secondaryIpRanges: [
                    { rangeName: "pods", ipCidrRange: "10.4.0.0/14" },
                    { rangeName: "services", ipCidrRange: "10.8.0.0/20" },
                ],
            }),
            ...subnetwork("far", "172.16.0.0/29", "us-east1", {
                logConfig: {
                    aggregationInterval: "INTERVAL_5_SEC",
                    flowSampling: 1,
                    metadata: "EXCLUDE_ALL_METADATA",
                },
            }),
            ...subnetwork("second", "192.168.0.0/24", "europe-west1", {
                logConfig: { ...logConfig, flowSampling: 0.1 },
            }),
            ...gateway(),
            ...gateway("us-east1"),
        },
    ],
    [
        "with static addresses for what goes out",
        {
            privateServices: false,
            labels: { team: "sales" },
            nat: { addresses: 2, minPortsPerVm: 128, maxPortsPerVm: 4096, logging: "ALL" },
        },
        {
            ...alone,
            ...Object.fromEntries(
                [1, 2].map((index) => [
                    `Address apps-europe-west1-nat-${index}`,
                    {
                        name: `apps-nat-${index}`,
                        region: "europe-west1",
                        addressType: "EXTERNAL",
                        labels: { team: "sales" },
                    },
                ]),
            ),
            ...gateway("europe-west1", {
                natIpAllocateOption: "MANUAL_ONLY",
                natIps: [1, 2].map((index) => `projects/acme-dev/regions/europe-west1/addresses/apps-nat-${index}`),
                minPortsPerVm: 128,
                enableDynamicPortAllocation: true,
                maxPortsPerVm: 4096,
                logConfig: { enable: true, filter: "ALL" },
            }),
        },
    ],
    [
        "with Cloud NAT for parts of some subnets",
        {
            privateServices: false,
            subnets: {
                apps: { range: "10.0.0.0/20" },
                pods: { range: "10.1.0.0/20", secondaryRanges: { a: "10.2.0.0/20", b: "10.3.0.0/20" } },
                primary: { range: "10.4.0.0/20", secondaryRanges: { a: "10.5.0.0/20" } },
                only: { range: "10.6.0.0/20", secondaryRanges: { a: "10.7.0.0/20" } },
                closed: { range: "10.8.0.0/20" },
                elsewhere: { range: "10.9.0.0/20", region: "us-east1" },
            },
            nat: {
                subnets: {
                    apps: true,
                    pods: { secondaryRangeNames: ["b"] },
                    primary: { secondaryRangeNames: [] },
                    only: { primary: false, secondaryRangeNames: ["a"] },
                },
            },
        },
        {
            ...vpc,
            ...subnetwork("apps", "10.0.0.0/20"),
            ...subnetwork("pods", "10.1.0.0/20", undefined, {
                ...secondary({ a: "10.2.0.0/20", b: "10.3.0.0/20" }),
                logConfig,
            }),
            ...subnetwork("primary", "10.4.0.0/20", undefined, { ...secondary({ a: "10.5.0.0/20" }), logConfig }),
            ...subnetwork("only", "10.6.0.0/20", undefined, { ...secondary({ a: "10.7.0.0/20" }), logConfig }),
            ...subnetwork("closed", "10.8.0.0/20"),
            ...subnetwork("elsewhere", "10.9.0.0/20", "us-east1"),
            ...gateway("europe-west1", {
                sourceSubnetworkIpRangesToNat: "LIST_OF_SUBNETWORKS",
                subnetworks: [
                    { name: subnetOf("apps"), sourceIpRangesToNats: ["ALL_IP_RANGES"] },
                    {
                        name: subnetOf("pods"),
                        sourceIpRangesToNats: ["PRIMARY_IP_RANGE", "LIST_OF_SECONDARY_IP_RANGES"],
                        secondaryIpRangeNames: ["b"],
                    },
                    { name: subnetOf("primary"), sourceIpRangesToNats: ["PRIMARY_IP_RANGE"] },
                    {
                        name: subnetOf("only"),
                        sourceIpRangesToNats: ["LIST_OF_SECONDARY_IP_RANGES"],
                        secondaryIpRangeNames: ["a"],
                    },
                ],
            }),
        },
    ],
    [
        "with one static address",
        { ...closed, nat: { addresses: 1 } },
        {
            ...alone,
            "Address apps-europe-west1-nat-1": {
                name: "apps-nat-1",
                region: "europe-west1",
                addressType: "EXTERNAL",
            },
            ...gateway("europe-west1", {
                natIpAllocateOption: "MANUAL_ONLY",
                natIps: ["projects/acme-dev/regions/europe-west1/addresses/apps-nat-1"],
            }),
        },
    ],
    [
        "with a subnet in another region than the environment's",
        { ...closed, nat: true, subnets: { far: { range: "10.0.0.0/20", region: "us-east1" } } },
        { ...vpc, ...subnetwork("far", "10.0.0.0/20", "us-east1"), ...gateway("us-east1") },
    ],
    [
        "that logs nothing of what goes out",
        { privateServices: false, nat: { minPortsPerVm: 256, logging: false } },
        {
            ...alone,
            ...gateway("europe-west1", { minPortsPerVm: 256, logConfig: { enable: false, filter: "ERRORS_ONLY" } }),
        },
    ],
    [
        "with a range of another size for Google's services, labelled",
        { nat: false, privateServices: { prefixLength: 20 }, labels: { team: "sales" } },
        { ...alone, ...services({ prefixLength: 20, labels: { team: "sales" } }) },
    ],
    [
        "with a proxy-only subnet in the region of its first subnet",
        {
            ...closed,
            proxyOnlySubnets: true,
            subnets: { far: { range: "10.0.0.0/22", region: "us-east1" }, near: { range: "10.0.4.0/22" } },
        },
        {
            ...vpc,
            ...subnetwork("far", "10.0.0.0/22", "us-east1"),
            ...subnetwork("near", "10.0.4.0/22"),
            ...proxies("us-east1", "10.129.0.0/23"),
        },
    ],
    [
        "with proxy-only subnets in several regions",
        { ...closed, proxyOnlySubnets: { "europe-west1": "10.8.0.0/26", "us-east1": "10.8.1.0/24" } },
        { ...alone, ...proxies("europe-west1", "10.8.0.0/26"), ...proxies("us-east1", "10.8.1.0/24") },
    ],
    [
        "with a proxy-only subnet of cross-region load balancers beside one of regional load balancers",
        {
            ...closed,
            proxyOnlySubnets: { "europe-west1": "10.8.0.0/26" },
            globalProxyOnlySubnets: { "europe-west1": "10.8.1.0/24" },
        },
        { ...alone, ...proxies("europe-west1", "10.8.0.0/26"), ...globalProxies("europe-west1", "10.8.1.0/24") },
    ],
    [
        "with subnets without access to Google APIs, for routes that overlap, with a description",
        {
            ...closed,
            subnets: {
                closed: { range: "10.0.0.0/22", privateGoogleAccess: false, flowLogs: false },
                hybrid: { range: "10.0.4.0/22", hybrid: true, description: "Moved from the data center." },
            },
        },
        {
            ...vpc,
            ...subnetwork("closed", "10.0.0.0/22", "europe-west1", { privateIpGoogleAccess: false }),
            ...subnetwork("hybrid", "10.0.4.0/22", "europe-west1", {
                logConfig,
                allowSubnetCidrRoutesOverlap: true,
                description: "Moved from the data center.",
            }),
        },
    ],
    [
        "with IPv6 addresses, and a range for the internal ones",
        {
            ...closed,
            subnets: {
                inside: { range: "10.0.0.0/22", ipv6: "internal" },
                outside: { range: "10.0.4.0/22", ipv6: "external" },
            },
        },
        {
            "Network apps": { ...vpc["Network apps"], enableUlaInternalIpv6: true },
            ...subnetwork("inside", "10.0.0.0/22", "europe-west1", {
                logConfig,
                stackType: "IPV4_IPV6",
                ipv6AccessType: "INTERNAL",
            }),
            ...subnetwork("outside", "10.0.4.0/22", "europe-west1", {
                logConfig,
                stackType: "IPV4_IPV6",
                ipv6AccessType: "EXTERNAL",
            }),
        },
    ],
    [
        "with a subnet for a published service, which has no Cloud NAT and no default proxies",
        {
            privateServices: false,
            nat: true,
            proxyOnlySubnets: true,
            subnets: {
                nat: { range: "10.0.0.0/22", region: "us-east1", purpose: "PRIVATE_SERVICE_CONNECT" },
                private: { range: "10.0.8.0/22", purpose: "PRIVATE_NAT", flowLogs: {} },
                near: { range: "10.0.4.0/22" },
            },
        },
        {
            ...vpc,
            ...subnetwork("nat", "10.0.0.0/22", "us-east1", {
                privateIpGoogleAccess: undefined,
                purpose: "PRIVATE_SERVICE_CONNECT",
            }),
            ...subnetwork("private", "10.0.8.0/22", "europe-west1", {
                logConfig,
                privateIpGoogleAccess: undefined,
                purpose: "PRIVATE_NAT",
            }),
            ...subnetwork("near", "10.0.4.0/22"),
            ...gateway(),
            ...proxies("europe-west1", "10.129.0.0/23"),
        },
    ],
    [
        "with a range of its own for Google's services, which learn its routes",
        { nat: false, privateServices: { range: "10.64.0.0/18", exportCustomRoutes: true } },
        {
            ...alone,
            ...services({ address: "10.64.0.0", prefixLength: 18 }),
            "NetworkPeeringRoutesConfig apps-private-services": {
                network: "apps",
                peering: "servicenetworking-googleapis-com",
                exportCustomRoutes: true,
                importCustomRoutes: false,
            },
        },
    ],
    [
        "with the routes and the names of Google's services, in a range with a name",
        {
            nat: false,
            privateServices: { name: "for-sql", importCustomRoutes: true, dnsDomains: ["acme.internal"] },
        },
        {
            ...alone,
            ...services({ name: "for-sql", prefixLength: 16 }, "for-sql"),
            "NetworkPeeringRoutesConfig apps-private-services": {
                network: "apps",
                peering: "servicenetworking-googleapis-com",
                exportCustomRoutes: false,
                importCustomRoutes: true,
            },
            "PeeredDnsDomain apps-private-services-acme-internal": {
                name: "acme-internal",
                network: "apps",
                project: "acme-dev",
                service: "servicenetworking.googleapis.com",
                dnsSuffix: "acme.internal.",
            },
        },
    ],
    [
        "with ranges for other service producers, and none for Google's services",
        {
            nat: false,
            serviceProducers: {
                "netapp.servicenetworking.goog": { range: "10.65.0.0/20", exportCustomRoutes: true },
                "storage.example.com": { name: "storage", dnsDomains: ["acme.internal"] },
            },
        },
        {
            ...alone,
            ...producer("netapp.servicenetworking.goog", { address: "10.65.0.0", prefixLength: 20 }),
            "NetworkPeeringRoutesConfig apps-netapp-servicenetworking-goog": {
                network: "apps",
                peering: "netapp-servicenetworking-goog",
                exportCustomRoutes: true,
                importCustomRoutes: false,
            },
            ...producer("storage.example.com", { name: "storage", prefixLength: 16 }, "storage"),
            "PeeredDnsDomain apps-storage-example-com-acme-internal": {
                name: "acme-internal",
                network: "apps",
                project: "acme-dev",
                service: "storage.example.com",
                dnsSuffix: "acme.internal.",
            },
        },
    ],
    [
        "with routes to all next hops",
        {
            ...closed,
            routes: {
                out: { range: "2600:2d00:2:1000::/64", nextHop: "internet", tags: ["web"], priority: 900 },
                near: { range: "192.168.0.0/24", nextHop: { address: "10.0.0.9" }, description: "To the lab." },
                vpn: { range: "192.168.1.0/24", nextHop: { vpnTunnel: regional("vpnTunnels") } },
                balanced: { range: "192.168.2.0/24", nextHop: { forwardingRule: regional("forwardingRules") } },
            },
        },
        {
            ...alone,
            ...routed("out", {
                destRange: "2600:2d00:2:1000::/64",
                nextHopGateway: "default-internet-gateway",
                tags: ["web"],
                priority: 900,
            }),
            ...routed("near", { destRange: "192.168.0.0/24", nextHopIp: "10.0.0.9", description: "To the lab." }),
            ...routed("vpn", { destRange: "192.168.1.0/24", nextHopVpnTunnel: regional("vpnTunnels") }),
            ...routed("balanced", { destRange: "192.168.2.0/24", nextHopIlb: regional("forwardingRules") }),
        },
    ],
];

test.each(tables)("a network %s", async (_, args, expected) => {
    expect(await made(args)).toEqual(expected);
});

const zone = (domain: string, address: string, labels: object = {}) => {
    const part = domain.replaceAll(".", "-");
    const shared = { managedZone: `apps-${part}`, ttl: 300 };
    return {
        [`ManagedZone apps-${part}`]: {
            name: `apps-${part}`,
            dnsName: `${domain}.`,
            description: `${domain} at the endpoint of the network apps`,
            visibility: "private",
            privateVisibilityConfig: { networks: [{ networkUrl: id }] },
            ...labels,
        },
        [`RecordSet apps-${part}`]: { ...shared, name: `${domain}.`, type: "A", rrdatas: [address] },
        [`RecordSet apps-${part}-all`]: { ...shared, name: `*.${domain}.`, type: "CNAME", rrdatas: [`${domain}.`] },
    };
};
const apisEndpoint = (address: string, target: string, labels: object = {}) => ({
    "GlobalAddress apps-google-apis": {
        name: "apps-google-apis",
        network: id,
        purpose: "PRIVATE_SERVICE_CONNECT",
        addressType: "INTERNAL",
        address,
        ...labels,
    },
    "GlobalForwardingRule apps-google-apis": {
        name: "appsapis",
        network: id,
        ipAddress: "projects/acme-dev/global/addresses/apps-google-apis",
        target,
        loadBalancingScheme: "",
        noAutomateDnsZone: true,
        serviceDirectoryRegistrations: { serviceDirectoryRegion: "europe-west1" },
        ...labels,
    },
});

test.each<[string, NetworkArgs, object]>([
    [
        "at the usual names",
        { privateServiceConnect: { googleApis: true } },
        {
            ...apisEndpoint("10.255.255.254", "all-apis"),
            ...zone("googleapis.com", "10.255.255.254"),
            ...zone("gcr.io", "10.255.255.254"),
            ...zone("pkg.dev", "10.255.255.254"),
            ...zone("run.app", "10.255.255.254"),
        },
    ],
    [
        "that VPC Service Controls guards",
        {
            privateServiceConnect: {
                googleApis: { address: "10.1.2.3", bundle: "vpc-sc", domains: ["googleapis.com"] },
            },
            labels: { team: "sales" },
        },
        {
            ...apisEndpoint("10.1.2.3", "vpc-sc", { labels: { team: "sales" } }),
            ...zone("googleapis.com", "10.1.2.3", { labels: { team: "sales" } }),
        },
    ],
    ["not at all", { privateServiceConnect: { googleApis: false } }, {}],
])("Google's APIs have an endpoint %s", async (_, args, expected) => {
    expect(await made({ ...closed, ...args })).toEqual({ ...alone, ...expected });
});

test("a policy sends queries to other name servers, answers those of other networks and logs them", async () => {
    const policy = (values: object) => ({
        "Policy apps": {
            name: "apps",
            networks: [{ networkUrl: "projects/acme-dev/global/networks/apps" }],
            enableInboundForwarding: false,
            enableLogging: false,
            ...values,
        },
    });
    const targetNameServers = [{ ipv4Address: "10.1.0.53", forwardingPath: "private" }, { ipv4Address: "8.8.8.8" }];
    const forwardTo = [{ address: "10.1.0.53", path: "private" as const }, pulumi.output("8.8.8.8")];
    expect(await made({ ...closed, dnsPolicy: { forwardTo } })).toEqual({
        ...alone,
        ...policy({ alternativeNameServerConfig: { targetNameServers } }),
    });
    expect(await made({ ...closed, dnsPolicy: { inbound: true, queryLogs: true } })).toEqual({
        ...alone,
        ...policy({ enableInboundForwarding: true, enableLogging: true }),
    });
});

test.each([
    ["a-network-of-a-rather-long-name", /^anetworkofar[0-9a-f]{4}apis$/],
    ["sales-2", /^sales2apis$/],
    ["network-of-the-shop", /^networkoftheshopapis$/],
    ["network-of-the-shops", /^networkofthe[0-9a-f]{4}apis$/],
])("the endpoint for Google's APIs of %s has up to 20 letters and digits", async (name, form) => {
    const all = await registered(() => new Network(name, { ...closed, privateServiceConnect: { googleApis: true } }));
    const rule = all[`GlobalForwardingRule ${name}-google-apis`] as { name: string };
    expect(rule.name).toMatch(form);
    expect(rule.name.length).toBeLessThanOrEqual(20);
});

const target = "projects/acme-services/regions/europe-west1/serviceAttachments/sales";
const endpointOf = (key: string, subnet: string, region: string, more: object = {}, labels: object = {}) => ({
    [`Address apps-${key}`]: {
        name: `apps-${key}`,
        region,
        addressType: "INTERNAL",
        subnetwork: subnetId(subnet, region),
        ...more,
        ...labels,
    },
    [`ForwardingRule apps-${key}`]: {
        name: `apps-${key}`,
        region,
        network: id,
        ipAddress: `projects/acme-dev/regions/${region}/addresses/apps-${key}`,
        target,
        loadBalancingScheme: "",
        allowPscGlobalAccess: true,
        ...labels,
    },
});

test("endpoints for services have addresses in subnets", async () => {
    const args: NetworkArgs = {
        ...closed,
        subnets: { near: { range: "10.0.0.0/22" }, far: { range: "10.1.0.0/22", region: "us-east1" } },
        privateServiceConnect: {
            endpoints: {
                sales: { serviceAttachment: pulumi.output(target) },
                orders: { serviceAttachment: target, subnet: "far", address: "10.1.0.5" },
            },
        },
        labels: { team: "sales" },
    };
    const labels = { labels: { team: "sales" } };
    expect(await made(args)).toEqual({
        ...vpc,
        ...subnetwork("near", "10.0.0.0/22"),
        ...subnetwork("far", "10.1.0.0/22", "us-east1"),
        ...endpointOf("sales", "apps-near", "europe-west1", {}, labels),
        ...endpointOf("orders", "apps-far", "us-east1", { address: "10.1.0.5" }, labels),
    });
});

test("another component can create an endpoint in a network", async () => {
    const program = () => {
        const network = new Network("apps", closed);
        const { address, forwardingRule } = network.endpoint("sales", pulumi.output(target), "europe-west1");
        return [address, forwardingRule];
    };
    expect(await registered(program)).toEqual({ ...alone, ...endpointOf("sales", "apps-default", "europe-west1") });
    expect((await registeredOptions(program))["Address apps-sales"]).toEqual({
        parent: "slipway:Network apps",
        provider: "Provider dev",
        after: ["Service compute", "Subnetwork apps-default"],
    });
});

test("private services access of other producers is a part of the network, whose ranges are known", async () => {
    const found: unknown[] = [];
    await registered(() => {
        const serviceProducers = { "netapp.servicenetworking.goog": { range: "10.65.0.0/20" } };
        const network = new Network("apps", {
            serviceProducers,
            globalProxyOnlySubnets: { "us-east1": "10.8.0.0/24" },
        });
        found.push(Object.keys(network.producers), network.ranges, Object.keys(network.globalProxies));
    });
    const ranges = ["10.0.0.0/20", "10.65.0.0/20", "10.8.0.0/24"];
    expect(found).toEqual([["netapp.servicenetworking.goog"], ranges, ["us-east1"]]);
});

test("a route to a machine of a network is added to it, and replaced by deleting it first", async () => {
    const program = () => {
        const network = new Network("apps", { routes: { out: { range: "8.8.8.0/24", nextHop: "internet" } } });
        const { instance } = new VirtualMachine("router", { network });
        network.route("lab", { range: "192.168.0.0/16", nextHop: { instance: instance.id } });
        expect(Object.keys(network.routes)).toEqual(["out"]);
    };
    const { inputs, options } = await registeredWhole(program);
    expect(inputs["Route apps-lab"]).toEqual({
        name: "apps-lab",
        network: id,
        priority: 1000,
        destRange: "192.168.0.0/16",
        nextHopInstance: expect.stringMatching(/instances\/router/),
    });
    expect(options["Route apps-lab"]).toMatchObject({ deleteBeforeReplace: true });
});

test("a wrong route is refused", async () => {
    const program = () =>
        new Network("apps", { subnets: {} }).route("Lab", { range: "10.0.0.0/8", nextHop: "internet" });
    expect(await refused(program, {}, ["Network apps"])).toContain("route.Lab: the name of a route");
});

test("roles on a subnet are granted there, and to other stacks' members apart on one that exists already", async () => {
    const all = await registered(
        () => {
            const apps = new Network("apps", { subnets: { near: { range: "10.0.0.0/22" } } });
            allow(apps.subnet("near").user, "group:apps@acme.com");
            allow(apps.subnet("near").role("roles/compute.networkViewer"), "group:apps@acme.com", {
                until: "2199-01-01",
            });
            const shared = Network.existing("shared", { subnets: { near: { existing: "near" } } });
            allow(shared.subnet("near").user, "group:apps@acme.com");
            const predict = new VirtualMachine("predict", {
                network: apps,
                uses: { SUBNET: apps.subnet("near").user },
            });
            expect(predict).toBeDefined();
        },
        { environment: true },
    );
    const near = { subnetwork: subnetId("apps-near"), member: "group:apps@acme.com" };
    const user = "roles/compute.networkUser";
    expect(all["SubnetworkIAMMember apps-near-network-user-group-apps-acme-com"]).toEqual({ ...near, role: user });
    expect(all["SubnetworkIAMMember apps-near-compute-network-viewer-group-apps-acme-com-until-2199-01-01"]).toEqual({
        ...near,
        role: "roles/compute.networkViewer",
        condition: { title: "until 2199-01-01", expression: 'request.time < timestamp("2199-01-01T00:00:00Z")' },
    });
    expect(all["SubnetworkIAMMember shared-near-network-user-group-apps-acme-com"]).toMatchObject({
        subnetwork: subnetId("near"),
        role: user,
        condition: { title: expect.stringMatching(/^granted by /) },
    });
    expect(all["SubnetworkIAMMember predict-apps-near-network-user"]).toMatchObject({ role: user });
});

test.each<[NetworkArgs, string[]]>([
    [{}, ["Network apps", "Subnetwork apps-default"]],
    [{ subnets: {} }, ["Network apps"]],
])("roles on a subnet that the network %j does not have are refused", async (args, others) => {
    const result = await refused(() => new Network("apps", args).subnet("far"), {}, others);
    expect(result).toContain("subnet: [network/subnet-unknown]");
});

test("a network provides its resources in a region", async () => {
    const found: unknown[] = [];
    await registered(() => {
        const subnets = {
            far: { range: "10.1.0.0/22", region: "us-east1" },
            near: { range: "10.0.0.0/22", secondaryRanges: { pods: "10.4.0.0/14" } },
            second: { range: "10.2.0.0/22" },
        };
        const purposes = { nat: { range: "10.3.0.0/22", purpose: "PRIVATE_SERVICE_CONNECT" }, ...subnets } as const;
        const published = new Network("published", { subnets: purposes });
        found.push(published.subnetworkIn("europe-west1") === published.subnetworks.near);
        const network = new Network("apps", { subnets, nat: true });
        found.push(network.subnetworkIn("europe-west1") === network.subnetworks.near);
        found.push(network.subnetworkIn("europe-west4"), network.secondaryRangesIn("europe-west1"));
        found.push(network.secondaryRangesIn("us-east1"), Object.keys(network.gateways));
    });
    expect(found).toEqual([true, true, undefined, ["pods"], [], ["us-east1", "europe-west1"]]);
});

test("resources that need Cloud NAT or private services access create them by reading them, once", async () => {
    const subnets = { near: { range: "10.0.0.0/22" }, far: { range: "10.1.0.0/22", region: "us-east1" } };
    const program = (args: NetworkArgs) => {
        const network = new Network("apps", { subnets, ...args });
        const { "europe-west1": first, "us-east1": second } = network.gateways;
        return [first, second, network.gateways["europe-west1"] === first, network.privateServices];
    };
    const all = { ...vpc, ...subnetwork("near", "10.0.0.0/22"), ...subnetwork("far", "10.1.0.0/22", "us-east1") };
    const both = { ...all, ...gateway(), ...gateway("us-east1"), ...services() };
    expect(await registered(() => program({}))).toEqual(both);
    expect(await registered(() => program({ nat: true, privateServices: true }))).toEqual(both);
    expect(await registered(() => program(closed))).toEqual(all);
    const one = () => new Network("apps", { subnets }).gateways["us-east1"];
    expect(await registered(one)).toEqual({ ...all, ...gateway("us-east1") });
    const options = await registeredOptions(() => program({}));
    expect(options["RouterNat apps-us-east1"]).toEqual({
        parent: "slipway:Network apps",
        provider: "Provider dev",
        after: ["Router apps-us-east1", "Service compute"],
    });
});

test("Cloud NAT is not created by listing the gateways, as for the stack's outputs", async () => {
    const found: string[] = [];
    const program = () => {
        const { gateways } = new Network("apps");
        found.push(...Object.keys(gateways), "then", JSON.stringify(gateways));
    };
    expect(await registered(program)).toEqual(alone);
    expect(found).toEqual(["then", "{}"]);
});

test("the environment's own network is created once per program, on demand", async () => {
    const program = () => [Network.shared(), Network.shared()];
    const all = await registered(program);
    expect(Object.keys(all)).toEqual(["Network slipway-dev", "Subnetwork slipway-dev-default"]);
    expect(all["Network slipway-dev"]).toEqual({ name: "slipway-dev", autoCreateSubnetworks: false });
    expect(await registered(program, { name: "Team_A.1" })).toMatchObject({
        "Network slipway-team-a-1": { name: "slipway-team-a-1" },
    });
    expect(await registered(() => undefined)).toEqual({});
});

describe("a Cloud NAT in the state", () => {
    const parents = "pulumi:pulumi:Stack$slipway:index:Network$gcp:compute/routerNat:RouterNat";
    const outputs = { [`urn:pulumi:dev::slipway::${parents}::apps-europe-west1`]: { outputs: {} } };

    /** The warnings of a preview. */
    async function warnings(program: () => unknown, kind: "development" | "production") {
        jest.spyOn(pulumi, "getOrganization").mockReturnValue("acme");
        const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
        const call = (token: string) => (token === "pulumi:pulumi:readStackResourceOutputs" ? { outputs } : undefined);
        await registered(program, { kind, preview: true, root: true, call });
        const texts = warn.mock.calls.map(([text]) => text);
        jest.restoreAllMocks();
        return texts;
    }

    test("that nothing needs any more is announced by the preview in production", async () => {
        expect(await warnings(() => new Network("apps"), "production")).toEqual([
            'Network "apps": deletes the Cloud NAT in europe-west1, because no component of the program needs it. What else uses it can no longer reach the internet. nat: true keeps it.',
        ]);
        expect(await warnings(() => new Network("apps"), "development")).toEqual([]);
    });

    test.each<[string, () => unknown]>([
        ["that a component needs", () => new Network("apps").gateways["europe-west1"]],
        ["that the arguments keep", () => new Network("apps", { nat: true })],
        ["that the arguments omit", () => new Network("apps", { nat: false })],
    ])("%s causes no warning", async (_, program) => {
        expect(await warnings(program, "production")).toEqual([]);
    });
});

test("each child can be transformed", async () => {
    const description = "For all apps.";
    const all = await made({
        nat: { addresses: 1 },
        privateServices: { exportCustomRoutes: true, dnsDomains: ["acme.internal"] },
        privateServiceConnect: {
            googleApis: { domains: ["googleapis.com"] },
            endpoints: { sales: { serviceAttachment: target } },
        },
        firewall: { web: { allow: ["tcp:443"], sources: { ranges: ["10.0.0.0/8"] } } },
        routes: { out: { range: "8.8.8.0/24", nextHop: "internet" } },
        dnsPolicy: { inbound: true },
        transform: {
            network: { description },
            subnetwork: { description },
            router: { description },
            nat: { icmpIdleTimeoutSec: 60 },
            natAddress: { description },
            privateServicesRange: { description },
            privateServicesConnection: { deletionPolicy: "DELETE" },
            privateServicesDomain: { deletionPolicy: "PREVENT" },
            privateServicesRoutes: (args) => Object.assign(args, { importCustomRoutes: true }),
            googleApisAddress: { description },
            googleApisEndpoint: { description },
            zone: { description },
            record: { ttl: 60 },
            dnsPolicy: { description },
            endpointAddress: { description },
            endpoint: { description },
            firewall: { description },
            route: { description },
        },
    });
    const changed = { description };
    expect(all).toMatchObject({
        "Network apps": changed,
        "Subnetwork apps-default": changed,
        "Policy apps": changed,
        "Router apps-europe-west1": changed,
        "RouterNat apps-europe-west1": { icmpIdleTimeoutSec: 60 },
        "Address apps-europe-west1-nat-1": changed,
        "GlobalAddress apps-private-services": changed,
        "Connection apps-private-services": { deletionPolicy: "DELETE" },
        "NetworkPeeringRoutesConfig apps-private-services": { importCustomRoutes: true },
        "PeeredDnsDomain apps-private-services-acme-internal": { deletionPolicy: "PREVENT" },
        "GlobalAddress apps-google-apis": changed,
        "GlobalForwardingRule apps-google-apis": changed,
        "ManagedZone apps-googleapis-com": changed,
        "RecordSet apps-googleapis-com": { ttl: 60 },
        "Address apps-sales": changed,
        "ForwardingRule apps-sales": changed,
        "Firewall apps-web": changed,
        "Route apps-out": changed,
    });
});

test("long names of networks and their children are unique", async () => {
    const long = "a".repeat(60);
    const args = { ...closed, subnets: { "first-of-the-two-subnets": { range: "10.0.0.0/22" } } };
    const all = await registered(() => [new Network(`${long}-one`, args), new Network(`${long}-two`, args)]);
    const names = Object.values(all).map((one) => (one as { name: string }).name);
    expect(new Set(names).size).toBe(4);
    expect(names.every((name) => name.length <= 63 && /^[a-z][a-z0-9-]*[a-z0-9]$/.test(name))).toBe(true);
});

describe("an existing network", () => {
    test("gets what the arguments ask for, and no subnets by default", async () => {
        const made = await registered(() => {
            Network.existing("apps", {
                prefix: "rules",
                firewall: { web: { sources: { ranges: ["10.0.0.0/8"] }, allow: ["tcp:80"] } },
                nat: true,
            });
        });
        expect(Object.keys(made).sort()).toEqual([
            "Firewall apps-web",
            "Router apps-europe-west1",
            "RouterNat apps-europe-west1",
        ]);
        expect(made["Firewall apps-web"]).toMatchObject({ name: "rules-web" });
    });

    test("offers existing subnets to other components, in its project or another", async () => {
        const made = await registered(() => {
            const network = Network.existing("shared", {
                project: "acme-host",
                subnets: {
                    web: { existing: "projects/acme-host/regions/europe-west1/subnetworks/web" },
                    us: { existing: "us", region: "us-central1" },
                    own: { range: "10.9.0.0/24" },
                },
            });
            expect(network.ranges).toEqual(["10.9.0.0/24"]);
            expect(network.subnetworkIn("us-central1")).toBe(network.subnetworks.us);
        });
        // What exists is read, not registered.
        expect(Object.keys(made)).toEqual(["Subnetwork shared-own"]);
    });

    test("of another project gets its parts there, but endpoints of published services in the environment's", async () => {
        const made = await registered(() => {
            const network = Network.existing("shared", {
                project: "acme-host",
                subnets: { own: { range: "10.9.0.0/24" } },
                proxyOnlySubnets: true,
                firewall: { web: { sources: { ranges: ["10.0.0.0/8"] }, allow: ["tcp:80"] } },
                nat: true,
                routes: { lab: { range: "192.168.0.0/16", nextHop: { address: "10.9.0.5" } } },
                privateServices: { dnsDomains: ["acme.internal"], exportCustomRoutes: true },
                privateServiceConnect: { endpoints: { sales: { serviceAttachment: target } } },
            });
            expect(network.inProject).toBe("acme-host");
        });
        const projects = Object.entries(made).map(([key, { project }]: [string, { project?: string }]) => [
            key.split(" ")[0],
            project,
        ]);
        expect(projects.sort()).toEqual([
            ["Address", undefined],
            ["Connection", undefined],
            ["Firewall", "acme-host"],
            ["Firewall", "acme-host"],
            ["ForwardingRule", undefined],
            ["GlobalAddress", "acme-host"],
            ["NetworkPeeringRoutesConfig", "acme-host"],
            ["PeeredDnsDomain", "acme-host"],
            ["Route", "acme-host"],
            ["Router", "acme-host"],
            ["RouterNat", "acme-host"],
            ["Subnetwork", "acme-host"],
            ["Subnetwork", "acme-host"],
        ]);
    });

    test("of another project has the firewall rules of machines and groups", async () => {
        const made = await registered(() => {
            const network = Network.existing("shared", {
                project: "acme-host",
                subnets: { web: { existing: "web" } },
            });
            const machine = new VirtualMachine("box", { zone: "europe-west1-b", network, ssh: ["user:ana@acme.com"] });
            const group = new UnmanagedInstanceGroup("boxes", { machines: [machine], ports: { http: 80 } });
            new NetworkEndpointGroup("ends", { machines: [machine], port: 81 });
            const byId = {
                network: "projects/acme-host/global/networks/shared",
                subnet: "projects/acme-host/regions/europe-west1/subnetworks/web",
            };
            new AutoscaledInstanceGroup("web", { network: byId, ports: { http: 80 }, health: "/" });
            new NetworkLoadBalancer("db", {
                type: "internal-passthrough",
                network,
                group,
                ports: [80],
                clients: ["10.0.0.0/8"],
            });
        });
        const firewalls = Object.entries(made).filter(([key]) => key.startsWith("Firewall "));
        expect(firewalls.map(([key, { project }]: [string, { project?: string }]) => [key, project])).toEqual(
            ["box-iap-ssh", "boxes", "db-clients", "db-probes", "ends", "web"].map((name) => [
                `Firewall ${name}`,
                "acme-host",
            ]),
        );
    });

    test("is named by its name", async () => {
        expect(await refused(() => Network.existing("Apps!"))).toBe(
            'Network "Apps!": name: [environment/existing-name-invalid]',
        );
        expect(await refused(() => Network.existing("apps", { name: "rules" } as never))).toBe(
            'Network "apps": name: unknown option "name". The stack does not manage an existing network. The names of its new parts start with prefix.',
        );
    });

    test("is no argument of a new one, and neither are its subnets", async () => {
        expect(await refused(() => new Network("rules", { existing: "apps" } as never))).toBe(
            'Network "rules": existing: unknown option "existing". For what exists already write Network.existing(name, { … }), with its name in Google Cloud.',
        );
        const subnets = { web: { existing: "apps-web" } };
        expect(await refused(() => new Network("rules", { subnets } as never))).toContain(
            'subnets.web.existing: unknown option "existing". Only Network.existing(name, { subnets }) has subnets that exist already.',
        );
    });
});

test("the ports of a machine can be from 32, twice as many at most", async () => {
    const made = await registered(() => new Network("apps", { nat: { minPortsPerVm: 32, maxPortsPerVm: 64 } }));
    expect(made["RouterNat apps-europe-west1"]).toMatchObject({ minPortsPerVm: 32, maxPortsPerVm: 64 });
});

test.each([
    ["vms", "ENDPOINT_TYPE_VM"],
    ["load-balancer-proxies", "ENDPOINT_TYPE_MANAGED_PROXY_LB"],
    ["secure-web-proxy", "ENDPOINT_TYPE_SWG"],
] as const)("a Cloud NAT can be for %s", async (endpoints, type) => {
    const made = await registered(() => new Network("apps", { nat: { endpoints } }));
    expect(made["RouterNat apps-europe-west1"]).toMatchObject({ endpointTypes: [type] });
});

test.each([
    ["shop", "dev", "shop-dev"],
    ["Shop_API", "dev_", "shop-api-dev"],
    ["7shop", "dev", "network-7shop-dev"],
    ["_shop", "dev", "network--shop-dev"],
    ["s".repeat(46), "dev", `${"s".repeat(46)}-dev`],
    ["s".repeat(47), "dev", `${"s".repeat(43)}-a683d1`],
])("the network that components of the project %s share in the stack %s is %s", async (pulumiProject, stack, name) => {
    const made = await registered(() => Network.shared(), { pulumiProject, name: stack });
    expect(made[`Network ${name}`]).toEqual({ name, autoCreateSubnetworks: false });
});
