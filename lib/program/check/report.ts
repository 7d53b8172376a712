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
 * installed. It is the program's own, otherwise the one of slipway-local, which a production install leaves out.
 *
 * @param folder the program's working directory
 * @see https://github.com/microsoft/typescript-go
 */
export function executable(folder: string, resolvePackage = resolveFrom): string | undefined {
    const name = `@typescript/typescript-${process.platform}-${process.arch}/package.json`;
    const program = join(folder, "index.js");
    const found =
        resolvePackage(name, program) ??
        ["typescript/package.json", "slipway-local/package.json"]
            .map((dependent) => resolvePackage(dependent, program))
            .map((dependent) => dependent && resolvePackage(name, dependent))
            .find((manifest) => manifest !== undefined) ??
        resolvePackage(name, __filename);
    return found && join(dirname(found), "lib", process.platform === "win32" ? "tsc.exe" : "tsc");
}

/** The path of a module as another file imports it; undefined if it is not installed. */
function resolveFrom(request: string, file: string): string | undefined {
    try {
        return createRequire(file).resolve(request);
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
    const packages = new Set<string>();
    let isAboutOptions = false;
    // Whether the last error is of the program; lines that continue an error are indented.
    let isError = false;
    for (const line of linesOf(output)) {
        const [begins, file] = (line.includes("error TS") && beginning.exec(line)) || [];
        if (begins !== undefined) {
            isAboutOptions ||= file === undefined || resolve(folder, file) === config;
            isError = !/(^|[/\\])node_modules[/\\]/.test(file ?? "");
        }
        if (isError && (begins !== undefined || line.startsWith("  "))) {
            errors.push(line);
        } else if (isAbsolute(line)) {
            files.add(line);
        } else if (line.startsWith("=")) {
            addPackage(line, packages, lookups);
        } else {
            addQuoted(line, lookups);
        }
    }
    return { errors, isAboutOptions, files: normalized(files), lookups: normalized(lookups) };
}

/** One after the other: as a list, tens of thousands of lines take most of the time. */
function* linesOf(text: string): Generator<string> {
    for (let start = 0; start < text.length; ) {
        const found = text.indexOf("\n", start);
        const end = found < 0 ? text.length : found;
        yield text.slice(start, text[end - 1] === "\r" ? end - 1 : end);
        start = end + 1;
    }
}

/** Adds the absolute paths in quotes. A quote within a path is not followed by a separator. */
function addQuoted(line: string, paths: Set<string>): void {
    for (const [, path] of line.matchAll(/'(.*?)'(?=[ .,;]|$)/g)) {
        if (isAbsolute(path as string)) {
            paths.add(path as string);
        }
    }
}

const normalized = (paths: Iterable<string>) => new Set([...paths].map(normalize));

const resolving =
    /^=+ Resolving (?:module|type reference directive) '([^./'][^']*)'(?: from|, containing file) '(.+?)'(?=[ .,]|$)/;

/** Adds the folders in which a package is looked up: the trace leaves out those that do not exist. */
function addPackage(line: string, known: Set<string>, lookups: Set<string>): void {
    const [, request = "", file = ""] = resolving.exec(line) ?? [];
    const [name] = /^(@[^/]+\/)?[^/:]+(?=\/|$)/.exec(request) ?? [];
    for (let folder = dirname(file); name !== undefined; folder = dirname(folder)) {
        const packages = join(folder, "node_modules");
        const path = join(packages, name);
        // Also above the root, whose folder is itself.
        if (known.has(path)) {
            return;
        }
        known.add(path);
        lookups.add(path).add(join(packages, "@types", name.replace(/^@(.+)\//, "$1__")));
    }
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
        return { ...report, files: normalized(files), lookups: normalized(lookups) };
    } catch {
        return undefined;
    }
}
