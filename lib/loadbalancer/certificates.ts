import { Certificate } from "@pulumi/gcp/certificatemanager/certificate";
import { CertificateMap } from "@pulumi/gcp/certificatemanager/certificateMap";
import { CertificateMapEntry } from "@pulumi/gcp/certificatemanager/certificateMapEntry";
import { DnsAuthorization } from "@pulumi/gcp/certificatemanager/dnsAuthorization";
import type * as pulumi from "@pulumi/pulumi";
import { certificateManagerLimits } from "../facts/limits/certificateManager";
import * as check from "../internal/check";
import type { Child } from "../internal/children";
import { partName } from "../internal/names";
import { domainPart } from "./domain";

/** The certificates of a load balancer. */
export interface Certificates {
    /** The Google-managed certificates by domain. */
    readonly managed: Readonly<Record<string, Certificate>>;
    /** The DNS authorizations by domain, without wildcards. */
    readonly authorizations: Readonly<Record<string, DnsAuthorization>>;
    /** The certificate map of a global external load balancer. */
    readonly map?: CertificateMap;
    /** The IDs of the certificates of other load balancers. */
    readonly ids: pulumi.Input<string>[];
    /** What must exist before the load balancer uses the map. */
    readonly entries: CertificateMapEntry[];
}

/** A domain without its wildcard, which has the same authorization. */
const baseOf = (domain: string): string => domain.replace(/^\*\./, "");

const { max: maxCertificates } = certificateManagerLimits.rows.certificates;

const certificate = check.input(
    check.matching(
        /^(\/\/certificatemanager\.googleapis\.com\/)?projects\/[^/]+\/locations\/[^/]+\/certificates\/[^/]+$/,
        "must be the ID of a certificate, such as projects/acme-dev/locations/global/certificates/shop",
    ),
);

/** Checks existing certificates. */
export const certificateIds = check.pipe(
    check.list(certificate),
    check.refine(
        (all) => all.length > 0 && all.length <= maxCertificates,
        `must be a list of 1 to ${maxCertificates} certificates`,
    ),
);

/** Certificates are kept in production: a new one is pending for minutes to hours. */
interface Context {
    component: string;
    args: {
        name: string;
        domains: readonly string[];
        /** Undefined for a global load balancer. */
        region?: string;
        isInternal: boolean;
        certificates?: pulumi.Input<string>[];
        zone?: unknown;
        labels?: Record<string, pulumi.Input<string>>;
    };
    child: Child;
    protect: boolean;
}

/** Creates the certificates of all domains, and the certificate map of a global external load balancer. */
export function createCertificates(context: Context): Certificates {
    const { component, args, child } = context;
    const { domains, region, isInternal, certificates, zone, name, labels } = args;
    const isListed = region !== undefined || isInternal;
    // The load balancer itself authorizes a certificate once the domain leads to it; only DNS does in a region or a network.
    const isByDns = certificates === undefined && (isListed || zone !== undefined);
    const authorizations = isByDns ? authorize(context) : {};
    const managed = certificates === undefined ? manage(context, authorizations) : {};
    const idsOf = (domain: string) => certificates ?? [(managed[domain] as Certificate).id];
    if (isListed) {
        return { managed, authorizations, ids: certificates ?? domains.flatMap(idsOf), entries: [] };
    }
    const map = new CertificateMap(...child("certificateMap", component, { name, labels }));
    const entries = domains.map((domain) => {
        const part = domainPart(domain, domains);
        const entry = {
            name: partName(name, part),
            map: map.name,
            hostname: domain,
            certificates: idsOf(domain),
            labels,
        };
        return new CertificateMapEntry(...child("certificateMapEntry", `${component}-${part}`, entry));
    });
    return { managed, authorizations, map, ids: [], entries };
}

/** DNS authorizations, each for a domain and its wildcard. */
function authorize({ component, args, child, protect }: Context): Record<string, DnsAuthorization> {
    const bases = [...new Set(args.domains.map(baseOf))];
    return Object.fromEntries(
        bases.map((domain) => {
            const part = domainPart(domain, bases);
            const authorization = new DnsAuthorization(
                ...child(
                    "dnsAuthorization",
                    `${component}-${part}`,
                    {
                        name: partName(args.name, part),
                        location: args.region ?? "global",
                        domain,
                        // Certificates of several regions, or projects, can be authorized for one domain.
                        type: args.region === undefined ? "FIXED_RECORD" : "PER_PROJECT_RECORD",
                        labels: args.labels,
                    },
                    { protect },
                ),
            );
            return [domain, authorization];
        }),
    );
}

/**
 * A certificate for each domain, so that one that is not authorized does not prevent the others. The kind of authorization, or the scope, is a
 * part of its name, as a change replaces it while the previous one is in use.
 */
function manage(
    { component, args, child, protect }: Context,
    authorizations: Record<string, DnsAuthorization>,
): Record<string, Certificate> {
    return Object.fromEntries(
        args.domains.map((domain) => {
            const authorization = authorizations[baseOf(domain)];
            const isOfRegions = args.region === undefined && args.isInternal;
            const kind = isOfRegions ? "-regions" : authorization && args.region === undefined ? "-dns" : "";
            const part = `${domainPart(domain, args.domains)}${kind}`;
            const certificate = new Certificate(
                ...child(
                    "certificate",
                    `${component}-${part}`,
                    {
                        name: partName(args.name, part),
                        location: args.region ?? "global",
                        // https://cloud.google.com/certificate-manager/docs/certificates (scopes)
                        ...(isOfRegions && { scope: "ALL_REGIONS" }),
                        managed: {
                            domains: [domain],
                            dnsAuthorizations: authorization && [authorization.id],
                        },
                        labels: args.labels,
                    },
                    { protect },
                ),
            );
            return [domain, certificate];
        }),
    );
}
