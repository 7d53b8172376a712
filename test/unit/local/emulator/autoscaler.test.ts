import { Autoscaler, type Lease, type Scale } from "../../../../local/runtime/emulator/containers/autoscaler";
import { TestClock, type TestInstance, TestRunner } from "./testInstances";

/** Requests to an autoscaler, with their results. */
class Requests {
    readonly leases: Lease<TestInstance>[] = [];
    readonly errors: string[] = [];

    constructor(private readonly autoscaler: Autoscaler<TestInstance>) {}

    send(count: number, ended?: AbortSignal): void {
        for (let sent = 0; sent < count; sent++) {
            this.autoscaler.acquire(ended).then(
                (lease) => this.leases.push(lease),
                ({ message }: Error) => this.errors.push(message),
            );
        }
    }

    /** The number of requests that each instance serves. */
    get served(): number[] {
        const instances = [...new Set(this.leases.map(({ instance }) => instance))];
        return instances.map((instance) => this.leases.filter((lease) => lease.instance === instance).length);
    }

    finish(count: number): void {
        for (const { release } of this.leases.splice(0, count)) {
            release();
        }
    }
}

function scaled(scale: Partial<Scale>, { idle = 60_000, takes = 500 } = {}) {
    const clock = new TestClock();
    const runner = new TestRunner(clock, takes);
    const autoscaler = new Autoscaler({ min: 0, max: 100, concurrency: 80, ...scale }, idle, runner.start, clock);
    return { clock, runner, autoscaler, requests: new Requests(autoscaler) };
}

const full = "The request was aborted because there was no available instance.";

test("instances start for requests, and none serves more than its concurrency", async () => {
    const { clock, runner, requests } = scaled({ concurrency: 10 });
    expect(runner.started).toBe(0);
    requests.send(25);
    expect(runner.started).toBe(3);
    await clock.pass(500);
    expect(requests.served).toEqual([10, 10, 5]);
    requests.send(5);
    await clock.pass(0);
    expect([requests.served, runner.started]).toEqual([[10, 10, 10], 3]);
    requests.send(1);
    expect(runner.started).toBe(4);
});

test("a request gets the instance that it prefers, unless that serves as many as it can", async () => {
    const { clock, runner, autoscaler, requests } = scaled({ concurrency: 2, max: 2 });
    requests.send(4);
    await clock.pass(500);
    requests.finish(4);
    const [first, last] = runner.instances;
    const served = [];
    for (let sent = 0; sent < 3; sent++) {
        served.push((await autoscaler.acquire(undefined, (instance) => instance === last)).instance);
    }
    expect(served).toEqual([last, last, first]);
    expect((await autoscaler.acquire(undefined, () => false)).instance).toBe(first);
});

test("above the maximum requests wait for others, and are refused after ten seconds", async () => {
    const { clock, runner, requests } = scaled({ concurrency: 2, max: 2 });
    requests.send(6);
    await clock.pass(500);
    expect([requests.served, runner.started]).toEqual([[2, 2], 2]);
    await clock.pass(9_000);
    requests.finish(1);
    await clock.pass(0);
    expect([requests.leases.length, requests.errors]).toEqual([4, []]);
    await clock.pass(500);
    expect([requests.leases.length, requests.errors, runner.started]).toEqual([4, [full], 2]);
});

test("requests wait three and a half times as long as instances take to start, and as long as one starts", async () => {
    const { clock, requests } = scaled({ concurrency: 1, max: 1 }, { takes: 20_000 });
    requests.send(2);
    await clock.pass(69_999);
    expect([requests.leases.length, requests.errors]).toEqual([1, []]);
    await clock.pass(1);
    expect(requests.errors).toEqual([full]);
});

