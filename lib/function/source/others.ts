import type { Problem } from "../../internal/check";
import { fileAt, missing, type Names, type Source, text, undefinedEntryPoint } from "./source";

/** Go needs a module; the function is exported by the package, or registered by any file. */
export function goProblem(source: Source): Problem | undefined {
    if (!fileAt(source, "go.mod")) {
        return missing(source, "go.mod");
    }
    const { main: folder = "" } = source;
    if (typeof folder !== "string") {
        return undefined;
    }
    const code = source.files.filter(({ path }) => path.endsWith(".go") && !path.endsWith("_test.go"));
    const inside = folder.replace(/^\.?\/*|\/+$/g, "");
    const own = code.filter(({ path }) => path.slice(0, Math.max(path.lastIndexOf("/"), 0)) === inside);
    const registered = code.flatMap((file) => [
        ...text(file).matchAll(/\b(?:HTTP|CloudEvent|Typed)\(\s*(?:"([^"]+)"|([^\s")]))/g),
    ]);
    const isComputed = registered.some(([, , other]) => other !== undefined);
    const exported = own.flatMap((file) => matches(text(file), /^func\s+([A-Z]\w*)\s*[([]/gm));
    const names = [...exported, ...registered.flatMap(([, name]) => name ?? [])];
    return undefinedEntryPoint(source, "the package", isComputed ? undefined : [...new Set(names)]);
}

/** Java needs a build or a jar; the entry point is a class. Other languages of its machine name files as they like. */
export function javaProblem(source: Source): Problem | undefined {
    const paths = source.files.map(({ path }) => path);
    if (!paths.some((path) => /^(pom\.xml|build\.gradle(\.kts)?|[^/]+\.jar)$/.test(path))) {
        return missing(source, "pom.xml, build.gradle or jar");
    }
    const isJava = !paths.some((path) => /\.(jar|kt|scala|groovy|clj)$/.test(path));
    const classes = paths.flatMap((path) => /([^/]+)\.java$/.exec(path)?.[1] ?? []);
    const entryPoint = source.entryPoint.split(/[.$]/).find((part) => /^[A-Z]/.test(part)) ?? source.entryPoint;
    return isJava ? undefinedEntryPoint({ ...source, entryPoint }, "the source", classes) : undefined;
}

/** Ruby starts with `app.rb`, which registers the functions. */
export function rubyProblem(source: Source): Problem | undefined {
    const found = /\b(?:http|cloud_event|typed)[\s(]+(?:["']([^"']+)["']|:(\w+))/g;
    return scriptProblem(source, "app.rb", found, /\b(require_relative|load)\b/);
}

/** PHP starts with `index.php`, which defines or registers the functions. */
export function phpProblem(source: Source): Problem | undefined {
    const found = /\bfunction\s+(\w+)|::(?:http|cloudEvent)\(\s*['"]([^'"]+)/g;
    return scriptProblem(source, "index.php", found, /\b(require|include)(_once)?\b|\bclass\s/);
}

/** .NET needs a project. */
export function dotnetProblem(source: Source): Problem | undefined {
    const hasProject = source.files.some(({ path }) => /\.(cs|fs|vb)proj$/.test(path));
    return hasProject ? undefined : missing(source, "project file, such as Sales.csproj");
}

/** @param others what shows that functions come from other files too */
function scriptProblem(source: Source, usual: string, found: RegExp, others: RegExp): Problem | undefined {
    const { main = usual } = source;
    if (typeof main !== "string") {
        return undefined;
    }
    const file = fileAt(source, main);
    if (!file) {
        return missing(source, main);
    }
    const code = text(file);
    const names: Names = others.test(code) ? undefined : matches(code, found);
    return undefinedEntryPoint(source, main, names);
}

function matches(code: string, pattern: RegExp): string[] {
    return [...code.matchAll(pattern)].flatMap(([, one, other]) => one ?? other ?? []);
}
