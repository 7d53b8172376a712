import type * as pulumi from "@pulumi/pulumi";
import * as check from "../../../internal/check";
import { ranges } from "../network";

/** A load balancer that passes connections on as they are ("LoadBalancer Service concepts"). */
export interface LoadBalancerExposure {
    /**
     * Whether everybody can connect; otherwise only what is in the cluster's network, or connected with it.
     * @default false
     */
    public?: boolean;
    /**
     * The port on which it listens: 1 to 65535.
     * @default 80
     */
    port?: number;
    /**
     * The ranges of addresses from where it takes connections: `["203.0.113.0/24"]`.
     * @default all when it is public, the private ranges of RFC 1918 otherwise
     */
    allowFrom?: string[];
    /**
     * An address that was reserved in the region, so that it stays whatever becomes of the load balancer: `"203.0.113.7"`.
     * @default one that Google chooses
     */
    address?: pulumi.Input<string>;
}

/** What every load balancer has that reads HTTP. */
interface HttpExposure {
    /** The name by which it is called: `"echo.acme.com"`. Its DNS record has to say the component's `address`. */
    host: pulumi.Input<string>;
    /**
     * Seconds for one request: 1 to 86,400.
     * @default 30
     */
    timeoutSeconds?: number;
    /**
     * The policy of Cloud Armor that says which requests come through, by its name.
     * @default none
     */
    securityPolicy?: pulumi.Input<string>;
}

/** Certificates that exist already, by their names. */
interface ExistingCertificates {
    names: [pulumi.Input<string>, ...pulumi.Input<string>[]];
}

interface PublicGateway extends HttpExposure {
    /** Everybody can call it; otherwise only what is in the cluster's network, or connected with it. */
    public: true;
    /**
     * `"managed"`: Certificate Manager makes one and renews it, once the host's DNS record has the address. Otherwise the name
     * of a certificate map, or names of SSL certificates of Compute Engine.
     * @default "managed"
     */
    certificate?: "managed" | check.OneOf<{ map: pulumi.Input<string> } | ExistingCertificates>;
}

interface InternalGateway extends Omit<HttpExposure, "securityPolicy"> {
    public?: false;
    securityPolicy?: never;
    /**
     * Certificates of Certificate Manager, by their names, in the cluster's region; `false`: requests come without TLS.
     */
    certificate: ExistingCertificates | false;
}

interface PublicIngress extends HttpExposure {
    public: true;
    /**
     * `"managed"`: Google makes one and renews it, once the host's DNS record has the address ("Use Google-managed SSL
     * certificates"). Otherwise names of SSL certificates of Compute Engine.
     * @default "managed"
     */
    certificate?: "managed" | ExistingCertificates;
}

interface InternalIngress extends Omit<HttpExposure, "securityPolicy"> {
    public?: false;
    securityPolicy?: never;
    /** SSL certificates of Compute Engine, by their names, in the cluster's region; `false`: requests come without TLS. */
    certificate: ExistingCertificates | false;
}

/** An Application Load Balancer by the Gateway API ("About the Gateway API"), global when it is public, else regional. */
export type GatewayExposure = PublicGateway | InternalGateway;

/** An Application Load Balancer by an Ingress ("GKE Ingress for Application Load Balancers"). */
export type IngressExposure = PublicIngress | InternalIngress;

/** How a deployment is reached from outside of its cluster: by exactly one of these. */
export type Exposure = check.OneOf<
    { loadBalancer: LoadBalancerExposure } | { gateway: GatewayExposure } | { ingress: IngressExposure }
>;

const host = check.input(
    check.matching(
        /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
        "must be a host's name in lower case, such as echo.acme.com",
    ),
);
const resourceName = check.input(
    check.matching(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/, "must be the name of a resource, not its id"),
);
const names = check.options<ExistingCertificates>(
    {
        names: check.pipe(
            check.list(resourceName),
            check.refine((all) => (all as unknown[]).length > 0, "must have a certificate"),
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
    allowFrom: ranges("Leave it out, and say public: true."),
    address,
});

const shared = {
    host,
    public: check.flag(),
    timeoutSeconds: check.whole(1, 86_400, "seconds"),
    securityPolicy: resourceName,
};

const certificate = (others: check.Check) =>
    check.either(
        (given) => typeof given === "string" || typeof given === "boolean",
        check.custom((given) => given === "managed" || given === false, 'must be "managed", false, or an object'),
        others,
    );

type Any<Certificate> = HttpExposure & { public?: boolean; certificate?: Certificate };

const gateway = check.options<Any<unknown>>(
    {
        ...shared,
        certificate: certificate(check.variant({ map: check.options<{ map: unknown }>({ map: resourceName }), names })),
    },
    "host",
);
const ingress = check.options<Any<unknown>>({ ...shared, certificate: certificate(names) }, "host");

/** Checks the `expose` of a deployment, each part by itself. */
export const exposure: check.Check = check.variant({
    loadBalancer: check.options<{ loadBalancer: unknown }>({ loadBalancer }),
    gateway: check.options<{ gateway: unknown }>({ gateway }),
    ingress: check.options<{ ingress: unknown }>({ ingress }),
});

/** What is wrong with an exposure that is right part by part. */
export function exposureProblems(
    { loadBalancer, gateway, ingress }: Partial<Exposure>,
    port: number | undefined,
    readiness: string | undefined,
): (check.Problem | undefined)[] {
    const [key, http] = gateway ? ["gateway", gateway] : ["ingress", ingress];
    const isExposed = loadBalancer !== undefined || http !== undefined;
    const needs = isExposed && port === undefined;
    return [
        needs
            ? { path: "port", reason: "is missing: what is exposed listens on one. Set it, such as to 8080." }
            : undefined,
        http && !needs && readiness === undefined
            ? {
                  path: "health",
                  reason: "is missing: the load balancer sends requests to pods that answer 200 there. Set it, such as to /healthz.",
              }
            : undefined,
        ...(http ? certificateProblems(`expose.${key}`, http) : []),
    ];
}

function certificateProblems(path: string, http: Any<unknown>): (check.Problem | undefined)[] {
    const { certificate, securityPolicy } = http;
    const at = `${path}.certificate`;
    if (http.public) {
        const reason = "must not be false, as everybody on the way could read along. Leave it out for a managed one.";
        return [certificate === false ? { path: at, reason } : undefined];
    }
    const isOne = certificate === false || (typeof certificate === "object" && "names" in (certificate as object));
    return [
        isOne
            ? undefined
            : {
                  path: at,
                  reason: "must be names of certificates in the region, or false, unless public is true.",
              },
        securityPolicy === undefined
            ? undefined
            : { path: `${path}.securityPolicy`, reason: "is for what is public. Leave it out, or set public to true." },
    ];
}
