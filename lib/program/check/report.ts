import { createRequire } from "node:module";
import { dirname, isAbsolute, join, normalize, resolve } from "node:path";

/** What a compiler reports. */
export interface Report {
    /** Lines such as `index.ts(3,7): error TS2322: Type 'string' is not assignable to type 'number'.`, and those that continue them. */
    errors: string[];
    /** Whether an error is about options, which the compiler perhaps does not support. */
    isAboutOptions: boolean;
    /** The files that were read. */
    files: Set<string>;
    /** The paths that were looked up. */
    lookups: Set<string>;
}

/**
 * The executable of TypeScript 7, which is a package per platform; undefined if there is none for this platform, or it is not
 * installed.
 *
 * @see https://github.com/microsoft/typescript-go
 */
export function executable(): string | undefined {
    try {
        const manifest = createRequire(__filename).resolve(
            `@typescript/typescript-${process.platform}-${process.arch}/package.json`,
        );
        return join(dirname(manifest), "lib", process.platform === "win32" ? "tsc.exe" : "tsc");
    } catch {
        return undefined;
    }
}

const beginning = /^(?:(.+?)\(\d+,\d+\): )?error TS\d+: /;

/**
 * Reads the output of TypeScript 7 with `--traceResolution` and `--listFiles`: how each import is resolved, then errors, and the files.
 *
 * @param folder its working directory, to which the files of errors are relative
 * @param config the file with the options
 */
export function parseOutput(output: string, folder: string, config: string): Report {
    const errors: string[] = [];
    const files = new Set<string>();
    const lookups = new Set<string>();
    let isAboutOptions = false;
    // Whether the last error is of the program; lines that continue an error are indented.
    let isError = false;
    for (const line of output.split(/\r?\n/)) {
        const [begins, file] = beginning.exec(line) ?? [];
        if (begins !== undefined) {
            isAboutOptions ||= file === undefined || resolve(folder, file) === config;
            isError = !/(^|[/\\])node_modules[/\\]/.test(file ?? "");
        }
        if (isError && (begins !== undefined || line.startsWith("  "))) {
            errors.push(line);
        } else if (isAbsolute(line)) {
            files.add(normalize(line));
        } else {
            for (const [, path = ""] of line.matchAll(/'(.+?)'(?=[ .,;]|$)/g)) {
                if (isAbsolute(path)) {
                    lookups.add(normalize(path));
                }
            }
        }
    }
    return { errors, isAboutOptions, files, lookups };
}

/** A report as JSON. */
export type Written = Pick<Report, "errors" | "isAboutOptions"> & Record<"files" | "lookups", string[]>;

/**
 * Reads the output of `compiler.ts`.
 *
 * @returns undefined if it failed
 */
export function parseReport(output: string): Report | undefined {
    try {
        const { files, lookups, ...report }: Written = JSON.parse(output);
        return { ...report, files: new Set(files.map(normalize)), lookups: new Set(lookups.map(normalize)) };
    } catch {
        return undefined;
    }
}
