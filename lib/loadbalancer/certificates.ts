import { createPrivateKey, X509Certificate } from "node:crypto";
import { Certificate } from "@pulumi/gcp/certificatemanager/certificate";
import { CertificateMap } from "@pulumi/gcp/certificatemanager/certificateMap";
import { CertificateMapEntry } from "@pulumi/gcp/certificatemanager/certificateMapEntry";
import { DnsAuthorization } from "@pulumi/gcp/certificatemanager/dnsAuthorization";
import * as pulumi from "@pulumi/pulumi";
import { certificateManagerLimits } from "../facts/limits/certificateManager";
import { deferredError, programPlace } from "../internal/arguments/argumentsError";
import * as check from "../internal/arguments/check";
import { partName } from "../internal/arguments/names";
import { isPlainObject } from "../internal/arguments/value";
import type { Child } from "../internal/engine/children";
import { secretOutput } from "../secretmanager/value";
import { domainPart } from "./domain";

/** The certificates of a load balancer. */
export interface Certificates {
    /** The Google-managed certificates by domain. */
    readonly managed: Readonly<Record<string, Certificate>>;
    /** The certificates of your own. */
    readonly own: readonly Certificate[];
    /** The DNS authorizations by domain, without wildcards. */
    readonly authorizations: Readonly<Record<string, DnsAuthorization>>;
    /** The certificate map of a global external load balancer. */
    readonly map?: CertificateMap;
    /** The IDs of the certificates of other load balancers. */
    readonly ids: pulumi.Input<string>[];
    /** What must exist before the load balancer uses the map. */
    readonly entries: CertificateMapEntry[];
}

/** A {@link https://cloud.google.com/certificate-manager/docs/certificates certificate} of your own, which you renew yourself. */
export interface OwnCertificate {
    /** The certificate in PEM, followed by the intermediate ones. A new one takes the place of the previous one without an interruption. */
    certificate: pulumi.Input<string>;
    /** Its private key in PEM, without a passphrase, as a secret: `config.requireSecret("privateKey")`. */
    privateKey: pulumi.Output<string>;
}

const isOwn = (value: unknown): value is OwnCertificate => isPlainObject(value);

/** A domain without its wildcard, which has the same authorization. */
const baseOf = (domain: string): string => domain.replace(/^\*\./, "");

const { max: maxCertificates } = certificateManagerLimits.rows.certificates;

const certificate = check.input(
    check.matching(
        /^(\/\/certificatemanager\.googleapis\.com\/)?projects\/[^/]+\/locations\/[^/]+\/certificates\/[^/]+$/,
        "must be the ID of a certificate, such as projects/acme-dev/locations/global/certificates/shop",
    ),
);

const own = check.options<OwnCertificate>(
    {
        certificate: check.input(check.matching(/^\s*-----BEGIN CERTIFICATE-----/, "must be a certificate in PEM")),
        privateKey: secretOutput,
    },
    "certificate",
    "privateKey",
);

/** Checks certificates that exist already, or of your own. */
export const certificates = check.pipe(
    check.list(check.either(isOwn, own, certificate)),
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
        certificates?: (pulumi.Input<string> | OwnCertificate)[];
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
    const { own, ids } = upload(context);
    const idsOf = (domain: string) => ids ?? [(managed[domain] as Certificate).id];
    if (isListed) {
        return { managed, own, authorizations, ids: ids ?? domains.flatMap(idsOf), entries: [] };
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
    return { managed, own, authorizations, map, ids: [], entries };
}

/** What certificates of all kinds have, and the part of their names for their scope. */
function placeOf({ region, isInternal, labels }: Context["args"]) {
    const isOfRegions = region === undefined && isInternal;
    return {
        // A change of the scope replaces a certificate while the previous one is in use.
        suffix: isOfRegions ? "-regions" : "",
        place: {
            location: region ?? "global",
            // https://cloud.google.com/certificate-manager/docs/certificates (scopes)
            ...(isOfRegions && { scope: "ALL_REGIONS" }),
            labels,
        },
    };
}

/** The certificates of the arguments: your own, which are created here, and those that exist already. */
function upload({ component, args, child, protect }: Context) {
    const { suffix, place } = placeOf(args);
    const created = (args.certificates ?? []).map((value, index) => {
        if (!isOwn(value)) {
            return { id: value };
        }
        const part = `own-${index + 1}${suffix}`;
        const selfManaged = matching(component, `certificates.${index}`, value);
        const inputs = { name: partName(args.name, part), ...place, selfManaged };
        return new Certificate(...child("certificate", `${component}-${part}`, inputs, { protect }));
    });
    return {
        own: created.filter((each) => Certificate.isInstance(each)),
        ids: args.certificates && created.map(({ id }) => id),
    };
}

/** A certificate and its key. At preview, it fails if they do not belong together. */
function matching(component: string, path: string, { certificate, privateKey }: OwnCertificate) {
    const place = programPlace();
    return pulumi.all([certificate, pulumi.secret(privateKey)]).apply(([pemCertificate, pemPrivateKey]) => {
        const problem = keyProblem(path, pemCertificate, pemPrivateKey);
        if (problem) {
            throw deferredError(`LoadBalancer "${component}"`, [problem], place);
        }
        return { pemCertificate, pemPrivateKey };
    });
}

/** What is wrong with the key of a certificate, which no error shows. */
export const keyProblem = (path: string, certificate: string, privateKey: string) =>
    check.when(
        !belongTogether(certificate, privateKey),
        `${path}.privateKey`,
        "loadbalancer/private-key-mismatch",
        "must be the private key of the certificate in PEM, without a passphrase.",
    );

function belongTogether(pem: string, key: string): boolean {
    try {
        return new X509Certificate(pem).checkPrivateKey(createPrivateKey(key));
    } catch {
        return false;
    }
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
            const { suffix, place } = placeOf(args);
            const kind = suffix === "" && authorization && args.region === undefined ? "-dns" : suffix;
            const part = `${domainPart(domain, args.domains)}${kind}`;
            const certificate = new Certificate(
                ...child(
                    "certificate",
                    `${component}-${part}`,
                    {
                        name: partName(args.name, part),
                        ...place,
                        managed: {
                            domains: [domain],
                            dnsAuthorizations: authorization && [authorization.id],
                        },
                    },
                    { protect },
                ),
            );
            return [domain, certificate];
        }),
    );
}
