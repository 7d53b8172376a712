import type { Load } from "../../../local/simulator/services/compute/autoscaling/demand";
import type { AutoscalingPolicy } from "../../../local/simulator/services/compute/autoscaling/policy";
import { activeTimes } from "../../../local/simulator/services/compute/autoscaling/schedules";
import { type Behavior, groupOf, simulate } from "../../../local/simulator/services/compute/autoscaling/simulation";

// What Compute Engine's autoscaler does, by the rules that Google documents: the size of a group at minutes after the start.

const docs = "https://cloud.google.com/compute/docs/autoscaler";
const decisions = `${docs}/understanding-autoscaler-decisions`;

/** A Monday. */
const start = Date.UTC(2026, 10, 2);
const minute = 60_000;
const day = 24 * 60;

interface Row {
    rule: string;
    source: string;
    size: number;
    policy: Partial<AutoscalingPolicy>;
    load: Load | ((minute: number) => Load);
    behavior?: Behavior;
    /** The size of the group at each of these minutes. */
    expected: Record<number, number>;
}

function sizes({
    policy,
    size,
    load,
    behavior,
    expected,
}: Omit<Row, "rule" | "source">): Record<number, number | undefined> {
    const { steps } = run({ policy, size, load, behavior, minutes: Math.max(...Object.keys(expected).map(Number)) });
    return Object.fromEntries(Object.keys(expected).map((at) => [at, steps[Number(at)]?.size]));
}

function run({
    policy,
    size,
    load,
    behavior,
    minutes,
}: Omit<Row, "rule" | "source" | "expected"> & { minutes: number }) {
    return simulate({
        policy: { minReplicas: 1, maxReplicas: 100, ...policy },
        load: (moment) => (typeof load === "function" ? load((moment - start) / minute) : load),
        from: start,
        to: start + minutes * minute,
        group: groupOf(size, start),
        behavior,
    });
}

/** A load that changes to another at a minute. */
const then = (before: Load, at: number, after: Load) => (minute: number) => (minute < at ? before : after);

const cpu = (target: number) => ({ cpuUtilization: { target } });

const backlog = {
    name: "pubsub.googleapis.com/subscription/num_undelivered_messages",
    filter: 'resource.type = "pubsub_subscription" AND resource.labels.subscription_id = "jobs"',
    singleInstanceAssignment: 5,
};

const messages = (value: number): Load => ({ metrics: { [backlog.name]: value } });

const daily = (schedule: string, hours: number, min: number, name = "daily") => ({
    name,
    schedule,
    durationSec: hours * 3600,
    minRequiredReplicas: min,
});

