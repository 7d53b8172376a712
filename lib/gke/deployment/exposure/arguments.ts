import type * as pulumi from "@pulumi/pulumi";
import { nameFormats } from "../../../facts/names";
import * as check from "../../../internal/check";
import { type Duration, duration } from "../../../internal/duration";
import { defaultProxyRange } from "../../../internal/vpc";
import type { GkeCluster } from "../../cluster";
import { ranges } from "../peers";

/**
 * A passthrough Network Load Balancer ({@link https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer
 * LoadBalancer Service}).
 */
export interface LoadBalancerExposure {
    /**
     * Uses an external load balancer; otherwise only the cluster's network and connected networks reach it.
     * @default false
     */
    public?: boolean;
    /**
     * The port of the load balancer: 1 to 65535.
     * @default 80
     */
    port?: number;
    /**
     * The CIDR ranges of clients: `["203.0.113.0/24"]`.
     * @default all if it is public, the private ranges of RFC 1918 otherwise
     */
    allowFrom?: string[];
    /**
     * A static address of the region: `"203.0.113.7"`, which outlives the load balancer.
     * @default an ephemeral address
     */
    address?: pulumi.Input<string>;
}

/** Options of all HTTP load balancers. */
interface HttpExposure {
    /** The host name: `"echo.acme.com"`. Its DNS record must contain the component's `address`. */
    host: pulumi.Input<string>;
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
interface ExistingCertificates {
    names: [pulumi.Input<string>, ...pulumi.Input<string>[]];
}

interface PublicGateway extends HttpExposure {
    /** Uses an external load balancer; otherwise only the cluster's network and connected networks reach it. */
    public: true;
    /**
     * `"managed"`: Certificate Manager issues and renews it, once the host's DNS record contains the address. Otherwise the
     * name of a certificate map, or names of Compute Engine SSL certificates.
     * @default "managed"
     */
    certificate?: "managed" | check.OneOf<{ map: pulumi.Input<string> } | ExistingCertificates>;
}

interface InternalGateway extends Omit<HttpExposure, "securityPolicy"> {
    public?: false;
    securityPolicy?: never;
    /** Names of Certificate Manager certificates in the cluster's region; `false`: HTTP without TLS. */
    certificate: ExistingCertificates | false;
}

interface PublicIngress extends HttpExposure {
    public: true;
    /**
     * `"managed"`: a {@link https://cloud.google.com/kubernetes-engine/docs/how-to/managed-certs Google-managed certificate},
     * issued once the host's DNS record contains the address. Otherwise names of Compute Engine SSL certificates.
     * @default "managed"
     */
    certificate?: "managed" | ExistingCertificates;
}

interface InternalIngress extends Omit<HttpExposure, "securityPolicy"> {
    public?: false;
    securityPolicy?: never;
    /** Names of Compute Engine SSL certificates in the cluster's region; `false`: HTTP without TLS. */
    certificate: ExistingCertificates | false;
}

/**
 * An Application Load Balancer through the {@link https://cloud.google.com/kubernetes-engine/docs/concepts/gateway-api Gateway
 * API}: global if it is public, else regional.
 */
export type GatewayExposure = PublicGateway | InternalGateway;

/** An Application Load Balancer through an {@link https://cloud.google.com/kubernetes-engine/docs/concepts/ingress Ingress}. */
export type IngressExposure = PublicIngress | InternalIngress;

/** How clients outside of the cluster reach a deployment: exactly one of these. */
export type Exposure = check.OneOf<
    { loadBalancer: LoadBalancerExposure } | { gateway: GatewayExposure } | { ingress: IngressExposure }
>;

const host = check.input(
    check.matching(nameFormats.rows.domain.pattern, "must be a host's name in lower case, such as echo.acme.com"),
);
const resourceName = check.input(
    check.matching(nameFormats.rows.computeResource.pattern, "must be the name of a resource, not its ID"),
);
const names = check.options<ExistingCertificates>(
    {
        names: check.pipe(
            check.list(resourceName),
            check.refine((all) => all.length > 0, "must have a certificate"),
        ),
    },
    "names",
);

const address = check.input(
    check.matching(/^\d{1,3}(\.\d{1,3}){3}$/, "must be an IPv4 address that is reserved in the region"),
);

const loadBalancer = check.options<LoadBalancerExposure>({
    public: check.flag(),
    port: check.whole(1, 65_535),
    allowFrom: ranges("Remove it, and set public: true."),
    address,
});

const shared = {
    host,
    public: check.flag(),
    timeout: duration("1 second", "1 day"),
    securityPolicy: resourceName,
};

const certificate = <Certificate>(others: check.Check<Certificate>) =>
    check.either(
        (value) => typeof value === "string" || typeof value === "boolean",
        check.custom<"managed" | false>(
            (value) => value === "managed" || value === false,
            'must be "managed", false, or an object',
        ),
        others,
    );

type Any<Certificate> = HttpExposure & { public?: boolean; certificate?: Certificate };

const gateway = check.options<Any<PublicGateway["certificate"] | InternalGateway["certificate"]>>(
    {
        ...shared,
        certificate: certificate(
            check.variant({ map: check.options<{ map: pulumi.Input<string> }>({ map: resourceName }), names }),
        ),
    },
    "host",
);
const ingress = check.options<Any<PublicIngress["certificate"] | InternalIngress["certificate"]>>(
    { ...shared, certificate: certificate(names) },
    "host",
);

/** Checks each option of the `expose` of a deployment. */
export const exposure = check.variant({
    loadBalancer: check.options<{ loadBalancer: LoadBalancerExposure }>({ loadBalancer }),
    gateway: check.options<{ gateway: GatewayExposure }>({ gateway }),
    ingress: check.options<{ ingress: IngressExposure }>({ ingress }),
});

/** Checks combinations of options. */
export function exposureProblems(
    { loadBalancer, gateway, ingress }: Partial<Exposure>,
    port: number | undefined,
    readiness: string | undefined,
    cluster: Pick<GkeCluster, "network" | "proxies">,
): (check.Problem | undefined)[] {
    const [key, http] = gateway ? ["gateway", gateway] : ["ingress", ingress];
    const isExposed = loadBalancer !== undefined || http !== undefined;
    const needs = isExposed && port === undefined;
    return [
        check.when(
            needs,
            "port",
            "gke/exposed-without-port",
            "is missing: an exposed deployment listens on a port. Set it, for example to 8080.",
        ),
        check.when(
            http && !needs && readiness === undefined,
            "health",
            "gke/exposed-without-health",
            "is missing: the load balancer sends requests to pods that respond with 200 to it. Set it, for example to /healthz.",
        ),
        ...(http ? certificateProblems(`expose.${key}`, http) : []),
        http && !http.public && cluster.proxies?.length === 0 ? proxiesProblem(`expose.${key}`, cluster) : undefined,
    ];
}

/** An internal Application Load Balancer is not created without a proxy-only subnet. */
function proxiesProblem(path: string, { network }: Pick<GkeCluster, "network">): check.Problem {
    const how = network
        ? `network: { ranges: { proxies: "${defaultProxyRange}" } } of the cluster`
        : "proxyOnlySubnets of the cluster's Network";
    return check.problem(
        path,
        "gke/proxy-only-subnet-missing",
        `needs a proxy-only subnet in the cluster's region. Set ${how}, or public to true.`,
    );
}

/** A hint at what an existing network must have for the exposure. */
export function exposureWarning(
    { gateway, ingress }: Partial<Exposure>,
    { proxies }: Pick<GkeCluster, "proxies">,
): string | undefined {
    const [key, http] = gateway ? ["gateway", gateway] : ["ingress", ingress];
    return http && !http.public && proxies === undefined
        ? `expose.${key}: needs a proxy-only subnet in the cluster's region of the existing network. Without one Google Cloud does not create the load balancer.`
        : undefined;
}

function certificateProblems(path: string, http: Any<unknown>): (check.Problem | undefined)[] {
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
