import type { Environment } from "../../environment/environment";
import { vertexEndpointLimits } from "../../facts/vertex/endpointLimits";
import {
    gpuCountsOn,
    gpuMachineOf,
    type ServingGpu,
    servingGpus,
    servingMachineTypes,
    vertexGpu,
} from "../../facts/vertex/servingMachines";
import { minAboveMax } from "../../internal/bounds";
import * as check from "../../internal/check";
import { type GpuOptions, gpuOptions, gpuOr } from "../../internal/gpu";
import { display } from "../../internal/value";

/** The number of replicas, each on a machine of its own. */
export interface Replicas {
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/predictions/autoscaling minimum}, which always run and are always billed: at
     * least 1.
     * @default 1; 2 in environments with high availability, as Google's service level agreement requires
     */
    min?: number;
    /**
     * The maximum: at least the minimum. The quota of CPUs and GPUs of the region must suffice for it.
     * @default the maximum of the environment's defaults; the minimum with GPUs, of which projects have few
     */
    max?: number;
}

/** When replicas are added: as soon as one of these targets is exceeded. */
export interface ServingScaling {
    /**
     * The average CPU utilization in percent: 1 to 100.
     * @default 60; none if another target is set
     */
    cpu?: number;
    /**
     * The average utilization of the GPUs in percent: 1 to 100.
     * @default 60 on machines with GPUs; none if another target is set
     */
    gpu?: number;
    /**
     * Requests a minute of each replica.
     * @default none
     */
    requestsPerMinute?: number;
}

/** The machines that serve a model. */
export interface ServingMachines {
    /**
     * The {@link https://cloud.google.com/vertex-ai/docs/predictions/configure-compute#machine-types machine type}. One vCPU of each
     * machine is reserved for the system.
     * @default "n1-standard-2"
     */
    machineType?: string;
    /**
     * GPUs of each machine: their type, which must be available in the region, or options. Frameworks without support for GPUs, such as
     * scikit-learn, cannot use them.
     * @default those that the machine type includes
     */
    gpu?: ServingGpu | GpuOptions<ServingGpu>;
    /** The number of replicas: fixed, or its bounds. */
    replicas?: number | Replicas;
    /** When replicas are added and removed. */
    scaling?: ServingScaling;
}

const { rows: limits } = vertexEndpointLimits;
const gpuTypes = Object.keys(servingGpus.rows) as ServingGpu[];

/** Checks each of {@link ServingMachines}. */
export const machineChecks = {
    machineType: check.known(
        "machine type",
        [...servingMachineTypes],
        /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/,
        "must be a machine type such as n1-standard-2",
    ),
    gpu: gpuOr(
        check.oneOf(...gpuTypes),
        check.options<GpuOptions<ServingGpu>>(
            { type: check.oneOf(...gpuTypes), count: check.whole(1, 16, "GPUs") },
            "type",
        ),
    ),
    replicas: check.either(
        (value) => typeof value === "number",
        check.limit(limits.replicas),
        check.options<Replicas>({ min: check.limit(limits.replicas), max: check.limit(limits.replicas) }),
    ),
    scaling: check.options<ServingScaling>({
        cpu: check.limit(limits.utilization),
        gpu: check.limit(limits.utilization),
        requestsPerMinute: check.whole(1, limits.replicas.max, "requests a minute"),
    }),
};

/** Machines with their defaults. */
export interface ResolvedMachines {
    machineType: string;
    gpu?: Required<GpuOptions<ServingGpu>>;
    replicas: Required<Replicas>;
    scaling: ServingScaling;
}

