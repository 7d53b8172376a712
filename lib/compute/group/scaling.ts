import type { RegionAutoscalerArgs } from "@pulumi/gcp/compute/regionAutoscaler";
import * as pulumi from "@pulumi/pulumi";
import { instanceGroupLimits } from "../../facts/machines/instanceGroups";
import { completeBounds, minAboveMax } from "../../internal/arguments/bounds";
import * as check from "../../internal/arguments/check";
import { type Duration, durationWithin, secondsIn } from "../../internal/arguments/duration";
import type { ExistingSubscription, PubSubSubscription } from "../../pubsub";
import type { EnvironmentDefaults } from "../../stack/settings/defaults";
import { type GroupSchedule, groupScheduleProblems, groupSchedules, scheduleArgs } from "./schedules";

/** Undelivered messages of a subscription. */
export interface GroupBacklog {
    /** The subscription, or its path: `projects/acme-dev/subscriptions/predict-range`. */
    subscription: PubSubSubscription | ExistingSubscription | pulumi.Input<string>;
    /** The number of messages for which there is an instance: 1 or more. */
    perInstance: number;
}

/** What all metrics have. */
interface AnyMetric {
    /** The type in Cloud Monitoring: `"custom.googleapis.com/queue"`. It has whole or decimal numbers, none below 0. */
    metric: string;
    /**
     * Selects time series by {@link https://cloud.google.com/compute/docs/reference/rest/v1/autoscalers `=` and `AND`}:
     * `metric.labels.queue = "jobs"`. Of a metric of instances, labels of the resource cannot be selected.
     * @default all
     */
    filter?: pulumi.Input<string>;
}

/** How a target counts a metric that grows: its value, or its growth. */
export type MetricRate = "value" | "per-second" | "per-minute";

/** A metric of each instance, whose average is kept at a target. */
export interface InstanceMetric extends AnyMetric {
    /** The target average: above 0. */
    target: number;
    /**
     * What the target is compared with.
     * @default "value"
     */
    rate?: MetricRate;
}

/** A metric of the whole group that is kept at a target, such as a latency. */
export interface GroupTargetMetric extends InstanceMetric {
    /** The type of the monitored resource of the metric: `"global"`, `"pubsub_subscription"`. */
    resource: string;
}

/** A metric of the whole group that is work, of which each instance does a part. */
export interface GroupWorkMetric extends AnyMetric {
    /** The type of the monitored resource of the metric: `"global"`, `"pubsub_subscription"`. */
    resource: string;
    /** The amount of work for which there is an instance: above 0. */
    perInstance: number;
}

/** A {@link https://cloud.google.com/compute/docs/autoscaler/scaling-cloud-monitoring-metrics metric of Cloud Monitoring}. */
export type GroupMetric = check.OneOf<InstanceMetric | GroupTargetMetric | GroupWorkMetric>;

/** A limit of how fast instances are removed. */
export interface ScaleInControl {
    /** The most instances that are removed from the largest size within `every`: a number, or a percentage such as `"10 %"`, which is rounded. */
    atMost: number | `${number} %`;
    /** The period in which `atMost` applies: `"1 minute"` to `"1 hour"`. */
    every: Duration;
}

/** Between `min` and `max` instances, by the signal that needs most. */
export interface GroupScaling {
    /**
     * The minimum number of instances. With 0, the group can be scaled in to zero if it is only scaled by `backlog`, metrics with
     * `resource`, and schedules.
     * @default 3 in production, 2 in staging, 1 in development
     */
    min?: number;
    /**
     * The maximum number of instances: up to 2,000, and up to 4,000 if the limit of the group is increased.
     * @default 10 in production, 5 in staging, 3 in development
     */
    max?: number;
    /**
     * The target of the {@link https://cloud.google.com/compute/docs/autoscaler/scaling-cpu average CPU utilization} in percent: 1 to 100.
     * @default 60, unless there is another signal than schedules
     */
    cpu?: number;
    /**
     * Adds instances ahead of a daily or weekly pattern of the CPU utilization, by the initialization period:
     * {@link https://cloud.google.com/compute/docs/autoscaler/predictive-autoscaling predictive autoscaling}. It starts after three days.
     * @default false
     */
    predictive?: boolean;
    /**
     * The target share of the {@link https://cloud.google.com/compute/docs/autoscaler/scaling-load-balancing serving capacity} that the
     * backend of a load balancer has, in percent: 1 to 100.
     * @default not used
     */
    loadBalancing?: number;
    /**
     * Undelivered messages of a Pub/Sub subscription.
     * @default not used
     */
    backlog?: GroupBacklog;
    /**
     * Metrics of Cloud Monitoring: with `backlog` up to 5, each once.
     * @default none
     */
    metrics?: GroupMetric[];
    /**
     * Times with a higher minimum, by name: up to 128. Of overlapping schedules the highest applies.
     * @default none
     */
    schedules?: Record<string, GroupSchedule>;
    /**
     * Limits how fast instances are removed, as a
     * {@link https://cloud.google.com/compute/docs/autoscaler/understanding-autoscaler-decisions#scale-in_controls scale-in control}.
     * @default all that are not needed, after the stabilization period
     */
    scaleIn?: ScaleInControl;
    /**
     * How long the application takes to start on a new instance: `"1 second"` to `"1 hour"`. Until then its utilization does not add
     * instances.
     * @default "60 seconds"
     */
    initialization?: Duration;
    /**
     * The {@link https://cloud.google.com/compute/docs/autoscaler/managing-autoscalers#configure_stabilization_period stabilization period}:
     * how long instances are kept after the load no longer needs them. `"1 second"` to `"1 hour"`; not shorter than `initialization`, which
     * applies if it is longer.
     * @default "10 minutes"
     */
    stabilization?: Duration;
    /**
     * `ONLY_SCALE_OUT` adds instances and removes none; `OFF` keeps the size, and calculates the one that it would have.
     * @default "ON"
     */
    mode?: "ON" | "ONLY_SCALE_OUT" | "OFF";
}

