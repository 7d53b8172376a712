import type { Problem } from "../internal/arguments/check";
import * as check from "../internal/arguments/check";
import { readJsonObject } from "../internal/arguments/json";
import { isObject } from "../internal/arguments/value";
import type { SourceFile } from "../internal/sources/listing";
import { languageOf, nodeEngines, satisfiesRange } from "./runtimes";
import { findFile, formatPaths, readText } from "./sourceFiles";

/** What is deployed, and how it starts. */
interface Source {
    files: readonly SourceFile[];
    runtime: string;
    /** Empty for the runtime's default. */
    entrypoint: string;
}

const problems: Record<string, (source: Source) => Problem | undefined> = {
    custom: customProblem,
    dotnet: dotnetProblem,
    go: goProblem,
    java: javaProblem,
    nodejs: nodeProblem,
    php: phpProblem,
    python: pythonProblem,
    ruby: rubyProblem,
};

/** Checks at preview that a source can start, which App Engine would report only after a build of minutes. */
export function sourceProblems(source: Source): Problem[] {
    const problem = problems[languageOf(source.runtime)]?.(source);
    return problem ? [problem] : [];
}

function missingFile({ files, runtime }: Source, what: string, hint: string): Problem {
    return check.problem(
        "source",
        "appengine/source-lacks-file",
        `has no ${what}, which ${runtime} needs. It has ${formatPaths(files)}. ${hint}`,
    );
}

const startHint = "Add it, or set entrypoint to the start command.";

/**
 * {@link https://cloud.google.com/appengine/docs/standard/python3/runtime Python}: without an entrypoint gunicorn serves
 * `app` of main.py; a server in the entrypoint must be installed.
 */
function pythonProblem(source: Source): Problem | undefined {
    const { files, entrypoint } = source;
    if (entrypoint) {
        return serverProblem(source);
    }
    const code = readText(files, "main.py");
    if (code === undefined) {
        return missingFile(source, "main.py", startHint);
    }
    const defines =
        /^\s*(?:(?:async\s+)?(?:def|class)\s+app\b|app\s*(?::[^=\n]+)?=|(?:from|import)\b[^\n]*\bapp\b|from\s+\S+\s+import\s*[(*])/m;
    const reason = `has a main.py that does not define app, which ${source.runtime} serves. Define it, or set entrypoint to the start command.`;
    return check.when(!defines.test(code), "source", "appengine/source-lacks-app", reason);
}

function serverProblem({ files, entrypoint }: Source): Problem | undefined {
    const server = /(?:^|\s)(gunicorn|uvicorn|hypercorn|daphne|waitress-serve)\s/.exec(entrypoint)?.[1];
    const installed = readText(files, "requirements.txt");
    const isOpen = /^\s*(-r|-c|--requirement|\.|git\+|https?:)/m.test(installed ?? "-r");
    const distribution = server?.replace("-serve", "");
    const isInstalled = new RegExp(`^\\s*${distribution}\\b`, "im").test(installed ?? "");
    const reason = `starts ${server}, which requirements.txt does not have (got "${entrypoint}"). Add ${distribution} to it.`;
    return check.when(
        server !== undefined && !isOpen && !isInstalled,
        "entrypoint",
        "appengine/entrypoint-lacks-requirement",
        reason,
    );
}

/**
 * {@link https://cloud.google.com/appengine/docs/standard/nodejs/runtime Node.js}: the `start` script of package.json, or
 * server.js; `engines` must include the runtime.
 */
function nodeProblem(source: Source): Problem | undefined {
    const { files, entrypoint } = source;
    const packageJson = readText(files, "package.json");
    const scripts = parseScripts(packageJson ?? "{}");
    if (typeof scripts === "string") {
        return check.problem(
            "source",
            "appengine/package-json-invalid",
            `has a package.json that is not valid JSON: ${scripts}.`,
        );
    }
    const engines = nodeEngines(files);
    const version = source.runtime.slice("nodejs".length);
    if (satisfiesRange(engines, Number(version)) === false) {
        const reason = `has a package.json whose engines require Node.js ${engines}, which ${source.runtime} does not provide. Use another runtime, or require Node.js ${version}.`;
        return check.problem("source", "appengine/node-version-of-runtime", reason);
    }
    const starts = Boolean(entrypoint) || "start" in scripts || findFile(files, "server.js") !== undefined;
    return starts ? undefined : missingFile(source, "script start in package.json, nor server.js", startHint);
}

/** The scripts of a package.json, or the position of its error. */
function parseScripts(packageJson: string): object | string {
    const manifest = readJsonObject(packageJson);
    return typeof manifest === "string" ? manifest : isObject(manifest.scripts) ? manifest.scripts : {};
}

/** Go: the main package. */
function goProblem(source: Source): Problem | undefined {
    const code = source.files.filter(({ path }) => path.endsWith(".go") && !path.endsWith("_test.go"));
    const exists = code.some(({ path }) => /^package\s+main\b/m.test(readText(source.files, path) as string));
    return exists ? undefined : missingFile(source, "file of package main", "Add it.");
}

/**
 * {@link https://cloud.google.com/appengine/docs/standard/java-gen2/runtime Java}: a build file, a built jar, or what the
 * entrypoint names.
 */
function javaProblem(source: Source): Problem | undefined {
    const exists = source.files.some(({ path }) =>
        /^(pom\.xml|build\.gradle(\.kts)?|[^/]+\.jar|WEB-INF\/.+)$/.test(path),
    );
    return exists || source.entrypoint ? undefined : missingFile(source, "pom.xml, build.gradle or jar", startHint);
}

/** {@link https://cloud.google.com/appengine/docs/standard/php-gen2/runtime PHP}: a front controller. */
function phpProblem(source: Source): Problem | undefined {
    const exists = source.files.some(({ path }) => /^(public\/)?index\.php$/.test(path));
    return exists || source.entrypoint ? undefined : missingFile(source, "index.php, nor public/index.php", startHint);
}

/** {@link https://cloud.google.com/appengine/docs/standard/ruby/runtime Ruby}: the files of Rails or Rack. */
function rubyProblem(source: Source): Problem | undefined {
    if (!findFile(source.files, "Gemfile")) {
        return missingFile(source, "Gemfile", "Add it.");
    }
    const exists = source.files.some(({ path }) => /^(bin\/rails|config\.ru)$/.test(path));
    return exists || source.entrypoint ? undefined : missingFile(source, "bin/rails, nor config.ru", startHint);
}

/** {@link https://cloud.google.com/appengine/docs/flexible/custom-runtimes/build Custom runtimes}: the Dockerfile. */
function customProblem(source: Source): Problem | undefined {
    return findFile(source.files, "Dockerfile")
        ? undefined
        : missingFile(source, "Dockerfile", "Add it, or use an image.");
}

function dotnetProblem(source: Source): Problem | undefined {
    const exists = source.files.some(({ path }) => /\.(cs|fs|vb)proj$/.test(path));
    return exists ? undefined : missingFile(source, "project file, such as Sales.csproj", "Add it.");
}
