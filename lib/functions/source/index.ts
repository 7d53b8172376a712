import type { Problem } from "../../internal/arguments/check";
import * as check from "../../internal/arguments/check";
import type { SourceFile } from "../../internal/sources/listing";
import type { Runtime } from "../runtime";
import { validateNode } from "./node";
import { fileAt, missingFile, type Names, type Source, text, validateEntryPoint } from "./source";

export type { Source };

/** Runtimes by the file that shows the language. */
const detected: [file: string, runtime: Runtime][] = [
    ["main.py", "python313"],
    ["package.json", "nodejs22"],
    ["go.mod", "go127"],
];

/** Detects the runtime of a source; undefined if its files do not show the language. */
export function detectRuntime(files: readonly SourceFile[]): Runtime | undefined {
    return detected.find(([file]) => files.some(({ path }) => path === file))?.[1];
}

/**
 * The default entry point in the style of the language: `predict-range` is `predict_range` in Python and Ruby, `PredictRange` in
 * Go, Java and .NET, and `predictRange` in the others.
 */
export function defaultEntryPoint(name: string, runtime: Runtime): string {
    if (/^(python|ruby)/.test(runtime)) {
        return name.replaceAll("-", "_");
    }
    const upper = (_: string, letter: string) => letter.toUpperCase();
    const camel = name.replaceAll(/-([a-z0-9])/g, upper);
    return /^(go|java|dotnet)/.test(runtime) ? camel.replace(/^([a-z])/, upper) : camel;
}

const validators: Record<string, (source: Source) => Problem | undefined> = {
    dotnet: validateDotnet,
    go: validateGo,
    java: validateJava,
    nodejs: validateNode,
    php: validatePhp,
    python: validatePython,
    ruby: validateRuby,
};

/** Checks the runtime and the source at preview, where the service would report a problem after minutes of building. */
export function codeProblem(runtime: Runtime | undefined, source: Source): Problem | undefined {
    const isUnclear = runtime === undefined && detectRuntime(source.files) === undefined;
    const reason = "is missing, and cannot be detected from the source files. Set it, for example to java21.";
    return isUnclear
        ? check.problem("runtime", "functions/runtime-missing", reason)
        : validators[source.runtime.replace(/\d+$/, "")]?.(source);
}

/** Validates a Python source, which starts with `main.py` or the file of `GOOGLE_FUNCTION_SOURCE`. */
function validatePython(source: Source): Problem | undefined {
    const { main = "main.py" } = source;
    if (typeof main !== "string") {
        return undefined;
    }
    const file = fileAt(source, main);
    return file ? validateEntryPoint(source, main, pythonNames(text(file))) : missingFile(source, main);
}

/**
 * The names that a Python module defines, imports or assigns at its top level, also under `if`, `try` and `with`. Includes false
 * positives rather than refuse a valid source.
 */
function pythonNames(code: string): Names {
    const statements = withoutBodies(code).matchAll(
        /^\s*(?:(?:async\s+)?(?:def|class)\s+(\w+)|(\w+)\s*(?::[^=\n]+)?=[^=]|(?:from\s+\S+\s+)?import\s+(?:\(([^)]*)\)|([^#\r\n]+)))/gm,
    );
    const found = [...statements].flatMap(([, defined, assigned, several, imported]) => {
        return defined ?? assigned ?? importedNames((several ?? imported) as string);
    });
    return found.includes("*") ? undefined : found;
}

/** Removes the bodies of functions and classes from a Python module. */
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

/** The names that `a, b as c` imports: `a` and `c`. */
function importedNames(list: string): string[] {
    const names = list.replaceAll(/#.*/g, "").split(",");
    return names
        .map(
            (name) =>
                name
                    .trim()
                    .split(/\s+as\s+/)
                    .at(-1) as string,
        )
        .filter((name) => name !== "");
}

/** Validates a Go source, which needs a module. The package exports the function, or any file registers it. */
function validateGo(source: Source): Problem | undefined {
    if (!fileAt(source, "go.mod")) {
        return missingFile(source, "go.mod");
    }
    const { main: folder = "" } = source;
    if (typeof folder !== "string") {
        return undefined;
    }
    const code = source.files.filter(({ path }) => path.endsWith(".go") && !path.endsWith("_test.go"));
    const inside = folder.replace(/^\.?\/*|\/+$/g, "");
    const own = code.filter(({ path }) => path.slice(0, Math.max(path.lastIndexOf("/"), 0)) === inside);
    const registered = code.flatMap((file) => [
        ...text(file).matchAll(/\b(?:HTTP|CloudEvent|Typed)\(\s*(?:"([^"\n]+)"|([^\s")]))/g),
    ]);
    const isComputed = registered.some(([, , other]) => other !== undefined);
    const exported = own.flatMap((file) => matches(text(file), /^func\s+([A-Z]\w*)\s*[([]/gm));
    const names = [...exported, ...registered.flatMap(([, name]) => name ?? [])];
    return validateEntryPoint(source, "the package", isComputed ? undefined : [...new Set(names)]);
}

/** Validates a Java source, which needs a build file or a jar. The entry point is a class; other JVM languages are not searched. */
function validateJava(source: Source): Problem | undefined {
    const paths = source.files.map(({ path }) => path);
    if (!paths.some((path) => /^(pom\.xml|build\.gradle(\.kts)?|[^/]+\.jar)$/.test(path))) {
        return missingFile(source, "pom.xml, build.gradle or jar");
    }
    const isJava = !paths.some((path) => /\.(jar|kt|scala|groovy|clj)$/.test(path));
    const classes = paths.flatMap((path) => /([^/]+)\.java$/.exec(path)?.[1] ?? []);
    const entryPoint = source.entryPoint.split(/[.$]/).find((part) => /^[A-Z]/.test(part)) ?? source.entryPoint;
    return isJava ? validateEntryPoint({ ...source, entryPoint }, "the source", classes) : undefined;
}

/** Validates a Ruby source, which starts with `app.rb`. It registers the functions. */
function validateRuby(source: Source): Problem | undefined {
    const found = /\b(?:http|cloud_event|typed)[\s(]+(?:["']([^"']+)["']|:(\w+))/g;
    return validateScript(source, "app.rb", found, /\b(require_relative|load)\b/);
}

/** Validates a PHP source, which starts with `index.php`. It defines or registers the functions. */
function validatePhp(source: Source): Problem | undefined {
    const found = /\bfunction\s+(\w+)|::(?:http|cloudEvent)\(\s*['"]([^'"]+)/g;
    return validateScript(source, "index.php", found, /\b(require|include)(_once)?\b|\bclass\s/);
}

/** Validates a .NET source, which needs a project file. */
function validateDotnet(source: Source): Problem | undefined {
    const hasProject = source.files.some(({ path }) => /\.(cs|fs|vb)proj$/.test(path));
    return hasProject ? undefined : missingFile(source, "project file, such as Sales.csproj");
}

/** @param others matches code that loads functions from other files */
function validateScript(source: Source, defaultMain: string, found: RegExp, others: RegExp): Problem | undefined {
    const { main = defaultMain } = source;
    if (typeof main !== "string") {
        return undefined;
    }
    const file = fileAt(source, main);
    if (!file) {
        return missingFile(source, main);
    }
    const code = text(file);
    const names: Names = others.test(code) ? undefined : matches(code, found);
    return validateEntryPoint(source, main, names);
}

function matches(code: string, pattern: RegExp): string[] {
    return [...code.matchAll(pattern)].map(([, one, other]) => (one ?? other) as string);
}
