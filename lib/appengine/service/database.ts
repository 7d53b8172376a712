import * as pulumi from "@pulumi/pulumi";
import {
    type Attachment,
    attachedTo,
    type CloudSqlClient,
    type CloudSqlWay,
    type Uses,
} from "../../identity/capability";
import {
    type Database,
    databases,
    databaseVariableProblems,
    databaseVariables,
    isOneNetwork,
    routed,
} from "../../identity/cloudSql";
import type { Problem } from "../../internal/check";
import { type NetworkPlace, placeOf } from "../flexible";
import type { AppEngineServiceArgs } from "./arguments";

/** Where App Engine has the sockets of instances ("Connect from App Engine standard environment"). */
const sockets = "/cloudsql";

/**
 * How a service reaches a database. App Engine's sockets lead to public addresses alone, and SQL Server has none; a private address
 * is reached in its network.
 */
const way = ({ hasPublicAddress, engine }: CloudSqlClient): CloudSqlWay =>
    hasPublicAddress && engine !== "sqlserver" ? { sockets } : { network: true };

/** Those that are reached in their network. */
const inNetwork = (all: Database[]) => routed(all.filter(({ attachment }) => way(attachment).network));

/** The environment variables by which the code connects to its databases. */
export function connections(all: Database[], member: pulumi.Input<string>) {
    return databaseVariables(all, member, way);
}

/** The connection names of the instances for which there has to be a socket, each once. */
export function socketsOf(all: Database[]): pulumi.Input<string>[] {
    const bySocket = all.filter(({ attachment }) => way(attachment).sockets !== undefined);
    return [...new Set(bySocket.map(({ attachment }) => attachment.connectionName))];
}

/** Where a flexible service is that reaches its databases in their network; nothing where it reaches none so. */
export function placeBeside(all: Database[], region: string): NetworkPlace | undefined {
    const [first] = inNetwork(all);
    if (!first) {
        return undefined;
    }
    const { network, subnetworkIn } = first.attachment.route;
    const name = pulumi.Resource.isInstance(network) ? network.name : network;
    return placeOf({ network: name, subnetwork: subnetworkIn(region) }, region);
}

/** The network that a service says it is in, as far as the program knows it. */
function networkOf({ network }: AppEngineServiceArgs) {
    const given = pulumi.Resource.isInstance(network) ? network : Object(network).network;
    return pulumi.Resource.isInstance(given) ? (Reflect.get(given, "network") as pulumi.Resource) : given;
}

/** Why a service cannot have its databases. */
export function databaseProblems(uses: Uses<Attachment>, args: AppEngineServiceArgs, region: string): Problem[] {
    const all = inNetwork(databases(attachedTo(uses)));
    const given = networkOf(args);
    const [first, ...others] = all;
    const strayed = all.filter(({ attachment: { route } }) => given && isOneNetwork(route.network, given) === false);
    const apart = others.filter(({ attachment: { route } }) => {
        return first && isOneNetwork(first.attachment.route.network, route.network) === false;
    });
    const isMissing =
        args.network === undefined &&
        (args.env === "standard" || first?.attachment.route.subnetworkIn(region) === undefined);
    const how =
        args.env === "standard"
            ? `Give network: { network, range }, or`
            : `Add a subnet in ${region} to its network, give network: { network, subnetwork }, or`;
    return [
        ...databaseVariableProblems(uses, args.environment ?? {}, way),
        ...(first && isMissing
            ? [
                  {
                      path: "network",
                      reason: `is missing, as "${first.attachment.component}" of uses.${first.variable} has a private address alone. ${how} the instance publicAddress: true, to which App Engine then has a socket.`,
                  },
              ]
            : []),
        ...strayed.map(({ variable }) => ({ path: "network", reason: `must be the network of uses.${variable}.` })),
        ...apart.map(({ variable }) => ({
            path: `uses.${variable}`,
            reason: `is in another network than uses.${first?.variable}, and a service is in one alone. Put both databases into one network, or take a service for each.`,
        })),
    ];
}
