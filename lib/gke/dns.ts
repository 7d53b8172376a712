import type { ClusterArgs } from "@pulumi/gcp/container/cluster";
import * as check from "../internal/arguments/check";

/** {@link https://cloud.google.com/kubernetes-engine/docs/how-to/cloud-dns Cloud DNS} for a Standard cluster. */
export interface ClusterDns {
    /**
     * Where names of the cluster resolve: in the cluster, or in its whole VPC network.
     * @default "CLUSTER_SCOPE"
     */
    scope?: "CLUSTER_SCOPE" | "VPC_SCOPE";
    /**
     * The domain of the names, such as `gke.local`. Required with `VPC_SCOPE`, and unique in the network.
     * @default "cluster.local"
     */
    domain?: string;
}

/** Checks each option. */
export const dns = check.options<ClusterDns>({
    scope: check.oneOf("CLUSTER_SCOPE", "VPC_SCOPE"),
    domain: check.matching(
        /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/,
        "must be a domain in lower case such as gke.local",
    ),
});

/** Checks combinations of options. */
export function dnsProblem({ scope, domain }: ClusterDns = {}): check.Problem | undefined {
    const reason = "is missing. Names in the scope VPC_SCOPE need a domain that is unique in the network.";
    return check.when(scope === "VPC_SCOPE" && domain === undefined, "dns.domain", "gke/dns-domain-missing", reason);
}

/** The cluster's DNS provider. */
export function dnsConfig(dns: ClusterDns | undefined): ClusterArgs["dnsConfig"] {
    const { scope = "CLUSTER_SCOPE", domain } = dns ?? {};
    return dns && { clusterDns: "CLOUD_DNS", clusterDnsScope: scope, clusterDnsDomain: domain };
}
