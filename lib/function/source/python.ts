import type { Problem } from "../../internal/check";
import { fileAt, missing, type Names, type Source, text, undefinedEntryPoint } from "./source";

/** Python starts with `main.py`, or the file that `GOOGLE_FUNCTION_SOURCE` names. */
export function pythonProblem(source: Source): Problem | undefined {
    const { main = "main.py" } = source;
    if (typeof main !== "string") {
        return undefined;
    }
    const file = fileAt(source, main);
    return file ? undefinedEntryPoint(source, main, names(text(file))) : missing(source, main);
}

/**
 * What a module defines, imports or assigns at its top level, also under `if`, `try` and `with`. It would rather find
 * too much than refuse what Python takes.
 */
function names(code: string): Names {
    const statements = withoutBodies(code).matchAll(
        /^\s*(?:(?:async\s+)?(?:def|class)\s+(\w+)|(\w+)\s*(?::[^=\n]+)?=[^=]|(?:from\s+\S+\s+)?import\s+(?:\(([^)]*)\)|([^#\r\n]+)))/gm,
    );
    const found = [...statements].flatMap(([, defined, assigned, several, imported]) => {
        return defined ?? assigned ?? importedNames(several ?? imported ?? "");
    });
    return found.includes("*") ? undefined : found;
}

/** The lines of a module without those inside of its functions and classes. */
function withoutBodies(code: string): string {
    let isInside = false;
    return code
        .split("\n")
        .filter((line) => {
            isInside = /^\S/.test(line) ? /^(async\s+def|def|class)\s/.test(line) : isInside;
            return !isInside || /^\S/.test(line);
        })
        .join("\n");
}

/** `a, b as c` makes `a` and `c`. */
function importedNames(list: string): string[] {
    const names = list.replaceAll(/#.*/g, "").split(",");
    return names
        .map(
            (name) =>
                name
                    .trim()
                    .split(/\s+as\s+/)
                    .at(-1) ?? "",
        )
        .filter((name) => name !== "");
}
