import type { Service } from "@pulumi/kubernetes/core/v1/service";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../../environment/environment";
import type { Decided } from "../decided";
import type { Children } from "../identity";

/** What stands between the pods and those outside of the cluster; nothing where nobody outside calls them. */
export interface Exposed {
    /** The address at which it is called. */
    url?: pulumi.Output<string>;
    /** The IP address of that, for a DNS record. */
    address?: pulumi.Output<string>;
}

/** Makes what exposes the Service, and says where it is reached. */
export function exposed(
    _component: string,
    args: Decided,
    _namespace: pulumi.Input<string>,
    service: Service | undefined,
    _children: Children,
    _environment: Environment,
): Exposed {
    const { loadBalancer } = args.expose;
    return loadBalancer && service ? balanced(service, loadBalancer.port) : {};
}

function balanced(service: Service, port = 80): Exposed {
    const address = service.status.apply((status) => status?.loadBalancer?.ingress?.[0]?.ip ?? "");
    const host = port === 80 || port === 443 ? "" : `:${port}`;
    return { address, url: address.apply((ip) => `${port === 443 ? "https" : "http"}://${ip}${host}`) };
}
