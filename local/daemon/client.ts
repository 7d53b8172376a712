import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { compiled, packageFolder } from "../../toolchain";
import { Files, use } from "./files";
import type { Kind, Note } from "./kinds";
import { isRunning, killGroup, type Process, terminate } from "./processes";

export { inUse } from "./files";
export type { Kind, Note } from "./kinds";

/** How long a daemon may take to end in order before it is killed. */
const patience = 15_000;

/**
 * What a background process of a workspace tells of itself, after starting it where it does not run. It ends by itself
 * when nobody uses it.
 *
 * @param id which one of its kind, where there are several
 * @param report receives what it says while it starts, as that may take minutes where something has to be built
 * @throws Error when it does not start, with the end of its log
 */
export async function daemon(
    home: string,
    kind: Kind,
    id = "",
    report: (line: string) => void = () => undefined,
): Promise<Note> {
    const files = Files.of(home, kind, id);
    const log = new Tail(files.log);
    let started: Started | undefined;
    for (;;) {
        // In this order: a daemon that is about to end takes its note away before it looks whether it was used.
        use(home);
        const note = files.readNote();
        if (note) {
            log.passOn(report);
            return note;
        }
        log.passOn(report);
        const holder = files.holder();
        if (started?.failed()) {
            throw new Error(`${called(kind, id)} did not start: ${log.end()}\nIts log is ${files.log}.`);
        }
        if (!(holder && isRunning(holder)) && (started === undefined || started.ended())) {
            started = spawned(files, kind, id);
        }
        await sleep(25);
    }
}

/** Ends a daemon, with whatever it has started; one that does not run stays so. */
export function endDaemon(home: string, kind: Kind, id = ""): Promise<void> {
    return existsSync(home) ? end(Files.of(home, kind, id)) : Promise.resolve();
}

/** Ends all daemons of a workspace. */
export async function endDaemons(home: string): Promise<void> {
    await Promise.all(Files.all(home).map(end));
}

async function end(files: Files): Promise<void> {
    for (let holder = files.holder(); holder; holder = anotherHolder(files, holder)) {
        terminate(holder);
        const giveUp = Date.now() + patience;
        while (isRunning(holder) && Date.now() < giveUp) {
            await sleep(25);
        }
        killGroup(holder);
        while (isRunning(holder)) {
            await sleep(25);
        }
    }
}

/** Who took the lock while the holder before was being ended. */
function anotherHolder(files: Files, before: Process): Process | undefined {
    const holder = files.holder();
    return holder?.pid === before.pid ? undefined : holder;
}

/** A process that was started to become the daemon. */
interface Started {
    ended(): boolean;
    /** Whether it ended because something was wrong, and not because another process is the daemon already. */
    failed(): boolean;
}

function spawned({ home, log }: Files, kind: Kind, id: string): Started {
    const main = compiled(join("local", "daemon", "main.js"));
    const output = openSync(log, "a");
    // A group of its own: it outlives this process, and what it starts can be found when it was killed.
    const child: ChildProcess = spawn(process.execPath, [main, home, kind, id], {
        cwd: packageFolder(),
        env: process.env,
        detached: true,
        stdio: ["ignore", output, output],
        windowsHide: true,
    });
    closeSync(output);
    child.unref();
    let failure = false;
    child.on("error", () => {
        failure = true;
    });
    return {
        ended: () => child.exitCode !== null || child.signalCode !== null,
        failed: () => failure || (child.exitCode ?? 0) !== 0 || child.signalCode !== null,
    };
}

const called = (kind: string, id: string) => `the local ${kind}${id && ` ${id}`}`;

/** What is written to a log from now on. */
class Tail {
    private told: number;
    private readonly from: number;

    constructor(private readonly file: string) {
        this.told = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
        this.from = this.told;
    }

    passOn(report: (line: string) => void): void {
        const size = statSync(this.file, { throwIfNoEntry: false })?.size ?? 0;
        if (size === this.told) {
            return;
        }
        const text = this.text(this.told);
        const whole = text.slice(0, text.lastIndexOf("\n") + 1);
        this.told += Buffer.byteLength(whole);
        for (const line of whole.split("\n").filter(Boolean)) {
            report(line);
        }
    }

    /** The last lines. */
    end(): string {
        return this.text(this.from).trim().split("\n").slice(-20).join("\n") || "it said nothing";
    }

    private text(from: number): string {
        return existsSync(this.file) ? readFileSync(this.file).subarray(from).toString() : "";
    }
}
