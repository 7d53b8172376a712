import { privateRanges } from "../../formats/cidr";
import type { Decided } from "./decided";
import type { LoadBalancerExposure } from "./exposure/arguments";
import { ingressAnnotations } from "./exposure/ingress";
import { selector } from "./names";

/** The port of the Service. */
export function servicePort({ expose }: Decided): number {
    return expose.loadBalancer?.port ?? 80;
}

/** A Service that the cluster alone reaches, or one with a load balancer. */
export function serviceSpec(args: Decided) {
    const { loadBalancer } = args.expose;
    return {
        type: loadBalancer ? "LoadBalancer" : "ClusterIP",
        selector: selector(args.name),
        ports: [{ name: "http", port: servicePort(args), targetPort: "http", protocol: "TCP" }],
        ...(loadBalancer && balanced(loadBalancer)),
    };
}

function balanced({ address, allowFrom, public: isPublic }: LoadBalancerExposure) {
    return {
        // Connections go to nodes that have a pod, and so keep the address from which they come, by which they are let in.
        externalTrafficPolicy: "Local",
        loadBalancerSourceRanges: allowFrom ?? (isPublic ? undefined : privateRanges),
        loadBalancerIP: address,
    };
}

/** The annotation of a Service that says whether its load balancer is of the network alone. */
const internalAnnotation = "networking.gke.io/load-balancer-type";

/**
 * The options of the Service: between public and internal it is made anew, as which load balancer it gets is said when it is made
 * ("LoadBalancer Service parameters"), and as its address would still be that of the one before.
 */
export const serviceOptions = {
    replaceOnChanges: [`metadata.annotations["${internalAnnotation}"]`],
    deleteBeforeReplace: true,
};

/** Which load balancer it is: "LoadBalancer Service parameters", by backend services where it is public. */
export function serviceAnnotations({ name, expose: { loadBalancer, ingress } }: Decided): Record<string, string> {
    if (loadBalancer) {
        return loadBalancer.public ? { "cloud.google.com/l4-rbs": "enabled" } : { [internalAnnotation]: "Internal" };
    }
    return ingress ? ingressAnnotations(name) : {};
}
