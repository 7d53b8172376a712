import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { version } from "typescript";
import { Cache } from "../../../lib/program/cache";
import { compile, type Format, formatOf, isTypeScript } from "../../../lib/program/sources/compile";
import { hooksOf } from "../../../lib/program/sources/hooks";
import { Program } from "../../../lib/program/sources/program";
import { resolveImport, sourceOfMissing } from "../../../lib/program/sources/resolve";
import { folderOf } from "../folders";

const folder = folderOf({
    "a.ts": "",
    "a.ts.ts": "",
    "b.tsx": "",
    "c.mts": "",
    "d.cts": "",
    "e.js": "",
    "both.ts": "",
    "both.tsx": "",
    "fs.ts": "",
    "types.d.ts": "",
    "folder/index.ts": "",
    "view/index.tsx": "",
    "packaged/index.ts": "",
    "packaged/package.json": "{}",
    "named.js.ts": "",
});
const resolved = (request: string, options = {}) => resolveImport(request, join(folder, "index.ts"), options);

test.each([
    ["./a", "a.ts"],
    ["./a.js", "a.ts"],
    ["./b", "b.tsx"],
    ["./b.js", "b.tsx"],
    ["./b.jsx", "b.tsx"],
    ["./c.mjs", "c.mts"],
    ["./d.cjs", "d.cts"],
    ["./both.js", "both.ts"],
    ["./folder", "folder/index.ts"],
    ["./view", "view/index.tsx"],
    ["./named.js", "named.js.ts"],
    [join(folder, "a"), "a.ts"],
    // What Node finds, or nobody.
    ["./e.js", undefined],
    ["./e", undefined],
    ["./a.ts", undefined],
    ["./a.jsx", undefined],
    ["./c", undefined],
    ["./packaged", undefined],
    ["./none", undefined],
    ["fs", undefined],
    ["node:fs", undefined],
    ["a", undefined],
    [".a", undefined],
])("the import of %s is %s", (request, expected) => {
    expect(resolved(request)).toBe(expected && join(folder, expected));
});

test("a folder imports the one above it and its own index", () => {
    const parent = join(folder, "folder", "other.ts");
    expect(resolveImport(".", parent, {})).toBe(join(folder, "folder", "index.ts"));
    expect(resolveImport("..", join(folder, "folder", "deep", "x.ts"), {})).toBe(join(folder, "folder", "index.ts"));
    expect(resolveImport("../a", parent, {})).toBe(join(folder, "a.ts"));
});

const paths = (all: Record<string, string[]>) => ({
    paths: Object.fromEntries(
        Object.entries(all).map(([name, list]) => [name, list.map((path) => join(folder, path))]),
    ),
});

test.each<[string, string, object, string | undefined]>([
    ["baseUrl", "a", { baseUrl: folder }, "a.ts"],
    ["baseUrl, of a module that Node finds there", "e", { baseUrl: folder }, "e.js"],
    ["baseUrl, of declarations", "types.d.ts", { baseUrl: folder }, undefined],
    ["an exact path", "x", paths({ x: ["a"], "*": ["b"] }), "a.ts"],
    ["a pattern", "@app/a", paths({ "@app/*": ["*"] }), "a.ts"],
    ["a pattern with an end", "a.app", paths({ "*.app": ["*"] }), "a.ts"],
    ["the pattern with the longer beginning", "@app/x/a", paths({ "@app/*": ["none/*"], "@app/x/*": ["*"] }), "a.ts"],
    ["the first of several paths that exists", "@app/a", paths({ "@app/*": ["none/*", "*", "both"] }), "a.ts"],
    ["a pattern of which beginning and end would overlap", "aba", paths({ "ab*ba": ["a"] }), undefined],
    ["a pattern that stands for nothing", "abba", paths({ "ab*ba": ["a*"] }), "a.ts"],
    ["a pattern with another beginning", "@other/a", paths({ "@app/*": ["*"] }), undefined],
    ["a pattern with another end", "a.web", paths({ "*.app": ["*"] }), undefined],
    ["nobody, of a module of Node, before baseUrl", "fs", { baseUrl: folder }, undefined],
    ["paths before baseUrl", "b", { baseUrl: folder, ...paths({ b: ["a"] }) }, "a.ts"],
    ["paths that do not match, and baseUrl", "b", { baseUrl: folder, ...paths({ x: ["a"] }) }, "b.tsx"],
])("an import is resolved by %s", (_, request, options, expected) => {
    expect(resolved(request, options)).toBe(expected && join(folder, expected));
});

