import * as pulumi from "@pulumi/pulumi";
import { privateRanges } from "../../formats/cidr";
import {
    type Database,
    databases,
    databaseVariableProblems,
    hasUnknownNetwork,
    inVpcNetwork,
    isSameNetwork,
    verifiedNetworkId,
} from "../../iam/cloudSql";
import { attachmentsOf, type Uses } from "../../internal/access/capability";
import type { Problem } from "../../internal/arguments/check";
import * as check from "../../internal/arguments/check";
import type { GkeCluster } from "../cluster";
import type { Mountable } from "./attachments";
import {
    type AuthProxy,
    connectByProxy,
    hasSockets,
    type ProxiedInstance,
    proxiedInstances,
    proxyName,
    socketFolder,
} from "./authProxy";
import { splitPath } from "./secretFiles";

/** The arguments that concern databases. */
interface DatabaseConsumer {
    uses: Uses<Mountable>;
    env: Record<string, unknown>;
    port?: number;
    cluster: Pick<GkeCluster, "vpc">;
    name: string;
    writable: string[];
}

/** The instances that the proxy of a deployment connects to. */
export function instancesOf(uses: Uses<Mountable>, port: number | undefined): ProxiedInstance[] {
    return proxiedInstances(databases(attachmentsOf(uses)), port);
}

const otherNetworkProblem = ({ variable }: Database): Problem =>
    check.problem(
        `uses.${variable}`,
        "gke/database-in-other-network",
        "is in a different network than the cluster, and cannot be reached. Use the same network for the database and the cluster.",
    );

/** Checks combinations of arguments that concern databases. */
export function databaseProblems(
    authProxy: AuthProxy | undefined,
    consumer: DatabaseConsumer,
): (Problem | undefined)[] {
    const { uses, env, port, cluster } = consumer;
    const instances = instancesOf(uses, port);
    const unreached = inVpcNetwork(databases(attachmentsOf(uses))).filter(({ attachment: { route } }) => {
        return isSameNetwork(route.network, cluster.vpc) === false;
    });
    return [
        ...databaseVariableProblems(uses, env, connectByProxy(instances)),
        ...unreached.map(otherNetworkProblem),
        check.when(
            authProxy !== undefined && instances.length === 0,
            "authProxy",
            "gke/auth-proxy-without-database",
            "is only valid for a deployment that uses a database. Remove it.",
        ),
        check.when(
            instances.length > 0 && consumer.name === proxyName,
            "name",
            "gke/name-of-auth-proxy",
            `is the name of the Auth Proxy's container (got "${consumer.name}"). Choose another name.`,
        ),
        ...(hasSockets(instances) ? folderProblems(consumer) : []),
    ];
}

/** Reports mounts in the folder of the sockets. */
function folderProblems({ uses, writable }: DatabaseConsumer): Problem[] {
    const isTaken = (folder: string) => folder === socketFolder || folder.startsWith(`${socketFolder}/`);
    const taken = "is the folder of the sockets of databases";
    return [
        ...writable
            .filter(isTaken)
            .map((folder) =>
                check.problem(
                    "writable",
                    "gke/writable-socket-folder",
                    `${taken} (got "${folder}"). Choose another folder.`,
                ),
            ),
        ...attachmentsOf(uses).flatMap(({ variable, attachment }) =>
            attachment.kind === "secret-file" && isTaken(splitPath(attachment.path).folder)
                ? [
                      check.problem(
                          `uses.${variable}`,
                          "gke/secret-file-in-socket-folder",
                          `${taken} (got "${attachment.path}"). Choose another folder.`,
                      ),
                  ]
                : [],
        ),
    ];
}

/**
 * The CIDR ranges of each instance: its own address, after verifying that it is in the cluster's network; all private ranges if
 * only its DNS name is known, as network policies accept no names.
 */
export function databaseRanges(component: string, { uses, port, cluster }: DatabaseConsumer): pulumi.Input<string>[][] {
    const all = inVpcNetwork(databases(attachmentsOf(uses)));
    const network = verifiedNetworkId(`AutoscaledDeployment "${component}"`, cluster.vpc, all, otherNetworkProblem);
    return instancesOf(uses, port).map(({ client }) => {
        const { address, route } = client;
        return hasUnknownNetwork({ attachment: client })
            ? privateRanges
            : [pulumi.all([address, route && network]).apply(([known]) => `${known}/32`)];
    });
}
