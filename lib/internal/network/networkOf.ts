import type { Network as Vpc } from "@pulumi/gcp/compute/network";
import type { Subnetwork } from "@pulumi/gcp/compute/subnetwork";
import type * as pulumi from "@pulumi/pulumi";
import { nameFormats } from "../../facts/names";
import { problem } from "../arguments/argumentsError";
import * as check from "../arguments/check";
import { projectIn, regionProblem, subnetProblem } from "../arguments/locations";

/** A network of the program: a component `Network`. */
export interface NetworkOfProgram extends pulumi.Resource {
    readonly network: Vpc;
    /** The project of a network in another project. @internal */
    readonly inProject?: string;
    /** The subnet of a region; undefined if there is none. */
    subnetworkIn(region: string): Subnetwork | undefined;
    /** @internal */
    rangeIn?(region: string, id?: pulumi.Input<string>): string | undefined;
}

/** A VPC network and one of its subnets, in the region of the component that uses it. */
export interface NetworkAndSubnet {
    /**
     * The network: a {@link Network}, or the ID or name of a network, such as `projects/acme-dev/global/networks/apps`.
     * @default the network of the subnet
     */
    network?: NetworkOfProgram | pulumi.Input<string>;
    /**
     * The ID of the subnet, such as `projects/acme-dev/regions/europe-west1/subnetworks/apps`, or its name.
     * @default the first subnet of a {@link Network} in the region
     */
    subnet?: pulumi.Input<string>;
}

/** A {@link Network}, or a network and its subnet with what only one component can set. */
export type NetworkOr<Settings extends NetworkAndSubnet> = NetworkOfProgram | Settings;

const { computeResource } = nameFormats.rows;
const resource = computeResource.pattern.source.slice(1);
const named = (path: string, wording: string) =>
    check.publicInput(
        check.matching(new RegExp(`^(https://www\\.googleapis\\.com/compute/v1/)?(${path}/)?${resource}`), wording),
    );

/** The component `Network`. */
export const networkComponent: check.Check<NetworkOfProgram> = check.component("Network");

/** Checks the members of {@link NetworkAndSubnet}. */
export const networkAndSubnet = {
    network: check.componentOr(
        networkComponent,
        named(
            "projects/[^/]+/global/networks",
            "must be a Network, or a network's name or ID such as projects/acme-dev/global/networks/apps",
        ),
    ),
    subnet: named(
        "projects/[^/]+/regions/[^/]+/subnetworks",
        "must be a subnet's name or ID such as projects/acme-dev/regions/europe-west1/subnetworks/apps",
    ),
};

/** Checks a {@link NetworkOr}. */
export const networkOr = <Settings extends NetworkAndSubnet>(
    settings: check.Check<Settings>,
): check.Check<NetworkOr<Settings>> =>
    check.lazily((value) =>
        typeof value === "string"
            ? check.refused(`must be a Network, or an object such as { network: ${JSON.stringify(value)} }`)
            : check.componentOr(networkComponent, settings),
    ) as check.AnyCheck;

/** Checks a {@link NetworkAndSubnet} without other settings, or a {@link Network}. */
export const plainNetwork = networkOr<NetworkAndSubnet>(check.options<NetworkAndSubnet>(networkAndSubnet));

/** Whether a value is a component `Network`, also one that exists already. */
export const isNetwork = (value: unknown): value is NetworkOfProgram =>
    typeof value === "object" && value !== null && "subnetworkIn" in value;

/** An argument's settings: a network without settings is converted to settings. */
export const networkSettings = <Settings extends NetworkAndSubnet>(
    argument: NetworkOr<Settings> | undefined,
): Settings => (isNetwork(argument) ? { network: argument } : (argument ?? {})) as Settings;

/** The component of a network argument, if it is or has one. */
export function networkOf(argument: unknown): NetworkOfProgram | undefined {
    const { network } = networkSettings(argument as NetworkOr<NetworkAndSubnet>);
    return isNetwork(network) ? network : undefined;
}

/** The VPC network of an argument, if it names one. */
export function vpcOf(argument: unknown): Vpc | pulumi.Input<string> | undefined {
    const { network } = networkSettings(argument as NetworkOr<NetworkAndSubnet>);
    return isNetwork(network) ? network.network : network;
}

/**
 * What is wrong with a subnet that has too few addresses, if its range is known.
 *
 * @param longest the longest prefix that has enough
 * @param owner what gets the addresses: `the function`
 */
export function subnetSizeProblem(
    path: string,
    argument: NetworkOr<NetworkAndSubnet> | undefined,
    region: string,
    longest: number,
    owner: string,
): check.Problem | undefined {
    const { network, subnet } = networkSettings(argument);
    const range = isNetwork(network) ? network.rangeIn?.(region, subnet) : undefined;
    return check.when(
        range !== undefined && Number(range.split("/")[1]) > longest,
        path,
        "network/subnet-too-small",
        `must be a subnet with a /${longest} or a larger range, because the instances of ${owner} have addresses in it (got "${range}").`,
    );
}

/** A network and its subnet, by ID or name. */
export interface ResolvedNetwork {
    network?: pulumi.Input<string>;
    subnet?: pulumi.Input<string>;
}

/** The project of a network or subnet, if the program knows that it is another project than the environment's: the host of a Shared VPC. */
export function hostProject(
    argument: NetworkOr<NetworkAndSubnet> | undefined,
    { project }: { project: string },
): string | undefined {
    const { network, subnet } = networkSettings(argument);
    const found = isNetwork(network) ? network.inProject : (projectIn(network) ?? projectIn(subnet));
    return found === project ? undefined : found;
}

/** The network and the subnet of an argument. */
export function resolveNetwork(argument: NetworkOr<NetworkAndSubnet> | undefined, region: string): ResolvedNetwork {
    const { network, subnet } = networkSettings(argument);
    return isNetwork(network)
        ? { network: network.network.id, subnet: subnet ?? network.subnetworkIn(region)?.id }
        : { network, subnet };
}

/** {@link resolveNetwork} with IDs in place of names, for resources that do not accept names. */
export function networkIds(
    argument: NetworkOr<NetworkAndSubnet> | undefined,
    region: string,
    project: string,
): ResolvedNetwork {
    const { network, subnet } = resolveNetwork(argument, region);
    return {
        network: idOf(network, `projects/${project}/global/networks`),
        subnet: idOf(subnet, `projects/${project}/regions/${region}/subnetworks`),
    };
}

/** Only texts can be names: an output of a program is nearly always an ID. */
const idOf = (value: pulumi.Input<string> | undefined, parent: string) =>
    typeof value === "string" && !value.includes("/") ? `${parent}/${value}` : value;

/**
 * What is wrong with the network of an argument in this region: it has no subnet there, or the subnet is in another region.
 *
 * @param owner what is in the region: `the function`
 * @param isWhole whether both a network and a subnet are required
 */
export function networkProblem(
    argument: NetworkOr<NetworkAndSubnet> | undefined,
    region: string,
    owner: string,
    isWhole = true,
): check.Problem | undefined {
    const { network, subnet } = networkSettings(argument);
    if (isNetwork(network) && subnet === undefined) {
        return subnetProblem(isNetwork(argument) ? "network" : "network.network", network, region, owner);
    }
    const missing =
        isWhole && argument !== undefined ? Object.entries({ network, subnet }).find(([, value]) => !value) : undefined;
    return missing
        ? problem(`network.${missing[0]}`, "network/network-or-subnet-missing", "is missing.")
        : regionProblem("network.subnet", subnet, region, owner);
}
