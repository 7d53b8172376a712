import { Autoscaler, type Clock, type Instance, type Lease } from "../../emulator/containers/autoscaler";
import { cpuMetric, cycle, requestMetric, type Scaling, ScalingWindow } from "./scaling";

/** "A request sent to a scaled-down model": https://cloud.google.com/vertex-ai/docs/predictions/autoscaling#scale-to-zero */
export class NotReadyError extends Error {
    constructor() {
        super("Model is not yet ready for inference. Please wait and then try your request again");
    }
}

/** A container of a replica, which is started again when it ends. */
interface Replica<Kind extends Instance> {
    scaler: Autoscaler<Kind>;
    /** Undefined while it starts. */
    running?: Kind;
}

/** What a group needs. */
export interface GroupOptions<Kind extends Instance> {
    /** Starts the container of a model. */
    start(model: string): Promise<Kind>;
    /** Called when a replica of a model is ready. @param count the number of those that are */
    onReady?(model: string, count: number): void;
    /** The processors that a container uses. */
    cpusOf(instance: Kind): number;
    log(text: string): void;
    clock: Clock;
}

/** Vertex AI does not limit the requests that a replica serves at the same time. */
const many = Number.MAX_SAFE_INTEGER;

/** A replica does not stop for want of requests. */
const never = 2 ** 31 - 1;

/** The replicas of a deployed model, or of a pool, each of which has a container of every model. */
export class ReplicaGroup<Kind extends Instance> {
    private readonly models = new Map<string, Replica<Kind>[]>();
    private readonly window = new ScalingWindow();
    private count: number;
    private requests = 0;
    private turn = 0;
    private lastRequest = 0;
    private scaledUp: number;

    constructor(
        private scaling: Scaling,
        private readonly options: GroupOptions<Kind>,
    ) {
        this.count = scaling.initial;
        this.scaledUp = options.clock.now();
    }

    /** The number of replicas, also of those that are starting. */
    get size(): number {
        return this.count;
    }

    /** Changes the limits. */
    update(scaling: Scaling): void {
        this.scaling = scaling;
        this.resize(Math.min(Math.max(this.count, scaling.min), scaling.max));
    }

    /** Adds a model, if it is not known. */
    add(model: string): void {
        if (!this.models.has(model)) {
            this.models.set(model, []);
            this.balance();
        }
    }

    /** Removes all models but some; returns those that were removed. */
    retain(models: Set<string>): string[] {
        const removed = [...this.models.keys()].filter((model) => !models.has(model));
        for (const model of removed) {
            void end(this.models.get(model) ?? []);
            this.models.delete(model);
        }
        return removed;
    }

    /**
     * Waits for a replica of a model: each in turn, without those that are not healthy.
     *
     * @throws NotReadyError if the model is scaled to zero, or starts after that
     */
    acquire(model: string, ended: AbortSignal): Promise<Lease<Kind>> {
        this.add(model);
        this.lastRequest = this.options.clock.now();
        this.requests += 1;
        const replicas = this.models.get(model) as Replica<Kind>[];
        const healthy = replicas.filter(isReady);
        if (this.scaling.min === 0 && healthy.length === 0) {
            if (this.count === 0) {
                this.options.log("scales up from zero");
                this.scaledUp = this.lastRequest;
                this.resize(this.scaling.initial);
            }
            return Promise.reject(new NotReadyError());
        }
        const usable = healthy.length > 0 ? healthy : replicas;
        return (usable[this.turn++ % usable.length] as Replica<Kind>).scaler.acquire(ended);
    }

    /** Whether its size depends on the use of processors. */
    get isMeasured(): boolean {
        const { min, max, targets } = this.scaling;
        return max > Math.max(min, 1) && targets.some(({ metric }) => metric === cpuMetric) && this.count > 0;
    }

    /** Adjusts the number of replicas, at the end of a cycle. */
    adjust(): void {
        const { clock, log } = this.options;
        const { min, max, targets, idle, minUp } = this.scaling;
        const now = clock.now();
        const measured = targets.flatMap(({ metric, target }) => {
            const value = this.valueOf(metric);
            return value === undefined ? [] : [{ value, target }];
        });
        this.requests = 0;
        if (this.count === 0) {
            return;
        }
        if (min === 0 && now - this.scaledUp >= minUp && now - Math.max(this.lastRequest, this.scaledUp) >= idle) {
            log("scaled to zero");
            this.resize(0);
            return;
        }
        const next = this.window.next(now, this.count, measured, { min, max });
        if (next !== this.count) {
            log(`scaled from ${this.count} to ${next} replicas`);
            this.resize(next);
        }
    }

    async close(): Promise<void> {
        await Promise.all([...this.models.values()].map(end));
    }

    /** The present value of a metric; undefined if it is not measured. */
    private valueOf(metric: string): number | undefined {
        switch (metric) {
            case cpuMetric: {
                const running = [...this.models.values()].flat().flatMap(({ running }) => (running ? [running] : []));
                const used = running.reduce((sum, each) => sum + this.options.cpusOf(each), 0);
                return (100 * used) / (this.scaling.cpus * Math.max(this.count, 1));
            }
            case requestMetric:
                return (this.requests * (60_000 / cycle)) / Math.max(this.count, 1);
            default:
                return undefined;
        }
    }

    private resize(count: number): void {
        this.count = count;
        this.balance();
    }

    private balance(): void {
        for (const [model, replicas] of this.models) {
            while (replicas.length < this.count) {
                replicas.push(this.replica(model));
            }
            void end(replicas.splice(this.count));
        }
    }

    private replica(model: string): Replica<Kind> {
        const created = {} as Replica<Kind>;
        const start = async () => {
            created.running = await this.options.start(model);
            this.options.onReady?.(model, (this.models.get(model) ?? []).filter(isReady).length);
            return created.running;
        };
        const scale = { min: 1, max: 1, concurrency: many };
        created.scaler = new Autoscaler(scale, never, start, this.options.clock);
        return created;
    }
}

const isReady = <Kind extends Instance & { isStopping?: boolean }>({ running }: Replica<Kind>) =>
    running?.isReady === true && !running.isStopping;

const end = <Kind extends Instance>(replicas: Replica<Kind>[]) =>
    Promise.all(replicas.map(({ scaler }) => scaler.close()));
