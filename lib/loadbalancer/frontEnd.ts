import type { Address } from "@pulumi/gcp/compute/address";
import { ForwardingRule } from "@pulumi/gcp/compute/forwardingRule";
import { GlobalAddress } from "@pulumi/gcp/compute/globalAddress";
import { GlobalForwardingRule } from "@pulumi/gcp/compute/globalForwardingRule";
import { RegionSslPolicy } from "@pulumi/gcp/compute/regionSslPolicy";
import { RegionTargetHttpProxy } from "@pulumi/gcp/compute/regionTargetHttpProxy";
import { RegionTargetHttpsProxy } from "@pulumi/gcp/compute/regionTargetHttpsProxy";
import type { RegionUrlMap } from "@pulumi/gcp/compute/regionUrlMap";
import { SSLPolicy } from "@pulumi/gcp/compute/sslpolicy";
import { TargetHttpProxy } from "@pulumi/gcp/compute/targetHttpProxy";
import { TargetHttpsProxy } from "@pulumi/gcp/compute/targetHttpsProxy";
import type { URLMap } from "@pulumi/gcp/compute/urlmap";
import * as pulumi from "@pulumi/pulumi";
import { partName } from "../internal/arguments/names";
import type { Child } from "../internal/engine/children";
import type { IpAddressOfProgram } from "../internal/network/reservedAddress";
import { addressOptions, regionalAddress } from "./addresses";
import type { Certificates } from "./certificates";
import type { ResolvedArgs } from "./loadBalancerArgs";

/** The context of the front end's resources. */
interface Context {
    component: string;
    args: ResolvedArgs;
    child: Child;
}

/** An address of the load balancer: its own, or one of the arguments. */
export interface ReservedAddress extends Pick<IpAddressOfProgram, "address" | "reserved"> {
    /** The end of the names of its forwarding rules. */
    readonly suffix: string;
    readonly type: "A" | "AAAA";
    /** The region; undefined for a global address. */
    readonly region?: string;
}

const own = (reserved: GlobalAddress | Address) => ({ address: reserved.address, reserved });

/** What accepts requests. */
export interface FrontEnd {
    readonly httpsProxy?: TargetHttpsProxy | RegionTargetHttpsProxy;
    readonly httpProxy?: TargetHttpProxy | RegionTargetHttpProxy;
    readonly sslPolicy?: SSLPolicy | RegionSslPolicy;
    /**
     * The forwarding rules by protocol: `https`, `http`, and `https-ipv6`, `http-ipv6` with `ipv6`. With `regions` by protocol and region:
     * `https-europe-west1`.
     */
    readonly forwardingRules: Readonly<Record<string, GlobalForwardingRule | ForwardingRule>>;
}

/** The addresses of the arguments, and those that the load balancer reserves, which outlive it in production. */
export function reserveAddresses(context: Context, protect: boolean): ReservedAddress[] {
    const { component, args, child } = context;
    const { address, ipv6, region, regions } = args;
    const regional = (suffix: string, region: string) => {
        // Another name than the address of a regional load balancer, which this one can have been before.
        const place = { ...args, name: suffix === "" ? args.name : partName(args.name, region), region };
        // For two ports: with and without TLS.
        return own(regionalAddress(`${component}${suffix}`, place, "SHARED_LOADBALANCER_VIP", child, protect));
    };
    if (regions !== undefined) {
        return regions.map((region) => {
            const suffix = `-${region}`;
            return { suffix, type: "A", region, ...regional(suffix, region) };
        });
    }
    const ipv4 = address ?? (region === undefined ? own(reserve(context, protect)) : regional("", region));
    const second = ipv6 === true ? own(reserveIpv6(context, protect)) : ipv6;
    return [
        { suffix: "", type: "A", region, address: ipv4.address, reserved: ipv4.reserved },
        ...(second
            ? [{ suffix: "-ipv6", type: "AAAA", address: second.address, reserved: second.reserved } as const]
            : []),
    ];
}

function reserve({ component, args, child }: Context, protect: boolean): GlobalAddress {
    const { name, labels } = args;
    return new GlobalAddress(...child("address", component, { name, labels }, addressOptions(protect)));
}

function reserveIpv6({ component, args, child }: Context, protect: boolean): GlobalAddress {
    const address = { name: partName(args.name, "ipv6"), labels: args.labels, ipVersion: "IPV6" };
    return new GlobalAddress(...child("address", `${component}-ipv6`, address, addressOptions(protect)));
}

/**
 * Creates the proxies and the forwarding rules.
 *
 * @param redirect the URL map that redirects HTTP to HTTPS, if any
 */
