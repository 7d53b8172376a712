import { mkdirSync, renameSync, type WriteFileOptions, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a file that other processes can read at the same time: they see the old content or the new one. */
export function writeAtOnce(file: string, text: string, options?: WriteFileOptions): void {
    mkdirSync(dirname(file), { recursive: true });
    const draft = `${file}.${process.pid}.draft`;
    writeFileSync(draft, text, options);
    renameSync(draft, file);
}
