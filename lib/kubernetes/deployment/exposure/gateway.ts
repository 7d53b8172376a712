import { Certificate } from "@pulumi/gcp/certificatemanager/certificate";
import { CertificateMap } from "@pulumi/gcp/certificatemanager/certificateMap";
import { CertificateMapEntry } from "@pulumi/gcp/certificatemanager/certificateMapEntry";
import type { SSLPolicy } from "@pulumi/gcp/compute/sslpolicy";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import * as pulumi from "@pulumi/pulumi";
import { freshName } from "../../../internal/fresh";
import type { GatewayExposure } from "./arguments";
import { anewFor, asked, draining, type Exposed, type Exposing, object, ofService, reserved, sslPolicy } from "./parts";

const gatewayApi = "gateway.networking.k8s.io/v1";
const gkeApi = "networking.gke.io/v1";

/** Where a Gateway finds its certificates ("Secure a Gateway"). */
interface Certificates {
    /** Of a certificate map, the name. */
    map?: pulumi.Input<string>;
    /** Otherwise the options of the listener. */
    options?: Record<string, pulumi.Input<string>>;
    /** What must be there before. */
    ready: pulumi.Resource[];
}

/** Exposes a Service by a Gateway with a route to it, and tells the load balancer how to ask for health. */
export function throughGateway(exposing: Exposing, gateway: GatewayExposure): Exposed {
    const { component, children, service } = exposing;
    const address = reserved(exposing, gateway.public === true);
    const certificates = gateway.certificate === false ? undefined : certificatesOf(exposing, gateway);
    const policies = policiesOf(exposing, gateway);
    const tls = gateway.public ? sslPolicy(exposing) : undefined;
    const gatewayClassName = gateway.public ? "gke-l7-global-external-managed" : "gke-l7-rilb";
    const object = gatewayObject(exposing, gatewayClassName, address.name, certificates);
    const made = new CustomResource(
        ...children.cluster("gateway", component, object, {
            ...anewFor(gatewayClassName),
            // What the load balancer uses goes after it.
            dependsOn: [service, ...policies, ...(tls ? [tls] : []), ...(certificates?.ready ?? [])],
        }),
    );
    routes(exposing, gateway, made, certificates !== undefined);
    if (tls) {
        frontEnd(exposing, made, tls);
    }
    const scheme = certificates ? "https" : "http";
    return {
        reserved: address,
        gateway: made,
        address: address.address,
        url: pulumi.interpolate`${scheme}://${gateway.host}`,
    };
}

function gatewayObject(
    exposing: Exposing,
    gatewayClassName: string,
    address: pulumi.Input<string>,
    certificates: Certificates | undefined,
) {
    const certMap = certificates?.map;
    const common = { allowedRoutes: { namespaces: { from: "Same" } } };
    const tls = { mode: "Terminate", options: certificates?.options };
    const made = object(exposing, gatewayApi, "Gateway", {
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

function certificatesOf(exposing: Exposing, { public: isPublic, certificate, host }: GatewayExposure): Certificates {
    if (typeof certificate === "object") {
        return "map" in certificate && certificate.map !== undefined
            ? { map: certificate.map, ready: [] }
            : { options: named(certificate.names as pulumi.Input<string>[], isPublic === true), ready: [] };
    }
    return managed(exposing, host);
}

/** Those of Compute Engine for what is public, else those of Certificate Manager in the region. */
function named(names: pulumi.Input<string>[], isPublic: boolean) {
    const option = isPublic ? "pre-shared-certs" : "cert-manager-certs";
    return { [`networking.gke.io/${option}`]: pulumi.all(names).apply((all) => all.join(",")) };
}

/** A certificate that Certificate Manager makes and renews, as the load balancer itself answers for the host. */
function managed({ component, args, children, environment }: Exposing, host: pulumi.Input<string>): Certificates {
    const after = { dependsOn: environment.enable("certificatemanager.googleapis.com") };
    const { google } = children;
    // For another host both are made anew, while those before are in use.
    const own = freshName("name", args.name, 63);
    const entryName = freshName("name", args.name, 63);
    const certificate = new Certificate(
        ...google(
            "certificate",
            component,
            { name: own.name, managed: { domains: [host] } },
            { ...own.options, ...after },
        ),
    );
    const map = new CertificateMap(...google("certificateMap", component, { name: args.name }, after));
    const entry = new CertificateMapEntry(
        ...google(
            "certificateMapEntry",
            component,
            { name: entryName.name, map: map.name, hostname: host, certificates: [certificate.id] },
            { ...entryName.options, ...after },
        ),
    );
    return { map: map.name, ready: [entry] };
}

/** The route to the Service, and one from HTTP to HTTPS. */
function routes(exposing: Exposing, { host }: GatewayExposure, gateway: CustomResource, isSecure: boolean): void {
    const { component, args, children, service } = exposing;
    const of = (sectionName: string) => [{ name: gateway.metadata.name, sectionName }];
    const route = (name: string, objectName: string, section: string, rule: object) => {
        const spec = { parentRefs: of(section), hostnames: [host], rules: [rule] };
        const made = object(exposing, gatewayApi, "HTTPRoute", spec, objectName);
        return new CustomResource(...children.cluster("route", name, made));
    };
    const port = service.spec.ports.apply((ports) => ports[0]?.port);
    route(component, args.name, isSecure ? "https" : "http", {
        backendRefs: [{ name: service.metadata.name, port }],
    });
    if (isSecure) {
        const redirect = { type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } };
        route(`${component}-redirect`, `${args.name}-redirect`, "http", { filters: [redirect] });
    }
}

function policiesOf(exposing: Exposing, { timeoutSeconds = 30, securityPolicy }: GatewayExposure): CustomResource[] {
    const { component, args, children } = exposing;
    const health = {
        default: {
            ...asked(args),
            config: { type: "HTTP", httpHealthCheck: { requestPath: args.health.readiness } },
        },
        ...ofService(exposing),
    };
    const backend = {
        default: { timeoutSec: timeoutSeconds, connectionDraining: draining(args), securityPolicy },
        ...ofService(exposing),
    };
    return [
        new CustomResource(
            ...children.cluster("healthCheckPolicy", component, object(exposing, gkeApi, "HealthCheckPolicy", health)),
        ),
        new CustomResource(
            ...children.cluster("backendPolicy", component, object(exposing, gkeApi, "GCPBackendPolicy", backend)),
        ),
    ];
}

function frontEnd(exposing: Exposing, gateway: CustomResource, tls: SSLPolicy): void {
    const spec = {
        default: { sslPolicy: tls.name },
        targetRef: { group: "gateway.networking.k8s.io", kind: "Gateway", name: gateway.metadata.name },
    };
    const policy = object(exposing, gkeApi, "GCPGatewayPolicy", spec);
    new CustomResource(...exposing.children.cluster("gatewayPolicy", exposing.component, policy));
}
