import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Cloud } from "../../local/simulator/cloud/cloud";
import type { Inputs } from "../../local/simulator/rules/rules";
import { bucketName } from "../../local/simulator/services/storage";
import { contentOf } from "./deployedFunction";
import { pythonWith } from "./python";

/** The files of these tests for Airflow. */
export const ours = join(__dirname, "airflow");

/**
 * A Python with the packages of an Airflow environment. All packages are pinned and installed without dependencies:
 * Airflow leaves most of its requirements open, and its Google provider requires sixty libraries, of which Secret
 * Manager's backend needs eight.
 */
export const airflowPython = () => pythonWith(ours, { install: ["--no-deps"] });

const complaints = "complaints.log";

/** The output of a program, also if it failed. */
interface Ran {
    succeeded: boolean;
    printed: string;
}

/** A running command. */
interface Going {
    /** Waits until it has printed this. */
    printed(pattern: RegExp): Promise<void>;
    /** Stops it, with its child processes. */
    end(): Promise<void>;
}

/** The timeout for output of a command. */
const patience = 120_000;

/**
 * A real Airflow with the folders of a deployed environment's bucket, its variables and its overrides of `airflow.cfg`.
 */
export class Airflow {
    private readonly runner: ChildProcess;
    private readonly answers: AsyncIterator<string>;

    private constructor(
        readonly folder: string,
        private readonly python: string,
        private readonly env: Record<string, string>,
    ) {
        const stdio: StdioOptions = ["pipe", "pipe", openSync(join(folder, complaints), "w")];
        this.runner = spawn(python, [join(ours, "runner.py")], { cwd: join(folder, "dags"), env, stdio });
        this.answers = createInterface({ input: this.runner.stdout as Readable })[Symbol.asyncIterator]();
    }

    /**
     * @param project the project with the deployed environment
     * @param more environment variables, such as where local services answer
     */
    static async deployed(cloud: Cloud, project: string, more: Record<string, string>): Promise<Airflow> {
        const type = "gcp:composer/environment:Environment";
        const found = cloud.store.list().find((entry) => entry.type === type && entry.project === project);
        const { config, storageConfig }: Inputs = found?.state ?? {};
        const { envVariables = {}, airflowConfigOverrides = {} } = config.softwareConfig;
        const folder = mkdtempSync(join(tmpdir(), "slipway-airflow-"));
        download(cloud, storageConfig.bucket, folder);
        const overrides = Object.entries(airflowConfigOverrides).map(([key, value]) => {
            const [section = "", option = ""] = key.split(/-(.*)/s);
            return [`AIRFLOW__${section.toUpperCase()}__${option.toUpperCase()}`, value];
        });
        const environment = {
            PATH: process.env.PATH ?? "",
            HOME: folder,
            // Its client of Kubernetes leaves certificates there.
            TMPDIR: folder,
            PYTHONWARNINGS: "ignore",
            AIRFLOW_HOME: folder,
            PYTHONPATH: ours,
            AIRFLOW__CORE__LOAD_EXAMPLES: "False",
            // All tasks run in one process: an SQLite database does not support more, and separate processes would take
            // seconds to start.
            AIRFLOW__CORE__EXECUTOR: "DebugExecutor",
            AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY: "1",
            ...envVariables,
            ...Object.fromEntries(overrides),
            ...more,
        };
        const made = new Airflow(folder, await airflowPython(), environment);
        await made.command("db", "migrate");
        // This is the task of the DAG processor, which does not run here.
        await made.command("dags", "reserialize");
        return made;
    }

    /** Runs an Airflow command. */
    command(...args: string[]): Promise<Ran> {
        return this.run("-m", "airflow", ...args);
    }

    /** Runs Python in the environment of DAGs, with the arguments of `python`. */
    async run(...args: string[]): Promise<Ran> {
        this.runner.stdin?.write(`${JSON.stringify(args)}\n`);
        const { value, done } = await this.answers.next();
        if (done) {
            throw new Error(`Airflow ended: ${readFileSync(join(this.folder, complaints))}`);
        }
        return JSON.parse(value);
    }

    /** Starts a command that runs until it is stopped, with a process for each task. */
    start(...args: string[]): Going {
        const { folder, python } = this;
        const programs = join(folder, "bin");
        mkdirSync(programs, { recursive: true });
        writeFileSync(join(programs, "airflow"), `#!/bin/sh\nexec "${python}" -m airflow "$@"\n`, { mode: 0o755 });
        const PATH = [programs, this.env.PATH].join(delimiter);
        const env = { ...this.env, PATH, AIRFLOW__CORE__EXECUTOR: "SequentialExecutor" };
        const child = spawn(python, ["-m", "airflow", ...args], { cwd: folder, env });
        let text = "";
        for (const stream of [child.stdout, child.stderr]) {
            stream.on("data", (data) => {
                text += data;
            });
        }
        return {
            printed: async (pattern) => {
                for (const end = Date.now() + patience; !pattern.test(text); await sleep(200)) {
                    if (child.exitCode !== null || Date.now() > end) {
                        throw new Error(`airflow ${args.join(" ")} has not printed ${pattern}:\n${text}`);
                    }
                }
            },
            end: async () => {
                if (child.exitCode === null) {
                    const ended = once(child, "exit");
                    child.kill();
                    await ended;
                }
            },
        };
    }

    remove(): void {
        this.runner.kill();
        rmSync(this.folder, { recursive: true, force: true });
    }
}

function download(cloud: Cloud, bucket: string, folder: string): void {
    const objects = cloud.store.list(`${bucketName(bucket)}/objects`);
    for (const { state } of objects) {
        const name = String(state.name);
        if (/^(dags|plugins|data)\/.*[^/]$/.test(name)) {
            mkdirSync(dirname(join(folder, name)), { recursive: true });
            writeFileSync(join(folder, name), contentOf(cloud, bucket, name));
        }
    }
}