export function createFrontEnd(
    context: Context,
    urlMap: URLMap | RegionUrlMap,
    redirect: URLMap | RegionUrlMap | undefined,
    certificates: Certificates | undefined,
    addresses: readonly ReservedAddress[],
): FrontEnd {
    const sslPolicy = certificates && createSslPolicy(context);
    const httpsProxy = sslPolicy && createHttpsProxy(context, urlMap, certificates, sslPolicy);
    const plainMap = certificates ? redirect : urlMap;
    const httpProxy = plainMap && createHttpProxy(context, plainMap);
    const targets = { https: httpsProxy, http: httpProxy };
    const rules = addresses.flatMap((address) =>
        Object.entries(targets).flatMap(([protocol, target]) => {
            const part = `${protocol}${address.suffix}`;
            return target ? [[part, forwardingRule(context, part, protocol, target, address)] as const] : [];
        }),
    );
    return { httpsProxy, httpProxy, sslPolicy, forwardingRules: Object.fromEntries(rules) };
}

/** The minimum TLS version of clients: Google's default accepts 1.0. */
function createSslPolicy({ component, args, child }: Context): SSLPolicy | RegionSslPolicy {
    const { name, region, minTlsVersion } = args;
    const isStrict = minTlsVersion === "1.3";
    const policy = {
        name,
        profile: isStrict ? "RESTRICTED" : "MODERN",
        minTlsVersion: isStrict ? "TLS_1_3" : "TLS_1_2",
    };
    return region === undefined
        ? new SSLPolicy(...child("sslPolicy", component, policy))
        : new RegionSslPolicy(...child("sslPolicy", component, { ...policy, region }));
}

function createHttpsProxy(
    { component, args, child }: Context,
    urlMap: URLMap | RegionUrlMap,
    { map, ids, entries }: Certificates,
    sslPolicy: SSLPolicy | RegionSslPolicy,
): TargetHttpsProxy | RegionTargetHttpsProxy {
    const { name, region } = args;
    const shared = { name, urlMap: urlMap.id, sslPolicy: sslPolicy.id };
    if (map === undefined) {
        const listed = { ...shared, certificateManagerCertificates: ids };
        return region === undefined
            ? new TargetHttpsProxy(...child("httpsProxy", component, listed))
            : new RegionTargetHttpsProxy(...child("httpsProxy", component, { ...listed, region }));
    }
    const certificateMap = pulumi.interpolate`//certificatemanager.googleapis.com/${map.id}`;
    return new TargetHttpsProxy(
        ...child("httpsProxy", component, { ...shared, certificateMap }, { dependsOn: entries }),
    );
}

function createHttpProxy(
    { component, args, child }: Context,
    urlMap: URLMap | RegionUrlMap,
): TargetHttpProxy | RegionTargetHttpProxy {
    const { name, region } = args;
    const proxy = { name, urlMap: urlMap.id };
    return region === undefined
        ? new TargetHttpProxy(...child("httpProxy", component, proxy))
        : new RegionTargetHttpProxy(...child("httpProxy", component, { ...proxy, region }));
}

function forwardingRule(
    { component, args, child }: Context,
    part: string,
    protocol: string,
    target: { id: pulumi.Output<string> },
    address: ReservedAddress,
): GlobalForwardingRule | ForwardingRule {
    const { name, network, isInternal, labels } = args;
    const { region } = address;
    const replaced = { deleteBeforeReplace: true };
    const rule = {
        name: partName(name, part),
        target: target.id,
        ipAddress: address.address,
        ipProtocol: "TCP",
        portRange: protocol === "https" ? "443" : "80",
        loadBalancingScheme: isInternal ? "INTERNAL_MANAGED" : "EXTERNAL_MANAGED",
        labels,
    };
    const ruleName = `${component}-${part}`;
    if (region === undefined) {
        return new GlobalForwardingRule(...child("forwardingRule", ruleName, rule, replaced));
    }
    const isOfRegions = args.regions !== undefined;
    const proxies = isOfRegions ? network?.globalProxies[region] : network?.proxies[region];
    const place = {
        network: network?.network.id,
        ...(isInternal && { subnetwork: network?.subnetworkIn(region)?.id }),
    };
    // The proxy-only subnet is in use as long as the rule exists.
    const after = { ...replaced, dependsOn: proxies ? [proxies.subnetwork] : [] };
    if (isOfRegions) {
        return new GlobalForwardingRule(...child("forwardingRule", ruleName, { ...rule, ...place }, after));
    }
    const tier = isInternal ? {} : { networkTier: args.address?.kind.networkTier ?? "PREMIUM" };
    return new ForwardingRule(...child("forwardingRule", ruleName, { ...rule, region, ...place, ...tier }, after));
}
