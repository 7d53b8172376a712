import { Address } from "@pulumi/gcp/compute/address";
import type { Firewall } from "@pulumi/gcp/compute/firewall";
import { ForwardingRule } from "@pulumi/gcp/compute/forwardingRule";
import type { GlobalAddress } from "@pulumi/gcp/compute/globalAddress";
import { RegionBackendService } from "@pulumi/gcp/compute/regionBackendService";
import { RegionHealthCheck } from "@pulumi/gcp/compute/regionHealthCheck";
import { RegionTargetTcpProxy } from "@pulumi/gcp/compute/regionTargetTcpProxy";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../component/component";
import { Environment, inEnvironment } from "../environment/environment";
import { nameFormats } from "../facts/names";
import { secondsIn } from "../internal/arguments/duration";
import { probeArgs } from "../internal/arguments/healthCheck";
import { partName } from "../internal/arguments/names";
import type { Child } from "../internal/engine/children";
import { freshName } from "../internal/engine/freshName";
import type { IpAddress } from "../network";
import { addressOptions, regionalAddress } from "./addresses";
import { openClients } from "./clients";
import { isEndpoints, portOf } from "./group";
import { isExisting } from "./health";
import { logConfig } from "./logs";
import { affinities, backendArgs, failoverPolicy, portPlace } from "./networkBackends";
import { type NetworkLoadBalancerArgs, type ResolvedArgs, resolveArgs, titleOf } from "./networkLoadBalancerArgs";
import { type NetworkRule, portsOf, type RulePorts } from "./networkRules";
import type { Published } from "./serviceAttachment";
import { trafficPolicy } from "./zonalAffinity";

/**
 * A {@link https://cloud.google.com/load-balancing/docs/network network load balancer} for TCP and UDP in one region. It passes packets of
 * clients to machines, or connects to machines and endpoints with proxies. The clients are in a VPC network or on the internet.
 * @example
 * ```ts
 * const network = new Network("queue");
 * const group = new AutoscaledInstanceGroup("queue", { network, startupScript: "./start.sh" });
 * const queue = new NetworkLoadBalancer("queue", { network, group, ports: [8080] });
 * ```
 */
export class NetworkLoadBalancer extends pulumi.ComponentResource {
    /** The reserved IPv4 address. */
    readonly address: Address | GlobalAddress;
    /** The reserved addresses of `rules`, by their keys, and `ipv6`. */
    readonly addresses: Readonly<Record<string, Address | GlobalAddress>>;
    /** The backend service with the groups. */
    readonly backendService: RegionBackendService;
    /** The health check; undefined for endpoints that Google Cloud does not probe. */
    readonly healthCheck?: RegionHealthCheck;
    /** The TCP proxy; undefined for a passthrough load balancer. */
    readonly proxy?: RegionTargetTcpProxy;
    /**
     * The forwarding rules: of a passthrough load balancer by its protocol (`tcp`, `udp`, `all`), with `ipv6` also `tcp-ipv6`, and the keys of `rules`,
     * of proxies by port (`443`). The one of an internal passthrough load balancer can be the next hop of a route.
     */
    readonly forwardingRules: Readonly<Record<string, ForwardingRule>>;
    /**
     * The firewall rules `probes` and `clients` of a passthrough load balancer, and `probes-ipv6` and `clients-ipv6`; none for machines that exist already. The firewall rules of the
     * groups and of the proxy-only subnet let in proxies.
     */
    readonly firewallRules: Readonly<Record<string, Firewall>>;
    /**
     * The internal DNS name of an internal passthrough load balancer with `serviceLabel`:
     * `sql.db-tcp.il4.europe-west1.lb.acme-dev.internal`; undefined without one.
     */
    readonly serviceName?: pulumi.Output<string>;
    readonly #published: Published;

    /** What a service attachment publishes; not a property, which programs would export. @internal */
    get published(): Published {
        return this.#published;
    }

