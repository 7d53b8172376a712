import type * as pulumi from "@pulumi/pulumi";
import { nameFormats } from "../../../facts/names";
import * as check from "../../../internal/arguments/check";
import { type Duration, duration } from "../../../internal/arguments/duration";
import { defaultProxyRange } from "../../../internal/network/vpc";
import type { IpAddress } from "../../../network";
import type { GkeCluster } from "../../cluster";

/** Options of all HTTP load balancers. */
export interface HttpExposure {
    /** The domain: `"echo.acme.com"`. Its DNS record must contain the component's `address`. */
    domain: pulumi.Input<string>;
    /**
     * The reserved address, an `IpAddress`: of type `"global-external"` if it is public, else `"regional-internal"` in the cluster's region
     * with the purpose `"SHARED_LOADBALANCER_VIP"`.
     * @default an address of the deployment's own
     */
    address?: IpAddress;
    /**
     * The time limit of a request: `"1 second"` to `"1 day"`.
     * @default "30 seconds"
     */
    timeout?: Duration;
    /**
     * The name of a {@link https://cloud.google.com/armor/docs/security-policy-overview Cloud Armor security policy} that
     * filters requests.
     * @default none
     */
    securityPolicy?: pulumi.Input<string>;
}

/** Existing certificates, by name. */
export interface ExistingCertificates {
    /** The names of the certificates, not their IDs: at least one. */
    names: [pulumi.Input<string>, ...pulumi.Input<string>[]];
}

/** The options of an HTTP load balancer as one interface, public or not. */
export type AnyHttpExposure<Certificate> = HttpExposure & { public?: boolean; certificate?: Certificate };

const domain = check.input(
    check.matching(nameFormats.rows.domain.pattern, "must be a domain in lower case, such as echo.acme.com"),
);

/** Checks the name of a resource of Compute Engine. */
export const resourceName = check.input(
    check.matching(nameFormats.rows.computeResource.pattern, "must be the name of a resource, not its ID"),
);

/** Checks names of certificates. */
export const certificateNames = check.options<ExistingCertificates>(
    {
        names: check.pipe(
            check.list(resourceName),
            check.refine((all) => all.length > 0, "must have a certificate"),
        ),
    },
    "names",
);

/** Checks the options of all HTTP load balancers. */
export const httpChecks = {
    domain,
    address: check.component<IpAddress>("IpAddress"),
    public: check.flag(),
    timeout: duration("1 second", "1 day"),
    securityPolicy: resourceName,
};

/** Checks whose certificate a load balancer has; `others` checks the existing ones. */
export const certificateOr = <Certificate>(others: check.Check<Certificate>) =>
    check.either(
        (value) => typeof value === "string" || typeof value === "boolean",
        check.custom<"managed" | false>(
            (value) => value === "managed" || value === false,
            'must be "managed", false, or an object',
        ),
        others,
    );

/** An internal Application Load Balancer is not created without a proxy-only subnet. */
export function proxiesProblem(path: string, { network }: Pick<GkeCluster, "network">): check.Problem {
    const how = network
        ? `network: { ranges: { proxies: "${defaultProxyRange}" } } of the cluster`
        : "proxyOnlySubnets of the cluster's Network";
    return check.problem(
        path,
        "gke/proxy-only-subnet-missing",
        `needs a proxy-only subnet in the cluster's region. Set ${how}, or public to true.`,
    );
}

/** Checks combinations of options. */
export function certificateProblems(path: string, http: AnyHttpExposure<unknown>): (check.Problem | undefined)[] {
    const { certificate, securityPolicy } = http;
    const at = `${path}.certificate`;
    if (http.public) {
        const reason = "must not be false, because traffic would not be encrypted. Remove it for a managed one.";
        return [check.when(certificate === false, at, "gke/public-without-certificate", reason)];
    }
    const isOne = certificate === false || (typeof certificate === "object" && "names" in (certificate as object));
    return [
        check.when(
            !isOne,
            at,
            "gke/certificate-of-internal",
            "must be names of certificates in the region, or false, unless public is true.",
        ),
        check.when(
            securityPolicy !== undefined,
            `${path}.securityPolicy`,
            "gke/security-policy-of-internal",
            "is only valid for a public load balancer. Remove it, or set public to true.",
        ),
    ];
}