const rows: Row[] = [
    {
        rule: "adding 1.5 instances is rounded up",
        source: `${decisions}#gaps_between_target_and_actual_utilization_metrics`,
        size: 10,
        policy: cpu(0.7),
        load: { cpu: 0.7 * 11.5 },
        expected: { 0: 12, 5: 12 },
    },
    {
        rule: "removing 1.5 instances is rounded down",
        source: `${decisions}#gaps_between_target_and_actual_utilization_metrics`,
        size: 10,
        policy: cpu(0.7),
        load: { cpu: 0.7 * 8.5 },
        expected: { 0: 10, 11: 9 },
    },
    {
        rule: "a utilization at the target changes nothing",
        source: `${docs}/scaling-cpu`,
        size: 7,
        policy: cpu(0.6),
        load: { cpu: 4.2 },
        expected: { 0: 7, 60: 7 },
    },
    {
        rule: "scaling out is immediate, and scaling in follows the peak of the last 10 minutes",
        source: `${decisions}#delays_in_scaling_in`,
        size: 5,
        policy: { loadBalancingUtilization: { target: 0.8 } },
        load: (at) => ({ loadBalancing: at < 3 ? 4 : at < 5 ? 8 : 4 }),
        expected: { 2: 5, 3: 10, 14: 10, 15: 5 },
    },
    {
        rule: "a peak in the stabilization period starts it again",
        source: `${decisions}#delays_in_scaling_in`,
        size: 10,
        policy: { loadBalancingUtilization: { target: 0.8 } },
        load: (at) => ({ loadBalancing: at === 12 ? 8 : 4 }),
        expected: { 10: 10, 11: 5, 12: 10, 13: 10, 22: 10, 23: 5 },
    },
    {
        rule: "an initialization period above 10 minutes is the stabilization period",
        source: `${decisions}#delays_in_scaling_in`,
        size: 10,
        policy: { ...cpu(0.8), cooldownPeriod: 900 },
        load: then({ cpu: 8 }, 5, { cpu: 4 }),
        expected: { 19: 10, 20: 5 },
    },
    {
        rule: "the stabilization period of the API applies",
        source: "https://cloud.google.com/compute/docs/reference/rest/v1/autoscalers",
        size: 10,
        policy: { ...cpu(0.8), stabilizationPeriod: 1800 },
        load: then({ cpu: 8 }, 5, { cpu: 4 }),
        expected: { 34: 10, 35: 5 },
    },
    {
        rule: "instances that initialize do not count for scaling out",
        source: `${decisions}#delays_in_scaling_out`,
        size: 2,
        policy: { ...cpu(0.6), cooldownPeriod: 300 },
        load: { cpu: 1.8 },
        behavior: { startingCpu: 1 },
        expected: { 0: 3, 4: 3, 20: 3 },
    },
    {
        rule: "with a shorter initialization period than the start takes, the start itself scales out",
        source: `${docs}/scaling-cpu`,
        size: 2,
        policy: { ...cpu(0.6), cooldownPeriod: 60 },
        load: { cpu: 1.8 },
        behavior: { startingCpu: 1, startupSeconds: 300 },
        expected: { 0: 3, 1: 5 },
    },
    {
        rule: "instances that initialize do count for scaling in",
        source: `${decisions}#delays_in_scaling_in`,
        size: 2,
        policy: { ...cpu(0.6), cooldownPeriod: 300 },
        load: then({ cpu: 1.8 }, 1, { cpu: 0.6 }),
        behavior: { startingCpu: 1 },
        expected: { 0: 3, 14: 3, 15: 1 },
    },
    {
        rule: "a too long initialization period ignores the utilization of instances that serve already",
        source: `${decisions}#delays_in_scaling_out`,
        size: 2,
        policy: { ...cpu(0.5), cooldownPeriod: 600 },
        load: then({ cpu: 1.5 }, 3, { cpu: 3 }),
        behavior: { startupSeconds: 60 },
        expected: { 0: 3, 3: 4, 9: 4, 10: 5, 20: 6 },
    },
    {
        rule: "at a utilization close to 100 %, the group grows by half at most",
        source: `${docs}/scaling-cpu#how_autoscaler_handles_heavy_cpu_utilization`,
        size: 10,
        policy: cpu(0.5),
        load: { cpu: 90 },
        expected: { 0: 15, 1: 22, 2: 33 },
    },
    {
        rule: "load balancing utilization is a fraction of the serving capacity, and can be above 1",
        source: `${docs}/scaling-load-balancing`,
        size: 2,
        policy: { loadBalancingUtilization: { target: 0.8 } },
        load: { loadBalancing: 4 },
        expected: { 0: 5, 30: 5 },
    },
    {
        rule: "a metric of instances is compared with its average",
        source: `${docs}/scaling-cloud-monitoring-metrics`,
        size: 10,
        policy: { metrics: [{ name: "agent.googleapis.com/network/tcp_connections", target: 20, type: "GAUGE" }] },
        load: { metrics: { "agent.googleapis.com/network/tcp_connections": 300 } },
        expected: { 0: 15, 60: 15 },
    },
    {
        rule: "a metric of the group is compared with its value",
        source: `${docs}/scaling-cloud-monitoring-metrics`,
        size: 10,
        policy: {
            metrics: [
                {
                    name: "custom.googleapis.com/latency",
                    target: 250,
                    type: "GAUGE",
                    filter: 'resource.type = "global"',
                },
            ],
        },
        load: then({ metrics: { "custom.googleapis.com/latency": 375 } }, 1, {
            metrics: { "custom.googleapis.com/latency": 250 },
        }),
        expected: { 0: 15, 60: 15 },
    },
    {
        rule: "work is divided by the assignment of one instance",
        source: `${docs}/scaling-cloud-monitoring-metrics`,
        size: 1,
        policy: { metrics: [backlog] },
        load: messages(100),
        expected: { 0: 20 },
    },
    {
        rule: "without work a group of minimum 0 is scaled in to zero, and out again with work",
        source: `${decisions}#autoscale_a_mig_to_zero_instances`,
        size: 2,
        policy: { minReplicas: 0, metrics: [backlog] },
        load: then(messages(0), 30, messages(11)),
        expected: { 10: 2, 11: 0, 29: 0, 30: 3 },
    },
    {
        rule: "a group whose signal comes from instances keeps one",
        source: `${decisions}#autoscale_a_mig_to_zero_instances`,
        size: 2,
        policy: { ...cpu(0.6), minReplicas: 0 },
        load: {},
        expected: { 10: 2, 11: 1, 60: 1 },
    },
    {
        rule: "a group of zero instances has no CPU utilization, and stays at zero",
        source: `${decisions}#autoscale_a_mig_to_zero_instances`,
        size: 0,
        policy: { ...cpu(0.6), minReplicas: 0 },
        load: { cpu: 5 },
        expected: { 0: 0, 60: 0 },
    },
    {
        rule: "a schedule scales out from zero",
        source: `${decisions}#autoscale_a_mig_to_zero_instances`,
        size: 0,
        policy: { minReplicas: 0, scalingSchedules: [daily("5 0 * * *", 1, 4)] },
        load: {},
        expected: { 4: 0, 5: 4, 74: 4, 75: 0 },
    },
    {
        rule: "the maximum is never exceeded",
        source: `${docs}/multiple-signals`,
        size: 5,
        policy: { ...cpu(0.6), maxReplicas: 6, scalingSchedules: [daily("0 0 * * *", 1, 9)] },
        load: { cpu: 5 },
        expected: { 0: 6, 60: 6 },
    },
    {
        rule: "the minimum always applies",
        source: `${docs}/multiple-signals`,
        size: 1,
        policy: { ...cpu(0.6), minReplicas: 3 },
        load: {},
        expected: { 0: 3, 60: 3 },
    },
    {
        rule: "the capacity of a schedule is removed 10 minutes after its end",
        source: `${docs}/scaling-schedules#scaling_schedule_settings`,
        size: 2,
        policy: { ...cpu(0.6), scalingSchedules: [daily("0 1 * * *", 1, 5)] },
        load: { cpu: 1.2 },
        expected: { 59: 2, 60: 5, 119: 5, 129: 5, 130: 2 },
    },
    {
        rule: "a schedule that is created in its time is active at once",
        source: `${docs}/scaling-schedules#creating_a_scaling_schedule`,
        size: 2,
        policy: { ...cpu(0.6), scalingSchedules: [daily("0 23 * * *", 3, 5)] },
        load: { cpu: 1.2 },
        expected: { 0: 5, 129: 5, 130: 2 },
    },
    {
        rule: "of overlapping schedules the greatest minimum applies",
        source: `${docs}/scaling-schedules#overlapping_schedules`,
        size: 1,
        policy: { scalingSchedules: [daily("0 8 * * *", 2, 10), daily("0 0 2 11 * 2026", 24, 20, "once")] },
        load: {},
        expected: { 479: 20, 480: 20, 599: 20, [day + 9]: 20, [day + 10]: 1, [day + 480]: 10, [day + 610]: 1 },
    },
    {
        rule: "of a day of the month and a day of the week, either starts a schedule",
        source: `${docs}/scaling-schedules#syntax`,
        size: 1,
        policy: { scalingSchedules: [daily("0 8 3 * Mon", 1, 4)] },
        load: {},
        expected: { 480: 4, 560: 1, [day + 480]: 4, [day + 560]: 1, [2 * day + 480]: 1 },
    },
    {
        rule: "a disabled schedule has no effect",
        source: "https://cloud.google.com/compute/docs/reference/rest/v1/autoscalers",
        size: 1,
        policy: { ...cpu(0.6), scalingSchedules: [{ ...daily("0 0 * * *", 24, 5), disabled: true }] },
        load: {},
        expected: { 0: 1, 60: 1 },
    },
    {
        rule: "the load applies where it needs more than a schedule",
        source: `${docs}/multiple-signals`,
        size: 5,
        policy: { ...cpu(0.6), scalingSchedules: [daily("0 0 * * *", 24, 5)] },
        load: { cpu: 4.8 },
        expected: { 0: 7, 1: 8, 60: 8 },
    },
    {
        rule: "without a scale-in control, all unneeded instances are removed in one step",
        source: `${decisions}#scale-in_controls`,
        size: 70,
        policy: cpu(0.5),
        load: { cpu: 5 },
        expected: { 10: 70, 11: 10 },
    },
    {
        rule: "a scale-in control removes a number of instances from the peak size of its window",
        source: `${decisions}#scale-in_controls`,
        size: 70,
        policy: { ...cpu(0.5), scaleInControl: { maxScaledInReplicas: { fixed: 20 }, timeWindowSec: 1800 } },
        load: { cpu: 5 },
        expected: { 10: 70, 11: 50, 40: 50, 41: 30, 70: 30, 71: 10, 200: 10 },
    },
    {
        rule: "from a peak of 70 and 65 at present, only 15 are removed",
        source: `${decisions}#scale-in_controls`,
        size: 70,
        policy: { ...cpu(0.5), scaleInControl: { maxScaledInReplicas: { fixed: 20 }, timeWindowSec: 1800 } },
        load: (at) => ({ cpu: at < 2 ? 32.5 : 5 }),
        expected: { 10: 70, 11: 65, 12: 50, 40: 50, 41: 45, 42: 30 },
    },
    {
        rule: "a scale-in control of a percentage is of the peak size, rounded",
        source: "https://cloud.google.com/compute/docs/reference/rest/v1/autoscalers",
        size: 50,
        policy: { ...cpu(0.5), scaleInControl: { maxScaledInReplicas: { percent: 10 }, timeWindowSec: 600 } },
        load: { cpu: 5 },
        expected: { 10: 50, 11: 45, 20: 45, 21: 40 },
    },
    {
        rule: "a scale-in control also applies after a schedule",
        source: `${docs}/scaling-schedules#scaling_schedule_settings`,
        size: 10,
        policy: {
            scalingSchedules: [daily("0 0 * * *", 1, 10)],
            scaleInControl: { maxScaledInReplicas: { fixed: 1 }, timeWindowSec: 600 },
        },
        load: {},
        expected: { 69: 10, 70: 9, 79: 9, 80: 8 },
    },
    {
        rule: "a new autoscaler starts with the size of the group",
        source: `${decisions}#configure_autoscaler_for_the_first_time`,
        size: 20,
        policy: cpu(0.5),
        load: { cpu: 2 },
        expected: { 0: 20, 10: 20, 11: 4 },
    },
    {
        rule: "with ONLY_SCALE_OUT, a group only grows",
        source: decisions,
        size: 2,
        policy: { ...cpu(0.5), mode: "ONLY_SCALE_OUT" },
        load: (at) => ({ cpu: at < 5 ? 1.5 : at < 60 ? 0.5 : 2 }),
        expected: { 0: 3, 50: 3, 60: 4, 200: 4 },
    },
    {
        rule: "with OFF, the size stays",
        source: decisions,
        size: 2,
        policy: { ...cpu(0.5), mode: "OFF" },
        load: { cpu: 1.9 },
        expected: { 0: 2, 60: 2 },
    },
];

