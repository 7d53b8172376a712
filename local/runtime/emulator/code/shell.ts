import { chmodSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { Program } from "./code";

/** The program that runs a command, which finds programs in folders before those of this machine. */
export const shell = (command: string, folders: string[], environment: Record<string, string>): Program => ({
    program: "/bin/sh",
    args: ["-c", command],
    environment: { ...environment, PATH: [...folders, process.env.PATH].join(delimiter) },
});

/** Writes a program that starts another one with more arguments before its own. */
export function writeProgram(folder: string, name: string, command: string[], assignment = ""): void {
    const file = join(folder, name);
    writeFileSync(file, `#!/bin/sh\n${assignment}exec ${command.map(quoted).join(" ")} "$@"\n`);
    chmodSync(file, 0o755);
}

/** A text as a word of a shell's command. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
