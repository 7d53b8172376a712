import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Reads a file of the package that is not compiled, such as a Python script, by its path in the package. */
export const packageFile = (...path: string[]): string => readFileSync(packagePath(...path), "utf8");

/** The absolute path of such a file. */
export function packagePath(...path: string[]): string {
    const library = dirname(dirname(__dirname));
    // Compiled code is in `dist`, one folder deeper.
    const folder = basename(dirname(library)) === "dist" ? dirname(dirname(library)) : dirname(library);
    return join(folder, ...path);
}
