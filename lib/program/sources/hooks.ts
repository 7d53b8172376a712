import { fileURLToPath, pathToFileURL } from "node:url";
import type { Program } from "./program";

interface Loaded {
    format?: string | null;
    source?: unknown;
    shortCircuit?: boolean;
}

interface ImportContext {
    parentURL?: string;
    conditions: Iterable<string>;
}

/** The hooks of Node's loader for ES modules, which answer immediately: https://nodejs.org/api/module.html#hooks */
export interface Hooks {
    resolve<T>(request: string, context: ImportContext, next: (request: string) => T): T;
    load<T>(url: string, context: object, next: (url: string, context: object) => T): T | Loaded;
}

/** The hooks for the sources of a program, of which `isLoading` receives each path. */
export function hooksOf(program: () => Program, isLoading: (file: string) => void): Hooks {
    const source = (url: string | undefined) => {
        const file = url?.startsWith("file:") ? fileURLToPath(url) : undefined;
        return file !== undefined && program().isSource(file) ? file : undefined;
    };
    return {
        resolve: (request, { parentURL, conditions }, next) => {
            // The loader of CommonJS resolves what is required.
            const parent = [...conditions].includes("require") ? undefined : source(parentURL);
            // A name of `imports` begins with the character that begins a fragment elsewhere.
            const [, path = "", query = ""] = /^(#?[^?#]*)(.*)$/s.exec(request) ?? [];
            const local = path.startsWith("file:") ? fileURLToPath(path) : path;
            if (parent === undefined) {
                return next(request);
            }
            const url = (file: string) => pathToFileURL(file).href + query;
            const found = program().resolve(local, parent);
            return caught(
                () => next(found ? url(found) : request),
                (error) => next(url(program().instead(error))),
            );
        },
        load: (url, context, next) => {
            const file = source(url);
            if (file === undefined) {
                return next(url, context);
            }
            isLoading(file);
            const format = program().formatOf(file);
            return { format, source: program().compile(file, format), shortCircuit: true };
        },
    };
}

/** Handles the error of a function, or of the promise that it returns in a thread of hooks. */
function caught<T>(call: () => T, handle: (error: unknown) => T): T {
    try {
        const result = call();
        return result instanceof Promise ? (result.catch(handle) as T) : result;
    } catch (error) {
        return handle(error);
    }
}
