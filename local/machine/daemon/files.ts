import { createHash } from "node:crypto";
import { existsSync, linkSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { privateFolder, writePrivate } from "../../../lib/privateFiles";
import type { DaemonInfo } from "./kinds";
import { isRunning, type Process, thisProcess } from "./processes";

/** The folder of the daemons of a workspace. */
export const daemonFolder = (home: string): string => join(home, "daemons");

/** The idle timeout of daemons in seconds. */
export function idleSeconds({ SLIPWAY_LOCAL_IDLE }: NodeJS.ProcessEnv = process.env): number {
    const seconds = Number(SLIPWAY_LOCAL_IDLE ?? 180);
    if (!(seconds > 0)) {
        throw new Error(`SLIPWAY_LOCAL_IDLE must be a number of seconds (got ${SLIPWAY_LOCAL_IDLE}).`);
    }
    return seconds;
}

/** The files of a daemon in its workspace. */
export class DaemonFiles {
    readonly log: string;
    private readonly note: string;

    private constructor(
        readonly home: string,
        readonly name: string,
    ) {
        this.log = join(daemonFolder(home), `${name}.log`);
        this.note = join(daemonFolder(home), `${name}.json`);
    }

    static of(home: string, kind: string, id = ""): DaemonFiles {
        const short = basename(kind).replace(/\.js$/, "");
        // IDs can contain slashes and be longer than file names.
        const tail = id && `-${createHash("sha256").update(id).digest("hex").slice(0, 12)}`;
        privateFolder(daemonFolder(home), "SLIPWAY_LOCAL_HOME");
        return new DaemonFiles(home, `${short}${tail}`);
    }

    /** The files of all daemons that ever ran in a workspace. */
    static all(home: string): DaemonFiles[] {
        const folder = daemonFolder(home);
        if (existsSync(folder)) {
            // The processes that it names are stopped.
            privateFolder(folder, "SLIPWAY_LOCAL_HOME");
        }
        const names = (existsSync(folder) ? readdirSync(folder) : []).flatMap(
            (file) => /^(.+)\.lock\.\d+$/.exec(file)?.[1] ?? [],
        );
        return [...new Set(names)].map((name) => new DaemonFiles(home, name));
    }

    /** The info of the running daemon, once it has started. */
    readNote(): DaemonInfo | undefined {
        const owner = this.holder();
        const written = parsed<{ process: Process; note: DaemonInfo }>(this.note);
        return owner && written?.process.pid === owner.pid && isRunning(owner) ? written.note : undefined;
    }

    writeNote(info: DaemonInfo): void {
        writePrivate(this.note, JSON.stringify({ process: thisProcess(), note: info }));
    }

    removeNote(): void {
        rmSync(this.note, { force: true });
    }

    /**
     * The process that took the lock last, running or not. Each holder of the lock has its own numbered file: if two
     * processes find that the last holder is dead, only one of them can create the next file. A single file that both
     * replace could be locked twice.
     */
    holder(): Process | undefined {
        const last = this.locks().at(-1);
        return last === undefined ? undefined : parsed(this.lockFile(last));
    }

    /**
     * Takes the lock for this process.
     *
     * @returns the previous holders, which are dead but can have left processes; undefined if another process has the
     *   lock
     */
    lock(): Process[] | undefined {
        const locks = this.locks();
        const before = locks.flatMap((number) => parsed<Process>(this.lockFile(number)) ?? []);
        if (before.some(isRunning)) {
            return undefined;
        }
        const draft = `${this.note}.${process.pid}.draft`;
        writePrivate(draft, JSON.stringify(thisProcess()));
        try {
            linkSync(draft, this.lockFile((locks.at(-1) ?? 0) + 1));
        } catch (error) {
            if ((error as NodeJS.ErrnoException).code === "EEXIST") {
                return undefined;
            }
            throw error;
        } finally {
            rmSync(draft);
        }
        return before;
    }

    /** Removes the records of previous holders, after their processes have been killed. */
    forgetOlder(): void {
        for (const number of this.locks().slice(0, -1)) {
            rmSync(this.lockFile(number), { force: true });
        }
    }

    private lockFile(number: number): string {
        return join(daemonFolder(this.home), `${this.name}.lock.${number}`);
    }

    private locks(): number[] {
        const folder = daemonFolder(this.home);
        return (existsSync(folder) ? readdirSync(folder) : [])
            .filter((file) => file.startsWith(`${this.name}.lock.`))
            .map((file) => Number(file.slice(this.name.length + 6)))
            .sort((one, other) => one - other);
    }
}

const usedFile = (home: string) => join(daemonFolder(home), "used");

/** Records that the daemons of a workspace are in use. */
export function recordUse(home: string): void {
    if (!existsSync(daemonFolder(home))) {
        return;
    }
    const now = new Date();
    try {
        utimesSync(usedFile(home), now, now);
    } catch {
        writeFileSync(usedFile(home), "", { mode: 0o600 });
    }
}

/** The time of the last use of a workspace's daemons, in milliseconds since 1970. */
export function lastUse(home: string): number {
    return statSync(usedFile(home), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Keeps the daemons of a workspace in use until the returned function is called. */
export function keepInUse(home: string): () => void {
    recordUse(home);
    const every = Math.min(30_000, idleSeconds() * 300);
    const timer = setInterval(() => recordUse(home), every).unref();
    return () => clearInterval(timer);
}

function parsed<Parsed>(file: string): Parsed | undefined {
    try {
        return JSON.parse(readFileSync(file, "utf8"));
    } catch {
        return undefined;
    }
}
