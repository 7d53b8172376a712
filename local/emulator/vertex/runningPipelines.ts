import { join } from "node:path";
import type { PipelineSpec } from "slipway/formats";
import type { Cloud } from "../../cloud/cloud";
import { type Inputs, lastPart } from "../../rules/rules";
import type { JobRun } from "../../services/vertex/jobRunner";
import { dagFailure, type PipelineEntry, placeOfPipeline, type TaskRun } from "../../services/vertex/pipelineJob";
import { hasEnded, timeOf } from "../../services/vertex/trainingJob";
import type { Containers } from "../containers/containers";
import type { Terminal } from "../terminal";
import { PipelineRunner } from "./pipelineRunner";
import { unsupportedIn } from "./unsupportedPipeline";

/** Pipeline jobs, whose tasks run in containers. */
export class RunningPipelines {
    private readonly running = new Map<string, AbortController>();
    private readonly ends = new Set<Promise<void>>();

    constructor(
        private readonly cloud: Cloud,
        private readonly containers: Containers,
        private readonly terminal: Terminal,
    ) {}

    /** Starts new jobs, and those of a command that was killed; stops those that are cancelled or deleted. */
    look(jobs: PipelineEntry[]): void {
        for (const job of jobs.filter(({ state }) => state.run !== undefined)) {
            const known = this.running.get(job.name);
            if (!known && !hasEnded(job, this.cloud)) {
                this.begin(job);
            } else if (job.state.cancelTime !== undefined) {
                known?.abort();
            }
        }
        for (const [name, stopped] of this.running) {
            if (!jobs.some((job) => job.name === name)) {
                stopped.abort();
            }
        }
    }

    private begin(job: PipelineEntry): void {
        const stopped = new AbortController();
        this.running.set(job.name, stopped);
        const end = this.run(job, stopped.signal).catch(({ message }: Error) => this.terminal.log(message));
        this.ends.add(end);
        void end.finally(() => {
            this.ends.delete(end);
            this.running.delete(job.name);
        });
    }

    /** Ends all containers. Their pipelines run again with the next command. */
    async close(): Promise<void> {
        for (const stopped of this.running.values()) {
            stopped.abort("close");
        }
        await Promise.all(this.ends);
    }

    private async run(job: PipelineEntry, stopped: AbortSignal): Promise<void> {
        const { cloud } = this;
        this.change(job.name, { tasks: [] }, { startTime: timeOf(cloud) });
        const failure = await this.failure(job, stopped);
        if (stopped.reason === "close") {
            this.change(job.name, { tasks: [], run: {} });
            return;
        }
        this.change(
            job.name,
            { ...(failure && !stopped.aborted && { failure }) },
            { endTime: timeOf(cloud), ...(stopped.aborted && { isCancelled: true }) },
        );
        const end = failure?.message ?? "The pipeline has succeeded.";
        this.terminal.log(`${lastPart(job.id)}: ${stopped.aborted ? "The pipeline was cancelled." : end}`);
    }

    /** Runs the tasks; returns the error of the pipeline. */
    private async failure(job: PipelineEntry, stopped: AbortSignal) {
        const unsupported = unsupportedIn(job.state.pipelineSpec as PipelineSpec);
        if (unsupported.length > 0) {
            return {
                code: 12,
                message: `The local Google Cloud does not run ${unsupported.join(", ")}, which the pipeline has. Without Docker, pipelines end in simulated time.`,
            };
        }
        const runner = new PipelineRunner(
            {
                cloud: this.cloud,
                containers: this.containers,
                folder: join(this.cloud.folder, "pipelines", lastPart(job.id)),
                record: (tasks: TaskRun[]) => this.change(job.name, { tasks }),
            },
            job,
            stopped,
        );
        const failed = await runner.run();
        return failed.length > 0 ? dagFailure(failed, placeOfPipeline(job), job.id, this.cloud) : undefined;
    }

    /** Changes the present state of a job, unless it was deleted. */
    private change(name: string, parts: Inputs, run?: JobRun): void {
        const found = this.cloud.store.read(name);
        if (found) {
            const state: Inputs = { ...found.state, ...parts };
            this.cloud.store.write({ ...found, state: run ? { ...state, run: { ...state.run, ...run } } : state });
        }
    }
}
