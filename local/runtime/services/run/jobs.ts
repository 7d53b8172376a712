import { randomInt, randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { type Cloud, type Entry, GoogleError, type Inputs, lastPart } from "../../../simulator";
import { serviceName } from "../../../simulator/services/run/names";
import type { Containers } from "../../emulator/containers/containers";
import type { Terminal } from "../../emulator/terminal";
import type { Recorder } from "../monitoring/recorder";
import { secondsOf } from "../pubsub/message";
import { regionOf } from "./services";

/** A task of an execution, as in the API. */
interface Task {
    index: number;
    retried: number;
    startTime: string;
    completionTime?: string;
    lastAttemptResult?: { exitCode: number; status: object };
}

const letters = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Executions of Cloud Run jobs, whose tasks run in containers. */
export class Executions {
    /** Results of operations, by their name. */
    private readonly operations = new Map<string, Inputs>();
    private readonly running = new Map<string, AbortController>();
    private readonly ends: Promise<void>[] = [];

    /** @param containers undefined if there is no Docker */
    constructor(
        private readonly cloud: Cloud,
        private readonly containers: Containers | undefined,
        private readonly terminal: Terminal,
        private readonly recorder: Recorder,
    ) {}

    /**
     * Starts an execution, and returns its operation.
     * https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.jobs/run
     */
    run(job: Entry, { overrides = {} }: Inputs): Inputs {
        if (!this.containers) {
            throw new GoogleError(501, "The local Google Cloud runs jobs only with Docker.");
        }
        const suffix = [...Array(5)].map(() => letters[randomInt(letters.length)]).join("");
        const id = `${job.id}/executions/${lastPart(job.id)}-${suffix}`;
        const { template }: Inputs = job.state;
        const taskCount: number = overrides.taskCount || template.taskCount;
        const now = new Date().toISOString();
        const execution: Inputs = {
            name: id,
            uid: randomUUID(),
            generation: "1",
            createTime: now,
            startTime: now,
            job: lastPart(job.id),
            parallelism: template.parallelism,
            taskCount,
            template: overridden(template.template, overrides),
            runningCount: 0,
            succeededCount: 0,
            failedCount: 0,
            cancelledCount: 0,
            retriedCount: 0,
            conditions: [{ type: "Completed", state: "CONDITION_RECONCILING" }],
            reconciling: true,
        };
        const entry: Entry = { name: serviceName(id), project: job.project, id, state: execution };
        this.cloud.store.write(entry);
        this.record(job.name, { name: lastPart(id), createTime: now }, 1);
        const operation = job.id.replace(/\/jobs\/.*/, `/operations/${randomUUID()}`);
        this.operations.set(operation, { name: operation, metadata: typed(execution), done: false });
        const cancelled = new AbortController();
        this.running.set(id, cancelled);
        const end = this.execute(job, entry, cancelled.signal).then(() => {
            this.running.delete(id);
            this.record(job.name, { name: lastPart(id), createTime: now, completionTime: execution.completionTime }, 0);
            this.operations.set(operation, { name: operation, ...resultOf(execution) });
        });
        this.ends.push(end);
        return this.operations.get(operation) as Inputs;
    }

    operation(name: string): Inputs | undefined {
        return this.operations.get(name);
    }

    /** https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.jobs.executions/cancel */
    cancel(execution: Entry): Inputs {
        this.running.get(execution.id)?.abort();
        const name = execution.id.replace(/\/jobs\/.*/, `/operations/${randomUUID()}`);
        return { name, done: true, response: typed(execution.state) };
    }

    async close(): Promise<void> {
        for (const cancelled of this.running.values()) {
            cancelled.abort();
        }
        await Promise.all(this.ends);
    }

    private record(job: string, execution: Inputs, added: number): void {
        const entry = this.cloud.store.read(job);
        if (entry) {
            const executionCount = Number(entry.state.executionCount ?? 0) + added;
            this.cloud.store.write({
                ...entry,
                state: { ...entry.state, executionCount, latestCreatedExecutions: [execution] },
            });
        }
    }

    private async execute(job: Entry, entry: Entry, cancelled: AbortSignal): Promise<void> {
        const execution: Inputs = entry.state;
        const title = lastPart(entry.id);
        const store = () => this.cloud.store.write(entry);
        const left = [...Array(execution.taskCount).keys()];
        // Without a limit, Cloud Run starts as many as there are; this machine has fewer processors.
        const parallel = execution.parallelism || availableParallelism();
        const work = async () => {
            for (let index = left.shift(); index !== undefined && !cancelled.aborted; index = left.shift()) {
                execution.runningCount += 1;
                store();
                const isSuccessful = await this.task(job, entry, index, cancelled);
                execution.runningCount -= 1;
                execution[isSuccessful ? "succeededCount" : cancelled.aborted ? "cancelledCount" : "failedCount"] += 1;
                store();
            }
        };
        await Promise.all([...Array(Math.min(parallel, execution.taskCount))].map(work));
        const { taskCount, succeededCount } = execution;
        const isComplete = succeededCount === taskCount;
        const message = isComplete
            ? `Execution completed successfully.`
            : cancelled.aborted
              ? "Execution was cancelled."
              : `Execution ${title} has failed to complete, ${succeededCount}/${taskCount} tasks were a success.`;
        Object.assign(execution, {
            completionTime: new Date().toISOString(),
            reconciling: false,
            conditions: [
                {
                    type: "Completed",
                    state: isComplete ? "CONDITION_SUCCEEDED" : "CONDITION_FAILED",
                    ...(cancelled.aborted && !isComplete && { executionReason: "CANCELLED" }),
                    message,
                },
            ],
        });
        store();
        this.recorder.count({
            project: job.project,
            metric: "run.googleapis.com/job/completed_execution_count",
            resource: { type: "cloud_run_job", labels: { job_name: lastPart(job.id), location: regionOf(job) } },
            labels: { result: isComplete ? "succeeded" : "failed" },
        });
        this.terminal.log(`${title}: ${message}`);
    }

    /** Runs a task until it succeeds, at most as often as it has retries. */
    private async task(job: Entry, { id, state }: Entry, index: number, cancelled: AbortSignal): Promise<boolean> {
        const { template, taskCount }: Inputs = state;
        const { maxRetries = 3, timeout } = template;
        const name = `${id}/tasks/${lastPart(id)}-task${index}`;
        const task: Task = { index, retried: 0, startTime: new Date().toISOString() };
        for (let attempt = 0; attempt <= maxRetries && !cancelled.aborted; attempt++) {
            task.retried = attempt;
            if (attempt > 0) {
                (state as Inputs).retriedCount += 1;
            }
            const variables = {
                CLOUD_RUN_JOB: lastPart(job.id),
                CLOUD_RUN_EXECUTION: lastPart(id),
                CLOUD_RUN_TASK_INDEX: String(index),
                CLOUD_RUN_TASK_ATTEMPT: String(attempt),
                CLOUD_RUN_TASK_COUNT: String(taskCount),
            };
            const result = await this.attempt(job, id, template, variables, secondsOf(timeout) ?? 600, cancelled);
            task.lastAttemptResult = { exitCode: result.exitCode, status: result.status };
            const isDone = result.exitCode === 0;
            if (isDone || attempt === maxRetries) {
                task.completionTime = new Date().toISOString();
            }
            this.cloud.store.write({
                name: serviceName(name),
                project: job.project,
                id: name,
                state: { name, job: lastPart(job.id), execution: lastPart(id), ...task },
            });
            if (isDone) {
                return true;
            }
        }
        return false;
    }

    /** Runs the containers of a task once. */
    private async attempt(
        job: Entry,
        id: string,
        template: Inputs,
        variables: Record<string, string>,
        seconds: number,
        cancelled: AbortSignal,
    ): Promise<{ exitCode: number; status: Inputs }> {
        const title = `${lastPart(id)} task ${variables.CLOUD_RUN_TASK_INDEX}`;
        try {
            const running = await (this.containers as Containers).start({
                title,
                name: lastPart(id),
                project: job.project,
                region: regionOf(job),
                template,
                variables,
                kind: "task",
            });
            const waiting = new AbortController();
            const signal = AbortSignal.any([waiting.signal, cancelled]);
            const end = sleep(seconds * 1000, "timeout" as const, { signal, ref: false }).catch(
                () => "cancelled" as const,
            );
            const result = await Promise.race([running.ended, end]);
            waiting.abort();
            if (typeof result === "number") {
                return { exitCode: result, status: {} };
            }
            const reason =
                result === "timeout"
                    ? `Terminating task because it has reached the maximum timeout of ${seconds} seconds. To change this limit, see https://cloud.google.com/run/docs/configuring/task-timeout`
                    : "Terminating task because its execution was cancelled.";
            this.terminal.log(`${title}: ${reason}`);
            await running.stop();
            return { exitCode: 137, status: { code: 4, message: reason } };
        } catch (error) {
            const { message } = error as Error;
            this.terminal.log(`${title}: ${message}`);
            return { exitCode: 1, status: { code: 13, message } };
        }
    }
}

/** https://cloud.google.com/run/docs/execute/jobs#override-job-configuration */
function overridden(template: Inputs, { containerOverrides = [], timeout }: Inputs): Inputs {
    const containers = (template.containers as Inputs[]).map((container, index, all) => {
        const found: Inputs | undefined = (containerOverrides as Inputs[]).find(
            ({ name }) => name === container.name || (!name && (index === 0 || all.length === 1)),
        );
        if (!found) {
            return container;
        }
        const { args, env = [], clearArgs } = found;
        const replaced = (env as Inputs[]).map(({ name }) => name);
        const envs = (container.envs ?? []).filter(({ name }: Inputs) => !replaced.includes(name));
        return {
            ...container,
            args: clearArgs ? [] : (args ?? container.args),
            envs: [...envs, ...env],
        };
    });
    return { ...template, containers, ...(timeout && { timeout }) };
}

const typed = (execution: Inputs): Inputs => ({
    "@type": "type.googleapis.com/google.cloud.run.v2.Execution",
    ...execution,
});

/** The end of an operation. */
function resultOf(execution: Inputs): Inputs {
    const [{ state, message }] = execution.conditions;
    const metadata = typed(execution);
    return state === "CONDITION_SUCCEEDED"
        ? { metadata, done: true, response: metadata }
        : { metadata, done: true, error: { code: 9, message } };
}
