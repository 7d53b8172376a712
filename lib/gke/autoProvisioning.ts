import type { ClusterArgs } from "@pulumi/gcp/container/cluster";
import * as check from "../internal/arguments/check";
import { anySize, gigabytesIn, type Size } from "../internal/arguments/size";
import type { nodeConfig } from "./nodes";

/**
 * Limits of {@link https://cloud.google.com/kubernetes-engine/docs/how-to/node-auto-provisioning node auto-provisioning}: GKE
 * creates and deletes node pools for pods that fit into no other, as long as all nodes of the cluster together stay below them.
 */
export interface AutoProvisioning {
    /** The maximum number of vCPUs. */
    cpu: number;
    /** The maximum memory, in whole GB: `"256 GB"`. */
    memory: Size;
    /**
     * The maximum number of GPUs by type: `{ "nvidia-l4": 2 }`.
     * @default none
     */
    gpu?: Record<string, number>;
    /**
     * The maximum number of TPU chips by type: `{ "tpu-v5-lite-podslice": 4 }`.
     * @default none
     */
    tpu?: Record<string, number>;
}

const count = check.custom<number>(
    (value) => Number.isInteger(value) && Number(value) >= 1,
    "must be a whole number from 1",
);

/** Checks the limits. */
export const autoProvisioning = check.options<AutoProvisioning>(
    {
        cpu: count,
        memory: check.pipe(
            anySize,
            // The check above reports a text of another form.
            check.refine(
                (value) => !(gigabytesIn(value) % 1 > 0 || gigabytesIn(value) < 1),
                "must be a whole number of GB",
            ),
        ),
        gpu: check.record(check.matching(/^nvidia(-[a-z0-9]+)+$/, "must be a GPU such as nvidia-l4"), count),
        tpu: check.record(check.matching(/^tpu[a-z0-9]*(-[a-z0-9]+)+$/, "must be a TPU such as tpu-v6e-slice"), count),
    },
    // The API: "Resource limits for cpu, memory must be specified when enabling node autoprovisioning."
    // https://github.com/hashicorp/terraform-provider-google/issues/24232
    "cpu",
    "memory",
);

/** The cluster's autoscaling with the limits; new nodes are like the nodes of the other pools. */
export function autoProvisioningConfig(
    limits: AutoProvisioning,
    { serviceAccount, oauthScopes, imageType, shieldedInstanceConfig }: ReturnType<typeof nodeConfig>,
) {
    const all: Record<string, number> = {
        cpu: limits.cpu,
        memory: gigabytesIn(limits.memory),
        ...limits.gpu,
        ...limits.tpu,
    };
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
