import type { Cloud } from "../../cloud/cloud";
import { lastPart } from "../../rules/rules";
import { changeJob, hasEnded, type JobEntry, timeOf } from "../../services/vertex/trainingJob";
import type { Containers } from "../containers/containers";
import type { Terminal } from "../terminal";
import { JobReplicas } from "./jobReplicas";
import { Trials } from "./trials";

/** Custom jobs and hyperparameter tuning jobs, whose code runs in containers. */
export class RunningJobs {
    private readonly running = new Map<string, AbortController>();
    private readonly ends = new Set<Promise<void>>();

    constructor(
        private readonly cloud: Cloud,
        private readonly containers: Containers,
        private readonly terminal: Terminal,
    ) {}

    /** Starts new jobs, and those of a command that was killed; stops those that are cancelled or deleted. */
    look(jobs: JobEntry[]): void {
        for (const job of jobs.filter(({ state }) => state.run !== undefined)) {
            const known = this.running.get(job.name);
            const isCancelled = job.state.cancelTime !== undefined;
            if (!known && !hasEnded(job, this.cloud)) {
                const stopped = new AbortController();
                this.running.set(job.name, stopped);
                if (isCancelled) {
                    // By a program, while no command ran.
                    stopped.abort();
                }
                const end = this.run(job, stopped.signal).catch(({ message }: Error) => this.terminal.log(message));
                this.ends.add(end);
                void end.finally(() => {
                    this.ends.delete(end);
                    this.running.delete(job.name);
                });
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

    private async run(job: JobEntry, stopped: AbortSignal): Promise<void> {
        const { cloud, containers } = this;
        const title = lastPart(job.id);
        const run = { startTime: timeOf(cloud) };
        const lines: string[] = [];
        let found: string | undefined;
        if (!stopped.aborted) {
            changeJob(cloud, job.name, { run });
            const { kind, jobSpec: spec } = job.state;
            const code =
                kind === "customJobs"
                    ? new JobReplicas(cloud, containers, { id: job.id, project: job.project, spec }, lines)
                    : new Trials(cloud, containers, job, lines);
            found = await code.run(stopped);
        }
        if (stopped.reason === "close") {
            changeJob(cloud, job.name, { run: {} });
            return;
        }
        const failure = stopped.aborted ? undefined : found;
        changeJob(cloud, job.name, {
            ...(failure && { failure: { code: 3, message: failure }, log: lines.length > 0 ? lines : [failure] }),
            run: { ...run, endTime: timeOf(cloud), ...(stopped.aborted && { isCancelled: true }) },
        });
        this.terminal.log(
            `${title}: ${stopped.aborted ? "The job was cancelled." : (failure ?? "The job has succeeded.")}`,
        );
    }
}
