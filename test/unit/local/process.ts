import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./world";

const started: ChildProcessWithoutNullStreams[] = [];
afterEach(() => {
    for (const child of started.splice(0)) {
        child.kill("SIGKILL");
    }
});

/**
 * Starts a script in a child process, which is killed at the end of the test; it can require this package's files by
 * path from the root.
 */
export function start(script: string, ...args: string[]): ChildProcessWithoutNullStreams {
    const required = `const require = module.constructor.createRequire(${JSON.stringify(join(root, "x.js"))});`;
    const hook = join(__dirname, "..", "typescript.js");
    const child = spawn(process.execPath, ["--require", hook, "--eval", `${required}\n${script}`, ...args], {
        cwd: root,
    });
    started.push(child);
    return child;
}

/** The exit code and output of a process. */
export function exitOf(child: ChildProcessWithoutNullStreams): Promise<{ signal: string | null; output: string }> {
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
        stream.on("data", (bytes) => {
            output += bytes;
        });
    }
    return new Promise((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (_, signal) => resolve({ signal, output }));
    });
}

export function run(script: string, ...args: string[]): Promise<{ signal: string | null; output: string }> {
    return exitOf(start(script, ...args));
}