/** Completes the machines with their defaults. */
export function resolveMachines(
    { machineType = "n1-standard-2", gpu: given, replicas = {}, scaling }: ServingMachines,
    { defaults }: Pick<Environment, "defaults">,
): ResolvedMachines {
    const builtIn = gpuMachineOf(machineType);
    const chosen = given && gpuOptions<ServingGpu, GpuOptions<ServingGpu>>(given);
    const type = chosen?.type ?? builtIn?.gpu;
    const gpu = type && { type, count: chosen?.count ?? builtIn?.gpus ?? 1 };
    const bounds = typeof replicas === "number" ? { min: replicas, max: replicas } : replicas;
    // https://cloud.google.com/vertex-ai/sla
    const { min = Math.max(defaults.highAvailability ? 2 : 1, builtIn?.minReplicas ?? 1) } = bounds;
    return {
        machineType,
        gpu,
        replicas: { min, max: bounds.max ?? Math.max(min, gpu ? 1 : defaults.maxReplicas) },
        scaling: scaling && Object.keys(scaling).length > 0 ? scaling : { cpu: 60, ...(gpu && { gpu: 60 }) },
    };
}

/** Checks combinations. @param at the path of the machines: `models.latest.` */
export function machineProblems(at: string, machines: ResolvedMachines, region: string) {
    const { machineType, gpu, replicas, scaling } = machines;
    const { minReplicas = 0 } = gpuMachineOf(machineType) ?? {};
    return [
        minAboveMax([`${at}replicas.min`, replicas.min], [`${at}replicas.max`, replicas.max]),
        replicas.min < minReplicas
            ? {
                  path: `${at}replicas.min`,
                  reason: `must be at least ${minReplicas}, as ${machineType} is only sold in this number (got ${replicas.min}).`,
              }
            : undefined,
        ...(gpu ? gpuProblems(`${at}gpu`, machineType, gpu, region) : []),
        scaling.gpu !== undefined && !gpu
            ? {
                  path: `${at}scaling.gpu`,
                  reason: `needs GPUs, which ${machineType} does not have (got ${scaling.gpu}). Set gpu, or remove it.`,
              }
            : undefined,
    ];
}

function gpuProblems(
    path: string,
    machineType: string,
    { type, count }: Required<GpuOptions<ServingGpu>>,
    region: string,
) {
    const { regions }: { regions: readonly string[] } = servingGpus.rows[type];
    const counts = gpuCountsOn(machineType, type);
    const cannot = `${machineType} cannot have ${type}. GPUs are built in A2, A3, A4, G2 and G4 machine types, and attached to N1 machine types.`;
    return [
        regions.includes(region)
            ? undefined
            : {
                  path,
                  reason: `${type} is not available for predictions in ${region}. It is in ${regions.join(", ")}.`,
              },
        // What unlisted machine types can have is unknown.
        !servingMachineTypes.includes(machineType) || counts.includes(count)
            ? undefined
            : {
                  path,
                  reason:
                      counts.length === 0
                          ? cannot
                          : `${machineType} can have ${counts.join(", ")} ${type} (got ${display(count)}).`,
              },
    ];
}

/** A machine in the form of the API. */
export const machineSpec = ({ machineType, gpu }: { machineType: string; gpu?: Required<GpuOptions> }) => ({
    machineType,
    ...(gpu && { acceleratorType: vertexGpu(gpu.type), acceleratorCount: gpu.count }),
});

const metric = "aiplatform.googleapis.com/prediction/online";

/** The machines in the form of the API. */
export function dedicatedResources({ machineType, gpu, replicas, scaling }: ResolvedMachines) {
    const targets: [name: string, target: number | undefined][] = [
        ["cpu/utilization", scaling.cpu],
        ["accelerator/duty_cycle", scaling.gpu],
        ["request_count", scaling.requestsPerMinute],
    ];
    return {
        machineSpec: machineSpec({ machineType, gpu }),
        minReplicaCount: replicas.min,
        maxReplicaCount: replicas.max,
        autoscalingMetricSpecs: targets.flatMap(([name, target]) =>
            target === undefined ? [] : [{ metricName: `${metric}/${name}`, target }],
        ),
    };
}
