import type { AddressArgs } from "@pulumi/gcp/compute/address";
import type { FirewallArgs } from "@pulumi/gcp/compute/firewall";
import type { ForwardingRuleArgs } from "@pulumi/gcp/compute/forwardingRule";
import type { GlobalAddressArgs } from "@pulumi/gcp/compute/globalAddress";
import type { GlobalForwardingRuleArgs } from "@pulumi/gcp/compute/globalForwardingRule";
import type { NetworkArgs as VpcArgs } from "@pulumi/gcp/compute/network";
import type { NetworkPeeringRoutesConfigArgs } from "@pulumi/gcp/compute/networkPeeringRoutesConfig";
import type { RouteArgs } from "@pulumi/gcp/compute/route";
import type { RouterArgs } from "@pulumi/gcp/compute/router";
import type { RouterNatArgs } from "@pulumi/gcp/compute/routerNat";
import type { SubnetworkArgs } from "@pulumi/gcp/compute/subnetwork";
import type { ManagedZoneArgs } from "@pulumi/gcp/dns/managedZone";
import type { PolicyArgs as DnsPolicyArgs } from "@pulumi/gcp/dns/policy";
import type { RecordSetArgs } from "@pulumi/gcp/dns/recordSet";
import type { ConnectionArgs } from "@pulumi/gcp/servicenetworking/connection";
import type { PeeredDnsDomainArgs } from "@pulumi/gcp/servicenetworking/peeredDnsDomain";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../component/component";
import type { Environment } from "../environment/environment";
import { type ExistingArgs, ExistingOf, existingHint, existingNameProblem } from "../environment/existing";
import { nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";
import { labels } from "../internal/arguments/labels";
import { shortenName } from "../internal/arguments/names";
import { type Transform, transforms } from "../internal/engine/children";
import { projectId } from "../stack/settings/projectId";
import { type DnsPolicy, dnsPolicy, dnsPolicyProblems } from "./dnsPolicy";
import { endpointProblems, endpoints, type ServiceEndpoint } from "./endpoint";
import { type FirewallRule, firewall, firewallProblems, type IapSsh, iapSsh } from "./firewall";
import { defaultGoogleApis, type GoogleApis, googleApis } from "./googleApis";
import { isWithNat, type Nat, nat, natAddressProblems, natProblems, natRuleProblems, natSubnetProblems } from "./nat";
import { type PrivateServicesRange, privateServices, rangeOf, serviceProducers } from "./privateServices";
import { type NetworkRoute, routes } from "./routes";
import {
    type ExistingSubnet,
    globalProxyOnlySubnets,
    isUsable,
    overlapProblems,
    proxyOnlySubnets,
    proxyRanges,
    purposeProblems,
    type ResolvedSubnet,
    type Subnet,
    subnetRanges,
    subnets,
    subnetsOfExisting,
} from "./subnets";

/** {@link https://cloud.google.com/vpc/docs/private-service-connect Private Service Connect} endpoints of a network. */
export interface PrivateServiceConnectEndpoints {
    /**
     * Creates an endpoint for {@link https://cloud.google.com/vpc/docs/about-accessing-google-apis-endpoints Google APIs},
     * with private DNS zones that resolve to it in the network.
     * @default false: Google APIs are reached through Private Google Access
     */
    googleApis?: boolean | GoogleApis;
    /**
     * Endpoints for
     * {@link https://cloud.google.com/vpc/docs/configure-private-service-connect-services published services}, by the
     * suffix of their names.
     * @default none
     */
    endpoints?: Record<string, ServiceEndpoint>;
}

/** The arguments of a {@link Network}. */
export interface NetworkArgs extends ComponentArgs {
    /**
     * The {@link https://cloud.google.com/compute/docs/naming-resources name} of the network, and the prefix of the names
     * of its parts: up to 63 lower-case letters, digits and hyphens, starting with a letter. Changing this replaces the
     * network.
     * @default the component's name
     */
    name?: string;
    /**
     * The {@link https://cloud.google.com/vpc/docs/subnets subnets}, by the suffix of their names. All have
     * {@link https://cloud.google.com/vpc/docs/private-google-access Private Google Access}. `{}` creates none.
     * @default `default`, with 10.0.0.0/20 in the environment's region
     * @example
     * ```ts
     * subnets: { apps: { range: "10.0.0.0/20", secondaryRanges: { pods: "10.4.0.0/14" } } }
     * ```
     */
    subnets?: Record<string, Subnet>;
    /**
     * The {@link https://cloud.google.com/load-balancing/docs/proxy-only-subnets proxy-only subnets} of internal Application
     * Load Balancers, such as internal Gateways and Ingresses of GKE: IPv4 ranges by region, /23 recommended, at least /26;
     * or `true` for 10.129.0.0/23 in the region of the first subnet. Their proxies may reach all VMs by TCP.
     * @default none
     */
    proxyOnlySubnets?: boolean | Record<string, string>;
    /**
     * The proxy-only subnets of {@link https://cloud.google.com/load-balancing/docs/l7-internal cross-region internal Application Load
     * Balancers}: IPv4 ranges by region, /23 recommended, at least /26. Their proxies may reach all VMs by TCP.
     * @default none
     */
    globalProxyOnlySubnets?: Record<string, string>;
    /**
     * The {@link https://cloud.google.com/nat/docs/overview Cloud NAT} for outbound internet access. Options or `true` create it in
     * each region with a subnet, for example for VMs of other resources; `false` never.
     * @default in a region where a component needs it, with automatically allocated addresses and error logs
     * @example
     * ```ts
     * nat: { addresses: 2, logging: "ERRORS_ONLY" }
     * ```
     */
    nat?: Nat | boolean;
    /**
     * The {@link https://cloud.google.com/vpc/docs/private-services-access private services access}, through which Google services
     * such as Cloud SQL have private addresses in the network. Options or `true` create it in any case, `false` never.
     * @default if a component needs it, with a /16 chosen by Google
     */
    privateServices?: PrivateServicesRange | boolean;
    /**
     * The private services access of {@link https://cloud.google.com/vpc/docs/private-services-access other service producers}, by the
     * name of their service, such as `"netapp.servicenetworking.goog"` for Google Cloud NetApp Volumes: a range for each, as in
     * `privateServices`.
     * @default none
     */
    serviceProducers?: Record<string, PrivateServicesRange>;
    /**
     * Private Service Connect endpoints.
     * @default none
     */
    privateServiceConnect?: PrivateServiceConnectEndpoints;
    /**
     * The DNS server policy: other name servers, queries from connected networks, logs of queries.
     * @default none
     */
    dnsPolicy?: DnsPolicy;
    /**
     * The {@link https://cloud.google.com/firewall/docs/firewalls firewall rules}, by the suffix of their names. Without a
     * rule, ingress is denied and egress is allowed.
     * @default none
     * @example
     * ```ts
     * firewall: { web: { allow: ["tcp:8080"], sources: { ranges: ["10.0.0.0/8"] }, targets: { tags: ["web"] } } }
     * ```
     */
    firewall?: Record<string, FirewallRule>;
    /**
     * Allows SSH through {@link https://cloud.google.com/iap/docs/using-tcp-forwarding Identity-Aware Proxy} to all VMs, or
     * to those with certain tags or service accounts. Users need the role `roles/iap.tunnelResourceAccessor`.
     * @default false
     */
    iapSsh?: IapSsh;
    /**
     * The {@link https://cloud.google.com/vpc/docs/static-routes static routes}, by the suffix of their names, in addition to those that
     * every network has: to its subnets and to the internet. {@link Network.route} adds those to resources in the network.
     * @default none
     */
    routes?: Record<string, NetworkRoute>;
    /**
     * Labels of the addresses, endpoints and zones; networks, subnets, routers and firewall rules do not support labels. At
     * most 64 ({@link https://cloud.google.com/resource-manager/docs/labels-overview requirements}).
     * @default the environment's labels
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        network?: Transform<VpcArgs>;
        subnetwork?: Transform<SubnetworkArgs>;
        proxySubnetwork?: Transform<SubnetworkArgs>;
        proxyFirewall?: Transform<FirewallArgs>;
        router?: Transform<RouterArgs>;
        nat?: Transform<RouterNatArgs>;
        natAddress?: Transform<AddressArgs>;
        privateServicesRange?: Transform<GlobalAddressArgs>;
        privateServicesConnection?: Transform<ConnectionArgs>;
        privateServicesRoutes?: Transform<NetworkPeeringRoutesConfigArgs>;
        privateServicesDomain?: Transform<PeeredDnsDomainArgs>;
        googleApisAddress?: Transform<GlobalAddressArgs>;
        googleApisEndpoint?: Transform<GlobalForwardingRuleArgs>;
        zone?: Transform<ManagedZoneArgs>;
        record?: Transform<RecordSetArgs>;
        dnsPolicy?: Transform<DnsPolicyArgs>;
        endpointAddress?: Transform<AddressArgs>;
        endpoint?: Transform<ForwardingRuleArgs>;
        firewall?: Transform<FirewallArgs>;
        route?: Transform<RouteArgs>;
    };
}

/** Checks of what is created in a network, also in an existing one. */
const partChecks: check.Checks<Omit<NetworkArgs, "name" | "subnets">> = {
    proxyOnlySubnets,
    globalProxyOnlySubnets,
    nat,
    privateServices,
    serviceProducers,
    privateServiceConnect: check.options<PrivateServiceConnectEndpoints>({ googleApis, endpoints }),
    dnsPolicy,
    firewall,
    iapSsh,
    routes,
    labels,
    transform: transforms(
        "network",
        "subnetwork",
        "proxySubnetwork",
        "proxyFirewall",
        "router",
        "nat",
        "natAddress",
        "privateServicesRange",
        "privateServicesConnection",
        "privateServicesRoutes",
        "privateServicesDomain",
        "googleApisAddress",
        "googleApisEndpoint",
        "zone",
        "record",
        "dnsPolicy",
        "endpointAddress",
        "endpoint",
        "firewall",
        "route",
    ),
    ...componentArgs,
};

const networkArgs = check.explainedOptions<NetworkArgs>(
    { existing: existingHint("Network") },
    { name: check.nameOf(nameFormats.rows.computeResource), subnets, ...partChecks },
);

/** Where a network exists, and what the component adds to it. */
export interface ExistingNetworkArgs extends ExistingArgs, Omit<NetworkArgs, "name" | "subnets"> {
    /**
     * The prefix of the names of what the component adds, so that several stacks can add rules and endpoints of the same keys: up to 63
     * lower-case letters, digits and hyphens, starting with a letter. Changing this replaces them.
     * @default the name of the network
     */
    prefix?: string;
    /**
     * The subnets that the component adds, by the suffix of their names, and those that exist already, which other components can use.
     * @default none
     */
    subnets?: Record<string, Subnet | ExistingSubnet>;
}

/** Checks the arguments of an existing network. */
const existingNetworkArgs = check.explainedOptions<ExistingNetworkArgs>(
    { name: "The stack does not manage an existing network. The names of its new parts start with prefix." },
    {
        project: projectId,
        prefix: check.nameOf(nameFormats.rows.computeResource),
        subnets: subnetsOfExisting,
        ...partChecks,
    },
);

/** Validated arguments with their defaults. */
export type ResolvedArgs = ReturnType<typeof resolveArgs>;

const defaults = { privateServiceConnect: {}, proxyOnlySubnets: false, firewall: {}, iapSsh: false };

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: NetworkArgs, environment: Environment) {
    return (args as object) instanceof ExistingOf
        ? resolveExisting(component, (args as ExistingOf<ExistingNetworkArgs>).args, environment)
        : resolveNew(component, args, environment);
}

function resolveNew(component: string, args: NetworkArgs, { project, region }: Environment) {
    const title = `Network "${component}"`;
    const completed = check.withDefaults(args, {
        ...defaults,
        name: shortenName(component, nameFormats.rows.computeResource.max),
        subnets: { default: { range: "10.0.0.0/20" } },
    });
    const checked = check.checked(title, completed, networkArgs, (all) => problems(title, all, region));
    return { ...withParts(checked, region), name: checked.name, project, isExisting: false };
}

function resolveExisting(name: string, args: ExistingNetworkArgs, { project, region }: Environment) {
    const title = `Network "${name}"`;
    const completed = check.withDefaults(args, { ...defaults, project, subnets: {} });
    const checked = check.checked(title, completed, existingNetworkArgs, (all) => [
        existingNameProblem(name, nameFormats.rows.computeResource),
        ...problems(title, all, region),
    ]);
    return { ...withParts(checked, region), name: checked.prefix ?? name, project: checked.project, isExisting: true };
}

/** Completes what is created in the network. */
function withParts(
    checked: CompletedArgs & Pick<CheckedArgs, "labels" | "transform" | "crossProject" | "routes">,
    regionOfEnvironment: string,
) {
    const subnets = Object.entries(checked.subnets).map(
        ([key, subnet]): ResolvedSubnet => ({ key, region: regionOfEnvironment, ...subnet }),
    );
    const { googleApis, endpoints = {} } = checked.privateServiceConnect;
    return {
        ...checked,
        subnets,
        proxies: proxyRanges(checked.proxyOnlySubnets, subnets.find(isUsable)?.region ?? regionOfEnvironment),
        globalProxies: checked.globalProxyOnlySubnets ?? {},
        googleApis: googleApis === true ? {} : googleApis || undefined,
        endpoints,
    };
}

type CheckedArgs = check.Long<ExistingNetworkArgs>;

type CompletedArgs = Required<
    Pick<CheckedArgs, "subnets" | "proxyOnlySubnets" | "privateServiceConnect" | "firewall" | "iapSsh">
> &
    Pick<CheckedArgs, "nat" | "privateServices" | "serviceProducers" | "globalProxyOnlySubnets" | "dnsPolicy">;

function problems(title: string, args: CompletedArgs, regionOfEnvironment: string): (check.Problem | undefined)[] {
    const usable = Object.fromEntries(Object.entries(args.subnets).filter(([, subnet]) => isUsable(subnet)));
    const subnetRegions = Object.entries(usable)
        .filter(([key]) => isWithNat(key, args.nat))
        .map(([, { region }]) => region ?? regionOfEnvironment);
    return [
        ...overlapProblems(configuredRanges(args)),
        ...purposeProblems(args.subnets),
        ...natProblems(args.nat),
        ...natAddressProblems(args.nat, subnetRegions.length > 0 ? [...new Set(subnetRegions)] : [regionOfEnvironment]),
        ...natSubnetProblems(args.nat, usable),
        ...natRuleProblems(args.nat),
        ...dnsPolicyProblems(args.dnsPolicy, Boolean(args.privateServiceConnect.googleApis)),
        ...firewallProblems(title, args.firewall, args.iapSsh),
        ...endpointProblems(args.privateServiceConnect.endpoints ?? {}, args.subnets),
    ];
}

/** The IP ranges in the arguments; ranges that Google chooses are not known. */
function configuredRanges(args: CompletedArgs) {
    const { subnets, proxyOnlySubnets, globalProxyOnlySubnets = {}, privateServices, privateServiceConnect } = args;
    const { googleApis } = privateServiceConnect;
    const proxies = Object.entries(proxyRanges(proxyOnlySubnets, ""));
    const range = rangeOf(privateServices);
    const address = (typeof googleApis === "object" && googleApis.address) || defaultGoogleApis.address;
    return [
        ...subnetRanges(subnets),
        ...proxies.map(([region, range]) => ({ path: `proxyOnlySubnets${region && `.${region}`}`, range })),
        ...Object.entries(globalProxyOnlySubnets).map(([region, range]) => ({
            path: `globalProxyOnlySubnets.${region}`,
            range,
        })),
        ...(range === undefined ? [] : [{ path: "privateServices.range", range }]),
        ...Object.entries(args.serviceProducers ?? {}).flatMap(([service, { range: given }]) =>
            given === undefined ? [] : [{ path: `serviceProducers.${service}.range`, range: given }],
        ),
        ...(googleApis ? [{ path: "privateServiceConnect.googleApis.address", range: `${address}/32` }] : []),
    ];
}
