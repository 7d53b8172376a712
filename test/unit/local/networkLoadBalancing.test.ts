import { World } from "./world";

const zone = "europe-west1-b";
const region = "europe-west1";
const at = `projects/acme-dev/regions/${region}`;
const group = `projects/acme-dev/zones/${zone}/instanceGroups/machines`;
const hybrid = `projects/acme-dev/zones/${zone}/networkEndpointGroups/factory`;

function prepared(): World {
    const world = new World();
    world.enable("compute");
    world.make("Network", { name: "private", autoCreateSubnetworks: false });
    world.make("Network", { name: "other", autoCreateSubnetworks: false });
    world.make("Subnetwork", { name: "apps", network: "private", ipCidrRange: "10.0.0.0/24" });
    const proxies = { purpose: "REGIONAL_MANAGED_PROXY", role: "ACTIVE", ipCidrRange: "10.129.0.0/23" };
    world.make("Subnetwork", { name: "proxies", network: "private", ...proxies });
    world.make("InstanceGroup", { name: "machines", zone, network: "private" });
    const factory = { networkEndpointType: "NON_GCP_PRIVATE_IP_PORT" };
    world.make("NetworkEndpointGroup", { name: "factory", zone, network: "private", ...factory });
    world.make("HealthCheck", { name: "anywhere", tcpHealthCheck: { port: 80 } });
    world.make("RegionHealthCheck", { name: "check", region, tcpHealthCheck: { port: 80 } });
    const address = { region, addressType: "INTERNAL", subnetwork: "apps" };
    world.make("Address", { name: "one", ...address });
    world.make("Address", { name: "shared", ...address, purpose: "SHARED_LOADBALANCER_VIP" });
    world.make("Address", { name: "outside", region });
    const service = { region, healthChecks: `${at}/healthChecks/check` };
    const packets = { ...service, backends: [{ group, balancingMode: "CONNECTION" }] };
    const inner = { ...packets, loadBalancingScheme: "INTERNAL" };
    world.make("RegionBackendService", { name: "inner", ...inner, protocol: "TCP" });
    world.make("RegionBackendService", { name: "any", ...inner, protocol: "UNSPECIFIED" });
    world.make("RegionBackendService", { name: "outer", ...packets, loadBalancingScheme: "EXTERNAL", protocol: "TCP" });
    const managed = { loadBalancingScheme: "INTERNAL_MANAGED", backends: [{ group, capacityScaler: 1 }] };
    world.make("RegionBackendService", { name: "tcp", ...service, ...managed, protocol: "TCP" });
    world.make("RegionBackendService", { name: "http", ...service, ...managed, protocol: "HTTP" });
    world.make("RegionTargetTcpProxy", { name: "tcp", region, backendService: `${at}/backendServices/tcp` });
    return world;
}

const passthrough = {
    name: "new",
    region,
    loadBalancingScheme: "INTERNAL",
    protocol: "TCP",
    healthChecks: `${at}/healthChecks/check`,
    backends: [{ group, balancingMode: "CONNECTION" }],
};
const proxied = { ...passthrough, loadBalancingScheme: "INTERNAL_MANAGED" };
const external = { loadBalancingScheme: "EXTERNAL" };

test.each([
    ["CONNECTION for an INTERNAL backend service", { backends: [{ group }] }],
    [
        "CONNECTION for an EXTERNAL backend service",
        { ...external, backends: [{ group, balancingMode: "UTILIZATION" }] },
    ],
    ["protocol is not supported", { protocol: "HTTP" }],
    ["affinity is not supported", { sessionAffinity: "GENERATED_COOKIE" }],
    ["affinity is not supported", { ...external, sessionAffinity: "CLIENT_IP_NO_DESTINATION" }],
    ["Endpoints of the type NON_GCP", { backends: [{ group: hybrid, balancingMode: "CONNECTION" }] }],
    ["must not be a failover backend", { backends: [{ group, balancingMode: "CONNECTION", failover: true }] }],
    ["range [0.0, 1.0]", { failoverPolicy: { failoverRatio: 1.5 } }],
    [
        "zonalAffinity.spilloverRatio': '1.5'. Must be in the range [0.0, 1.0].",
        {
            networkPassThroughLbTrafficPolicy: {
                zonalAffinity: { spillover: "ZONAL_AFFINITY_SPILL_CROSS_ZONE", spilloverRatio: 1.5 },
            },
        },
    ],
    [
        "zonalAffinity.spillover': 'ZONAL_AFFINITY_STAY_WITHIN_ZONE'. It is not supported with the load balancing scheme EXTERNAL.",
        {
            ...external,
            networkPassThroughLbTrafficPolicy: { zonalAffinity: { spillover: "ZONAL_AFFINITY_STAY_WITHIN_ZONE" } },
        },
    ],
    ["only if the protocol is TCP", { protocol: "UDP", failoverPolicy: { disableConnectionDrainOnFailover: true } }],
    ["must have a health check", { healthChecks: undefined }],
    ["in the region of the service", { ...external, healthChecks: "projects/acme-dev/global/healthChecks/anywhere" }],
    ["Either maxConnections or", { ...proxied, backends: [{ group, balancingMode: "CONNECTION" }] }],
    ["Not supported by network", { ...proxied, backends: [{ group, balancingMode: "RATE", maxRatePerInstance: 1 }] }],
    [
        "must be CONNECTION for network",
        { ...proxied, backends: [{ group: hybrid, balancingMode: "RATE", maxRate: 1 }] },
    ],
    ["maximum of connections", { ...proxied, backends: [{ group: hybrid, balancingMode: "CONNECTION" }] }],
])("a backend service is refused: %s", (problem, change) => {
    const world = prepared();
    expect(() => world.make("RegionBackendService", { ...passthrough, ...change })).toThrow(problem);
});

