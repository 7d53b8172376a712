import type { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
import { Service } from "@pulumi/kubernetes/core/v1/service";
import type * as pulumi from "@pulumi/pulumi";
import { replicaBounds } from "../scaling";
import type { ResolvedArgs } from "./deploymentArgs";
import { ingressAnnotations } from "./exposure/ingress";
import { loadBalancerSpec } from "./exposure/loadBalancer";
import { type Children, metadata, nonEmpty, selector } from "./objects";

/** The annotation of an internal load balancer. */
const internalAnnotation = "networking.gke.io/load-balancer-type";

/**
 * The options of the Service. A change between external and internal replaces it: the type of the load balancer is
 * {@link https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer-parameters set at its creation}, and
 * the status would still contain the previous address.
 */
const serviceOptions = {
    replaceOnChanges: [`metadata.annotations["${internalAnnotation}"]`],
    deleteBeforeReplace: true,
};

/** Creates the Service after the Deployment. */
export function createService(
    component: string,
    args: ResolvedArgs,
    namespace: pulumi.Input<string>,
    deployment: Deployment,
    { cluster }: Children,
): Service {
    const annotations = nonEmpty({ ...serviceAnnotations(args), ...replicaBounds(args.scaling).serviceAnnotations });
    const object = { metadata: { ...metadata(args, namespace), annotations }, spec: serviceSpec(args) };
    // A Service awaits a ready pod: the Deployment reports a failed rollout better.
    return new Service(...cluster("service", component, object, { ...serviceOptions, dependsOn: deployment }));
}

/** The port of the Service. */
export function servicePort({ expose }: ResolvedArgs): number {
    return expose.loadBalancer?.port ?? 80;
}

/** A Service that is internal to the cluster, or has a load balancer. */
function serviceSpec(args: ResolvedArgs) {
    const { loadBalancer } = args.expose;
    return {
        type: loadBalancer ? "LoadBalancer" : "ClusterIP",
        selector: selector(args.name),
        ports: [{ name: "http", port: servicePort(args), targetPort: "http", protocol: "TCP" }],
        ...(loadBalancer && loadBalancerSpec(loadBalancer)),
    };
}

/**
 * The {@link https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer-parameters annotations} for the
 * type of the load balancer: an external one uses backend services.
 */
function serviceAnnotations({ name, expose: { loadBalancer, ingress } }: ResolvedArgs): Record<string, string> {
    if (loadBalancer) {
        return loadBalancer.public ? { "cloud.google.com/l4-rbs": "enabled" } : { [internalAnnotation]: "Internal" };
    }
    return ingress ? ingressAnnotations(name) : {};
}
