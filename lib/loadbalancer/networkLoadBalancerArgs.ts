import type { AddressArgs } from "@pulumi/gcp/compute/address";
import type { FirewallArgs } from "@pulumi/gcp/compute/firewall";
import type { ForwardingRuleArgs } from "@pulumi/gcp/compute/forwardingRule";
import type { RegionBackendServiceArgs } from "@pulumi/gcp/compute/regionBackendService";
import type { RegionHealthCheckArgs } from "@pulumi/gcp/compute/regionHealthCheck";
import type { RegionTargetTcpProxyArgs } from "@pulumi/gcp/compute/regionTargetTcpProxy";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import { networkLoadBalancingLimits } from "../facts/limits/loadBalancing";
import { nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";
import { type Duration, durationWithin } from "../internal/arguments/duration";
import type { Probes } from "../internal/arguments/healthCheck";
import { labels } from "../internal/arguments/labels";
import { region, subnetProblem } from "../internal/arguments/locations";
import { shortenName } from "../internal/arguments/names";
import { type Transform, transforms } from "../internal/engine/children";
import { addressProblem, type WantedAddress } from "../internal/network/reservedAddress";
import type { IpAddress, Network } from "../network";
import { groups } from "./backend";
import { clientProblems, clients } from "./clients";
import { type AnyGroup, healthOf, isProbed } from "./group";
import {
    type BackendHealthCheck,
    backendHealth,
    backendHealthProblems,
    type ExistingHealthCheck,
    isExisting,
    resolveHealth,
} from "./health";
import { type LoadBalancerLogs, loadBalancerLogs, sampleRateOf } from "./logs";
import { proxyProblems } from "./network";
import {
    affinities,
    allGroups,
    type ConnectionCapacity,
    connectionCapacity,
    type Failover,
    failover,
    groupKindProblems,
    type InstanceGroup,
    type SessionAffinity,
} from "./networkBackends";
import {
    type NetworkRule,
    networkRuleProblems,
    networkRules,
    portsOf,
    rulePortProblems,
    rulePorts,
} from "./networkRules";
import { networkGroupProblem } from "./otherProject";
import { type ZonalAffinity, zonalAffinity, zonalAffinityProblems } from "./zonalAffinity";

/** The types of network load balancers. */
export type NetworkLoadBalancerType =
    | "internal-passthrough"
    | "external-passthrough"
    | "regional-internal-proxy"
    | "regional-external-proxy";

/** The arguments of all types of a {@link NetworkLoadBalancer}. */
export interface SharedNetworkLoadBalancerArgs extends ComponentArgs {
    /**
     * The {@link https://cloud.google.com/compute/docs/naming-resources name} of the load balancer, and the prefix of the names of its parts:
     * up to 63 lower-case letters, digits and hyphens, starting with a letter. Changing this replaces all of them.
     * @default the component's name
     */
    name?: string;
    /**
     * The network of the machines. It has a subnet in the region for the address of an internal load balancer, and for proxies a
     * {@link https://cloud.google.com/load-balancing/docs/proxy-only-subnets proxy-only subnet}. Changing this replaces the load balancer.
     */
    network: Network;
    /**
     * The region of the load balancer and its groups. Changing this replaces the load balancer.
     * @default the environment's region
     */
    region?: string;
    /**
     * The reserved IPv4 address, an `IpAddress` of type `"regional-internal"` for an internal load balancer, otherwise `"regional-external"`: it stays
     * if the load balancer is replaced. An internal one for several ports of proxies needs the purpose `"SHARED_LOADBALANCER_VIP"`.
     * @default an address of the load balancer's own
     */
    address?: IpAddress;
    /**
     * The health check of the machines or endpoints: a path that responds with 200, such as `"/healthz"`, or more; or one that exists already,
     * `{ existing: "projects/acme-dev/regions/europe-west1/healthChecks/sql", port: 5432 }`. A passthrough load balancer requires its `port` for UDP, for
     * all ports, and of one that exists already. Endpoints on the internet and published services have none.
     * @default `health` of an `AutoscaledInstanceGroup`; for others connections by TCP to the first of `ports`, behind proxies to the port of the group
     */
    health?: string | BackendHealthCheck | ExistingHealthCheck;
    /**
     * Sends packets of a client to {@link https://cloud.google.com/load-balancing/docs/backend-service#session_affinity the same machine}.
     * Proxies have "none" and "client-ip"; "client-ip-no-destination" is only for "internal-passthrough".
     * @default "none"
     */
    sessionAffinity?: SessionAffinity;
    /**
     * How long existing connections to a machine that leaves its group may continue: `"0 seconds"` to `"1 hour"`.
     * @default "5 minutes"
     */
    drainTimeout?: Duration;
    /**
     * Logs connections.
     * @default true: all connections
     */
    logging?: LoadBalancerLogs | boolean;
    /**
     * Labels of the address and the forwarding rules; other parts do not support labels. At most 64
     * ({@link https://cloud.google.com/resource-manager/docs/labels-overview requirements}).
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        address?: Transform<AddressArgs>;
        healthCheck?: Transform<RegionHealthCheckArgs>;
        backendService?: Transform<RegionBackendServiceArgs>;
        proxy?: Transform<RegionTargetTcpProxyArgs>;
        forwardingRule?: Transform<ForwardingRuleArgs>;
        firewall?: Transform<FirewallArgs>;
    };
}

/** The arguments of a passthrough load balancer, which sends packets of clients to machines as they are. */
export interface PassthroughLoadBalancerArgs extends SharedNetworkLoadBalancerArgs {
    /**
     * The {@link https://cloud.google.com/load-balancing/docs/choosing-load-balancer type}: "passthrough" sends packets of clients to machines
     * as they are, "proxy" connects to machines and endpoints itself. "external" is for clients on the internet, "internal" for clients in the
     * VPC network and what is connected to it. Changing this replaces the load balancer.
     * @default "internal-passthrough"
     */
    type?: "internal-passthrough" | "external-passthrough";
    /** The machines: an `AutoscaledInstanceGroup` or an `UnmanagedInstanceGroup` in the region, or several. */
    group: InstanceGroup | InstanceGroup[];
    /**
     * The groups that receive the traffic while too few machines of `group` are healthy.
     * @default none
     */
    failover?: Failover;
    /**
     * The protocol of the packets; `"all"` is
     * {@link https://cloud.google.com/load-balancing/docs/forwarding-rule-concepts#l3_default every protocol}, such as TCP, UDP, ICMP and ESP, which
     * a load balancer needs that is the next hop of a route. Changing this replaces the forwarding rule.
     * @default "tcp"
     */
    protocol?: check.Short<"tcp" | "udp" | "all", "TCP" | "UDP" | "ALL">;
    /**
     * The ports: one to five from 1 to 65535, or `"all"`. Changing this replaces the forwarding rule.
     * @default "all" with protocol: "all", otherwise required
     */
    ports?: number[] | "all";
    /**
     * The ranges of the clients, which a firewall rule lets reach the machines of the program: `["10.0.0.0/16"]`. IPv4 ranges of /8 or smaller, and
     * with `ipv6` also IPv6 ranges. Required for "external-passthrough" without `public`.
     * @default the ranges of the network
     */
    clients?: string[];
    /**
     * Lets everybody on the internet reach the `ports` of an "external-passthrough" load balancer.
     * @default false
     */
    public?: boolean;
    /**
     * Accepts, with a warning, `public: true` with all ports, which also open SSH of the machines to the internet.
     * @default false
     */
    insecure?: boolean;
    /**
     * Lets clients in {@link https://cloud.google.com/load-balancing/docs/internal#client_access all regions} reach an internal load balancer.
     * @default false: clients in its region
     */
    globalAccess?: boolean;
    /**
     * Adds an IPv6 address, whose forwarding rule has the same ports and leads to the same machines, which need IPv6 addresses: a new one, or an
     * `IpAddress` with `ipv6` of the type that `address` has. The network's subnet in the region has `ipv6: "internal"` for an internal load
     * balancer, otherwise `"external"`.
     * @default false
     */
    ipv6?: boolean | IpAddress;
    /**
     * Further forwarding rules by names of your choice, `{ second: { ports: [80] } }`: each with an address of its own, for the same machines.
     * @default none
     */
    rules?: Record<string, NetworkRule>;
    /**
     * Sends connections to machines in the zone of the client, of type "internal-passthrough".
     * @default machines of all zones
     */
    zonalAffinity?: ZonalAffinity;
    /**
     * The first label of an {@link https://cloud.google.com/load-balancing/docs/dns-names internal DNS name} of an "internal-passthrough" load
     * balancer, `serviceName`: up to 63 lower-case letters, digits and hyphens, starting with a letter. Changing this replaces the forwarding rule.
     * @default no DNS name
     */
    serviceLabel?: string;
}

/** The arguments of a load balancer with TCP proxies. */
export interface ProxyLoadBalancerArgs extends SharedNetworkLoadBalancerArgs {
    /** The type: proxies for clients in the VPC network, or for clients on the internet. Changing this replaces the load balancer. */
    type: "regional-internal-proxy" | "regional-external-proxy";
    /**
     * The group that receives the connections: an `AutoscaledInstanceGroup`, an `UnmanagedInstanceGroup` or a `NetworkEndpointGroup` in the
     * region, or several of one kind. An endpoint on the internet or a published service is the only one.
     */
    group: AnyGroup | AnyGroup[];
    /**
     * The name of the port of instance groups.
     * @default the only one of the groups
     */
    port?: string;
    /** The ports that accept connections: from 1 to 65535, with a forwarding rule for each. */
    ports: number[];
    /**
     * The capacity of each group: `{ utilization: 80 }` percent of the CPU, or `{ connections: 100 }` for each instance or endpoint. Endpoints have
     * no utilization.
     * @default { utilization: 80 } for instances, { connections: 100 } for endpoints
     */
    capacity?: ConnectionCapacity;
    /**
     * How long a connection may be idle: `"1 second"` to `"1 day"`.
     * @default "30 seconds"
     */
    idleTimeout?: Duration;
    /**
     * Sends the address of the client to machines by the {@link https://www.haproxy.org/download/1.8/doc/proxy-protocol.txt PROXY protocol},
     * version 1, which their server must expect.
     * @default false
     */
    proxyProtocol?: boolean;
    /**
     * Lets clients in all regions reach an internal load balancer. Changing this replaces the forwarding rules.
     * @default false: clients in its region
     */
    globalAccess?: boolean;
}

/** The arguments of a {@link NetworkLoadBalancer}. */
export type NetworkLoadBalancerArgs =
    | (PassthroughLoadBalancerArgs & { port?: never; capacity?: never; idleTimeout?: never; proxyProtocol?: never })
    | (ProxyLoadBalancerArgs & {
          failover?: never;
          protocol?: never;
          clients?: never;
          public?: never;
          insecure?: never;
          ipv6?: never;
          rules?: never;
          zonalAffinity?: never;
          serviceLabel?: never;
      });

/** The arguments of all types together, so that validation can report which of them conflict. */
export interface UncheckedArgs
    extends Omit<PassthroughLoadBalancerArgs, "type" | "group">,
        Omit<ProxyLoadBalancerArgs, "type" | "group" | "ports" | keyof SharedNetworkLoadBalancerArgs> {
    type?: NetworkLoadBalancerType;
    group: AnyGroup | AnyGroup[];
}

const { drainTimeout, idleTimeout } = networkLoadBalancingLimits.rows;

const networkLoadBalancerArgs = check.options<UncheckedArgs>(
    {
        type: check.oneOf(
            "internal-passthrough",
            "external-passthrough",
            "regional-internal-proxy",
            "regional-external-proxy",
        ),
        name: check.nameOf(nameFormats.rows.computeResource),
        network: check.component("Network"),
        region,
        address: check.component("IpAddress"),
        group: groups,
        failover,
        port: check.text(),
        ports: rulePorts,
        protocol: check.inAnyCase("tcp", "udp", "all"),
        clients,
        public: check.flag(),
        globalAccess: check.flag(),
        serviceLabel: check.nameOf(nameFormats.rows.computeResource),
        ...check.insecureArgs,
        ipv6: check.componentOr(check.component<IpAddress>("IpAddress"), check.flag()),
        rules: networkRules,
        zonalAffinity,
        health: backendHealth,
        capacity: connectionCapacity,
        sessionAffinity: check.oneOf(...(Object.keys(affinities) as SessionAffinity[])),
        drainTimeout: durationWithin(drainTimeout),
        idleTimeout: durationWithin(idleTimeout),
        proxyProtocol: check.flag(),
        logging: loadBalancerLogs,
        labels,
        transform: transforms("address", "healthCheck", "backendService", "proxy", "forwardingRule", "firewall"),
        ...componentArgs,
    },
    "network",
    "group",
);

/** The arguments that have a default. */
type Completed = UncheckedArgs &
    Required<
        Pick<
            UncheckedArgs,
            "type" | "name" | "protocol" | "sessionAffinity" | "drainTimeout" | "logging" | "rules" | "ipv6"
        >
    >;

/** Validated arguments with their defaults. */
export interface ResolvedArgs extends Omit<Completed, "ports" | "protocol"> {
    protocol: "tcp" | "udp" | "all";
    groups: readonly AnyGroup[];
    isProxy: boolean;
    isInternal: boolean;
    region: string;
    /** Undefined only until it is refused. */
    ports: readonly number[] | "all" | undefined;
    /** Undefined for groups that Google Cloud does not probe, and with a health check that exists already. */
    probes: Probes | undefined;
    /** The port that is probed, if it is known. */
    probed: number | undefined;
    sampleRate: number | undefined;
}

export const titleOf = (component: string): string => `NetworkLoadBalancer "${component}"`;

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(
    component: string,
    args: NetworkLoadBalancerArgs,
    environment: { project: string; region: string },
): ResolvedArgs {
    const completed: Completed = check.withDefaults(args as UncheckedArgs, {
        type: "internal-passthrough",
        name: shortenName(component, nameFormats.rows.computeResource.max),
        protocol: "tcp",
        sessionAffinity: "none",
        drainTimeout: "5 minutes",
        logging: true,
        rules: {},
        ipv6: false,
    });
    const complete = (checked: Completed): ResolvedArgs => {
        const groups = [checked.group].flat();
        const isProxy = checked.type.endsWith("-proxy");
        const ports = checked.ports ?? (checked.protocol === "all" ? "all" : undefined);
        const probes = probesOf({ ...checked, ports }, groups, isProxy);
        return {
            ...checked,
            protocol: checked.protocol as ResolvedArgs["protocol"],
            groups,
            isProxy,
            isInternal: checked.type.includes("internal"),
            region: checked.region ?? environment.region,
            ports,
            probes,
            probed: isExisting(checked.health) ? checked.health.port : probes?.port,
            sampleRate: sampleRateOf(checked.logging),
        };
    };
    return check.resolved(titleOf(component), completed, networkLoadBalancerArgs, complete, (resolved) =>
        problems(resolved, args as UncheckedArgs, environment.project),
    );
}

/** The probes; undefined for groups that Google Cloud does not probe, and with a health check that exists already. */
function probesOf(
    { health, ports, protocol }: UncheckedArgs,
    groups: readonly AnyGroup[],
    isProxy: boolean,
): Probes | undefined {
    const [first] = groups as [AnyGroup];
    if (isExisting(health) || (isProxy && !isProbed(first))) {
        return undefined;
    }
    const ofGroup = health === undefined ? healthOf(first) : undefined;
    // Packets have no port of the group: the first of the load balancer is as good as any.
    const port = isProxy || protocol !== "tcp" || !Array.isArray(ports) ? undefined : ports[0];
    return ofGroup ?? { port, ...resolveHealth(health, "http") };
}

/** What each type has: https://cloud.google.com/load-balancing/docs/features */
function problems(args: ResolvedArgs, given: UncheckedArgs, project: string): (check.Problem | undefined)[] {
    const { type, isProxy, isInternal, network, region, health, probes, probed, groups, ports, rules } = args;
    return [
        ...typeProblems(args, given),
        ...portProblems(args),
        ...groupKindProblems(args),
        networkGroupProblem(allGroups(args), project),
        ...clientProblems({ ...args, ports: ports && portsOf(ports, rules) }),
        ...networkRuleProblems(rules, { isInternal, protocol: args.protocol, wanted: wantedAddress(args) }),
        ...(isProxy ? [] : ipv6Problems(args)),
        ...zonalAffinityProblems(type, args.zonalAffinity),
        ...(isProxy ? proxyProblems(type, network, [region]) : []),
        isInternal ? subnetProblem("network", network, region, "the load balancer") : undefined,
        ...networkAddressProblems(args),
        check.when(
            health !== undefined && isProxy && !isProbed(groups[0] as AnyGroup),
            "health",
            "loadbalancer/network-health-of-unprobed",
            "cannot be set, as Google Cloud does not probe endpoints on the internet and published services. Remove it.",
        ),
        check.when(
            !isProxy && probed === undefined,
            health === undefined ? "health" : "health.port",
            "loadbalancer/health-port-missing",
            "is missing, because packets on other ports and of other protocols cannot be probed. Set a port on which machines accept connections by TCP: health: { port: 80 }.",
        ),
        ...(health === undefined || probes === undefined || isExisting(health)
            ? []
            : backendHealthProblems("health", health, probes)),
    ];
}

/** Options that only some types have. */
function typeProblems({ type, isProxy, isInternal, sessionAffinity }: ResolvedArgs, given: UncheckedArgs) {
    const {
        failover,
        protocol,
        insecure,
        rules,
        ipv6,
        port,
        capacity,
        idleTimeout,
        proxyProtocol,
        globalAccess,
        serviceLabel,
    } = given;
    const ofPassthrough = 'is only for the types "internal-passthrough" and "external-passthrough". Remove it.';
    const ofProxy = 'is only for the types "regional-internal-proxy" and "regional-external-proxy". Remove it.';
    const isLimited = isProxy && !["none", "client-ip"].includes(sessionAffinity);
    return [
        ...Object.entries({ failover, protocol, insecure, rules, ipv6 }).map(([path, value]) =>
            check.when(isProxy && value !== undefined, path, "loadbalancer/option-of-passthrough", ofPassthrough),
        ),
        ...Object.entries({ port, capacity, idleTimeout, proxyProtocol }).map(([path, value]) =>
            check.when(!isProxy && value !== undefined, path, "loadbalancer/option-of-proxy", ofProxy),
        ),
        check.when(
            !isInternal && globalAccess !== undefined,
            "globalAccess",
            "loadbalancer/option-of-internal",
            'is only for the types "internal-passthrough" and "regional-internal-proxy". Remove it.',
        ),
        check.when(
            serviceLabel !== undefined && type !== "internal-passthrough",
            "serviceLabel",
            "loadbalancer/service-label-of-type",
            `is only for the type "internal-passthrough" (got type "${type}"). Remove it.`,
        ),
        check.when(
            isLimited || (sessionAffinity === "client-ip-no-destination" && type !== "internal-passthrough"),
            "sessionAffinity",
            "loadbalancer/affinity-of-type",
            `is not supported by the type "${type}" (got "${sessionAffinity}"). Set "client-ip".`,
        ),
    ];
}

/** What the addresses of the load balancer must be. */
const wantedAddress = ({ isInternal, network, region }: ResolvedArgs): WantedAddress =>
    isInternal ? { type: "regional-internal", region, network } : { type: "regional-external", region };

/** The address and the subnet of a forwarding rule for IPv6: https://cloud.google.com/load-balancing/docs/internal */
function ipv6Problems(args: ResolvedArgs): (check.Problem | undefined)[] {
    const { ipv6, isInternal, network, region } = args;
    const kind = isInternal ? "internal" : "external";
    return [
        check.when(
            ipv6 && !network.isFound && network.subnetworkIn(region) && network.ipv6In(region) !== kind,
            "network",
            "loadbalancer/subnet-without-ipv6",
            `must have a subnet with ipv6: "${kind}" in ${region}, because of ipv6.`,
        ),
        check.when(
            ipv6 && !isInternal && network.subnetworkIn(region) === undefined,
            "network",
            "loadbalancer/ipv6-without-subnet",
            `must have a subnet in ${region}, because of ipv6.`,
        ),
        addressProblem("ipv6", ipv6, { ...wantedAddress(args), isIpv6: true }, "the load balancer"),
    ];
}

/** An address of the load balancer's kind, which its rules can share. */
function networkAddressProblems(args: ResolvedArgs) {
    const { address, isProxy, isInternal, ports: all } = args;
    return [
        addressProblem("address", address, wantedAddress(args), "the load balancer"),
        check.when(
            isProxy && isInternal && Array.isArray(all) && all.length > 1 && address?.kind.isShared === false,
            "address",
            "loadbalancer/network-address-not-shared",
            'must have the purpose "SHARED_LOADBALANCER_VIP", because each port has a forwarding rule. Set it, or a single port.',
        ),
    ];
}

/** https://cloud.google.com/load-balancing/docs/forwarding-rule-concepts#port_specifications */
function portProblems({ ports: all, protocol, isProxy }: ResolvedArgs): (check.Problem | undefined)[] {
    return [
        check.when(
            all === undefined,
            "ports",
            "loadbalancer/ports-missing",
            `is missing. Set the ports, such as [443]${isProxy ? "" : ', or "all"'}.`,
        ),
        check.when(
            isProxy && all === "all",
            "ports",
            "loadbalancer/all-ports-of-proxy",
            "must be a list, as each port of a proxy has a forwarding rule.",
        ),
        ...(isProxy ? [] : rulePortProblems("ports", all, protocol)),
    ];
}
