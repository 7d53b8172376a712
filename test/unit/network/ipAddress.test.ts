import { IpAddress, type IpAddressArgs, LoadBalancer, Network, StorageBucket, VirtualMachine } from "slipway";
import { problemsIn, refused, registered, registeredOptions, rejection } from "../registered";

const other = "europe-west4";

const addressOf = async (args: object = {}) => {
    const made = await registered(() => new IpAddress("web", args as IpAddressArgs));
    return made["Address web"] ?? made["GlobalAddress web"];
};

test("a bare address is external, in the environment's region", async () => {
    expect(await registered(() => new IpAddress("web"))).toEqual({
        "Address web": { name: "web", region: "europe-west1", addressType: "EXTERNAL" },
    });
});

test.each<[string, object, object]>([
    [
        "in another region and tier, with a description and labels",
        { name: "shop", region: other, networkTier: "STANDARD", description: "Shop", labels: { team: "web" } },
        { name: "shop", region: other, networkTier: "STANDARD", description: "Shop", labels: { team: "web" } },
    ],
])("an address of a region can be %s", async (_, args, expected) => {
    expect(await addressOf(args)).toEqual({ addressType: "EXTERNAL", ...expected });
});

test.each<[string, IpAddressArgs, object]>([
    ["IPv4", { type: "global-external" }, {}],
    ["IPv6", { type: "global-external", ipv6: true }, { ipVersion: "IPV6" }],
])("a global address can be %s", async (_, args, expected) => {
    expect(await registered(() => new IpAddress("web", args))).toEqual({
        "GlobalAddress web": { name: "web", ...expected },
    });
});

const apps = "projects/acme-dev/regions/europe-west1/subnetworks/apps-default";

test.each<[string, object, object]>([
    ["in the subnet of a network", {}, {}],
    ["fixed", { address: "10.0.0.5" }, { address: "10.0.0.5" }],
    ["for a load balancer", { purpose: "SHARED_LOADBALANCER_VIP" }, { purpose: "SHARED_LOADBALANCER_VIP" }],
])("an internal address can be %s", async (_, args, expected) => {
    const made = await registered(
        () =>
            new IpAddress("db", { type: "regional-internal", network: new Network("apps"), ...args } as IpAddressArgs),
    );
    expect(made["Address db"]).toEqual({
        name: "db",
        region: "europe-west1",
        addressType: "INTERNAL",
        subnetwork: apps,
        ...expected,
    });
});

test("an internal address without a network is in the environment's own network", async () => {
    const made = await registered(() => new IpAddress("db", { type: "regional-internal" }));
    expect(made["Address db"]).toMatchObject({
        subnetwork: expect.stringMatching(/subnetworks\/slipway-dev-default$/),
    });
});

test("an internal address in a subnet that exists already has its ID, whether it is named by name or ID", async () => {
    const network = { subnet: "apps-default" };
    const made = await registered(() => {
        new IpAddress("db", { type: "regional-internal", network });
        new IpAddress("cache", { type: "regional-internal", network: { subnet: apps } });
    });
    expect([made["Address db"], made["Address cache"]]).toEqual([
        expect.objectContaining({ subnetwork: apps }),
        expect.objectContaining({ subnetwork: apps }),
    ]);
});

test.each([
    ["production", true],
    ["development", undefined],
] as const)("in %s its protection is %p, and a replaced one is deleted first", async (kind, protect) => {
    const made = await registeredOptions(
        () => {
            new IpAddress("web");
            new IpAddress("shop", { type: "global-external" });
        },
        { kind },
    );
    for (const key of ["Address web", "GlobalAddress shop"]) {
        expect(made[key]?.protect || undefined).toBe(protect);
        expect(made[key]).toMatchObject({ deleteBeforeReplace: true });
    }
});

test("transform edits the address", async () => {
    expect(await addressOf({ transform: { address: { purpose: "IPSEC_INTERCONNECT" } } })).toMatchObject({
        purpose: "IPSEC_INTERCONNECT",
    });
});

