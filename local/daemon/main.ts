import { existsSync, statSync, truncateSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Files, idleSeconds, lastUse } from "./files";
import { moduleOf, type Running } from "./kinds";
import { isRunning, killGroup, thisProcess } from "./processes";

/** A log of a megabyte has nothing in it that tells why a start fails. */
const longLog = 1024 * 1024;

const report = (line: string) => process.stderr.write(`${line}\n`);

/** `node main.js <home> <kind> [id]`: a background process of a workspace, started by `daemon` of client.ts. */
async function main([home, kind, id = ""]: string[]): Promise<void> {
    if (!home || !kind) {
        throw new Error("usage: main.js <home> <kind> [id]");
    }
    const files = Files.of(home, kind, id);
    const before = files.lock();
    if (before === undefined) {
        return;
    }
    if ((statSync(files.log, { throwIfNoEntry: false })?.size ?? 0) > longLog) {
        truncateSync(files.log);
    }
    // One that was killed could not end what it had started.
    before.forEach(killGroup);
    files.forgetOlder();
    const told = new Promise<string>((resolve) => {
        for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) {
            process.once(signal, () => resolve(signal));
        }
    });
    const running = await Promise.race([moduleOf(kind).start({ home, id, report }), told]);
    if (typeof running === "string") {
        // Told to end while it starts: what it has begun to start goes with the group.
        killGroup(thisProcess());
        return;
    }
    await serve(files, running, told);
}

async function serve(files: Files, running: Running, told: Promise<string>): Promise<void> {
    files.writeNote(running.note);
    let end: string | undefined;
    void told.then((signal) => {
        end ??= `told to end by ${signal}`;
    });
    void running.ended.then((reason) => {
        end ??= `it ended by itself: ${reason}`;
    });
    while (end === undefined) {
        await Promise.race([sleep(Math.min(500, idleSeconds() * 250)), told, running.ended]);
        end ??= reasonToEnd(files, running);
    }
    if (existsSync(files.home)) {
        files.removeNote();
    }
    report(`${new Date().toISOString()} ${end}`);
    await running.close();
}

/** Why a daemon that works should end, if it should. */
function reasonToEnd(files: Files, { note }: Running): string | undefined {
    const holder = files.holder();
    if (!holder || holder.pid !== process.pid || !isRunning(holder)) {
        return `${files.home} was removed`;
    }
    if (isUsed(files)) {
        return undefined;
    }
    // Whoever read the note before has used it before; whoever comes now finds no note and waits.
    files.removeNote();
    if (isUsed(files)) {
        files.writeNote(note);
        return undefined;
    }
    return "nobody used it";
}

const isUsed = ({ home }: Files) => Date.now() - lastUse(home) < idleSeconds() * 1000;

main(process.argv.slice(2)).then(
    () => process.exit(),
    (error) => {
        report(error instanceof Error ? error.message : String(error));
        // With what it has started until then.
        killGroup(thisProcess());
        process.exit(1);
    },
);
