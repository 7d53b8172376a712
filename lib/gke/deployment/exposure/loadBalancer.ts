import type * as pulumi from "@pulumi/pulumi";
import { privateRanges } from "../../../formats/cidr";
import * as check from "../../../internal/arguments/check";
import { isReservedAddress } from "../../../internal/network/reservedAddress";
import type { IpAddress } from "../../../network";
import { ranges } from "../peers";
import type { Exposed, ExposureContext } from "./context";

/**
 * A passthrough Network Load Balancer ({@link https://cloud.google.com/kubernetes-engine/docs/concepts/service-load-balancer
 * LoadBalancer Service}).
 */
export interface LoadBalancerExposure {
    /**
     * Uses an external load balancer; otherwise only the cluster's network and connected networks reach it.
     * @default false
     */
    public?: boolean;
    /**
     * The port of the load balancer: 1 to 65535.
     * @default 80
     */
    port?: number;
    /**
     * The CIDR ranges of clients: `["203.0.113.0/24"]`.
     * @default all if it is public, the private ranges of RFC 1918 otherwise
     */
    allowFrom?: string[];
    /**
     * A static address of the region, which outlives the load balancer: an `IpAddress` of type `"regional-external"` if it is public, else
     * `"regional-internal"`; or the address itself, `"203.0.113.7"`.
     * @default an ephemeral address
     */
    address?: IpAddress | pulumi.Input<string>;
}

const address = check.componentOr(
    check.component<IpAddress>("IpAddress"),
    check.input(
        check.matching(
            /^\d{1,3}(\.\d{1,3}){3}$/,
            "must be an IpAddress, or an IPv4 address that is reserved in the region",
        ),
    ),
);

/** Checks each option. */
export const loadBalancer = check.options<LoadBalancerExposure>({
    public: check.flag(),
    port: check.whole(1, 65_535),
    allowFrom: ranges("Remove it, and set public: true."),
    address,
});

/** The load balancer in the form of its Service. */
export function loadBalancerSpec({ address, allowFrom, public: isPublic }: LoadBalancerExposure) {
    return {
        // Preserves the client's IP address, which the network policy checks.
        externalTrafficPolicy: "Local",
        loadBalancerSourceRanges: allowFrom ?? (isPublic ? undefined : privateRanges),
        loadBalancerIP: isReservedAddress(address) ? address.address : address,
    };
}

/** Where the load balancer of a Service is reached. */
export function exposeByLoadBalancer({ service }: ExposureContext, port = 80): Exposed {
    const address = service.status.apply((status) => status?.loadBalancer?.ingress?.[0]?.ip ?? "");
    const suffix = port === 80 || port === 443 ? "" : `:${port}`;
    return { address, url: address.apply((ip) => `${port === 443 ? "https" : "http"}://${ip}${suffix}`) };
}
