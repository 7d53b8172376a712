import type { Clock, Instance } from "../../../../local/runtime/emulator/containers/autoscaler";

/** A clock that tests move on. */
export class TestClock implements Clock {
    private time = 0;
    private readonly timers = new Set<{ at: number; callback: () => void }>();

    now(): number {
        return this.time;
    }

    after(milliseconds: number, callback: () => void): () => void {
        const timer = { at: this.time + milliseconds, callback };
        this.timers.add(timer);
        return () => this.timers.delete(timer);
    }

    /** Moves on, and calls back in order. */
    async pass(milliseconds: number): Promise<void> {
        for (const end = this.time + milliseconds; ; ) {
            await settled();
            const [next] = [...this.timers].filter(({ at }) => at <= end).sort((one, other) => one.at - other.at);
            if (!next) {
                this.time = end;
                return;
            }
            this.timers.delete(next);
            this.time = next.at;
            next.callback();
        }
    }
}

export const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Instances that take a time to start, and end when a test says so. */
export class TestRunner {
    readonly instances: TestInstance[] = [];
    started = 0;
    failure?: Error;

    constructor(
        private readonly clock: TestClock,
        private readonly takes: number,
    ) {}

    readonly start = async (): Promise<TestInstance> => {
        this.started += 1;
        await new Promise<void>((resolve) => this.clock.after(this.takes, resolve));
        if (this.failure) {
            throw this.failure;
        }
        const instance = new TestInstance();
        this.instances.push(instance);
        return instance;
    };

    get running(): TestInstance[] {
        return this.instances.filter(({ isStopped }) => !isStopped);
    }
}

export class TestInstance implements Instance {
    isReady = true;
    isStopped = false;
    onReadiness?: () => void;
    end!: () => void;
    readonly ended = new Promise<void>((resolve) => {
        this.end = resolve;
    });

    async stop(): Promise<void> {
        this.isStopped = true;
        this.end();
    }
}
