import type { ManagedZone } from "@pulumi/gcp/dns/managedZone";
import * as pulumi from "@pulumi/pulumi";
import { nameFormats } from "../../facts/names";
import * as check from "../arguments/check";
import { typeOf } from "../engine/pulumiSdk";

/** A zone of the program, or one that exists already: a component `DnsZone`. */
export interface DnsZoneOfProgram extends pulumi.Resource {
    /** The zone itself. */
    readonly zone: ManagedZone;
    /** The domain, without a final dot; undefined for a zone that exists already. */
    readonly domain?: string;
}

/** The zone of a component's records: a `DnsZone`, a `ManagedZone`, or the name of a zone in the project. */
export type DnsZoneReference = DnsZoneOfProgram | ManagedZone | pulumi.Input<string>;

const wording = "must be a DnsZone, a ManagedZone, or the name of a zone";
const isZone = (value: unknown) =>
    ["slipway:index:DnsZone", "gcp:dns/managedZone:ManagedZone"].includes(String(typeOf(value)));

/** Checks a {@link DnsZoneReference}. */
export const dnsZone: check.Check<DnsZoneReference> = check.lazily((value) =>
    pulumi.Resource.isInstance(value)
        ? check.custom<ManagedZone>(isZone, wording)
        : check.publicInput(check.nameOf(nameFormats.rows.dnsZone)),
) as check.AnyCheck;

/** The arguments of a record that name its zone. A zone of the program can be in another project. */
export function inZone(zone: DnsZoneReference): { managedZone: pulumi.Input<string>; project?: pulumi.Input<string> } {
    if (!pulumi.Resource.isInstance(zone)) {
        return { managedZone: zone };
    }
    return "zone" in zone ? { managedZone: zone.zone.name, project: zone.zone.project } : { managedZone: zone.name };
}

/** The domain of a zone of the program that does not contain another domain, which can start with a wildcard. */
export function otherDomain(zone: DnsZoneReference | undefined, domain: string): string | undefined {
    const of = pulumi.Resource.isInstance(zone) && "zone" in zone ? zone.domain : undefined;
    return of === undefined || of === "." || `.${domain}`.endsWith(`.${of}`) ? undefined : of;
}

/** How long resolvers keep a record by default, in seconds. */
export const defaultTtl = 300;
