import * as pulumi from "@pulumi/pulumi";
import {
    AutoscaledInstanceGroup,
    IpAddress,
    type IpAddressArgs,
    Network,
    NetworkEndpointGroup,
    NetworkLoadBalancer,
    type NetworkLoadBalancerArgs,
    UnmanagedInstanceGroup,
    VirtualMachine,
} from "slipway";
import { clientRanges } from "../../../lib/loadbalancer/clients";
import { refused, registered, registeredOptions } from "../registered";

const zone = "europe-west1-b";
const region = "europe-west1";
const apps = () => new Network("apps", { proxyOnlySubnets: true });
const unmanaged = (network: Network, name = "sql", ports: Record<string, number> = { sql: 5432 }) =>
    new UnmanagedInstanceGroup(name, { machines: [new VirtualMachine(`${name}-1`, { network, zone })], ports });
const scaled = (network: Network) =>
    new AutoscaledInstanceGroup("web", { network, ports: { web: 8443 }, health: { path: "/healthz", port: 8080 } });
const hybrid = (network: Network) =>
    new NetworkEndpointGroup("factory", { network, zone, endpoints: ["10.1.0.5:443"] });
const partner = (network: Network) => new NetworkEndpointGroup("partner", { network, internet: "api.acme.com" });

type Made = { network: Network; group: NetworkLoadBalancerArgs["group"] };
const make =
    (group: (network: Network) => unknown = unmanaged, network = apps) =>
    (): Made => {
        const made = network();
        return { network: made, group: group(made) as Made["group"] };
    };
const balanced = (made: Made, args: object = {}) =>
    new NetworkLoadBalancer("db", { ...made, ports: [5432], ...args } as NetworkLoadBalancerArgs);

/** What a load balancer registers, without its network and groups. */
async function resources(args: object = {}, made = make()) {
    const others = Object.keys(await registered(made));
    const all = Object.entries(await registered(() => balanced(made(), args)));
    return Object.fromEntries(all.filter(([key]) => !others.includes(key)));
}

const proxy = { type: "regional-internal-proxy" };
const fresh = expect.stringMatching(/^db-[0-9a-f]{6}$/);
const groupOf = (name: string) => expect.stringMatching(`/instanceGroups/${name}-[0-9a-f]{6}$`);
const subnetwork = "projects/acme-dev/regions/europe-west1/subnetworks/apps-default";
const account = expect.stringMatching(/@/);
const logConfig = { metadata: "INCLUDE_ALL_METADATA" };

test("a bare load balancer is for clients in the network, and probes its port", async () => {
    expect(await resources()).toEqual({
        "Address db": {
            name: "db",
            region,
            addressType: "INTERNAL",
            purpose: "GCE_ENDPOINT",
            subnetwork,
        },
        "Firewall db-probes": {
            name: "db-probes",
            description: "Health checks of the load balancer db",
            network: "projects/acme-dev/global/networks/apps",
            direction: "INGRESS",
            sourceRanges: ["35.191.0.0/16", "130.211.0.0/22"],
            targetServiceAccounts: [account],
            allows: [{ protocol: "tcp", ports: ["5432"] }],
            logConfig,
        },
        "Firewall db-clients": {
            name: "db-clients",
            description: "Clients of the load balancer db",
            network: "projects/acme-dev/global/networks/apps",
            direction: "INGRESS",
            sourceRanges: expect.arrayContaining(["10.0.0.0/20"]),
            targetServiceAccounts: [account],
            allows: [{ protocol: "tcp", ports: ["5432"] }],
            logConfig,
        },
        "RegionHealthCheck db": {
            name: "db",
            region,
            checkIntervalSec: 10,
            timeoutSec: 5,
            healthyThreshold: 2,
            unhealthyThreshold: 3,
            tcpHealthCheck: { port: 5432 },
            logConfig: { enable: true },
        },
        "RegionBackendService db": {
            name: fresh,
            region,
            loadBalancingScheme: "INTERNAL",
            protocol: "TCP",
            healthChecks: "db-id",
            backends: [{ group: groupOf("sql"), balancingMode: "CONNECTION" }],
            sessionAffinity: "NONE",
            connectionDrainingTimeoutSec: 300,
            logConfig: { enable: true, sampleRate: 1 },
        },
        "ForwardingRule db-tcp": {
            name: "db-tcp",
            region,
            loadBalancingScheme: "INTERNAL",
            ipAddress: expect.anything(),
            ipProtocol: "TCP",
            network: "projects/acme-dev/global/networks/apps",
            subnetwork,
            allowGlobalAccess: false,
            backendService: expect.stringMatching(/\/backendServices\/db-[0-9a-f]{6}$/),
            ports: ["5432"],
        },
    });
});