test.each(rows)("$rule ($source)", ({ rule: _, source: __, ...row }) => {
    expect(sizes(row)).toEqual(row.expected);
});

test(`several signals: the numbers of Google's example (${docs}/multiple-signals)`, () => {
    const policy = {
        cpuUtilization: { target: 0.8 },
        loadBalancingUtilization: { target: 0.6 },
        metrics: [
            { name: "metric1", target: 1000, type: "GAUGE" },
            { name: "metric2", target: 2000, type: "DELTA_PER_SECOND" },
        ],
        scalingSchedules: [
            daily("0 0 * * SAT,SUN", 24, 6, "weekends"),
            daily("0 9 * * MON-FRI", 8, 15, "working-hours"),
        ],
        maxReplicas: 50,
    };
    const load = { cpu: 5, loadBalancing: 4, metrics: { metric1: 11_000, metric2: 27_000 } };
    const { steps } = run({ policy, size: 10, load, minutes: 9 * 60 });
    expect(steps[0]).toMatchObject({
        signals: { cpu: 7, loadBalancing: 7, metric1: 11, metric2: 14, schedules: 0 },
        schedules: [],
        size: 14,
    });
    expect(steps.at(-1)).toMatchObject({ signals: { schedules: 15 }, schedules: ["working-hours"], size: 15 });
});

