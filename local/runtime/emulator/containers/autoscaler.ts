/** A running instance of a revision. */
export interface Instance {
    /** Resolves when the instance has ended. */
    readonly ended: Promise<unknown>;
    /** Whether it receives requests, according to its readiness probe. */
    readonly isReady: boolean;
    /** Called when {@link isReady} changes. */
    onReadiness?: () => void;
    stop(): Promise<void>;
}

/** Limits of a revision. */
export interface Scale {
    min: number;
    /**
     * Cloud Run can exceed it for a short time, such as at a traffic spike; this autoscaler starts no instance beyond it.
     * https://cloud.google.com/run/docs/about-instance-autoscaling#exceed-max-instances
     */
    max: number;
    /** Requests that an instance serves at the same time. */
    concurrency: number;
}

/** The time, which tests control. */
export interface Clock {
    now(): number;
    /** Calls back after some milliseconds; returns a function that prevents it. */
    after(milliseconds: number, callback: () => void): () => void;
}

export const realClock: Clock = {
    now: () => Date.now(),
    after: (milliseconds, callback) => {
        const timer = setTimeout(callback, milliseconds).unref();
        return () => clearTimeout(timer);
    },
};

/** No instance became available in time. */
export class NoInstanceError extends Error {}

/** An instance that serves a request until it is released. */
export interface Lease<Kind extends Instance> {
    instance: Kind;
    release(): void;
}

/** How long a request waits for an instance at least: https://cloud.google.com/run/docs/about-instance-autoscaling */
const minPatience = 10_000;
/** And how many times the average time of a start. */
const patienceFactor = 3.5;
/** The maximum time between attempts to start an instance that has to run without requests. */
const maxBackOff = 60_000;

interface Member<Kind extends Instance> {
    /** Undefined while it starts. */
    instance?: Kind;
    active: number;
    /** Prevents the end of an idle instance. */
    keep?: () => void;
}

interface Waiting<Kind extends Instance> {
    resolve(lease: Lease<Kind>): void;
    reject(error: Error): void;
    /** Stops the timer. */
    cancel(): void;
}

/** The instances of a revision: starts them for requests, and stops them when they are idle. */
export class Autoscaler<Kind extends Instance> {
    private readonly members = new Set<Member<Kind>>();
    private readonly queue: Waiting<Kind>[] = [];
    private readonly starts: number[] = [];
    private failures = 0;
    /** Whether starts without requests have to wait after a failure. */
    private isBackingOff = false;
    private isClosed = false;

    /**
     * @param start starts an instance, and rejects if it is not healthy
     * @param idle the time in milliseconds after which an instance without requests is stopped
     */
    constructor(
        private scale: Scale,
        private readonly idle: number,
        private readonly start: () => Promise<Kind>,
        private readonly clock: Clock = realClock,
    ) {
        this.balance();
    }

    /** The number of instances, including those that are starting. */
    get size(): number {
        return this.members.size;
    }

    /** The numbers of running instances with and without requests. */
    get counts(): { active: number; idle: number } {
        const running = [...this.members].filter(({ instance }) => instance !== undefined);
        const active = running.filter((member) => member.active > 0).length;
        return { active, idle: running.length - active };
    }

    /** Changes the limits. */
    update(scale: Scale): void {
        this.scale = scale;
        this.balance();
    }

    /**
     * Waits for an instance that is free for a request.
     *
     * @param isPreferred returns whether an instance is the one to use, if it is free
     * @throws NoInstanceError if none becomes free in time, or the error of the start
     */
    acquire(ended?: AbortSignal, isPreferred?: (instance: Kind) => boolean): Promise<Lease<Kind>> {
        return new Promise((resolve, reject) => {
            const waiting: Waiting<Kind> = { resolve, reject, cancel: () => undefined };
            const preferred =
                isPreferred && [...this.members].find(({ instance }) => instance && isPreferred(instance));
            if (preferred?.instance && this.isFree(preferred)) {
                this.lend(preferred, preferred.instance, waiting);
                return;
            }
            const leave = (error: Error) => {
                const index = this.queue.indexOf(waiting);
                if (index >= 0) {
                    this.queue.splice(index, 1);
                    waiting.cancel();
                    reject(error);
                }
            };
            const arrived = this.clock.now();
            const lookAgain = () => {
                // A start can take longer than all starts before, which the average does not contain yet.
                const left = arrived + this.patience - this.clock.now();
                const wait = this.starting > 0 ? Math.max(left, 1000) : left;
                if (wait > 0) {
                    waiting.cancel = this.clock.after(wait, lookAgain);
                } else {
                    leave(new NoInstanceError("The request was aborted because there was no available instance."));
                }
            };
            waiting.cancel = this.clock.after(this.patience, lookAgain);
            ended?.addEventListener("abort", () => leave(new Error("the client has disconnected")), { once: true });
            this.queue.push(waiting);
            this.balance();
        });
    }