describe("a passthrough load balancer", () => {
    test("for everybody opens only its own address", async () => {
        const made = await resources({ type: "external-passthrough", public: true }, make(scaled));
        expect(made["Address db"]).toEqual({ name: "db", region, addressType: "EXTERNAL" });
        expect(made["Firewall db-clients"]).toMatchObject({
            sourceRanges: ["0.0.0.0/0"],
            destinationRanges: [expect.stringMatching(/\/32$/)],
        });
        expect(made["Firewall db-probes"]).toMatchObject({
            sourceRanges: ["35.191.0.0/16", "209.85.152.0/22", "209.85.204.0/22"],
            allows: [{ protocol: "tcp", ports: ["8080"] }],
        });
        expect(made["RegionHealthCheck db"]).toMatchObject({
            httpHealthCheck: { port: 8080, requestPath: "/healthz" },
        });
        expect(made["RegionBackendService db"]).toMatchObject({ loadBalancingScheme: "EXTERNAL" });
        expect(made["ForwardingRule db-tcp"]).toMatchObject({
            loadBalancingScheme: "EXTERNAL",
            networkTier: "PREMIUM",
        });
        expect(made["ForwardingRule db-tcp"]).not.toHaveProperty("network");
    });

    test("has an internal DNS name with a label", async () => {
        const made = await resources({ serviceLabel: "sql" });
        expect(made["ForwardingRule db-tcp"]).toMatchObject({ serviceLabel: "sql" });
    });

    test("of all protocols has all ports", async () => {
        const args = {
            protocol: "all",
            ports: undefined,
            health: { port: 22 },
            clients: ["10.0.0.0/8"],
            globalAccess: true,
        };
        const made = await resources(args);
        expect(made["RegionBackendService db"]).toMatchObject({ protocol: "UNSPECIFIED" });
        expect(made["ForwardingRule db-all"]).toMatchObject({
            ipProtocol: "L3_DEFAULT",
            allPorts: true,
            allowGlobalAccess: true,
        });
        expect(made["ForwardingRule db-all"]).not.toHaveProperty("ports");
        expect(made["Firewall db-clients"]).toMatchObject({
            sourceRanges: ["10.0.0.0/8"],
            allows: [{ protocol: "all" }],
        });
    });

    test("of all ports of UDP lets in UDP", async () => {
        const made = await resources({ protocol: "udp", ports: "all", health: { port: 80 }, logging: false });
        expect(made["Firewall db-clients"]).toMatchObject({ allows: [{ protocol: "udp" }] });
        expect(made["ForwardingRule db-udp"]).toMatchObject({ ipProtocol: "UDP", allPorts: true });
        expect(made["RegionBackendService db"]).toMatchObject({ logConfig: { enable: false } });
    });

    test.each([
        [{}, { failoverRatio: 0, dropTrafficIfUnhealthy: false, disableConnectionDrainOnFailover: false }],
        [
            { ratio: 25, dropIfUnhealthy: true, drain: false },
            { failoverRatio: 0.25, dropTrafficIfUnhealthy: true, disableConnectionDrainOnFailover: true },
        ],
    ])("with the failover %j", async (options, failoverPolicy) => {
        const both = make((network) => [unmanaged(network), unmanaged(network, "standby")]);
        const all = await registered(() => {
            const { network, group } = both();
            const [main, standby] = group as UnmanagedInstanceGroup[];
            balanced({ network, group: main as UnmanagedInstanceGroup }, { failover: { group: standby, ...options } });
        });
        expect(all["RegionBackendService db"]).toMatchObject({
            failoverPolicy,
            backends: [
                { group: groupOf("sql"), balancingMode: "CONNECTION" },
                { group: groupOf("standby"), balancingMode: "CONNECTION", failover: true },
            ],
        });
        expect(all["Firewall db-clients"]).toMatchObject({ targetServiceAccounts: [account, account] });
    });

    test("with a health check that exists already opens the port of its probes", async () => {
        const existing = "projects/acme-dev/regions/europe-west1/healthChecks/sql";
        const made = await resources({ health: { existing, port: 8080 } });
        expect(made).not.toHaveProperty("RegionHealthCheck db");
        expect(made["RegionBackendService db"]).toMatchObject({ healthChecks: existing });
        expect(made["Firewall db-probes"]).toMatchObject({ allows: [{ protocol: "tcp", ports: ["8080"] }] });
    });

    test("of machines that exist already opens nothing", async () => {
        const call = (token: string) =>
            token === "gcp:compute/getInstance:getInstance"
                ? {
                      zone,
                      selfLink: "sql-1",
                      networkInterfaces: [{ networkIp: "10.0.0.7", network: "apps", subnetwork: "apps" }],
                  }
                : undefined;
        const all = await registered(
            () => {
                const machines = [VirtualMachine.existing("sql-1", { zone })];
                balanced({ network: apps(), group: new UnmanagedInstanceGroup("sql", { machines, ports: {} }) });
            },
            { call },
        );
        expect(Object.keys(all).filter((key) => key.startsWith("Firewall"))).toEqual([
            "Firewall apps-proxies-europe-west1",
        ]);
    });
});

