import type { DnsAuthorization } from "@pulumi/gcp/certificatemanager/dnsAuthorization";
import { RecordSet } from "@pulumi/gcp/dns/recordSet";
import type * as pulumi from "@pulumi/pulumi";
import type { Child } from "../internal/children";
import { type DnsZoneReference, defaultTtl, inZone } from "../internal/dnsZone";
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

/** The record that proves the control of a domain. */
function authorizationRecord({ dnsResourceRecords }: DnsAuthorization): pulumi.Output<DnsRecord> {
    return dnsResourceRecords.apply(([record]) => {
        const { name = "", type = "", data = "" } = record ?? {};
        return { name, type, data };
    });
}

/** A record, and the part of the name of its record set. */
interface NamedRecord {
    part: string;
    record: pulumi.Output<DnsRecord>;
}

/** The DNS records of the domains and of their certificates. */
export function dnsRecords(
    domains: readonly string[],
    all: readonly ReservedAddress[],
    certificates: Certificates | undefined,
): NamedRecord[] {
    const isOfRegions = new Set(all.map(({ region }) => region)).size > 1;
    const addresses = all.flatMap(({ type, address, region }) =>
        domains.map((domain) => ({
            part: `${domainPart(domain, domains)}-${type.toLowerCase()}`,
            record: address.apply((data) => ({ name: `${domain}.`, type, data, ...(isOfRegions && { region }) })),
        })),
    );
    const { authorizations: authorized = {} } = certificates ?? {};
    const authorizations = Object.entries(authorized).map(([domain, authorization]) => ({
        part: `${domainPart(domain, Object.keys(authorized))}-authorization`,
        record: authorizationRecord(authorization),
    }));
    return [...addresses, ...authorizations];
}

/** Creates the records in the zone. */
export function createRecords(
    component: string,
    zone: DnsZoneReference | undefined,
    child: Child,
    records: NamedRecord[],
): RecordSet[] {
    if (zone === undefined) {
        return [];
    }
    const parts = [...new Set(records.map(({ part }) => part))];
    return parts.map((part) => {
        const all = records.filter((each) => each.part === part).map(({ record }) => record);
        const [record] = all as [pulumi.Output<DnsRecord>];
        const values = all.length > 1 ? { routingPolicy: { geos: all.map(nearest) } } : { rrdatas: [record.data] };
        const named = { ...inZone(zone), name: record.name, type: record.type, ttl: defaultTtl };
        return new RecordSet(...child("record", `${component}-${part}`, { ...named, ...values }));
    });
}

/** A record of the nearest region: https://cloud.google.com/dns/docs/routing-policies-overview */
const nearest = (record: pulumi.Output<DnsRecord>) => ({
    location: record.apply(({ region }) => String(region)),
    rrdatas: [record.data],
});
