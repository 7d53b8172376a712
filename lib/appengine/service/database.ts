import * as pulumi from "@pulumi/pulumi";
import { Environment } from "../../environment/environment";
import {
    type Database,
    databases,
    databaseVariableProblems,
    databaseVariables,
    inVpcNetwork,
    isSameNetwork,
    socketInstances,
    socketOrNetwork,
} from "../../iam/cloudSql";
import { type Attachment, attachmentsOf, type Uses } from "../../internal/access/capability";
import type { Problem } from "../../internal/arguments/check";
import * as check from "../../internal/arguments/check";
import { sharedNetworkProblem } from "../../internal/arguments/locations";
import { vpcOf } from "../../internal/network/networkOf";
import type { FlexibleNetwork } from "../flexible";
import { configuredNetwork, type FlexibleNetworkSettings, type NetworkReference } from "../flexible";
import type { StandardNetwork } from "../standard";

/** The databases that are reached through their network. */
const reachedByNetwork = (all: Database[]) =>
    inVpcNetwork(all.filter(({ attachment }) => socketOrNetwork(attachment).network));

/** The environment variables with which the code connects to its databases. */
export function databaseEnvironment(all: Database[], member: pulumi.Input<string>) {
    return databaseVariables(all, member, socketOrNetwork);
}

/** The unique connection names of the instances that need a socket. */
export const socketConnectionNames = (all: Database[]) => socketInstances(all, socketOrNetwork);

/** The network of a flexible service's databases; undefined if it reaches no database through its network. */
export function databaseNetwork(
    consumer: string,
    all: Database[],
    region: string,
    addresses: FlexibleNetworkSettings["addresses"],
): NetworkReference | undefined {
    const [first] = reachedByNetwork(all);
    if (!first) {
        return undefined;
    }
    const { network, subnetworkIn } = first.attachment.route;
    const name = pulumi.Resource.isInstance(network) ? network.name : network;
    return configuredNetwork(consumer, { network: name, subnet: subnetworkIn(region), addresses }, region);
}

/** Checks the databases of a service. */
export function databaseProblems(
    uses: Uses<Attachment>,
    args: {
        flexible?: boolean;
        network?: FlexibleNetwork | StandardNetwork;
        env?: Record<string, pulumi.Input<string>>;
    },
    region: string,
): Problem[] {
    const all = reachedByNetwork(databases(attachmentsOf(uses)));
    const network = vpcOf(args.network);
    const [first, ...others] = all;
    const mismatched = all.filter(
        ({ attachment: { route } }) => network && isSameNetwork(route.network, network) === false,
    );
    const separated = others.filter(({ attachment: { route } }) => {
        return first && isSameNetwork(first.attachment.route.network, route.network) === false;
    });
    const isMissing =
        args.network === undefined && (!args.flexible || first?.attachment.route.subnetworkIn(region) === undefined);
    const hint = args.flexible
        ? `Add a subnet in ${region} to its network, set network: { network, subnet }, or`
        : `Set network: { network, range }, or`;
    return [
        ...databaseVariableProblems(uses, args.env ?? {}, socketOrNetwork),
        ...(args.flexible && args.network === undefined && first === undefined
            ? [sharedNetworkProblem("network", region, Environment.current())].filter((one) => one !== undefined)
            : []),
        ...(first && isMissing
            ? [
                  check.problem(
                      "network",
                      "appengine/network-missing-for-database",
                      `is missing, as "${first.attachment.component}" of uses.${first.variable} only has a private address. ${hint} the instance publicAddress: true, so that App Engine connects by a socket.`,
                  ),
              ]
            : []),
        ...mismatched.map(({ variable }) =>
            check.problem("network", "appengine/network-of-other-database", `must be the network of uses.${variable}.`),
        ),
        ...separated.map(({ variable }) =>
            check.problem(
                `uses.${variable}`,
                "appengine/databases-in-several-networks",
                `is in a different network than uses.${first?.variable}, and a service can only be in one. Put both databases in one network, or use a service for each.`,
            ),
        ),
    ];
}
