import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/** The processes of a control plane. They belong to the group of this process, so that none outlives it for long. */
export class Parts {
    private readonly children = new Map<string, ChildProcess>();
    private closing = false;
    private tellEnd: (reason: string) => void = () => undefined;
    /** Resolves when one ended by itself, with which and why. */
    readonly ended = new Promise<string>((resolve) => {
        this.tellEnd = resolve;
    });

    /** @param folder where their logs are */
    constructor(private readonly folder: string) {}

    /** Starts a process with `--name=value` for each flag. */
    start(binary: string, flags: Record<string, string | number | boolean | string[]>, environment = {}): void {
        const name = basename(binary);
        const log = this.log(name);
        const output = openSync(log, "w");
        const args = Object.entries(flags).flatMap(([flag, value]) =>
            (Array.isArray(value) ? value : [value]).map((each) => `--${flag}=${each}`),
        );
        const child = spawn(binary, args, {
            cwd: this.folder,
            env: { PATH: process.env.PATH, HOME: this.folder, ...environment },
            stdio: ["ignore", output, output],
        });
        closeSync(output);
        this.children.set(name, child);
        child.on("error", (error) => this.tellEnd(`${name} could not be started: ${error.message}`));
        child.on("close", (code, signal) => {
            if (!this.closing) {
                this.tellEnd(`${name} ended with ${signal ?? `exit code ${code}`}: ${endOf(log)}`);
            }
        });
    }

    log(name: string): string {
        return join(this.folder, `${name}.log`);
    }

    /** Ends all, each once those that need it are gone. */
    async close(): Promise<void> {
        this.closing = true;
        const last = ["kube-apiserver", "etcd"];
        const names = [...this.children.keys()];
        await Promise.all(names.filter((name) => !last.includes(name)).map((name) => this.end(name)));
        for (const name of last) {
            await this.end(name);
        }
    }

    private async end(name: string): Promise<void> {
        const child = this.children.get(name);
        if (!child || child.exitCode !== null || child.signalCode !== null) {
            return;
        }
        const closed = new Promise((resolve) => child.on("close", resolve));
        // Nothing waits for answers any more: only the store has to end in order.
        child.kill(name === "etcd" ? "SIGTERM" : "SIGKILL");
        const impatient = setTimeout(() => child.kill("SIGKILL"), 5_000);
        await closed;
        clearTimeout(impatient);
    }
}

const endOf = (log: string) => readFileSync(log, "utf8").trim().split("\n").slice(-5).join("\n");
