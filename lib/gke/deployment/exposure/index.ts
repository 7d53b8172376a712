import * as pulumi from "@pulumi/pulumi";
import { exposureWarning } from "./arguments";
import type { Exposed, ExposureContext } from "./context";
import { exposeByGateway } from "./gateway";
import { exposeByIngress } from "./ingress";

/** Creates the resources that expose the Service. */
export function expose(context: ExposureContext): Exposed {
    const { component, args } = context;
    const { loadBalancer, gateway, ingress } = args.expose;
    const warning = exposureWarning(args.expose, args.cluster);
    if (warning !== undefined) {
        pulumi.log.warn(`AutoscaledDeployment "${component}": ${warning}`);
    }
    return gateway
        ? exposeByGateway(context, gateway)
        : ingress
          ? exposeByIngress(context, ingress)
          : loadBalancer
            ? exposeByLoadBalancer(context, loadBalancer.port)
            : {};
}

function exposeByLoadBalancer({ service }: ExposureContext, port = 80): Exposed {
    const address = service.status.apply((status) => status?.loadBalancer?.ingress?.[0]?.ip ?? "");
    const suffix = port === 80 || port === 443 ? "" : `:${port}`;
    return { address, url: address.apply((ip) => `${port === 443 ? "https" : "http"}://${ip}${suffix}`) };
}
