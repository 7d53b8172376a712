import type { Problem } from "../../internal/arguments/check";
import * as check from "../../internal/arguments/check";
import { readJsonObject } from "../../internal/arguments/json";
import { isObject } from "../../internal/arguments/value";
import { fileAt, listNames, missingFile, type Names, type Source, text, validateEntryPoint } from "./source";

const framework = "@google-cloud/functions-framework";

/** The fields of package.json that matter for the start of a function. */
interface Package {
    main?: string;
    scripts?: object;
    dependencies?: object;
}

/**
 * Validates a Node.js source, which starts with the `main` of package.json, index.js or function.js. Files that a build script
 * generates are not validated.
 */
export function validateNode(source: Source): Problem | undefined {
    if (source.main !== undefined) {
        const reason = "is not supported with Node.js. Set main in package.json to the file.";
        return check.problem("build.env.GOOGLE_FUNCTION_SOURCE", "functions/function-source-of-node", reason);
    }
    const manifest = readPackage(source);
    if (typeof manifest === "string") {
        return check.problem(
            "source",
            "functions/package-json-invalid",
            `has a package.json that is not valid JSON: ${manifest}.`,
        );
    }
    const { main, scripts = {}, dependencies = {} } = manifest;
    const isBuilt = "build" in scripts || "gcp-build" in scripts;
    const started = main ?? (fileAt(source, "index.js") ? "index.js" : "function.js");
    const file = fileAt(source, started);
    if (!file) {
        return isBuilt ? undefined : missingMain(source, main);
    }
    const code = text(file);
    const modules = source.files.filter(({ path }) => /\.[cm]?js$/.test(path)).map(text);
    if (!(framework in dependencies) && requires(code, framework)) {
        const reason = `${started} requires ${framework}, which the dependencies of package.json do not have.`;
        return check.problem(
            "source",
            "functions/framework-missing",
            `${reason} Run 'npm install ${framework}' in the folder.`,
        );
    }
    return validateEntryPoint(withExportName(source), started, definedNames(code, modules));
}

/** Reads package.json; returns `{}` without one, and the position of a syntax error. */
function readPackage(source: Source): Package | string {
    const file = fileAt(source, "package.json");
    const manifest = file ? readJsonObject(text(file)) : {};
    if (typeof manifest === "string") {
        return manifest;
    }
    const { main, scripts, dependencies } = manifest;
    return {
        main: typeof main === "string" ? main : undefined,
        scripts: isObject(scripts) ? scripts : {},
        dependencies: isObject(dependencies) ? dependencies : {},
    };
}

function missingMain(source: Source, main: string | undefined): Problem {
    if (main === undefined) {
        return missingFile(source, "index.js, nor another main in package.json");
    }
    const paths = listNames(source.files.map(({ path }) => path));
    const reason = `has no ${main}, the main of package.json, which ${source.runtime} needs. It has ${paths}.`;
    const how = "Compile before the deployment, or add a script gcp-build to package.json that does.";
    return check.problem("source", "functions/node-main-missing", `${reason} ${how}`);
}

/** The entry point `api.predict` is a property of the export `api`. */
function withExportName(source: Source): Source {
    return { ...source, entryPoint: source.entryPoint.split(".")[0] as string };
}

function requires(code: string, name: string): boolean {
    const quoted = ["'", '"', "`"].map((quote) => quote + name + quote);
    const statements = withoutComments(code).match(/(\brequire\s*\(|\bfrom|\bimport\s*\(?)\s*['"`][^'"`]+['"`]/g) ?? [];
    return statements.some((statement) => quoted.some((each) => statement.endsWith(each)));
}

/**
 * The exports of a module, and the functions that any file registers with the Functions Framework. Includes false positives rather
 * than refuse a valid source.
 */
function definedNames(code: string, files: string[]): Names {
    const own = exportedNames(withoutComments(code));
    const registered = registeredNames(files.filter((each) => each.includes(framework)).map(withoutComments));
    return own && registered && [...new Set([...own, ...registered])];
}

/** The names that files register with the Functions Framework; undefined where a name is computed. */
function registeredNames(files: string[]): Names {
    const found = files.flatMap((each) => [
        ...each.matchAll(/\b(?:http|cloudEvent|typed)\s*\(\s*(?:['"`]([\w-]+)['"`]|[^\s'"`)])/g),
    ]);
    const names = found.flatMap(([, name]) => name ?? []);
    return names.length < found.length ? undefined : names;
}

/** Exports whose names the module itself does not show: exports of another module, or of an object. */
const openExports =
    /\bexport\s*\*\s*from|\b__exportStar\s*\(|\bmodule\.exports\s*=(?!=|\s*\{)|\bassign\s*\(\s*(module\.)?exports|\bexports\s*\[/;

function exportedNames(module: string): Names {
    const matches = (pattern: RegExp) => [...module.matchAll(pattern)].map(([, name]) => name as string);
    const lists = matches(/\b(?:module\.exports\s*=|export)\s*\{([^}]*)\}/g);
    if (openExports.test(module) || lists.some((list) => /\.\.\.|[({]/.test(list))) {
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
