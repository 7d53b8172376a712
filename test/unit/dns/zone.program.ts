import { DnsZone, LoadBalancer, Network, ServiceAccount, StorageBucket } from "slipway";
import { nameFormats } from "../../../lib/facts/names";
import { use } from "../../../lib/internal/access/capability";
import { crossProject } from "../everythingElse";
import type { LongestNames } from "../lengthened";

/** Zones of each kind, with all arguments. */
export function program(): void {
    const network = new Network("dns-network");
    const records = { "@": { A: ["203.0.113.7"], TXT: ["v=spf1 -all"], ttl: "1 hour" as const } };
    const dev = new DnsZone("dns-dev", {
        domain: "dev.acme.dev",
        dnssec: false,
        records: { "@": { ALIAS: ["acme.dev"] } },
    });
    const zone = new DnsZone("dns-acme", {
        domain: "acme.dev",
        name: "acme",
        description: "The domain of the shop",
        dnssec: true,
        queryLogs: true,
        labels: { team: "web" },
        records: {
            ...records,
            dev: { NS: dev.nameServers },
            www: { A: { weighted: [{ weight: 1, values: ["203.0.113.7"] }] } },
        },
        transform: { zone: { forceDestroy: true }, record: { ttl: 60 } },
    });
    const loadBalancers = [
        {
            type: "regionalL4ilb" as const,
            address: "10.0.0.7",
            port: 53,
            protocol: "udp" as const,
            network,
            region: "europe-west1",
        },
    ];
    new DnsZone("dns-private", {
        domain: "internal",
        networks: [network, "hub"],
        records: { db: { A: { geo: { "europe-west1": { loadBalancers }, "europe-west4": ["10.0.0.8"] } } } },
    });
    const networks = [network];
    new DnsZone("dns-office", {
        domain: "office.acme.com",
        networks,
        forwardTo: ["10.1.0.53", { address: "10.1.1.53", path: "private" }],
    });
    new DnsZone("dns-hub", { domain: ".", networks, peer: "hub" });
    new DnsZone("dns-reverse", { domain: "0.0.10.in-addr.arpa", networks, reverseLookup: true });
    const account = new ServiceAccount("dns-user");
    use("dns-user", { ZONE: zone.role("roles/dns.admin") }, account.member, {});
    const bucket = new StorageBucket("dns-bucket");
    new LoadBalancer("balanced-dns", { routes: { "/*": { bucket } }, domains: "shop.acme.dev", zone });
}

/** With arguments that `program` has not. */
export function more(): void {
    new DnsZone("rare-records", {
        domain: "rare.acme.com",
        dnssec: true,
        records: {
            "@": { NAPTR: ['100 10 "S" "SIP+D2T" "" _sip._tcp.rare.acme.com.'] },
            host: { SSHFP: [`4 2 ${"0a".repeat(32)}`], SVCB: ["1 svc.rare.acme.com. alpn=h2"] },
            "_443._tcp.host": { TLSA: [`3 1 1 ${"0b".repeat(32)}`] },
        },
    });
}

export const longestNames: LongestNames = {
    "dns/managedZone:ManagedZone name": nameFormats.rows.dnsZone.max,
    // https://cloud.google.com/dns/docs/reference/rest/v1/managedZones
    "dns/managedZone:ManagedZone description": 1024,
};

/** Those that exist already. */
export function existing(): void {
    const records = { www: { CNAME: ["acme.dev"] } };
    DnsZone.existing("existing-zone", {
        project: "acme-shared",
        records,
        transform: { record: { ttl: 60 } },
        crossProject,
    });
    DnsZone.existing("zone-of-project");
}
