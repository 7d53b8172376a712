import { readFileSync } from "node:fs";
import type { Problem } from "../internal/check";
import type { SourceFile } from "../internal/files";

/** The languages that a function's source can be in, by the file that shows it. */
const languages = [
    { file: "main.py", runtime: "python313", prefix: "python" },
    { file: "package.json", runtime: "nodejs22", prefix: "nodejs" },
    { file: "go.mod", runtime: "go125", prefix: "go" },
] as const;

/** The runtimes that are not past their end: "Runtime support", Cloud Run functions. */
export const runtimes = [
    "python310",
    "python311",
    "python312",
    "python313",
    "python314",
    "nodejs20",
    "nodejs22",
    "nodejs24",
    "go124",
    "go125",
    "java17",
    "java21",
    "java25",
    "ruby33",
    "ruby34",
    "php83",
    "php84",
    "dotnet8",
] as const;

export type Runtime = (typeof runtimes)[number];

/** The runtime of a source of which none is told; nothing when its files do not show the language. */
export function detectedRuntime(files: SourceFile[]): Runtime | undefined {
    return languages.find(({ file }) => files.some(({ path }) => path === file))?.runtime;
}

/** The name that a function's code has when none is told: `predict-range` is `predict_range` in Python. */
export function defaultEntryPoint(name: string, runtime: Runtime): string {
    return runtime.startsWith("python")
        ? name.replaceAll("-", "_")
        : name.replaceAll(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Why the source cannot be deployed: told at preview, where the service would tell it after a build of minutes. */
export function sourceProblem(files: SourceFile[], runtime: Runtime, entryPoint: string): Problem | undefined {
    const wanted = languages.find(({ prefix }) => runtime.startsWith(prefix))?.file;
    const main = files.find(({ path }) => path === wanted);
    if (wanted && !main) {
        const paths = listed(files.map(({ path }) => path));
        return { path: "source", reason: `has no ${wanted}, which ${runtime} needs. It has ${paths}.` };
    }
    if (main && wanted === "main.py") {
        const names = pythonNames(readFileSync(main.file, "utf8"));
        if (!names.includes(entryPoint) && !names.includes("*")) {
            const reason = `main.py does not define it (got "${entryPoint}"). It defines ${listed(names)}.`;
            return { path: "entryPoint", reason };
        }
    }
    return undefined;
}

/** Names in an error, which stays readable for a large source. */
function listed(names: string[]): string {
    const others = names.length - 10;
    return `${names.slice(0, 10).join(", ") || "nothing"}${others > 0 ? ` and ${others} more` : ""}`;
}

/**
 * What a module defines, imports or assigns at its top level, also under `if`, `try` and `with`. It would rather find
 * too much than refuse what Python takes.
 */
function pythonNames(code: string): string[] {
    const statements = withoutBodies(code).matchAll(
        /^\s*(?:(?:async\s+)?(?:def|class)\s+(\w+)|(\w+)\s*(?::[^=\n]+)?=[^=]|(?:from\s+\S+\s+)?import\s+(?:\(([^)]*)\)|([^#\r\n]+)))/gm,
    );
    return [...statements].flatMap(([, defined, assigned, several, imported]) => {
        return defined ?? assigned ?? importedNames(several ?? imported ?? "");
    });
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
