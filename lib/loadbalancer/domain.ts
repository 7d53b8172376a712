import { nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";
import { hashOf } from "../internal/arguments/names";
import { type DnsZoneReference, otherDomain } from "../internal/network/dnsZone";
import type { LoadBalancerType } from "./types";

const domain = check.pipe(
    check.text(),
    check.refine(
        (text) => nameFormats.rows.domain.pattern.test(text.replace(/^\*\./, "")),
        "must be a domain in lower case, such as shop.acme.com",
    ),
);

/** Checks a domain, or several. */
export const domains = check.either(
    Array.isArray,
    check.pipe(
        check.list(domain),
        check.refine(
            (all) => all.length > 0 && new Set(all).size === all.length,
            "must be a list of different domains with at least one",
        ),
    ),
    domain,
);

const plainPart = (domain: string): string => domain.replace("*", "wildcard").replaceAll(".", "-");

/** The part of names for one of several domains. The second one of `a-b.acme.com` and `a.b.acme.com` has a hash. */
export function domainPart(domain: string, domains: readonly string[]): string {
    const part = plainPart(domain);
    const first = domains.find((other) => plainPart(other) === part);
    return first === domain ? part : `${part}-${hashOf(domain, 6)}`;
}

/** A domain has a certificate, or there is neither. */
export function domainProblems(
    {
        type,
        insecure,
        zone,
        certificates,
        routes,
    }: {
        type: LoadBalancerType;
        insecure?: boolean;
        zone?: DnsZoneReference;
        certificates?: readonly unknown[];
        routes: object;
    },
    domains: string[],
): (check.Problem | undefined)[] {
    const [first = ""] = domains;
    const hosts = Object.keys(routes)
        .map((key) => key.slice(0, key.indexOf("/")))
        .filter((host) => host !== "");
    const isCovered = (host: string) => domains.includes(host) || domains.includes(host.replace(/^[^.]+/, "*"));
    const wildcards = domains.filter((domain) => domain.startsWith("*."));
    return [
        check.when(
            domains.length === 0 && !insecure,
            "domains",
            "loadbalancer/domain-missing",
            "is missing, and with it the certificate for HTTPS. Set it, or insecure: true to serve HTTP only.",
        ),
        check.when(
            first.startsWith("*."),
            "domains",
            "loadbalancer/first-domain-wildcard",
            `must not start with a wildcard, because url has the first domain (got "${first}").`,
        ),
        check.when(
            zone !== undefined && domains.length === 0,
            "zone",
            "loadbalancer/zone-without-domain",
            "needs a domain for its records. Set domains.",
        ),
        ...domains.map((domain) => {
            const other = otherDomain(zone, domain);
            return check.when(
                other !== undefined,
                "zone",
                "loadbalancer/domain-outside-zone",
                `has the domain ${other}, to which ${domain} does not belong. Set the zone of the domain, or create dnsRecords where it is.`,
            );
        }),
        check.when(
            certificates && domains.length === 0,
            "certificates",
            "loadbalancer/certificates-without-domain",
            "need the domain that they are for. Set domains.",
        ),
        check.when(
            wildcards.length > 0 && zone === undefined && type === "global-external" && !insecure && !certificates,
            "zone",
            "loadbalancer/wildcard-without-zone",
            `is missing: a certificate for ${wildcards[0]} needs DNS authorization. Set the zone of the domain, or certificates.`,
        ),
        ...(insecure || domains.length === 0
            ? []
            : hosts
                  .filter((host) => !isCovered(host))
                  .map((host) =>
                      check.problem(
                          `routes.${host}`,
                          "loadbalancer/host-without-certificate",
                          `must be one of the domains, for which there are certificates: ${domains.join(", ")}. Add it to domains.`,
                      ),
                  )),
    ];
}
