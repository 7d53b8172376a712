import { setTimeout as sleep } from "node:timers/promises";
import type { Cloud, Inputs } from "../../../simulator";
import { incompatibleGraph, type JobGraph } from "../../../simulator/services/dataflow/compatibility";
import { changeJob, findJob, type JobEntry, timeOf } from "../../../simulator/services/dataflow/jobs";
import { type LogLine, workerLog } from "../../../simulator/services/dataflow/log";
import type { PipelineRun } from "../../../simulator/services/dataflow/pipelineRun";
import type { PipelineEvent, PipelineLaunch, PipelineProcess } from "./pipelineProcess";

/** The pause before a pipeline that has failed is started again, in milliseconds. */
const pause = 1000;

/** The last lines that a job keeps. */
const keptLines = 100;

export interface RunningJobOptions {
    cloud: Cloud;
    job: JobEntry;
    start(launch: Pick<PipelineLaunch, "event" | "line">): Promise<PipelineProcess>;
    /** The running job that this one replaces, if it runs here. */
    replaced?: RunningJob;
    line(text: string): void;
    /** Receives messages of Dataflow about the job. */
    report(text: string, severity: "INFO" | "WARNING" | "ERROR"): void;
}

/** A job whose pipeline runs on this machine. */
export class RunningJob {
    /** The event time up to which everything is processed, in seconds since 1970. */
    watermark?: number;
    readonly ended: Promise<void>;
    private readonly lines: LogLine[] = [];
    private run: PipelineRun = {};
    private process?: PipelineProcess;
    private end?: "cancel" | "drain" | "close" | "update";
    private state?: PipelineEvent["state"];

    constructor(private readonly options: RunningJobOptions) {
        this.write();
        this.ended = this.follow().catch((error: Error) => this.fail([error.message]));
    }

    /** Whether it has its workers. */
    get isRunning(): boolean {
        return this.run.startTime !== undefined && this.run.endTime === undefined;
    }

    get entry(): JobEntry {
        return (this.options.cloud.store.read(this.options.job.name) as JobEntry | undefined) ?? this.options.job;
    }

    /** Its last lines as log entries. */
    get log(): Inputs[] {
        return workerLog(this.entry, this.lines);
    }

    get graph(): JobGraph | undefined {
        return this.entry.state.graph;
    }

    /** Applies what the API was asked for. */
    look({ drainTime, cancelTime }: Inputs): void {
        if (cancelTime !== undefined && this.end !== "cancel") {
            this.end = "cancel";
            this.process?.kill();
        } else if (drainTime !== undefined && this.end === undefined) {
            this.end = "drain";
            this.process?.request("drain");
        }
    }

    /** Ends the pipeline, which goes on with the next command. */
    async close(): Promise<void> {
        if (this.run.endTime === undefined) {
            this.end = "close";
            this.process?.request("stop");
            // A pipeline that is being built, or that is stuck, does not see the request.
            const over = new AbortController();
            void sleep(this.isRunning && this.graph?.streaming ? 5000 : 0, undefined, {
                signal: over.signal,
                ref: false,
            }).then(
                () => this.process?.kill(),
                () => undefined,
            );
            await this.ended;
            over.abort();
        }
    }

    /** Hands over to a job that replaces this one: what is not processed completely returns to the subscriptions. */
    private async handOver(): Promise<boolean> {
        if (this.end === undefined) {
            this.end = "update";
            this.process?.request("stop");
        }
        await this.ended;
        return this.run.end === "UPDATED";
    }

    private async follow(): Promise<void> {
        for (let isFirst = true; ; isFirst = false) {
            const code = await this.attempt(isFirst);
            if (this.end === "close") {
                // Without this process, the job runs in simulated time.
                changeJob(this.options.cloud, this.options.job.name, { run: undefined });
                return;
            }
            const end = this.endOf(code);
            if (end === "FAILED") {
                this.fail(this.failure(code));
                return;
            }
            if (end !== undefined) {
                this.finish(end);
                return;
            }
            // "When a streaming pipeline's work item fails, it is retried indefinitely":
            // https://cloud.google.com/dataflow/docs/pipeline-lifecycle#error_and_exception_handling
            this.options.report(`The worker has ended with status ${code}, and is started again.`, "WARNING");
            await sleep(pause);
        }
    }