test(`the recommended size is also calculated while the autoscaler is off (${decisions})`, () => {
    const { steps } = run({ policy: { ...cpu(0.5), mode: "OFF" }, size: 4, load: { cpu: 3 }, minutes: 0 });
    expect(steps).toMatchObject([{ size: 4, recommended: 6, cpu: 0.75 }]);
});

const dst = `${docs}/scaling-schedules#daylight_saving_time`;

// The first and the last day of daylight saving time.
test.each([
    ["before", "America/New_York", "0 7 * * *", "2026-03-07", ["2026-03-07T12:00", "2026-03-07T14:00"]],
    ["after", "America/New_York", "0 7 * * *", "2026-03-09", ["2026-03-09T11:00", "2026-03-09T13:00"]],
    [
        "active in the skipped hour",
        "America/New_York",
        "0 1 * * *",
        "2026-03-08",
        ["2026-03-08T06:00", "2026-03-08T08:00"],
    ],
    ["in the skipped hour", "America/New_York", "30 2 * * *", "2026-03-08", ["2026-03-08T07:30", "2026-03-08T09:30"]],
    [
        "active in the repeated hour",
        "America/New_York",
        "0 0 * * *",
        "2026-11-01",
        ["2026-11-01T04:00", "2026-11-01T06:00"],
    ],
    ["in the repeated hour", "America/New_York", "30 1 * * *", "2026-11-01", ["2026-11-01T05:30", "2026-11-01T07:30"]],
    ["in the skipped hour", "Europe/Berlin", "15 2 * * *", "2026-03-29", ["2026-03-29T01:15", "2026-03-29T03:15"]],
    ["in the repeated hour", "Europe/Berlin", "15 2 * * *", "2026-10-25", ["2026-10-25T00:15", "2026-10-25T02:15"]],
    [
        "in a skipped half hour",
        "Australia/Lord_Howe",
        "15 2 * * *",
        "2026-10-04",
        ["2026-10-03T15:45", "2026-10-03T17:45"],
    ],
    [
        "in a repeated half hour",
        "Australia/Lord_Howe",
        "45 1 * * *",
        "2026-04-05",
        ["2026-04-04T14:45", "2026-04-04T16:45"],
    ],
])(`%s: %s "%s" on %s (${dst})`, (_, timeZone, schedule, date, expected) => {
    const schedules = { name: "s", schedule, durationSec: 7200, minRequiredReplicas: 1, timeZone };
    const noon = Date.parse(`${date}T00:00Z`);
    const [, time = ""] = /^(\d+ \d+)/.exec(schedule) ?? [];
    const times = activeTimes(schedules, noon - day * minute, noon + 2 * day * minute);
    const onDay = times.filter(({ start }) => Math.abs(start - Date.parse(`${expected[0]}Z`)) < 3 * 3_600_000);
    expect({ time, times: onDay.map(({ start, end }) => [iso(start), iso(end)]) }).toEqual({ time, times: [expected] });
});

