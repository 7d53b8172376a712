import type { Autoscaler, Lease, Scale } from "../containers/autoscaler";
import { ContainersError, type RunningContainers } from "../containers/launch";

/** Code with the settings that it runs with. */
export interface RunnableCode {
    /** The name of its service, for messages. */
    title: string;
    /** The same for the same code and settings. */
    key: string;
    /** Whether it differs from what was deployed. */
    isEdited?: boolean;
    create(): Autoscaler<RunningContainers>;
    /** Called with the instances that answer. */
    answers?(autoscaler: Autoscaler<RunningContainers>): void;
}

interface Started extends RunnableCode {
    autoscaler: Autoscaler<RunningContainers>;
}

/** The instances of code. Code that does not start does not replace the code that answers. */
export class CodeInstances {
    private current?: Started;
    private readonly starting = new Map<string, Started>();
    private readonly failed = new Set<string>();

    constructor(private readonly report: (line: string) => void) {}

    /** The instances that answer; undefined before the first one. */
    get autoscaler(): Autoscaler<RunningContainers> | undefined {
        return this.current?.autoscaler;
    }

    /**
     * Waits for an instance of the newest code.
     *
     * @throws ContainersError if it does not start, and no code did before
     */
    async lease(newest: RunnableCode, ended?: AbortSignal): Promise<Lease<RunningContainers>> {
        const code = this.failed.has(newest.key) && this.current ? this.current : newest;
        this.mark(newest);
        if (code.key === this.current?.key) {
            const { autoscaler } = this.current;
            newest.answers?.(autoscaler);
            return autoscaler.acquire(ended);
        }
        const started = this.starting.get(code.key) ?? { ...code, autoscaler: code.create() };
        this.starting.set(code.key, started);
        try {
            const lease = await started.autoscaler.acquire(ended);
            this.accept(started, newest);
            return lease;
        } catch (error) {
            if (!(error instanceof ContainersError)) {
                throw error;
            }
            this.starting.delete(code.key);
            this.failed.add(code.key);
            void started.autoscaler.close();
            if (this.current === undefined) {
                throw error;
            }
            this.report(`${code.title}: the code before it answers`);
            return this.lease(newest, ended);
        }
    }

    /** Starts code that is new, so that its first request does not wait, and its errors are shown. */
    update(newest: RunnableCode, scale: Scale): void {
        this.current?.autoscaler.update(scale);
        this.mark(newest);
        const { key } = newest;
        const isNeeded = this.current === undefined ? scale.min > 0 : this.current.autoscaler.size > 0;
        if (isNeeded && key !== this.current?.key && !this.starting.has(key) && !this.failed.has(key)) {
            this.lease(newest).then(
                ({ release }) => release(),
                () => undefined,
            );
        }
    }

    async close(): Promise<void> {
        const all = [...this.starting.values(), ...(this.current ? [this.current] : [])];
        await Promise.all(all.map(({ autoscaler }) => autoscaler.close()));
    }

    /** Reports that edited code was deployed. */
    private mark({ key, isEdited, title }: RunnableCode): void {
        if (this.current?.key === key && this.current.isEdited && !isEdited) {
            this.current.isEdited = false;
            this.report(`${title}: the code that answers is deployed`);
        }
    }

    private accept(started: Started, { answers }: RunnableCode): void {
        const before = this.current;
        if (before === started) {
            return;
        }
        this.current = started;
        this.starting.delete(started.key);
        answers?.(started.autoscaler);
        if (before) {
            this.report(`${started.title}: new code answers${started.isEdited ? ", which is not deployed yet" : ""}`);
            void before.autoscaler.drain();
        }
    }
}
