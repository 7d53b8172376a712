import { throughGateway } from "./gateway";
import { throughIngress } from "./ingress";
import type { Exposed, Exposing } from "./parts";

/** Makes what exposes the Service, and says where it is reached. */
export function exposed(exposing: Exposing): Exposed {
    const { loadBalancer, gateway, ingress } = exposing.args.expose;
    return gateway
        ? throughGateway(exposing, gateway)
        : ingress
          ? throughIngress(exposing, ingress)
          : loadBalancer
            ? throughLoadBalancer(exposing, loadBalancer.port)
            : {};
}

function throughLoadBalancer({ service }: Exposing, port = 80): Exposed {
    const address = service.status.apply((status) => status?.loadBalancer?.ingress?.[0]?.ip ?? "");
    const suffix = port === 80 || port === 443 ? "" : `:${port}`;
    return { address, url: address.apply((ip) => `${port === 443 ? "https" : "http"}://${ip}${suffix}`) };
}