    constructor(name: string, args: NetworkLoadBalancerArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveArgs(name, args, environment));
        super("slipway:index:NetworkLoadBalancer", name, {}, inEnvironment(options, resolved.crossProject));
        const { child } = component(this, name, resolved, {
            apis: ["compute.googleapis.com"],
            // What another name replaces is in use until what refers to it leads to the new one.
            deleteBeforeReplace: false,
        });
        const context = { component: name, args: resolved, child };
        this.address = resolved.address?.reserved ?? reserveAddress(context, environment.defaults.protect);
        const address = resolved.address?.address ?? this.address.address;
        const further = reserveAddresses(context, environment.defaults.protect);
        const second = resolved.ipv6 === true ? reserveIpv6(context, environment.defaults.protect) : resolved.ipv6;
        this.addresses = mapped({ ...further, ...(second && { ipv6: second }) }, ({ reserved }) => reserved);
        const addresses = mapped(further, (each) => each.address);
        // A rule has the whole range: https://cloud.google.com/load-balancing/docs/forwarding-rule-concepts
        const range6 = second ? pulumi.interpolate`${second.address}/96` : undefined;
        this.firewallRules = openFirewall(context, { addresses: [address, ...Object.values(addresses)], range6 });
        this.healthCheck = createHealthCheck(context);
        this.backendService = createBackendService(context, this.healthCheck);
        this.proxy = resolved.isProxy ? createProxy(context, this.backendService) : undefined;
        this.forwardingRules = createRules(context, { address, addresses, range6 }, this.backendService, this.proxy);
        const { isInternal, network, region, serviceLabel, protocol } = resolved;
        this.serviceName = serviceLabel === undefined ? undefined : this.forwardingRules[protocol]?.serviceName;
        this.#published = {
            isInternal,
            network,
            hasZonalAffinity: resolved.zonalAffinity !== undefined,
            rules: { [region]: this.forwardingRules },
        };
        this.registerOutputs({ address });
    }
}

function openFirewall(
    { component, args, child }: Context,
    addresses: { addresses: pulumi.Output<string>[]; range6?: pulumi.Output<string> },
): Record<string, Firewall> {
    const { isProxy, ports = [], rules, probed } = args;
    const opened = { ...args, ports: portsOf(ports, rules), probed: probed as number, ...addresses };
    return isProxy ? {} : openClients(component, opened, child);
}

/** A record with other values. */
const mapped = <Value, Other>(all: Record<string, Value>, other: (value: Value) => Other): Record<string, Other> =>
    Object.fromEntries(Object.entries(all).map(([key, value]) => [key, other(value)]));

/** The context of a load balancer's resources. */
interface Context {
    component: string;
    args: ResolvedArgs;
    child: Child;
}

const schemeOf = ({ isInternal, isProxy }: ResolvedArgs) =>
    `${isInternal ? "INTERNAL" : "EXTERNAL"}${isProxy ? "_MANAGED" : ""}`;

function reserveAddress({ component, args, child }: Context, protect: boolean): Address {
    // For several ports of proxies. The next hop of a route must have an address of its own.
    const purpose = args.isProxy ? "SHARED_LOADBALANCER_VIP" : "GCE_ENDPOINT";
    return regionalAddress(component, args, purpose, child, protect);
}

/** The addresses of further rules, of which each has its own. */
function reserveAddresses(
    { component, args, child }: Context,
    protect: boolean,
): Record<string, Pick<IpAddress, "address" | "reserved">> {
    const reserve = (key: string) => {
        const place = { ...args, name: partName(args.name, key) };
        const reserved = regionalAddress(`${component}-${key}`, place, "GCE_ENDPOINT", child, protect);
        return { reserved, address: reserved.address };
    };
    return Object.fromEntries(Object.entries(args.rules).map(([key, { address }]) => [key, address ?? reserve(key)]));
}

/** The IPv6 range of a passthrough load balancer. */
function reserveIpv6({ component, args, child }: Context, protect: boolean): Pick<IpAddress, "address" | "reserved"> {
    const { name, region, labels, network, isInternal } = args;
    const kind = isInternal
        ? { addressType: "INTERNAL", purpose: "GCE_ENDPOINT" }
        : { addressType: "EXTERNAL", ipv6EndpointType: "NETLB" };
    const range = {
        name: partName(name, "ipv6"),
        labels,
        region,
        ipVersion: "IPV6",
        subnetwork: network.subnetworkIn(region)?.id,
        ...kind,
    };
    const reserved = new Address(...child("address", `${component}-ipv6`, range, addressOptions(protect)));
    return { reserved, address: reserved.address };
}

function createHealthCheck({ component, args, child }: Context): RegionHealthCheck | undefined {
    const { name, region, probes } = args;
    return probes && new RegionHealthCheck(...child("healthCheck", component, { ...probeArgs(name, probes), region }));
}

const protocols = { tcp: "TCP", udp: "UDP", all: "UNSPECIFIED" };

