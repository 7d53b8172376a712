import * as pulumi from "@pulumi/pulumi";
import { privateRanges } from "../../formats/cidr";
import { attachedTo, type Uses } from "../../identity/capability";
import {
    type Database,
    databases,
    databaseVariableProblems,
    isHidden,
    isOneNetwork,
    networkFor,
    routed,
} from "../../identity/cloudSql";
import type { Problem } from "../../internal/check";
import type { GkeCluster } from "../cluster";
import type { Mountable } from "./attachments";
import { type AuthProxy, byProxy, hasSockets, type Proxied, proxied, proxyName, socketFolder } from "./authProxy";
import { placed } from "./secretFiles";

/** What of a deployment has to do with its databases. */
interface Databased {
    uses: Uses<Mountable>;
    environment: Record<string, unknown>;
    port?: number;
    cluster: Pick<GkeCluster, "vpc">;
    name: string;
    writable: string[];
}

/** The instances that the proxy of a deployment connects to. */
export function instancesOf(uses: Uses<Mountable>, port: number | undefined): Proxied[] {
    return proxied(databases(attachedTo(uses)), port);
}

const inAnother = ({ variable }: Database): Problem => ({
    path: `uses.${variable}`,
    reason: "is in another network than the cluster, which has no way to it. Give the database and the cluster one network.",
});

/** Why a deployment cannot have its databases. */
export function databaseProblems(given: AuthProxy | undefined, all: Databased): (Problem | undefined)[] {
    const { uses, environment, port, cluster } = all;
    const instances = instancesOf(uses, port);
    const unreached = routed(databases(attachedTo(uses))).filter(({ attachment: { route } }) => {
        return isOneNetwork(route.network, cluster.vpc) === false;
    });
    return [
        ...databaseVariableProblems(uses, environment, byProxy(instances)),
        ...unreached.map(inAnother),
        given !== undefined && instances.length === 0
            ? { path: "authProxy", reason: "is for a deployment that uses a database. Leave it out." }
            : undefined,
        instances.length > 0 && all.name === proxyName
            ? {
                  path: "name",
                  reason: `is that of the Auth Proxy's container (got "${all.name}"). Choose another name.`,
              }
            : undefined,
        ...(hasSockets(instances) ? folderProblems(all) : []),
    ];
}

/** What would be mounted where the sockets are. */
function folderProblems({ uses, writable }: Databased): Problem[] {
    const isTaken = (folder: string) => folder === socketFolder || folder.startsWith(`${socketFolder}/`);
    const reason = (given: string) => `is where the sockets of databases are (got "${given}"). Choose another folder.`;
    return [
        ...writable.filter(isTaken).map((folder) => ({ path: "writable", reason: reason(folder) })),
        ...attachedTo(uses).flatMap(({ variable, attachment }) =>
            attachment.kind === "secret-file" && isTaken(placed(attachment.path).folder)
                ? [{ path: `uses.${variable}`, reason: reason(attachment.path) }]
                : [],
        ),
    ];
}

/**
 * The ranges of addresses where each instance is: its own address alone, where the cluster's network turns out to be its, and every
 * private one where only its name is known, as no policy takes names.
 */
export function databaseRanges(component: string, { uses, port, cluster }: Databased): pulumi.Input<string>[][] {
    const all = routed(databases(attachedTo(uses)));
    const network = networkFor(`AutoscaledDeployment "${component}"`, cluster.vpc, all, inAnother);
    return instancesOf(uses, port).map(({ client }) => {
        const { address, route } = client;
        return isHidden({ attachment: client })
            ? privateRanges
            : [pulumi.all([address, route && network]).apply(([known]) => `${known}/32`)];
    });
}
