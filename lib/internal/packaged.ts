import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** The text of a file of the package that is not compiled, such as what a container runs, by its path in the package. */
export function packaged(...path: string[]): string {
    const library = dirname(__dirname);
    // The compiled library lies one folder deeper than what it is compiled from.
    const folder = basename(dirname(library)) === "dist" ? dirname(dirname(library)) : dirname(library);
    return readFileSync(join(folder, ...path), "utf8");
}