test("a reserved address is that of the rules, with its network tier", async () => {
    const withAddress = (args: object, own: object) => () => {
        const network = apps();
        const inside = "type" in args ? { network } : {};
        const address = new IpAddress("own", { ...args, ...inside } as IpAddressArgs);
        balanced({ network, group: unmanaged(network) }, { address, ...own });
    };
    const outer = { type: "external-passthrough", clients: ["10.0.0.0/8"] };
    const external = await registered(withAddress({ networkTier: "STANDARD" }, outer));
    expect(external).not.toHaveProperty("Address db");
    expect(external["ForwardingRule db-tcp"]).toMatchObject({ networkTier: "STANDARD", ipAddress: expect.anything() });
    const internal = await registered(withAddress({ type: "regional-internal" }, {}));
    expect(internal).not.toHaveProperty("Address db");
    expect(internal["ForwardingRule db-tcp"]).toMatchObject({ ipAddress: expect.anything() });
});

describe("proxies", () => {
    test("connect to a port of instances, and accept connections on several", async () => {
        const made = await resources({ ...proxy, ports: [443, 8443], proxyProtocol: true, idleTimeout: "1 hour" });
        expect(made["Address db"]).toMatchObject({ purpose: "SHARED_LOADBALANCER_VIP" });
        expect(made["RegionBackendService db"]).toMatchObject({
            loadBalancingScheme: "INTERNAL_MANAGED",
            portName: "sql",
            timeoutSec: 3600,
            backends: [{ group: groupOf("sql"), balancingMode: "UTILIZATION", maxUtilization: 0.8, capacityScaler: 1 }],
        });
        expect(made["RegionHealthCheck db"]).toMatchObject({
            tcpHealthCheck: { portSpecification: "USE_SERVING_PORT" },
        });
        expect(made["RegionTargetTcpProxy db"]).toEqual({
            name: fresh,
            region,
            backendService: expect.stringMatching(/\/backendServices\/db-[0-9a-f]{6}$/),
            proxyHeader: "PROXY_V1",
        });
        for (const port of ["443", "8443"]) {
            expect(made[`ForwardingRule db-${port}`]).toMatchObject({
                name: `db-${port}`,
                loadBalancingScheme: "INTERNAL_MANAGED",
                target: expect.stringMatching(/\/targetTcpProxies\/db-[0-9a-f]{6}$/),
                portRange: port,
                allowGlobalAccess: false,
            });
        }
        expect(Object.keys(made).filter((key) => key.startsWith("Firewall"))).toEqual([]);
    });

    test("have rules that are deleted before they are replaced, and before the subnet of the proxies", async () => {
        const options = await registeredOptions(() => balanced(make(unmanaged)(), proxy));
        const rule = options["ForwardingRule db-5432"];
        expect([rule?.deleteBeforeReplace, rule?.after]).toEqual([
            true,
            expect.arrayContaining(["Subnetwork apps-proxies-europe-west1"]),
        ]);
    });

    test.each([
        ["instances", unmanaged, { connections: 5 }, { balancingMode: "CONNECTION", maxConnectionsPerInstance: 5 }],
        ["instances", unmanaged, { utilization: 50 }, { balancingMode: "UTILIZATION", maxUtilization: 0.5 }],
        ["endpoints", hybrid, undefined, { balancingMode: "CONNECTION", maxConnectionsPerEndpoint: 100 }],
        ["endpoints", hybrid, { connections: 7 }, { balancingMode: "CONNECTION", maxConnectionsPerEndpoint: 7 }],
    ])("send connections to %s by their capacity", async (_, group, capacity, expected) => {
        const made = await resources({ ...proxy, capacity }, make(group));
        expect(made["RegionBackendService db"]).toMatchObject({ backends: [{ capacityScaler: 1, ...expected }] });
    });

    test("for the internet have a host on the internet without probes behind them", async () => {
        const made = await resources({ type: "regional-external-proxy" }, make(partner));
        expect(made).not.toHaveProperty("RegionHealthCheck db");
        expect(made["RegionBackendService db"]).toMatchObject({
            loadBalancingScheme: "EXTERNAL_MANAGED",
            backends: [{ group: expect.stringMatching(/networkEndpointGroups\/partner-/), capacityScaler: 1 }],
        });
        expect(made["ForwardingRule db-5432"]).toMatchObject({
            network: "projects/acme-dev/global/networks/apps",
            networkTier: "PREMIUM",
        });
        const internal = await resources(proxy, make(partner));
        expect(internal["RegionBackendService db"]).toMatchObject({
            backends: [{ group: expect.stringMatching(/networkEndpointGroups\/partner-/) }],
        });
    });
});

