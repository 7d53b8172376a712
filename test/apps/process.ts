import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** Deployed code that runs as a process and serves HTTP. */
export interface Running {
    url: string;
    /** Resolves once it has printed this text, which can be after the response. */
    printed(text: string): Promise<void>;
    /** All of its output. */
    output(): string;
    stop(): Promise<void>;
}

export interface Command {
    /** Its name in errors, such as `The function 'predict'`. */
    name: string;
    program: string;
    args: string[];
    folder: string;
    port: number;
    environment: Record<string, string>;
    /** A path that it serves without side effects, with any status. */
    probe: string;
}

/** Runs a program that listens on a port, and resolves once it responds. */
export async function answering(command: Command): Promise<Running> {
    const { name, program, args, folder, port, environment, probe } = command;
    const url = `http://127.0.0.1:${port}`;
    // No variables of this machine's environment, such as credentials and proxies.
    const { PATH = "", SystemRoot = "" } = process.env;
    const env = { PATH, SystemRoot, TMPDIR: tmpdir(), ...environment };
    const child = spawn(program, args, { cwd: folder, env, stdio: "pipe" });
    const ended = new Promise<void>((resolve) => child.on("close", () => resolve()).on("error", () => resolve()));
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text) => {
            printed += text;
        });
    }
    const hasPrinted = async (text: string) => {
        for (const started = Date.now(); !printed.includes(text); await sleep(20)) {
            if (Date.now() - started > 5_000) {
                throw new Error(`${name} has not printed "${text}", but: ${printed}`);
            }
        }
    };
    const stop = async () => {
        child.kill("SIGINT");
        await ended;
    };
    // Closes the connection, so that later calls do not reuse it.
    const answers = () => fetch(`${url}${probe}`, { headers: { connection: "close" } }).catch(() => undefined);
    for (const started = Date.now(); !(await answers()); await sleep(50)) {
        if (child.exitCode !== null || child.pid === undefined || Date.now() - started > 60_000) {
            await stop();
            throw new Error(`${name} does not start: ${printed}`);
        }
    }
    return { url, printed: hasPrinted, output: () => printed, stop };
}

export function freePort(): Promise<number> {
    return new Promise((resolve, reject) => {
        const server = createServer().on("error", reject);
        server.listen(0, "127.0.0.1", () => {
            const address = server.address();
            server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
        });
    });
}