function createBackendService(
    { component, args, child }: Context,
    healthCheck: RegionHealthCheck | undefined,
): RegionBackendService {
    const { name, region, isProxy, groups, port, protocol, sessionAffinity, drainTimeout, sampleRate } = args;
    // Rules lead to the previous backend service, of another type or protocol, until there is a new one.
    const fresh = freshName("name", name, nameFormats.rows.computeResource.max);
    const proxied = () => ({
        portName: groups.some(isEndpoints) ? undefined : portOf(portPlace, { groups, port }, titleOf(component)),
        timeoutSec: secondsIn(args.idleTimeout ?? "30 seconds"),
    });
    return new RegionBackendService(
        ...child(
            "backendService",
            component,
            {
                name: fresh.name,
                region,
                loadBalancingScheme: schemeOf(args),
                protocol: protocols[protocol],
                healthChecks: isExisting(args.health) ? args.health.existing : healthCheck?.id,
                backends: backendArgs(args, titleOf(component), region),
                sessionAffinity: affinities[sessionAffinity],
                connectionDrainingTimeoutSec: secondsIn(drainTimeout),
                failoverPolicy: failoverPolicy(args),
                networkPassThroughLbTrafficPolicy: trafficPolicy(args.zonalAffinity),
                logConfig: logConfig(sampleRate),
                ...(isProxy && proxied()),
            },
            { ...fresh.options, replacementTrigger: `${name} ${protocol}` },
        ),
    );
}

/** Another backend service replaces the proxy: rules lead to the new proxy before the previous proxy is deleted. */
function createProxy({ component, args, child }: Context, backendService: RegionBackendService): RegionTargetTcpProxy {
    const { name, region, proxyProtocol } = args;
    const fresh = freshName("name", name, nameFormats.rows.computeResource.max);
    const proxy = {
        name: fresh.name,
        region,
        backendService: backendService.id,
        proxyHeader: proxyProtocol ? "PROXY_V1" : "NONE",
    };
    return new RegionTargetTcpProxy(...child("proxy", component, proxy, fresh.options));
}

/** @param addresses of further rules by their keys */
function createRules(
    { component, args, child }: Context,
    {
        address,
        addresses,
        range6,
    }: {
        address: pulumi.Output<string>;
        addresses: Record<string, pulumi.Output<string>>;
        range6?: pulumi.Output<string>;
    },
    backendService: RegionBackendService,
    proxy: RegionTargetTcpProxy | undefined,
): Record<string, ForwardingRule> {
    const { name, region, network, labels, isInternal, isProxy, protocol, ports = [], rules } = args;
    const shared = isInternal
        ? { network: network.network.id, subnetwork: network.subnetworkIn(region)?.id }
        : isProxy
          ? { network: network.network.id }
          : {};
    const placeOf = ({ address: reserved = args.address, globalAccess, serviceLabel }: NetworkRule) =>
        isInternal
            ? { ...shared, allowGlobalAccess: globalAccess ?? args.globalAccess ?? false, serviceLabel }
            : { ...shared, networkTier: reserved?.kind.networkTier ?? "PREMIUM" };
    const proxies = isProxy ? network.proxies[region] : undefined;
    const create = (part: string, rule: NetworkRule, ipAddress: pulumi.Output<string> | undefined, target: object) =>
        new ForwardingRule(
            ...child(
                "forwardingRule",
                `${component}-${part}`,
                {
                    name: partName(name, part),
                    region,
                    loadBalancingScheme: schemeOf(args),
                    ipAddress,
                    ipProtocol: protocol === "all" ? "L3_DEFAULT" : protocol.toUpperCase(),
                    labels,
                    ...placeOf(rule),
                    ...target,
                },
                // The proxy-only subnet is in use as long as the rule exists.
                { deleteBeforeReplace: true, dependsOn: proxies ? [proxies.subnetwork] : [] },
            ),
        );
    const { serviceLabel } = args;
    if (proxy !== undefined) {
        const all = ports as readonly number[];
        const target = (port: number) => ({ target: proxy.id, portRange: String(port) });
        return Object.fromEntries(
            all.map((port) => [port, create(String(port), { serviceLabel }, address, target(port))]),
        );
    }
    const served = (of: RulePorts) => ({
        backendService: backendService.id,
        ...(of === "all" ? { allPorts: true } : { ports: of.map(String) }),
    });
    return {
        [protocol]: create(protocol, { serviceLabel }, address, served(ports)),
        ...(range6 && {
            [`${protocol}-ipv6`]: create(`${protocol}-ipv6`, { serviceLabel }, range6, {
                ipVersion: "IPV6",
                // An external rule for IPv6 is in a subnet as well.
                subnetwork: network.subnetworkIn(region)?.id,
                ...served(ports),
            }),
        }),
        ...Object.fromEntries(
            Object.entries(rules).map(([key, rule]) => [
                key,
                create(key, rule, addresses[key], served(rule.ports ?? ports)),
            ]),
        ),
    };
}