test.each([
    ["region", { type: "global-external", region: other }],
    ["networkTier", { type: "global-external", networkTier: "STANDARD" }],
    ["networkTier", { type: "regional-internal", networkTier: "STANDARD" }],
    ["network", { type: "global-external", network: { subnet: apps } }],
    ["address", { address: "203.0.113.7" }],
    ["purpose", { type: "global-external", purpose: "GCE_ENDPOINT" }],
])("%s of another type is refused: %j", async (option, args) => {
    expect(await refused(() => new IpAddress("web", args as IpAddressArgs))).toBe(
        `IpAddress "web": ${option}: [network/address-option-of-type]`,
    );
});

test.each<[object, string]>([
    [
        { type: "internal" },
        'type: must be one of regional-external, global-external, regional-internal (got "internal")',
    ],
    [{ networkTier: "premium" }, 'networkTier: must be one of PREMIUM, STANDARD (got "premium")'],
    [{ name: "Web" }, "name: "],
    [{ purpose: "VPC_PEERING" }, "purpose: must be one of GCE_ENDPOINT, SHARED_LOADBALANCER_VIP"],
    [{ existing: "web" }, "existing: "],
    [{ type: "regional-internal", address: "10.0.0.300" }, "address: must be an IPv4 address such as 10.0.0.5"],
])("%j is refused", async (args, expected) => {
    expect(await refused(() => new IpAddress("web", args as IpAddressArgs))).toContain(`IpAddress "web": ${expected}`);
});

test.each(["10.1.0.5", "10.0.0.0", "10.0.0.1", "10.0.15.254", "10.0.15.255"])(
    "an internal address that the subnet does not have is refused: %s",
    async (address) => {
        let network: Network | undefined;
        const text = await refused(
            () => {
                network = new Network("apps");
                new IpAddress("db", { type: "regional-internal", network, address });
            },
            {},
            ["Network apps", "Subnetwork apps-default"],
        );
        expect(text).toBe('IpAddress "db": address: [network/address-outside-subnet]');
    },
);

test.each(["10.0.0.2", "10.0.15.253"])(
    "the first and the last address of a subnet are accepted: %s",
    async (address) => {
        const args = () => ({ type: "regional-internal" as const, network: new Network("apps"), address });
        const made = await registered(() => new IpAddress("db", args()));
        expect(made["Address db"]).toMatchObject({ address });
    },
);

test("an internal address needs a subnet in its region", async () => {
    const without = () => new IpAddress("db", { type: "regional-internal", network: { network: "apps" } });
    expect(await refused(without)).toBe('IpAddress "db": network.subnet: [network/address-subnet-missing]');
    const elsewhere = () => new IpAddress("db", { type: "regional-internal", region: other });
    expect(await refused(elsewhere)).toBe('IpAddress "db": network: [place/shared-network-region]');
    const inNetwork = () =>
        new IpAddress("db", { type: "regional-internal", region: other, network: new Network("apps") });
    expect(await refused(inNetwork, {}, ["Network apps", "Subnetwork apps-default"])).toBe(
        'IpAddress "db": network: [place/subnet-missing]',
    );
    const subnet = () => new IpAddress("db", { type: "regional-internal", region: other, network: { subnet: apps } });
    expect(await refused(subnet)).toBe('IpAddress "db": network.subnet: [place/other-region]');
});

/** An existing address of this type. */
const read = (addressType: string) => ({
    read: (_: string, id: string) => ({ name: id, address: "203.0.113.9", addressType, networkTier: "STANDARD" }),
});

test("an existing address is read, by its type, region and project", async () => {
    const ids: string[] = [];
    const made = await registered(
        () => {
            IpAddress.existing("web");
            IpAddress.existing("far", { region: other, project: "acme-shared" });
            IpAddress.existing("shop", { type: "global-external" });
        },
        {
            read: (type, id) => {
                ids.push(`${type} ${id}`);
                return { address: "203.0.113.9", addressType: "EXTERNAL" };
            },
        },
    );
    expect(made).toEqual({});
    expect(ids.sort()).toEqual([
        "gcp:compute/address:Address projects/acme-dev/regions/europe-west1/addresses/web",
        "gcp:compute/address:Address projects/acme-shared/regions/europe-west4/addresses/far",
        "gcp:compute/globalAddress:GlobalAddress projects/acme-dev/global/addresses/shop",
    ]);
});

