import { RecordSet } from "@pulumi/gcp/dns/recordSet";
import * as pulumi from "@pulumi/pulumi";
import type { Child } from "../internal/engine/children";
import { type DnsZoneReference, defaultTtl, inZone } from "../internal/network/dnsZone";
import type { Certificates } from "./certificates";
import { domainPart } from "./domain";
import type { ReservedAddress } from "./frontEnd";

/** A DNS record that a domain needs. */
export interface DnsRecord {
    name: string;
    type: string;
    data: string;
    /** The region whose clients get this record; undefined for a record for all. */
    region?: string;
}

/** A record of a record set. */
interface NamedRecord {
    /** The part of the name of the record set. */
    part: string;
    name: pulumi.Input<string>;
    type: pulumi.Input<string>;
    data: pulumi.Output<string>;
    region?: string;
}

/** The DNS records of the domains and of their certificates. */
export function namedRecords(
    domains: readonly string[],
    all: readonly ReservedAddress[],
    certificates: Certificates | undefined,
): NamedRecord[] {
    const isOfRegions = new Set(all.map(({ region }) => region)).size > 1;
    const addresses = all.flatMap(({ type, address: data, region }) =>
        domains.map((domain) => ({
            part: `${domainPart(domain, domains)}-${type.toLowerCase()}`,
            name: `${domain}.`,
            type,
            data,
            ...(isOfRegions && { region }),
        })),
    );
    const { authorizations: authorized = {} } = certificates ?? {};
    const authorizations = Object.entries(authorized).map(([domain, { dnsResourceRecords }]) => {
        const value = (key: "name" | "type" | "data") => dnsResourceRecords.apply(([record]) => record?.[key] ?? "");
        const part = `${domainPart(domain, Object.keys(authorized))}-authorization`;
        return { part, name: value("name"), type: value("type"), data: value("data") };
    });
    return [...addresses, ...authorizations];
}

/** The records, for a zone elsewhere. */
export const dnsRecords = (records: readonly NamedRecord[]): pulumi.Output<DnsRecord[]> =>
    pulumi.all(records.map(({ part: _, ...record }) => pulumi.output(record)));

/** Creates the records in the zone. */
export function createRecords(
    component: string,
    zone: DnsZoneReference | undefined,
    child: Child,
    records: readonly NamedRecord[],
): RecordSet[] {
    if (zone === undefined) {
        return [];
    }
    const parts = [...new Set(records.map(({ part }) => part))];
    return parts.map((part) => {
        const all = records.filter((each) => each.part === part);
        const [{ name, type, data }] = all as [NamedRecord];
        // https://cloud.google.com/dns/docs/routing-policies-overview
        const geos = all.map(({ region = "", data }) => ({ location: region, rrdatas: [data] }));
        const values = geos.length > 1 ? { routingPolicy: { geos } } : { rrdatas: [data] };
        return new RecordSet(
            ...child("record", `${component}-${part}`, { ...inZone(zone), name, type, ttl: defaultTtl, ...values }),
        );
    });
}
