import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join, resolve } from "node:path";

/** Values of `compilerOptions`. */
export type Options = Record<string, unknown>;

/** The options of a `tsconfig.json` together with those that it extends. */
export interface Tsconfig {
    /** With absolute paths. */
    options: Options;
    /** The paths that were read or looked up. */
    lookups: Set<string>;
}

/** Options with paths, which are relative to their file. */
const pathOptions = ["baseUrl", "rootDirs", "typeRoots"];

/** The key, among the options, of the folder of the file with `paths`. */
const pathsFolder = "pathsFolder";

/**
 * Reads a `tsconfig.json`, and those that it extends. The package `get-tsconfig` ignores syntax errors, with the options after them, and
 * adds options that others imply (`moduleResolution: "classic"`, `strictBuiltinIteratorReturn`), some of which other compilers refuse.
 *
 * @param file absolute path
 * @throws Error if a file is missing or not JSON with comments
 * @see https://www.typescriptlang.org/tsconfig/#extends
 */
export function readTsconfig(file: string): Tsconfig {
    const lookups = new Set<string>();
    const options = optionsOf(file, dirname(file), lookups, []);
    return { options: withTargets(options, dirname(file)), lookups };
}

function optionsOf(file: string, configFolder: string, lookups: Set<string>, extending: string[]): Options {
    if (extending.includes(file)) {
        throw new Error(`error TS18000: Circularity detected while resolving configuration: ${file}`);
    }
    lookups.add(file);
    const folder = dirname(file);
    const { extends: extended = [], compilerOptions } = parsed(file);
    const inherited = [extended]
        .flat()
        .map((name) => optionsOf(found(String(name), folder, lookups), configFolder, lookups, [...extending, file]));
    return Object.assign({}, ...inherited, absolute(Object(compilerOptions), folder, configFolder));
}

function parsed(file: string): { extends?: unknown; compilerOptions?: unknown; tsconfig?: unknown } {
    try {
        return Object(parseJsonWithComments(readFileSync(file, "utf8")));
    } catch (error) {
        throw new Error(`${file}: error TS5083: Cannot read the file: ${(error as Error).message}`);
    }
}

/** Parses JSON with comments and trailing commas. */
export function parseJsonWithComments(text: string): unknown {
    const string = String.raw`"(?:\\.|[^"\\])*"`;
    const comment = String.raw`\/\/.*|\/\*[\s\S]*?\*\/`;
    const json = text
        .replace(/^\uFEFF/, "")
        .replace(new RegExp(`(${string})|${comment}`, "g"), "$1")
        .replace(new RegExp(String.raw`(${string})|,(?=\s*[}\]])`, "g"), "$1");
    return json.trim() === "" ? {} : JSON.parse(json);
}

/** Finds a file that is extended: a path, or a file in a package. */
function found(name: string, folder: string, lookups: Set<string>): string {
    if (/^\.\.?($|[/\\])/.test(name) || isAbsolute(name)) {
        const file = resolve(folder, name, /^\.\.?$/.test(name) ? "tsconfig.json" : "");
        lookups.add(file);
        const isFile = statSync(file, { throwIfNoEntry: false })?.isFile();
        return isFile || file.endsWith(".json") ? file : `${file}.json`;
    }
    const [packageName = name] = /^(@[^/]+\/)?[^/]+/.exec(name) ?? [];
    for (let parent = folder; ; parent = dirname(parent)) {
        lookups.add(join(parent, "node_modules", packageName, "package.json"));
        if (existsSync(join(parent, "node_modules", packageName)) || parent === dirname(parent)) {
            break;
        }
    }
    const require = createRequire(join(folder, "tsconfig.json"));
    const resolved = (path: string) => {
        try {
            return require.resolve(path);
        } catch {
            return undefined;
        }
    };
    // Of the package, or of a folder in it.
    const manifest = resolved(`${name}/package.json`);
    const candidates = [
        manifest && declared(manifest, lookups),
        resolved(name),
        resolved(`${name}.json`),
        resolved(`${name}/tsconfig.json`),
    ];
    const file = candidates.find((candidate) => candidate?.endsWith(".json"));
    if (!file) {
        throw new Error(`${join(folder, "tsconfig.json")}: error TS6053: File '${name}' not found.`);
    }
    return file;
}

/** The file that a manifest names as the one to extend. */
function declared(manifest: string, lookups: Set<string>): string | undefined {
    lookups.add(manifest);
    const { tsconfig } = parsed(manifest);
    return typeof tsconfig === "string" ? join(dirname(manifest), tsconfig) : undefined;
}

function absolute(options: Options, folder: string, configFolder: string): Options {
    return Object.fromEntries(
        Object.entries(options).flatMap(([name, value]) => {
            if (name === "paths") {
                return [
                    [name, value],
                    [pathsFolder, folder],
                ];
            }
            return [
                [
                    name,
                    pathOptions.includes(name) ? mapped(value, (path) => within(folder, path, configFolder)) : value,
                ],
            ];
        }),
    );
}

/** The targets of `paths` are relative to `baseUrl`, from any file, or to the file that has them. */
function withTargets({ [pathsFolder]: folder, ...options }: Options, configFolder: string): Options {
    if (typeof folder !== "string") {
        return options;
    }
    const base = typeof options.baseUrl === "string" ? options.baseUrl : folder;
    const paths = Object.entries(Object(options.paths)).map(([name, targets]) => [
        name,
        mapped(targets, (path) => within(base, path, configFolder)),
    ]);
    return { ...options, paths: Object.fromEntries(paths) };
}

/** `${configDir}` is the folder of the `tsconfig.json` that extends the others. */
const within = (folder: string, path: string, configFolder: string) =>
    resolve(folder, path.replace(/^\$\{configDir\}/i, configFolder));

function mapped(value: unknown, change: (text: string) => string): unknown {
    if (Array.isArray(value)) {
        return value.map((each) => mapped(each, change));
    }
    return typeof value === "string" ? change(value) : value;
}