test.each([
    ["regional-internal", "EXTERNAL"],
    ["regional-external", "INTERNAL"],
] as const)("an existing address that is not %s is refused", async (type, found) => {
    let error: Promise<Error> | undefined;
    await registered(() => {
        error = rejection(IpAddress.existing("web", { type }).address);
    }, read(found));
    expect(problemsIn((await error) as Error)).toBe('IpAddress "web": type: [network/existing-address-type]');
});

describe("an IPv6 range of a region", () => {
    const dual = (ipv6?: "internal" | "external") =>
        new Network("apps", { subnets: { default: { range: "10.0.0.0/20", ipv6 } } });

    test("is external, in the subnet of a network, for load balancers", async () => {
        const all = await registered(() => new IpAddress("six", { ipv6: true, network: dual("external") }));
        expect(all["Address six"]).toEqual({
            name: "six",
            region: "europe-west1",
            addressType: "EXTERNAL",
            ipVersion: "IPV6",
            ipv6EndpointType: "NETLB",
            subnetwork: apps,
        });
    });

    test("is internal, in the subnet of a network", async () => {
        const all = await registered(
            () => new IpAddress("six", { type: "regional-internal", ipv6: true, network: dual("internal") }),
        );
        expect(all["Address six"]).toEqual({
            name: "six",
            region: "europe-west1",
            addressType: "INTERNAL",
            ipVersion: "IPV6",
            subnetwork: apps,
        });
    });

    test.each<[string, () => object, string]>([
        ["no network", () => ({}), "network: [network/address-network-missing]"],
        [
            "a subnet with internal addresses",
            () => ({ network: dual("internal") }),
            "network: [network/address-subnet-without-ipv6]",
        ],
        [
            "a subnet without such addresses",
            () => ({ type: "regional-internal", network: dual() }),
            "network: [network/address-subnet-without-ipv6]",
        ],
        [
            "another tier",
            () => ({ network: { subnet: apps }, networkTier: "STANDARD" }),
            "networkTier: [network/address-tier-of-ipv6]",
        ],
        [
            "an address",
            () => ({ type: "regional-internal", network: { subnet: apps }, address: "10.0.0.5" }),
            "address: [network/address-of-ipv6]",
        ],
        [
            "only a network's name",
            () => ({ network: { network: "apps" } }),
            "network.subnet: [network/address-subnet-missing]",
        ],
    ])("is refused with %s", async (_, args, expected) => {
        await expectRefused(
            () => new IpAddress("six", { ipv6: true, ...args() } as IpAddressArgs),
            `IpAddress "six": ${expected}`,
        );
    });

    test("is the only external address with a network", async () => {
        const program = () => new IpAddress("web", { network: { subnet: apps } });
        expect(await refused(program)).toBe('IpAddress "web": network: [network/address-network-of-ipv4]');
    });
});

test("an existing address with an option of another type, or an invalid name, is refused", async () => {
    const region = () => IpAddress.existing("shop", { type: "global-external", region: other });
    expect(await refused(region)).toBe('IpAddress "shop": region: [network/address-option-of-type]');
    expect(await refused(() => IpAddress.existing("Shop"))).toBe(
        'IpAddress "Shop": name: [environment/existing-name-invalid]',
    );
});

/** A load balancer with an address. */
const balanced = (args: () => object) => () => {
    const bucket = new StorageBucket("files");
    return new LoadBalancer("shop", { routes: { "/*": bucket }, domains: "shop.acme.com", ...args() } as never);
};

test("a load balancer has the addresses of its arguments, and none of its own", async () => {
    const made = await registered(
        balanced(() => ({
            address: new IpAddress("web", { type: "global-external" }),
            ipv6: new IpAddress("web-6", { type: "global-external", ipv6: true }),
        })),
    );
    const addresses = Object.keys(made).filter((key) => key.startsWith("GlobalAddress"));
    expect(addresses).toEqual(["GlobalAddress web", "GlobalAddress web-6"]);
    expect(made["GlobalForwardingRule shop-https"]).toMatchObject({ ipAddress: "203.0.113.5" });
    expect(made["GlobalForwardingRule shop-https-ipv6"]).toMatchObject({ ipAddress: "203.0.113.5" });
});

