import { databases, socketFolder, socketInstances, socketOrNetwork } from "../iam/cloudSql";
import type { ServerlessAttachment } from "../iam/serverless/attachments";
import type { VpcAccess } from "../iam/serverless/vpcAccess";
import type { Attached, CloudSqlClient, CloudSqlWay } from "../internal/access/capability";

/**
 * How a workload connects to databases: by Cloud Run's sockets to public addresses, and through the network to private ones.
 * {@link https://cloud.google.com/sql/docs/postgres/connect-run Google advises} the private address if all traffic goes through the
 * network.
 */
export function databaseWay(network: VpcAccess | undefined): (client: CloudSqlClient) => CloudSqlWay {
    const isAllTraffic = Object(network).egress === "all-traffic";
    return (client) => (isAllTraffic && client.route ? { network: true } : socketOrNetwork(client));
}

/** The volume with the sockets of databases; none without any. */
export function socketVolumes(
    attached: Attached<ServerlessAttachment>[],
    way: (client: CloudSqlClient) => CloudSqlWay,
) {
    const instances = socketInstances(databases(attached), way);
    return instances.length === 0
        ? []
        : [{ path: socketFolder, volume: { name: "cloudsql", cloudSqlInstance: { instances } } }];
}
