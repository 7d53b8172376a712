import { existsSync, statSync, truncateSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { DaemonFiles, idleSeconds, lastUse } from "./files";
import { Idleness } from "./idleness";
import { moduleOf, type RunningDaemon } from "./kinds";
import { isRunning, killGroup, thisProcess } from "./processes";

/** Limits the size of the log, as older entries do not explain a failed start. */
const longLog = 1024 * 1024;

const report = (line: string) => process.stderr.write(`${line}\n`);

/** `node main.js <home> <kind> [id]`: a background process of a workspace, started by client.ts. */
async function main([home, kind, id = ""]: string[]): Promise<void> {
    if (!home || !kind) {
        throw new Error("usage: main.js <home> <kind> [id]");
    }
    const files = DaemonFiles.of(home, kind, id);
    const before = files.lock();
    if (before === undefined) {
        return;
    }
    if ((statSync(files.log, { throwIfNoEntry: false })?.size ?? 0) > longLog) {
        truncateSync(files.log);
    }
    // A killed daemon could not stop the processes that it started.
    before.forEach(killGroup);
    files.forgetOlder();
    const message = new Promise<string>((resolve) => {
        for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) {
            process.once(signal, () => resolve(signal));
        }
    });
    const running = await Promise.race([moduleOf(kind).start({ home, id, report }), message]);
    if (typeof running === "string") {
        // If it is stopped while it starts, its child processes are killed with the process group.
        killGroup(thisProcess());
        return;
    }
    await serve(files, running, message);
}

async function serve(files: DaemonFiles, running: RunningDaemon, message: Promise<string>): Promise<void> {
    files.writeNote(running.info);
    let end: string | undefined;
    void message.then((signal) => {
        end ??= `stopped by ${signal}`;
    });
    void running.ended.then((reason) => {
        end ??= `exited: ${reason}`;
    });
    const idleness = new Idleness(idleSeconds() * 1000);
    while (end === undefined) {
        await Promise.race([sleep(Math.min(500, idleSeconds() * 250)), message, running.ended]);
        end ??= reasonToEnd(files, running, idleness);
    }
    if (existsSync(files.home)) {
        files.removeNote();
    }
    report(`${new Date().toISOString()} ${end}`);
    await running.close();
}

/** The reason to stop a running daemon, if any. */
function reasonToEnd(files: DaemonFiles, { info: note }: RunningDaemon, idleness: Idleness): string | undefined {
    const owner = files.holder();
    if (!owner || owner.pid !== process.pid || !isRunning(owner)) {
        return `${files.home} was removed`;
    }
    const isUsed = () => !idleness.isOver(lastUse(files.home), performance.now());
    if (isUsed()) {
        return undefined;
    }
    // Clients that read the info have recorded their use before; later clients find no info and wait.
    files.removeNote();
    if (isUsed()) {
        files.writeNote(note);
        return undefined;
    }
    return "stopped after the idle timeout";
}

main(process.argv.slice(2)).then(
    () => process.exit(),
    (error) => {
        report(error instanceof Error ? error.message : String(error));
        // Includes the processes started so far.
        killGroup(thisProcess());
        process.exit(1);
    },
);
