import type * as pulumi from "@pulumi/pulumi";
import type { AutoscaledInstanceGroup, ExistingInstanceGroup, UnmanagedInstanceGroup } from "../compute";
import { networkLoadBalancingLimits } from "../facts/limits/loadBalancing";
import * as check from "../internal/arguments/check";
import { fractionOf } from "../internal/arguments/percent";
import { groups } from "./backend";
import { type AnyGroup, isEndpoints, isProbed, kindOf, knownPortProblem, linkOf, scopeProblems } from "./group";

/** A group of instances. */
export type InstanceGroup = AutoscaledInstanceGroup | UnmanagedInstanceGroup | ExistingInstanceGroup;

/**
 * What decides that packets of a client go to the same machine: nothing beyond the connection, the client's address (`client-ip`), also the
 * protocol, also the ports, or the client's address whatever address it sends to.
 */
export type SessionAffinity =
    | "none"
    | "client-ip"
    | "client-ip-protocol"
    | "client-ip-port-protocol"
    | "client-ip-no-destination";

/** The session affinities, as the API names them. */
export const affinities: Record<SessionAffinity, string> = {
    none: "NONE",
    "client-ip": "CLIENT_IP",
    "client-ip-protocol": "CLIENT_IP_PROTO",
    "client-ip-port-protocol": "CLIENT_IP_PORT_PROTO",
    "client-ip-no-destination": "CLIENT_IP_NO_DESTINATION",
};

/** {@link https://cloud.google.com/load-balancing/docs/internal/failover-overview Failover}: groups that stand in for the others. */
export interface Failover {
    /** The groups that get the traffic while too few machines of the others are healthy. */
    group: InstanceGroup | InstanceGroup[];
    /**
     * The share of healthy machines of `group` of the load balancer, in percent: at it or below, the failover groups get the traffic. 0 to 100.
     * @default 0: when no machine is healthy
     */
    ratio?: number;
    /**
     * Drops traffic while no machine of any group is healthy. Otherwise all machines of `group` of the load balancer get it.
     * @default false
     */
    dropIfUnhealthy?: boolean;
    /**
     * Keeps connections to the previous machines for up to 10 minutes after a failover. `false` is only for the protocol "tcp".
     * @default true
     */
    drain?: boolean;
}

/**
 * The {@link https://cloud.google.com/load-balancing/docs/backend-service#balancing-mode target capacity} of a group behind proxies: the average
 * CPU utilization in percent, or the connections of each instance or endpoint. Above it, other groups get new connections.
 */
export type ConnectionCapacity = check.OneOf<
    | {
          /** The average CPU utilization of the instances in percent: 1 to 100. */
          utilization: number;
      }
    | {
          /** The connections of each instance or endpoint: 1 to 1,000,000. */
          connections: number;
      }
>;

const { failoverRatio } = networkLoadBalancingLimits.rows;

/** Checks the groups of a passthrough load balancer. */
export const instanceGroups = groups as check.Check<InstanceGroup | InstanceGroup[]>;

/** Checks the `failover` of a load balancer. */
export const failover = check.options<Failover>(
    {
        group: instanceGroups,
        ratio: check.limit(failoverRatio),
        dropIfUnhealthy: check.flag(),
        drain: check.flag(),
    },
    "group",
);

/** Checks the `capacity` of a load balancer. */
export const connectionCapacity = check.variant({
    utilization: check.options<{ utilization: number }>({ utilization: check.whole(1, 100, "percent") }, "utilization"),
    connections: check.options<{ connections: number }>(
        { connections: check.whole(1, 1_000_000, "connections") },
        "connections",
    ),
});

/** The groups of a load balancer with their options. */
export interface Backends {
    isProxy: boolean;
    isInternal: boolean;
    groups: readonly AnyGroup[];
    failover?: Failover;
    port?: string;
    capacity?: ConnectionCapacity;
    protocol: "tcp" | "udp" | "all";
}

const failoverGroups = ({ failover }: Pick<Backends, "failover">): AnyGroup[] => [failover?.group ?? []].flat();

/** All groups, of which the failover groups are the last. */
export const allGroups = (backends: Pick<Backends, "groups" | "failover">): AnyGroup[] => [
    ...backends.groups,
    ...failoverGroups(backends),
];

/**
 * Which groups a type of load balancer can have: https://cloud.google.com/load-balancing/docs/backend-service#backends. Passthrough load
 * balancers have instances, or endpoints without a port, which `NetworkEndpointGroup` does not create.
 */
