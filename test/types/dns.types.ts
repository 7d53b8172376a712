import { DnsZone, LoadBalancer, Network } from "slipway";

const network = new Network("apps");
const domain = "acme.dev";
const address = "203.0.113.7";

new DnsZone("acme", { domain });
const acme = new DnsZone("acme", {
    domain,
    dnssec: false,
    queryLogs: true,
    records: {
        "@": { A: [address], MX: ["10 mail.acme.dev"], ttl: "1 hour" },
        www: { A: { weighted: [{ weight: 60, values: [address] }] } },
        dev: { NS: new DnsZone("dev", { domain: "dev.acme.dev" }).nameServers },
    },
});
new DnsZone("internal", { domain: "internal", networks: [network, "hub"], records: { db: { A: ["10.0.0.7"] } } });
new DnsZone("office", { domain, networks: [network], forwardTo: ["10.0.0.53", { address, path: "private" }] });
new DnsZone("hub", { domain: ".", networks: [network], peer: "hub" });
new DnsZone("reverse", { domain: "10.in-addr.arpa", networks: [network], reverseLookup: true });
const existing = DnsZone.existing("acme-dev", { project: "acme-shared", records: { www: { CNAME: [domain] } } });
new LoadBalancer("site", { routes: { "/*": { service: "web" as never } }, domains: domain, zone: acme });
new LoadBalancer("site", { routes: { "/*": { service: "web" as never } }, domains: domain, zone: existing });

// @ts-expect-error the domain is required
new DnsZone("acme", {});
// @ts-expect-error a public zone has no name servers to forward to
new DnsZone("acme", { domain, forwardTo: ["10.0.0.53"] });
// @ts-expect-error another network answers
new DnsZone("acme", { domain, networks: [network], peer: "hub", forwardTo: ["10.0.0.53"] });
// @ts-expect-error another network answers
new DnsZone("acme", { domain, networks: [network], peer: "hub", records: {} });
// @ts-expect-error private zones are not signed
new DnsZone("acme", { domain, networks: [network], dnssec: true });
// @ts-expect-error Cloud DNS sets SOA records
new DnsZone("acme", { domain, records: { "@": { SOA: ["ns1.acme.dev"] } } });
// @ts-expect-error a list of values
new DnsZone("acme", { domain, records: { www: { A: address } } });
// @ts-expect-error a duration has a unit
new DnsZone("acme", { domain, records: { www: { A: [address], ttl: 300 } } });
// @ts-expect-error either weights or regions
new DnsZone("acme", { domain, records: { www: { A: { weighted: [], geo: {} } } } });
// @ts-expect-error name servers have no policy
new DnsZone("acme", { domain, records: { dev: { NS: { weighted: [{ weight: 1, values: ["ns1.acme.dev"] }] } } } });
// @ts-expect-error what exists has its domain
DnsZone.existing("acme-dev", { domain });
