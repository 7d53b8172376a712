import type * as pulumi from "@pulumi/pulumi";
import { type Attachment, attachedTo, type CloudSqlWay, type Uses } from "../identity/capability";
import {
    type Database,
    databases,
    databaseVariableProblems,
    databaseVariables,
    isHidden,
    isOneNetwork,
    networkFor,
    routed,
} from "../identity/cloudSql";
import type { Problem } from "../internal/check";
import { type DecidedAccess, decidedAccess, type VpcAccess, vpcOf } from "./network";

/** A function has no sockets: it reaches a database by its address. */
const way = (): CloudSqlWay => ({ network: true });

/** The environment variables by which the code connects to its databases. */
export function connections(all: Database[], member: pulumi.Input<string>) {
    return databaseVariables(all, member, way);
}

const inOne = ({ variable }: Database, first: Database): Problem => ({
    path: `uses.${variable}`,
    reason: `is in another network than uses.${first.variable}, and a function is in one alone. Put both databases into one network, or take a function for each.`,
});

const inTheirs = ({ variable }: Database, theirs?: string, given?: string): Problem => {
    const [which, got] = theirs === undefined ? ["", ""] : [`, "${theirs}"`, ` (got "${given}")`];
    const reason = `must be the network of uses.${variable}${which}${got}. Give that one, or leave network out.`;
    return { path: "network", reason };
};

/** Why a function cannot have its databases. */
export function databaseProblems(
    uses: Uses<Attachment>,
    environment: Record<string, unknown>,
    given: VpcAccess | undefined,
    region: string,
): Problem[] {
    const all = databases(attachedTo(uses));
    return [
        ...databaseVariableProblems(uses, environment, way),
        ...(given ? strayed(routed(all), given) : [...unreached(routed(all), region), ...hidden(all)]),
    ];
}

/** The databases that are in another network than the function, as is known before anything is deployed. */
function strayed(all: ReturnType<typeof routed>, given: VpcAccess): Problem[] {
    const vpc = vpcOf(given);
    return all.flatMap((database) => {
        const theirs = database.attachment.route.network;
        const areTexts = typeof theirs === "string" && typeof vpc === "string";
        return vpc !== undefined && isOneNetwork(theirs, vpc) === false
            ? [areTexts ? inTheirs(database, theirs, vpc) : inTheirs(database)]
            : [];
    });
}

function unreached(all: ReturnType<typeof routed>, region: string): Problem[] {
    const [first, ...others] = all;
    if (!first) {
        return [];
    }
    const { network, subnetworkIn } = first.attachment.route;
    const elsewhere = others.filter(({ attachment: { route } }) => isOneNetwork(network, route.network) === false);
    const reason = `is missing, as no subnet in ${region}, where the function is, is known of the network of uses.${first.variable}. Add one to that network, or give network: { subnetwork }.`;
    return [
        ...elsewhere.map((database) => inOne(database, first)),
        ...(subnetworkIn(region) === undefined ? [{ path: "network", reason }] : []),
    ];
}

/** The databases of which nobody knows in which network they have their address. */
function hidden(all: Database[]): Problem[] {
    return all.filter(isHidden).map(({ variable }) => ({
        path: "network",
        reason: `is missing, as nothing tells in which network the endpoint of uses.${variable} is. Give the network of the endpoint.`,
    }));
}

/** How a function reaches its network: as it is given, or else that of its databases. */
export function accessTo(
    component: string,
    uses: Uses<Attachment>,
    given: VpcAccess | undefined,
    region: string,
): DecidedAccess | undefined {
    const all = routed(databases(attachedTo(uses)));
    const [first, ...others] = all;
    const [access, vpc] = [decidedAccess(given, region), vpcOf(given)];
    if (!first || access) {
        // A network that is not said is that of the subnet.
        return access?.subnetwork !== undefined && vpc !== undefined
            ? { ...access, network: networkFor(component, vpc, all, inTheirs) }
            : access;
    }
    const { network, subnetworkIn } = first.attachment.route;
    const subnetwork = subnetworkIn(region);
    return subnetwork === undefined
        ? undefined
        : { network: networkFor(component, network, others, (database) => inOne(database, first)), subnetwork };
}
