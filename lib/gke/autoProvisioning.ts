import type { ClusterArgs } from "@pulumi/gcp/container/cluster";
import * as check from "../internal/check";
import type { nodeConfig } from "./nodePoolDefinition";

/**
 * Limits of {@link https://cloud.google.com/kubernetes-engine/docs/how-to/node-auto-provisioning node auto-provisioning}: GKE
 * creates and deletes node pools for pods that fit into no other, as long as all nodes of the cluster together stay below them.
 */
export interface AutoProvisioning {
    /** The maximum number of vCPUs. */
    cpu: number;
    /** The maximum memory in GB. */
    memoryGb: number;
    /**
     * The maximum number of accelerators by type: `{ "nvidia-l4": 2, "tpu-v5-lite-podslice": 4 }`.
     * @default none
     */
    accelerators?: Record<string, number>;
}

const count = check.custom<number>(
    (value) => Number.isInteger(value) && Number(value) >= 1,
    "must be a whole number from 1",
);

/** Checks the limits. */
export const autoProvisioning = check.options<AutoProvisioning>(
    {
        cpu: count,
        memoryGb: count,
        accelerators: check.record(
            check.matching(
                /^(nvidia|tpu)[a-z0-9]*(-[a-z0-9]+)*$/,
                "must be an accelerator such as nvidia-l4 or tpu-v6e-slice",
            ),
            count,
        ),
    },
    // The API: "Resource limits for cpu, memory must be specified when enabling node autoprovisioning."
    // https://github.com/hashicorp/terraform-provider-google/issues/24232
    "cpu",
    "memoryGb",
);

/** The cluster's autoscaling with the limits; new nodes are like the nodes of the other pools. */
export function autoProvisioningConfig(
    limits: AutoProvisioning,
    { serviceAccount, oauthScopes, imageType, shieldedInstanceConfig }: ReturnType<typeof nodeConfig>,
) {
    const all: Record<string, number> = { cpu: limits.cpu, memory: limits.memoryGb, ...limits.accelerators };
    return {
        enabled: true,
        resourceLimits: Object.entries(all).map(([resourceType, maximum]) => ({ resourceType, maximum })),
        autoProvisioningDefaults: {
            serviceAccount,
            oauthScopes,
            imageType,
            shieldedInstanceConfig,
            diskType: "pd-balanced",
            management: { autoRepair: true, autoUpgrade: true },
        },
    } satisfies ClusterArgs["clusterAutoscaling"];
}
