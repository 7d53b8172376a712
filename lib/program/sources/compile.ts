import { readFileSync } from "node:fs";
import { basename, dirname, extname, relative } from "node:path";
import type ts from "typescript";
import { type Cache, hash } from "../cache";
import type { Compiler, Configuration } from "../check/configuration";
import type { Options } from "../check/tsconfig";
import { load, versionOf } from "./compiler";

export type Format = "commonjs" | "module";

/** Changes with the output of {@link compile} for the same source. */
const revision = "1";

/**
 * Compiles a file by itself with the program's TypeScript, as `isolatedModules` describes it. The output is the same as ts-node's: nothing is
 * injected that serialized functions would contain, and a source map at its end has the lines of the source.
 *
 * @see https://www.typescriptlang.org/tsconfig/#isolatedModules
 */
export function compile(file: string, format: Format, configuration: Configuration, cache: Cache): string {
    const { compiler } = configuration;
    const version = versionOf(compiler);
    const source = readFileSync(file, "utf8");
    const name = basename(file);
    const options = optionsFor(name, format, configuration.options);
    const cached = `${hash(revision, version, JSON.stringify(options), format, name, source)}.js`;
    const known = cache.get(cached);
    if (known !== undefined) {
        return known;
    }
    const api = load(compiler as Compiler);
    const { outputText, diagnostics = [] } = api.transpileModule(source, {
        fileName: inFormat(name, format),
        compilerOptions: api.convertCompilerOptionsFromJson(options, dirname(file)).options,
        reportDiagnostics: true,
    });
    if (diagnostics.length > 0) {
        throw new SourceError(file, diagnostics, api);
    }
    const output = withSourceName(outputText, name);
    cache.set(cached, output);
    return output;
}

/** A file with this extension has this format for the compiler, which does not read `package.json` here. */
const inFormat = (name: string, format: Format) => name.replace(/\.[cm]?ts$/, format === "module" ? ".mts" : ".cts");

/** Options that are only for the check and for resolving imports. */
const ofCheck = new Set(["baseUrl", "moduleResolution", "paths", "rootDirs", "skipLibCheck", "typeRoots", "types"]);

/** The options for a file of a format. */
function optionsFor(name: string, format: Format, options: Options): Options {
    const module = String(options.module).toLowerCase();
    // With `node16` or `nodenext`, the compiler takes the format from the extension: there is none for JSX in an ES module.
    const isOfExtension = /^node/.test(module) && !(format === "module" && name.endsWith(".tsx"));
    return {
        ...Object.fromEntries(Object.entries(options).filter(([option]) => !ofCheck.has(option))),
        module: isOfExtension ? module : format === "module" ? "esnext" : "commonjs",
        inlineSourceMap: true,
        inlineSources: true,
    };
}

/** The start of a source map in code; in parts, because it is not the map of this file. */
const mapping = ["//#", "sourceMappingURL=data:application/json;base64,"].join(" ");

/** Names the source in the source map at the end of a file, as the compiler got another extension. */
function withSourceName(output: string, name: string): string {
    const start = output.lastIndexOf(mapping) + mapping.length;
    const map = JSON.parse(Buffer.from(output.slice(start), "base64").toString());
    const named = JSON.stringify({ ...map, file: name, sources: [name] });
    return output.slice(0, start) + Buffer.from(named).toString("base64");
}

/** A syntax error. Pulumi prints errors of this name without a stack, like errors of ts-node. */
class SourceError extends Error {
    override readonly name = "TSError";

    constructor(file: string, diagnostics: readonly ts.Diagnostic[], { flattenDiagnosticMessageText }: typeof ts) {
        const place = relative(process.cwd(), file);
        const lines = diagnostics.map(({ code, file: source, messageText, start = 0 }) => {
            const { line, character } = source?.getLineAndCharacterOfPosition(start) ?? { line: 0, character: 0 };
            const message = flattenDiagnosticMessageText(messageText, "\n");
            return `${place}(${line + 1},${character + 1}): error TS${code}: ${message}`;
        });
        super(`⨯ Unable to compile TypeScript:\n${lines.join("\n")}\n`);
    }
}

/** Whether a path leads to a source in TypeScript, which is not a declaration. */
export const isTypeScript = (file: string) => /\.([cm]?ts|tsx)$/.test(file) && !/\.d\.([cm]?ts|[^.]+\.ts)$/.test(file);

/** The format of a file, as Node determines it: https://nodejs.org/api/packages.html#determining-module-system */
export function formatOf(file: string, typeOf: (folder: string) => unknown): Format {
    const extension = extname(file);
    if (extension === ".mts" || extension === ".cts") {
        return extension === ".mts" ? "module" : "commonjs";
    }
    return typeOf(dirname(file)) === "module" ? "module" : "commonjs";
}
