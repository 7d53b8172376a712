import * as check from "../internal/arguments/check";
import { subnetProblem } from "../internal/arguments/locations";
import type { Network } from "../network";
import { isInternalType, isRegionalType, type LoadBalancerType } from "./types";

/** The arguments about the place of a load balancer. */
interface Placed {
    type: LoadBalancerType;
    network?: Network;
    region?: string;
    regions?: readonly string[];
    address?: unknown;
    ipv6?: unknown;
}

const regional: LoadBalancerType[] = ["regional-external", "regional-internal"];

/** Which types have the options that not all types have. */
const options: Record<string, LoadBalancerType[]> = {
    network: [...regional, "cross-region-internal"],
    region: regional,
    regions: ["cross-region-internal"],
    address: ["global-external", ...regional],
    ipv6: ["global-external"],
};

/** What is wrong with the network and the regions of a load balancer. */
export function networkProblems(args: Placed, environment: { region: string }): (check.Problem | undefined)[] {
    const { type, network, region = environment.region, regions = [environment.region] } = args;
    const given: Record<string, unknown> = { ...args, ipv6: args.ipv6 || undefined };
    const ofOthers = Object.entries(options).map(([path, types]) => {
        const all = types.map((each) => `"${each}"`).join(", ");
        const reason = `is only for type ${all.replace(/, ([^,]+)$/, " and $1")}. Remove it.`;
        return check.when(
            given[path] !== undefined && !types.includes(type),
            path,
            "loadbalancer/option-of-type",
            reason,
        );
    });
    const all = isRegionalType(type) ? [region] : regions;
    return [
        ...ofOthers,
        ...(type === "global-external" ? [] : proxyProblems(type, network, all)),
        ...(network && isInternalType(type)
            ? all.map((each) => subnetProblem("network", network, each, "the load balancer"))
            : []),
    ];
}

/** A load balancer whose proxies are in the network needs a proxy-only subnet in each of its regions. */
export function proxyProblems(
    type: string,
    network: Network | undefined,
    regions: readonly string[],
): (check.Problem | undefined)[] {
    if (network === undefined) {
        return [
            check.problem(
                "network",
                "loadbalancer/network-missing",
                `is missing, because the proxies of a ${type} load balancer are in a subnet. Set it.`,
            ),
        ];
    }
    const [option, proxies] =
        type === "cross-region-internal"
            ? ["globalProxyOnlySubnets", network.globalProxies]
            : ["proxyOnlySubnets", network.proxies];
    return regions.map((region) =>
        check.when(
            proxies[region] === undefined && !network.isFound,
            "network",
            "loadbalancer/proxy-only-subnet-missing",
            `must have a proxy-only subnet in ${region}. Set ${option} of the Network.`,
        ),
    );
}