    /** Runs the pipeline once; returns its exit code. */
    private async attempt(isFirst: boolean): Promise<number> {
        const { start } = this.options;
        this.state = undefined;
        let admitted: Promise<void> | undefined;
        const started = start({
            event: (event) => {
                if (event.graph) {
                    admitted = this.admit(event.graph, started, isFirst);
                }
                if (event.state === "running") {
                    this.begin();
                }
                this.state = event.state ?? this.state;
                this.watermark = event.watermark ?? this.watermark;
            },
            line: (text) => {
                this.lines.push({ time: new Date().toISOString(), text });
                this.lines.splice(0, this.lines.length - keptLines);
                this.options.line(text);
            },
        });
        const process = await started;
        this.process = process;
        if (this.end === "cancel" || (this.end === "close" && !this.isRunning)) {
            process.kill();
        }
        const code = await process.ended;
        await admitted;
        return code;
    }

    /** Notes that the pipeline runs. */
    private begin(): void {
        if (this.run.startTime === undefined) {
            this.run = { startTime: timeOf(this.options.cloud) };
            this.write();
        }
        this.options.report("Workers have started successfully.", "INFO");
    }

    /** Lets a new pipeline run, unless it cannot replace the running one. */
    private async admit(graph: JobGraph, started: Promise<PipelineProcess>, isFirst: boolean): Promise<void> {
        const { cloud, job, replaced } = this.options;
        const process = await started;
        changeJob(cloud, job.name, { graph });
        if (isFirst && replaced?.isRunning) {
            const refusal = incompatibleGraph(replaced.entry, graph, job.state.transformNameMapping);
            if (refusal !== undefined || !(await replaced.handOver())) {
                this.fail([refusal ?? `The job ${replaced.entry.state.id} is not running.`]);
                process.kill();
                return;
            }
        }
        process.request("run");
        if (this.end === "drain") {
            process.request("drain");
        }
    }

    /** How the job ends with an exit code; undefined if its pipeline is started again. */
    private endOf(code: number): PipelineRun["end"] {
        const { end, state, run } = this;
        if (run.end !== undefined) {
            return run.end;
        }
        if (end === "cancel") {
            return "CANCELLED";
        }
        if (end === "update" && state === "stopped") {
            return "UPDATED";
        }
        if (code === 0 && state === "drained") {
            return "DRAINED";
        }
        if (code === 0 && state === "done") {
            return "DONE";
        }
        const isStreaming = this.graph?.streaming === true;
        return isStreaming && this.run.startTime !== undefined ? undefined : "FAILED";
    }

    /** The messages of a pipeline that has failed: https://github.com/GoogleCloudPlatform/python-docs-samples/issues/6245 */
    private failure(code: number): string[] {
        const { run, lines } = this;
        const texts = lines.map(({ text }) => text).reverse();
        const error = texts.find((text) => /^\w[\w.]*(Error|Exception|Exit)\b/.test(text)) ?? texts[0];
        return run.startTime === undefined
            ? [
                  "Error occurred in the launcher container: Template launch failed. See console logs.",
                  ...(error ? [error] : []),
              ]
            : [`Workflow failed. Causes: The worker has ended with status ${code}. ${error ?? ""}`.trim()];
    }

    private fail(messages: string[]): void {
        if (this.run.endTime !== undefined) {
            return;
        }
        const { cloud, job, report } = this.options;
        changeJob(cloud, job.name, { failure: messages });
        const [, project = "", , location = ""] = job.id.split("/");
        const replaced =
            job.state.replaceJobId === undefined
                ? undefined
                : findJob(cloud, { project, location }, job.state.replaceJobId);
        if (replaced) {
            changeJob(cloud, replaced.name, { replacedByJobId: undefined });
        }
        this.finish("FAILED");
        for (const message of messages) {
            report(message, "ERROR");
        }
    }

    private finish(end: NonNullable<PipelineRun["end"]>): void {
        if (this.run.endTime === undefined) {
            const { cloud, job } = this.options;
            this.run = { ...this.run, endTime: timeOf(cloud), end };
            changeJob(cloud, job.name, { log: this.lines, run: this.run });
            this.options.report(`The job is in JOB_STATE_${end}.`, "INFO");
        }
    }

    private write(): void {
        changeJob(this.options.cloud, this.options.job.name, { run: this.run });
    }
}
