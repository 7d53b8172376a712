import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { KeyPair } from "../../../local/machine/certificates";

/** The address of a server in addition to its socket, with TLS like a Cloud SQL instance. */
export interface Listening {
    address: string;
    /** A certificate of the instance's authority. */
    certified: KeyPair;
}

/** A real database server with its own data, which a test starts, kills and restarts. */
export abstract class DatabaseServer {
    readonly folder: string;
    private child?: ChildProcess;
    private output = "";

    /** @param user the system's user as which it runs, as none of them runs as root */
    constructor(
        protected readonly user: string,
        protected readonly listening?: Listening,
    ) {
        this.folder = mkdtempSync(join(tmpdir(), "slipway-database-"));
        chmodSync(this.folder, 0o755);
        for (const name of ["data", "run"]) {
            mkdirSync(join(this.folder, name), { mode: 0o755 });
            this.own(join(this.folder, name));
        }
        if (listening) {
            this.file("server.crt", listening.certified.certificate);
            this.file("server.key", listening.certified.key);
        }
    }

    /** The path of the socket. */
    abstract readonly socket: string;

    /** The signal that kills it without a shutdown. */
    protected abstract readonly crash: NodeJS.Signals;

    /** Runs statements as the administrator and returns their output, one line per row. */
    abstract sql(statements: string, database?: string): Promise<string>;

    protected abstract command(): string[];

    async start(): Promise<void> {
        const [program = "", ...args] = this.command();
        this.output = "";
        const child = spawn(program, args, { ...this.ids(), cwd: this.folder, stdio: ["ignore", "pipe", "pipe"] });
        this.child = child;
        for (const stream of [child.stdout, child.stderr]) {
            stream.setEncoding("utf8").on("data", (text) => {
                this.output += text;
            });
        }
        for (const started = Date.now(); !(await this.sql("SELECT 1").catch(() => "")); await sleep(50)) {
            if (child.exitCode !== null || child.pid === undefined || Date.now() - started > 60_000) {
                throw new Error(`The server does not start: ${program} ${args.join(" ")}\n${this.output}`);
            }
        }
    }

    /** Kills it with all connections, as at the begin of a failover. */
    async kill(): Promise<void> {
        const { child } = this;
        if (child?.pid !== undefined && child.exitCode === null && child.signalCode === null) {
            const ended = new Promise((resolve) => child.on("close", resolve));
            child.kill(this.crash);
            await ended;
        }
    }

    async remove(): Promise<void> {
        await this.kill();
        rmSync(this.folder, { recursive: true, force: true });
    }

    /** Writes a file that only the server can read. */
    protected file(name: string, content: string): string {
        const path = join(this.folder, "run", name);
        writeFileSync(path, content, { mode: 0o600 });
        this.own(path);
        return path;
    }

    /** The user and group IDs of the system user. */
    protected ids(): { uid: number; gid: number } {
        const number = (option: string) => Number(execFileSync("id", [option, this.user], { encoding: "utf8" }));
        return { uid: number("-u"), gid: number("-g") };
    }

    private own(path: string): void {
        const { uid, gid } = this.ids();
        chownSync(path, uid, gid);
    }
}

/** The first existing path. */
export function installed(paths: string[], name: string, packages: string): string {
    const found = paths.find((path) => existsSync(path));
    if (found === undefined) {
        throw new Error(`There is no ${name} on this machine. Install it: apt-get install ${packages}`);
    }
    return found;
}
