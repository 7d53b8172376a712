import { Network, type NetworkArgs } from "slipway";
import { refused, registered } from "../registered";

const target = "projects/acme-dev/regions/europe-west1/serviceAttachments/sales";
const cidr = "must be a range of IPv4 addresses such as 10.0.0.0/20";
const subnet = (more: object) => ({ subnets: { near: { range: "10.0.0.0/20", ...more } } });
const name = "must have up to 63 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen";

test.each<[object, string]>([
    [{ name: "Apps" }, `name: ${name} (got "Apps").`],
    [
        {
            subnets: {},
            privateServiceConnect: {
                endpoints: { sales: { serviceAttachment: "projects/p/regions/europe-west1/serviceAttachments/s" } },
            },
        },
        "privateServiceConnect.endpoints.sales.subnet: [network/endpoint-without-subnet]",
    ],
    [{ subnets: { near: {} } }, "subnets.near.range: is missing."],
    [{ subnets: { Near: { range: "10.0.0.0/20" } } }, `subnets.Near: the name of a subnet ${name} (got "Near").`],
    [subnet({ range: "10.0.0.0" }), `subnets.near.range: ${cidr} (got "10.0.0.0").`],
    [subnet({ range: "10.0.0.0/30" }), 'subnets.near.range: must have a prefix from /4 to /29 (got "10.0.0.0/30").'],
    [
        subnet({ range: "10.0.0.128/20" }),
        'subnets.near.range: must start at the first address of its block, 10.0.0.0/20 (got "10.0.0.128/20").',
    ],
    ...[
        ["127.0.0.0/24", "127.0.0.0/8", "a machine itself"],
        ["169.254.1.0/24", "169.254.0.0/16", "link-local addresses"],
        ["224.0.0.0/8", "224.0.0.0/4", "multicast"],
        ["199.36.153.0/24", "199.36.153.4/30", "restricted.googleapis.com"],
        ["0.0.0.0/4", "0.0.0.0/8", "this network"],
    ].map(([range, kept, what]): [object, string] => [
        subnet({ range }),
        `subnets.near.range: must have no address of ${kept}, which is for ${what} (got "${range}").`,
    ]),
    [subnet({ region: "europe" }), 'subnets.near.region: must be a region such as europe-west1 (got "europe").'],
    [
        subnet({ secondaryRanges: { pods: "10.4.0.0/33" } }),
        `subnets.near.secondaryRanges.pods: ${cidr} (got "10.4.0.0/33").`,
    ],
    [
        subnet({ secondaryRanges: { Pods: "10.4.0.0/14" } }),
        `subnets.near.secondaryRanges.Pods: the name of a range ${name} (got "Pods").`,
    ],
    [
        subnet({ secondaryRanges: { pods: "10.0.0.0/14" } }),
        "subnets.near.secondaryRanges.pods: [network/ranges-overlap]",
    ],
    [
        { subnets: { near: { range: "10.0.0.0/20" }, far: { range: "10.0.8.0/24", region: "us-east1" } } },
        "subnets.far.range: [network/ranges-overlap]",
    ],
    [
        subnet({ flowLogs: { sampling: 0 } }),
        "subnets.near.flowLogs.sampling: must be a percentage above 0, up to 100, such as 50 or 0.5 (got 0).",
    ],
    [
        subnet({ flowLogs: { interval: "2 minutes" } }),
        'subnets.near.flowLogs.interval: must be one of 5 seconds, 30 seconds, 1 minute, 5 minutes, 10 minutes, 15 minutes (got "2 minutes").',
    ],
    [
        subnet({ purpose: "PRIVATE_SERVICE_CONNECT", secondaryRanges: { pods: "10.4.0.0/14" } }),
        "subnets.near.secondaryRanges: [network/option-of-subnet-with-purpose]",
    ],
    [
        subnet({ purpose: "PRIVATE_NAT", privateGoogleAccess: true }),
        "subnets.near.privateGoogleAccess: [network/option-of-subnet-with-purpose]",
    ],
    [
        {
            ...subnet({ purpose: "PRIVATE_NAT" }),
            privateServiceConnect: { endpoints: { sales: { serviceAttachment: target } } },
        },
        "privateServiceConnect.endpoints.sales.subnet: [network/endpoint-without-subnet]",
    ],
    [subnet({ ipv6: "both" }), 'subnets.near.ipv6: must be one of internal, external (got "both").'],
    [
        { ...subnet({}), globalProxyOnlySubnets: { "us-east1": "10.0.0.0/24" } },
        "globalProxyOnlySubnets.us-east1: [network/ranges-overlap]",
    ],
    [
        { globalProxyOnlySubnets: { "us-east1": "10.129.0.0/27" } },
        'globalProxyOnlySubnets.us-east1: must have a prefix from /4 to /26 (got "10.129.0.0/27").',
    ],
    [subnet({ secondary: {} }), 'subnets.near.secondary: unknown option "secondary"; did you mean "secondaryRanges"?'],
    [
        { proxyOnlySubnets: { "europe-west1": "10.129.0.0/27" } },
        'proxyOnlySubnets.europe-west1: must have a prefix from /4 to /26 (got "10.129.0.0/27").',
    ],
    [
        { proxyOnlySubnets: { europe: "10.129.0.0/23" } },
        'proxyOnlySubnets.europe: must be a region such as europe-west1 (got "europe").',
    ],
    [{ ...subnet({ range: "10.128.0.0/15" }), proxyOnlySubnets: true }, "proxyOnlySubnets: [network/ranges-overlap]"],
    [
        { proxyOnlySubnets: { "europe-west1": "10.0.8.0/24" } },
        "proxyOnlySubnets.europe-west1: [network/ranges-overlap]",
    ],
    [
        { nat: "on" },
        `nat: must be an object with addresses, minPortsPerVm, maxPortsPerVm, endpoints, logging, subnets, rules (got "on").`,
    ],
    [{ nat: { addresses: 0 } }, "nat.addresses: must be a whole number from 1 to 300 (got 0)."],
    [{ nat: { minPortsPerVm: 1 } }, "nat.minPortsPerVm: must be a whole number from 2 to 57344 ports (got 1)."],
    [{ nat: { maxPortsPerVm: 1000 } }, "nat.maxPortsPerVm: must be a power of two such as 1024 (got 1000)."],
    [{ nat: { minPortsPerVm: 100, maxPortsPerVm: 1024 } }, "nat.minPortsPerVm: [network/nat-min-ports-of-dynamic]"],
    [{ nat: { minPortsPerVm: 16, maxPortsPerVm: 1024 } }, "nat.minPortsPerVm: [network/nat-min-ports-of-dynamic]"],
    [{ nat: { minPortsPerVm: 1024, maxPortsPerVm: 1024 } }, "nat.minPortsPerVm: [network/nat-min-ports-above-max]"],
    [{ nat: { subnets: {} } }, "nat.subnets: must have a subnet (got {})."],
    [{ nat: { subnets: { none: true } } }, "nat.subnets.none: [network/nat-subnet-unknown]"],
    [
        { nat: { subnets: { default: { secondaryRangeNames: ["pods"] } } } },
        "nat.subnets.default.secondaryRangeNames: [network/nat-range-unknown]",
    ],
    [{ nat: { subnets: { default: { primary: false } } } }, "nat.subnets.default: [network/nat-subnet-without-range]"],
    [
        { nat: { rules: { all: { destinations: ["2001:db8::/32"], addresses: [] } } } },
        `nat.rules.all.destinations.0: must be an IPv4 address or range such as 203.0.113.0/24 (got "2001:db8::/32").\nNetwork "apps": nat.rules.all.addresses: must have an address (got []).`,
    ],
    [
        { nat: { rules: { all: { destinations: ["acme.com"], addresses: [] } } } },
        `nat.rules.all.destinations.0: must be an IPv4 address or range such as 203.0.113.0/24 (got "acme.com").\nNetwork "apps": nat.rules.all.addresses: must have an address (got []).`,
    ],
    [{ nat: { logging: true } }, "nat.logging: must be one of ERRORS_ONLY, TRANSLATIONS_ONLY, ALL (got true)."],
    [
        { privateServices: { prefixLength: 25 } },
        "privateServices.prefixLength: must be a whole number from 8 to 24 (got 25).",
    ],
    [
        { privateServices: { range: "10.64.0.0/28" } },
        'privateServices.range: must have a prefix from /8 to /24 (got "10.64.0.0/28").',
    ],
    [{ privateServices: { range: "10.0.0.0/16" } }, "privateServices.range: [network/ranges-overlap]"],
    [
        { privateServices: { range: "10.64.0.0/16", prefixLength: 16 } },
        'privateServices.prefixLength: unknown option "prefixLength"; the options are range, exportCustomRoutes, importCustomRoutes, dnsDomains, name.',
    ],
    [
        { privateServices: { dnsDomains: ["acme"] } },
        'privateServices.dnsDomains.0: must be a domain such as acme.internal (got "acme").',
    ],
    [
        { privateServices: { dnsDomains: ["acme.internal", "acme.internal"] } },
        'privateServices.dnsDomains: must not have duplicates (got ["acme.internal", "acme.internal"]).',
    ],
    [
        { serviceProducers: { netapp: {} } },
        'serviceProducers.netapp: must be a service such as netapp.servicenetworking.goog (got "netapp").',
    ],
    [
        { serviceProducers: { "servicenetworking.googleapis.com": {} } },
        'serviceProducers.servicenetworking.googleapis.com: has its range in privateServices (got "servicenetworking.googleapis.com").',
    ],
    [
        { serviceProducers: { "netapp.servicenetworking.goog": { range: "10.0.0.0/16" } } },
        "serviceProducers.netapp.servicenetworking.goog.range: [network/ranges-overlap]",
    ],
    [{ dnsPolicy: {} }, "dnsPolicy: [network/dns-policy-empty]"],
    [{ dnsPolicy: { inbound: false } }, "dnsPolicy: [network/dns-policy-empty]"],
    [
        { dnsPolicy: { forwardTo: ["2001:db8::53"] } },
        'dnsPolicy.forwardTo.0: must be the IPv4 address of a name server, such as "10.0.0.53" (got "2001:db8::53").',
    ],
    [
        { dnsPolicy: { forwardTo: ["10.1.0.53"] }, privateServiceConnect: { googleApis: true } },
        "dnsPolicy.forwardTo: [network/dns-forwarding-bypasses-zones]",
    ],
    [
        { privateServiceConnect: { googleApis: { address: "10.0.0.256" } } },
        'privateServiceConnect.googleApis.address: must be an IPv4 address such as 10.0.0.5 (got "10.0.0.256").',
    ],
    [
        { privateServiceConnect: { googleApis: { address: "10.0.0.9" } } },
        "privateServiceConnect.googleApis.address: [network/ranges-overlap]",
    ],
    [
        { subnets: { all: { range: "10.0.0.0/8" } }, privateServiceConnect: { googleApis: true } },
        "privateServiceConnect.googleApis.address: [network/ranges-overlap]",
    ],
    [
        { privateServiceConnect: { googleApis: { domains: ["*.googleapis.com"] } } },
        'privateServiceConnect.googleApis.domains.0: must be a domain such as googleapis.com (got "*.googleapis.com").',
    ],
    [
        { privateServiceConnect: { googleApis: { domains: ["gcr.io", "gcr.io"] } } },
        'privateServiceConnect.googleApis.domains: must not have duplicates (got ["gcr.io", "gcr.io"]).',
    ],
    [
        { privateServiceConnect: { endpoints: { sales: {} } } },
        "privateServiceConnect.endpoints.sales.serviceAttachment: is missing.",
    ],
    [
        { privateServiceConnect: { endpoints: { sales: { serviceAttachment: "sales" } } } },
        'privateServiceConnect.endpoints.sales.serviceAttachment: must be a service attachment such as projects/acme-dev/regions/europe-west1/serviceAttachments/sales (got "sales").',
    ],
    [
        { privateServiceConnect: { endpoints: { sales: { serviceAttachment: target, subnet: "far" } } } },
        "privateServiceConnect.endpoints.sales.subnet: [network/endpoint-subnet-unknown]",
    ],
    [
        { routes: { out: { range: "10.0.0.0/8", nextHop: "gateway" } } },
        `routes.out.nextHop: must be an object with exactly one of instance, address, forwardingRule, vpnTunnel (got "gateway").`,
    ],
    [{ routes: { out: { range: "10.0.0.0", nextHop: "internet" } } }, `routes.out.range: ${cidr} (got "10.0.0.0").`],
    [
        { routes: { out: { range: "10.0.0.0/8", nextHop: { instance: "router" } } } },
        'routes.out.nextHop.instance: must be an ID such as projects/acme-dev/zones/europe-west1-b/instances/main (got "router").',
    ],
    [{ iapSsh: {} }, "iapSsh: must have exactly one of tags, serviceAccounts (got {})."],
    [{ transform: { peering: {} } }, 'transform.peering: unknown option "peering".'],
])("%j is refused", async (args, words) => {
    const refusal = await refused(() => new Network("apps", args as NetworkArgs));
    expect(refusal).toBe(`Network "apps": ${words}`);
});

