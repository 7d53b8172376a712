import { createPrivateKey, X509Certificate } from "node:crypto";
import { certificateManagerLimits } from "slipway/facts";
import type { Cloud } from "../../cloud/cloud";
import type { Entry } from "../../cloud/store";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import {
    alreadyExists,
    api,
    authorizationPath,
    certificatePath,
    expandPath,
    fullName,
    invalid,
    notFound,
    verifyDomain,
    verifyName,
} from "./names";

const { min: minDomains, max: maxDomains } = certificateManagerLimits.rows.domains;

function verifyCertificate(inputs: Inputs, { cloud }: Context): void {
    verifyName(inputs);
    const { managed, selfManaged, location = "global", scope } = inputs;
    if (!managed) {
        verifyPair(selfManaged);
        return;
    }
    const { domains = [], dnsAuthorizations = [], issuanceConfig } = managed;
    if (domains.length < minDomains || domains.length > maxDomains) {
        throw invalid(`A managed certificate must have ${minDomains} to ${maxDomains} domains.`);
    }
    for (const name of domains) {
        verifyDomain(name);
    }
    const authorized: string[] = dnsAuthorizations.map((value: string) => {
        const path = expandPath(value, authorizationPath, { project: inputs.project, location });
        const found = cloud.store.read(fullName(path));
        if (!found) {
            throw notFound(path);
        }
        return found.state.domain;
    });
    if (issuanceConfig || (dnsAuthorizations.length === 0 && location === "global" && scope !== "ALL_REGIONS")) {
        const wildcard = domains.find((name: string) => name.startsWith("*."));
        if (wildcard && !issuanceConfig) {
            throw invalid(`Wildcard domain ${JSON.stringify(wildcard)} requires a DNS authorization.`);
        }
        return;
    }
    const open = domains.find((name: string) => !authorized.includes(name.replace(/^\*\./, "")));
    if (open) {
        throw invalid(`No DNS authorization is given for domain ${JSON.stringify(open)}.`);
    }
}

/** A proxy to which a certificate is attached directly. */
export function proxyWith(cloud: Cloud, project: string, path: string): Entry | undefined {
    const places = ["global", "regions"].map((place) => `//compute.googleapis.com/projects/${project}/${place}`);
    return places
        .flatMap((place) => cloud.store.list(place))
        .find(
            ({ id, state }) =>
                id.includes("/targetHttpsProxies/") &&
                [state.certificateMap, state.certificateManagerCertificates ?? []]
                    .flat()
                    .some((value) => String(value).endsWith(path)),
        );
}

/** The certificate of a chain in PEM; undefined for text that is none. */
function parsed({ pemCertificate, certificatePem }: Inputs = {}): X509Certificate | undefined {
    const pem = String(pemCertificate ?? certificatePem ?? "");
    return pem.includes("-----BEGIN CERTIFICATE-----") ? new X509Certificate(pem) : undefined;
}

/**
 * A certificate has its own private key: https://cloud.google.com/certificate-manager/docs/deploy-self-managed-regional. The text is
 * approximate.
 */
function verifyPair(selfManaged: Inputs = {}): void {
    const key = String(selfManaged.pemPrivateKey ?? selfManaged.privateKeyPem ?? "");
    const certificate = parsed(selfManaged);
    if (certificate && key.includes("PRIVATE KEY-----") && !certificate.checkPrivateKey(createPrivateKey(key))) {
        throw invalid("The private key does not match the certificate.");
    }
}

/** The names of a certificate: https://cloud.google.com/certificate-manager/docs/reference/certificate-manager/rest/v1/projects.locations.certificates */
const namesOf = (certificate: X509Certificate | undefined): string[] =>
    [...(certificate?.subjectAltName ?? "").matchAll(/DNS:([^,\s]+)/g)].map(([, name]) => String(name));

/** Certificates remain in this state, because domains do not resolve to a load balancer. */
export const certificate: TypeRules = {
    noun: "Certificate",
    generatedNoun: "CertificateManagerCertificate",
    sendsOnlyChanges: true,
    api,
    id: certificatePath,
    alreadyExists: (inputs) => alreadyExists(certificatePath(inputs)),
    verify: verifyCertificate,
    state: ({ managed, selfManaged }) => ({
        sanDnsnames: managed?.domains ?? namesOf(parsed(selfManaged)),
        ...(managed && {
            managed: {
                authorizationAttemptInfos: (managed.domains ?? []).map((name: string) => ({
                    details: "",
                    domain: name,
                    failureReason: "",
                    state: "AUTHORIZING",
                })),
                provisioningIssues: [],
                state: "PROVISIONING",
                ...managed,
            },
        }),
    }),
    remove: (inputs, { cloud }) => {
        const path = certificatePath(inputs);
        const entry = cloud.store
            .list(fullName(`projects/${inputs.project}/locations/global/certificateMaps`), "certificateMapEntries")
            .find(({ state }) => (state.certificates as string[]).includes(path));
        if (entry ?? proxyWith(cloud, inputs.project, path)) {
            throw invalid(`can't delete certificate that is referenced by a CertificateMapEntry or other resources`);
        }
    },
};