const plain = () => new Network("apps");
const both = (network: Network) => [unmanaged(network), unmanaged(network, "other", { web: 80 })];
const external = { type: "external-passthrough" };
const udp = { protocol: "udp" };

describe("refused is", () => {
    test.each([
        ["a missing network", make(), { network: undefined }, "network: is missing"],
        ["a missing group", make(), { group: undefined }, "group: is missing"],
        ["missing ports", make(), { ports: undefined }, "ports: [loadbalancer/ports-missing]"],
        ["no port", make(), { ports: [] }, "ports: must have at least one port, and each once"],
        ["a port twice", make(), { ports: [80, 80] }, "ports: must have at least one port, and each once"],
        ["port 0", make(), { ports: [0] }, "ports.0: must be a whole number from 1 to 65535"],
        ["more than five ports", make(), { ports: [1, 2, 3, 4, 5, 6] }, "ports: [loadbalancer/too-many-ports]"],
        ["all ports of a proxy", make(), { ...proxy, ports: "all" }, "ports: [loadbalancer/all-ports-of-proxy]"],
        ["ports of all protocols", make(), { protocol: "all" }, "ports: [loadbalancer/ports-of-all-protocols]"],
        ["endpoints that get packets", make(hybrid), {}, "group: [loadbalancer/endpoints-of-passthrough]"],
        [
            "failover of endpoints",
            make(both),
            (made: Made) => ({ failover: { group: hybrid(made.network) } }),
            "failover.group: [loadbalancer/failover-of-endpoints]",
        ],
        [
            "failover to itself",
            make(),
            (made: Made) => ({ failover: { group: made.group } }),
            "failover.group: [loadbalancer/failover-of-itself]",
        ],
        [
            "a ratio above 100",
            make(),
            (made: Made) => ({ failover: { group: made.group, ratio: 101 } }),
            "failover.ratio: must be",
        ],
        [
            "UDP that drops connections",
            make(),
            (made: Made) => ({ ...udp, health: { port: 80 }, failover: { group: made.group, drain: false } }),
            "failover.drain: [loadbalancer/failover-drain-of-tcp]",
        ],
        [
            "instances with endpoints",
            make((network) => [unmanaged(network), hybrid(network)]),
            proxy,
            "group: [loadbalancer/network-groups-of-kinds]",
        ],
        [
            "a global endpoint on the internet",
            make(() => new NetworkEndpointGroup("partner", { internet: "api.acme.com" })),
            proxy,
            "group: [loadbalancer/internet-scope]",
        ],
        [
            "a port of endpoints",
            make(hybrid),
            { ...proxy, port: "sql" },
            "port: [loadbalancer/network-port-of-endpoints]",
        ],
        [
            "a port that only one group has",
            make(both),
            { ...proxy, port: "web" },
            "port: [loadbalancer/group-port-unknown]",
        ],
        [
            "a port that is not clear",
            make((network) => unmanaged(network, "sql", { a: 1, b: 2 })),
            proxy,
            "group: [loadbalancer/group-port-unknown]",
        ],
        [
            "capacity of the internet",
            make(partner),
            { ...proxy, capacity: { connections: 1 } },
            "capacity: [loadbalancer/network-capacity-of-unprobed]",
        ],
        [
            "utilization of endpoints",
            make(hybrid),
            { ...proxy, capacity: { utilization: 50 } },
            "capacity: [loadbalancer/network-utilization-of-endpoints]",
        ],
        [
            "health of the internet",
            make(partner),
            { ...proxy, health: "/" },
            "health: [loadbalancer/network-health-of-unprobed]",
        ],
        ["UDP without health", make(), udp, "health: [loadbalancer/health-port-missing]"],
        [
            "a health check that exists already without its port",
            make(),
            { health: { existing: "projects/acme-dev/regions/europe-west1/healthChecks/sql" } },
            "health.port: [loadbalancer/health-port-missing]",
        ],
        [
            "all ports without a port to probe",
            make(),
            { ports: "all", health: "/" },
            "health.port: [loadbalancer/health-port-missing]",
        ],
        [
            "a timeout above the interval",
            make(),
            { health: { timeout: "1 minute" } },
            "health.timeout: [health/timeout-above-interval]",
        ],
        [
            "clients of a proxy",
            make(),
            { ...proxy, clients: ["10.0.0.0/8"] },
            "clients: [loadbalancer/clients-of-proxy]",
        ],
        ["a public proxy", make(), { ...proxy, public: true }, "public: [loadbalancer/clients-of-proxy]"],
        ["unknown clients on the internet", make(), external, "clients: [loadbalancer/clients-missing]"],
        [
            "public: false without clients",
            make(),
            { ...external, public: false },
            "clients: [loadbalancer/clients-missing]",
        ],
        [
            "clients and everybody",
            make(),
            { ...external, public: true, clients: ["10.0.0.0/8"] },
            "clients: [loadbalancer/clients-of-public]",
        ],
        [
            "everybody as a range",
            make(),
            { ...external, clients: ["0.0.0.0/0"] },
            'clients.0: cannot be everybody (got "0.0.0.0/0"). Remove clients, and set public: true, which only the type "external-passthrough" has.',
        ],
        ["an insecure proxy", make(), { ...proxy, insecure: true }, "insecure: [loadbalancer/option-of-passthrough]"],
        [
            "a rule with the name of a protocol",
            make(),
            { rules: { udp: {} } },
            "rules.udp: [loadbalancer/rule-named-as-protocol]",
        ],
        ["a rule with a name that is none", make(), { rules: { Two: {} } }, "rules.Two: "],
        [
            "six ports of a rule",
            make(),
            { rules: { two: { ports: [1, 2, 3, 4, 5, 6] } } },
            "rules.two.ports: [loadbalancer/too-many-ports]",
        ],
        [
            "ports of a rule with all protocols",
            make(),
            { protocol: "all", ports: "all", health: { port: 80 }, rules: { two: { ports: [80] } } },
            "rules.two.ports: [loadbalancer/ports-of-all-protocols]",
        ],
        [
            "an external address of an internal rule",
            make(),
            () => ({ rules: { two: { address: new IpAddress("front", { type: "regional-external" }) } } }),
            "rules.two.address: [address/other-type]",
        ],
        [
            "global access of an external rule",
            make(),
            { ...external, public: true, rules: { two: { globalAccess: true } } },
            "rules.two.globalAccess: [loadbalancer/rule-option-of-internal]",
        ],
        [
            "a DNS name of an external rule",
            make(),
            { ...external, public: true, rules: { two: { serviceLabel: "two" } } },
            "rules.two.serviceLabel: [loadbalancer/rule-option-of-internal]",
        ],
        [
            "a rule with all ports for everybody",
            make(),
            { ...external, public: true, rules: { two: { ports: "all" } } },
            "public: [loadbalancer/public-with-all-ports]",
        ],
        ["rules of a proxy", make(), { ...proxy, rules: { two: {} } }, "rules: [loadbalancer/option-of-passthrough]"],
        [
            "zonal affinity on the internet",
            make(),
            { ...external, public: true, zonalAffinity: { spillover: "stay-within-zone" } },
            "zonalAffinity: [loadbalancer/zonal-affinity-of-type]",
        ],
        [
            "a ratio of what stays in its zone",
            make(),
            { zonalAffinity: { spillover: "stay-within-zone", ratio: 50 } },
            "zonalAffinity.ratio: [loadbalancer/zonal-affinity-ratio]",
        ],
        [
            "a ratio above 100",
            make(),
            { zonalAffinity: { spillover: "spill-cross-zone", ratio: 101 } },
            "zonalAffinity.ratio: must be",
        ],
        ["no clients", make(), { ...external, clients: [] }, "clients: must have a range"],
        ["everybody in a network", make(), { public: true }, "public: [loadbalancer/public-of-internal]"],
        [
            "all ports for everybody",
            make(),
            { ...external, public: true, ports: "all", health: { port: 80 } },
            "public: [loadbalancer/public-with-all-ports]",
        ],
        [
            "unknown ranges of clients",
            make(unmanaged, () =>
                Network.existing("apps", { subnets: { apps: { existing: "apps", region } } } as never),
            ),
            {},
            "clients: [loadbalancer/clients-unknown]",
        ],
        [
            "failover of proxies",
            make(both),
            (made: Made) => ({ ...proxy, failover: { group: made.group } }),
            "failover: [loadbalancer/option-of-passthrough]",
        ],
        [
            "a protocol of proxies",
            make(),
            { ...proxy, protocol: "tcp" },
            "protocol: [loadbalancer/option-of-passthrough]",
        ],
        ["a port of packets", make(), { port: "sql" }, "port: [loadbalancer/option-of-proxy]"],
        [
            "the PROXY protocol of packets",
            make(),
            { proxyProtocol: true },
            "proxyProtocol: [loadbalancer/option-of-proxy]",
        ],
        [
            "an idle timeout of packets",
            make(),
            { idleTimeout: "1 hour" },
            "idleTimeout: [loadbalancer/option-of-proxy]",
        ],
        [
            "global access from the internet",
            make(),
            { ...external, public: true, globalAccess: true },
            "globalAccess: [loadbalancer/option-of-internal]",
        ],
        [
            "a DNS name of an external load balancer",
            make(),
            { ...external, public: true, serviceLabel: "sql" },
            "serviceLabel: [loadbalancer/service-label-of-type]",
        ],
        [
            "affinity of ports behind proxies",
            make(),
            { ...proxy, sessionAffinity: "client-ip-protocol" },
            "sessionAffinity: [loadbalancer/affinity-of-type]",
        ],
        [
            "affinity without destination",
            make(),
            { ...external, public: true, sessionAffinity: "client-ip-no-destination" },
            "sessionAffinity: [loadbalancer/affinity-of-type]",
        ],
        [
            "proxies without a subnet",
            make(unmanaged, plain),
            proxy,
            "network: [loadbalancer/proxy-only-subnet-missing]",
        ],
        ["a region without a subnet", make(), { region: "europe-west4" }, "network: [place/subnet-missing]"],
        ["an external address", make(), () => ({ address: new IpAddress("own") }), "address: [address/other-type]"],
        [
            "an address that is not shared",
            make(),
            ({ network }: Made) => ({
                ...proxy,
                ports: [80, 443],
                address: new IpAddress("own", { type: "regional-internal", network }),
            }),
            "address: [loadbalancer/network-address-not-shared]",
        ],
        ["draining for hours", make(), { drainTimeout: "2 hours" }, "drainTimeout: must be"],
    ] as [string, () => Made, object, string][])("%s, before anything is created", async (_, made, args, problem) => {
        const prepared = () => {
            const all = made();
            return { all, own: typeof args === "function" ? args(all) : args };
        };
        const before = Object.keys(await registered(prepared));
        const use = () => {
            const { all, own } = prepared();
            return balanced(all, own);
        };
        expect(await refused(use, {}, before)).toContain(problem);
    });
});

