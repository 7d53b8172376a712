import { exportTogether } from "../internal/arguments/reportTogether";

export type { DnsZoneOfProgram, DnsZoneReference } from "../internal/network/dnsZone";
export type { ForwardingTarget, NameServers } from "../internal/network/nameServers";
export type {
    DnsNetwork,
    ForwardingDnsZone,
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

exportTogether(module);
