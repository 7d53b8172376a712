import type { Environment } from "../environment/environment";
import { cloudRunLimits } from "../facts/limits/cloudRun";
import { minAboveMax } from "../internal/arguments/bounds";
import * as check from "../internal/arguments/check";
import { isPlainObject } from "../internal/arguments/value";

/** Instances by load. */
export interface AutomaticScaling {
    /**
     * {@link https://cloud.google.com/run/docs/configuring/min-instances Minimum instances} of the service, kept running without
     * requests: 0 to 1000. Revisions share them by their traffic.
     * @default 0; 1 in production
     */
    min?: number;
    /**
     * {@link https://cloud.google.com/run/docs/configuring/max-instances Maximum instances} of the service, of all revisions
     * together, and of each of them: 1 to 1000.
     * @default 3 in development, 10 in staging, 100 in production; 1 with a GPU, of which projects have few
     */
    max?: number;
    /**
     * Limits of only the latest revision, for example to keep instances of a canary running that has no traffic yet.
     * @default no minimum, and the maximum of the service
     */
    revision?: {
        /**
         * Minimum instances of the revision: 0 to 1000.
         * @default 0
         */
        min?: number;
        /**
         * Maximum instances of the revision: 1 to 1000.
         * @default the maximum of the service
         */
        max?: number;
    };
    /**
     * Requests that an instance handles {@link https://cloud.google.com/run/docs/about-concurrency concurrently}: 1 to 1000. More
     * than 1 needs at least one CPU.
     * @default 80; 1 with less than one CPU
     */
    concurrency?: number;
}

/** A fixed number of instances. */
export interface ManualScaling {
    /**
     * The {@link https://cloud.google.com/run/docs/configuring/services/manual-scaling number of instances}, whatever the load: 0 to
     * 1000. 0 stops the service.
     */
    instances: number;
    /**
     * Requests that an instance handles {@link https://cloud.google.com/run/docs/about-concurrency concurrently}: 1 to 1000. More
     * than 1 needs at least one CPU.
     * @default 80; 1 with less than one CPU
     */
    concurrency?: number;
}

/** A fixed number of instances, or bounds, and the requests that each handles. */
export type ServiceScaling = number | check.OneOf<AutomaticScaling | ManualScaling>;

/**
 * Instances by {@link https://docs.cloud.google.com/run/docs/configuring/workerpools/cpu-autoscaling CPU utilization}: Cloud Run adds
 * some above 60 %.
 */
export interface CpuScaling {
    /**
     * The minimum number of instances: 1 to 1000.
     * @default 1
     */
    min?: number;
    /**
     * The maximum number of instances: 1 to 1000.
     * @default 3 in development, 10 in staging, 100 in production; 1 with a GPU, of which projects have few
     */
    max?: number;
}

const { instances, concurrency } = cloudRunLimits.rows;

const bounds = { min: check.whole(0, instances.max), max: check.whole(1, instances.max) };

const requests = check.whole(concurrency.min, concurrency.max);

const fixed = check.whole(0, instances.max);

/** Checks the scaling of a service. */
export const scaling: check.Check<ServiceScaling> = check.either(
    (value) => typeof value === "number",
    fixed,
    check.either(
        (value) => Object(value).instances !== undefined,
        check.options<ManualScaling>({ instances: fixed, concurrency: requests }, "instances"),
        check.options<AutomaticScaling>({
            ...bounds,
            concurrency: requests,
            revision: check.options<NonNullable<AutomaticScaling["revision"]>>(bounds),
        }),
    ),
);

/** Checks the scaling of a worker pool. */
export const poolScaling = check.either(
    isPlainObject,
    // Google's provider does not send a minimum of 0.
    check.options<CpuScaling>({ min: check.whole(1, instances.max), max: check.whole(1, instances.max) }),
    check.whole(0, instances.max, "instances"),
);

/** The scaling of a service with its defaults. */
export interface ResolvedScaling {
    instances?: number;
    min: number;
    max: number;
    concurrency: number;
    revision: { min: number; max: number };
}

/** The number of instances of a worker pool, or its bounds. */
export type ResolvedPoolScaling = { instances: number } | Required<CpuScaling>;

/**
 * Completes the scaling of a service.
 *
 * @param isSingle whether an instance handles one request at a time by default
 */
export function resolveScaling(
    { scaling = {}, gpu }: { scaling?: ServiceScaling; gpu?: unknown },
    isSingle: boolean,
    { defaults }: Pick<Environment, "defaults">,
): ResolvedScaling {
    const {
        instances,
        min = defaults.minInstances,
        concurrency = isSingle ? 1 : 80,
        // A new project has a quota of very few GPUs.
        max = Math.max(gpu ? 1 : defaults.maxInstances, min),
        revision = {},
    }: AutomaticScaling & Partial<ManualScaling> = typeof scaling === "number" ? { instances: scaling } : scaling;
    return instances === undefined
        ? { min, max, concurrency, revision: { min: revision.min ?? 0, max: revision.max ?? max } }
        : { instances, min, max, concurrency, revision: { min: 0, max: Math.max(instances, 1) } };
}

/** Completes the scaling of a worker pool. */
export function resolvePoolScaling(
    scaling: number | CpuScaling,
    gpu: unknown,
    { defaults }: Pick<Environment, "defaults">,
): ResolvedPoolScaling {
    if (typeof scaling === "number") {
        return { instances: scaling };
    }
    const { min = 1, max } = scaling;
    // A new project has a quota of very few GPUs.
    return { min, max: max ?? Math.max(gpu ? 1 : defaults.maxInstances, min) };
}

/** Checks the bounds of a service. */
export const scalingProblems = ({ instances, min, max, revision }: ResolvedScaling) => [
    minAboveMax(["scaling.min", min], ["scaling.max", max]),
    minAboveMax(["scaling.revision.min", revision.min], ["scaling.revision.max", revision.max]),
    instances === undefined ? minAboveMax(["scaling.revision.max", revision.max], ["scaling.max", max]) : undefined,
];

/** Checks the bounds of a worker pool. */
export const poolScalingProblem = (scaling: ResolvedPoolScaling) =>
    "instances" in scaling ? undefined : minAboveMax(["scaling.min", scaling.min], ["scaling.max", scaling.max]);

/** The scaling of a service in the form of the API. */
export function scalingArgs(scaling: ResolvedScaling) {
    return scaling.instances === undefined
        ? { scalingMode: "AUTOMATIC", minInstanceCount: scaling.min, maxInstanceCount: scaling.max }
        : { scalingMode: "MANUAL", manualInstanceCount: scaling.instances };
}

/** The scaling of a worker pool in the form of the API. */
export function poolScalingArgs(scaling: ResolvedPoolScaling) {
    return "instances" in scaling
        ? // The mode is left out, as the API's reference has none.
          { manualInstanceCount: scaling.instances }
        : { scalingMode: "AUTOMATIC", minInstanceCount: scaling.min, maxInstanceCount: scaling.max };
}
