import { statSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { dirname, extname, isAbsolute, join, resolve } from "node:path";
import type { Options } from "../check/tsconfig";
import { isTypeScript } from "./compile";

/** The sources that a filename of a compiled module can stand for, in the compiler's order. */
const sources: Record<string, string[]> = {
    ".js": [".ts", ".tsx"],
    ".jsx": [".tsx"],
    ".mjs": [".mts"],
    ".cjs": [".cts"],
};

const isFile = (file: string) => statSync(file, { throwIfNoEntry: false })?.isFile() === true;
const isFolder = (file: string) => statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * Finds the module that the compiler finds and Node does not: by the options `paths` and `baseUrl`, for the name of a compiled file, and
 * without an extension.
 *
 * @see https://www.typescriptlang.org/docs/handbook/modules/reference.html
 * @param request what a source in TypeScript imports
 * @param parent the source
 * @param options with absolute paths
 * @returns undefined if Node resolves the import
 */
export function resolveImport(request: string, parent: string, options: Options): string | undefined {
    if (isBuiltin(request)) {
        return undefined;
    }
    if (isAbsolute(request) || /^\.{1,2}(\/|$)/.test(request)) {
        return sourceAt(resolve(dirname(parent), request));
    }
    const { baseUrl, paths } = options;
    const candidates =
        substituted(request, Object(paths)) ?? (typeof baseUrl === "string" ? [join(baseUrl, request)] : []);
    return candidates.map((path) => sourceAt(path) ?? moduleAt(path, parent)).find((file) => file !== undefined);
}

/**
 * Finds the source for a compiled file that `imports` or `exports` of a `package.json` name, and that does not exist.
 *
 * @param error the error of Node's resolution, whose message has the path
 */
export function sourceOfMissing(error: unknown): string | undefined {
    const { code, message } = Object(error);
    const [, file] =
        (/MODULE_NOT_FOUND$/.test(code) && /^Cannot find module '(.+?)'(?= imported from|$)/.exec(message)) || [];
    return file !== undefined && isAbsolute(file) ? sourceAt(file) : undefined;
}

/** The source in TypeScript that a path without or with the extension of a compiled file stands for. */
function sourceAt(path: string): string | undefined {
    const extension = extname(path);
    const compiled = sources[extension]?.map((end) => path.slice(0, -extension.length) + end) ?? [];
    const complete = isTypeScript(path) ? [] : [".ts", ".tsx"].map((end) => path + end);
    const found = [...compiled, ...complete].find(isFile);
    if (found !== undefined || !isFolder(path) || isFile(join(path, "package.json"))) {
        return found;
    }
    return [join(path, "index.ts"), join(path, "index.tsx")].find(isFile);
}

/** The module that Node finds at a path; undefined if there is none, or only its declarations. */
function moduleAt(path: string, parent: string): string | undefined {
    try {
        const file = createRequire(parent).resolve(path);
        return /\.d\.[cm]?ts$/.test(file) ? undefined : file;
    } catch {
        return undefined;
    }
}

/** The paths for an import by the most specific pattern that matches: https://www.typescriptlang.org/tsconfig/#paths */
function substituted(request: string, paths: Record<string, string[]>): string[] | undefined {
    const exact = paths[request];
    if (exact) {
        return exact;
    }
    const [pattern] = Object.keys(paths)
        .filter((each) => {
            const [prefix = "", suffix] = each.split("*");
            return (
                suffix !== undefined &&
                request.length >= prefix.length + suffix.length &&
                request.startsWith(prefix) &&
                request.endsWith(suffix)
            );
        })
        .sort((one, other) => other.indexOf("*") - one.indexOf("*"));
    if (pattern === undefined) {
        return undefined;
    }
    const [prefix = "", suffix = ""] = pattern.split("*");
    const matched = request.slice(prefix.length, request.length - suffix.length);
    return paths[pattern]?.map((path) => path.replace("*", () => matched));
}
