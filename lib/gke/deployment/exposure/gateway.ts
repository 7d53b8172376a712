import { Certificate } from "@pulumi/gcp/certificatemanager/certificate";
import { CertificateMap } from "@pulumi/gcp/certificatemanager/certificateMap";
import { CertificateMapEntry } from "@pulumi/gcp/certificatemanager/certificateMapEntry";
import type { SSLPolicy } from "@pulumi/gcp/compute/sslpolicy";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import type { Service } from "@pulumi/kubernetes/core/v1/service";
import * as pulumi from "@pulumi/pulumi";
import { nameFormats } from "../../../facts/names";
import * as check from "../../../internal/arguments/check";
import { secondsIn } from "../../../internal/arguments/duration";
import { freshName } from "../../../internal/engine/freshName";
import {
    connectionDraining,
    type Exposed,
    type ExposureContext,
    healthCheckConfig,
    object,
    proxies,
    replaceForClass,
    reserveAddress,
    sslPolicy,
    targetService,
} from "./context";
import {
    type AnyHttpExposure,
    certificateNames,
    certificateOr,
    type ExistingCertificates,
    type HttpExposure,
    httpChecks,
    resourceName,
} from "./http";

/** An existing certificate map, by name. */
export interface ExistingCertificateMap {
    /** The name of the certificate map of Certificate Manager, not its ID. */
    map: pulumi.Input<string>;
}

interface PublicGateway extends HttpExposure {
    /** Uses an external load balancer; otherwise only the cluster's network and connected networks reach it. */
    public: true;
    /**
     * `"managed"`: Certificate Manager issues and renews it, once the domain's DNS record contains the address. Otherwise the
     * name of a certificate map, or names of Compute Engine SSL certificates.
     * @default "managed"
     */
    certificate?: "managed" | check.OneOf<ExistingCertificateMap | ExistingCertificates>;
}

interface InternalGateway extends Omit<HttpExposure, "securityPolicy"> {
    /**
     * Whether the load balancer is external. Without it, only the cluster's network and connected networks reach it.
     * @default false
     */
    public?: false;
    securityPolicy?: never;
    /** Names of Certificate Manager certificates in the cluster's region; `false`: HTTP without TLS. */
    certificate: ExistingCertificates | false;
}

/**
 * An Application Load Balancer through the {@link https://cloud.google.com/kubernetes-engine/docs/concepts/gateway-api Gateway
 * API}: global if it is public, else regional.
 */
export type GatewayExposure = PublicGateway | InternalGateway;

/** Checks each option. */
export const gateway = check.options<AnyHttpExposure<PublicGateway["certificate"] | InternalGateway["certificate"]>>(
    {
        ...httpChecks,
        certificate: certificateOr(
            check.variant({
                map: check.options<{ map: pulumi.Input<string> }>({ map: resourceName }),
                names: certificateNames,
            }),
        ),
    },
    "domain",
);

const gatewayApi = "gateway.networking.k8s.io/v1";

const gkeApi = "networking.gke.io/v1";

/** The {@link https://cloud.google.com/kubernetes-engine/docs/how-to/secure-gateway certificates of a Gateway}. */
interface Certificates {
    /** The name of a certificate map. */
    map?: pulumi.Input<string>;
    /** The options of the listener, without a map. */
    options?: Record<string, pulumi.Input<string>>;
    /** The resources that must exist before the Gateway. */
    ready: pulumi.Resource[];
}

/** Exposes a Service with a Gateway, its routes, and its policies for health checks and backends. */
export function exposeByGateway(context: ExposureContext, gateway: GatewayExposure): Exposed {
    const { component, children, service, canary } = context;
    const address = reserveAddress(context, gateway);
    const certificates = gateway.certificate === false ? undefined : resolveCertificates(context, gateway);
    const policies = createPolicies(context, gateway);
    const tls = gateway.public ? sslPolicy(context) : undefined;
    const gatewayClassName = gateway.public ? "gke-l7-global-external-managed" : "gke-l7-rilb";
    const object = gatewayManifest(context, gatewayClassName, address.name, certificates);
    const created = new CustomResource(
        ...children.cluster("gateway", component, object, {
            ...replaceForClass(gatewayClassName),
            // What the load balancer uses is deleted after it.
            dependsOn: [
                service,
                ...proxies(context, gateway),
                ...policies,
                ...(tls ? [tls] : []),
                ...(certificates?.ready ?? []),
            ],
        }),
    );
    const ofCanary = canary && createPolicies({ ...context, ...canary, component: `${component}-canary` }, gateway);
    createRoutes(context, gateway, created, certificates !== undefined, ofCanary);
    if (tls) {
        createGatewayPolicy(context, created, tls);
    }
    const scheme = certificates ? "https" : "http";
    return {
        reserved: address,
        gateway: created,
        address: address.address,
        url: pulumi.interpolate`${scheme}://${gateway.domain}`,
    };
}

