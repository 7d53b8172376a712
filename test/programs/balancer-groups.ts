import {
    AutoscaledInstanceGroup,
    LoadBalancer,
    Network,
    NetworkEndpointGroup,
    UnmanagedInstanceGroup,
    VirtualMachine,
} from "slipway";

// Every kind of group behind every type of load balancer.
const region = "europe-west1";
const network = new Network("apps", { proxyOnlySubnets: true });
const b1 = new VirtualMachine("b1", { network, zone: "europe-west1-b" });
const b2 = new VirtualMachine("b2", { network, zone: "europe-west1-b" });
const c1 = new VirtualMachine("c1", { network, zone: "europe-west1-c" });
const health = { path: "/healthz", host: "shop.acme.dev", interval: "30 seconds" } as const;

const b = new UnmanagedInstanceGroup("shop-b", { machines: [b1, b2], ports: { http: 8080, admin: 8081 } });
const c = new UnmanagedInstanceGroup("shop-c", { machines: [c1], ports: { http: 8080, admin: 8081 }, name: "c" });
const scaled = new AutoscaledInstanceGroup("scaled", { network, ports: { http: 8080 }, health: "/healthz" });
const ports = new NetworkEndpointGroup("ports", { machines: [b1, b2], port: 9090, description: "Sidecars" });
const factory = new NetworkEndpointGroup("factory", {
    network,
    zone: "europe-west1-d",
    endpoints: ["10.200.0.5:443", "10.200.0.6:443"],
});
const partner = new NetworkEndpointGroup("partner", { internet: "api.partner.com" });
const address = new NetworkEndpointGroup("address", { internet: "203.0.113.7:8443" });
const sales = new NetworkEndpointGroup("sales", {
    serviceAttachment: `projects/acme-sales/regions/${region}/serviceAttachments/sales`,
    network,
});
const keys = new NetworkEndpointGroup("keys", { googleApi: `${region}-cloudkms.googleapis.com` });

new LoadBalancer("global", {
    domains: "shop.acme.dev",
    routes: {
        "/*": { group: [b, c], port: "http", health, capacity: { requestsPerSecond: 50 } },
        "/admin/*": { group: [b, c], port: "admin", protocol: "https", backend: "admin", timeout: "5 minutes" },
        "/scaled/*": { group: scaled, health: { protocol: "tcp", port: 8080 } },
        "/ports/*": { group: [ports, factory], protocol: "http2" },
        "/partner/*": { group: partner, rewrite: "/" },
        "/address/*": { group: address, host: "address.acme.dev", cdn: true },
        "/sales/*": sales,
        "/keys/*": keys,
    },
});

const regional = {
    network,
    domains: "internal.acme.dev",
    routes: {
        "/*": { group: [b, c], port: "http", health: "/healthz" },
        "/scaled/*": scaled,
        "/ports/*": ports,
        "/factory/*": { group: factory, protocol: "https" as const, health: { ...health, protocol: "https" as const } },
        "/sales/*": sales,
        "/partner/*": new NetworkEndpointGroup("partner-region", { internet: "api.partner.com:8443", network }),
    },
};
new LoadBalancer("internal", { type: "regional-internal", ...regional });
new LoadBalancer("external", { type: "regional-external", ...regional });
