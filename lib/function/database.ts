import type * as pulumi from "@pulumi/pulumi";
import { type Attachment, attachmentsOf, type CloudSqlWay, type Uses } from "../identity/capability";
import {
    type Database,
    databases,
    databaseVariableProblems,
    databaseVariables,
    hasUnknownNetwork,
    inVpcNetwork,
    isSameNetwork,
    verifiedNetworkId,
} from "../identity/cloudSql";
import type { Problem } from "../internal/check";
import { type ResolvedVpcAccess, resolveVpcAccess, type VpcAccess, vpcOf } from "./network";

/** Functions connect to databases by IP address, as they cannot mount Unix sockets. */
const way = (): CloudSqlWay => ({ network: true });

/** The environment variables with the connections to databases. */
export function connectionVariables(all: Database[], member: pulumi.Input<string>) {
    return databaseVariables(all, member, way);
}

const differentNetworks = ({ variable }: Database, first: Database): Problem => ({
    path: `uses.${variable}`,
    reason: `is in another network than uses.${first.variable}, and a function can only be in one. Put both databases into one network, or use a function for each.`,
});

const wrongNetwork = ({ variable }: Database, expected?: string, actual?: string): Problem => {
    const [which, got] = expected === undefined ? ["", ""] : [`, "${expected}"`, ` (got "${actual}")`];
    const reason = `must be the network of uses.${variable}${which}${got}. Set it, or remove network.`;
    return { path: "network", reason };
};

/** Reports databases that the function cannot reach. */
export function databaseProblems(
    uses: Uses<Attachment>,
    environment: Record<string, unknown>,
    access: VpcAccess | undefined,
    region: string,
): Problem[] {
    const all = databases(attachmentsOf(uses));
    return [
        ...databaseVariableProblems(uses, environment, way),
        ...(access
            ? wrongNetworkProblems(inVpcNetwork(all), access)
            : [...missingSubnetProblems(inVpcNetwork(all), region), ...unknownNetworkProblems(all)]),
    ];
}

/** Reports databases in another network than the function's, as far as the networks are known at preview. */
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

/** Reports databases in different networks, and a network without a subnet in the function's region. */
function missingSubnetProblems(all: ReturnType<typeof inVpcNetwork>, region: string): Problem[] {
    const [first, ...others] = all;
    if (!first) {
        return [];
    }
    const { network, subnetworkIn } = first.attachment.route;
    const elsewhere = others.filter(({ attachment: { route } }) => isSameNetwork(network, route.network) === false);
    const reason = `is missing, and the network of uses.${first.variable} has no known subnet in ${region}, the region of the function. Add a subnet to that network, or set network: { subnetwork }.`;
    return [
        ...elsewhere.map((database) => differentNetworks(database, first)),
        ...(subnetworkIn(region) === undefined ? [{ path: "network", reason }] : []),
    ];
}

/** Reports databases whose network is unknown. */
function unknownNetworkProblems(all: Database[]): Problem[] {
    return all.filter(hasUnknownNetwork).map(({ variable }) => ({
        path: "network",
        reason: `is missing, because the network of the database in uses.${variable} is not known. Set it here, or the network of the database or its endpoint.`,
    }));
}

/** Resolves the VPC access: the given one, or else the network of the databases. */
export function resolveNetwork(
    component: string,
    uses: Uses<Attachment>,
    vpcAccess: VpcAccess | undefined,
    region: string,
): ResolvedVpcAccess | undefined {
    const all = inVpcNetwork(databases(attachmentsOf(uses)));
    const [first, ...others] = all;
    const [access, vpc] = [resolveVpcAccess(vpcAccess, region), vpcOf(vpcAccess)];
    if (!first || access) {
        // Without a network the API takes that of the subnet.
        return access?.subnetwork !== undefined && vpc !== undefined
            ? { ...access, network: verifiedNetworkId(component, vpc, all, wrongNetwork) }
            : access;
    }
    const { network, subnetworkIn } = first.attachment.route;
    const subnetwork = subnetworkIn(region);
    return subnetwork === undefined
        ? undefined
        : {
              network: verifiedNetworkId(component, network, others, (database) => differentNetworks(database, first)),
              subnetwork,
          };
}
