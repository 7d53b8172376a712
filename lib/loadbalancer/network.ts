import * as check from "../internal/check";
import { subnetProblem } from "../internal/places";
import type { Network } from "../network";

/** A regional load balancer needs a network with a proxy-only subnet; a global one has none. */
export function networkProblems(
    { network, region: given, ipv6, type }: { network?: Network; region?: string; ipv6?: unknown; type?: string },
    isGlobal: boolean,
    environment: { region: string },
): (check.Problem | undefined)[] {
    if (isGlobal) {
        const only = 'is only for type "regional-external" and "regional-internal". Remove it.';
        return Object.entries({ network, region: given }).map(([path, value]) =>
            check.when(value !== undefined, path, "loadbalancer/option-of-regional", only),
        );
    }
    const region = given ?? environment.region;
    if (network === undefined) {
        return [
            check.problem(
                "network",
                "loadbalancer/network-missing",
                `is missing, because the proxies of a ${type} load balancer are in a subnet. Set it.`,
            ),
        ];
    }
    return [
        check.when(ipv6, "ipv6", "loadbalancer/ipv6-of-regional", 'is only for type "global-external". Remove it.'),
        check.when(
            network.proxies[region] === undefined && !network.isFound,
            "network",
            "loadbalancer/proxy-only-subnet-missing",
            `must have a proxy-only subnet in ${region}. Set proxyOnlySubnets of the Network.`,
        ),
        type === "regional-internal" ? subnetProblem("network", network, region, "the load balancer") : undefined,
    ];
}
