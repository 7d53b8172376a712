import type { Problem } from "../../internal/check";
import { fileAt, missing, type Names, type Source, text, undefinedEntryPoint } from "./source";

const framework = "@google-cloud/functions-framework";

/** What is read of a package.json. */
interface Package {
    main?: string;
    scripts?: Record<string, string>;
    dependencies?: Record<string, string>;
}

/**
 * Node.js starts with the `main` of package.json, with index.js or with function.js. What a script of the package makes
 * during the build is not there before it, and is not looked at.
 */
export function nodeProblem(source: Source): Problem | undefined {
    if (source.main !== undefined) {
        const reason = "is not taken with Node.js. Name the file as main in package.json.";
        return { path: "build.environment.GOOGLE_FUNCTION_SOURCE", reason };
    }
    const described = packageOf(source);
    if (typeof described === "string") {
        return { path: "source", reason: `has a package.json that is no JSON: ${described}.` };
    }
    const { main, scripts = {}, dependencies = {} } = described;
    const isBuilt = "build" in scripts || "gcp-build" in scripts;
    const started = main ?? (fileAt(source, "index.js") ? "index.js" : "function.js");
    const file = fileAt(source, started);
    if (!file) {
        return isBuilt ? undefined : unstarted(source, main);
    }
    const code = text(file);
    const modules = source.files.filter(({ path }) => /\.[cm]?js$/.test(path)).map(text);
    if (!(framework in dependencies) && requires(code, framework)) {
        const reason = `${started} requires ${framework}, which the dependencies of package.json do not have.`;
        return { path: "source", reason: `${reason} Run 'npm install ${framework}' in the folder.` };
    }
    return undefinedEntryPoint(outermost(source), started, names(code, modules));
}

/** The package.json, an empty one, or why it cannot be read. */
function packageOf(source: Source): Package | string {
    const file = fileAt(source, "package.json");
    try {
        return file ? (JSON.parse(text(file)) as Package) : {};
    } catch (error) {
        return (error as Error).message;
    }
}

function unstarted(source: Source, main: string | undefined): Problem {
    if (main === undefined) {
        return missing(source, "index.js, nor another main in package.json");
    }
    const { reason } = missing(source, `${main}, the main of package.json`);
    const how = "Compile before the deployment, or give package.json a script gcp-build that does.";
    return { path: "source", reason: `${reason} ${how}` };
}

/** An entry point `api.predict` is a property of what the module exports as `api`. */
function outermost(source: Source): Source {
    return { ...source, entryPoint: source.entryPoint.split(".")[0] as string };
}

function requires(code: string, name: string): boolean {
    const quoted = ["'", '"', "`"].map((quote) => quote + name + quote);
    const statements = withoutComments(code).match(/(\brequire\s*\(|\bfrom|\bimport\s*\(?)\s*['"`][^'"`]+['"`]/g) ?? [];
    return statements.some((statement) => quoted.some((each) => statement.endsWith(each)));
}

/**
 * What a module exports, and what any file of the source registers with the Functions Framework. It would rather find
 * too much than refuse what Node.js takes.
 */
function names(code: string, files: string[]): Names {
    const own = exported(withoutComments(code));
    const registered = registrations(files.filter((each) => each.includes(framework)).map(withoutComments));
    return own && registered && [...new Set([...own, ...registered])];
}

/** The names that files register; `undefined` where a name is computed. */
function registrations(files: string[]): Names {
    const found = files.flatMap((each) => [
        ...each.matchAll(/\b(?:http|cloudEvent|typed)\s*\(\s*(?:['"`]([\w-]+)['"`]|[^\s'"`)])/g),
    ]);
    const names = found.flatMap(([, name]) => name ?? []);
    return names.length < found.length ? undefined : names;
}

/** What exports more than can be read: another module, an object that is made elsewhere. */
const open =
    /\bexport\s*\*\s*from|\b__exportStar\s*\(|\bmodule\.exports\s*=(?!=|\s*\{)|\bassign\s*\(\s*(module\.)?exports|\bexports\s*\[/;

function exported(module: string): Names {
    const matches = (pattern: RegExp) => [...module.matchAll(pattern)].flatMap(([, name]) => name ?? []);
    const lists = matches(/\b(?:module\.exports\s*=|export)\s*\{([^}]*)\}/g);
    if (open.test(module) || lists.some((list) => /\.\.\.|[({]/.test(list))) {
        return undefined;
    }
    const items = lists.flatMap((list) => list.split(","));
    return [
        ...matches(/\bexports\.([\w$]+)\s*=(?!=)/g),
        ...matches(/\bdefineProperty\s*\(\s*(?:module\.)?exports\s*,\s*['"`]([\w$]+)/g),
        ...matches(/\bexport\s+(?:async\s+)?(?:function\s*\*?|class|const|let|var)\s+([\w$]+)/g),
        ...items.flatMap((item) => /^\s*(?:[\w$]+\s+as\s+)?['"]?([\w$]+)/.exec(item)?.[1] ?? []),
    ];
}

function withoutComments(code: string): string {
    return code.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|[^:'"`\\])\/\/.*$/gm, "$1");
}
