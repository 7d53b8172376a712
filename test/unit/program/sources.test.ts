import {
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    rmSync,
    symlinkSync,
    truncateSync,
    writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { mapStackTraces } from "../../../lib/program/sources/stackTraces";
import { folderOf } from "../folders";
import { root } from "../local/world";
import { Program, preload, run } from "./program";

const tsconfig = (compilerOptions: object, more = {}) => JSON.stringify({ compilerOptions, ...more });
const strict = { target: "ES2022", module: "node16", moduleResolution: "node16", strict: true };

/** The files of the cache, without the code of packages. */
const cached = ({ folder }: Program) => {
    const cache = join(folder, "node_modules", ".cache", "slipway");
    return existsSync(cache) ? readdirSync(cache).filter((name) => name.endsWith(".js")) : [];
};

describe.each(["commonjs", "module"])("a program of the type %s", (type) => {
    const manifest = JSON.stringify({ type });

    test("has enums, decorators, JSON, and imports of compiled names", () => {
        const program = new Program({
            "package.json": manifest,
            "tsconfig.json": tsconfig({ ...strict, experimentalDecorators: true, resolveJsonModule: true }),
            "data.json": '{ "one": 1 }',
            "kinds.ts": 'export enum Kind { First = "first", Second = 2 }\nexport const enum Local { Inner = "inner" }',
            "nested/index.ts": "export const nested: string = 'in a folder';",
            "index.ts": `
                import * as path from "node:path";
                import data from "./data.json" with { type: "json" };
                import { Kind, Local } from "./kinds.js";
                import { nested } from "./nested/index.js";
                import type { Missing } from "./kinds.js";
                const seen: string[] = [];
                const noted = (_: object, name: string, descriptor: PropertyDescriptor) => { seen.push(name); return descriptor; };
                class Decorated { @noted run(this: Decorated): void {} }
                export const result = [Kind.First, Kind.Second, Local.Inner, data.one, nested, seen, path.basename("a/b")];
                export const names = [Decorated.name, noted.name, Object.keys(Decorated).length];`,
        });
        expect(program.run()).toEqual({
            exports: {
                result: ["first", 2, "inner", 1, "in a folder", ["run"], "b"],
                names: ["Decorated", "noted", 0],
            },
            checked: expect.arrayContaining([
                { entry: join(program.folder, "index.ts"), folder: program.folder, isPreview: false, loaded: 0 },
            ]),
            compiled: expect.any(Boolean),
        });
    });

    test("resolves imports by `paths` and `baseUrl`, which its tsconfig can extend", () => {
        const program = new Program({
            "package.json": JSON.stringify({ type, imports: { "#own": "./own/exact.js" } }),
            "base/tsconfig.json": `{
                // With comments.
                "compilerOptions": { "target": "ES2022", "paths": { "@own/*": ["../own/*"], "exactly": ["../own/exact.ts", ] } },
            }`,
            "tsconfig.json": tsconfig({ module: "node16", baseUrl: "./sources" }, { extends: "./base/tsconfig" }),
            "own/thing.ts": "export const thing = 'by pattern';",
            "own/exact.ts": "export const exact = 'by name';",
            "sources/other.ts": "export const other = 'by base';",
            "sources/index.ts": "",
            "sources/@own/missing.ts": "",
            "index.ts": `
                import { thing } from "@own/thing";
                import { exact } from "exactly";
                import { other } from "other";
                import { basename } from "path";
                import * as exactly from "exactly";
                import * as own from "#own";
                export const result = [thing, exact, other, basename("a/b"), own === exactly];`,
        });
        expect(program.run()).toMatchObject({ exports: { result: ["by pattern", "by name", "by base", "b", true] } });
        // A pattern that matches excludes the base.
        program.write({ "index.ts": 'import "@own/missing";\n' });
        expect(program.run().error).toMatch(/Cannot find (module|package) '@own/);
    });

    test("resolves names of compiled files in `imports` and `exports` of its package", () => {
        const program = new Program({
            "package.json": JSON.stringify({
                name: "own",
                type,
                imports: {
                    "#source": "./own/source.ts",
                    "#own/*": "./own/*.js",
                    "#format": { import: "./own/imported.mjs", default: "./own/required.cjs" },
                    "#missing": "./own/missing.js",
                },
                exports: { "./thing": "./own/thing.js" },
            }),
            "tsconfig.json": tsconfig(strict),
            "own/source.ts": "export const source: string = 'source';",
            "own/thing.ts": "export const thing: string = 'compiled';",
            "own/imported.mts": "export const format: string = 'module';",
            "own/required.cts": "export const format: string = 'commonjs';",
            "index.ts": `
                import { source } from "#source";
                import { thing } from "#own/thing";
                import { format } from "#format";
                import * as same from "own/thing";
                export const result = [source, thing, format, same.thing === thing];`,
        });
        expect(program.run()).toMatchObject({ exports: { result: ["source", "compiled", type, true] } });
        program.write({ "index.ts": 'import { thing } from "#missing";\nexport const result: string = thing;\n' });
        expect(program.run().error).toMatch(/^Error: Cannot find module '.*own\/missing\.js'/);
    });

    test("has the source's lines in stack traces, also from the cache", () => {
        const program = new Program({
            "package.json": manifest,
            "tsconfig.json": tsconfig(strict),
            "failing.ts":
                "interface Long {\n    of: string;\n}\n\nexport const fail = (long: Long): Error =>\n    new Error(long.of);\n",
            "index.ts": `interface Unused {\n    one: string;\n}\n\nimport { fail } from "./failing.js";
export const stack = fail({ of: "here" }).stack?.split("\\n").slice(1, 3).map((line) => /[^/]+$/.exec(line)?.[0]);\n`,
        });
        const expected = {
            exports: {
                stack: [expect.stringMatching(/^failing\.ts:6:5\)?$/), expect.stringMatching(/^index\.ts:6:2[26]\)?$/)],
            },
        };
        expect(program.run()).toMatchObject(expected);
        expect(program.run()).toMatchObject(expected);
    });

    test("reports syntax errors with their place", () => {
        const program = new Program({ "package.json": manifest, "index.ts": "const one = 1;\nf(one, =);\n" });
        expect(program.run().error).toBe(
            "TSError: ⨯ Unable to compile TypeScript:\nindex.ts(2,8): error TS1135: Argument expression expected.\n",
        );
    });

    test("is not loaded if the check of its types fails", () => {
        const program = new Program({ "package.json": manifest, "index.ts": 'console.log("loaded");' });
        expect(program.run({ environment: { CHECK_FAILS: "true" } })).toMatchObject({
            error: "TSError: index.ts(1,1): error TS2322",
            checked: [expect.anything()],
        });
    });
});