test("a load balancer has an address that exists already", async () => {
    const made = await registered(
        balanced(() => ({ address: IpAddress.existing("web", { type: "global-external" }) })),
        read("EXTERNAL"),
    );
    expect(Object.keys(made).filter((key) => key.startsWith("GlobalAddress"))).toEqual([]);
    expect(made["GlobalForwardingRule shop-https"]).toMatchObject({ ipAddress: "203.0.113.9" });
});

test.each<[string, () => object, string]>([
    ["a regional address", () => ({ address: new IpAddress("web") }), "address: [address/other-type]"],
    [
        "an IPv6 address as the first",
        () => ({ address: new IpAddress("web", { type: "global-external", ipv6: true }) }),
        "address: [address/other-version]",
    ],
    [
        "an IPv4 address as the second",
        () => ({ ipv6: new IpAddress("web", { type: "global-external" }) }),
        "ipv6: [address/other-version]",
    ],
])("a global load balancer with %s is refused", async (_, args, expected) => {
    await expectRefused(balanced(args), `LoadBalancer "shop": ${expected}`);
});

/** Refused, whatever was made before. */
async function expectRefused(program: () => unknown, expected: string): Promise<void> {
    const made: string[] = [];
    await registered(() => {
        try {
            program();
        } catch (error) {
            made.push(problemsIn(error as Error));
        }
    });
    expect(made).toEqual([expected]);
}

const proxies = { subnets: { default: { range: "10.0.0.0/20" } }, proxyOnlySubnets: true };

const regional = (type: string, args: (network: Network) => object) => () => {
    const network = new Network("apps", proxies);
    const { backend } = machineGroup(network);
    return new LoadBalancer("shop", {
        type,
        network,
        routes: { "/*": backend },
        insecure: true,
        ...args(network),
    } as never);
};

/** What a regional load balancer sends requests to. */
function machineGroup(network: Network) {
    const { AutoscaledInstanceGroup } = require("slipway") as typeof import("slipway");
    return { backend: new AutoscaledInstanceGroup("web", { network, ports: { http: 8080 }, health: "/" } as never) };
}

test("a regional load balancer has an address of its region, with its network tier", async () => {
    const made = await registered(
        regional("regional-external", () => ({ address: new IpAddress("ip", { networkTier: "STANDARD" }) })),
    );
    expect(made["ForwardingRule shop-http"]).toMatchObject({ ipAddress: "10.0.0.5", networkTier: "STANDARD" });
    expect(Object.keys(made).filter((key) => key.startsWith("Address"))).toEqual(["Address ip"]);
});

test("an internal load balancer has an internal address", async () => {
    const made = await registered(
        regional("regional-internal", (network) => ({
            address: new IpAddress("ip", { type: "regional-internal", network }),
        })),
    );
    expect(made["ForwardingRule shop-http"]).toMatchObject({ ipAddress: "10.0.0.5" });
});

test.each<[string, string, (network: Network) => object, string]>([
    ["an external address", "regional-internal", () => ({ address: new IpAddress("ip") }), "[address/other-type]"],
    [
        "an address of another region",
        "regional-external",
        () => ({ address: new IpAddress("ip", { region: other }) }),
        "[address/other-region]",
    ],
    [
        "an address of another network",
        "regional-internal",
        () => ({ address: new IpAddress("ip", { type: "regional-internal", network: new Network("others") }) }),
        "[address/other-network]",
    ],
    [
        "an address for one forwarding rule",
        "regional-internal",
        (network) => ({
            address: new IpAddress("ip", { type: "regional-internal", network }),
            insecure: false,
            domains: "shop.internal.acme.com",
            certificates: ["projects/acme-dev/locations/europe-west1/certificates/shop"],
        }),
        "[loadbalancer/address-not-shared]",
    ],
])("%s in a load balancer of type %s is refused", async (_, type, args, expected) => {
    await expectRefused(regional(type, args), `LoadBalancer "shop": address: ${expected}`);
});

test("an internal load balancer with HTTPS only needs no shared address", async () => {
    const made = await registered(
        regional("regional-internal", (network) => ({
            address: new IpAddress("ip", { type: "regional-internal", network }),
            insecure: false,
            httpRedirect: false,
            domains: "shop.internal.acme.com",
            certificates: ["projects/acme-dev/locations/europe-west1/certificates/shop"],
        })),
    );
    expect(made["ForwardingRule shop-https"]).toMatchObject({ ipAddress: "10.0.0.5" });
});

