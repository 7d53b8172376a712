import { setTimeout as sleep } from "node:timers/promises";
import type { Cloud } from "../../cloud/cloud";
import { type Inputs, lastPart } from "../../rules/rules";
import { tenantProject } from "../../services/vertex/copies";
import type { JobRun } from "../../services/vertex/jobRunner";
import { accountOf } from "../../services/vertex/jobSpec";
import { locationOf } from "../../services/vertex/names";
import { hasEnded, type JobEntry, timeOf } from "../../services/vertex/trainingJob";
import type { Containers } from "../containers/containers";
import type { Launch, RunningContainers } from "../containers/launch";
import { secondsOf } from "../pubsub/message";
import type { Terminal } from "../terminal";
import { jobVariables, poolsOf, type Replica } from "./jobVariables";

/** The lines of the log that a failed job keeps. */
const keptLines = 100;

/** "If not specified, the default […] is 7 days": https://cloud.google.com/vertex-ai/docs/reference/rest/v1/CustomJobSpec#scheduling */
const defaultTimeout = 604_800;

/** Training jobs, whose replicas run in containers. */
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
            if (!known && !hasEnded(job, this.cloud)) {
                const stopped = new AbortController();
                this.running.set(job.name, stopped);
                const end = this.run(job, stopped.signal).catch(({ message }: Error) => this.terminal.log(message));
                this.ends.add(end);
                void end.finally(() => {
                    this.ends.delete(end);
                    this.running.delete(job.name);
                });
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

    /** Ends all containers. Their jobs run again with the next command. */
    async close(): Promise<void> {
        for (const stopped of this.running.values()) {
            stopped.abort("close");
        }
        await Promise.all(this.ends);
    }

    private async run(job: JobEntry, stopped: AbortSignal): Promise<void> {
        const title = lastPart(job.id);
        this.change(job.name, { run: { startTime: timeOf(this.cloud) } });
        const lines: string[] = [];
        const found = await this.replicas(job, stopped, lines);
        if (stopped.reason === "close") {
            this.change(job.name, { run: {} });
            return;
        }
        const failure = stopped.aborted ? undefined : found;
        this.change(
            job.name,
            { ...(failure && { failure: { code: 3, message: failure }, log: lines.length > 0 ? lines : [failure] }) },
            { endTime: timeOf(this.cloud), ...(stopped.aborted && { isCancelled: true }) },
        );
        this.terminal.log(
            `${title}: ${stopped.aborted ? "The job was cancelled." : (failure ?? "The job has succeeded.")}`,
        );
    }

    /**
     * Runs the replicas until the primary one ends, or another one fails; returns why the job fails.
     * https://cloud.google.com/vertex-ai/docs/training/distributed-training
     */
    private async replicas(job: JobEntry, stopped: AbortSignal, lines: string[]): Promise<string | undefined> {
        const replicas = poolsOf(job).flatMap(({ replicas }) => replicas);
        const started: RunningContainers[] = [];
        const waiting = new AbortController();
        const signal = AbortSignal.any([stopped, waiting.signal]);
        const seconds = secondsOf(job.state.jobSpec.scheduling?.timeout) ?? defaultTimeout;
        // Timers have at most 2^31 milliseconds.
        const over = sleep(Math.min(seconds * 1000, 2 ** 31 - 1), undefined, { signal, ref: false }).then(
            () => `The job has reached its timeout of ${seconds} seconds.`,
            () => undefined,
        );
        try {
            for (const replica of replicas) {
                started.push(await this.containers.start(this.launch(job, replica, lines)));
            }
            const ends = started.map(async ({ ended }, index) => {
                const code = await ended;
                const { pool, number } = replicas[index] as Replica;
                if (code !== 0) {
                    return exitMessage(`${pool}-${number}`, code, lines.at(-1) ?? "");
                }
                return index === 0 ? undefined : new Promise<undefined>(() => undefined);
            });
            return await Promise.race([over, ...ends]);
        } catch (error) {
            return (error as Error).message;
        } finally {
            waiting.abort();
            await Promise.all(started.map((each) => each.stop()));
        }
    }

    private launch(job: JobEntry, replica: Replica, lines: string[]): Launch {
        const { jobSpec }: Inputs = job.state;
        const { imageUri, command, args, env } = replica.spec.containerSpec;
        return {
            title: `${lastPart(job.id)} ${replica.pool}-${replica.number}`,
            name: `vertex-${lastPart(job.id)}-${replica.pool}-${replica.number}`,
            project: tenantProject(job.id),
            region: locationOf(job.id),
            template: {
                serviceAccount: accountOf(jobSpec, { project: job.project, location: locationOf(job.id) }, this.cloud),
                containers: [{ name: "training", image: imageUri, commands: command, args, envs: env }],
            },
            variables: jobVariables(this.cloud, job, replica),
            expandsVariables: true,
            log: (line) => {
                lines.push(line);
                lines.splice(0, lines.length - keptLines);
            },
            kind: "task",
        };
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

/** https://github.com/GoogleCloudPlatform/vertex-ai-samples/issues/2880 */
const exitMessage = (replica: string, code: number, line: string) =>
    `The replica ${replica} exited with a non-zero status of ${code}. Termination reason: Error. ${line}`.trim();