test.each([
    [{}],
    [{ healthChecks: "projects/acme-dev/global/healthChecks/anywhere", sessionAffinity: "CLIENT_IP_NO_DESTINATION" }],
    [{ ...external, sessionAffinity: "CLIENT_IP_PROTO", failoverPolicy: { failoverRatio: 0.5 } }],
    [{ networkPassThroughLbTrafficPolicy: { zonalAffinity: { spillover: "ZONAL_AFFINITY_STAY_WITHIN_ZONE" } } }],
    [{ ...external, networkPassThroughLbTrafficPolicy: { zonalAffinity: { spillover: "ZONAL_AFFINITY_DISABLED" } } }],
    [{ ...proxied, backends: [{ group, balancingMode: "CONNECTION", maxConnectionsPerInstance: 5 }] }],
    [{ ...proxied, backends: [{ group: hybrid, balancingMode: "CONNECTION", maxConnectionsPerEndpoint: 5 }] }],
])("a backend service is created with %j", (change) => {
    const world = prepared();
    expect(world.make("RegionBackendService", { ...passthrough, ...change })).toBeDefined();
});

const rule = {
    name: "new",
    region,
    loadBalancingScheme: "INTERNAL",
    backendService: `${at}/backendServices/inner`,
    network: "private",
    subnetwork: "apps",
    ipProtocol: "TCP",
    ports: ["80"],
};
const any = { backendService: `${at}/backendServices/any`, ports: undefined };
const outer = { ...external, backendService: `${at}/backendServices/outer`, network: undefined, subnetwork: undefined };
const proxy = {
    backendService: undefined,
    loadBalancingScheme: "INTERNAL_MANAGED",
    target: `${at}/targetTcpProxies/tcp`,
    ports: undefined,
    portRange: "80",
};

test.each([
    ["must be that of the backend service, INTERNAL", { loadBalancingScheme: "EXTERNAL" }],
    ["must match the protocol of the backend service, TCP", { ipProtocol: "UDP" }],
    ["Only one of ports, port range and all ports", { allPorts: true }],
    ["All ports must be set", { ...any, ipProtocol: "L3_DEFAULT", ports: ["80"] }],
    ["Ports or all ports must be set", { ports: undefined }],
    ["supports 5 item maximum", { ports: ["1", "2", "3", "4", "5", "6"] }],
    ["Subnetwork must be specified", { subnetwork: undefined }],
    ["must be in the network", { network: "other" }],
    ["must be INTERNAL", { ipAddress: `${at}/addresses/outside` }],
    ["must be EXTERNAL", { ...outer, ipAddress: `${at}/addresses/one` }],
    ["must be that of the backend service", { ...proxy, loadBalancingScheme: "EXTERNAL_MANAGED", network: "private" }],
    ["must have a single port", { ...proxy, portRange: "80-81" }],
    ["proxy-only subnetwork is required", { ...proxy, network: "other", subnetwork: undefined }],
])("a forwarding rule is refused: %s", (problem, change) => {
    const world = prepared();
    expect(() => world.make("ForwardingRule", { ...rule, ...change })).toThrow(problem);
});

test.each([
    [{}],
    [{ ...any, ipProtocol: "L3_DEFAULT", allPorts: true }],
    [{ ...any, ipProtocol: "UDP", allPorts: true }],
    [{ ...outer, ipAddress: `${at}/addresses/outside` }],
    [proxy],
])("a forwarding rule is created with %j", (change) => {
    const world = prepared();
    expect(world.make("ForwardingRule", { ...rule, ...change })).toBeDefined();
});

