import type { DnsAuthorization } from "@pulumi/gcp/certificatemanager/dnsAuthorization";
import { RecordSet } from "@pulumi/gcp/dns/recordSet";
import type * as pulumi from "@pulumi/pulumi";
import type { Child } from "../internal/children";
import { type DnsZoneReference, defaultTtl, inZone } from "../internal/dnsZone";
import type { Certificates } from "./certificates";
import { domainPart } from "./domain";

/** A DNS record that a domain needs. */
export interface DnsRecord {
    name: string;
    type: string;
    data: string;
}

/** The record that proves the control of a domain. */
function authorizationRecord({ dnsResourceRecords }: DnsAuthorization): pulumi.Output<DnsRecord> {
    return dnsResourceRecords.apply(([record]) => {
        const { name = "", type = "", data = "" } = record ?? {};
        return { name, type, data };
    });
}

/** An IP address of the load balancer. */
interface Address {
    readonly address: pulumi.Output<string>;
}

/** The DNS records of the domains and of their certificates. */
export function dnsRecords(
    domains: readonly string[],
    { ipv4, ipv6 }: { ipv4: Address; ipv6?: Address },
    certificates: Certificates | undefined,
): { part: string; record: pulumi.Output<DnsRecord> }[] {
    const addresses = Object.entries({ A: ipv4, AAAA: ipv6 }).flatMap(([type, address]) =>
        domains.flatMap((domain) =>
            address
                ? [
                      {
                          part: `${domainPart(domain, domains)}-${type.toLowerCase()}`,
                          record: address.address.apply((data) => ({ name: `${domain}.`, type, data })),
                      },
                  ]
                : [],
        ),
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
    records: { part: string; record: pulumi.Output<DnsRecord> }[],
): RecordSet[] {
    if (zone === undefined) {
        return [];
    }
    return records.map(
        ({ part, record }) =>
            new RecordSet(
                ...child("record", `${component}-${part}`, {
                    ...inZone(zone),
                    name: record.name,
                    type: record.type,
                    ttl: defaultTtl,
                    rrdatas: [record.data],
                }),
            ),
    );
}
