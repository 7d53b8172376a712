import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { compiled } from "./paths";

const windows = process.platform === "win32";

/** The file name of a program: `go` is `go.exe` on Windows. */
export const executable = (name: string) => (windows ? `${name}.exe` : name);

/** Finds a program in folders, by default those of PATH; undefined if it is in none. */
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

/**
 * Runs a program and returns its output; rejects with its error output. The program is killed when this process exits.
 */
export function run(
    program: string,
    args: string[],
    options: { cwd?: string; env?: NodeJS.ProcessEnv; timeout?: number } = {},
): Promise<string> {
    return new Promise((resolve, reject) => {
        // A separate process group, so that child processes can be killed with it.
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
                reject(new Error(complaints.trim() || `exited with ${signal ?? `code ${code}`}`));
            }
        });
    });
}

/** Whether a program succeeds. */
export const succeeds = (...command: Parameters<typeof run>): Promise<boolean> =>
    run(...command).then(
        () => true,
        () => false,
    );

/** Like {@link run}, for what takes seconds or minutes: it is killed also if this process is, by SIGKILL. */
export const runLong: typeof run = (program, args, options) =>
    windows
        ? run(program, args, options)
        : run(process.execPath, [compiled("local/toolchain/guard.js"), String(process.pid), program, ...args], options);

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
        // It has already exited.
    }
}

/**
 * Calls `cleanup` when this process exits, normally or by a signal, unless the returned function is called before.
 * Handlers run in reverse order. Signals keep their default effect.
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
