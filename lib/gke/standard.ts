import type { ClusterArgs } from "@pulumi/gcp/container/cluster";
import type * as pulumi from "@pulumi/pulumi";
import { gkeLimits } from "../facts/limits/gke";
import * as check from "../internal/arguments/check";
import { type AutoProvisioning, autoProvisioning, autoProvisioningConfig } from "./autoProvisioning";
import { backupAgent } from "./autopilot";
import { type ClusterDns, dns, dnsConfig } from "./dns";
import type { NodePool } from "./nodePool";
import { nodeConfig, readonlyPort } from "./nodes";
import { type ClusterObservability, monitoringConfig } from "./observability";

/** Options of a Standard cluster. */
export interface StandardCluster {
    /**
     * The node pools, by name. With none, `{}`, no pod can run until other programs add some with `GkeCluster.existing`.
     * @example
     * ```ts
     * nodePools: {
     *     default: { machineType: "e2-standard-4", scaling: { min: 1, max: 5 } },
     *     batch: { machineType: "e2-standard-8", spot: true, scaling: { min: 0, max: 20 } },
     * }
     * ```
     */
    nodePools: Record<string, NodePool>;
    /**
     * Instead of a region, the one zone of the control plane and the nodes: `"europe-west1-b"`
     * ({@link https://cloud.google.com/kubernetes-engine/docs/concepts/configuration-overview cluster configuration}). Changing this
     * replaces the cluster.
     * @default none: the cluster is regional
     */
    zone?: string;
    /**
     * The {@link https://cloud.google.com/kubernetes-engine/docs/concepts/cluster-autoscaler autoscaling profile}: `BALANCED`
     * keeps spare capacity, `OPTIMIZE_UTILIZATION` removes nodes sooner.
     * @default "BALANCED"
     */
    autoscalingProfile?: "BALANCED" | "OPTIMIZE_UTILIZATION";
    /**
     * The {@link https://cloud.google.com/kubernetes-engine/docs/how-to/flexible-pod-cidr maximum number of pods per node}: 8
     * to 256. Changing this replaces the cluster.
     * @default 110
     */
    maxPodsPerNode?: number;
    /**
     * Lets GKE create node pools in addition to `nodePools`, up to limits of the whole cluster.
     * @default none
     */
    autoProvisioning?: AutoProvisioning;
    /**
     * Resolves names of the cluster with
     * {@link https://cloud.google.com/kubernetes-engine/docs/how-to/cloud-dns Cloud DNS}, as Autopilot clusters always do. Nodes
     * that exist already use it once they are recreated.
     * @default kube-dns
     */
    dns?: ClusterDns;
}

/** Checks the options, except for the node pools and the place. */
export const standardChecks = {
    autoscalingProfile: check.oneOf("BALANCED", "OPTIMIZE_UTILIZATION"),
    maxPodsPerNode: check.limit(gkeLimits.rows.pods),
    autoProvisioning,
    dns,
};

/** Refuses the options in Autopilot clusters. */
export function standardProblems(args: Partial<StandardCluster>): check.Problem[] {
    const options = ["zone", "autoscalingProfile", "maxPodsPerNode", "autoProvisioning", "dns"] as const;
    const standardOptions = options.filter((key) => args[key] !== undefined);
    return args.nodePools
        ? []
        : standardOptions.map((path) => {
              const why =
                  path === "zone"
                      ? "cannot be set, because Autopilot clusters are regional"
                      : "is managed by Google in an Autopilot cluster";
              const reason = `${why} (got ${JSON.stringify(args[path])}). Remove it, or set nodePools.`;
              return check.problem(path, "gke/option-of-standard", reason);
          });
}

interface StandardArgs extends Partial<StandardCluster>, Pick<ClusterObservability, "monitoring"> {
    labels: Record<string, pulumi.Input<string>>;
    backupAgent?: boolean;
}

/** The arguments of only Standard clusters. */
export function standardArgs(args: StandardArgs, account: pulumi.Input<string>, project: string) {
    const nodes = nodeConfig(account, args.labels);
    return {
        // A cluster cannot be created without nodes: the default pool is deleted right after.
        removeDefaultNodePool: true,
        initialNodeCount: 1,
        // The default pool has a node in each zone: their default disks would take 300 GB of the region's quota of SSDs.
        nodeConfig: { ...nodes, diskType: "pd-standard" },
        nodePoolDefaults: { nodeConfigDefaults: readonlyPort },
        clusterAutoscaling: {
            autoscalingProfile: args.autoscalingProfile,
            ...(args.autoProvisioning && autoProvisioningConfig(args.autoProvisioning, nodes)),
        },
        defaultMaxPodsPerNode: args.maxPodsPerNode,
        workloadIdentityConfig: { workloadPool: `${project}.svc.id.goog` },
        networkingMode: "VPC_NATIVE",
        datapathProvider: "ADVANCED_DATAPATH",
        enableShieldedNodes: true,
        enableIntranodeVisibility: true,
        // Dataplane V2 enforces network policies itself; the API refuses the add-on beside it.
        networkPolicy: { enabled: false },
        addonsConfig: {
            networkPolicyConfig: { disabled: true },
            httpLoadBalancing: { disabled: false },
            horizontalPodAutoscaling: { disabled: false },
            gcePersistentDiskCsiDriverConfig: { enabled: true },
            dnsCacheConfig: { enabled: true },
            ...backupAgent(args),
        },
        dnsConfig: dnsConfig(args.dns),
        verticalPodAutoscaling: { enabled: true },
        monitoringConfig: monitoringConfig(args.monitoring),
    } satisfies Partial<ClusterArgs>;
}
