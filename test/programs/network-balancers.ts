import {
    AutoscaledInstanceGroup,
    IpAddress,
    Network,
    NetworkEndpointGroup,
    NetworkLoadBalancer,
    UnmanagedInstanceGroup,
    VirtualMachine,
} from "slipway";

// Every type of network load balancer, with every kind of group.
const region = "europe-west1";
const network = new Network("apps", { proxyOnlySubnets: true });
const b1 = new VirtualMachine("b1", { network, zone: "europe-west1-b" });
const c1 = new VirtualMachine("c1", { network, zone: "europe-west1-c" });

const main = new UnmanagedInstanceGroup("sql", { machines: [b1], ports: { sql: 5432, admin: 5433 } });
const standby = new UnmanagedInstanceGroup("standby", { machines: [c1], ports: { sql: 5432, admin: 5433 } });
const scaled = new AutoscaledInstanceGroup("scaled", { network, ports: { dns: 53 }, health: { port: 8080 } });
const ports = new NetworkEndpointGroup("ports", { machines: [b1], port: 9090 });
const factory = new NetworkEndpointGroup("factory", { network, zone: "europe-west1-d", endpoints: ["10.200.0.5:443"] });
const partner = new NetworkEndpointGroup("partner", { internet: "api.partner.com:443", network });
const sales = new NetworkEndpointGroup("sales", {
    serviceAttachment: `projects/acme-sales/regions/${region}/serviceAttachments/sales`,
    network,
});

new NetworkLoadBalancer("sql", {
    network,
    group: main,
    failover: { group: standby, ratio: 50, dropIfUnhealthy: true, drain: false },
    ports: [5432, 5433],
    sessionAffinity: "client-ip-no-destination",
    drainTimeout: "1 minute",
});
new NetworkLoadBalancer("gateway", {
    network,
    group: [main, standby],
    protocol: "all",
    health: { port: 22 },
    globalAccess: true,
    clients: ["10.0.0.0/8"],
});
new NetworkLoadBalancer("dns", {
    type: "external-passthrough",
    network,
    group: scaled,
    protocol: "udp",
    ports: [53],
    public: true,
    logging: { sampling: 10 },
});
new NetworkLoadBalancer("bulk", {
    type: "external-passthrough",
    address: new IpAddress("bulk"),
    network,
    group: main,
    ports: "all",
    clients: ["203.0.113.0/24"],
    health: { path: "/healthz", port: 8080 },
    sessionAffinity: "client-ip-protocol",
});
new NetworkLoadBalancer("inner", {
    type: "regional-internal-proxy",
    network,
    group: [main, standby],
    port: "sql",
    address: new IpAddress("inner", { type: "regional-internal", network, purpose: "SHARED_LOADBALANCER_VIP" }),
    ports: [5432, 6432],
    capacity: { connections: 200 },
    idleTimeout: "1 hour",
    proxyProtocol: true,
    globalAccess: true,
});
new NetworkLoadBalancer("sidecars", {
    type: "regional-internal-proxy",
    network,
    group: [ports, factory],
    ports: [443],
});
new NetworkLoadBalancer("outer", {
    type: "regional-external-proxy",
    network,
    group: scaled,
    ports: [53],
    sessionAffinity: "client-ip",
});
new NetworkLoadBalancer("partner", { type: "regional-internal-proxy", network, group: partner, ports: [443] });
new NetworkLoadBalancer("sales", { type: "regional-external-proxy", network, group: sales, ports: [443] });

const dual = (name: string, ipv6: "internal" | "external", range: string) => {
    const own = new Network(name, { subnets: { main: { range, ipv6 } } });
    const group = new UnmanagedInstanceGroup(name, {
        machines: [new VirtualMachine(name, { zone: "europe-west1-b", network: { network: own, ipv6 } })],
    });
    return { network: own, group, ipv6: true, ports: [5432], rules: { second: { ports: [6432] } } };
};
new NetworkLoadBalancer("dual-inside", {
    ...dual("dual-inside", "internal", "10.40.0.0/24"),
    zonalAffinity: { spillover: "spill-cross-zone", ratio: 50 },
});
new NetworkLoadBalancer("dual-outside", {
    ...dual("dual-outside", "external", "10.41.0.0/24"),
    type: "external-passthrough",
    public: true,
});
