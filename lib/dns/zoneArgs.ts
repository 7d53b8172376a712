import type { ManagedZoneArgs } from "@pulumi/gcp/dns/managedZone";
import type { RecordSetArgs } from "@pulumi/gcp/dns/recordSet";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import type { Environment } from "../environment/environment";
import { type ExistingArgs, ExistingOf, existingHint, existingNameProblem } from "../environment/existing";
import { dnsLimits } from "../facts/limits/dns";
import { nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";
import { labels } from "../internal/arguments/labels";
import { shortenName } from "../internal/arguments/names";
import { type Transform, transforms } from "../internal/engine/children";
import { projectId } from "../stack/settings/projectId";
import {
    type AnyKind,
    type ForwardingDnsZone,
    kindChecks,
    kindProblems,
    type PeeringDnsZone,
    type PrivateDnsZone,
    type PublicDnsZone,
    type ReverseDnsZone,
} from "./kinds";
import { type DnsRecords, dnsRecords, recordProblems } from "./records";

/** The records of a zone that answers queries itself. */
interface WithRecords {
    /**
     * The {@link https://cloud.google.com/dns/docs/records-overview records}, by names in the zone and by types:
     * `{ www: { A: ["203.0.113.7"] }, "@": { MX: ["10 mail.acme.dev"] } }`. `"@"` is the domain itself, and `"*"` all other names. Records
     * of the same name and type that exist already are replaced.
     * @default none
     */
    records?: Record<string, DnsRecords>;
}

/** What zones of all kinds have. */
interface AnyZone extends ComponentArgs {
    /**
     * The domain, without a final dot: `"acme.dev"`. Private zones can also have one without a dot, or `"."` for all names. Changing this
     * replaces the zone, and with it the name servers of a public one.
     */
    domain: string;
    /**
     * The {@link https://cloud.google.com/dns/docs/reference/rest/v1/managedZones name} of the zone: up to 63 lower-case letters, digits
     * and hyphens, starting with a letter. Changing this replaces the zone, and with it the name servers of a public one.
     * @default the component's name
     */
    name?: string;
    /**
     * The description: at most 1,024 characters.
     * @default "Managed by Pulumi"
     */
    description?: string;
    /**
     * Labels of the zone: at most 64
     * ({@link https://cloud.google.com/resource-manager/docs/labels-overview requirements}).
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { zone?: Transform<ManagedZoneArgs>; record?: Transform<RecordSetArgs> };
}

/**
 * The arguments of a {@link DnsZone}: of a public zone, of a private one with `networks`, or of one whose queries other name servers
 * (`forwardTo`), another network (`peer`) or Compute Engine (`reverseLookup`) answer.
 */
export type DnsZoneArgs = AnyZone &
    check.OneOf<
        | (PublicDnsZone & WithRecords)
        | (PrivateDnsZone & WithRecords)
        | ForwardingDnsZone
        | PeeringDnsZone
        | ReverseDnsZone
    >;

/** The arguments in any of their shapes. */
type AnyArgs = AnyZone & WithRecords & AnyKind;

/** Where a zone exists, and the records that the component adds to it. */
export interface ExistingDnsZoneArgs extends ExistingArgs, WithRecords, ComponentArgs {
    /** Callbacks that edit the arguments of child resources. */
    transform?: { zone?: Transform<ManagedZoneArgs>; record?: Transform<RecordSetArgs> };
}

const { domain: domains, domainLabel, dnsZone } = nameFormats.rows;

const domain = check.pipe(
    check.text(),
    check.refine((text) => text === "." || !text.endsWith("."), "must not end with a dot, which is added"),
    check.refine(
        (text) => text === "." || text.endsWith(".") || domainLabel.pattern.test(text) || domains.pattern.test(text),
        domains.rule,
    ),
);

const dnsZoneArgs = check.explainedOptions<AnyArgs>(
    { existing: existingHint("DnsZone") },
    {
        domain,
        name: check.nameOf(dnsZone),
        description: check.pipe(
            check.text(),
            check.refine((text) => text.trim() !== "", "must not be empty"),
            check.longest(dnsLimits.rows.description.max),
        ),
        records: dnsRecords,
        labels,
        transform: transforms("zone", "record"),
        ...kindChecks,
        ...componentArgs,
    },
    "domain",
);

const existingArgs = check.options<ExistingDnsZoneArgs>({
    project: projectId,
    records: dnsRecords,
    transform: transforms("zone", "record"),
    ...componentArgs,
});

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: DnsZoneArgs, environment: Environment) {
    return (args as object) instanceof ExistingOf
        ? resolveExisting(component, (args as unknown as ExistingOf<ExistingDnsZoneArgs>).args, environment)
        : resolveNew(component, args, environment);
}

function resolveNew(component: string, args: DnsZoneArgs, { project }: Environment) {
    const completed = check.withDefaults(args as AnyArgs, {
        name: shortenName(component, dnsZone.max),
        records: {},
    });
    const checked = check.checked(`DnsZone "${component}"`, completed, dnsZoneArgs, (all) => [
        check.when(
            all.networks === undefined && !domains.pattern.test(all.domain),
            "domain",
            "dns/domain-not-public",
            `must have at least two parts in a public zone, such as acme.dev (got "${all.domain}"). For a private zone set networks.`,
        ),
        ...kindProblems(all),
        ...recordProblems(all.records, {
            domain: all.domain,
            isPrivate: all.networks !== undefined,
            dnssec: all.dnssec ?? all.networks === undefined,
        }),
    ]);
    return { ...checked, project, isExisting: false as const };
}

function resolveExisting(name: string, args: ExistingDnsZoneArgs, { project }: Environment) {
    const completed = check.withDefaults(args, { project, records: {} });
    const checked = check.checked(`DnsZone "${name}"`, completed, existingArgs, (all) => [
        existingNameProblem(name, dnsZone),
        ...recordProblems(all.records, {}),
    ]);
    return { ...checked, name, isExisting: true as const };
}

/** Validated arguments with their defaults. */
export type ResolvedArgs = Extract<ReturnType<typeof resolveArgs>, { isExisting: false }>;
