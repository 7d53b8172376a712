import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type * as TypeScript from "typescript";
import { cacheFolder } from "../cache";
import { cacheCode } from "../codeCache";
import type { Written } from "./report";

/**
 * Checks with the program's own TypeScript, in a process of its own. Prints a report as JSON. Usage: `node compiler.js <module> <folder of
 * the program> <file with the options>`
 */
const [, , compiler, folder, config] = process.argv as [string, string, string, string, string];

const cache = cacheFolder(folder);
if (cache !== undefined) {
    cacheCode(join(cache, "code"));
}
const ts: typeof TypeScript = require(compiler);

const files = new Set<string>();
const lookups = new Set<string>();

/** Records the paths that a function is called with. */
function recording<Rest extends unknown[], Result>(
    call: (path: string, ...rest: Rest) => Result,
    paths: Set<string>,
): (path: string, ...rest: Rest) => Result {
    return (path, ...rest) => {
        paths.add(path);
        return call(path, ...rest);
    };
}

function check(): TypeScript.Diagnostic[] {
    const json = JSON.parse(readFileSync(config, "utf8"));
    const parsed = ts.parseJsonConfigFileContent(json, ts.sys, dirname(config), undefined, config);
    const host = ts.createCompilerHost(parsed.options);
    const { directoryExists } = host;
    // The folders of types that it lists are known, and links are followed where files were found.
    Object.assign(host, {
        getCurrentDirectory: () => folder,
        readFile: recording(host.readFile.bind(host), files),
        fileExists: recording(host.fileExists.bind(host), lookups),
        directoryExists: directoryExists && recording(directoryExists.bind(host), lookups),
    });
    const program = ts.createProgram({
        rootNames: parsed.fileNames,
        options: parsed.options,
        configFileParsingDiagnostics: parsed.errors,
        host,
    });
    return [...ts.getPreEmitDiagnostics(program)];
}

const problems = check().filter(
    ({ category, file }) => category === ts.DiagnosticCategory.Error && !/\/node_modules\//.test(file?.fileName ?? ""),
);
const text = ts.formatDiagnostics(problems, {
    getCurrentDirectory: () => folder,
    getCanonicalFileName: (file) => file,
    getNewLine: () => "\n",
});
const report: Written = {
    errors: text.split("\n").filter((line) => line !== ""),
    isAboutOptions: problems.some(({ file }) => file === undefined || file.fileName === config),
    files: [...files].filter((file) => ts.sys.fileExists(file)),
    lookups: [...lookups, ...files],
};
process.stdout.write(JSON.stringify(report));
