export type { DnsZoneOfProgram, DnsZoneReference } from "../internal/dnsZone";
export type {
    DnsNetwork,
    ForwardingDnsZone,
    ForwardingTarget,
    PeeringDnsZone,
    PrivateDnsZone,
    PublicDnsZone,
    ReverseDnsZone,
} from "./kinds";
export type { DnsRecords } from "./records";
export type { DnsRecordType } from "./recordTypes";
export type { DnsAnswer, DnsLoadBalancer, DnsRouting, WeightedAnswer } from "./routing";
export type { DnsValues } from "./values";
export { DnsZone } from "./zone";
export type { DnsZoneArgs, ExistingDnsZoneArgs } from "./zoneArgs";
