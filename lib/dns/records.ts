import { RecordSet } from "@pulumi/gcp/dns/recordSet";
import * as pulumi from "@pulumi/pulumi";
import { dnsLimits } from "../facts/limits/dns";
import * as check from "../internal/arguments/check";
import { type Duration, durationWithin, secondsIn } from "../internal/arguments/duration";
import { isObject } from "../internal/arguments/value";
import type { Child } from "../internal/engine/children";
import { defaultTtl } from "../internal/network/dnsZone";
import { type DnsRecordType, typeNames } from "./recordTypes";
import { answersOf, type DnsRouting, routing, routingPolicy } from "./routing";
import { type DnsValues, forms, valuesOf } from "./values";

/** The records of one name, by type. Names among the values are whole ones, to which the final dot is added. */
export interface DnsRecords {
    /** IPv4 addresses. */
    A?: DnsValues | DnsRouting;
    /** IPv6 addresses. */
    AAAA?: DnsValues | DnsRouting;
    /** The {@link https://cloud.google.com/dns/docs/records-overview domain} whose addresses a domain without a subdomain has. Only in a public zone without DNSSEC. */
    ALIAS?: DnsValues;
    /** The authorities that may issue certificates: `0 issue "pki.goog"`. */
    CAA?: DnsValues;
    /** The domain that the name is an alias of. Such a name has no other records. */
    CNAME?: DnsValues | DnsRouting;
    /** The keys of a delegated subdomain that is signed with DNSSEC. */
    DS?: DnsValues;
    /** How to connect by HTTPS. */
    HTTPS?: DnsValues;
    /** Mail servers with their preference: `10 mail.acme.dev`. */
    MX?: DnsValues | DnsRouting;
    /** Rules that rewrite names. */
    NAPTR?: DnsValues;
    /** The name servers of a subdomain, which delegate it: the `nameServers` of its zone. At most 8. */
    NS?: DnsValues;
    /** The name of an address, in a zone for reverse lookup. */
    PTR?: DnsValues;
    /** Servers of a service, with priority, weight and port: `0 5 5060 sip.acme.dev`. */
    SRV?: DnsValues | DnsRouting;
    /** Fingerprints of SSH keys. */
    SSHFP?: DnsValues;
    /** How to connect to a service. */
    SVCB?: DnsValues;
    /** Certificates of a service. */
    TLSA?: DnsValues;
    /** Texts, without quotes. Longer ones than 255 characters are split. */
    TXT?: DnsValues | DnsRouting;
    /**
     * How long resolvers keep the records.
     * @default "5 minutes"
     */
    ttl?: Duration;
}

const label = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";
const key = check.matching(
    new RegExp(`^(@|\\*|(\\*\\.)?${label}(\\.${label})*)$`),
    "must be a name in the zone, such as www, in lower case; @ is the domain itself, and * all other names",
);

const plain = (type: DnsRecordType) => valuesOf(type);
const routed = (type: DnsRecordType) =>
    check.either(isObject, routing(type), valuesOf(type)) as check.Check<DnsValues | DnsRouting>;

/** Checks the records of a zone. */
export const dnsRecords = check.record(
    key,
    check.explainedOptions<DnsRecords>(
        { SOA: "Cloud DNS sets it.", SPF: "Use TXT: SPF records are obsolete." },
        {
            A: routed("A"),
            AAAA: routed("AAAA"),
            ALIAS: plain("ALIAS"),
            CAA: plain("CAA"),
            CNAME: routed("CNAME"),
            DS: plain("DS"),
            HTTPS: plain("HTTPS"),
            MX: routed("MX"),
            NAPTR: plain("NAPTR"),
            NS: plain("NS"),
            PTR: plain("PTR"),
            SRV: routed("SRV"),
            SSHFP: plain("SSHFP"),
            SVCB: plain("SVCB"),
            TLSA: plain("TLSA"),
            TXT: routed("TXT"),
            ttl: durationWithin(dnsLimits.rows.ttl),
        },
    ),
);

const typesOf = (records: DnsRecords): DnsRecordType[] => typeNames.filter((type) => records[type] !== undefined);

/** Where records are: the domain of the zone, if it is known, and what it supports. */
interface Zone {
    domain?: string;
    /** Whether the zone is private; undefined for a zone that exists already. */
    isPrivate?: boolean;
    dnssec?: boolean;
}

