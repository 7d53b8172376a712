import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Deployed code that runs in a process of its own and answers HTTP. */
export interface Running {
    url: string;
    /** Returns once it has printed that text: a pipe may bring it after the answer. */
    printed(text: string): Promise<void>;
    /** All that it has printed. */
    output(): string;
    stop(): Promise<void>;
}

export interface Command {
    /** What it is called where it fails, such as `The function 'predict'`. */
    name: string;
    program: string;
    args: string[];
    folder: string;
    port: number;
    environment: Record<string, string>;
    /** What it answers without a consequence, with whatever status. */
    probe: string;
}

/** Runs a program that listens at a port, and returns once it answers. */
export async function answering(command: Command): Promise<Running> {
    const { name, program, args, folder, port, environment, probe } = command;
    const url = `http://127.0.0.1:${port}`;
    // Nothing of this machine's environment: the credentials and the proxies in it are not the code's.
    const { PATH = "", SystemRoot = "" } = process.env;
    const env = { PATH, SystemRoot, PYTHONDONTWRITEBYTECODE: "1", ...environment };
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
    // On a connection that no later call finds closed.
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
