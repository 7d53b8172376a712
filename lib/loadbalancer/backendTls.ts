import type * as pulumi from "@pulumi/pulumi";
import { loadBalancingLimits } from "../facts/limits/loadBalancing";
import * as check from "../internal/arguments/check";
import { hostHeader } from "./health";

/** The certificates of a group that a load balancer accepts: {@link https://cloud.google.com/load-balancing/docs/backend-authenticated-tls-backend-mtls backend authenticated TLS}. */
export interface BackendTls {
    /** The host that the load balancer asks for in the TLS handshake (SNI), of which the certificate must have the name. */
    sni: string;
    /**
     * The DNS names of which the certificate must have one, in place of `sni`: 1 to 5.
     * @default none
     */
    subjectAltNames?: string[];
    /**
     * The ID of a `BackendAuthenticationConfig` of Network Security, which has the certificate authorities that the load balancer trusts, and its
     * own certificate.
     * @default none: any authority
     */
    authenticationConfig?: pulumi.Input<string>;
}

const { min, max } = loadBalancingLimits.rows.subjectAltNames;

/** Checks the `tlsSettings` of a route. */
export const backendTls = check.options<BackendTls>(
    {
        sni: hostHeader,
        subjectAltNames: check.pipe(
            check.list(hostHeader),
            check.refine((all) => all.length >= min && all.length <= max, `must have ${min} to ${max} names`),
        ),
        authenticationConfig: check.input(
            check.matching(
                /^(\/\/networksecurity\.googleapis\.com\/)?projects\/[^/]+\/locations\/[^/]+\/backendAuthenticationConfigs\/[^/]+$/,
                "must be an ID such as projects/acme-dev/locations/global/backendAuthenticationConfigs/internal",
            ),
        ),
    },
    "sni",
);

/** The arguments of a backend service. */
export const tlsArgs = ({ sni, subjectAltNames, authenticationConfig }: BackendTls) => ({
    sni,
    subjectAltNames: subjectAltNames?.map((dnsName) => ({ dnsName })),
    authenticationConfig,
});