test("a machine has reserved addresses, the external one with its network tier", async () => {
    const made = await registered(() => {
        const network = new Network("apps");
        new VirtualMachine("db", {
            network,
            publicAddress: new IpAddress("web", { networkTier: "STANDARD" }),
            privateAddress: new IpAddress("db", { type: "regional-internal", network, address: "10.0.0.7" }),
        });
    });
    expect(made["Instance db"]).toMatchObject({
        networkInterfaces: [
            {
                subnetwork: apps,
                networkIp: "10.0.0.5",
                accessConfigs: [{ natIp: "10.0.0.5", networkTier: "STANDARD" }],
            },
        ],
    });
    // It needs no Cloud NAT.
    expect(Object.keys(made).filter((key) => key.startsWith("RouterNat"))).toEqual([]);
});

test("a machine has an external address that exists already, with its network tier", async () => {
    const made = await registered(
        () => new VirtualMachine("db", { publicAddress: IpAddress.existing("web") }),
        read("EXTERNAL"),
    );
    expect(made["Instance db"]).toMatchObject({
        networkInterfaces: [{ accessConfigs: [{ natIp: "203.0.113.9", networkTier: "STANDARD" }] }],
    });
});

test.each<[string, () => object, string]>([
    [
        "a global address",
        () => ({ publicAddress: new IpAddress("ip", { type: "global-external" }) }),
        "publicAddress: [address/other-type]",
    ],
    [
        "an external internal address",
        () => ({ privateAddress: new IpAddress("ip") }),
        "privateAddress: [address/other-type]",
    ],
    [
        "an address of another region",
        () => ({ publicAddress: new IpAddress("ip", { region: other }) }),
        "publicAddress: [address/other-region]",
    ],
    [
        "an internal address of another network",
        () => ({
            network: new Network("apps"),
            privateAddress: new IpAddress("ip", { type: "regional-internal", network: new Network("others") }),
        }),
        "privateAddress: [address/other-network]",
    ],
    [
        "the address of a load balancer",
        () => ({
            privateAddress: new IpAddress("ip", { type: "regional-internal", purpose: "SHARED_LOADBALANCER_VIP" }),
        }),
        "privateAddress: [compute/address-of-load-balancer]",
    ],
])("a machine with %s is refused", async (_, args, expected) => {
    await expectRefused(() => new VirtualMachine("db", args()), `VirtualMachine "db": ${expected}`);
});

test("Cloud NAT has the addresses of its regions", async () => {
    const made = await registered(
        () =>
            new Network("apps", {
                subnets: { here: { range: "10.0.0.0/20" }, there: { range: "10.1.0.0/20", region: other } },
                nat: {
                    addresses: [
                        new IpAddress("one"),
                        new IpAddress("two", { region: other }),
                        new IpAddress("three", { region: other }),
                    ],
                },
            }),
    );
    expect(Object.keys(made).filter((key) => key.startsWith("Address"))).toEqual([
        "Address one",
        "Address three",
        "Address two",
    ]);
    const id = (region: string, name: string) => `projects/acme-dev/regions/${region}/addresses/${name}`;
    expect(made["RouterNat apps-europe-west1"]).toMatchObject({
        natIpAllocateOption: "MANUAL_ONLY",
        natIps: [id("europe-west1", "one")],
    });
    expect(made["RouterNat apps-europe-west4"]).toMatchObject({
        natIpAllocateOption: "MANUAL_ONLY",
        natIps: [id(other, "two"), id(other, "three")],
    });
});

