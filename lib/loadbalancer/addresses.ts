import type * as pulumi from "@pulumi/pulumi";
import * as check from "../internal/check";
import { addressProblem, type IpAddressType, isReservedAddress } from "../internal/reservedAddress";

/** What is wrong with the reserved addresses of the arguments. */
export function addressProblems(
    { type = "global-external", address, ipv6, region, network, insecure, httpRedirect = true }: Addressed,
    isGlobal: boolean,
    environment: { region: string },
): (check.Problem | undefined)[] {
    const wanted = {
        type,
        region: isGlobal ? undefined : (region ?? environment.region),
        network: type === "regional-internal" ? network : undefined,
    };
    return [
        addressProblem("address", address, wanted, "the load balancer"),
        addressProblem("ipv6", isGlobal ? ipv6 : undefined, { ...wanted, isIpv6: true }, "the load balancer"),
        check.when(
            type === "regional-internal" &&
                isReservedAddress(address) &&
                address.kind.type === type &&
                address.kind.isShared === false &&
                !insecure &&
                httpRedirect,
            "address",
            "loadbalancer/address-not-shared",
            'must have the purpose "SHARED_LOADBALANCER_VIP", because there is a forwarding rule for HTTPS and one for the redirect from HTTP. Set it, or httpRedirect: false.',
        ),
    ];
}

/** The arguments that addresses depend on. */
interface Addressed {
    type?: IpAddressType;
    address?: unknown;
    ipv6?: unknown;
    region?: string;
    network?: pulumi.Resource;
    insecure?: boolean;
    httpRedirect?: boolean;
}