const missing = (message: string, code = "ERR_MODULE_NOT_FOUND") => sourceOfMissing({ code, message });

test("the source of a compiled file that does not exist is found by the error of Node", () => {
    const source = join(folder, "a.ts");
    const file = join(folder, "a.js");
    expect(missing(`Cannot find module '${file}' imported from ${folder}/index.ts`)).toBe(source);
    expect(missing(`Cannot find module '${file}'`, "MODULE_NOT_FOUND")).toBe(source);
    expect(missing(`Cannot find module '${file}'`, "ENOENT")).toBeUndefined();
    expect(missing(`Cannot find package '${file}'`)).toBeUndefined();
    expect(missing("Cannot find module 'a.js'")).toBeUndefined();
    expect(missing(`Cannot find module '${join(folder, "none.js")}'`)).toBeUndefined();
    expect(sourceOfMissing(undefined)).toBeUndefined();
});

test.each([
    ["a.ts", true],
    ["a.tsx", true],
    ["a.mts", true],
    ["a.cts", true],
    ["a.js", false],
    ["a.json", false],
    ["a.d.ts", false],
    ["a.d.mts", false],
    ["a.d.json.ts", false],
])("%s is a source: %s", (file, expected) => {
    expect(isTypeScript(file)).toBe(expected);
});

test.each([
    ["a.mts", "commonjs", "module"],
    ["a.cts", "module", "commonjs"],
    ["a.ts", "module", "module"],
    ["a.ts", "commonjs", "commonjs"],
    ["a.ts", undefined, "commonjs"],
])("the format of %s in a package of the type %s is %s", (file, type, expected) => {
    expect(formatOf(`/app/${file}`, (of) => (of === "/app" ? type : "other"))).toBe(expected);
});

/** The compiled code of a source in a folder of its own. */
function compiled(name: string, format: Format, options: object, source: string): string {
    const configuration = {
        options: { target: "es2022", noEmit: true, ...options },
        typeRoots: [],
        compiler: { file: require.resolve("typescript"), version },
        lookups: new Set<string>(),
    };
    return compile(join(folderOf({ [name]: source }), name), format, configuration, new Cache(undefined));
}