    /** Stops all instances as soon as they have no requests. */
    async drain(): Promise<void> {
        while (this.counts.active > 0) {
            await new Promise<void>((resolve) => this.clock.after(100, resolve));
        }
        await this.close();
    }

    /** Stops all instances. */
    async close(): Promise<void> {
        this.isClosed = true;
        for (const waiting of this.queue.splice(0)) {
            waiting.cancel();
            waiting.reject(new NoInstanceError("The revision has been stopped."));
        }
        await Promise.all([...this.members].map((member) => this.end(member)));
    }

    private isFree({ instance, active }: Member<Kind>): boolean {
        return instance?.isReady === true && active < this.scale.concurrency;
    }

    private get starting(): number {
        return [...this.members].filter(({ instance }) => instance === undefined).length;
    }

    private get patience(): number {
        const average = this.starts.reduce((sum, each) => sum + each, 0) / (this.starts.length || 1);
        return Math.max(minPatience, patienceFactor * average);
    }

    /** Assigns waiting requests, then starts and stops instances. */
    private balance(): void {
        if (this.isClosed) {
            return;
        }
        const { min, max, concurrency } = this.scale;
        for (const member of this.members) {
            while (member.instance && this.isFree(member) && this.queue.length > 0) {
                this.lend(member, member.instance, this.queue.shift() as Waiting<Kind>);
            }
        }
        const desired = Math.ceil(this.queue.length / concurrency) - this.starting;
        for (let count = Math.min(desired, max - this.members.size); count > 0; count--) {
            this.launch();
        }
        while (!this.isBackingOff && this.members.size < Math.min(min, max)) {
            this.launch();
        }
        for (const member of this.members) {
            const isIdle = member.instance !== undefined && member.active === 0;
            if (isIdle && member.keep === undefined && this.members.size > min) {
                member.keep = this.clock.after(this.idle, () => {
                    member.keep = undefined;
                    if (member.active === 0 && this.members.size > this.scale.min) {
                        void this.end(member);
                    }
                });
            }
        }
    }

    private lend(member: Member<Kind>, instance: Kind, waiting: Waiting<Kind>): void {
        waiting.cancel();
        member.keep?.();
        member.keep = undefined;
        member.active += 1;
        let isReleased = false;
        waiting.resolve({
            instance,
            release: () => {
                if (!isReleased) {
                    isReleased = true;
                    member.active -= 1;
                    this.balance();
                }
            },
        });
    }

    private launch(): void {
        const member: Member<Kind> = { active: 0 };
        this.members.add(member);
        const began = this.clock.now();
        this.start().then(
            (instance) => {
                member.instance = instance;
                instance.onReadiness = () => this.balance();
                if (!this.members.has(member)) {
                    void instance.stop();
                    return;
                }
                this.failures = 0;
                this.starts.push(this.clock.now() - began);
                void instance.ended.then(() => {
                    if (this.members.delete(member)) {
                        member.keep?.();
                        this.backOff();
                        this.balance();
                    }
                });
                this.balance();
            },
            (error: Error) => {
                this.members.delete(member);
                this.backOff();
                // Requests fail with the instance that was started for them, unless others can serve them.
                if (![...this.members].some(({ instance }) => instance !== undefined)) {
                    const failed = this.members.size === 0 ? this.queue.length : this.scale.concurrency;
                    for (const waiting of this.queue.splice(0, failed)) {
                        waiting.cancel();
                        waiting.reject(error);
                    }
                }
                this.balance();
            },
        );
    }

    /** Instances that have to run without requests are started again later each time. */
    private backOff(): void {
        this.isBackingOff = true;
        this.clock.after(Math.min(maxBackOff, 1000 * 2 ** this.failures++), () => {
            this.isBackingOff = false;
            this.balance();
        });
    }

    private async end(member: Member<Kind>): Promise<void> {
        this.members.delete(member);
        member.keep?.();
        await member.instance?.stop();
    }
}
