import { nameFormats } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import { isForeignDomain } from "../../cloud/domains";
import { GoogleError } from "../../cloud/errors";
import { digits } from "../../cloud/ids";
import type { Inputs, TypeRules } from "../../rules/rules";
import { api, appPath, fullName, invalid, requireApp } from "./names";

/** "Mapping Custom Domains": DNS records of root domains and subdomains. */
const addresses: Record<"A" | "AAAA", string[]> = {
    A: ["216.239.32.21", "216.239.34.21", "216.239.36.21", "216.239.38.21"],
    AAAA: ["2001:4860:4802:32::15", "2001:4860:4802:34::15", "2001:4860:4802:36::15", "2001:4860:4802:38::15"],
};
const canonical = "ghs.googlehosted.com.";

const mappingPath = ({ project, domainName }: Inputs) => `${appPath(project)}/domainMappings/${domainName}`;

/** Public suffixes with two parts, such as those of the United Kingdom. */
const secondLevel = /\.(ac|co|com|edu|gov|net|org)\.[a-z]{2}$/;

const isWhole = (domain: string) => domain.split(".").length === (secondLevel.test(domain) ? 3 : 2);

function recordsOf(domain: string): Inputs[] {
    if (isWhole(domain)) {
        return Object.entries(addresses).flatMap(([type, all]) => all.map((rrdata) => ({ name: "", rrdata, type })));
    }
    return [{ name: domain.split(".")[0], rrdata: canonical, type: "CNAME" }];
}

/** The mapping of a domain in any project: a domain has only one. */
const takenBy = (cloud: Cloud, domain: string) =>
    cloud.store.list(fullName("apps"), domain).find(({ id }) => id.endsWith(`/domainMappings/${domain}`));

function verify(inputs: Inputs, cloud: Cloud, isNew: boolean): void {
    const { project, domainName, overrideStrategy, sslSettings = {} } = inputs;
    requireApp(cloud, project);
    if (!nameFormats.rows.domain.pattern.test(domainName.replace(/^\*\./, ""))) {
        throw invalid(`Invalid domain name '${domainName}'.`);
    }
    if (isForeignDomain(domainName)) {
        throw new GoogleError(
            403,
            `Caller is not authorized to administer the domain '${domainName}'. If you own '${domainName}', you can obtain authorization by verifying ownership of the domain, or any of its parent domains, via the Webmaster Central portal: https://www.google.com/webmasters/verification/verification?domain=${domainName}. We recommend verifying ownership of the largest scope you wish to use with subdomains (eg. verify 'example.com' if you wish to map 'subdomain.example.com').`,
        );
    }
    const { sslManagementType, certificateId } = sslSettings;
    if (sslManagementType === "AUTOMATIC" && domainName.startsWith("*.")) {
        throw invalid("Managed certificates are not supported for wildcard mappings.");
    }
    if (sslManagementType === "AUTOMATIC" && certificateId && isNew) {
        throw invalid("certificate_id must not be given with ssl_management_type AUTOMATIC.");
    }
    const taken = isNew && takenBy(cloud, domainName);
    if (taken && (taken.project === project || overrideStrategy !== "OVERRIDE")) {
        throw new GoogleError(
            409,
            taken.project === project
                ? `Domain '${domainName}' is already mapped to this application.`
                : `Domain '${domainName}' is already mapped to another application. Use the override strategy OVERRIDE to map it to this one instead.`,
        );
    }
}

export const domainMapping: TypeRules = {
    noun: "DomainMapping",
    generatedNoun: "AppEngineDomainMapping",
    sendsOnlyChanges: true,
    cost: "free",
    deleteErrorPrefix: () => "Error when reading or editing DomainMapping",
    api,
    id: mappingPath,
    verify: (inputs, { cloud }, old) => verify(inputs, cloud, !old),
    state: (inputs, { cloud }, old) => {
        const { domainName, sslSettings = { sslManagementType: "AUTOMATIC" } } = inputs;
        const isAutomatic = sslSettings.sslManagementType === "AUTOMATIC";
        const mapped = takenBy(cloud, domainName);
        if (mapped && !old) {
            cloud.store.remove(mapped.name);
        }
        return {
            name: mappingPath(inputs),
            resourceRecords: recordsOf(domainName),
            sslSettings: {
                certificateId: "",
                // Certificates remain pending, because domains do not resolve to App Engine.
                pendingManagedCertificateId: isAutomatic ? digits(`certificate of ${mappingPath(inputs)}`, 8) : "",
                ...sslSettings,
            },
        };
    },
};
