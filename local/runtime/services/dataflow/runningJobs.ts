import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Cloud, Inputs } from "../../../simulator";
import { isActive, type JobEntry } from "../../../simulator/services/dataflow/jobs";
import { logEntry, severityOf } from "../../../simulator/services/dataflow/log";
import { folderNameOf, type PipelineRunner } from "../../../simulator/services/dataflow/pipelineRun";
import { accountOf } from "../../../simulator/services/dataflow/workers";
import { announceRunner } from "../../../simulator/services/vertex/jobRunner";
import { pythonWith } from "../../../toolchain/python";
import type { Containers } from "../../emulator/containers/containers";
import type { MetadataServers } from "../../emulator/containers/metadata";
import type { RunFolder } from "../../emulator/containers/runFolder";
import type { Terminal } from "../../emulator/terminal";
import type { Reading, Recorder } from "../monitoring/recorder";
import type { PubSub } from "../pubsub/pubsub";
import { type PipelineLaunch, startInContainer, startInFolder } from "./pipelineProcess";
import { RunningJob } from "./runningJob";

/** The interval for detecting changes by deployments and programs, in milliseconds. */
const interval = 300;

/** For how many minutes a failed job has its metric. */
const failedMinutes = 3;

export interface RunningDataflowOptions {
    cloud: Cloud;
    /** The folders or Python files of pipelines, by the names of their jobs. */
    pipelines: Record<string, string>;
    /** Runs images; undefined without Docker. */
    containers?: Containers;
    /** The files of this process. */
    files(): RunFolder;
    metadata: MetadataServers;
    pubsub: PubSub;
    recorder: Recorder;
    terminal: Terminal;
    /** Variables with the addresses of the emulator, for a service account. */
    variablesOf(account: string): Promise<Record<string, string>>;
}

/** Runs the pipelines of Dataflow jobs: those of folders by a Python of this machine, and images by Docker. */
export class RunningDataflow {
    private readonly running = new Map<string, RunningJob>();
    /** For how many minutes failed jobs still have their metric. */
    private readonly failed = new Map<JobEntry, number>();
    private readonly pipelines: Record<string, string>;
    private end?: () => void;
    private timer?: NodeJS.Timeout;

    constructor(private readonly options: RunningDataflowOptions) {
        this.pipelines = Object.fromEntries(
            Object.entries(options.pipelines).map(([name, path]) => [name, pipelineFile(name, path)]),
        );
        options.recorder.read(() => this.readings());
    }

    /** Starts what is deployed, and what will be. */
    async start(): Promise<void> {
        const { cloud, containers, terminal } = this.options;
        const names = Object.keys(this.pipelines);
        if (!containers && names.length === 0) {
            // Jobs run in simulated time.
            this.look();
            return;
        }
        for (const [name, file] of Object.entries(this.pipelines)) {
            terminal.log(`${name}: installs the packages of ${file}`);
            await pythonWith(join(file, ".."));
        }
        const runner: PipelineRunner = { names, runsImages: containers !== undefined };
        this.end = announceRunner(cloud, "dataflow", runner);
        this.look();
        this.timer = setInterval(() => this.look(), interval).unref();
    }

    /** The log entries of pipelines that run in a project. */
    logOf(project: string): Inputs[] {
        return [...this.running.values()].filter(({ entry }) => entry.project === project).flatMap(({ log }) => log);
    }

    /** Ends all pipelines. Their jobs go on with the next command. */
    async close(): Promise<void> {
        clearInterval(this.timer);
        this.end?.();
        await Promise.all([...this.running.values()].map((job) => job.close()));
    }

    /** Compares what runs with what is deployed. */
    private look(): void {
        const { cloud, terminal } = this.options;
        try {
            for (const job of cloud.store.list("//dataflow.googleapis.com/", "jobs") as JobEntry[]) {
                const known = this.running.get(job.name);
                if (known) {
                    known.look(job.state);
                } else if (job.state.failure === undefined && isActive(cloud, job) && this.hasCode(job)) {
                    this.begin(job);
                }
            }
        } catch (error) {
            terminal.logOnce(`Dataflow: ${(error as Error).message}`);
        }
    }

    /** Whether the pipeline of a job can run; says how, if not. */
    private hasCode({ state }: JobEntry): boolean {
        const { containers, terminal } = this.options;
        if (this.fileOf(state) !== undefined || (containers && state.image !== undefined)) {
            return true;
        }
        const name = state.labels?.["slipway-job"] ?? state.jobName;
        terminal.logOnce(
            `Dataflow: ${state.jobName} does not run: if its pipeline is in Python, add --pipeline ${name}=<folder>`,
        );
        return false;
    }

