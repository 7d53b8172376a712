import Module from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isMainThread } from "node:worker_threads";
import { type Hooks, hooksOf } from "./hooks";
import { Program } from "./program";
import { mapStackTraces } from "./stackTraces";
import type { ThreadData } from "./thread";

interface Loaded {
    filename?: string | null;
    _compile(code: string, file: string): unknown;
}

type Extension = (this: unknown, module: Loaded, file: string) => void;

/** The parts of Node's loaders that compilers extend. */
interface Loader {
    _extensions: Record<string, Extension>;
    _resolveFilename(request: string, parent?: Loaded | null, ...more: unknown[]): string;
    /** In the thread of the program; from Node 22.15 and 23.5 on. */
    registerHooks?(hooks: Hooks): void;
    /** In a thread of their own. */
    register(file: string, parent: string, options: { data: unknown }): void;
}

const loader = Module as unknown as Loader;

let program: Program | undefined;
const current = () => program as Program;

/**
 * Lets this process load the sources in TypeScript of a program, which are files outside of `node_modules`, as modules of CommonJS and as
 * ES modules. A later call replaces the program.
 *
 * @param folder the folder in which the program runs
 * @param entry the file that it starts with
 * @param isLoading called before a source is loaded, with its path; its error becomes the error of the import
 */
export function loadSources(folder: string, entry: string, isLoading: (file: string) => void = () => undefined): void {
    const isFirst = program === undefined;
    program = new Program(folder);
    if (isFirst) {
        loadRequired(isLoading);
        loadImported(entry, isLoading);
        mapStackTraces((path) => current().outputOf(path.startsWith("file:") ? fileURLToPath(path) : path));
    }
}

/** Sources that are loaded with `require` are modules of CommonJS. */
function loadRequired(isLoading: (file: string) => void): void {
    for (const extension of [".ts", ".cts", ".mts", ".tsx"]) {
        const load = (loader._extensions[extension] ?? loader._extensions[".js"]) as Extension;
        loader._extensions[extension] = function (this: unknown, module, file) {
            if (current().isSource(file)) {
                isLoading(file);
                module._compile(current().compile(file, "commonjs"), file);
            } else {
                load.call(this, module, file);
            }
        };
    }
    const resolveFilename = loader._resolveFilename;
    loader._resolveFilename = function (this: unknown, request, parent, ...more) {
        const file = parent?.filename;
        if (!file || !current().isSource(file)) {
            return resolveFilename.call(this, request, parent, ...more);
        }
        const found = current().resolve(request, file);
        try {
            return resolveFilename.call(this, found ?? request, parent, ...more);
        } catch (error) {
            return current().instead(error);
        }
    };
}

/**
 * Node before 22.15 loads ES modules with hooks in a thread of their own. It only starts for a program that is an ES module in TypeScript.
 */
function loadImported(entry: string, isLoading: (file: string) => void): void {
    if (loader.registerHooks) {
        loader.registerHooks(hooksOf(current, isLoading));
    } else if (isMainThread && current().isSource(entry) && current().formatOf(entry) === "module") {
        let failure: { name: string; message: string } | undefined;
        try {
            isLoading(entry);
        } catch (error) {
            const { name, message } = error as Error;
            failure = { name, message };
        }
        const data: ThreadData = { folder: current().folder, failure };
        loader.register("./thread.js", pathToFileURL(__filename).href, { data });
    }
}
