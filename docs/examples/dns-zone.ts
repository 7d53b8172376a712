import { DnsZone, LoadBalancer, Network, ServerlessFunction } from "slipway";

const acme = new DnsZone("acme", {
    domain: "acme.dev",
    records: {
        "@": { MX: ["10 mail.acme.com"], TXT: ["v=spf1 include:_spf.acme.com ~all"], CAA: ["0 issue pki.goog"] },
        docs: { CNAME: ["acme.github.io"], ttl: "1 hour" },
    },
});

const predict = new ServerlessFunction("predict", {
    source: "./predict",
    trigger: { http: { public: true, ingress: "load-balancer" } },
});
new LoadBalancer("shop", { routes: { "/*": predict }, domains: "shop.acme.dev", zone: acme, securityPolicy: true });

const network = new Network("apps");
new DnsZone("internal", { domain: "acme.internal", networks: [network], records: { db: { A: ["10.0.0.7"] } } });

export const nameServers = acme.nameServers;
