import type { Address } from "@pulumi/gcp/compute/address";
import type { GlobalAddress } from "@pulumi/gcp/compute/globalAddress";
import type { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import type { Ingress } from "@pulumi/kubernetes/networking/v1/ingress";
import type * as pulumi from "@pulumi/pulumi";
import { throughGateway } from "./gateway";
import { throughIngress } from "./ingress";
import type { Exposing } from "./parts";

/** What stands between the pods and those outside of the cluster; nothing where nobody outside calls them. */
export interface Exposed {
    /** The address at which it is called. */
    url?: pulumi.Output<string>;
    /** The IP address of that, for a DNS record. */
    address?: pulumi.Output<string>;
    /** The address that is kept for a Gateway or an Ingress. */
    reserved?: GlobalAddress | Address;
    gateway?: CustomResource;
    ingress?: Ingress;
}

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