test.each<[string, Format, object, string]>([
    ["a.ts", "module", { module: "node16" }, "import import"],
    ["a.ts", "commonjs", { module: "Node16" }, "require import"],
    ["a.tsx", "module", { module: "nodenext" }, "import import"],
    ["a.tsx", "commonjs", { module: "nodenext" }, "require import"],
    ["a.ts", "module", { module: "CommonJS" }, "import import"],
    ["a.ts", "commonjs", { module: "commonjs" }, "require require"],
    ["a.ts", "module", { module: "es2022" }, "import import"],
    ["a.ts", "commonjs", { module: "es2022", moduleResolution: "bundler" }, "require require"],
    ["a.tsx", "commonjs", { module: "es2022" }, "require require"],
    ["a.ts", "module", {}, "import import"],
    ["a.ts", "commonjs", {}, "require require"],
])("%s has the format %s with the options %j: it loads others with %s", (name, format, options, expected) => {
    const source = 'import { b } from "./b.js";\nexport const c: unknown = [b, () => import("./c.js")];\n';
    const [code = ""] = compiled(name, format, options, source).split("//#");
    expect(code.match(/\b(import|require)(?=\(| \{)/g)?.join(" ")).toBe(expected);
});

test("a debugger sees the source by its name, although the compiler got another one", () => {
    const source = "export const a: number = 1;\n";
    const [, map = ""] = compiled("a.ts", "module", { module: "node16" }, source).split("base64,");
    expect(JSON.parse(Buffer.from(map, "base64").toString())).toEqual({
        version: 3,
        file: "a.ts",
        sourceRoot: "",
        sources: ["a.ts"],
        names: [],
        mappings: expect.stringMatching(/^A/),
        sourcesContent: [source],
    });
});

test("an error in the options has the place of the first character", () => {
    const options = { module: "node16", emitDecoratorMetadata: true };
    expect(() => compiled("a.ts", "module", options, "export {};\n")).toThrow(
        "/a.ts(1,1): error TS5052: Option 'emitDecoratorMetadata' cannot be specified without specifying option 'experimentalDecorators'.",
    );
});

const files = folderOf({
    "package.json": '{ "type": "module" }',
    "tsconfig.json": '{ "compilerOptions": { "paths": { "#app/*": ["./*"] } } }',
    "a.ts": "export const a: number = 1;\n",
    "e.js": "",
    "node_modules/installed/index.ts": "",
    "node_modules/installed/a.ts": "",
});
symlinkSync(join(__dirname, "..", "..", "..", "node_modules", "typescript"), join(files, "node_modules", "typescript"));
const program = new Program(files);
const loading: string[] = [];
const hooks = hooksOf(
    () => program,
    (file) => loading.push(file),
);
const urlOf = (path: string) => pathToFileURL(join(files, path)).href;

test.each<[string, string, string | undefined, string[], string]>([
    ["the name of a compiled file", "./a.js", urlOf("index.ts"), ["node", "import"], urlOf("a.ts")],
    ["one with a query", "./a.js?one#two", urlOf("index.ts"), [], `${urlOf("a.ts")}?one#two`],
    ["a URL", urlOf("a.js"), urlOf("index.ts"), [], urlOf("a.ts")],
    ["by `paths` with the beginning of a fragment", "#app/a", urlOf("index.ts"), [], urlOf("a.ts")],
    ["a name of `imports`, which Node finds", "#own", urlOf("index.ts"), [], "#own"],
    ["what Node finds", "./e.js", urlOf("index.ts"), [], "./e.js"],
    ["what JavaScript imports", "./a.js", urlOf("e.js"), [], "./a.js"],
    ["what an installed package imports", "./a.js", urlOf("node_modules/installed/index.ts"), [], "./a.js"],
    ["what code without a file imports", "./a.js", "data:text/javascript,", [], "./a.js"],
    ["the program", "./a.js", undefined, [], "./a.js"],
    ["what is required, which the loader of CommonJS resolves", "./a.js", urlOf("index.ts"), ["require"], "./a.js"],
])("an import in an ES module is resolved: %s", (_, request, parentURL, conditions, expected) => {
    expect(hooks.resolve(request, { parentURL, conditions }, (url) => url)).toBe(expected);
});

test("a compiled file that Node does not find is its source, with hooks in the program's thread and in another one", async () => {
    const context = { parentURL: urlOf("index.ts"), conditions: [] };
    const error = (path: string) =>
        Object.assign(new Error(`Cannot find module '${join(files, path)}'`), { code: "ERR_MODULE_NOT_FOUND" });
    const next = (path: string) => (request: string) => {
        if (request === "#own") {
            throw error(path);
        }
        return request;
    };
    const later = (path: string) => async (request: string) => next(path)(request);
    expect(hooks.resolve("#own", context, next("a.js"))).toBe(urlOf("a.ts"));
    await expect(hooks.resolve("#own", context, later("a.js"))).resolves.toBe(urlOf("a.ts"));
    expect(() => hooks.resolve("#own", context, next("e.js"))).toThrow(error("e.js"));
    await expect(hooks.resolve("#own", context, later("e.js"))).rejects.toThrow(error("e.js"));
    const installed = "node_modules/installed/a.js";
    expect(() => hooks.resolve("#own", context, next(installed))).toThrow(error(installed));
});

test("sources are compiled in their format after they are checked, and Node loads other files", () => {
    const next = (url: string, context: object) => ({ url, context });
    expect(hooks.load(urlOf("a.ts"), {}, next)).toEqual({
        format: "module",
        source: expect.stringMatching(/^export const a = 1;/),
        shortCircuit: true,
    });
    expect(loading).toEqual([join(files, "a.ts")]);
    for (const url of [urlOf("e.js"), urlOf("node_modules/installed/a.ts"), "node:fs", "data:text/javascript,"]) {
        expect(hooks.load(url, { format: "x" }, next)).toEqual({ url, context: { format: "x" } });
    }
    expect(loading).toHaveLength(1);
});

test("stack traces need the compiled code of sources, not of other files, or of sources that are gone", () => {
    const other = new Program(files);
    expect(other.outputOf(join(files, "a.ts"))).toMatch(/^export const a = 1;/);
    expect(other.outputOf(join(files, "e.js"))).toBeUndefined();
    expect(other.outputOf(join(files, "node_modules/installed/a.ts"))).toBeUndefined();
    expect(other.outputOf(join(files, "gone.ts"))).toBeUndefined();
    // A source that is required is a module of CommonJS, and stays one.
    const required = other.compile(join(files, "a.ts"), "commonjs");
    expect(other.outputOf(join(files, "a.ts"))).toBe(required);
});
