import { PubSubSubscription, PubSubTopic } from "slipway";
import type { Scaling } from "slipway/gke";

const subscription = new PubSubSubscription("predict-range", { topic: new PubSubTopic("sale-range"), pull: {} });
const between = { min: 2, max: 5 };

const right: Scaling[] = [
    3,
    {},
    { min: 2, cpu: 80 },
    { replicas: 3, vertical: { cpu: {}, memory: { max: "2Gi" } } },
    between,
    { ...between, cpu: 80 },
    { ...between, cpu: 80, memory: 70 },
    { ...between, cpu: 80, vertical: { memory: { min: "256Mi", max: "2Gi" } } },
    { ...between, vertical: { memory: {}, updateMode: "Initial" } },
    { ...between, memory: 80, vertical: { cpu: { min: "100m", max: "2" } } },
    { ...between, backlog: { subscription, perReplica: 100 }, vertical: { cpu: {}, memory: {} } },
    {
        ...between,
        cpu: 80,
        requestsPerSecond: 50,
        backlog: { subscription: subscription.subscription.id, perReplica: 9 },
    },
    { ...between, metrics: [{ pods: { metric: { name: "size" }, target: { averageValue: "10" } } }] },
    {
        ...between,
        schedules: {
            day: { cron: "0 8 * * MON-FRI", timeZone: "Europe/Berlin", duration: "10 hours", min: 3 },
            christmas: { from: "2026-12-20", to: "2027-01-02", min: 5 },
        },
        behavior: { scaleDown: { stabilizationWindow: "1 minute", selectPolicy: "Min" } },
    },
];

// @ts-expect-error: a fixed number and an autoscaler are exclusive.
const both: Scaling = { ...between, replicas: 3, vertical: { memory: {} } };

// @ts-expect-error: a fixed number without other options is only the number.
const alone: Scaling = { replicas: 3 };

// @ts-expect-error: CPU cannot scale both horizontally and vertically.
const cpu: Scaling = { ...between, cpu: 80, vertical: { cpu: {} } };

// @ts-expect-error: the same with the default metric, which is CPU.
const byDefault: Scaling = { ...between, vertical: { cpu: {} } };

// @ts-expect-error: memory cannot scale both horizontally and vertically.
const memory: Scaling = { ...between, memory: 80, vertical: { memory: {} } };

// @ts-expect-error: nothing is left for vertical scaling if both are metrics.
const neither: Scaling = { ...between, cpu: 80, memory: 80, vertical: { memory: {} } };

// @ts-expect-error: the same with an additional metric.
const beside: Scaling = { ...between, cpu: 80, requestsPerSecond: 50, vertical: { cpu: {}, memory: {} } };

// @ts-expect-error: a fixed number has no schedules.
const fixed: Scaling = { replicas: 3, vertical: { cpu: {} }, schedules: {} };

const nightly = { cron: "0 8 * * *", duration: "1 hour", min: 3 } as const;
// @ts-expect-error: a schedule is recurring, or between two dates.
const mixed: Scaling = { ...between, schedules: { night: { ...nightly, to: "2026-12-20" } } };

// @ts-expect-error: a recurring schedule requires a duration.
const moment: Scaling = { ...between, schedules: { night: { cron: "0 8 * * *", min: 3 } } };

// @ts-expect-error: a metric is of pods, of an object or external.
const metric: Scaling = { ...between, metrics: [{ metric: { name: "size" }, target: { averageValue: "10" } }] };

// @ts-expect-error: memory requires a unit.
const unit: Scaling = { replicas: 3, vertical: { memory: { max: "2" } } };

export { alone, beside, both, byDefault, cpu, fixed, memory, metric, mixed, moment, neither, right, unit };
