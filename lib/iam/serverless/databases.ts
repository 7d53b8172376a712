import type { Attached, Attachment, CloudSqlClient, CloudSqlWay } from "../../internal/access/capability";
import type { Problem } from "../../internal/arguments/check";
import * as check from "../../internal/arguments/check";
import { vpcOf } from "../../internal/network/networkOf";
import {
    type Database,
    databases,
    hasUnknownNetwork,
    inVpcNetwork,
    isSameNetwork,
    verifiedNetworkId,
} from "../cloudSql";
import {
    egressSubnetProblem,
    type ResolvedVpcAccess,
    resolveVpcAccess,
    sharedSubnet,
    type VpcAccess,
    type Workload,
} from "./vpcAccess";

/** A workload with databases, and how it connects to each of them. */
export interface DatabaseWorkload extends Workload {
    way(client: CloudSqlClient): CloudSqlWay;
}

/** The databases that a workload reaches through its VPC network. */
function reachedByNetwork({ way }: DatabaseWorkload, attached: Attached<Attachment>[]): Database[] {
    return databases(attached).filter(({ attachment }) => way(attachment).network);
}

const differentNetworks = ({ kind }: Workload, { at, variable }: Database, first: Database): Problem =>
    check.problem(
        `${at}uses.${variable}`,
        "iam/databases-in-several-networks",
        `is in a different network than ${first.at}uses.${first.variable}, and a ${kind} can only be in one. Put both databases in one network, or use a ${kind} for each.`,
    );

const wrongNetwork = ({ at, variable }: Database, expected?: string, actual?: string): Problem => {
    const [which, got] = expected === undefined ? ["", ""] : [`, "${expected}"`, ` (got "${actual}")`];
    const reason = `must be the network of ${at}uses.${variable}${which}${got}. Set it, or remove network.`;
    return check.problem("network", "iam/network-of-other-database", reason);
};

/** Reports databases that the workload cannot reach. */
export function databaseNetworkProblems(
    workload: DatabaseWorkload,
    attached: Attached<Attachment>[],
    access: VpcAccess | undefined,
    region: string,
): Problem[] {
    const all = reachedByNetwork(workload, attached);
    return access
        ? wrongNetworkProblems(inVpcNetwork(all), access)
        : [...missingSubnetProblems(workload, inVpcNetwork(all), region), ...unknownNetworkProblems(all)];
}

/** Reports databases in another network than the workload's, as far as the networks are known at preview. */
function wrongNetworkProblems(all: ReturnType<typeof inVpcNetwork>, access: VpcAccess): Problem[] {
    const vpc = vpcOf(access);
    return all.flatMap((database) => {
        const expected = database.attachment.route.network;
        const areIds = typeof expected === "string" && typeof vpc === "string";
        return vpc !== undefined && isSameNetwork(expected, vpc) === false
            ? [areIds ? wrongNetwork(database, expected, vpc) : wrongNetwork(database)]
            : [];
    });
}

/** Reports databases in different networks, and a network without a subnet in the workload's region. */
function missingSubnetProblems(workload: Workload, all: ReturnType<typeof inVpcNetwork>, region: string): Problem[] {
    const [first, ...others] = all;
    if (!first) {
        return [];
    }
    const { network, component, subnetworkIn } = first.attachment.route;
    const elsewhere = others.filter(({ attachment: { route } }) => isSameNetwork(network, route.network) === false);
    const reason = `is missing, and the network of ${first.at}uses.${first.variable} has no known subnet in ${region}, the region of the ${workload.kind}. Add a subnet to that network, or set network: { subnet }.`;
    return [
        ...elsewhere.map((database) => differentNetworks(workload, database, first)),
        ...(subnetworkIn(region) === undefined ? [check.problem("network", "iam/network-without-subnet", reason)] : []),
        ...[egressSubnetProblem(workload, component && { network: component }, region)].filter(
            (each) => each !== undefined,
        ),
    ];
}

/** Reports databases whose network is unknown. */
function unknownNetworkProblems(all: Database[]): Problem[] {
    return all
        .filter(hasUnknownNetwork)
        .map(({ at, variable }) =>
            check.problem(
                "network",
                "iam/network-of-database-unknown",
                `is missing, because the network of the database in ${at}uses.${variable} is not known. Set it here, or the network of the database or its endpoint.`,
            ),
        );
}

/** Resolves the VPC access: the given one, or else the network of the databases. */
export function resolveNetwork(
    workload: DatabaseWorkload,
    attached: Attached<Attachment>[],
    vpcAccess: VpcAccess | undefined,
    region: string,
): ResolvedVpcAccess | undefined {
    const all = inVpcNetwork(reachedByNetwork(workload, attached));
    const [first, ...others] = all;
    const [access, vpc] = [resolveVpcAccess(vpcAccess, region), vpcOf(vpcAccess)];
    if (!first || access) {
        // Without a network the API takes that of the subnet.
        return access?.subnet !== undefined && vpc !== undefined
            ? { ...access, network: verifiedNetworkId(workload.title, vpc, all, wrongNetwork) }
            : access;
    }
    const { network, component, subnetworkIn } = first.attachment.route;
    const subnet = subnetworkIn(region);
    return {
        network: verifiedNetworkId(workload.title, network, others, (database) =>
            differentNetworks(workload, database, first),
        ),
        subnet,
        shared: sharedSubnet({ network: component, subnet }, region),
    };
}
