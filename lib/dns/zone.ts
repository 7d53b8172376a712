import { DnsManagedZoneIamMember } from "@pulumi/gcp/dns/dnsManagedZoneIamMember";
import { ManagedZone, type ManagedZoneArgs } from "@pulumi/gcp/dns/managedZone";
import type { RecordSet } from "@pulumi/gcp/dns/recordSet";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../component/component";
import { Environment, inEnvironment } from "../environment/environment";
import { ExistingOf, requireKnown } from "../environment/existing";
import type { Capability } from "../internal/access/capability";
import { rolesOn } from "../internal/access/roles";
import type { Child } from "../internal/engine/children";
import type { EnvironmentDefaults } from "../stack/settings/defaults";
import { kindInputs } from "./kinds";
import { createRecords } from "./records";
import { type DnsZoneArgs, type ExistingDnsZoneArgs, type ResolvedArgs, resolveArgs } from "./zoneArgs";

/**
 * A zone of {@link https://cloud.google.com/dns/docs/zones/zones-overview Cloud DNS} with its records: a public one, whose records are
 * signed, or one that only networks see. A public zone is protected from deletion in production, because a new one gets other name
 * servers, to which the registrar of the domain would have to change.
 * @example
 * ```ts
 * const acme = new DnsZone("acme", {
 *     domain: "acme.dev",
 *     records: { "@": { MX: ["10 mail.acme.com"] }, docs: { CNAME: ["acme.github.io"] } },
 * });
 * ```
 */
export class DnsZone extends pulumi.ComponentResource {
    /** The zone itself. */
    readonly zone: ManagedZone;
    /** The domain, without a final dot; undefined for a zone that exists already. */
    readonly domain?: string;
    /** The records, by their names in `records` and their types: `records["www A"]`. */
    readonly records: Readonly<Record<string, RecordSet>>;
    /** The name servers, which the registrar of the domain, or the zone above, needs in an NS record. */
    readonly nameServers: pulumi.Output<string[]>;
    /** A capability of a role on the zone, such as `roles/dns.admin`; the consumer receives the name of the zone. */
    readonly role: (role: string) => Capability;

    /**
     * A zone that exists already, and that the component does not manage. It only adds records:
     * `DnsZone.existing("acme-dev", { records: { www: { A: ["203.0.113.7"] } } })`. The preview fails if there is none.
     *
     * @param name the name of the zone in Google Cloud, which is also the component's
     */
    static existing(name: string, args: ExistingDnsZoneArgs = {}, options?: pulumi.ComponentResourceOptions): DnsZone {
        requireKnown("DnsZone", name, args);
        return new DnsZone(name, new ExistingOf(args) as object as DnsZoneArgs, options);
    }

    constructor(name: string, args: DnsZoneArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveArgs(name, args, environment));
        super("slipway:index:DnsZone", name, {}, inEnvironment(options, resolved.crossProject));
        const { child } = component(this, name, resolved, { apis: ["dns.googleapis.com"] });
        const { project, records, isExisting } = resolved;
        this.zone = isExisting
            ? this.found(name, project, child)
            : createZone(name, resolved, environment.defaults, child);
        this.domain = isExisting ? undefined : resolved.domain;
        this.nameServers = this.zone.nameServers;
        const place = {
            zone: { managedZone: this.zone.name, project: isExisting ? project : undefined },
            domain: this.zone.dnsName,
            region: environment.region,
            project: environment.project,
        };
        this.records = createRecords(name, records, place, child);
        const on = { managedZone: this.zone.name, project };
        ({ role: this.role } = rolesOn(name, DnsManagedZoneIamMember, on, this.zone.name));
        this.registerOutputs({ zone: this.zone, nameServers: this.nameServers });
    }

    /** Reads an existing zone, which the stack does not manage. */
    private found(name: string, project: string, child: Child): ManagedZone {
        const [logical, , options] = child("zone", name, {});
        return ManagedZone.get(logical, `projects/${project}/managedZones/${name}`, undefined, options);
    }
}

function createZone(component: string, args: ResolvedArgs, defaults: EnvironmentDefaults, child: Child): ManagedZone {
    const { name, domain, description, labels, networks, project } = args;
    const inputs: ManagedZoneArgs = {
        name,
        dnsName: domain === "." ? "." : `${domain}.`,
        description,
        ...kindInputs(args, project),
        // Also records that others added, such as those of a certificate's validation.
        forceDestroy: defaults.forceDestroy,
        labels,
    };
    return new ManagedZone(
        ...child("zone", component, inputs, {
            // The new zone has the same name.
            deleteBeforeReplace: true,
            protect: networks === undefined && defaults.protect,
        }),
    );
}