test("clients are those of the arguments, or of the network", () => {
    const network = { ranges: ["10.0.0.0/20"] } as unknown as Network;
    expect(clientRanges({ network })).toEqual(["10.0.0.0/20"]);
    expect(clientRanges({ network, clients: ["10.1.0.0/16"] })).toEqual(["10.1.0.0/16"]);
    expect(clientRanges({ network, public: true })).toEqual(["0.0.0.0/0"]);
});

describe("further rules", () => {
    test("have addresses of their own, and lead to the same machines", async () => {
        const rules = { http: { ports: [80, 8080], globalAccess: true, serviceLabel: "web" }, same: {} };
        const made = await resources({ rules });
        const rule = {
            region,
            loadBalancingScheme: "INTERNAL",
            ipProtocol: "TCP",
            network: "projects/acme-dev/global/networks/apps",
            subnetwork,
            backendService: expect.stringMatching(/backendServices\/db-[0-9a-f]{6}$/),
        };
        expect(made["ForwardingRule db-http"]).toEqual({
            ...rule,
            name: "db-http",
            ipAddress: expect.anything(),
            ports: ["80", "8080"],
            allowGlobalAccess: true,
            serviceLabel: "web",
        });
        expect(made["ForwardingRule db-same"]).toMatchObject({
            ...rule,
            name: "db-same",
            ports: ["5432"],
            allowGlobalAccess: false,
        });
        const address = { region, addressType: "INTERNAL", purpose: "GCE_ENDPOINT", subnetwork };
        expect(made["Address db-http"]).toEqual({ name: "db-http", ...address });
        expect(made["Address db-same"]).toEqual({ name: "db-same", ...address });
        expect(made["Firewall db-clients"]).toMatchObject({
            allows: [{ protocol: "tcp", ports: ["5432", "80", "8080"] }],
        });
    });

    test("of an external load balancer have their addresses opened as well, and one with all ports opens all", async () => {
        const front = () => new IpAddress("front", { type: "regional-external", networkTier: "STANDARD" });
        const external = { type: "external-passthrough", clients: ["203.0.113.0/24"] };
        const all = await registered(() => {
            const made = make()();
            const { addresses, forwardingRules } = balanced(made, {
                ...external,
                rules: { every: { ports: "all" }, front: { address: front() } },
            });
            expect(Object.keys(addresses)).toEqual(["every", "front"]);
            expect(Object.keys(forwardingRules)).toEqual(["tcp", "every", "front"]);
        });
        expect(all["Firewall db-clients"]).toMatchObject({
            allows: [{ protocol: "tcp" }],
            destinationRanges: [1, 2, 3].map(() => expect.stringMatching(/\/32$/)),
        });
        expect(all["Firewall db-clients"]).not.toHaveProperty("allows.0.ports");
        expect(all["ForwardingRule db-every"]).toMatchObject({ allPorts: true, networkTier: "PREMIUM" });
        expect(all["ForwardingRule db-front"]).toMatchObject({ ports: ["5432"], networkTier: "STANDARD" });
        expect(all).not.toHaveProperty("Address db-front");
    });
});

