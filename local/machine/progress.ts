import { appendFileSync, existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Report } from "../toolchain";
import { Tail } from "./daemon/client";
import { processOf } from "./daemon/processes";

const variable = "SLIPWAY_LOCAL_PROGRESS";

let count = 0;

/**
 * Prints what plugins do before they start, such as building a provider, which the engine shows only when it has ended. They end when a
 * person interrupts the command, for which the engine would wait.
 */
export class Progress {
    /** The variables of the engine. */
    readonly environment: NodeJS.ProcessEnv;
    /** Ends it. */
    readonly close: () => void;

    constructor(folder: string, report: Report) {
        const file = join(folder, `progress-${process.pid}-${++count}.log`);
        for (const name of readdirSync(folder)) {
            const [, pid] = /^progress-(\d+)-/.exec(name) ?? [];
            if (pid && processOf(Number(pid)) === undefined) {
                rmSync(join(folder, name), { force: true });
            }
        }
        writeFileSync(file, "");
        const lines = new Tail(file);
        const timer = setInterval(() => lines.passOn(report), 250);
        const remove = () => rmSync(file, { force: true });
        process.on("SIGINT", remove);
        this.environment = { [variable]: file };
        this.close = () => {
            clearInterval(timer);
            lines.passOn(report);
            process.off("SIGINT", remove);
            remove();
        };
    }
}

/**
 * In a plugin: reports to the command, and rejects when the command is interrupted. Ends this process if the engine has ended.
 *
 * @param engine the process ID of the engine
 */
export function commandProgress(
    engine = "",
    { [variable]: file = "" }: NodeJS.ProcessEnv = process.env,
): { report: Report; interrupted: Promise<never> } {
    const report = (line: string) => {
        if (existsSync(file)) {
            appendFileSync(file, `${line}\n`);
        }
    };
    const interrupted = new Promise<never>((_, reject) => {
        setInterval(() => {
            if (processOf(Number(engine)) === undefined) {
                process.exit(1);
            }
            if (file && !existsSync(file)) {
                reject(new Error("The command was interrupted."));
            }
        }, 500).unref();
    });
    return { report, interrupted };
}
