import { readFileSync } from "node:fs";
import { sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The stack of what calls this, with all frames. */
function frames(): string[] {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = Number.POSITIVE_INFINITY;
    const { stack = "" } = new Error();
    Error.stackTraceLimit = stackTraceLimit;
    return stack.split("\n").filter((line) => /^ +at /.test(line));
}

/** Code that can catch an error: `try {`, `catch (`, `.catch`, `.then`, `allSettled`. */
const catching =
    /\btry\s*\{|\bcatch\s*[({]|\.\s*(?:catch|then)\b|\[\s*["'`](?:catch|then)\b|\b(?:allSettled|any|race)\s*\(/;

/** Lines that are comments as a whole. */
const commentLines = /^\s*(?:\/\/|\/?\*(?!.*\*\/)).*$/gm;

function codeOf(file: string): string | undefined {
    try {
        return readFileSync(file, "utf8").replaceAll(commentLines, "");
    } catch {
        // Such as a source that is only in the map of a bundled program.
        return undefined;
    }
}

/** Code of Node.js that reports an error, or passes it to the loader that called it. */
const passesErrors = /^node:(internal\/(modules|process|timers|main)\b|internal\/deps\/cjs-module-lexer|async_hooks$)/;

/** Pulumi's start of a program, and packages that compile files when they are loaded. Source maps of Pulumi's SDK leave its folder out. */
const startsProgram =
    /[\\/]@pulumi[\\/](?:pulumi[\\/])?(?:cmd[\\/]run[\\/]|runtime[\\/]stack\.|resource\.)|[\\/](?:ts-node(?:@[\d.]+)?|tsx|pirates)[\\/]/;

/** Folders of what runs with a program and passes its errors, such as the local Google Cloud, which lets Pulumi's SDK load some modules later. */
const libraries = (): string[] => Reflect.get(globalThis, Symbol.for("slipway.libraries")) ?? [];

/**
 * Whether an error that is thrown here would certainly end the program: nothing on the way to the start of the program can catch it. It is
 * certain only of code of the program itself, without anything that catches errors in the files.
 *
 * @param library the folder of this library
 * @param loaded the files that are loaded
 */
export function endsProgram(library: string, stack = frames(), loaded = Object.keys(require.cache)): boolean {
    let isStart = false;
    const files = new Set<string>();
    const folders = [library, ...libraries()].map((folder) => `${folder}${sep}`);
    const isOfLibrary = (file: string) => folders.some((folder) => file.startsWith(folder));
    for (const frame of stack) {
        const location = frame.replace(/^ +at (?:.*? \()?(?:async )?(.*?)\)?$/, "$1");
        const [, place = ""] = /^(.*?)(?::\d+)*$/.exec(location) as RegExpExecArray;
        const file = place.startsWith("file:") ? fileURLToPath(place) : place;
        if (isOfLibrary(file)) {
            continue;
        }
        if (file.startsWith("node:")) {
            isStart ||= /^node:internal\/modules\//.test(file);
            if (!passesErrors.test(file)) {
                return false;
            }
        } else if (startsProgram.test(file)) {
            isStart = true;
        } else if (/[\\/]node_modules[\\/]/.test(file)) {
            return false;
        } else if (/[\\/]/.test(file)) {
            files.add(file);
        } else if (/^(new |async )?Promise\b/.test(frame.trim().slice("at ".length))) {
            return false;
        }
    }
    const own = [...files].map(codeOf);
    if (own.some((code) => code === undefined || catching.test(code))) {
        return false;
    }
    if (!own.some((code) => /\basync\b/.test(code as string))) {
        return true;
    }
    // What an async function throws can be caught by another file, which has its promise.
    const others = loaded.filter(
        (file) => !/[\\/]node_modules[\\/]/.test(file) && !isOfLibrary(file) && !files.has(file),
    );
    return isStart && !others.some((file) => catching.test(codeOf(file) ?? ".then"));
}