test.each<[string, () => IpAddress[], string]>([
    [
        "a global address",
        () => [new IpAddress("one"), new IpAddress("two", { type: "global-external" })],
        'Network "apps": nat.addresses.1: [address/other-type]',
    ],
    [
        "an address of a region without a subnet",
        () => [new IpAddress("one"), new IpAddress("two", { region: other })],
        'Network "apps": nat.addresses.1: [network/nat-address-region]',
    ],
    ["no address", () => [], 'Network "apps": nat.addresses: must have an address (got [])'],
    [
        "an address twice",
        () => Array(2).fill(new IpAddress("one")),
        'Network "apps": nat.addresses: must have each address once',
    ],
])("Cloud NAT with %s is refused", async (_, addresses, expected) => {
    let text = "";
    await registered(() => {
        try {
            new Network("apps", { nat: { addresses: addresses() } });
        } catch (error) {
            text = problemsIn(error as Error);
        }
    });
    expect(text).toContain(expected);
});

describe("rules of Cloud NAT", () => {
    const rule = (destinations: string[], ...addresses: IpAddress[]) => ({ destinations, addresses });

    test("have other addresses for certain destinations, in the regions of these", async () => {
        const made = await registered(() => {
            const subnets = { here: { range: "10.0.0.0/20" }, there: { range: "10.1.0.0/20", region: other } };
            const bank = rule(["203.0.113.7", "198.51.100.0/24"], new IpAddress("bank"));
            const partner = rule(["192.0.2.1"], new IpAddress("partner"), new IpAddress("far", { region: other }));
            new Network("apps", { subnets, nat: { addresses: 1, rules: { bank, partner } } });
        });
        const id = (region: string, name: string) => `projects/acme-dev/regions/${region}/addresses/${name}`;
        expect(made["RouterNat apps-europe-west1"]).toMatchObject({
            natIpAllocateOption: "MANUAL_ONLY",
            enableEndpointIndependentMapping: false,
            rules: [
                {
                    ruleNumber: 0,
                    description: "bank",
                    match: "destination.ip == '203.0.113.7' || inIpRange(destination.ip, '198.51.100.0/24')",
                    action: { sourceNatActiveIps: [id("europe-west1", "bank")] },
                },
                {
                    ruleNumber: 1,
                    description: "partner",
                    match: "destination.ip == '192.0.2.1'",
                    action: { sourceNatActiveIps: [id("europe-west1", "partner")] },
                },
            ],
        });
        expect(made["RouterNat apps-europe-west4"]).toMatchObject({
            rules: [{ ruleNumber: 0, description: "partner", action: { sourceNatActiveIps: [id(other, "far")] } }],
        });
    });

    test.each<[string, (one: IpAddress, two: IpAddress) => object, string]>([
        [
            "without static addresses",
            (one) => ({ rules: { bank: rule(["192.0.2.1"], one) } }),
            "nat.addresses: [network/nat-rules-without-addresses]",
        ],
        [
            "with the addresses of other destinations",
            (one) => ({ addresses: [one], rules: { bank: rule(["192.0.2.1"], one) } }),
            "nat.rules.bank.addresses.0: [network/nat-rule-address-twice]",
        ],
        [
            "with overlapping destinations",
            (one, two) => ({
                addresses: 1,
                rules: { bank: rule(["192.0.2.0/24"], one), partner: rule(["192.0.2.1"], two) },
            }),
            "nat.rules.partner.destinations: [network/nat-rules-overlap]",
        ],
        [
            "with a global address",
            () => ({
                addresses: 1,
                rules: { bank: rule(["192.0.2.1"], new IpAddress("global", { type: "global-external" })) },
            }),
            "nat.rules.bank.addresses.0: [address/other-type]",
        ],
        [
            "without an address",
            () => ({ addresses: 1, rules: { bank: rule(["192.0.2.1"]) } }),
            "nat.rules.bank.addresses: must have an address",
        ],
    ])("%s are refused", async (_, nat, expected) => {
        let text = "";
        await registered(() => {
            const given = nat(new IpAddress("one"), new IpAddress("two"));
            try {
                new Network("apps", { nat: given });
            } catch (error) {
                text = problemsIn(error as Error);
            }
        });
        expect(text).toContain(expected);
    });
});

test("Cloud NAT without an address in a region with a subnet is refused", async () => {
    await expectRefused(
        () =>
            new Network("apps", {
                subnets: { here: { range: "10.0.0.0/20" }, there: { range: "10.1.0.0/20", region: other } },
                nat: { addresses: [new IpAddress("one")] },
            }),
        'Network "apps": nat.addresses: [network/nat-address-missing]',
    );
});
