import { availableParallelism } from "node:os";
import { servingVcpus } from "slipway/facts";
import type { Inputs } from "../../../simulator";
import { secondsOf } from "../pubsub/message";

/** How the replicas of a deployed model or a pool are scaled. */
export interface Scaling {
    /** Of replicas; 0 for a model that scales to zero. */
    min: number;
    max: number;
    /** Replicas after the deployment, and after a request to a model that is scaled to zero. */
    initial: number;
    /** Processors of a replica. */
    cpus: number;
    targets: ScalingTarget[];
    /** How long a model without requests stays, and how long it stays at least after it was scaled up, in milliseconds. */
    idle: number;
    minUp: number;
}

/** A metric, whose value replicas are scaled to. */
export interface ScalingTarget {
    metric: string;
    target: number;
}

const prefix = "aiplatform.googleapis.com/prediction/online";

/** In percent of the processors of a replica. */
export const cpuMetric = `${prefix}/cpu/utilization`;
/** In requests per minute and replica. */
export const requestMetric = `${prefix}/request_count`;

/** "The default target value is 60%"; "default value: 1 hour": https://cloud.google.com/vertex-ai/docs/predictions/autoscaling */
const defaults = { target: 60, period: 3600, machineType: "n1-standard-2" };

/**
 * The scaling of dedicated resources. Metrics that are given replace the use of processors.
 * https://cloud.google.com/vertex-ai/docs/predictions/autoscaling
 */
export function scalingOf(resources: Inputs): Scaling {
    const { minReplicaCount: min = 1, autoscalingMetricSpecs: specs = [], scaleToZeroSpec = {} } = resources;
    const { machineType = defaults.machineType } = resources.machineSpec ?? {};
    const targets = (specs as Inputs[]).map(({ metricName, target = defaults.target }) => ({
        metric: metricName,
        target,
    }));
    return {
        min,
        max: Math.max(resources.maxReplicaCount ?? min, min, 1),
        initial: Math.max(min === 0 ? (resources.initialReplicaCount ?? 1) : min, 1),
        // Replicas on a smaller machine cannot use all processors of theirs.
        cpus: Math.min(servingVcpus(machineType) ?? 1, availableParallelism()),
        targets: targets.length > 0 ? targets : [{ metric: cpuMetric, target: defaults.target }],
        idle: (secondsOf(scaleToZeroSpec.idleScaledownPeriod) ?? defaults.period) * 1000,
        minUp: (secondsOf(scaleToZeroSpec.minScaleupPeriod) ?? defaults.period) * 1000,
    };
}

/** "Vertex AI adjusts the number of replicas every 15 seconds using data from the previous 5-minute window", in milliseconds. */
export const cycle = 15_000;
const window = 300_000;

/**
 * The targets of the last five minutes.
 * https://cloud.google.com/vertex-ai/docs/predictions/autoscaling#scaling_behavior_and_lag
 */
export class ScalingWindow {
    private targets: { time: number; count: number }[] = [];

    /**
     * The number of replicas after a cycle: "the highest target value from the previous 5-minute window", which is
     * `Ceil(current # of replicas * (current utilization / target utilization))`.
     *
     * @param measured the present values, and those that they are scaled to
     */
    next(
        now: number,
        current: number,
        measured: { value: number; target: number }[],
        { min, max }: { min: number; max: number },
    ): number {
        // Without the inaccuracy of fractions, which would add a replica.
        const counts = measured.map(({ value, target }) => Math.ceil(Number((current * (value / target)).toFixed(6))));
        if (counts.length > 0) {
            this.targets.push({ time: now, count: Math.max(...counts) });
        }
        this.targets = this.targets.filter(({ time }) => now - time < window);
        const highest = this.targets.length > 0 ? Math.max(...this.targets.map(({ count }) => count)) : current;
        return Math.min(Math.max(highest, min, 1), max);
    }
}
