import { completeBounds } from "../../internal/arguments/bounds";
import * as check from "../../internal/arguments/check";
import { isObject } from "../../internal/arguments/value";
import type { EnvironmentDefaults } from "../../stack/settings/defaults";
import {
    type AllOptions,
    count,
    defaultLoad,
    type HorizontalBounds,
    type HorizontalScaling,
    horizontal,
    horizontalProblems,
    type ResolvedHorizontal,
    type ScalingLoads,
} from "./horizontal";
import { type VerticalScaling, vertical, verticalProblems } from "./vertical";

/** A fixed number of replicas whose requests follow their usage. */
export interface FixedScaling {
    /**
     * The number of replicas: 1 to 10,000
     * ({@link https://cloud.google.com/kubernetes-engine/docs/concepts/planning-large-clusters limit} of pods behind one
     * Service).
     */
    replicas: number;
    /** The requests that are set by usage. */
    vertical: VerticalScaling;
}

/**
 * The number of replicas and their size: a fixed number, or as many as the load needs between `min` and `max`. With `vertical`, requests
 * follow the usage; a resource cannot set both.
 */
export type Scaling =
    | number
    | (FixedScaling & { [Key in keyof (HorizontalBounds & ScalingLoads)]?: never })
    | (HorizontalScaling & { replicas?: never });

/** The options of a scaling, of which a number is the short form, with their defaults. */
export type ResolvedScaling =
    | (Pick<FixedScaling, "replicas"> & Partial<Pick<FixedScaling, "vertical">>)
    | (ResolvedHorizontal & { replicas?: never });

/** Completes a scaling with the bounds of the environment. */
export function resolveScaling(scaling: Scaling, defaults: EnvironmentDefaults, hasGpu: boolean) {
    const { minReplicas: min, maxReplicas } = defaults;
    // A new project has a quota of very few GPUs.
    const max = hasGpu ? min : maxReplicas;
    const resolved =
        typeof scaling === "number"
            ? { replicas: scaling }
            : scaling.replicas === undefined
              ? { ...defaultLoad(scaling, hasGpu), ...completeBounds(scaling, { min, max }) }
              : scaling;
    return resolved as ResolvedScaling;
}

const horizontalOnly = check.refused("is only valid without replicas\nA fixed number of replicas is not scaled.");

const fixed = check.options<FixedScaling & Partial<Omit<AllOptions, "vertical">>>(
    {
        replicas: count,
        vertical,
        min: horizontalOnly,
        max: horizontalOnly,
        cpu: horizontalOnly,
        memory: horizontalOnly,
        backlog: horizontalOnly,
        requestsPerSecond: horizontalOnly,
        metrics: horizontalOnly,
        gpu: horizontalOnly,
        schedules: horizontalOnly,
        behavior: horizontalOnly,
    },
    "replicas",
    "vertical",
);

/** Checks each option of the `scaling` of a deployment; {@link scalingProblems} refuses those that exclude each other. */
export const scaling = check.lazily((value) => {
    if (typeof value === "number") {
        return count;
    }
    const { replicas } = isObject(value) ? value : {};
    const isOnlyNumber = replicas !== undefined && Object.keys(value as object).length === 1;
    return isOnlyNumber
        ? check.refused("must be the number itself for a fixed number of replicas")
        : replicas === undefined
          ? horizontal
          : fixed;
}) as check.Check<Scaling>;

/** Checks combinations of options. */
export function scalingProblems(
    scaling: ResolvedScaling,
    isBehindGateway: boolean,
    hasGpu: boolean,
): (check.Problem | undefined)[] {
    const verticalOnes = scaling.vertical ? verticalProblems(scaling.vertical as VerticalScaling) : [];
    return scaling.replicas === undefined
        ? [...horizontalProblems(scaling, isBehindGateway, hasGpu), ...verticalOnes]
        : verticalOnes;
}

/** The settings that a scaling implies for the Deployment and its Service. */
interface ReplicaBounds {
    /** The Deployment's replicas; undefined if an autoscaler owns them. */
    replicas?: number;
    /** The minimum and the maximum number of replicas. */
    min: number;
    max: number;
    /**
     * Annotations of the Service: the {@link https://cloud.google.com/kubernetes-engine/docs/concepts/traffic-management
     * capacity} of a replica in requests per second.
     */
    serviceAnnotations: Record<string, string>;
}

export function replicaBounds(scaling: ResolvedScaling): ReplicaBounds {
    if (scaling.replicas !== undefined) {
        return { replicas: scaling.replicas, min: scaling.replicas, max: scaling.replicas, serviceAnnotations: {} };
    }
    const { min, max, requestsPerSecond } = scaling;
    const rate = requestsPerSecond && { "networking.gke.io/max-rate-per-endpoint": String(requestsPerSecond) };
    return { min, max, serviceAnnotations: rate || {} };
}
