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
import { minAboveMax } from "../../internal/arguments/bounds";
import * as check from "../../internal/arguments/check";
import { type GpuOptions, gpuOptions, gpuOr } from "../../internal/arguments/gpu";
import { display } from "../../internal/arguments/value";

/** The number of replicas, each on a machine of its own, and when they are added: as soon as a target is exceeded. */
export interface ServingScaling {
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
    /**
     * The number of replicas: fixed, or its bounds and targets.
     * @default by CPU, and by GPU on machines with GPUs
     */
    scaling?: number | ServingScaling;
}

const { rows: limits } = vertexEndpointLimits;
const gpuTypes = Object.keys(servingGpus.rows) as ServingGpu[];

/** Checks each option of {@link ServingScaling}. */
export const scalingChecks: check.Checks<ServingScaling> = {
    min: check.limit(limits.replicas),
    max: check.limit(limits.replicas),
    cpu: check.limit(limits.utilization),
    gpu: check.limit(limits.utilization),
    requestsPerMinute: check.whole(1, limits.replicas.max, "requests a minute"),
};

/** Checks a fixed number of replicas, or options. */
export function fixedOr<Options>(options: check.Check<Options>) {
    return check.either((value) => typeof value === "number", check.limit(limits.replicas), options);
}

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
            { type: check.oneOf(...gpuTypes), count: check.limit(limits.gpus) },
            "type",
        ),
    ),
    scaling: fixedOr(check.options<ServingScaling>(scalingChecks)),
};

/** Machines with their defaults. */
export interface ResolvedMachines {
    machineType: string;
    gpu?: Required<GpuOptions<ServingGpu>>;
    replicas: { min: number; max: number };
    targets: Pick<ServingScaling, "cpu" | "gpu" | "requestsPerMinute">;
}

/** Completes the machines with their defaults. */
export function resolveMachines(
    { machineType = "n1-standard-2", gpu: given, scaling = {} }: ServingMachines,
    { defaults }: Pick<Environment, "defaults">,
): ResolvedMachines {
    const builtIn = gpuMachineOf(machineType);
    const chosen = given && gpuOptions<ServingGpu, GpuOptions<ServingGpu>>(given);
    const type = chosen?.type ?? builtIn?.gpu;
    const gpu = type && { type, count: chosen?.count ?? builtIn?.gpus ?? 1 };
    const options: ServingScaling = typeof scaling === "number" ? { min: scaling, max: scaling } : scaling;
    const { cpu, gpu: ofGpu, requestsPerMinute } = options;
    const targets = { cpu, gpu: ofGpu, requestsPerMinute };
    // https://cloud.google.com/vertex-ai/sla
    const usual = Math.max(defaults.highAvailability ? 2 : 1, builtIn?.minReplicas ?? 1);
    const { min = usual, max = Math.max(min || usual, gpu ? 1 : defaults.maxReplicas) } = options;
    return {
        machineType,
        gpu,
        replicas: { min, max },
        targets: Object.values(targets).some((target) => target !== undefined)
            ? targets
            : { cpu: 60, ...(gpu && { gpu: 60 }) },
    };
}

/**
 * Checks combinations.
 *
 * @param at the path of the machines: `models.latest.`
 * @param count where their number is
 */
export function machineProblems(at: string, machines: ResolvedMachines, region: string, count = "scaling.min") {
    const { machineType, gpu, replicas, targets } = machines;
    const { minReplicas = 0 } = gpuMachineOf(machineType) ?? {};
    return [
        minAboveMax([`${at}scaling.min`, replicas.min], ["max", replicas.max]),
        check.when(
            replicas.min < minReplicas,
            `${at}${count}`,
            "vertex/replicas-of-machine",
            `must be at least ${minReplicas}, as ${machineType} is only sold in this number (got ${replicas.min}).`,
        ),
        ...(gpu ? gpuProblems(`${at}gpu`, machineType, gpu, region) : []),
        check.when(
            targets.gpu !== undefined && !gpu,
            `${at}scaling.gpu`,
            "vertex/gpu-target-without-gpu",
            `needs GPUs, which ${machineType} does not have (got ${targets.gpu}). Set gpu, or remove it.`,
        ),
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
    // What unlisted machine types can have is unknown.
    const isListed = servingMachineTypes.includes(machineType);
    return [
        check.when(
            !regions.includes(region),
            path,
            "vertex/endpoint-gpu-in-region",
            `${type} is not available for predictions in ${region}. It is in ${regions.join(", ")}.`,
        ),
        check.when(
            isListed && counts.length === 0,
            path,
            "vertex/endpoint-gpu-of-machine",
            `${machineType} cannot have ${type}. GPUs are built in A2, A3, A4, G2 and G4 machine types, and attached to N1 machine types.`,
        ),
        check.when(
            isListed && counts.length > 0 && !counts.includes(count),
            path,
            "vertex/endpoint-gpu-count-of-machine",
            `${machineType} can have ${counts.join(", ")} ${type} (got ${display(count)}).`,
        ),
    ];
}

/** A machine in the form of the API. */
export const machineSpec = ({ machineType, gpu }: { machineType: string; gpu?: Required<GpuOptions> }) => ({
    machineType,
    ...(gpu && { acceleratorType: vertexGpu(gpu.type), acceleratorCount: gpu.count }),
});

const metric = "aiplatform.googleapis.com/prediction/online";

/** The machines in the form of the API. */
export function dedicatedResources({ machineType, gpu, replicas, targets }: ResolvedMachines) {
    const metrics: [name: string, target: number | undefined][] = [
        ["cpu/utilization", targets.cpu],
        ["accelerator/duty_cycle", targets.gpu],
        ["request_count", targets.requestsPerMinute],
    ];
    return {
        machineSpec: machineSpec({ machineType, gpu }),
        minReplicaCount: replicas.min,
        maxReplicaCount: replicas.max,
        autoscalingMetricSpecs: metrics.flatMap(([name, target]) =>
            target === undefined ? [] : [{ metricName: `${metric}/${name}`, target }],
        ),
    };
}
