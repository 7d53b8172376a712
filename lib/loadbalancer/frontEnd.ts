import type { CertificateMap } from "@pulumi/gcp/certificatemanager/certificateMap";
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
import type { Child } from "../internal/children";
import { partName } from "../internal/names";
import type { IpAddressOfProgram } from "../internal/reservedAddress";
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
type ReservedAddress = Pick<IpAddressOfProgram, "address" | "reserved">;

/** The IP addresses, by their version. */
export interface Addresses {
    readonly ipv4: ReservedAddress;
    readonly ipv6?: ReservedAddress;
}

const own = (reserved: GlobalAddress | Address): ReservedAddress => ({ address: reserved.address, reserved });

/** What accepts requests. */
export interface FrontEnd {
    readonly httpsProxy?: TargetHttpsProxy | RegionTargetHttpsProxy;
    readonly httpProxy?: TargetHttpProxy | RegionTargetHttpProxy;
    readonly sslPolicy?: SSLPolicy | RegionSslPolicy;
    /** The forwarding rules by protocol and version: `https`, `http`, `https-ipv6`, `http-ipv6`. */
    readonly forwardingRules: Readonly<Record<string, GlobalForwardingRule | ForwardingRule>>;
}

/** The addresses of the arguments, and those that the load balancer reserves, which outlive it in production. */
export function reserveAddresses(context: Context, protect: boolean): Addresses {
    const { address, ipv6 } = context.args;
    return {
        ipv4: address ?? own(reserve(context, protect)),
        ipv6: ipv6 === true ? own(reserveIpv6(context, protect)) : ipv6 || undefined,
    };
}

function reserve({ component, args, child }: Context, protect: boolean): GlobalAddress | Address {
    const { name, region, labels } = args;
    // For two ports: with and without TLS.
    return region === undefined
        ? new GlobalAddress(...child("address", component, { name, labels }, addressOptions(protect)))
        : regionalAddress(component, { ...args, region }, "SHARED_LOADBALANCER_VIP", child, protect);
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
    addresses: Addresses,
): FrontEnd {
    const sslPolicy = certificates && createSslPolicy(context);
    const httpsProxy = sslPolicy && createHttpsProxy(context, urlMap, certificates, sslPolicy);
    const plainMap = certificates ? redirect : urlMap;
    const httpProxy = plainMap && createHttpProxy(context, plainMap);
    const targets = { https: httpsProxy, http: httpProxy };
    const rules = Object.entries({ "": addresses.ipv4, "-ipv6": addresses.ipv6 }).flatMap(([suffix, address]) =>
        Object.entries(targets).flatMap(([protocol, target]) => {
            const part = `${protocol}${suffix}`;
            return address && target ? [[part, forwardingRule(context, part, protocol, target, address)] as const] : [];
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
    if (region !== undefined) {
        const regional = { ...shared, region, certificateManagerCertificates: ids };
        return new RegionTargetHttpsProxy(...child("httpsProxy", component, regional));
    }
    const certificateMap = pulumi.interpolate`//certificatemanager.googleapis.com/${(map as CertificateMap).id}`;
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
    const { name, region, network, isInternal, labels } = args;
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
    if (region === undefined) {
        return new GlobalForwardingRule(...child("forwardingRule", `${component}-${part}`, rule, replaced));
    }
    const proxies = network?.proxies[region];
    const place = {
        region,
        network: network?.network.id,
        ...(isInternal
            ? { subnetwork: network?.subnetworkIn(region)?.id }
            : { networkTier: args.address?.kind.networkTier ?? "PREMIUM" }),
    };
    // The proxy-only subnet is in use as long as the rule exists.
    const after = { ...replaced, dependsOn: proxies ? [proxies.subnetwork] : [] };
    return new ForwardingRule(...child("forwardingRule", `${component}-${part}`, { ...rule, ...place }, after));
}
