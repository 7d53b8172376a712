import type { ManagedZoneArgs } from "@pulumi/gcp/dns/managedZone";
import type * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/arguments/check";
import { type NameServers, nameServers, targetNameServers } from "../internal/network/nameServers";
import { type NetworkOfProgram, networkAndSubnet, networkIds } from "../internal/network/networkOf";

/** A network: a `Network`, or the ID or name of a network. */
export type DnsNetwork = NetworkOfProgram | pulumi.Input<string>;

/** What only a public zone has. */
export interface PublicDnsZone {
    /**
     * Signs the records with {@link https://cloud.google.com/dns/docs/dnssec DNSSEC}. Resolvers check the signatures once the registrar
     * of the domain, or the zone above, has the DS record. Before you set this to `false`, delete that record and wait for its TTL:
     * otherwise resolvers refuse the domain.
     * @default true
     */
    dnssec?: boolean;
    /**
     * Writes each query to {@link https://cloud.google.com/dns/docs/monitoring Cloud Logging}, which is billed by volume.
     * @default false
     */
    queryLogs?: boolean;
}

/** What each zone has that only networks see. */
export interface PrivateDnsZone {
    /** The networks that see the zone, at least one: each a `Network`, or the ID or name of a network. */
    networks: readonly DnsNetwork[];
}

/** A zone whose queries other name servers answer. */
export interface ForwardingDnsZone extends PrivateDnsZone {
    /**
     * The name servers that {@link https://cloud.google.com/dns/docs/zones/forwarding-zones answer} the queries: their IPv4 or IPv6 addresses, at
     * most 50. Their networks must let queries from 35.199.192.0/19 in, and route the answers back.
     */
    forwardTo: NameServers;
}

/** A zone whose queries another network answers. */
export interface PeeringDnsZone extends PrivateDnsZone {
    /**
     * The network that {@link https://cloud.google.com/dns/docs/zones/peering-zones answers} the queries, as for its own VMs: a
     * `Network`, or the ID or name of a network. In another project, the deployer needs `roles/dns.peer` there.
     */
    peer: DnsNetwork;
}

/** A zone that answers with the names of VMs. */
export interface ReverseDnsZone extends PrivateDnsZone {
    /**
     * Answers {@link https://cloud.google.com/dns/docs/zones/managed-reverse-lookup-zones reverse lookups} with the names that Compute Engine
     * gives VMs. Only for a domain in `in-addr.arpa` or `ip6.arpa`.
     * @default false
     */
    reverseLookup: true;
}

/** The arguments of all kinds. */
export interface AnyKind extends PublicDnsZone, Partial<PrivateDnsZone> {
    forwardTo?: ForwardingDnsZone["forwardTo"];
    peer?: DnsNetwork;
    reverseLookup?: boolean;
}

const network = networkAndSubnet.network as check.Check<DnsNetwork>;

/** Checks the arguments of all kinds. */
export const kindChecks: check.Checks<AnyKind> = {
    dnssec: check.flag(),
    queryLogs: check.flag(),
    networks: check.pipe(
        check.list(network),
        check.refine((all) => all.length > 0, "must have at least one network"),
    ),
    forwardTo: nameServers("IP"),
    peer: network,
    reverseLookup: check.flag(),
};

/** The kinds of private zones that have no records of their own. */
const withoutRecords = ["forwardTo", "peer", "reverseLookup"] as const;

/** Arguments of several kinds are refused. */
export function kindProblems(args: AnyKind & { domain: string; records?: object }): (check.Problem | undefined)[] {
    const { networks, dnssec, queryLogs, peer, domain, records = {} } = args;
    const kinds = withoutRecords.filter((kind) => args[kind] !== undefined && args[kind] !== false);
    const [kind] = kinds;
    const publicOnly = Object.entries({ dnssec, queryLogs }).find(([, value]) => value !== undefined)?.[0];
    return [
        check.when(
            kind && networks === undefined,
            "networks",
            "dns/networks-missing",
            `are missing: with ${kind}, only networks see the zone.`,
        ),
        check.when(
            kinds.length > 1,
            kinds[1] ?? "",
            "dns/several-kinds",
            `cannot be combined with ${kind}: something else answers the queries. Remove one of them.`,
        ),
        check.when(
            networks && publicOnly,
            publicOnly ?? "",
            "dns/public-only",
            "is only for public zones, which have no networks. Remove it.",
        ),
        check.when(
            kind && Object.keys(records).length > 0,
            "records",
            "dns/records-unused",
            `cannot be combined with ${kind}: something else answers the queries. Remove one of them.`,
        ),
        check.when(
            args.reverseLookup && !/(^|\.)(in-addr|ip6)\.arpa$/.test(domain),
            "domain",
            "dns/reverse-domain",
            `must be in in-addr.arpa or ip6.arpa for reverse lookups, such as 0.0.10.in-addr.arpa (got "${domain}").`,
        ),
        check.when(
            peer !== undefined && networks?.includes(peer),
            "peer",
            "dns/peer-of-itself",
            "must be another network than those that see the zone.",
        ),
    ];
}

/** A zone's kind in the provider's form. */
export function kindInputs(args: AnyKind, project: string): Partial<ManagedZoneArgs> {
    const { networks, forwardTo, peer, reverseLookup, dnssec = true, queryLogs = false } = args;
    if (networks === undefined) {
        return {
            visibility: "public",
            dnssecConfig: { state: dnssec ? "on" : "off" },
            cloudLoggingConfig: { enableLogging: queryLogs },
        };
    }
    const urlOf = (one: DnsNetwork) => networkIds({ network: one }, "", project).network as pulumi.Input<string>;
    return {
        visibility: "private",
        privateVisibilityConfig: { networks: networks.map((one) => ({ networkUrl: urlOf(one) })) },
        forwardingConfig: forwardTo && { targetNameServers: targetNameServers(forwardTo) },
        peeringConfig: peer === undefined ? undefined : { targetNetwork: { networkUrl: urlOf(peer) } },
        reverseLookup: reverseLookup || undefined,
    };
}
