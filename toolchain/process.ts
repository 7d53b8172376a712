import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

const windows = process.platform === "win32";

/** The file name of a program: `go` is `go.exe` on Windows. */
export const executable = (name: string) => (windows ? `${name}.exe` : name);

/** Where a program lies in these folders, by default those of PATH; undefined if in none. */
export function find(name: string, folders = (process.env.PATH ?? "").split(delimiter)): string | undefined {
    return folders.map((folder) => join(folder, executable(name))).find(isExecutable);
}

function isExecutable(file: string): boolean {
    try {
        accessSync(file, constants.X_OK);
        return statSync(file).isFile();
    } catch {
        return false;
    }
}

/** Runs a program and returns what it printed; rejects with what it complained of. Does not outlive this process. */
export function run(
    program: string,
    args: string[],
    options: { cwd?: string; env?: NodeJS.ProcessEnv; timeout?: number } = {},
): Promise<string> {
    return new Promise((resolve, reject) => {
        // A group of its own, so that what the program has started can be killed with it.
        const child = spawn(program, args, { ...options, detached: !windows, stdio: ["ignore", "pipe", "pipe"] });
        const release = onEnd(() => killTree(child.pid));
        let output = "";
        let complaints = "";
        child.stdout.setEncoding("utf8").on("data", (text) => {
            output += text;
        });
        child.stderr.setEncoding("utf8").on("data", (text) => {
            complaints += text;
        });
        child.on("error", (error) => {
            release();
            reject(error);
        });
        child.on("close", (code, signal) => {
            release();
            if (code === 0) {
                resolve(output);
            } else {
                reject(new Error(complaints.trim() || `it ended with ${signal ?? `exit code ${code}`}`));
            }
        });
    });
}

function killTree(pid: number | undefined): void {
    if (pid === undefined) {
        return;
    }
    if (windows) {
        spawnSync("taskkill", ["/pid", String(pid), "/t", "/f"]);
        return;
    }
    try {
        process.kill(-pid, "SIGKILL");
    } catch {
        // It has ended already.
    }
}

/**
 * Calls `cleanup` if this process ends, by itself or by a signal, before the returned function is called. The latest
 * registered is called first. A signal then does what it would have done without us.
 */
export function onEnd(cleanup: () => void): () => void {
    const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
    const release = () => {
        process.off("exit", cleanup);
        for (const signal of signals) {
            process.off(signal, interrupted);
        }
    };
    const interrupted = (signal: NodeJS.Signals) => {
        release();
        cleanup();
        if (process.listenerCount(signal) === 0) {
            process.kill(process.pid, signal);
        }
    };
    process.prependListener("exit", cleanup);
    for (const signal of signals) {
        process.prependListener(signal, interrupted);
    }
    return release;
}
