import { networkLoadBalancingLimits } from "../facts/limits/loadBalancing";
import { nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";
import { healthPort } from "../internal/arguments/healthCheck";
import { addressProblem, type WantedAddress } from "../internal/network/reservedAddress";
import type { IpAddress } from "../network";

/** A further forwarding rule of a passthrough load balancer, with an address of its own, which leads to the same machines. */
export interface NetworkRule {
    /**
     * The ports: one to five from 1 to 65535, or `"all"`. Changing this replaces the rule.
     * @default `ports` of the load balancer
     */
    ports?: number[] | "all";
    /**
     * The reserved IPv4 address, an `IpAddress` of the type that `address` of the load balancer has.
     * @default an address of the rule's own
     */
    address?: IpAddress;
    /**
     * Lets clients in all regions reach the rule of an internal load balancer.
     * @default `globalAccess` of the load balancer
     */
    globalAccess?: boolean;
    /**
     * The first label of an internal DNS name of the rule of an internal load balancer. Changing this replaces the rule.
     * @default no DNS name
     */
    serviceLabel?: string;
}

/** The ports of a forwarding rule. */
export type RulePorts = readonly number[] | "all";

const { ports: portLimit } = networkLoadBalancingLimits.rows;

/** Checks ports. */
export const rulePorts = check.literalOr(
    "all",
    check.pipe(
        check.list(healthPort),
        check.refine(
            (all) => all.length > 0 && new Set(all).size === all.length,
            "must have at least one port, and each once",
        ),
    ),
);

/** Checks the `rules` of a load balancer. */
export const networkRules = check.record<string, NetworkRule>(
    check.nameOf(nameFormats.rows.computeResource),
    check.options<NetworkRule>({
        ports: rulePorts,
        address: check.component("IpAddress"),
        globalAccess: check.flag(),
        serviceLabel: check.nameOf(nameFormats.rows.computeResource),
    }),
);

/** https://cloud.google.com/load-balancing/docs/forwarding-rule-concepts#port_specifications */
export const rulePortProblems = (
    path: string,
    all: RulePorts | undefined,
    protocol: string,
): (check.Problem | undefined)[] => [
    check.when(
        protocol === "all" && all !== "all",
        path,
        "loadbalancer/ports-of-all-protocols",
        'must be "all" with protocol: "all". Remove it, or set protocol: "tcp" or "udp".',
    ),
    check.when(
        Array.isArray(all) && all.length > portLimit.max,
        path,
        "loadbalancer/too-many-ports",
        `can have at most ${portLimit.max} ports (got ${Array.isArray(all) ? all.length : 0}). Use "all".`,
    ),
];

/** The keys of the rules that each load balancer can have itself. */
const ownKeys = /^((tcp|udp|all)(-ipv6)?|ipv6)$/;

/** What is wrong with further rules. */
export function networkRuleProblems(
    rules: Record<string, NetworkRule>,
    { isInternal, protocol, wanted }: { isInternal: boolean; protocol: string; wanted: WantedAddress },
): (check.Problem | undefined)[] {
    return Object.entries(rules).flatMap(([key, { ports, address, globalAccess, serviceLabel }]) => {
        const path = `rules.${key}`;
        return [
            check.when(
                ownKeys.test(key),
                path,
                "loadbalancer/rule-named-as-protocol",
                "must have another name, because rules of the load balancer itself have the names of protocols.",
            ),
            ...(ports === undefined ? [] : rulePortProblems(`${path}.ports`, ports, protocol)),
            addressProblem(`${path}.address`, address, wanted, "the load balancer"),
            ...Object.entries({ globalAccess, serviceLabel }).map(([option, value]) =>
                check.when(
                    !isInternal && value !== undefined,
                    `${path}.${option}`,
                    "loadbalancer/rule-option-of-internal",
                    'is only for the type "internal-passthrough". Remove it.',
                ),
            ),
        ];
    });
}

/** The ports of all rules together, which the firewall opens. */
export function portsOf(ports: RulePorts, rules: Record<string, NetworkRule>): RulePorts {
    const all = [ports, ...Object.values(rules).map((rule) => rule.ports ?? ports)];
    return all.includes("all") ? "all" : [...new Set((all as number[][]).flat())];
}
