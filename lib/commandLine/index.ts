/**
 * What all commands of slipway have in common: exit codes, errors, help and progress.
 *
 * @packageDocumentation
 */
import type { Command } from "commander";

/** A command that was written in a wrong way, which exits with 2. */
export class UsageError extends Error {}

/** The exit codes of all commands, for their help. */
export const exitCodes = "\nExit codes: 0 for success, 1 for a failure, 2 for a wrong option or argument";

/** Examples for the help of a command: what to type, and what it does. */
export function examples(rows: Record<string, string>): string {
    const width = Math.max(...Object.keys(rows).map(({ length }) => length));
    const lines = Object.entries(rows).map(([typed, effect]) => `  ${typed.padEnd(width)}  ${effect}`);
    return `\nExamples:\n${lines.join("\n")}`;
}

/** Prepares a command and its subcommands: errors of usage begin with the name, and refer to the help. */
export function prepared(command: Command, parents = ""): Command {
    const name = `${parents}${command.name()}`;
    command
        .exitOverride()
        .configureOutput({ outputError: (text, write) => write(text.replace(/^error: /, "slipway: ")) })
        .showHelpAfterError(`Run '${name} --help' for its options and arguments.`);
    for (const subcommand of command.commands) {
        prepared(subcommand, `${name} `);
    }
    return command;
}

/** Waits for a command, prints its error, and sets the exit code. */
export async function ended(running: Promise<unknown>): Promise<void> {
    try {
        await running;
    } catch (error) {
        const { code, exitCode } = error as { code?: unknown; exitCode?: number };
        // The parser of commands has printed its own errors, and ends help with an error, too.
        if (typeof code === "string" && code.startsWith("commander.")) {
            process.exitCode = exitCode === 0 ? 0 : 2;
            return;
        }
        process.stderr.write(`slipway: ${error instanceof Error ? error.message : error}\n`);
        process.exitCode = error instanceof UsageError ? 2 : 1;
    }
}

/** Whether a stream is a terminal whose user wants colors: see {@link https://no-color.org NO_COLOR}. */
export const hasColors = ({ isTTY }: { isTTY?: boolean }, env = process.env): boolean =>
    Boolean(isTTY) && !env.NO_COLOR;

/** Reports a step that takes a while, if somebody waits at a terminal. */
export function progress(line: string): void {
    if (process.stderr.isTTY) {
        process.stderr.write(`${line}\n`);
    }
}
