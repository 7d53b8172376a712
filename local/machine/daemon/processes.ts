import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process. Process IDs are reused, so its start time is part of its identity. */
export interface Process {
    pid: number;
    started: string;
}

export const thisProcess = (): Process => processOf(process.pid) ?? { pid: process.pid, started: "" };

/** The process that currently has an ID, if any. */
export function processOf(pid: number): Process | undefined {
    const started = startOf(pid);
    return started === undefined ? undefined : { pid, started };
}

/** Whether a process is still running. */
export function isRunning({ pid, started }: Process): boolean {
    return startOf(pid) === started;
}

/** The start time of a process in the system's format; undefined if it does not exist. */
function startOf(pid: number): string | undefined {
    if (process.platform === "linux") {
        return linuxStart(pid);
    }
    if (process.platform === "win32") {
        return hasPid(pid) ? "" : undefined;
    }
    const { status, stdout } = spawnSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" });
    const [, state, start] = /^\s*(\S+)\s+(.*\S)\s*$/.exec(stdout ?? "") ?? [];
    return status === 0 && !state?.startsWith("Z") ? start : undefined;
}

/** When the process with an ID started, in milliseconds since 1970; undefined if it does not exist or the system does not tell. */
export function startTime(pid: number): number | undefined {
    const started = startOf(pid);
    if (started === undefined || process.platform === "win32") {
        return undefined;
    }
    // Ticks since the system started, of which Linux reports a hundred in a second to programs: `man 5 proc_pid_stat`.
    return process.platform === "linux"
        ? Date.now() - (Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) - Number(started) / 100) * 1000
        : Date.parse(started);
}

function linuxStart(pid: number): string | undefined {
    try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        // The name in parentheses can contain spaces and parentheses.
        const [state, ...fields] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
        return state === "Z" ? undefined : fields[18];
    } catch {
        return undefined;
    }
}

function hasPid(pid: number): boolean {
    try {
        process.kill(pid, 0);
        return true;
    } catch {
        return false;
    }
}

/** Terminates a process; ignores processes that have already exited. */
export function terminate({ pid }: Process): void {
    try {
        process.kill(pid, "SIGTERM");
    } catch {}
}

/** Terminates a process and its process group, such as a shell and what it started. */
export function terminateGroup(leader: Process): void {
    if (process.platform === "win32") {
        terminate(leader);
        return;
    }
    signalGroup(leader, "SIGTERM");
}

/** Kills a process and its process group, which can outlive it. */
export function killGroup(leader: Process): void {
    if (process.platform === "win32") {
        spawnSync("taskkill", ["/pid", String(leader.pid), "/t", "/f"]);
        return;
    }
    signalGroup(leader, "SIGKILL");
}

function signalGroup(leader: Process, signal: NodeJS.Signals): void {
    // A process group's ID is not reused while the group has processes, so only a running leader can be another
    // process.
    const { started } = processOf(leader.pid) ?? leader;
    if (started === leader.started) {
        try {
            process.kill(-leader.pid, signal);
        } catch {}
    }
}