test("stack traces have the format of the package for source maps, also of frames that were printed before", () => {
    const program = new Program({
        "tsconfig.json": tsconfig(strict),
        "index.ts": `type Texts = string[];

class Shape {
    static of(): Error { return new Shape().named; }
    readonly named: Error;
    constructor() { this.named = this.fail(); }
    fail(): Error { return [1].map(() => new Failure("of this"))[0] as Error; }
    get property(): Error { return eval("new Error()"); }
}

class Failure extends TypeError {
    override readonly name: string = "Failure";
}

const texts = (error: Error): Texts => (error.stack as string).replaceAll(__dirname + "/", "").split("\\n").slice(0, 5);
const bare = (): Error => new Error();
const both = () => [Shape.of(), bare(), new Shape().property].map(texts);
export const [first, again] = [1, 2].map(both);
`,
    });
    const expected = [
        [
            "Failure: of this",
            "    at index.ts:7:42",
            "    at Array.map (<anonymous>)",
            "    at Shape.fail (index.ts:7:32)",
            "    at new Shape (index.ts:6:39)",
        ],
        [
            "Error: ",
            "    at bare (index.ts:16:27)",
            "    at both (index.ts:17:33)",
            "    at Array.map (<anonymous>)",
            "    at Object.<anonymous> (index.ts:18:38)",
        ],
        [
            "Error: ",
            "    at eval (eval at get property (index.ts:8:36), <anonymous>:1:1)",
            "    at Shape.get property [as property] (index.ts:8:36)",
            "    at both (index.ts:17:53)",
            "    at Array.map (<anonymous>)",
        ],
    ];
    expect(program.run().exports).toEqual({ first: expected, again: expected });
});