const iso = (moment: number) => new Date(moment).toISOString().slice(0, 16);

/** A load that rises from 8 to 10 o'clock, and ends at 18 o'clock. */
const workday = (at: number): Load => {
    const hour = (at % day) / 60;
    return { cpu: hour < 18 ? 1.2 + 4.8 * Math.min(1, Math.max(0, (hour - 8) / 2)) : 1.2 };
};

const predictive = {
    cpuUtilization: { target: 0.6, predictiveMethod: "OPTIMIZE_AVAILABILITY" },
    cooldownPeriod: 600,
};

const prediction = `${docs}/predictive-autoscaling`;

test(`a prediction needs three days of history (${prediction}#limitations)`, () => {
    const reactive = run({ policy: { ...predictive, ...cpu(0.6) }, size: 2, load: workday, minutes: 3 * day - 1 });
    const { steps } = run({ policy: predictive, size: 2, load: workday, minutes: 3 * day - 1 });
    expect(steps.map(({ size }) => size)).toEqual(reactive.steps.map(({ size }) => size));
    expect(steps.every(({ signals }) => signals.prediction === undefined)).toBe(true);
});

test(`then the group is scaled out ahead of a daily pattern, by the initialization period (${prediction}#how_predictive_autoscaling_works)`, () => {
    const rise = [3 * day + 480, 3 * day + 610] as const;
    const utilization = (policy: object) => {
        const { steps } = run({ policy: { ...predictive, ...policy }, size: 2, load: workday, minutes: rise[1] });
        return Math.max(...steps.slice(...rise).map(({ serving }, at) => (workday(rise[0] + at).cpu ?? 0) / serving));
    };
    expect(utilization({ cpuUtilization: { target: 0.6 } })).toBeGreaterThan(0.65);
    expect(utilization({})).toBeCloseTo(0.6);
    const { steps } = run({ policy: predictive, size: 2, load: workday, minutes: rise[1] });
    const ahead = steps.slice(...rise).filter(({ size }, index) => {
        const { cpu = 0 } = workday(rise[0] + index + predictive.cooldownPeriod / 60);
        return size < Math.ceil(cpu / 0.6 - 1e-9);
    });
    expect(ahead).toEqual([]);
});

