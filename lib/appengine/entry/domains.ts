import { DomainMapping } from "@pulumi/gcp/appengine/domainMapping";
import type * as pulumi from "@pulumi/pulumi";
import { nameFormats } from "../../facts/names";
import * as check from "../../internal/arguments/check";
import type { Child } from "../../internal/engine/children";

/**
 * A {@link https://cloud.google.com/appengine/docs/standard/mapping-custom-domains custom domain} of the application. The
 * domain's owner must add the account that deploys as an owner in Search Console. `resourceRecords` of the mapping has the
 * DNS records that the domain needs.
 */
export interface Domain {
    /**
     * The certificate of the domain. `"managed"` is a {@link
     * https://cloud.google.com/appengine/docs/standard/securing-custom-domains-with-ssl Google-managed certificate}, which
     * needs the DNS records of the domain and does not support wildcards. `"none"` serves only plain HTTP. Any other value is
     * the id of an uploaded certificate.
     * @default "managed"
     */
    certificate?: "managed" | "none" | (string & {});
    /**
     * Whether the domain is taken over from another application that uses it.
     * @default false: a domain that is in use is refused
     */
    override?: boolean;
}

const { pattern, rule } = nameFormats.rows.domain;

const name = check.pipe(
    check.matching(new RegExp(`^(\\*\\.)?${pattern.source.slice(1)}`), rule),
    check.refine(
        (value) => !/(^|\.)appspot\.com$/.test(String(value)),
        "is a domain of App Engine\nThe application is served there without a mapping.",
    ),
);

const certificate = check.matching(/^(managed|none|\d{1,20})$/, 'must be "managed", "none" or a certificate\'s ID');

/** Checks each domain. */
export const domains = check.record(name, check.options<Domain>({ certificate, override: check.flag() }));

/** Checks combinations of options. */
export function domainProblems(all: Record<string, Domain>): check.Problem[] {
    return Object.entries(all).flatMap(([key, { certificate = "managed" }]) => {
        const reason =
            'cannot be "managed", because Google does not issue certificates for wildcards. Specify the ID of an uploaded certificate, or map each domain separately.';
        return key.startsWith("*.") && certificate === "managed"
            ? [check.problem(`domains.${key}.certificate`, "appengine/wildcard-certificate", reason)]
            : [];
    });
}

function sslSettings(certificate: string) {
    return certificate === "managed"
        ? { sslManagementType: "AUTOMATIC" }
        : { sslManagementType: "MANUAL", certificateId: certificate === "none" ? undefined : certificate };
}

/** Registers the domain mappings, by domain. */
export function domainMappings(
    component: string,
    all: Record<string, Domain>,
    child: Child,
    after: pulumi.Resource[],
): Record<string, DomainMapping> {
    const mappings = Object.entries(all).map(([domainName, { certificate = "managed", override = false }]) => {
        const args = {
            domainName,
            sslSettings: sslSettings(certificate),
            overrideStrategy: override ? "OVERRIDE" : "STRICT",
        };
        const mapping = new DomainMapping(...child("domain", `${component}-${domainName}`, args, { dependsOn: after }));
        return [domainName, mapping];
    });
    return Object.fromEntries(mappings);
}
