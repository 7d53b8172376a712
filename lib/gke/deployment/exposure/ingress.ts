import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { Ingress } from "@pulumi/kubernetes/networking/v1/ingress";
import * as pulumi from "@pulumi/pulumi";
import * as check from "../../../internal/arguments/check";
import { secondsIn } from "../../../internal/arguments/duration";
import { metadata } from "../objects";
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
} from "./context";
import {
    type AnyHttpExposure,
    certificateNames,
    certificateOr,
    type ExistingCertificates,
    type HttpExposure,
    httpChecks,
} from "./http";

interface PublicIngress extends HttpExposure {
    /** Uses an external load balancer; otherwise only the cluster's network and connected networks reach it. */
    public: true;
    /**
     * `"managed"`: a {@link https://cloud.google.com/kubernetes-engine/docs/how-to/managed-certs Google-managed certificate},
     * issued once the domain's DNS record contains the address. Otherwise names of Compute Engine SSL certificates.
     * @default "managed"
     */
    certificate?: "managed" | ExistingCertificates;
}

interface InternalIngress extends Omit<HttpExposure, "securityPolicy"> {
    /**
     * Whether the load balancer is external. Without it, only the cluster's network and connected networks reach it.
     * @default false
     */
    public?: false;
    securityPolicy?: never;
    /** Names of Compute Engine SSL certificates in the cluster's region; `false`: HTTP without TLS. */
    certificate: ExistingCertificates | false;
}

/** An Application Load Balancer through an {@link https://cloud.google.com/kubernetes-engine/docs/concepts/ingress Ingress}. */
export type IngressExposure = PublicIngress | InternalIngress;

/** Checks each option. */
export const ingress = check.options<AnyHttpExposure<PublicIngress["certificate"] | InternalIngress["certificate"]>>(
    { ...httpChecks, certificate: certificateOr(certificateNames) },
    "domain",
);

/** The load balancer's settings: annotations of the Ingress, and the objects that they refer to. */
interface Settings {
    annotations: Record<string, pulumi.Input<string>>;
    ready: pulumi.Resource[];
}

/** Exposes a Service with an Ingress, and configures its health checks. */
export function exposeByIngress(context: ExposureContext, ingress: IngressExposure): Exposed {
    const { component, args, namespace, children, service } = context;
    const address = reserveAddress(context, ingress);
    const settings = ingress.public ? publicSettings(context, ingress) : internalSettings(ingress);
    const place = ingress.public ? "global" : "regional";
    const ingressClass = ingress.public ? "gce" : "gce-internal";
    const annotations = {
        "kubernetes.io/ingress.class": ingressClass,
        [`kubernetes.io/ingress.${place}-static-ip-name`]: address.name,
        // A previous Gateway holds the address until the end of the deployment: awaiting the load balancer here would deadlock.
        "pulumi.com/waitFor": "jsonpath={.metadata.uid}",
        ...settings.annotations,
    };
    const backend = { service: { name: service.metadata.name, port: { name: "http" } } };
    const paths = [{ path: "/", pathType: "Prefix", backend }];
    const created = new Ingress(
        ...children.cluster(
            "ingress",
            component,
            {
                metadata: { ...metadata(args, namespace), annotations },
                spec: { rules: [{ host: ingress.domain, http: { paths } }] },
            },
            {
                ...replaceForClass(ingressClass),
                dependsOn: [
                    service,
                    ...proxies(context, ingress),
                    createBackendConfig(context, ingress),
                    ...settings.ready,
                ],
            },
        ),
    );
    const scheme = ingress.certificate === false ? "http" : "https";
    return {
        reserved: address,
        ingress: created,
        address: address.address,
        url: pulumi.interpolate`${scheme}://${ingress.domain}`,
    };
}

/**
 * The Service's annotations for an Ingress with
 * {@link https://cloud.google.com/kubernetes-engine/docs/how-to/container-native-load-balancing container-native load
 * balancing}.
 */
export function ingressAnnotations(name: string): Record<string, string> {
    return {
        "cloud.google.com/neg": JSON.stringify({ ingress: true }),
        "cloud.google.com/backend-config": JSON.stringify({ default: name }),
    };
}

/** The settings of a public Ingress: a redirect from HTTP, and a Google-managed certificate unless others are named. */
function publicSettings(context: ExposureContext, { domain, certificate = "managed" }: IngressExposure): Settings {
    const { component, args, children } = context;
    const frontEnd = new CustomResource(
        ...children.cluster(
            "frontendConfig",
            component,
            object(context, "networking.gke.io/v1beta1", "FrontendConfig", {
                sslPolicy: sslPolicy(context).name,
                redirectToHttps: { enabled: true, responseCodeName: "MOVED_PERMANENTLY_DEFAULT" },
            }),
        ),
    );
    const annotations = { "networking.gke.io/v1beta1.FrontendConfig": frontEnd.metadata.name };
    if (typeof certificate === "object") {
        return { annotations: { ...annotations, ...preShared(certificate.names) }, ready: [frontEnd] };
    }
    const managed = new CustomResource(
        ...children.cluster(
            "managedCertificate",
            component,
            object(context, "networking.gke.io/v1", "ManagedCertificate", { domains: [domain] }, args.name),
        ),
    );
    return {
        annotations: { ...annotations, "networking.gke.io/managed-certificates": managed.metadata.name },
        ready: [frontEnd, managed],
    };
}

/** The settings of an internal Ingress. It supports no redirects, so that one with TLS serves no HTTP. */
function internalSettings({ certificate }: IngressExposure): Settings {
    return typeof certificate === "object"
        ? { annotations: { ...preShared(certificate.names), "kubernetes.io/ingress.allow-http": "false" }, ready: [] }
        : { annotations: {}, ready: [] };
}

function preShared(names: pulumi.Input<string>[]) {
    return { "ingress.gcp.kubernetes.io/pre-shared-cert": pulumi.all(names).apply((all) => all.join(",")) };
}

function createBackendConfig(
    context: ExposureContext,
    { timeout = "30 seconds", securityPolicy }: IngressExposure,
): CustomResource {
    const { component, args, children } = context;
    const spec = {
        healthCheck: {
            ...healthCheckConfig(args),
            type: "HTTP",
            requestPath: args.health.readiness.path,
            port: args.port,
        },
        timeoutSec: secondsIn(timeout),
        connectionDraining: connectionDraining(args),
        securityPolicy: securityPolicy === undefined ? undefined : { name: securityPolicy },
    };
    const config = object(context, "cloud.google.com/v1", "BackendConfig", spec);
    return new CustomResource(...children.cluster("backendConfig", component, config));
}
