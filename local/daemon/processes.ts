import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process of this machine. Numbers are given again, so that the time of its start belongs to it. */
export interface Process {
    pid: number;
    started: string;
}

export const thisProcess = (): Process => processOf(process.pid) ?? { pid: process.pid, started: "" };

/** The process that has a number now, if one has. */
export function processOf(pid: number): Process | undefined {
    const started = startOf(pid);
    return started === undefined ? undefined : { pid, started };
}

/** Whether a process still runs. */
export function isRunning({ pid, started }: Process): boolean {
    return startOf(pid) === started;
}

/** When a process was started, in the system's own terms; undefined when there is none. */
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

function linuxStart(pid: number): string | undefined {
    try {
        const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
        // The name, in brackets, may have spaces and brackets.
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

/** Tells a process to end; one that has ended already is none to tell. */
export function terminate({ pid }: Process): void {
    try {
        process.kill(pid, "SIGTERM");
    } catch {}
}

/** Kills a process with those that it started, which may have outlived it. */
export function killGroup(leader: Process): void {
    if (process.platform === "win32") {
        spawnSync("taskkill", ["/pid", String(leader.pid), "/t", "/f"]);
        return;
    }
    // While a group has a process, no new one is given its number: only one whose leader runs can be somebody else's.
    const { started } = processOf(leader.pid) ?? leader;
    if (started === leader.started) {
        try {
            process.kill(-leader.pid, "SIGKILL");
        } catch {}
    }
}
