import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import { Ingress } from "@pulumi/kubernetes/networking/v1/ingress";
import * as pulumi from "@pulumi/pulumi";
import { metadata } from "../definition";
import type { IngressExposure } from "./arguments";
import { anewFor, asked, draining, type Exposed, type Exposing, object, reserved, sslPolicy } from "./parts";

/** What says something of the load balancer, by annotations of the Ingress, and the objects that they name. */
interface Settings {
    annotations: Record<string, pulumi.Input<string>>;
    ready: pulumi.Resource[];
}

/** Exposes a Service by an Ingress, and tells the load balancer how to ask for health. */
export function throughIngress(exposing: Exposing, ingress: IngressExposure): Exposed {
    const { component, args, namespace, children, service } = exposing;
    const address = reserved(exposing, ingress.public === true);
    const settings = ingress.public ? outside(exposing, ingress) : inside(ingress);
    const place = ingress.public ? "global" : "regional";
    const ingressClass = ingress.public ? "gce" : "gce-internal";
    const annotations = {
        "kubernetes.io/ingress.class": ingressClass,
        [`kubernetes.io/ingress.${place}-static-ip-name`]: address.name,
        // Where there was a Gateway it has the address until the end of the deployment, which would wait for it here.
        "pulumi.com/waitFor": "jsonpath={.metadata.uid}",
        ...settings.annotations,
    };
    const backend = { service: { name: service.metadata.name, port: { name: "http" } } };
    const paths = [{ path: "/", pathType: "Prefix", backend }];
    const made = new Ingress(
        ...children.cluster(
            "ingress",
            component,
            {
                metadata: { ...metadata(args, namespace), annotations },
                spec: { rules: [{ host: ingress.host, http: { paths } }] },
            },
            {
                ...anewFor(ingressClass),
                dependsOn: [service, backendConfig(exposing, ingress), ...settings.ready],
            },
        ),
    );
    const scheme = ingress.certificate === false ? "http" : "https";
    return {
        reserved: address,
        ingress: made,
        address: address.address,
        url: pulumi.interpolate`${scheme}://${ingress.host}`,
    };
}

/** The annotations of a Service that an Ingress sends requests to ("Container-native load balancing through Ingress"). */
export function ingressAnnotations(name: string): Record<string, string> {
    return {
        "cloud.google.com/neg": JSON.stringify({ ingress: true }),
        "cloud.google.com/backend-config": JSON.stringify({ default: name }),
    };
}

/** What is public has a redirect from HTTP, and a certificate that Google manages unless others are named. */
function outside(exposing: Exposing, { host, certificate = "managed" }: IngressExposure): Settings {
    const { component, args, children } = exposing;
    const frontEnd = new CustomResource(
        ...children.cluster(
            "frontendConfig",
            component,
            object(exposing, "networking.gke.io/v1beta1", "FrontendConfig", {
                sslPolicy: sslPolicy(exposing).name,
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
            object(exposing, "networking.gke.io/v1", "ManagedCertificate", { domains: [host] }, args.name),
        ),
    );
    return {
        annotations: { ...annotations, "networking.gke.io/managed-certificates": managed.metadata.name },
        ready: [frontEnd, managed],
    };
}

/** Redirects are for external load balancers alone, so that an internal one with TLS has nothing without it. */
function inside({ certificate }: IngressExposure): Settings {
    return typeof certificate === "object"
        ? { annotations: { ...preShared(certificate.names), "kubernetes.io/ingress.allow-http": "false" }, ready: [] }
        : { annotations: {}, ready: [] };
}

function preShared(names: pulumi.Input<string>[]) {
    return { "ingress.gcp.kubernetes.io/pre-shared-cert": pulumi.all(names).apply((all) => all.join(",")) };
}

function backendConfig(exposing: Exposing, { timeoutSeconds = 30, securityPolicy }: IngressExposure): CustomResource {
    const { component, args, children } = exposing;
    const spec = {
        healthCheck: { ...asked(args), type: "HTTP", requestPath: args.health.readiness, port: args.port },
        timeoutSec: timeoutSeconds,
        connectionDraining: draining(args),
        securityPolicy: securityPolicy === undefined ? undefined : { name: securityPolicy },
    };
    const config = object(exposing, "cloud.google.com/v1", "BackendConfig", spec);
    return new CustomResource(...children.cluster("backendConfig", component, config));
}
