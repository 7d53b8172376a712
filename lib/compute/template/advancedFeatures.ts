import { seriesNameOf } from "../../facts/machines/machineTypes";
import { hasNestedVirtualization, hasThreads } from "../../facts/machines/series";
import * as check from "../../internal/arguments/check";

/**
 * What a machine's processor offers:
 * {@link https://cloud.google.com/compute/docs/reference/rest/v1/instances advanced machine features}.
 */
export interface AdvancedMachineFeatures {
    /**
     * Lets the machine run virtual machines
     * ({@link https://cloud.google.com/compute/docs/instances/nested-virtualization/overview nested virtualization}): with Intel processors,
     * except for E2 and memory-optimized machines.
     * @default false
     */
    nestedVirtualization?: boolean;
    /**
     * The threads of each core; 1 disables
     * {@link https://cloud.google.com/compute/docs/instances/set-threads-per-core simultaneous multithreading}, which halves the vCPUs for the
     * same price.
     * @default 2; 1 in series without multithreading
     */
    threadsPerCore?: 1 | 2;
    /**
     * `"ALL_CORE_MAX"` limits the processor to the frequency that all cores can have at the same time, so that the performance is even.
     * @default the mode of the machine series
     */
    turboMode?: "ALL_CORE_MAX";
}

/** Checks each feature. */
export const advancedMachineFeatures = check.options<AdvancedMachineFeatures>({
    nestedVirtualization: check.flag(),
    threadsPerCore: check.whole(1, 2, "threads") as check.Check<1 | 2>,
    turboMode: check.oneOf("ALL_CORE_MAX"),
});

/** Features that the machine series is known not to have. */
export function featureProblems(
    { nestedVirtualization, threadsPerCore }: AdvancedMachineFeatures = {},
    machineType: string,
): check.Problem[] {
    const series = seriesNameOf(machineType)?.toUpperCase();
    return [
        check.when(
            nestedVirtualization && !hasNestedVirtualization(machineType),
            "advancedMachineFeatures.nestedVirtualization",
            "compute/nested-virtualization-of-machine",
            `is not supported by ${series} machines. Take an N2 or C3 machine.`,
        ),
        check.when(
            threadsPerCore === 2 && !hasThreads(machineType),
            "advancedMachineFeatures.threadsPerCore",
            "compute/threads-of-machine",
            `must be 1 for ${series} machines, whose vCPUs are cores (got 2). Remove it.`,
        ),
    ].filter((problem) => problem !== undefined);
}

/** The features in the provider's arguments; undefined without any, so that existing machines do not change. */
export const featureArgs = ({ nestedVirtualization, threadsPerCore, turboMode }: AdvancedMachineFeatures = {}) =>
    nestedVirtualization || threadsPerCore !== undefined || turboMode !== undefined
        ? { enableNestedVirtualization: nestedVirtualization ?? false, threadsPerCore, turboMode }
        : undefined;
