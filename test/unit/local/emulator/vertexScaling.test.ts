import { ReplicaGroup } from "../../../../local/runtime/services/vertex/replicaGroup";
import { type Scaling, ScalingWindow, scalingOf } from "../../../../local/runtime/services/vertex/scaling";
import type { Inputs } from "../../../../local/simulator/rules/rules";
import { TestClock, type TestInstance, TestRunner } from "./testInstances";

const wide = { min: 1, max: 20 };

test.each([
    // The examples of https://cloud.google.com/vertex-ai/docs/predictions/autoscaling#scaling_behavior_and_lag
    [2, [{ value: 100, target: 60 }], 4],
    [10, [{ value: 1, target: 60 }], 1],
    [3, [{ value: 60, target: 60 }], 3],
    [3, [{ value: 66, target: 66.00000000001 }], 3],
    [
        3,
        [
            { value: 20, target: 60 },
            { value: 150, target: 100 },
        ],
        5,
    ],
    [18, [{ value: 100, target: 50 }], 20],
    [5, [], 5],
])("%d replicas with %j become %d", (current, measured, expected) => {
    expect(new ScalingWindow().next(0, current, measured, wide)).toBe(expected);
});

test("the highest target of the last five minutes counts, so that replicas are added at once and removed late", () => {
    const window = new ScalingWindow();
    const sizes: number[] = [];
    let size = 2;
    // Two minutes of load, of which the first is higher, and then none.
    for (let time = 0; time <= 480; time += 15) {
        const load = time < 60 ? 240 : time < 120 ? 120 : 0;
        size = window.next(time * 1000, size, [{ value: load / size, target: 60 }], wide);
        sizes.push(size);
    }
    expect(sizes.indexOf(4)).toBe(0);
    // The last cycle of the higher load was at 45 seconds, that of the lower one at 105.
    expect(sizes.lastIndexOf(4) * 15).toBe(330);
    expect([...new Set(sizes)]).toEqual([4, 2, 1]);
    expect(sizes.lastIndexOf(2) * 15).toBe(390);
});

test("scaling has the defaults of Vertex AI", () => {
    const cpu = "aiplatform.googleapis.com/prediction/online/cpu/utilization";
    const machineSpec = { machineType: "n1-standard-2" };
    expect(scalingOf({ machineSpec, minReplicaCount: 2 })).toMatchObject({
        min: 2,
        max: 2,
        initial: 2,
        targets: [{ metric: cpu, target: 60 }],
    });
    const autoscalingMetricSpecs = [
        { metricName: "aiplatform.googleapis.com/prediction/online/request_count", target: 90 },
    ];
    const scaleToZeroSpec = { idleScaledownPeriod: "300s" };
    const resources = { machineSpec, minReplicaCount: 0, maxReplicaCount: 3, initialReplicaCount: 2 };
    expect(scalingOf({ ...resources, autoscalingMetricSpecs, scaleToZeroSpec })).toMatchObject({
        min: 0,
        max: 3,
        initial: 2,
        targets: [{ metric: autoscalingMetricSpecs[0]?.metricName, target: 90 }],
        idle: 300_000,
        minUp: 3_600_000,
    });
});

const minute = 60_000;

/** A group with an instance of a time, whose cycles are every 15 seconds. */
class TestGroup {
    readonly clock = new TestClock();
    readonly runner = new TestRunner(this.clock, 30_000);
    readonly lines: string[] = [];
    /** The processors that each instance uses. */
    used = 0;
    readonly group: ReplicaGroup<TestInstance>;

    constructor(resources: Inputs, more: Partial<Scaling> = {}) {
        this.group = new ReplicaGroup(
            { ...scalingOf(resources), ...more },
            {
                start: this.runner.start,
                cpusOf: () => this.used,
                log: (line) => this.lines.push(line),
                clock: this.clock,
            },
        );
    }

    async pass(milliseconds: number): Promise<void> {
        for (let left = milliseconds; left > 0; left -= 15_000) {
            await this.clock.pass(15_000);
            this.group.adjust();
        }
    }

