import { DomainMapping } from "@pulumi/gcp/appengine/domainMapping";
import type * as pulumi from "@pulumi/pulumi";
import * as check from "../../internal/check";
import type { Child } from "../../internal/children";

/**
 * A domain of one's own at which the application is served. Google must know that it belongs to whoever deploys: its owner
 * adds the deployer's account at the Search Console ("Mapping custom domains"). The records that its DNS needs are in
 * `resourceRecords` of the mapping.
 */
export interface Domain {
    /**
     * By which certificate it is served: `"managed"` is one that Google makes and renews, which needs the domain's DNS to lead to the
     * application and cannot be had for a wildcard ("Securing custom domains with SSL"); `"none"` serves plain HTTP alone; anything else
     * is the id of a certificate that was uploaded.
     * @default "managed"
     */
    certificate?: "managed" | "none" | (string & {});
    /**
     * Whether the domain is taken from another application that is served at it.
     * @default false: it is refused where there is one
     */
    override?: boolean;
}

const label = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";

const name = check.pipe(
    check.matching(
        new RegExp(`^(?=.{1,253}$)(\\*\\.)?(${label}\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$`),
        "must be a domain such as shop.acme.dev, in lower case",
    ),
    check.refine(
        (given) => !/(^|\.)appspot\.com$/.test(String(given)),
        "is App Engine's own\nThe application is served there without a mapping.",
    ),
);

const certificate = check.matching(/^(managed|none|\d{1,20})$/, 'must be "managed", "none" or a certificate\'s id');

/** Checks the domains of an application, by their names. */
export const domains: check.Check = check.record(name, check.options<Domain>({ certificate, override: check.flag() }));

/** What is wrong with domains that are right each by itself. */
export function domainProblems(all: Record<string, Domain>): check.Problem[] {
    return Object.entries(all).flatMap(([key, { certificate = "managed" }]) => {
        const reason =
            'cannot be "managed", as Google makes no certificate for a wildcard. Give the id of one that was uploaded, or map each domain by itself.';
        return key.startsWith("*.") && certificate === "managed"
            ? [{ path: `domains.${key}.certificate`, reason }]
            : [];
    });
}

function sslSettings(certificate: string) {
    return certificate === "managed"
        ? { sslManagementType: "AUTOMATIC" }
        : { sslManagementType: "MANUAL", certificateId: certificate === "none" ? undefined : certificate };
}

/** Registers the mappings, by the names of their domains. */
export function domainMappings(
    component: string,
    all: Record<string, Domain>,
    child: Child,
    after: pulumi.Resource[],
): Record<string, DomainMapping> {
    const made = Object.entries(all).map(([domainName, { certificate = "managed", override = false }]) => {
        const args = {
            domainName,
            sslSettings: sslSettings(certificate),
            overrideStrategy: override ? "OVERRIDE" : "STRICT",
        };
        const mapping = new DomainMapping(...child("domain", `${component}-${domainName}`, args, { dependsOn: after }));
        return [domainName, mapping];
    });
    return Object.fromEntries(made);
}