/** What DNS or Cloud DNS refuses in combinations of records. */
export function recordProblems(records: Record<string, DnsRecords>, zone: Zone): (check.Problem | undefined)[] {
    return Object.entries(records).flatMap(([key, all]) => {
        const types = typesOf(all);
        const path = `records.${key}`;
        const others = types.filter((type) => type !== "CNAME" && type !== "DS");
        return [
            check.when(
                types.length === 0,
                path,
                "dns/records-empty",
                `must have the values of at least one type, such as { A: ["203.0.113.7"] }.`,
            ),
            check.when(
                zone.domain !== undefined && `.${key}`.endsWith(`.${zone.domain}`),
                path,
                "dns/record-with-domain",
                `must not repeat the domain of the zone. Write "${key.slice(0, -(zone.domain ?? "").length - 1) || "@"}".`,
            ),
            check.when(
                key === "@" && types.includes("CNAME"),
                `${path}.CNAME`,
                "dns/cname-of-domain",
                "is not possible for the domain itself, which has NS and SOA records. Use A and AAAA records.",
            ),
            check.when(
                types.includes("CNAME") && others.length > 0,
                `${path}.CNAME`,
                "dns/cname-beside-others",
                `cannot be combined with records of other types (got ${others.join(", ")}), because the name is an alias.`,
            ),
            check.when(
                key === "@" && types.includes("NS"),
                `${path}.NS`,
                "dns/ns-of-domain",
                "is set by Cloud DNS for the domain itself. Remove it.",
            ),
            check.when(
                key.startsWith("*") && types.includes("NS"),
                `${path}.NS`,
                "dns/ns-of-wildcard",
                "is not possible for a wildcard. Delegate each subdomain.",
            ),
            check.when(
                types.includes("ALIAS") && (key !== "@" || zone.isPrivate || zone.dnssec),
                `${path}.ALIAS`,
                "dns/alias-unsupported",
                "is only for the domain itself, in a public zone with dnssec: false.",
            ),
            ...types.flatMap((type) => answerProblems(`${path}.${type}`, type, all[type], zone)),
        ];
    });
}

/** What Cloud DNS refuses in the answers of one type. */
function answerProblems(path: string, type: DnsRecordType, given: unknown, { isPrivate }: Zone) {
    const answers = isObject(given)
        ? answersOf(given as unknown as DnsRouting)
        : [{ path: "", answer: { values: given as DnsValues, loadBalancers: undefined } }];
    return answers.flatMap(({ path: part, answer: { values, loadBalancers } }) => {
        const place = part ? `${path}.${part}` : path;
        return [
            check.when(
                type === "CNAME" && Array.isArray(values) && values.length > 1,
                place,
                "dns/several-cnames",
                "must have one value, because a name can only be an alias of one other.",
            ),
            check.when(
                loadBalancers && type !== "A" && type !== "AAAA",
                `${place}.loadBalancers`,
                "dns/load-balancers-without-address",
                "are only for records of the types A and AAAA.",
            ),
            check.when(
                loadBalancers && isPrivate === false,
                `${place}.loadBalancers`,
                "dns/load-balancers-in-public-zone",
                "are internal ones, whose addresses are only for private zones. Set networks.",
            ),
            ...(loadBalancers ?? []).map(({ type: kind, region }, index) =>
                check.when(
                    kind === "globalL7ilb" && region !== undefined,
                    `${place}.loadBalancers.${index}.region`,
                    "dns/region-of-global",
                    "is not possible with the type globalL7ilb. Remove it.",
                ),
            ),
        ];
    });
}

/** Where the records are created. */
interface Place {
    /** The zone's name and project. */
    zone: { managedZone: pulumi.Input<string>; project?: pulumi.Input<string> };
    /** The domain of the zone with its final dot. */
    domain: pulumi.Input<string>;
    region: string;
    project: string;
}

/**
 * Creates the records. A and CNAME records of a name have one resource name: changing one to the other is one change of the zone. Otherwise
 * the new one would be created while the old one exists, which Cloud DNS refuses.
 */
export function createRecords(
    component: string,
    records: Record<string, DnsRecords>,
    { zone, domain, ...defaults }: Place,
    child: Child,
): Record<string, RecordSet> {
    const made: Record<string, RecordSet> = {};
    for (const [key, all] of Object.entries(records)) {
        const name = key === "@" ? domain : pulumi.interpolate`${key}.${pulumi.output(domain).apply(withoutRoot)}`;
        const ttl = all.ttl === undefined ? defaultTtl : secondsIn(all.ttl);
        for (const type of typesOf(all)) {
            const isFirst = type === "A" || type === "CNAME";
            const first = isFirst ? undefined : made[`${key} A`];
            const answers = all[type] as DnsValues | DnsRouting;
            made[`${key} ${type}`] = new RecordSet(
                ...child(
                    "record",
                    isFirst ? `${component}-${key}` : `${component}-${key}-${type}`,
                    {
                        ...zone,
                        name,
                        type,
                        ttl,
                        ...(isObject(answers)
                            ? { routingPolicy: routingPolicy(type, answers as unknown as DnsRouting, defaults) }
                            : { rrdatas: forms(type, answers) }),
                    },
                    // It may have been a CNAME record, beside which no other can exist.
                    first && { dependsOn: first },
                ),
            );
        }
    }
    return made;
}

const withoutRoot = (domain: string) => (domain === "." ? "" : domain);
