import type { AddressArgs } from "@pulumi/gcp/compute/address";
import type { FirewallArgs } from "@pulumi/gcp/compute/firewall";
import type { ForwardingRuleArgs } from "@pulumi/gcp/compute/forwardingRule";
import type { GlobalAddressArgs } from "@pulumi/gcp/compute/globalAddress";
import type { GlobalForwardingRuleArgs } from "@pulumi/gcp/compute/globalForwardingRule";
import type { NetworkArgs as VpcArgs } from "@pulumi/gcp/compute/network";
import type { NetworkPeeringRoutesConfigArgs } from "@pulumi/gcp/compute/networkPeeringRoutesConfig";
import type { RouterArgs } from "@pulumi/gcp/compute/router";
import type { RouterNatArgs } from "@pulumi/gcp/compute/routerNat";
import type { SubnetworkArgs } from "@pulumi/gcp/compute/subnetwork";
import type { ManagedZoneArgs } from "@pulumi/gcp/dns/managedZone";
import type { RecordSetArgs } from "@pulumi/gcp/dns/recordSet";
import type { ConnectionArgs } from "@pulumi/gcp/servicenetworking/connection";
import type * as pulumi from "@pulumi/pulumi";
import { type ComponentArgs, componentArgs } from "../environment/component";
import type { Environment } from "../environment/environment";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { labels } from "../internal/labels";
import { fitted } from "../internal/names";
import { endpoints, type ServiceEndpoint } from "./endpoint";
import { type FirewallRule, firewall, firewallProblems, type IapSsh, iapSsh } from "./firewall";
import { defaultApis, type GoogleApis, googleApis } from "./googleApis";
import { type Nat, nat, natProblems } from "./nat";
import { type PrivateServicesRange, privateServices } from "./privateServices";
import { overlapProblems, rangesOf, type Subnet, subnets } from "./subnets";

/** What a network reaches by Private Service Connect, without a peering. */
export interface PrivateServiceConnectEndpoints {
    /**
     * Whether Google's APIs have an endpoint in the network, with private DNS zones by which all machines find it.
     * @default false: they are reached by Private Google Access
     */
    googleApis?: boolean | GoogleApis;
    /**
     * Endpoints for services that others publish, by the last part of their names.
     * @default none
     */
    endpoints?: Record<string, ServiceEndpoint>;
}

/** The arguments of a {@link Network}. */
export interface NetworkArgs extends ComponentArgs {
    /**
     * The network's name in its project, with which the names of its parts start: up to 63 lower-case letters, digits and
     * hyphens, starting with a letter ("Naming resources"). Another one makes another network.
     * @default the component's name
     */
    name?: string;
    /**
     * The subnets, by the last part of their names. All have Private Google Access.
     * @default `default`, with 10.0.0.0/20 in the environment's region
     */
    subnets?: Record<string, Subnet>;
    /**
     * How what is in the network reaches the internet, by a Cloud NAT in each region with a subnet, or `false`.
     * @default with addresses that Google chooses, and a log of errors
     */
    nat?: Nat | false;
    /**
     * The range in which Google's services, such as Cloud SQL, have addresses ("Private services access"), or `false`.
     * @default a /16 that Google chooses
     */
    privateServices?: PrivateServicesRange | false;
    /**
     * What the network reaches by Private Service Connect.
     * @default nothing
     */
    privateServiceConnect?: PrivateServiceConnectEndpoints;
    /**
     * The rules of the firewall, by the last part of their names. What no rule allows does not come in; everything goes out.
     * @default none
     */
    firewall?: Record<string, FirewallRule>;
    /**
     * Whether SSH reaches the machines, or those with some tags or accounts, by Identity-Aware Proxy, which asks for the role
     * `roles/iap.tunnelResourceAccessor`.
     * @default false
     */
    iapSsh?: IapSsh;
    /**
     * Labels of the addresses, endpoints and zones; networks, subnets, routers and rules have none. At most 64 ("Requirements
     * for labels").
     * @default those of the environment
     */
    labels?: Record<string, pulumi.Input<string>>;
    /** The last word on a child's arguments. */
    transform?: {
        network?: Transform<VpcArgs>;
        subnetwork?: Transform<SubnetworkArgs>;
        router?: Transform<RouterArgs>;
        nat?: Transform<RouterNatArgs>;
        natAddress?: Transform<AddressArgs>;
        privateServicesRange?: Transform<GlobalAddressArgs>;
        privateServicesConnection?: Transform<ConnectionArgs>;
        privateServicesRoutes?: Transform<NetworkPeeringRoutesConfigArgs>;
        googleApisAddress?: Transform<GlobalAddressArgs>;
        googleApisEndpoint?: Transform<GlobalForwardingRuleArgs>;
        zone?: Transform<ManagedZoneArgs>;
        record?: Transform<RecordSetArgs>;
        endpointAddress?: Transform<AddressArgs>;
        endpoint?: Transform<ForwardingRuleArgs>;
        firewall?: Transform<FirewallArgs>;
    };
}