test("instances without requests stop, and start again for the next one", async () => {
    const { clock, runner, autoscaler, requests } = scaled({}, { idle: 30_000 });
    requests.send(1);
    await clock.pass(500);
    await clock.pass(300_000);
    expect(autoscaler.size).toBe(1);
    requests.finish(1);
    await clock.pass(29_000);
    requests.send(1);
    await clock.pass(29_000);
    requests.finish(1);
    await clock.pass(29_000);
    expect(runner.running).toHaveLength(1);
    await clock.pass(1_000);
    expect([runner.running.length, autoscaler.size]).toEqual([0, 0]);
    requests.send(1);
    await clock.pass(500);
    expect([runner.started, requests.leases.length]).toEqual([2, 1]);
});

test("the minimum runs without requests, is kept, and is replaced when an instance ends", async () => {
    const { clock, runner, autoscaler, requests } = scaled({ min: 2, concurrency: 1 }, { idle: 1_000 });
    await clock.pass(500);
    expect(runner.running).toHaveLength(2);
    requests.send(3);
    await clock.pass(500);
    expect(runner.running).toHaveLength(3);
    requests.finish(3);
    await clock.pass(10_000);
    expect(runner.running).toHaveLength(2);
    runner.running[0]?.stop();
    await clock.pass(900);
    expect(runner.running).toHaveLength(1);
    await clock.pass(600);
    expect(runner.running).toHaveLength(2);
    autoscaler.update({ min: 0, max: 100, concurrency: 1 });
    await clock.pass(1_000);
    expect(runner.running).toHaveLength(0);
});

test("if several instances do not start, all requests fail, and no more instances are started", async () => {
    const { clock, runner, requests } = scaled({ concurrency: 5, max: 3 });
    runner.failure = new Error("Container called exit(1).");
    requests.send(20);
    await clock.pass(500);
    await clock.pass(500);
    expect(requests.errors).toEqual(Array(20).fill("Container called exit(1)."));
    expect(runner.started).toBe(4);
});

test("if an instance does not start, its requests fail with the reason, and the minimum is tried again later each time", async () => {
    const { clock, runner, requests } = scaled({ min: 1 });
    runner.failure = new Error("Container called exit(1).");
    requests.send(2);
    await clock.pass(500);
    expect(requests.errors).toEqual(["Container called exit(1).", "Container called exit(1)."]);
    expect(runner.started).toBe(1);
    await clock.pass(1_000);
    expect(runner.started).toBe(2);
    await clock.pass(500 + 1_999);
    expect(runner.started).toBe(2);
    await clock.pass(1);
    expect(runner.started).toBe(3);
    runner.failure = undefined;
    requests.send(1);
    await clock.pass(500);
    expect([requests.errors.length, requests.leases.length]).toEqual([2, 1]);
});

test("instances that are not ready receive no requests until they are", async () => {
    const { clock, runner, requests } = scaled({ max: 1, min: 1 });
    await clock.pass(500);
    const [instance] = runner.running as [TestInstance];
    instance.isReady = false;
    requests.send(1);
    await clock.pass(5_000);
    expect(requests.leases).toEqual([]);
    instance.isReady = true;
    instance.onReadiness?.();
    await clock.pass(0);
    expect(requests.served).toEqual([1]);
});

test("a client that disconnects leaves the queue", async () => {
    const { clock, requests } = scaled({ max: 1, concurrency: 1 });
    const ended = new AbortController();
    requests.send(1);
    await clock.pass(500);
    requests.send(1, ended.signal);
    requests.send(1);
    ended.abort();
    await clock.pass(0);
    expect(requests.errors).toEqual(["the client has disconnected"]);
    requests.finish(1);
    await clock.pass(0);
    expect([requests.served, requests.errors.length]).toEqual([[1], 1]);
});

test("closing stops all instances, also those that are starting", async () => {
    const { clock, runner, autoscaler, requests } = scaled({ concurrency: 1 });
    requests.send(1);
    await clock.pass(500);
    requests.send(1);
    await autoscaler.close();
    await clock.pass(500);
    expect([runner.started, runner.running.length, requests.errors.length]).toEqual([2, 0, 1]);
});
