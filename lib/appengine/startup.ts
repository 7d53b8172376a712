import type { Problem } from "../internal/check";
import type { SourceFile } from "../internal/files";
import { allows, enginesOf } from "./detected";
import { languageOf } from "./runtimes";
import { fileAt, listed, textOf } from "./sourceFiles";

/** What is deployed, and how it starts. */
interface Source {
    files: SourceFile[];
    runtime: string;
    /** Empty: as the runtime starts by itself. */
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

/** Why a source cannot be started: told at preview, where App Engine would tell it after a build of minutes. */
export function sourceProblems(source: Source): Problem[] {
    const problem = problems[languageOf(source.runtime)]?.(source);
    return problem ? [problem] : [];
}

function missing({ files, runtime }: Source, what: string, how: string): Problem {
    return { path: "source", reason: `has no ${what}, which ${runtime} needs. It has ${listed(files)}. ${how}` };
}

const start = "Add it, or say by entrypoint what is started.";

/** "Application startup" of Python: without an entrypoint gunicorn serves `app` of main.py; one that is named has to be installed. */
function pythonProblem(source: Source): Problem | undefined {
    const { files, entrypoint } = source;
    if (entrypoint) {
        return serverProblem(source);
    }
    const code = textOf(files, "main.py");
    if (code === undefined) {
        return missing(source, "main.py", start);
    }
    const defines =
        /^\s*(?:(?:async\s+)?(?:def|class)\s+app\b|app\s*(?::[^=\n]+)?=|(?:from|import)\b[^\n]*\bapp\b|from\s+\S+\s+import\s*[(*])/m;
    const reason = `has a main.py that does not define app, which ${source.runtime} serves. Define it, or say by entrypoint what is started.`;
    return defines.test(code) ? undefined : { path: "source", reason };
}

function serverProblem({ files, entrypoint }: Source): Problem | undefined {
    const server = /(?:^|\s)(gunicorn|uvicorn|hypercorn|daphne|waitress-serve)\s/.exec(entrypoint)?.[1];
    const installed = textOf(files, "requirements.txt");
    const isOpen = /^\s*(-r|-c|--requirement|\.|git\+|https?:)/m.test(installed ?? "-r");
    const distribution = server?.replace("-serve", "");
    const isInstalled = new RegExp(`^\\s*${distribution}\\b`, "im").test(installed ?? "");
    const reason = `starts ${server}, which requirements.txt does not have (got "${entrypoint}"). Add ${distribution} to it.`;
    return server === undefined || isOpen || isInstalled ? undefined : { path: "entrypoint", reason };
}

/** "Application startup" of Node.js: the script `start` of package.json, or server.js; its engines must have the runtime. */
function nodeProblem(source: Source): Problem | undefined {
    const { files, entrypoint } = source;
    const described = textOf(files, "package.json");
    const scripts = scriptsOf(described ?? "{}");
    if (typeof scripts === "string") {
        return { path: "source", reason: `has a package.json that is no JSON: ${scripts}.` };
    }
    const engines = enginesOf(files);
    const version = source.runtime.slice("nodejs".length);
    if (allows(engines, Number(version)) === false) {
        const reason = `has a package.json whose engines ask for Node.js ${engines}, which ${source.runtime} is not. Take a runtime that is, or ask for Node.js ${version}.`;
        return { path: "source", reason };
    }
    const starts = Boolean(entrypoint) || "start" in scripts || fileAt(files, "server.js") !== undefined;
    return starts ? undefined : missing(source, "script start in package.json, nor server.js", start);
}

/** The scripts of a package.json, or why it cannot be read. */
function scriptsOf(described: string): object | string {
    try {
        return (JSON.parse(described) as { scripts?: object }).scripts ?? {};
    } catch (error) {
        return (error as Error).message;
    }
}

/** A Go application is built from the package main. */
function goProblem(source: Source): Problem | undefined {
    const code = source.files.filter(({ path }) => path.endsWith(".go") && !path.endsWith("_test.go"));
    const isThere = code.some(({ path }) => /^package\s+main\b/m.test(textOf(source.files, path) as string));
    return isThere ? undefined : missing(source, "file of package main", "Add it.");
}

/** "Java runtime environment": something to build, something that is built, or what the entrypoint names. */
function javaProblem(source: Source): Problem | undefined {
    const isThere = source.files.some(({ path }) =>
        /^(pom\.xml|build\.gradle(\.kts)?|[^/]+\.jar|WEB-INF\/.+)$/.test(path),
    );
    return isThere || source.entrypoint ? undefined : missing(source, "pom.xml, build.gradle or jar", start);
}

/** "Application startup" of PHP: a front controller. */
function phpProblem(source: Source): Problem | undefined {
    const isThere = source.files.some(({ path }) => /^(public\/)?index\.php$/.test(path));
    return isThere || source.entrypoint ? undefined : missing(source, "index.php, nor public/index.php", start);
}

/** "Application startup" of Ruby: Rails or Rack, by their files. */
function rubyProblem(source: Source): Problem | undefined {
    if (!fileAt(source.files, "Gemfile")) {
        return missing(source, "Gemfile", "Add it.");
    }
    const isThere = source.files.some(({ path }) => /^(bin\/rails|config\.ru)$/.test(path));
    return isThere || source.entrypoint ? undefined : missing(source, "bin/rails, nor config.ru", start);
}

/** "Build custom runtimes": an image is built by the Dockerfile. */
function customProblem(source: Source): Problem | undefined {
    return fileAt(source.files, "Dockerfile") ? undefined : missing(source, "Dockerfile", "Add it, or take an image.");
}

function dotnetProblem(source: Source): Problem | undefined {
    const isThere = source.files.some(({ path }) => /\.(cs|fs|vb)proj$/.test(path));
    return isThere ? undefined : missing(source, "project file, such as Sales.csproj", "Add it.");
}