function gatewayManifest(
    context: ExposureContext,
    gatewayClassName: string,
    address: pulumi.Input<string>,
    certificates: Certificates | undefined,
) {
    const certMap = certificates?.map;
    const common = { allowedRoutes: { namespaces: { from: "Same" } } };
    const tls = { mode: "Terminate", options: certificates?.options };
    const made = object(context, gatewayApi, "Gateway", {
        gatewayClassName,
        addresses: [{ type: "NamedAddress", value: address }],
        listeners: [
            { name: "http", protocol: "HTTP", port: 80, ...common },
            ...(certificates
                ? [{ name: "https", protocol: "HTTPS", port: 443, tls: certificates.options && tls, ...common }]
                : []),
        ],
    });
    return {
        ...made,
        metadata: {
            ...made.metadata,
            annotations: certMap === undefined ? undefined : { "networking.gke.io/certmap": certMap },
        },
    };
}

function resolveCertificates(
    context: ExposureContext,
    { public: isPublic, certificate, domain }: GatewayExposure,
): Certificates {
    if (typeof certificate === "object") {
        return "map" in certificate
            ? { map: certificate.map as pulumi.Input<string>, ready: [] }
            : {
                  options: certificateOptions(certificate.names as pulumi.Input<string>[], isPublic === true),
                  ready: [],
              };
    }
    return managedCertificate(context, domain);
}

/** Compute Engine certificates for a public Gateway, else regional ones of Certificate Manager. */
function certificateOptions(names: pulumi.Input<string>[], isPublic: boolean) {
    const option = isPublic ? "pre-shared-certs" : "cert-manager-certs";
    return { [`networking.gke.io/${option}`]: pulumi.all(names).apply((all) => all.join(",")) };
}

/** A Certificate Manager certificate, authorized by the load balancer itself. */
function managedCertificate(
    { component, args, children, environment }: ExposureContext,
    domain: pulumi.Input<string>,
): Certificates {
    const after = { dependsOn: environment.enable("certificatemanager.googleapis.com") };
    const { google } = children;
    // Another domain replaces both, while the previous ones are still in use.
    const own = freshName("name", args.name, nameFormats.rows.computeResource.max);
    const entryName = freshName("name", args.name, nameFormats.rows.computeResource.max);
    const certificate = new Certificate(
        ...google(
            "certificate",
            component,
            { name: own.name, managed: { domains: [domain] } },
            { ...own.options, ...after },
        ),
    );
    const map = new CertificateMap(...google("certificateMap", component, { name: args.name }, after));
    const entry = new CertificateMapEntry(
        ...google(
            "certificateMapEntry",
            component,
            { name: entryName.name, map: map.name, hostname: domain, certificates: [certificate.id] },
            { ...entryName.options, ...after },
        ),
    );
    return { map: map.name, ready: [entry] };
}

/** The route to the Service, and the redirect from HTTP to HTTPS. */
function createRoutes(
    context: ExposureContext,
    { domain }: GatewayExposure,
    gateway: CustomResource,
    isSecure: boolean,
    dependsOn: CustomResource[] = [],
): void {
    const { component, args, children, service, canary } = context;
    const of = (sectionName: string) => [{ name: gateway.metadata.name, sectionName }];
    const route = (name: string, objectName: string, section: string, rule: object) => {
        const spec = { parentRefs: of(section), hostnames: [domain], rules: [rule] };
        const made = object(context, gatewayApi, "HTTPRoute", spec, objectName);
        return new CustomResource(...children.cluster("route", name, made, { dependsOn }));
    };
    const backend = ({ metadata, spec }: Service, weight?: number) => {
        return { name: metadata.name, port: spec.ports.apply((ports) => ports[0]?.port), weight };
    };
    const backendRefs = canary
        ? [backend(service, canary.split.latest), backend(canary.service, canary.split.canary)]
        : [backend(service)];
    route(component, args.name, isSecure ? "https" : "http", { backendRefs });
    if (isSecure) {
        const redirect = { type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } };
        route(`${component}-redirect`, `${args.name}-redirect`, "http", { filters: [redirect] });
    }
}

function createPolicies(
    context: ExposureContext,
    { timeout = "30 seconds", securityPolicy }: GatewayExposure,
): CustomResource[] {
    const { component, args, children } = context;
    const health = {
        default: {
            ...healthCheckConfig(args),
            config: { type: "HTTP", httpHealthCheck: { requestPath: args.health.readiness.path } },
        },
        ...targetService(context),
    };
    const backend = {
        default: { timeoutSec: secondsIn(timeout), connectionDraining: connectionDraining(args), securityPolicy },
        ...targetService(context),
    };
    return [
        new CustomResource(
            ...children.cluster("healthCheckPolicy", component, object(context, gkeApi, "HealthCheckPolicy", health)),
        ),
        new CustomResource(
            ...children.cluster("backendPolicy", component, object(context, gkeApi, "GCPBackendPolicy", backend)),
        ),
    ];
}

function createGatewayPolicy(context: ExposureContext, gateway: CustomResource, tls: SSLPolicy): void {
    const spec = {
        default: { sslPolicy: tls.name },
        targetRef: { group: "gateway.networking.k8s.io", kind: "Gateway", name: gateway.metadata.name },
    };
    const policy = object(context, gkeApi, "GCPGatewayPolicy", spec);
    new CustomResource(...context.children.cluster("gatewayPolicy", context.component, policy));
}