test("all problems are reported together", async () => {
    const args = { nat: { addresses: 0 }, subnets: { near: { range: "10.0.0.0/30" } } };
    expect((await refused(() => new Network("apps", args))).split("\n")).toEqual([
        'Network "apps": subnets.near.range: must have a prefix from /4 to /29 (got "10.0.0.0/30").',
        'Network "apps": nat.addresses: must be a whole number from 1 to 300 (got 0).',
    ]);
});

test("there can be at most 170 secondary ranges", async () => {
    const ranges = (count: number) =>
        Object.fromEntries(Array.from({ length: count }, (_, index) => [`range-${index}`, `10.4.${index}.0/24`]));
    const program = (count: number) => () => new Network("apps", subnet({ secondaryRanges: ranges(count) }));
    expect(Object.keys(await registered(program(170)))).toContain("Subnetwork apps-near");
    expect(await refused(program(171))).toContain("there can be 170 secondary ranges at most");
});

test.each<[string, string, string, string]>([
    ["Sales", target, "europe-west1", `endpoint.name: it ${name} (got "Sales").`],
    [
        "sales",
        "sales",
        "europe-west1",
        'endpoint.target: must be a service attachment such as projects/acme-dev/regions/europe-west1/serviceAttachments/sales (got "sales").',
    ],
    ["sales", target, "us-east1", "endpoint.region: [network/endpoint-region-without-subnet]"],
])("an endpoint %s for %s in %s is refused", async (key, attachment, region, words) => {
    const args: NetworkArgs = { nat: false, privateServices: false };
    const program = () => new Network("apps", args).endpoint(key, attachment, region);
    expect(await refused(program, {}, ["Network apps", "Subnetwork apps-default"])).toBe(`Network "apps": ${words}`);
});