const { rows: limits } = instanceGroupLimits;

const positive = check.custom<number>((value) => typeof value === "number" && value > 0, "must be a number above 0");

const path = check.matching(
    /^projects\/[^/]+\/subscriptions\/[^/]+$/,
    "must be a PubSubSubscription or its path such as projects/acme-dev/subscriptions/predict-range",
);

const metric = check.options<AnyMetric & Partial<GroupTargetMetric & GroupWorkMetric>>(
    {
        metric: check.matching(
            /^[a-z][a-z0-9.-]*\.[a-z]+\/[\w./-]+$/,
            "must be the type of a metric, such as custom.googleapis.com/queue",
        ),
        filter: check.input(check.text()),
        target: positive,
        rate: check.oneOf("value", "per-second", "per-minute"),
        resource: check.matching(/^[a-z][\w./-]*$/, "must be the type of a monitored resource, such as global"),
        perInstance: positive,
    },
    "metric",
) as check.Check<GroupMetric>;

/** Checks each option of the `scaling` of a group. */
export const groupScaling = check.options<GroupScaling>({
    min: check.limit(limits.instances),
    max: check.whole(1, limits.instances.max, limits.instances.unit),
    cpu: check.whole(1, 100, "percent"),
    predictive: check.flag(),
    loadBalancing: check.whole(1, 100, "percent"),
    backlog: check.options<GroupBacklog>(
        {
            subscription: check.componentOr(check.component("PubSubSubscription"), check.input(path)),
            perInstance: check.whole(1, 1_000_000_000, "messages"),
        },
        "subscription",
        "perInstance",
    ),
    metrics: check.list(metric) as check.Check<GroupMetric[]>,
    schedules: groupSchedules,
    scaleIn: check.options<ScaleInControl>(
        {
            atMost: check.either(
                (value) => typeof value === "string",
                check.matching<`${number} %`>(
                    /^([1-9]\d?|100) ?%$/,
                    'must be a number, or a percentage such as "10 %"',
                ),
                check.whole(1, limits.instances.max, limits.instances.unit),
            ),
            every: durationWithin(limits.scaleInWindow),
        },
        "atMost",
        "every",
    ),
    initialization: durationWithin(limits.initializationPeriod),
    stabilization: durationWithin(limits.stabilizationPeriod),
    mode: check.oneOf("ON", "ONLY_SCALE_OUT", "OFF"),
});

/** Scaling with its defaults. */
export type ResolvedScaling = GroupScaling & Required<Pick<GroupScaling, "min" | "max">>;

export function resolveScaling(scaling: GroupScaling, defaults: EnvironmentDefaults): ResolvedScaling {
    const { loadBalancing, backlog, metrics = [] } = scaling;
    const isByCpu = loadBalancing === undefined && backlog === undefined && metrics.length === 0;
    return {
        ...scaling,
        ...completeBounds(scaling, { min: defaults.minReplicas, max: defaults.maxReplicas }),
        cpu: scaling.cpu ?? (isByCpu ? 60 : undefined),
    };
}

const backlogMetric = "pubsub.googleapis.com/subscription/num_undelivered_messages";

/** Checks combinations of options. */
export function groupScalingProblems(scaling: ResolvedScaling): (check.Problem | undefined)[] {
    const { min, max, cpu, predictive, loadBalancing, backlog, metrics = [], schedules = {} } = scaling;
    const all = [...(backlog ? [backlogMetric] : []), ...metrics.map(({ metric }) => metric)];
    const needsOne = cpu !== undefined || loadBalancing !== undefined || metrics.some(({ resource }) => !resource);
    return [
        minAboveMax(["scaling.min", min], ["max", max]),
        check.when(
            min === 0 && needsOne,
            "scaling.min",
            "compute/scaling-min-zero",
            "must be 1 or more, because without instances there is no utilization to measure (got 0). Scale by backlog, or by metrics with resource, for a minimum of 0.",
        ),
        check.when(
            predictive && cpu === undefined,
            "scaling.predictive",
            "compute/predictive-without-cpu",
            "predicts the CPU utilization, and requires cpu, the target of the CPU utilization (got true). Set cpu.",
        ),
        check.when(
            all.length > limits.metrics.max,
            "scaling.metrics",
            "compute/too-many-metrics",
            `there can be ${limits.metrics.max} metrics at most, with backlog (got ${all.length}).`,
        ),
        ...metrics.flatMap((each, index) => metricProblems(each, index, all)),
        ...groupScheduleProblems(schedules, min, max),
    ];
}

