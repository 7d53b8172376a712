import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

/**
 * The processes of a control plane. They are in the process group of this process, so that they are stopped with it.
 */
export class Components {
    private readonly children = new Map<string, ChildProcess>();
    private closing = false;
    private tellEnd: (reason: string) => void = () => undefined;
    /** Resolves with the reason when a component exits unexpectedly. */
    readonly ended = new Promise<string>((resolve) => {
        this.tellEnd = resolve;
    });

    /** @param folder the folder of the logs */
    constructor(private readonly folder: string) {}

    /** Starts a process with flags in the form `--name=value`. */
    start(binary: string, flags: Record<string, string | number | boolean | string[]>, environment = {}): void {
        const name = basename(binary);
        const log = this.log(name);
        const output = openSync(log, "w");
        const args = Object.entries(flags).flatMap(([flag, value]) =>
            (Array.isArray(value) ? value : [value]).map((item) => `--${flag}=${item}`),
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

    /** Stops all components in reverse order. */
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
        // Only the store needs a graceful stop, as no more requests are pending.
        child.kill(name === "etcd" ? "SIGTERM" : "SIGKILL");
        const impatient = setTimeout(() => child.kill("SIGKILL"), 5_000);
        await closed;
        clearTimeout(impatient);
    }
}

const endOf = (log: string) => readFileSync(log, "utf8").trim().split("\n").slice(-5).join("\n");