describe("stack traces of a program", () => {
    const { argv, prepareStackTrace } = { argv: process.argv, prepareStackTrace: Error.prepareStackTrace };
    const inFolder = (files: Record<string, string>) => {
        process.argv = [process.execPath, join(folderOf(files), "run.js")];
        mapStackTraces(() => undefined);
    };

    afterEach(() => {
        process.argv = argv;
        Error.prepareStackTrace = prepareStackTrace;
        jest.restoreAllMocks();
    });

    test("are mapped by Node without the package for source maps", () => {
        const setEnabled = jest.spyOn(process, "setSourceMapsEnabled").mockReturnValue(undefined);
        inFolder({});
        expect(setEnabled.mock.calls).toEqual([[true]]);
        expect(Error.prepareStackTrace).toBe(prepareStackTrace);
    });

    test("have each frame, which is only mapped once, and leave uncaught errors to Pulumi", () => {
        inFolder({
            "node_modules/source-map-support/index.js": `
                exports.install = (options) => { exports.options = options; };
                exports.mapped = [];
                exports.wrapCallSite = (frame, state) => {
                    const name = state.nextPosition?.name ?? "nobody";
                    exports.mapped.push(frame);
                    state.curPosition = { name: frame };
                    return frame + " called by " + name;
                };`,
        });
        const support = require(join(dirname(process.argv[1] as string), "node_modules/source-map-support"));
        expect(support.options).toEqual({
            environment: "node",
            handleUncaughtExceptions: false,
            retrieveFile: expect.any(Function),
        });
        const printed = (...frames: unknown[]) =>
            Error.prepareStackTrace?.(new Error("x"), frames as NodeJS.CallSite[]);
        const expected =
            "Error: x\n    at inner called by middle\n    at middle called by outer\n    at outer called by nobody";
        expect(printed("inner", "middle", "outer")).toBe(expected);
        expect(printed("inner", "middle", "outer")).toBe(expected);
        expect(printed("inner", "outer")).toBe("Error: x\n    at inner called by outer\n    at outer called by nobody");
        expect(support.mapped).toEqual(["outer", "middle", "inner", "inner"]);
        const ofPackage = "Resource (/app/node_modules/@pulumi/pulumi/resource.js:602:13)";
        expect(printed(ofPackage, "outer")).toBe(`Error: x\n    at ${ofPackage}\n    at outer called by nobody`);
        expect(support.mapped).not.toContain(ofPackage);
    });
});

test("hooks for ES modules run in the program's thread, and otherwise only for a program that is one", () => {
    const folder = folderOf({
        "package.json": '{ "type": "module" }',
        "index.ts": "",
        "index.cts": "",
        "index.js": "",
        "index.mjs": "",
    });
    const script = `
        const Module = require("node:module");
        const threads = require("node:worker_threads");
        const places = (entry, isMainThread = true, hasHooks = false) => {
            const found = [];
            Module.registerHooks = hasHooks ? () => found.push("here") : undefined;
            Module.register = () => found.push("thread");
            threads.isMainThread = isMainThread;
            for (const file of Object.keys(require.cache)) { delete require.cache[file]; }
            require(${JSON.stringify(join(dirname(preload), "sources"))}).loadSources(${JSON.stringify(folder)}, ${JSON.stringify(folder)} + "/" + entry);
            return found;
        };
        const entries = ["index.ts", "index.cts", "index.js", "index.mjs"];
        const result = Object.fromEntries(entries.map((entry) => [entry, places(entry)]));
        console.log(JSON.stringify({ ...result, other: places("index.ts", false), recent: places("index.cts", true, true) }));`;
    expect(run(join(folder, "run.cjs"), script, [])).toEqual({
        "index.ts": ["thread"],
        "index.cts": [],
        "index.js": [],
        "index.mjs": [],
        other: [],
        recent: ["here"],
    });
});

