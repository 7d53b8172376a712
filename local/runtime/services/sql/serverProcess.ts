import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { find, succeeds } from "../../../toolchain/process";
import type { RunFolder } from "../../emulator/containers/runFolder";

export interface ServerOptions {
    /** The name of the engine, for messages. */
    title: string;
    command: string[];
    folder: string;
    env: NodeJS.ProcessEnv;
    files: RunFolder;
    /** Receives lines of its log. */
    log(line: string): void;
    /** Called if it ends by itself. */
    ended(): void;
}

/** The process of a database server. */
export class ServerProcess {
    private child?: ChildProcess;

    constructor(private readonly options: ServerOptions) {}

    /**
     * Starts it.
     *
     * @param accepts whether it accepts connections
     * @throws Error with the last lines of its log if it ends before it does
     */
    async start(accepts: () => Promise<boolean>): Promise<void> {
        const { title, command, folder, env, files, log } = this.options;
        const [program = "", ...args] = await asUser(command, title);
        // Its own process group: signals of the terminal are for this process, which stops it.
        const child = spawn(program, args, { cwd: folder, env, detached: true, stdio: ["ignore", "ignore", "pipe"] });
        files.add(child.pid);
        this.child = child;
        const lines: string[] = [];
        createInterface({ input: child.stderr }).on("line", (line) => {
            lines.push(line);
            log(line);
        });
        let isStarted = false;
        const exited = new Promise<void>((resolve, reject) => {
            const failed = (error: Error) => {
                this.child = undefined;
                reject(error);
            };
            child.on("error", failed).on("close", () => {
                this.child = undefined;
                if (isStarted) {
                    this.options.ended();
                }
                resolve();
            });
        });
        const failed = exited.then(() => {
            throw new Error(`${title} does not start:\n${lines.slice(-10).join("\n")}`);
        });
        await Promise.race([failed, this.accepts(accepts)]);
        isStarted = true;
        failed.catch(() => undefined);
    }

    /** Stops it by a signal, and by another one if that takes too long. */
    async stop(signal: NodeJS.Signals, lastSignal: NodeJS.Signals): Promise<void> {
        const { child } = this;
        if (child?.pid === undefined) {
            return;
        }
        this.options.ended = () => undefined;
        const closed = new Promise((resolve) => child.once("close", resolve));
        child.kill(signal);
        await Promise.race([closed, sleep(10_000, undefined, { ref: false }).then(() => child.kill(lastSignal))]);
        await closed;
    }

    private async accepts(check: () => Promise<boolean>): Promise<void> {
        while (this.child !== undefined && !(await check())) {
            await sleep(30);
        }
    }
}

/**
 * A command as a user other than root, as whom database servers do not run: in a user namespace, the files of root are those of that user.
 *
 * @throws Error if the system has no user namespaces
 */
export async function asUser(command: string[], title: string): Promise<string[]> {
    if (process.getuid?.() !== 0) {
        return command;
    }
    const unshare = find("unshare");
    const prefix = ["--user", "--map-user=65534", "--map-group=65534"];
    if (unshare === undefined || !(await succeeds(unshare, [...prefix, "true"]))) {
        throw new Error(
            `${title} does not run as root, and this system does not let root create user namespaces: run the command as another user, or run a server yourself, and add --sql`,
        );
    }
    return [unshare, ...prefix, ...command];
}
