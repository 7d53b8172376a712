import { type GpuType, gpuCounts, gpuOf } from "../facts/gpus";
import * as check from "../internal/arguments/check";
import { computeGpu, computeGpuCount } from "../internal/arguments/computeGpu";
import { type GpuOptions, gpuOptions, gpuOr } from "../internal/arguments/gpu";

/** {@link https://cloud.google.com/kubernetes-engine/docs/concepts/gpus GPUs} of each node of a pool. */
export interface NodeGpu extends GpuOptions {
    /**
     * The driver that GKE installs: the default or the latest version for the node's version, or none.
     * @default "DEFAULT"
     */
    driver?: "DEFAULT" | "LATEST" | "INSTALLATION_DISABLED";
}

/** Checks GPUs. */
export const gpuCheck = gpuOr(
    computeGpu,
    check.options<NodeGpu>(
        {
            type: computeGpu,
            count: computeGpuCount,
            driver: check.oneOf("DEFAULT", "LATEST", "INSTALLATION_DISABLED"),
        },
        "type",
    ),
);

interface MachineOfNode {
    machineType: string;
    gpu?: GpuType | NodeGpu;
}

/** The GPUs of each node, by default all that the machine type includes. */
function nodeGpu({ gpu, machineType }: MachineOfNode): (NodeGpu & { count: number }) | undefined {
    const options = gpu && gpuOptions<GpuType, NodeGpu>(gpu);
    const included = gpuOf(machineType);
    return options && { count: included?.type === options.type ? included.count : 1, ...options };
}

/** What decides whether the nodes of a pool can run a pod with GPUs. */
export interface GpuPool {
    machineType: string;
    gpu?: { type: string; count: number };
    isSpot: boolean;
    /** Whether it has nodes only for pods of a ProvisioningRequest. */
    isQueued: boolean;
    /** Whether GKE installs the driver of the GPUs. */
    hasDriver: boolean;
}

/** The pools with their GPUs, by name. */
export function gpuPoolsOf(
    pools: Record<string, MachineOfNode & { spot?: boolean; queuedProvisioning?: boolean }>,
): Record<string, GpuPool> {
    return Object.fromEntries(
        Object.entries(pools).map(([name, pool]) => {
            const { machineType, spot: isSpot = false, queuedProvisioning: isQueued = false } = pool;
            const options = nodeGpu(pool);
            const hasDriver = options?.driver !== "INSTALLATION_DISABLED";
            return [name, { machineType, gpu: options ?? gpuOf(machineType), isSpot, isQueued, hasDriver }];
        }),
    );
}

/** Checks the number of GPUs of a pool. */
export function gpuProblems(pool: string, machine: MachineOfNode): check.Problem[] {
    const gpu = nodeGpu(machine);
    const counts = gpu && gpuCounts(gpu.type);
    if (!counts || counts.includes(gpu.count)) {
        return [];
    }
    const reason = `must be one of ${counts.join(", ")} for ${gpu.type} (got ${gpu.count}).`;
    return [check.problem(`nodePools.${pool}.gpu.count`, "gke/gpu-count-of-type", reason)];
}

/** The GPUs in the form of the provider. */
export function guestAccelerators(machine: MachineOfNode) {
    const gpu = nodeGpu(machine);
    return (
        gpu && [
            {
                type: gpu.type,
                count: gpu.count,
                gpuDriverInstallationConfig: { gpuDriverVersion: gpu.driver ?? "DEFAULT" },
            },
        ]
    );
}
