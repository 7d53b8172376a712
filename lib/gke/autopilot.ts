import type { ClusterArgs } from "@pulumi/gcp/container/cluster";
import type * as pulumi from "@pulumi/pulumi";
import { nodeConfig, readonlyPort } from "./nodes";
import { type ClusterObservability, monitoringConfig } from "./observability";

/** Options of an Autopilot cluster: none, as Google creates nodes for the pods. */
export interface AutopilotCluster {
    /** Only a Standard cluster has node pools. */
    nodePools?: undefined;
}

/** Who creates the nodes: Google for the pods, or node pools. */
export type GkeMode = "autopilot" | "standard";

/** The arguments of only Autopilot clusters; the API refuses most others. */
export function autopilotArgs(
    args: Pick<ClusterObservability, "monitoring"> & { backupAgent?: boolean },
    account: pulumi.Input<string>,
) {
    const { serviceAccount, oauthScopes } = nodeConfig(account, {});
    return {
        enableAutopilot: true,
        clusterAutoscaling: { autoProvisioningDefaults: { serviceAccount, oauthScopes } },
        nodePoolAutoConfig: { nodeKubeletConfig: readonlyPort },
        addonsConfig: backupAgent(args),
        monitoringConfig: args.monitoring ? monitoringConfig(args.monitoring) : undefined,
    } satisfies Partial<ClusterArgs>;
}

/** The add-on of Backup for GKE. */
export function backupAgent({ backupAgent: enabled }: { backupAgent?: boolean }) {
    return enabled === undefined ? undefined : { gkeBackupAgentConfig: { enabled } };
}