function metricProblems(
    { metric, target, perInstance, resource, rate, filter }: GroupMetric,
    index: number,
    all: string[],
) {
    const path = `scaling.metrics.${index}`;
    return [
        check.when(
            (target === undefined) === (perInstance === undefined),
            path,
            "compute/metric-without-target",
            "must have either target or perInstance: a value to keep, or the work of one instance.",
        ),
        check.when(
            perInstance !== undefined && (resource === undefined || resource === "gce_instance"),
            `${path}.resource`,
            "compute/metric-resource-of-instances",
            'must be the resource of a metric of the whole group with perInstance, such as "global".',
        ),
        check.when(
            perInstance !== undefined && rate !== undefined,
            `${path}.rate`,
            "compute/metric-rate-without-target",
            "is only valid with target. Remove it.",
        ),
        check.when(
            all.filter((each) => each === metric).length > 1,
            `${path}.metric`,
            "compute/metric-twice",
            `cannot be used more than once (got "${metric}").`,
        ),
        check.when(
            typeof filter === "string" && /\bOR\b|!=|[<>]|\bNOT\b|\bresource\.type\b/.test(filter),
            `${path}.filter`,
            "compute/metric-filter-unsupported",
            "can only have selectors with =, joined by AND; the type of the resource is resource.",
        ),
    ];
}

const rates = { value: "GAUGE", "per-second": "DELTA_PER_SECOND", "per-minute": "DELTA_PER_MINUTE" };

function metricArgs({ metric, target, perInstance, resource, rate = "value", filter }: GroupMetric) {
    const type = resource === undefined ? undefined : `resource.type = "${resource}"`;
    const whole =
        filter === undefined || type === undefined ? (type ?? filter) : pulumi.interpolate`${type} AND ${filter}`;
    return {
        name: metric,
        filter: whole,
        ...(perInstance === undefined ? { target, type: rates[rate] } : { singleInstanceAssignment: perInstance }),
    };
}

/**
 * "The metric exports the total number of messages in the subscription, including messages that are being processed":
 * https://cloud.google.com/compute/docs/autoscaler/scaling-cloud-monitoring-metrics
 */
function backlogArgs({ subscription, perInstance }: GroupBacklog) {
    const isPath = !check.isResource(subscription);
    const id = pulumi.output(
        isPath ? subscription : (subscription as PubSubSubscription).subscription.id,
    ) as pulumi.Output<string>;
    const filter = id.apply(
        (path) =>
            `resource.type = "pubsub_subscription" AND resource.labels.subscription_id = "${path.split("/").at(-1)}"`,
    );
    return { name: backlogMetric, filter, singleInstanceAssignment: perInstance };
}

function scaleInArgs({ atMost, every }: ScaleInControl) {
    return {
        maxScaledInReplicas: typeof atMost === "number" ? { fixed: atMost } : { percent: Number.parseInt(atMost, 10) },
        timeWindowSec: secondsIn(every),
    };
}

/** The policy of the autoscaler. */
export function policyArgs(scaling: ResolvedScaling): RegionAutoscalerArgs["autoscalingPolicy"] {
    const { min, max, cpu, predictive, loadBalancing, backlog, metrics = [], schedules = {}, scaleIn } = scaling;
    const { initialization, stabilization } = scaling;
    const all = [...(backlog ? [backlogArgs(backlog)] : []), ...metrics.map(metricArgs)];
    const scheduled = Object.entries(schedules).map(([name, schedule]) => scheduleArgs(name, schedule));
    return {
        minReplicas: min,
        maxReplicas: max,
        mode: scaling.mode,
        cooldownPeriod: initialization && secondsIn(initialization),
        stabilizationPeriod: stabilization && secondsIn(stabilization),
        cpuUtilization:
            cpu === undefined
                ? undefined
                : { target: cpu / 100, ...(predictive && { predictiveMethod: "OPTIMIZE_AVAILABILITY" }) },
        loadBalancingUtilization: loadBalancing === undefined ? undefined : { target: loadBalancing / 100 },
        metrics: all.length > 0 ? all : undefined,
        scalingSchedules: scheduled.length > 0 ? scheduled : undefined,
        scaleInControl: scaleIn && scaleInArgs(scaleIn),
    };
}
