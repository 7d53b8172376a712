import type { ScalingSchedule } from "./schedules";

/** A metric of Cloud Monitoring by which a group is scaled, in the form of the provider. */
export interface ScalingMetric {
    name: string;
    filter?: string;
    /** The value that the autoscaler maintains. */
    target?: number;
    type?: string;
    /** The amount of work for one instance, in place of a target. */
    singleInstanceAssignment?: number;
}

/** The policy of an autoscaler, in the form of the provider: https://cloud.google.com/compute/docs/reference/rest/v1/autoscalers */
export interface AutoscalingPolicy {
    minReplicas: number;
    maxReplicas: number;
    /** The initialization period in seconds. "The default initialization period is 60 seconds." */
    cooldownPeriod?: number;
    /** In seconds. "The default stabilization period is 600 seconds." */
    stabilizationPeriod?: number;
    /** @default "ON" */
    mode?: string;
    cpuUtilization?: { target: number; predictiveMethod?: string };
    loadBalancingUtilization?: { target: number };
    metrics?: ScalingMetric[];
    scaleInControl?: { maxScaledInReplicas?: { fixed?: number; percent?: number }; timeWindowSec?: number };
    scalingSchedules?: ScalingSchedule[];
}

/** "The default initialization period is 60 seconds": https://cloud.google.com/compute/docs/autoscaler/scaling-cpu */
const defaultInitialization = 60;

/** "Peak load over either the last 10 minutes or the initialization period": see {@link stabilizationOf}. */
const defaultStabilization = 600;

/** The initialization period in milliseconds. */
export const initializationOf = ({ cooldownPeriod = defaultInitialization }: AutoscalingPolicy): number =>
    cooldownPeriod * 1000;

/**
 * The stabilization period in milliseconds: "the last 10 minutes or the initialization period, whichever is longer",
 * https://cloud.google.com/compute/docs/autoscaler/understanding-autoscaler-decisions#delays_in_scaling_in. The API has the 10 minutes as
 * `stabilizationPeriodSec`.
 */
export const stabilizationOf = (policy: AutoscalingPolicy): number =>
    Math.max((policy.stabilizationPeriod ?? defaultStabilization) * 1000, initializationOf(policy));

/**
 * Whether a metric applies to the whole group: "If it is a gce_instance, the autoscaler expects a separate TimeSeries for each instance. […]
 * If the resource type is any other value, the autoscaler expects this metric to contain values that apply to the entire group. If not
 * specified, the type defaults to gce_instance": https://cloud.google.com/compute/docs/reference/rest/v1/autoscalers
 */
export function isOfGroup({ filter = "" }: ScalingMetric): boolean {
    const [, type] = /\bresource\.type\s*=\s*"?([\w./-]+)"?/.exec(filter) ?? [];
    return type !== undefined && type !== "gce_instance";
}

/**
 * Whether the policy needs an instance to obtain a signal, so that the group is not scaled in to zero: average CPU utilization, load
 * balancing serving capacity, or metrics of each instance.
 * https://cloud.google.com/compute/docs/autoscaler/understanding-autoscaler-decisions#autoscale_a_mig_to_zero_instances
 */
export const needsInstance = ({ cpuUtilization, loadBalancingUtilization, metrics = [] }: AutoscalingPolicy): boolean =>
    cpuUtilization !== undefined ||
    loadBalancingUtilization !== undefined ||
    metrics.some((metric) => !isOfGroup(metric));

export const isPredictive = ({ cpuUtilization }: AutoscalingPolicy): boolean =>
    cpuUtilization?.predictiveMethod === "OPTIMIZE_AVAILABILITY";