export function groupKindProblems(backends: Backends): (check.Problem | undefined)[] {
    const { isProxy, groups, failover, capacity, protocol } = backends;
    const all = allGroups(backends);
    const kind = kindOf(all[0] as AnyGroup);
    const isSingle = kind === "internet" || kind === "service";
    const others = failoverGroups(backends);
    return [
        check.when(
            !isProxy && groups.some(isEndpoints),
            "group",
            "loadbalancer/endpoints-of-passthrough",
            'must have instances, as passthrough load balancers send packets to machines. Use an AutoscaledInstanceGroup or an UnmanagedInstanceGroup, or the type "regional-internal-proxy".',
        ),
        check.when(
            others.some(isEndpoints),
            "failover.group",
            "loadbalancer/failover-of-endpoints",
            "must have instances. Use an AutoscaledInstanceGroup or an UnmanagedInstanceGroup.",
        ),
        check.when(
            others.some((group) => groups.includes(group)),
            "failover.group",
            "loadbalancer/failover-of-itself",
            "must have other groups than group.",
        ),
        check.when(
            failover?.drain === false && protocol !== "tcp",
            "failover.drain",
            "loadbalancer/failover-drain-of-tcp",
            'can only be false with protocol: "tcp". Remove it.',
        ),
        check.when(
            isProxy && (groups.some((group) => kindOf(group) !== kind) || (isSingle && groups.length > 1)),
            "group",
            "loadbalancer/network-groups-of-kinds",
            "must have groups of one kind: instances, endpoints of machines and outside of Google Cloud, or a single endpoint on the internet or published service. Create a load balancer for each.",
        ),
        ...(isProxy ? [...scopeProblems("group", groups, false), portProblem(backends)] : []),
        check.when(
            capacity !== undefined && !groups.some(isProbed),
            "capacity",
            "loadbalancer/network-capacity-of-unprobed",
            "cannot be set, as endpoints on the internet and published services have no capacity. Remove it.",
        ),
        check.when(
            capacity?.utilization !== undefined && groups.some((group) => isProbed(group) && isEndpoints(group)),
            "capacity",
            "loadbalancer/network-utilization-of-endpoints",
            "must be connections of each endpoint, because endpoints have no CPU utilization.",
        ),
    ];
}

/** Where a port that is not clear is reported. */
export const portPlace = { group: "group", port: "port" };

/** Proxies connect to a named port of instances; endpoints have their own. */
const portProblem = ({ groups, port }: Backends): check.Problem | undefined =>
    groups.some(isEndpoints)
        ? check.when(
              port !== undefined,
              "port",
              "loadbalancer/network-port-of-endpoints",
              "cannot be set, as endpoints have their own ports. Remove it.",
          )
        : knownPortProblem(portPlace, { groups, port });

/** The backends in the provider's arguments. */
export function backendArgs(backends: Backends, title: string, region: string) {
    const failovers = failoverGroups(backends);
    return allGroups(backends).map((group, index) => ({
        group: linkOf(group, failovers.includes(group) ? "failover.group" : "group", title, region),
        ...(backends.isProxy ? proxied(group, backends) : { balancingMode: "CONNECTION" }),
        ...(index >= backends.groups.length && { failover: true }),
    }));
}

/** The balancing mode of a group behind proxies. */
function proxied(group: AnyGroup, { capacity, isInternal }: Backends) {
    if (!isProbed(group)) {
        return isInternal ? {} : { capacityScaler: 1 };
    }
    const { utilization, connections } = capacity ?? (isEndpoints(group) ? { connections: 100 } : { utilization: 80 });
    return {
        capacityScaler: 1,
        ...(utilization !== undefined
            ? { balancingMode: "UTILIZATION", maxUtilization: utilization / 100 }
            : {
                  balancingMode: "CONNECTION",
                  ...(isEndpoints(group)
                      ? { maxConnectionsPerEndpoint: connections }
                      : { maxConnectionsPerInstance: connections }),
              }),
    };
}

/** The failover policy; undefined without failover groups. */
export const failoverPolicy = ({ failover }: Pick<Backends, "failover">) =>
    failover && {
        failoverRatio: fractionOf(failover.ratio ?? 0),
        dropTrafficIfUnhealthy: failover.dropIfUnhealthy ?? false,
        disableConnectionDrainOnFailover: failover.drain === false,
    };

/** The accounts of the machines of all groups, which firewall rules apply to; machines that exist already have unknown ones. */
export function targetAccounts(backends: Pick<Backends, "groups" | "failover">): pulumi.Input<string>[] {
    return (allGroups(backends) as InstanceGroup[]).flatMap((group) =>
        "template" in group ? [group.account.email] : "existing" in group ? [] : group.accounts,
    );
}
