import { createHash } from "node:crypto";
import {
    existsSync,
    linkSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    renameSync,
    rmSync,
    statSync,
    utimesSync,
    writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import type { Note } from "./kinds";
import { isRunning, type Process, thisProcess } from "./processes";

const folderOf = (home: string) => join(home, "daemons");

/** After how many seconds without use a daemon ends. */
export function idleSeconds({ SLIPWAY_LOCAL_IDLE }: NodeJS.ProcessEnv = process.env): number {
    const seconds = Number(SLIPWAY_LOCAL_IDLE ?? 900);
    if (!(seconds > 0)) {
        throw new Error(`SLIPWAY_LOCAL_IDLE is a number of seconds (got ${SLIPWAY_LOCAL_IDLE}).`);
    }
    return seconds;
}

/** The files of one daemon in its workspace. */
export class Files {
    readonly log: string;
    private readonly note: string;

    private constructor(
        readonly home: string,
        readonly name: string,
    ) {
        this.log = join(folderOf(home), `${name}.log`);
        this.note = join(folderOf(home), `${name}.json`);
    }

    static of(home: string, kind: string, id = ""): Files {
        const short = basename(kind).replace(/\.js$/, "");
        // An id may have slashes, and be longer than a file's name.
        const tail = id && `-${createHash("sha256").update(id).digest("hex").slice(0, 12)}`;
        mkdirSync(folderOf(home), { recursive: true });
        return new Files(home, `${short}${tail}`);
    }

    /** Those of every daemon that ever ran in a workspace. */
    static all(home: string): Files[] {
        const folder = folderOf(home);
        const names = (existsSync(folder) ? readdirSync(folder) : []).flatMap(
            (file) => /^(.+)\.lock\.\d+$/.exec(file)?.[1] ?? [],
        );
        return [...new Set(names)].map((name) => new Files(home, name));
    }

    /** What the running daemon tells, once it has started. */
    readNote(): Note | undefined {
        const holder = this.holder();
        const written = parsed<{ process: Process; note: Note }>(this.note);
        return holder && written?.process.pid === holder.pid && isRunning(holder) ? written.note : undefined;
    }

    writeNote(note: Note): void {
        writeAtOnce(this.note, JSON.stringify({ process: thisProcess(), note }));
    }

    removeNote(): void {
        rmSync(this.note, { force: true });
    }

    /**
     * Whoever took the lock last, running or not. A lock is one file a holder, with a number: of two that find the last holder
     * dead, one alone can make the next file, where a file that both may replace would be taken twice.
     */
    holder(): Process | undefined {
        const last = this.locks().at(-1);
        return last === undefined ? undefined : parsed(this.lockFile(last));
    }

    /**
     * Takes the lock for this process.
     *
     * @returns the holders before, which are dead but may have left processes; undefined when another process has the lock
     */
    lock(): Process[] | undefined {
        const locks = this.locks();
        const before = locks.flatMap((number) => parsed<Process>(this.lockFile(number)) ?? []);
        if (before.some(isRunning)) {
            return undefined;
        }
        const draft = `${this.note}.${process.pid}.draft`;
        writeFileSync(draft, JSON.stringify(thisProcess()));
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

    /** Forgets the holders before the last, once what they left behind is gone. */
    forgetOlder(): void {
        for (const number of this.locks().slice(0, -1)) {
            rmSync(this.lockFile(number), { force: true });
        }
    }

    private lockFile(number: number): string {
        return join(folderOf(this.home), `${this.name}.lock.${number}`);
    }

    private locks(): number[] {
        const folder = folderOf(this.home);
        return (existsSync(folder) ? readdirSync(folder) : [])
            .filter((file) => file.startsWith(`${this.name}.lock.`))
            .map((file) => Number(file.slice(this.name.length + 6)))
            .sort((one, other) => one - other);
    }
}

const usedFile = (home: string) => join(folderOf(home), "used");

/** Says that the daemons of a workspace are in use, where there are any. */
export function use(home: string): void {
    if (!existsSync(folderOf(home))) {
        return;
    }
    const now = new Date();
    try {
        utimesSync(usedFile(home), now, now);
    } catch {
        writeFileSync(usedFile(home), "");
    }
}

/** Milliseconds since 1970 at which the daemons of a workspace were used last. */
export function lastUse(home: string): number {
    return statSync(usedFile(home), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Keeps the daemons of a workspace in use until the returned function is called. */
export function inUse(home: string): () => void {
    use(home);
    const every = Math.min(30_000, idleSeconds() * 300);
    const timer = setInterval(() => use(home), every).unref();
    return () => clearInterval(timer);
}

function parsed<Parsed>(file: string): Parsed | undefined {
    try {
        return JSON.parse(readFileSync(file, "utf8"));
    } catch {
        return undefined;
    }
}

function writeAtOnce(file: string, text: string): void {
    const draft = `${file}.${process.pid}.draft`;
    writeFileSync(draft, text);
    renameSync(draft, file);
}
