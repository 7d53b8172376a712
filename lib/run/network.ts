import type { ResolvedVpcAccess } from "../iam/serverless/vpcAccess";

/** The VPC access in the template of a workload. */
export function vpcAccessArgs(access: ResolvedVpcAccess | undefined) {
    if (!access) {
        return undefined;
    }
    const egress = access.egress === "all-traffic" ? "ALL_TRAFFIC" : "PRIVATE_RANGES_ONLY";
    if (access.connector) {
        return { connector: access.connector, egress };
    }
    const { network, subnet, tags } = access;
    return { networkInterfaces: [{ network, subnetwork: subnet, tags }], egress };
}
