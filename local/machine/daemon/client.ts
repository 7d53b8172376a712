import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { progress } from "../../../lib/commandLine";
import { compiled, packageFolder } from "../../toolchain";
import { DaemonFiles, recordUse } from "./files";
import type { DaemonInfo, Kind } from "./kinds";
import { isRunning, killGroup, type Process, terminate } from "./processes";

export { keepInUse } from "./files";
export type { DaemonInfo as Note, Kind } from "./kinds";

/** How long a daemon has to stop before it is killed. */
const stopTimeout = 15_000;

/**
 * Returns the connection information of a background process of a workspace. Starts the process if it does not run; it
 * stops when it is idle.
 *
 * @param id identifies the daemon, for kinds with several
 * @param report receives progress messages, as the start can take minutes if tools are built; on a terminal, the start is always announced
 * @throws Error with the end of the log, if the daemon does not start
 */
export async function ensureDaemon(
    home: string,
    kind: Kind,
    id = "",
    report?: (line: string) => void,
): Promise<DaemonInfo> {
    const files = DaemonFiles.of(home, kind, id);
    const log = new Tail(files.log);
    const told = report ?? (() => undefined);
    let started: Started | undefined;
    const since = Date.now();
    let isAnnounced = false;
    for (;;) {
        // The order matters: a stopping daemon removes its info before it checks whether it was used.
        recordUse(home);
        const info = files.readNote();
        if (info) {
            log.passOn(told);
            return info;
        }
        log.passOn(told);
        const owner = files.holder();
        if (started?.failed()) {
            throw new Error(`${called(kind, id)} did not start: ${log.end()}\nLog: ${files.log}`);
        }
        if (!(owner && isRunning(owner)) && (started === undefined || started.ended())) {
            started = spawned(files, kind, id);
        }
        if (!isAnnounced && Date.now() - since > 1000) {
            isAnnounced = true;
            // A plugin has no terminal, but its command has one.
            (report ?? progress)(`starting ${called(kind, id)}…`);
        }
        await sleep(25);
    }
}

/** Stops a daemon and all processes that it started; does nothing if it does not run. */
export function stopDaemon(home: string, kind: Kind, id = ""): Promise<void> {
    return existsSync(home) ? end(DaemonFiles.of(home, kind, id)) : Promise.resolve();
}

/**
 * Stops all daemons of a workspace.
 *
 * @returns the names of those that were running, such as `provider`, and `cluster` for each cluster
 */
export async function stopDaemons(home: string): Promise<string[]> {
    const running = runningDaemons(home);
    await Promise.all(DaemonFiles.all(home).map(end));
    return running;
}

/** The names of the daemons of a workspace that run, such as `provider`, and `cluster` for each cluster. */
export function runningDaemons(home: string): string[] {
    const running = DaemonFiles.all(home).filter((files) => {
        const owner = files.holder();
        return owner && isRunning(owner);
    });
    return running.map(({ name }) => name.replace(/-[0-9a-f]{12}$/, "")).sort();
}

async function end(files: DaemonFiles): Promise<void> {
    for (let owner = files.holder(); owner; owner = anotherHolder(files, owner)) {
        terminate(owner);
        const deadline = Date.now() + stopTimeout;
        while (isRunning(owner) && Date.now() < deadline) {
            await sleep(25);
        }
        killGroup(owner);
        while (isRunning(owner)) {
            await sleep(25);
        }
    }
}

/** Another process that took the lock in the meantime. */
function anotherHolder(files: DaemonFiles, before: Process): Process | undefined {
    const owner = files.holder();
    return owner?.pid === before.pid ? undefined : owner;
}

/** A process that is starting as the daemon. */
interface Started {
    ended(): boolean;
    /** Whether it failed, and did not just exit because another process is the daemon. */
    failed(): boolean;
}

function spawned({ home, log }: DaemonFiles, kind: Kind, id: string): Started {
    const main = compiled(join("local", "machine", "daemon", "main.js"));
    const output = openSync(log, "a", 0o600);
    // In its own process group, so that it survives this process, and its child processes can be found if it is killed.
    const child: ChildProcess = spawn(process.execPath, [...heapOptions(), main, home, kind, id], {
        cwd: packageFolder(),
        env: process.env,
        detached: true,
        stdio: ["ignore", output, output],
        windowsHide: true,
    });
    closeSync(output);
    child.unref();
    let failure = false;
    child.on("error", () => {
        failure = true;
    });
    return {
        ended: () => child.exitCode !== null || child.signalCode !== null,
        failed: () => failure || (child.exitCode ?? 0) !== 0 || child.signalCode !== null,
    };
}

/**
 * Keeps the heap small: Node otherwise reserves up to three semi-spaces of 16 MB for new objects, and an idle process does not collect them.
 * `SLIPWAY_LOCAL_SEMI_SPACE` sets their size in MiB, for daemons that are never idle for long: a fifth of the time of tests' providers is
 * collections of small ones.
 *
 * @see https://nodejs.org/api/cli.html#--max-semi-space-sizesize-in-mib
 */
const heapOptions = ({ SLIPWAY_LOCAL_SEMI_SPACE: size = "1" }: NodeJS.ProcessEnv = process.env) => [
    `--max-semi-space-size=${size}`,
    "--expose-gc",
];

const called = (kind: string, id: string) => `the local ${kind}${id && ` ${id}`}`;

/** Reads lines that are written to a log from now on. */
export class Tail {
    private reported: number;
    private readonly from: number;

    constructor(private readonly file: string) {
        this.reported = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
        this.from = this.reported;
    }

    passOn(report: (line: string) => void): void {
        const size = statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
        if (size === this.reported) {
            return;
        }
        const text = this.text(this.reported);
        const full = text.slice(0, text.lastIndexOf("\n") + 1);
        this.reported += Buffer.byteLength(full);
        for (const line of full.split("\n").filter(Boolean)) {
            report(line);
        }
    }

    /** The last lines. */
    end(): string {
        return this.text(this.from).trim().split("\n").slice(-20).join("\n") || "no output";
    }

    private text(from: number): string {
        return existsSync(this.file) ? readFileSync(this.file).subarray(from).toString() : "";
    }
}