test("sources are compiled only when something has changed", () => {
    const program = new Program({
        "tsconfig.json": tsconfig(strict),
        "index.ts": 'import { two } from "./two";\nexport const result = two;\nexport const name = (() => 1)?.name;\n',
        "two.ts": "export const two: number = 2;\n",
    });
    const results = () => {
        const { compiled, exports } = program.run();
        return { compiled, result: exports?.result, files: cached(program).length };
    };
    expect(results()).toEqual({ compiled: true, result: 2, files: 2 });
    expect(results()).toEqual({ compiled: false, result: 2, files: 2 });
    program.write({ "two.ts": "export const two: number = 3;\n" });
    expect(results()).toEqual({ compiled: true, result: 3, files: 3 });
    expect(results()).toEqual({ compiled: false, result: 3, files: 3 });
    // Another target, in a file that is extended.
    program.write({
        "base.json": tsconfig({ target: "ES2019" }),
        "tsconfig.json": tsconfig({ module: "node16" }, { extends: "./base.json" }),
    });
    expect(results()).toEqual({ compiled: true, result: 3, files: 5 });
    program.write({ "base.json": tsconfig({ target: "ES2018" }) });
    expect(results()).toEqual({ compiled: true, result: 3, files: 7 });
    expect(results()).toEqual({ compiled: false, result: 3, files: 7 });
    // Another compiler.
    rmSync(join(program.folder, "node_modules", "typescript"));
    program.write({
        "node_modules/typescript/package.json": '{ "name": "typescript", "version": "5.9.99", "main": "index.js" }',
        "node_modules/typescript/index.js": `module.exports = require(${JSON.stringify(join(root, "node_modules", "typescript"))});`,
    });
    expect(results()).toEqual({ compiled: true, result: 3, files: 9 });
});

test("damaged results of the cache are not used", () => {
    const program = new Program({ "index.ts": "export const result: number = 1;\n" });
    program.run();
    const [name = ""] = cached(program);
    const file = join(program.folder, "node_modules", ".cache", "slipway", name);
    const content = readFileSync(file, "utf8");
    for (const length of [0, 70, content.length - 1]) {
        truncateSync(file, length);
        expect(program.run()).toMatchObject({ exports: { result: 1 }, compiled: true });
        expect(readFileSync(file, "utf8")).toBe(content);
    }
});

test("programs run without a cache, if its folder cannot be written or it is switched off", () => {
    const program = new Program({ "index.ts": "export const result: number = 1;\n" });
    writeFileSync(join(program.folder, "node_modules", ".cache"), "");
    for (let round = 0; round < 2; round++) {
        expect(program.run()).toMatchObject({ exports: { result: 1 }, compiled: true });
    }
    rmSync(join(program.folder, "node_modules", ".cache"));
    expect(program.run({ environment: { SLIPWAY_PROGRAM_CACHE: "off" } })).toMatchObject({ compiled: true });
    expect(existsSync(join(program.folder, "node_modules", ".cache"))).toBe(false);
    const other = join(program.folder, "other");
    const environment = { SLIPWAY_PROGRAM_CACHE: other };
    expect(program.run({ environment })).toMatchObject({ exports: { result: 1 }, compiled: true });
    expect(program.run({ environment })).toMatchObject({ exports: { result: 1 }, compiled: false });
    expect(readdirSync(other)).toContainEqual(expect.stringMatching(/\.js$/));
});

test("types are checked once, of programs in TypeScript, as Pulumi does", () => {
    const typed = new Program({ "index.ts": "export const result: number = 1;\n", "other.ts": "export {};\n" });
    const checked = { entry: join(typed.folder, "index.ts"), folder: typed.folder, isPreview: false, loaded: 0 };
    expect(typed.run()).toMatchObject({ checked: [checked] });
    expect(typed.run({ args: ["--dry-run"] })).toMatchObject({ checked: [{ ...checked, isPreview: true }] });
    expect(typed.run({ environment: { PULUMI_NODEJS_TRANSPILE_ONLY: "true" } }).checked).toBeUndefined();
    const plain = new Program({ "package.json": '{ "main": "index.js" }', "index.js": "exports.result = 1;" });
    expect(plain.run()).toEqual({ exports: { result: 1 }, compiled: false });
    // JavaScript that loads sources: the check knows which of them it has checked.
    plain.write({
        "index.js": 'globalThis.loaded = 1; exports.result = require("./one").one + require("./two").two;',
        "one.ts": 'import { three } from "./three";\nexport const one: number = three - 2;\n',
        "two.ts": "export const two: number = 2;\n",
        "three.ts": "export const three: number = 3;\n",
    });
    expect(plain.run()).toMatchObject({
        exports: { result: 3 },
        checked: ["one.ts", "three.ts", "two.ts"].map((name) => ({
            entry: join(plain.folder, name),
            folder: plain.folder,
            loaded: 1,
        })),
    });
    expect(plain.run({ environment: { CHECK_FAILS: "true" } }).error).toBe("TSError: index.ts(1,1): error TS2322");
});