const networkArgs = check.options<NetworkArgs>({
    name: check.matching(
        /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
        "must have up to 63 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen",
    ),
    subnets,
    nat,
    privateServices,
    privateServiceConnect: check.options<PrivateServiceConnectEndpoints>({ googleApis, endpoints }),
    firewall,
    iapSsh,
    labels,
    transform: transforms(
        "network",
        "subnetwork",
        "router",
        "nat",
        "natAddress",
        "privateServicesRange",
        "privateServicesConnection",
        "privateServicesRoutes",
        "googleApisAddress",
        "googleApisEndpoint",
        "zone",
        "record",
        "endpointAddress",
        "endpoint",
        "firewall",
    ),
    ...componentArgs,
});

/** The arguments of a network with everything decided that they leave open. */
export type Decided = ReturnType<typeof decided>;

/** Checks the arguments and decides what they leave open. */
export function decided(component: string, given: NetworkArgs, { region }: Environment) {
    const completed = check.completed(given, {
        name: fitted(component, 63),
        subnets: { default: { range: "10.0.0.0/20" } },
        nat: {},
        privateServices: {},
        privateServiceConnect: {},
        firewall: {},
        iapSsh: false,
    });
    const all = check.checked(`Network "${component}"`, completed, networkArgs, problems);
    const placed = Object.entries(all.subnets).map(([key, subnet]) => ({ key, region, ...subnet }));
    const { googleApis: apis, endpoints: services = {} } = all.privateServiceConnect;
    return { ...all, subnets: placed, googleApis: apis === true ? {} : apis || undefined, endpoints: services };
}

type Checked = Required<Pick<NetworkArgs, "subnets" | "nat" | "privateServiceConnect" | "firewall" | "iapSsh">> &
    Pick<NetworkArgs, "privateServices">;

function problems(args: Checked): check.Problem[] {
    return [
        ...overlapProblems(allRanges(args)),
        ...natProblems(args.nat),
        ...firewallProblems(args.firewall),
        ...endpointProblems(args),
        ...(args.iapSsh && Object.hasOwn(args.firewall, "iap-ssh")
            ? [{ path: "firewall.iap-ssh", reason: "is the name of the rule that iapSsh makes. Choose another one." }]
            : []),
    ];
}

/** Everything in the network that has addresses of which somebody told. */
function allRanges({ subnets: all, privateServices: services, privateServiceConnect: { googleApis: apis } }: Checked) {
    const { range } = services || {};
    const address = typeof apis === "object" ? (apis.address ?? defaultApis.address) : defaultApis.address;
    return [
        ...rangesOf(all),
        ...(range === undefined ? [] : [{ path: "privateServices.range", range }]),
        ...(apis ? [{ path: "privateServiceConnect.googleApis.address", range: `${address}/32` }] : []),
    ];
}

function endpointProblems({ subnets: all, privateServiceConnect: { endpoints: services = {} } }: Checked) {
    const keys = Object.keys(all);
    return Object.entries(services).flatMap(([key, { subnet = keys[0] as string }]) => {
        const path = `privateServiceConnect.endpoints.${key}.subnet`;
        const reason = `must be one of the subnets ${keys.join(", ")} (got "${subnet}").`;
        return keys.includes(subnet) ? [] : [{ path, reason }];
    });
}
