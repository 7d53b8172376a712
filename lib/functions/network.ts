import type { ResolvedVpcAccess } from "../iam/serverless/vpcAccess";
import type { CloudSqlWay } from "../internal/access/capability";

/** Functions connect to databases by IP address, as they cannot mount Unix sockets. */
export const databaseWay = (): CloudSqlWay => ({ network: true });

/** The VPC egress in the service configuration of a function. */
export function networkConfig(access: ResolvedVpcAccess | undefined) {
    if (!access) {
        return {};
    }
    const isAll = access.egress === "all-traffic";
    if (access.connector) {
        const vpcConnectorEgressSettings = isAll ? "ALL_TRAFFIC" : "PRIVATE_RANGES_ONLY";
        return { vpcConnector: access.connector, vpcConnectorEgressSettings };
    }
    const { network, subnet, tags } = access;
    return {
        directVpcNetworkInterfaces: [{ network, subnetwork: subnet, tags }],
        directVpcEgress: isAll ? "VPC_EGRESS_ALL_TRAFFIC" : "VPC_EGRESS_PRIVATE_RANGES_ONLY",
    };
}