describe("IPv6", () => {
    const dual = (ipv6: "internal" | "external") => () =>
        new Network("apps", { subnets: { default: { range: "10.0.0.0/20", ipv6 } } });
    const elsewhere = () => {
        const network = { network: "apps", subnet: "apps" };
        return new UnmanagedInstanceGroup("sql", { machines: [new VirtualMachine("sql-1", { network, zone })] });
    };
    const six = { region, ipVersion: "IPV6", subnetwork };

    test("adds a range with a rule and firewall rules of its own to an internal load balancer", async () => {
        const made = await resources(
            { ipv6: true, globalAccess: true, serviceLabel: "db" },
            make(unmanaged, dual("internal")),
        );
        expect(made["Address db-ipv6"]).toEqual({
            ...six,
            name: "db-ipv6",
            addressType: "INTERNAL",
            purpose: "GCE_ENDPOINT",
        });
        expect(made["ForwardingRule db-tcp-ipv6"]).toEqual({
            ...six,
            name: "db-tcp-ipv6",
            loadBalancingScheme: "INTERNAL",
            ipProtocol: "TCP",
            ipAddress: expect.stringMatching(/\/96$/),
            network: "projects/acme-dev/global/networks/apps",
            backendService: expect.stringMatching(/backendServices\/db-[0-9a-f]{6}$/),
            ports: ["5432"],
            allowGlobalAccess: true,
            serviceLabel: "db",
        });
        expect(made["Firewall db-probes-ipv6"]).toMatchObject({
            sourceRanges: ["2600:2d00:1:b029::/64"],
            allows: [{ protocol: "tcp", ports: ["5432"] }],
        });
        expect(made["Firewall db-clients-ipv6"]).toMatchObject({
            sourceRanges: ["fd20:eb5:88a:0:0:0:0:0/48"],
            allows: [{ protocol: "tcp", ports: ["5432"] }],
        });
        expect(made["Firewall db-clients-ipv6"]).not.toHaveProperty("destinationRanges");
        expect(made["Firewall db-clients"]).toMatchObject({ sourceRanges: ["10.0.0.0/20"] });
    });

    test("adds a range of a subnet to an external load balancer, which a firewall rule opens", async () => {
        const external = { type: "external-passthrough", ipv6: true };
        const clients = ["203.0.113.0/24", "2001:db8::/32"];
        const made = await resources({ ...external, clients }, make(unmanaged, dual("external")));
        expect(made["Address db-ipv6"]).toEqual({
            ...six,
            name: "db-ipv6",
            addressType: "EXTERNAL",
            ipv6EndpointType: "NETLB",
        });
        expect(made["ForwardingRule db-tcp-ipv6"]).toMatchObject({ ...six, networkTier: "PREMIUM" });
        expect(made["Firewall db-probes-ipv6"]).toMatchObject({ sourceRanges: ["2600:1901:8001::/48"] });
        expect(made["Firewall db-clients-ipv6"]).toMatchObject({
            sourceRanges: ["2001:db8::/32"],
            destinationRanges: [expect.stringMatching(/\/96$/)],
        });
        expect(made["Firewall db-clients"]).toMatchObject({ sourceRanges: ["203.0.113.0/24"] });
        const open = await resources({ ...external, public: true }, make(unmanaged, dual("external")));
        expect(open["Firewall db-clients-ipv6"]).toMatchObject({ sourceRanges: ["::/0"] });
    });

    test("has a range that is reserved already", async () => {
        const all = await registered(() => {
            const made = make(unmanaged, dual("internal"))();
            const ipv6 = new IpAddress("six", { type: "regional-internal", network: made.network, ipv6: true });
            const { addresses } = balanced(made, { ipv6 });
            expect(addresses).toEqual({ ipv6: ipv6.reserved });
        });
        expect(all["Address six"]).toMatchObject({ ...six, addressType: "INTERNAL" });
        expect(all).not.toHaveProperty("Address db-ipv6");
        expect(all["ForwardingRule db-tcp-ipv6"]).toMatchObject({ ipVersion: "IPV6" });
    });

    test.each<[string, ReturnType<typeof make>, object | ((made: Made) => object), string]>([
        ["a subnet without it", make(), { ipv6: true }, "network: [loadbalancer/subnet-without-ipv6]"],
        [
            "a subnet with internal addresses for the internet",
            make(unmanaged, dual("internal")),
            { type: "external-passthrough", public: true, ipv6: true },
            "network: [loadbalancer/subnet-without-ipv6]",
        ],
        [
            "no subnet in the region",
            make(elsewhere, () => Network.existing("apps")),
            { type: "external-passthrough", public: true, ipv6: true },
            "network: [loadbalancer/ipv6-without-subnet]",
        ],
        [
            "an IPv4 address",
            make(unmanaged, dual("internal")),
            ({ network }: Made) => ({ ipv6: new IpAddress("four", { type: "regional-internal", network }) }),
            "ipv6: [address/other-version]",
        ],
        [
            "clients with only IPv4",
            make(unmanaged, dual("internal")),
            { ipv6: true, clients: ["10.0.0.0/20"] },
            "clients: [loadbalancer/clients-of-one-version]",
        ],
        [
            "clients with only IPv6",
            make(unmanaged, dual("internal")),
            { ipv6: true, clients: ["fd20::/48"] },
            "clients: [loadbalancer/clients-of-one-version]",
        ],
        [
            "clients with IPv6 of a load balancer without it",
            make(),
            { clients: ["10.0.0.0/20", "fd20::/48"] },
            "clients: [loadbalancer/clients-of-ipv6]",
        ],
        ["proxies", make(), { ...proxy, ipv6: true }, "ipv6: [loadbalancer/option-of-passthrough]"],
        ["a rule with its name", make(), { rules: { ipv6: {} } }, "rules.ipv6: [loadbalancer/rule-named-as-protocol]"],
    ])("is refused with %s", async (_, made, args, problem) => {
        const prepared = () => {
            const all = made();
            return { all, own: typeof args === "function" ? args(all) : args };
        };
        const before = Object.keys(await registered(prepared));
        const use = () => {
            const { all, own } = prepared();
            return balanced(all, own);
        };
        expect(await refused(use, {}, before)).toContain(problem);
    });
});

