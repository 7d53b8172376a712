import type { Decided } from "./decided";
import type { LoadBalancerExposure } from "./exposure/arguments";
import { ingressAnnotations } from "./exposure/ingress";
import { selector } from "./names";
import { privateRanges } from "./policy";

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

/** Which load balancer it is: "LoadBalancer Service parameters", by backend services where it is public. */
export function serviceAnnotations({ name, expose: { loadBalancer, ingress } }: Decided): Record<string, string> {
    if (loadBalancer) {
        return loadBalancer.public
            ? { "cloud.google.com/l4-rbs": "enabled" }
            : { "networking.gke.io/load-balancer-type": "Internal" };
    }
    return ingress ? ingressAnnotations(name) : {};
}
