import * as pulumi from "@pulumi/pulumi";
import { allow, DnsZone, Network } from "slipway";

// Zones of each kind, and records of each type, with the shortest and the longest names and values.
const apps = new Network("apps", { privateServices: false });
const hub = new Network("hub", { subnets: {}, privateServices: false });
const networks = [apps];
const label = "a".repeat(63);

const dev = new DnsZone("dev", { domain: "dev.acme.dev", dnssec: false, queryLogs: true });
const acme = new DnsZone("acme", {
    domain: "acme.dev",
    description: "The domain of the shop",
    records: {
        "@": {
            A: ["203.0.113.7", pulumi.output("203.0.113.8")],
            AAAA: ["2001:db8::7"],
            CAA: ["0 issue pki.goog"],
            MX: ["10 mail.acme.com", "0 ."],
            TXT: ["v=spf1 include:_spf.acme.com ~all", "k".repeat(600)],
            ttl: "0 seconds",
        },
        "*": { CNAME: ["acme.dev"] },
        [label]: {
            A: {
                weighted: [
                    { weight: 0, values: ["203.0.113.9"] },
                    { weight: 1000, values: ["203.0.113.7"] },
                ],
            },
        },
        "_sip._tcp": { SRV: ["0 5 5060 sip.acme.com"] },
        _dmarc: { TXT: ['"v=DMARC1; p=none"'] },
        web: { HTTPS: ["1 . alpn=h2"], TXT: { geo: { "europe-west1": ["eu"], "us-central1": { values: ["us"] } } } },
        dev: { NS: dev.nameServers },
    },
});
new DnsZone("alias", { domain: "acme.shop", dnssec: false, records: { "@": { ALIAS: ["shop.acme.dev"] } } });
allow(acme.role("roles/dns.admin"), "group:ops@acme.com");

const healthy = { type: "regionalL4ilb", address: "10.0.0.7", port: 53, protocol: "udp", network: apps } as const;
new DnsZone("internal", {
    domain: "internal",
    networks: [apps, hub],
    records: { db: { A: { geo: { "europe-west1": { loadBalancers: [healthy] } } } }, d: { A: ["10.0.0.8"] } },
});
new DnsZone("office", {
    domain: "office.acme.com",
    networks,
    forwardTo: ["10.1.0.53", { address: pulumi.output("10.1.1.53"), path: "private" }, { address: "fd20::53" }],
});
new DnsZone("all", { domain: ".", networks, peer: hub });
new DnsZone("reverse", { domain: "0.0.10.in-addr.arpa", networks: [hub], reverseLookup: true });
new DnsZone("names", {
    domain: "1.0.10.in-addr.arpa",
    networks,
    labels: { team: "web" },
    records: { 7: { PTR: ["db.internal.acme.dev"] } },
});