    async ask(model = "a"): Promise<TestInstance | string> {
        try {
            const { instance, release } = await this.group.acquire(model, new AbortController().signal);
            release();
            return instance;
        } catch (error) {
            return (error as Error).message;
        }
    }
}

test("replicas follow the use of processors between the minimum and the maximum", async () => {
    const made = new TestGroup({ minReplicaCount: 1, maxReplicaCount: 3 }, { cpus: 2 });
    made.group.add("a");
    await made.pass(minute);
    expect([made.group.size, made.group.isMeasured]).toEqual([1, true]);
    made.used = 2;
    await made.pass(15_000);
    expect(made.group.size).toBe(2);
    // One of two is starting, which makes the average half.
    await made.pass(30_000);
    expect([made.group.size, made.runner.running.length]).toEqual([3, 2]);
    made.used = 0;
    await made.pass(4 * minute);
    expect(made.runner.running).toHaveLength(3);
    await made.pass(2 * minute);
    expect([made.group.size, made.runner.running.length]).toEqual([1, 1]);
});

test("replicas follow the requests of a minute, if asked", async () => {
    const metricName = "aiplatform.googleapis.com/prediction/online/request_count";
    const autoscalingMetricSpecs = [{ metricName, target: 40 }];
    const made = new TestGroup({ minReplicaCount: 1, maxReplicaCount: 9, autoscalingMetricSpecs });
    made.group.add("a");
    await made.pass(minute);
    // 30 requests in a cycle are 120 in a minute.
    await Promise.all(Array.from({ length: 30 }, () => made.ask()));
    await made.pass(15_000);
    expect([made.group.size, made.group.isMeasured]).toEqual([3, false]);
});

const notReady = "Model is not yet ready for inference. Please wait and then try your request again";

test("a model without requests is scaled to zero after its times, and requests are dropped until it is ready again", async () => {
    const scaleToZeroSpec = { idleScaledownPeriod: "300s", minScaleupPeriod: "600s" };
    const resources = { minReplicaCount: 0, maxReplicaCount: 4, initialReplicaCount: 2, scaleToZeroSpec };
    const made = new TestGroup(resources);
    expect(await made.ask()).toBe(notReady);
    await made.pass(minute);
    expect(made.runner.running).toContain(await made.ask());
    await made.pass(8 * minute);
    expect(made.runner.running.length).toBeGreaterThan(0);
    await made.pass(minute);
    expect([made.group.size, made.runner.running.length]).toEqual([0, 0]);
    const started = made.runner.started;
    await made.pass(20 * minute);
    expect(made.runner.started).toBe(started);
    expect(await Promise.all([made.ask(), made.ask()])).toEqual([notReady, notReady]);
    await made.pass(15_000);
    expect(await made.ask()).toBe(notReady);
    await made.pass(15_000);
    expect(made.runner.running).toContain(await made.ask());
    expect(made.runner.started).toBe(started + 2);
    // The request was before the end of the shortest time.
    await made.pass(9 * minute);
    expect(made.group.size).toBeGreaterThan(0);
    await made.pass(minute);
    expect(made.lines.filter((line) => !line.startsWith("scaled from"))).toEqual([
        "scaled to zero",
        "scales up from zero",
        "scaled to zero",
    ]);
});

test("the replicas of a pool have a container of each model, and share their processors", async () => {
    const made = new TestGroup({ minReplicaCount: 2, maxReplicaCount: 6 }, { cpus: 2 });
    made.group.add("a");
    made.group.add("b");
    await made.pass(minute);
    expect(made.runner.running).toHaveLength(4);
    const [one, other] = [await made.ask("a"), await made.ask("b")];
    expect(one).not.toBe(other);
    // Each container of two uses half of the processors of a replica.
    made.used = 1;
    await made.pass(15_000);
    expect(made.group.size).toBe(4);
    made.used = 0;
    expect(made.group.retain(new Set(["a"]))).toEqual(["b"]);
    await made.pass(minute);
    expect(made.runner.running).toHaveLength(4);
    await made.group.close();
    expect(made.runner.running).toEqual([]);
});