test.each([
    [{ spillover: "stay-within-zone" }, { spillover: "ZONAL_AFFINITY_STAY_WITHIN_ZONE" }],
    [{ spillover: "spill-cross-zone" }, { spillover: "ZONAL_AFFINITY_SPILL_CROSS_ZONE" }],
    [
        { spillover: "spill-cross-zone", ratio: 50 },
        { spillover: "ZONAL_AFFINITY_SPILL_CROSS_ZONE", spilloverRatio: 0.5 },
    ],
])("connections stay in their zone with %j", async (zonalAffinity, expected) => {
    const { "RegionBackendService db": service } = await resources({ zonalAffinity });
    expect(service).toMatchObject({ networkPassThroughLbTrafficPolicy: { zonalAffinity: expected } });
});

test("all ports are opened for everybody only with a warning", async () => {
    const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
    const everybody = { type: "external-passthrough", public: true, ports: "all", health: { port: 80 } };
    const made = await resources({ ...everybody, insecure: true });
    expect(made["Firewall db-clients"]).toMatchObject({ sourceRanges: ["0.0.0.0/0"], allows: [{ protocol: "tcp" }] });
    expect(made["ForwardingRule db-tcp"]).toMatchObject({ allPorts: true });
    expect(warn.mock.calls.flat()).toContain(
        'NetworkLoadBalancer "db": public: cannot be true with all ports, which also open SSH to the internet. Set ports, or clients. It is passed on because of insecure.',
    );
    warn.mockRestore();
});
