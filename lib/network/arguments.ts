import type { GlobalAddressArgs } from "@pulumi/gcp/compute/globalAddress";
import type { NetworkArgs as VpcArgs } from "@pulumi/gcp/compute/network";
import type { RouterArgs } from "@pulumi/gcp/compute/router";
import type { RouterNatArgs } from "@pulumi/gcp/compute/routerNat";
import type { SubnetworkArgs } from "@pulumi/gcp/compute/subnetwork";
import type { ConnectionArgs } from "@pulumi/gcp/servicenetworking/connection";
import { type ComponentArgs, componentArgs } from "../environment/component";
import type { Environment } from "../environment/environment";
import * as check from "../internal/check";
import { type Transform, transforms } from "../internal/children";
import { fitted } from "../internal/names";
import { type PrivateServicesRange, privateServices } from "./privateServices";
import { type Subnet, subnetProblems, subnets } from "./subnets";

/** The arguments of a {@link Network}. */
export interface NetworkArgs extends ComponentArgs {
    /**
     * The network's name in its project, with which the names of its parts start: up to 63 lower-case letters, digits and
     * hyphens, starting with a letter ("Naming resources"). Another one makes another network.
     * @default the component's name
     */
    name?: string;
    /**
     * The subnets, by the last part of their names.
     * @default `default`, with 10.0.0.0/20 in the environment's region
     */
    subnets?: Record<string, Subnet>;
    /**
     * Whether what is in the network reaches the internet by Cloud NAT.
     * @default one Cloud NAT in each region with a subnet
     */
    nat?: boolean;
    /**
     * The range in which Google's services, such as Cloud SQL, have addresses ("Private services access"), or `false`.
     * @default a /16 that Google chooses
     */
    privateServices?: false | PrivateServicesRange;
    /** The last word on a child's arguments. */
    transform?: {
        network?: Transform<VpcArgs>;
        subnetwork?: Transform<SubnetworkArgs>;
        router?: Transform<RouterArgs>;
        nat?: Transform<RouterNatArgs>;
        privateServicesRange?: Transform<GlobalAddressArgs>;
        privateServicesConnection?: Transform<ConnectionArgs>;
    };
}

const networkArgs = check.options<NetworkArgs>({
    name: check.matching(
        /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
        "must have up to 63 lower-case letters, digits and hyphens, start with a letter and not end with a hyphen",
    ),
    subnets,
    nat: check.flag(),
    privateServices,
    transform: transforms(
        "network",
        "subnetwork",
        "router",
        "nat",
        "privateServicesRange",
        "privateServicesConnection",
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
        nat: true,
        privateServices: {},
    });
    const all = check.checked(`Network "${component}"`, completed, networkArgs, (checked) =>
        subnetProblems(checked.subnets),
    );
    const placed = Object.entries(all.subnets).map(([key, subnet]) => ({ key, region, ...subnet }));
    return { ...all, subnets: placed };
}
