import * as pulumi from "@pulumi/pulumi";
import * as check from "../../../internal/arguments/check";
import { addressProblem, isReservedAddress } from "../../../internal/network/reservedAddress";
import type { GkeCluster } from "../../cluster";
import type { Exposed, ExposureContext } from "./context";
import { exposeByGateway, type GatewayExposure, gateway } from "./gateway";
import { certificateProblems, proxiesProblem } from "./http";
import { exposeByIngress, type IngressExposure, ingress } from "./ingress";
import { exposeByLoadBalancer, type LoadBalancerExposure, loadBalancer } from "./loadBalancer";

/** How clients outside of the cluster reach a deployment: exactly one of these. */
export type Exposure = check.OneOf<
    | {
          /**
           * A passthrough Network Load Balancer
           * ({@link https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer LoadBalancer Service}).
           */
          loadBalancer: LoadBalancerExposure;
      }
    | {
          /**
           * An Application Load Balancer through the
           * {@link https://cloud.google.com/kubernetes-engine/docs/concepts/gateway-api Gateway API}: global if it is public, else regional.
           */
          gateway: GatewayExposure;
      }
    | {
          /** An Application Load Balancer through an {@link https://cloud.google.com/kubernetes-engine/docs/concepts/ingress Ingress}. */
          ingress: IngressExposure;
      }
>;

/** Checks each option of the `expose` of a deployment. */
export const exposure = check.variant({
    loadBalancer: check.options<{ loadBalancer: LoadBalancerExposure }>({ loadBalancer }),
    gateway: check.options<{ gateway: GatewayExposure }>({ gateway }),
    ingress: check.options<{ ingress: IngressExposure }>({ ingress }),
});

/** Checks combinations of options. */
export function exposureProblems(
    { loadBalancer, gateway, ingress }: Partial<Exposure>,
    port: number | undefined,
    readiness: string | undefined,
    cluster: Pick<GkeCluster, "network" | "proxies" | "region">,
): (check.Problem | undefined)[] {
    const [key, http] = gateway ? ["gateway", gateway] : ["ingress", ingress];
    const isExposed = loadBalancer !== undefined || http !== undefined;
    const needs = isExposed && port === undefined;
    return [
        check.when(
            needs,
            "port",
            "gke/exposed-without-port",
            "is missing: an exposed deployment listens on a port. Set it, for example to 8080.",
        ),
        check.when(
            http && !needs && readiness === undefined,
            "health",
            "gke/exposed-without-health",
            "is missing: the load balancer sends requests to pods that respond with 200 to it. Set it, for example to /healthz.",
        ),
        ...(http ? certificateProblems(`expose.${key}`, http) : []),
        http && !http.public && cluster.proxies?.length === 0 ? proxiesProblem(`expose.${key}`, cluster) : undefined,
        ...reservedProblems("expose.loadBalancer.address", loadBalancer, "regional-external", cluster),
        ...reservedProblems(`expose.${key}.address`, http, "global-external", cluster),
    ];
}

/** What is wrong with a reserved address. A passthrough load balancer has one forwarding rule, the others one for each protocol. */
function reservedProblems(
    path: string,
    exposure: { public?: boolean; address?: unknown } | undefined,
    publicType: "regional-external" | "global-external",
    { region }: Pick<GkeCluster, "region">,
): (check.Problem | undefined)[] {
    const { public: isPublic, address } = exposure ?? {};
    if (!isReservedAddress(address)) {
        return [];
    }
    const type = isPublic ? publicType : "regional-internal";
    const wanted = { type, region: type === "global-external" ? undefined : region } as const;
    const { isShared, networkTier } = address.kind;
    return [
        addressProblem(path, address, wanted, "the load balancer") ??
            check.when(
                type === "regional-internal" && publicType === "global-external" && isShared === false,
                path,
                "gke/address-not-shared",
                'must have the purpose "SHARED_LOADBALANCER_VIP", which is for several forwarding rules.',
            ),
        check.when(
            networkTier === "STANDARD",
            path,
            "gke/address-tier",
            'must have the network tier "PREMIUM", which the load balancers of a cluster have (got "STANDARD").',
        ),
    ];
}

/** A hint at what an existing network must have for the exposure. */
function exposureWarning(
    { gateway, ingress }: Partial<Exposure>,
    { proxies }: Pick<GkeCluster, "proxies">,
): string | undefined {
    const [key, http] = gateway ? ["gateway", gateway] : ["ingress", ingress];
    return http && !http.public && proxies === undefined
        ? `expose.${key}: needs a proxy-only subnet in the cluster's region of the existing network. Without one Google Cloud does not create the load balancer.`
        : undefined;
}

/** Creates the resources that expose the Service. */
export function expose(context: ExposureContext, exposure: Partial<Exposure>): Exposed {
    const { loadBalancer, gateway, ingress } = exposure;
    const warning = exposureWarning(exposure, context.args.cluster);
    if (warning !== undefined) {
        pulumi.log.warn(`AutoscaledDeployment "${context.component}": ${warning}`);
    }
    return gateway
        ? exposeByGateway(context, gateway)
        : ingress
          ? exposeByIngress(context, ingress)
          : loadBalancer
            ? exposeByLoadBalancer(context, loadBalancer.port)
            : {};
}