describe("IPv6", () => {
    /** A world with dual-stack subnets of both kinds. */
    function dual() {
        const world = prepared();
        world.make("Network", { name: "six", autoCreateSubnetworks: false, enableUlaInternalIpv6: true });
        for (const [name, ipv6AccessType, ipCidrRange] of [
            ["inside6", "INTERNAL", "10.20.0.0/24"],
            ["outside6", "EXTERNAL", "10.21.0.0/24"],
        ]) {
            world.make("Subnetwork", { name, network: "six", ipCidrRange, stackType: "IPV4_IPV6", ipv6AccessType });
        }
        return world;
    }
    const range = { name: "range", region, ipVersion: "IPV6" };
    const inside = { ...range, addressType: "INTERNAL", subnetwork: "inside6" };
    const outside = { ...range, subnetwork: "outside6", ipv6EndpointType: "NETLB" };

    test.each([
        [inside, rule, { network: "six", subnetwork: "inside6" }],
        [outside, { ...rule, ...outer }, { subnetwork: "outside6" }],
    ])("a rule has the range of a subnetwork, whole, and nobody can release it: %#", (address, base, place) => {
        const world = dual();
        const made = world.make("Address", address);
        expect(made.state.prefixLength).toBe(96);
        expect(made.state.address).toMatch(/^(fd20|2600):.*:8000:0:0:0$/);
        const ipAddress = `${made.state.address}/96`;
        const served = world.make("ForwardingRule", { ...base, ...place, ipVersion: "IPV6", ipAddress });
        expect(served.state.ipAddress).toBe(ipAddress);
        expect(world.changed(served)).toEqual([]);
        expect(() =>
            world.make("ForwardingRule", { ...base, ...place, name: "other", ipVersion: "IPV6", ipAddress }),
        ).toThrow("is in-use");
    });

    test.each([
        ["must have internal IPv6 addresses", { ...inside, subnetwork: "outside6" }],
        ["must have external IPv6 addresses", { ...outside, subnetwork: "inside6" }],
        ["A subnetwork must be specified", { ...outside, subnetwork: undefined }],
        ["network tier PREMIUM", { ...outside, networkTier: "STANDARD" }],
        ["An endpoint type must be specified", { ...outside, ipv6EndpointType: undefined }],
    ])("a range is refused: %s", (problem, address) => {
        const world = dual();
        expect(() => world.make("Address", address)).toThrow(problem);
    });

    test("a rule in a subnetwork without such addresses is refused", () => {
        const world = dual();
        const make = (change: object) => world.make("ForwardingRule", { ...rule, ipVersion: "IPV6", ...change });
        expect(() => make({})).toThrow("The subnetwork must have internal IPv6 addresses.");
        expect(() => make({ ...outer, subnetwork: "inside6" })).toThrow("must have external IPv6 addresses.");
        expect(() => make(outer)).toThrow("must have external IPv6 addresses.");
    });
});

test("an address is for one rule, or is shared by rules of different ports", () => {
    const world = prepared();
    const make = (name: string, change: object) => world.make("ForwardingRule", { ...rule, name, ...change });
    make("first", { ipAddress: `${at}/addresses/one` });
    expect(() => make("second", { ipAddress: `${at}/addresses/one`, ports: ["81"] })).toThrow("is in-use");
    const shared = { ipAddress: `${at}/addresses/shared` };
    make("third", { ...shared, ports: ["80", "81"] });
    expect(() => make("fourth", { ...shared, ports: ["81", "82"] })).toThrow("is in-use");
    expect(make("fifth", { ...shared, ports: ["82"] })).toBeDefined();
    expect(make("sixth", { ...shared, ...any, ipProtocol: "UDP", ports: ["80"] })).toBeDefined();
});

test.each([
    ["The protocol of the backend service must be TCP", { backendService: `${at}/backendServices/http` }],
    ["is not that of the proxy", { backendService: `${at}/backendServices/inner` }],
    ["is not that of the proxy", { loadBalancingScheme: "EXTERNAL_MANAGED" }],
    ["was not found", { backendService: `${at}/backendServices/missing` }],
])("a TCP proxy is refused: %s", (problem, change) => {
    const world = prepared();
    const made = { name: "new", region, backendService: `${at}/backendServices/tcp` };
    expect(() => world.make("RegionTargetTcpProxy", { ...made, ...change })).toThrow(problem);
});

// https://cloud.google.com/load-balancing/docs/network/networklb-backend-service#traffic-steering
test("a rule with sources takes their traffic from the rule with the same address", () => {
    const world = prepared();
    const rule = { region, ...external, ipAddress: "outside", backendService: `${at}/backendServices/outer` };
    const base = world.make("ForwardingRule", { name: "base", ...rule, ipProtocol: "TCP", portRange: "80" });
    const steering = { name: "some", ...rule, ipProtocol: "TCP", portRange: "80", sourceIpRanges: ["203.0.113.0/24"] };
    expect(base.state.baseForwardingRule).toBe("");
    expect(world.make("ForwardingRule", steering).state.baseForwardingRule).toBe(base.state.selfLink);
});
