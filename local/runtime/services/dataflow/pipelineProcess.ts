import { spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { Inputs } from "../../../simulator";
import type { JobGraph } from "../../../simulator/services/dataflow/compatibility";
import type { JobEntry } from "../../../simulator/services/dataflow/jobs";
import { pythonWith } from "../../../toolchain/python";
import type { Containers } from "../../emulator/containers/containers";
import type { RunFolder } from "../../emulator/containers/runFolder";

/** What a pipeline reports of itself. */
export interface PipelineEvent {
    graph?: JobGraph;
    state?: "running" | "drained" | "stopped" | "done";
    /** The event time up to which everything is processed, in seconds since 1970. */
    watermark?: number;
}

/** What a pipeline is asked for: see `direct.py`. */
export type PipelineRequest = "run" | "drain" | "stop";

/** How a pipeline is started. */
export interface PipelineLaunch {
    job: JobEntry;
    /** The account of the workers. */
    account: string;
    /** The options of the pipeline. */
    options: string[];
    event(event: PipelineEvent): void;
    line(text: string): void;
}

/** A pipeline that runs. */
export interface PipelineProcess {
    /** The exit code. */
    ended: Promise<number>;
    request(request: PipelineRequest): void;
    kill(): void;
}

const script = join(__dirname, "direct.py");

/** The start of the lines with events. */
const eventMark = "dataflow: ";

const reader =
    ({ event, line }: PipelineLaunch) =>
    (text: string): void =>
        text.startsWith(eventMark) ? event(JSON.parse(text.slice(eventMark.length))) : line(text);

/** Creates files that requests consist of, in a folder. */
const requester = (folder: string) => (request: PipelineRequest) => writeFileSync(join(folder, request), "");

/**
 * Runs a pipeline in a folder with a Python that has its packages. A copy of the folder runs, so that changes apply to the next job.
 *
 * @param file the file that runs the pipeline
 */
export async function startInFolder(
    file: string,
    files: RunFolder,
    variables: Record<string, string>,
    launch: PipelineLaunch,
): Promise<PipelineProcess> {
    const python = await pythonWith(dirname(file));
    const folder = mkdtempSync(join(files.path, "pipeline-"));
    const [code, requests] = [join(folder, "code"), join(folder, "requests")];
    cpSync(dirname(file), code, { recursive: true });
    mkdirSync(requests);
    const { PATH = "", SystemRoot } = process.env;
    const child = spawn(python, [script, ...launch.options], {
        cwd: code,
        env: {
            PATH,
            ...(SystemRoot && { SystemRoot }),
            HOME: folder,
            TMPDIR: folder,
            ...variables,
            PYTHONPATH: code,
            FLEX_TEMPLATE_PYTHON_PY_FILE: join(code, file.slice(dirname(file).length + 1)),
            DATAFLOW_REQUESTS: requests,
        },
        // Its own process group: signals of the terminal are for this process, which asks it to stop.
        detached: process.platform !== "win32",
        stdio: ["ignore", "pipe", "pipe"],
        windowsHide: true,
    });
    files.add(child.pid);
    for (const stream of [child.stdout, child.stderr]) {
        createInterface({ input: stream }).on("line", reader(launch));
    }
    const ended = new Promise<number>((resolve) => {
        child.on("error", () => resolve(125)).on("close", (status) => resolve(status ?? 137));
    });
    void ended.then(() => rmSync(folder, { recursive: true, force: true }));
    return { ended, request: requester(requests), kill: () => void child.kill("SIGKILL") };
}

/** Where the containers of pipelines have this folder's script, and requests. */
const mountPath = "/var/dataflow";

/** Runs the image of a pipeline. */
export async function startInContainer(containers: Containers, launch: PipelineLaunch): Promise<PipelineProcess> {
    const { job, account, options } = launch;
    const [, project = "", , region = ""] = job.id.split("/");
    const { jobName, image }: Inputs = job.state;
    const folder = containers.createFolder();
    cpSync(script, join(folder, "direct.py"));
    chmodSync(join(folder, "direct.py"), 0o644);
    const running = await containers.start({
        title: jobName,
        name: `dataflow-${jobName}`,
        project,
        region,
        template: {
            serviceAccount: account,
            containers: [
                {
                    name: "worker",
                    image,
                    commands: ["python3"],
                    args: [`${mountPath}/direct.py`, ...options],
                    volumeMounts: [{ name: "dataflow", mountPath }],
                },
            ],
            volumes: [{ name: "dataflow", folder }],
        },
        variables: { DATAFLOW_REQUESTS: mountPath, PYTHONUNBUFFERED: "1" },
        output: reader(launch),
        kind: "task",
    });
    void running.ended.then(() => containers.removeFolder(folder));
    return { ended: running.ended, request: requester(folder), kill: () => void running.kill() };
}