test("sources of linked packages are compiled, and those of installed packages are not", () => {
    const program = new Program({
        "index.ts":
            'import { shared } from "shared";\nimport { helper } from "shared/helper";\nexport const result = [shared, helper];\n',
        "packages/shared/package.json": '{ "name": "shared", "main": "index.ts" }',
        "packages/shared/index.ts": "export const shared: string = 'linked';\n",
        "packages/shared/helper.ts": "export const helper: string = 'beside it';\n",
        "node_modules/installed/package.json": '{ "name": "installed", "main": "index.ts" }',
        "node_modules/installed/index.ts": "export const installed: string = 'no source';\n",
    });
    symlinkSync(join(program.folder, "packages", "shared"), join(program.folder, "node_modules", "shared"));
    expect(program.run()).toMatchObject({ exports: { result: ["linked", "beside it"] } });
    program.write({ "index.ts": 'import { installed } from "installed";\nexport const result = installed;\n' });
    expect(program.run().error).toMatch(/^(SyntaxError|Error)/);
});

test("a compiler that is too old, or has no API, is refused", () => {
    const program = new Program({ "index.ts": "export const result: number = 1;\n" });
    rmSync(join(program.folder, "node_modules", "typescript"));
    mkdirSync(join(program.folder, "node_modules", "typescript"));
    const installed = (version: string) =>
        program.write({
            "node_modules/typescript/package.json": JSON.stringify({ name: "typescript", version, main: "index.js" }),
            "node_modules/typescript/index.js": "",
        });
    const run = "Run 'npm install --save-dev typescript@5.9'.";
    installed("4.9.5");
    expect(program.run().error).toBe(`TSError: slipway: TypeScript 4.9.5 is too old: 5.0 or newer is needed. ${run}`);
    installed("7.0.2");
    expect(program.run().error).toBe(
        `TSError: slipway: TypeScript 7.0.2 has no API to compile programs, which Pulumi's SDK needs as well: use a version below 7. ${run}`,
    );
    rmSync(join(program.folder, "node_modules", "typescript"), { recursive: true });
    expect(program.run().error).toBe(`TSError: slipway: the program has no TypeScript: 5.0 or newer is needed. ${run}`);
});

test("a program can be in a folder that is a link, and name its first file", () => {
    const program = new Program({
        "program/index.ts": "export const result: string = 'index';\n",
        "program/other.ts": "export const result: string = 'other';\n",
    });
    const link = join(program.folder, "link");
    symlinkSync(join(program.folder, "program"), link);
    const folder = join(program.folder, "program");
    const checked = (name: string) => [{ entry: join(folder, name), folder, isPreview: false, loaded: 0 }];
    expect(program.run({ folder: link })).toMatchObject({ exports: { result: "index" }, checked: checked("index.ts") });
    expect(program.run({ folder: link, program: "other.ts" })).toMatchObject({ checked: checked("other.ts") });
    program.write({ "program/package.json": '{ "main": "other.ts" }' });
    expect(program.run({ folder: link })).toMatchObject({ exports: { result: "other" }, checked: checked("other.ts") });
});

test("programs that ts-node compiles are not touched", () => {
    const program = new Program({
        "package.json": '{ "main": "index.js" }',
        "index.js": 'exports.source = /isSource/.test(require.extensions[".ts"]);',
    });
    expect(program.run()).toMatchObject({ exports: { source: true } });
    const environment = { PULUMI_NODEJS_TYPESCRIPT: "true" };
    expect(program.run({ environment })).toMatchObject({ exports: { source: false } });
});
