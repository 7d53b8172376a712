import { type AutoscalingPolicy, isOfGroup, type ScalingMetric } from "./policy";

/** The work that a group has at a moment. */
export interface Load {
    /** The CPU that the work takes, in instances that it fully uses: 2.4. */
    cpu?: number;
    /** The requests, in instances whose capacity in the backend service they fill. */
    loadBalancing?: number;
    /** By the name of the metric: of a metric of instances the sum of all instances, of a metric of the group its value. */
    metrics?: Record<string, number>;
}

/** The instances of a group at a moment. */
export interface Fleet {
    /** All, including those that start. */
    size: number;
    /** Those whose initialization period is over. */
    initialized: number;
    /** Those that do work. */
    serving: number;
    /** The CPU utilization of one that does not do work yet. */
    startingCpu: number;
}

/** A sum that is a whole number but for the error of floating point is that number. */
const roundUp = (value: number) => Math.ceil(value - 1e-9);

/** "If utilization is close to 100%": Google does not say how close. */
const heavy = 0.95;

/** A signal of utilization: the sum over all instances, and over those that are initialized, which alone count for scaling out. */
interface Utilization {
    all: number;
    initialized: number;
    target: number;
    /** Whether an instance cannot use more than 1. */
    isBounded?: boolean;
}

/**
 * The number of instances that a utilization requires. "The autoscaler always acts conservatively by rounding": up when it adds 1.5
 * instances, and down when it removes 1.5.
 * https://cloud.google.com/compute/docs/autoscaler/understanding-autoscaler-decisions#gaps_between_target_and_actual_utilization_metrics
 *
 * "The autoscaler only recommends scaling out if the average utilization from instances that are not initializing is greater than the
 * target utilization", and "initialization periods for new instances are ignored when deciding whether to scale in".
 */
function ofUtilization({ all, initialized, target, isBounded }: Utilization, fleet: Fleet): number {
    const { size } = fleet;
    const required = roundUp(all / target);
    if (required <= size) {
        return required;
    }
    const average = fleet.initialized === 0 ? 0 : initialized / fleet.initialized;
    if (average <= target + 1e-9) {
        return size;
    }
    const out = roundUp(initialized / target);
    // "The autoscaler increases the number of virtual machines by 50% at most":
    // https://cloud.google.com/compute/docs/autoscaler/scaling-cpu#how_autoscaler_handles_heavy_cpu_utilization
    const most = isBounded && average >= heavy ? Math.max(size + 1, Math.floor(size * 1.5)) : out;
    return Math.max(size, Math.min(out, most));
}

/** Work that the serving instances share equally, with what those use that start. */
function shared(work: number, fleet: Fleet, max: number, starting = 0) {
    const { size, serving, initialized } = fleet;
    const each = serving === 0 ? 0 : Math.min(max, work / serving);
    const sum = (serving: number, others: number) => serving * each + Math.max(0, others) * starting;
    const servingInitialized = Math.min(serving, initialized);
    return { all: sum(serving, size - serving), initialized: sum(servingInitialized, initialized - serving) };
}

/** The CPU that all instances use. */
export const cpuOf = ({ cpu = 0 }: Load, fleet: Fleet): number => shared(cpu, fleet, 1, fleet.startingCpu).all;

function ofMetric(metric: ScalingMetric, load: Load, fleet: Fleet): number {
    const { name, target, singleInstanceAssignment } = metric;
    const value = load.metrics?.[name] ?? 0;
    if (singleInstanceAssignment !== undefined) {
        // "The autoscaler divides the metric value by the single instance assignment value":
        // https://cloud.google.com/compute/docs/autoscaler/scaling-cloud-monitoring-metrics#configure_autoscaling_based_on_metrics
        return roundUp(value / singleInstanceAssignment);
    }
    if (target === undefined) {
        return 0;
    }
    // "If the metric applies to the whole MIG […], then the autoscaler compares the metric value with the utilization target."
    return isOfGroup(metric)
        ? roundUp((fleet.size * value) / target)
        : ofUtilization({ ...shared(value, fleet, Number.POSITIVE_INFINITY), target }, fleet);
}

/** The number of instances that each signal requires, by its name. */
export function demands(policy: AutoscalingPolicy, load: Load, fleet: Fleet): Record<string, number> {
    const { cpuUtilization, loadBalancingUtilization, metrics = [] } = policy;
    const { cpu = 0, loadBalancing = 0 } = load;
    return {
        ...(cpuUtilization && {
            cpu: ofUtilization(
                { ...shared(cpu, fleet, 1, fleet.startingCpu), target: cpuUtilization.target, isBounded: true },
                fleet,
            ),
        }),
        ...(loadBalancingUtilization && {
            loadBalancing: ofUtilization(
                {
                    ...shared(loadBalancing, fleet, Number.POSITIVE_INFINITY),
                    target: loadBalancingUtilization.target,
                },
                fleet,
            ),
        }),
        ...Object.fromEntries(metrics.map((metric) => [metric.name, ofMetric(metric, load, fleet)])),
    };
}
