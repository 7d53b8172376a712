import { type Cloud, type Inputs, lastPart } from "../../../simulator";
import { changeJob, hasEnded, type JobEntry, timeOf } from "../../../simulator/services/vertex/trainingJob";
import type { Containers } from "../../emulator/containers/containers";
import type { Terminal } from "../../emulator/terminal";

/** What a job has found. */
export interface Outcome {
    /** What is stored with it: its failure, or its results. */
    state: Inputs;
    /** What the terminal shows. */
    text: string;
}

/** Jobs of a kind, which run in containers of this process. */
export abstract class RunningWork<Job extends JobEntry = JobEntry> {
    private readonly running = new Map<string, AbortController>();
    private readonly ends = new Set<Promise<void>>();
    /** What is stored with a job that begins, or begins again. */
    protected readonly initial: Inputs = {};

    /** @param title what messages call a job: `pipeline` */
    constructor(
        protected readonly cloud: Cloud,
        protected readonly containers: Containers,
        private readonly terminal: Terminal,
        private readonly title: string,
    ) {}

    /** Starts new jobs, and those of a command that was killed; stops those that are cancelled or deleted. */
    look(jobs: Job[]): void {
        for (const job of jobs.filter(({ state }) => state.run !== undefined)) {
            const known = this.running.get(job.name);
            const isCancelled = job.state.cancelTime !== undefined;
            if (!known && !hasEnded(job, this.cloud)) {
                this.begin(job, isCancelled);
            } else if (isCancelled) {
                known?.abort();
            }
        }
        for (const [name, stopped] of this.running) {
            if (!jobs.some((job) => job.name === name)) {
                stopped.abort();
            }
        }
    }

    /** Ends all containers. Their jobs run again with the next command. */
    async close(): Promise<void> {
        for (const stopped of this.running.values()) {
            stopped.abort("close");
        }
        await Promise.all(this.ends);
    }

    /** Runs a job until it has ended or is stopped. What it returns then is ignored. */
    protected abstract run(job: Job, stopped: AbortSignal): Promise<Outcome>;

    /** @param isCancelled whether a program has cancelled it while no command ran */
    private begin(job: Job, isCancelled: boolean): void {
        const stopped = new AbortController();
        this.running.set(job.name, stopped);
        if (isCancelled) {
            stopped.abort();
        }
        const end = this.follow(job, stopped.signal).catch(({ message }: Error) => this.terminal.log(message));
        this.ends.add(end);
        void end.finally(() => {
            this.ends.delete(end);
            this.running.delete(job.name);
        });
    }

    private async follow(job: Job, stopped: AbortSignal): Promise<void> {
        const { cloud, initial } = this;
        const run = { startTime: timeOf(cloud) };
        let outcome: Outcome | undefined;
        if (!stopped.aborted) {
            changeJob(cloud, job.name, { ...initial, run });
            outcome = await this.run(job, stopped);
        }
        if (stopped.reason === "close") {
            changeJob(cloud, job.name, { ...initial, run: {} });
            return;
        }
        const isCancelled = stopped.aborted;
        changeJob(cloud, job.name, {
            ...(!isCancelled && outcome?.state),
            run: { ...run, endTime: timeOf(cloud), ...(isCancelled && { isCancelled }) },
        });
        const text = isCancelled ? `The ${this.title} was cancelled.` : outcome?.text;
        this.terminal.log(`${lastPart(job.id)}: ${text}`);
    }
}