    private fileOf(state: JobEntry["state"]): string | undefined {
        return this.pipelines[folderNameOf(state, Object.keys(this.pipelines)) ?? ""];
    }

    private begin(job: JobEntry): void {
        const { cloud, terminal, recorder } = this.options;
        const { jobName, replaceJobId } = job.state;
        const replaced = replaceJobId && this.running.get(job.name.replace(/[^/]+$/, replaceJobId));
        const running = new RunningJob({
            cloud,
            job,
            ...(replaced && { replaced }),
            start: (launch) => this.launch(job, launch),
            line: (text) => {
                terminal.log(`${jobName}: ${text}`);
                recorder.log(job.project, logEntry(job, "worker", text, severityOf(text)));
            },
            report: (text, severity) => {
                terminal.log(`Dataflow: ${jobName}: ${text}`);
                recorder.log(job.project, logEntry(job, "job-message", text, severity));
            },
        });
        this.running.set(job.name, running);
        void running.ended.then(() => {
            this.running.delete(job.name);
            if (running.entry.state.failure !== undefined) {
                this.failed.set(job, failedMinutes);
            }
        });
    }

    private async launch(job: JobEntry, launch: Pick<PipelineLaunch, "event" | "line">) {
        const { cloud, containers, metadata, variablesOf, files } = this.options;
        const [, project = "", , location = ""] = job.id.split("/");
        const account = accountOf(cloud, job.state.environment, { project, location });
        const whole = { ...launch, job, account, options: optionsOf(job, project, location, account) };
        const file = this.fileOf(job.state);
        if (file === undefined) {
            return startInContainer(containers as Containers, whole);
        }
        const host = await metadata.host(project, location, account);
        const environment = { ...(await variablesOf(account)), GCE_METADATA_HOST: host, GCE_METADATA_IP: host };
        return startInFolder(file, files(), environment, whole);
    }

    /** https://cloud.google.com/dataflow/docs/guides/using-cloud-monitoring */
    private readings(): Reading[] {
        const running = [...this.running.values()];
        const failed = [...this.failed.keys()].map((job) => reading(job, "is_failed", 1));
        for (const [job, minutes] of this.failed) {
            minutes > 1 ? this.failed.set(job, minutes - 1) : this.failed.delete(job);
        }
        const isOf = (one: Reading) => (other: Reading) =>
            one.resource.labels.job_name === other.resource.labels.job_name;
        const present = running
            .map(({ entry }) => reading(entry, "is_failed", 0))
            .filter((one) => !failed.some(isOf(one)));
        return [...failed, ...present, ...running.flatMap((job) => this.delays(job))];
    }

    private delays({ entry, graph, watermark }: RunningJob): Reading[] {
        const now = Date.now();
        const backlogs = this.options.pubsub
            .backlogs()
            .filter(({ entry: { id } }) => graph?.subscriptions.includes(id));
        const oldest = backlogs
            .flatMap(({ backlog }) => backlog.messages)
            .reduce((time, { published }) => Math.min(time, published), now);
        return [
            // "How long an item of data has been processing or awaiting processing": messages are acknowledged when they are processed.
            reading(entry, "system_lag", (now - oldest) / 1000),
            ...(watermark === undefined ? [] : [reading(entry, "data_watermark_age", now / 1000 - watermark)]),
        ];
    }
}

const reading = (
    { id, project, state }: JobEntry,
    metric: "is_failed" | "system_lag" | "data_watermark_age",
    value: number,
): Reading => ({
    project,
    metric: `dataflow.googleapis.com/job/${metric}`,
    resource: { type: "dataflow_job", labels: { job_name: state.jobName, region: String(id.split("/")[3]) } },
    value: Math.max(0, Math.round(value)),
});

/** The file that runs a pipeline: that of an argument, or `main.py` in a folder. */
function pipelineFile(name: string, path: string): string {
    const whole = resolve(path);
    const file = statSync(whole, { throwIfNoEntry: false })?.isDirectory() ? join(whole, "main.py") : whole;
    for (const needed of [file, join(file, "..", "requirements.txt")]) {
        if (!existsSync(needed)) {
            throw new Error(`--pipeline ${name}=${path}: ${needed} does not exist.`);
        }
    }
    return file;
}

/** The options that Dataflow's launcher adds to those of the template. */
function optionsOf({ state }: JobEntry, project: string, region: string, account: string): string[] {
    const all: Record<string, string | undefined> = {
        ...state.parameters,
        project,
        region,
        job_name: state.jobName,
        temp_location: state.environment.tempLocation,
        staging_location: state.environment.stagingLocation,
        service_account_email: account,
        runner: "BundleBasedDirectRunner",
    };
    return Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));
}