test(`a load above the prediction applies (${prediction}#real-time_usage_data)`, () => {
    const spike = (at: number) => (at < 3 * day + 600 ? workday(at) : { cpu: 9 });
    const { steps } = run({ policy: predictive, size: 2, load: spike, minutes: 3 * day + 640 });
    expect(steps[3 * day + 640]).toMatchObject({ size: 15, signals: { cpu: 15, prediction: 10 } });
});

test(`the size is never below the one without prediction (${prediction}#real-time_usage_data)`, () => {
    const load = (at: number): Load => ({ cpu: 3 + 2 * Math.sin(at / 200) + Math.sin(at / 37) });
    const reactive = run({ policy: { ...predictive, ...cpu(0.6) }, size: 5, load, minutes: 6 * day });
    const { steps } = run({ policy: predictive, size: 5, load, minutes: 6 * day });
    const below = steps.filter(({ signals }) => Number(signals.prediction ?? 0) > 100);
    expect(below).toEqual([]);
    const required = steps.filter(({ size, signals }) => size < Math.min(100, Number(signals.cpu)));
    expect(required).toEqual([]);
    const total = (all: { size: number }[]) => all.reduce((sum, { size }) => sum + size, 0);
    expect(total(steps)).toBeGreaterThan(total(reactive.steps));
});
