import {
    chmodSync,
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    statSync,
    symlinkSync,
    utimesSync,
    writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { newFolder } from "../local/world";
import { localPreload, programPath, runAt } from "./program";

const codeIn = (folder: string) => join(folder, "cache", "code");

/** The files of the cache of {@link cachedIn}, with the times at which they were written. */
const writtenIn = (folder: string) =>
    readdirSync(codeIn(folder), { recursive: true, encoding: "utf8" })
        .map((name) => join(codeIn(folder), name))
        .filter((file) => statSync(file).isFile())
        .map((file) => [file, statSync(file).mtimeMs] as const);

/** Runs a script as the same program each time, with its code in a cache. */
const cachedIn = (folder: string, script: string, environment: NodeJS.ProcessEnv = {}, path = programPath) =>
    runAt(path, script, { SLIPWAY_LOCAL_CODE: codeIn(folder), ...environment }, localPreload, join(folder, "program"));

test("the compiled TypeScript compiler is cached, and works the second time", () => {
    const folder = newFolder();
    const compiled = `
        const ts = require("typescript");
        const text = ts.transpile("const one: number = 1;", { target: "ES2022" });
        console.log(JSON.stringify([text.trim(), ts.sys.fileExists(__filename)]));`;
    expect(cachedIn(folder, compiled)).toEqual(["const one = 1;", true]);
    const kept = writtenIn(folder);
    expect(kept.length).toBeGreaterThan(0);
    expect(cachedIn(folder, compiled)).toEqual(["const one = 1;", true]);
    expect(writtenIn(folder)).toEqual(kept);
    // Other content of the file is not executed.
    for (const [file] of kept) {
        writeFileSync(file, "nothing that V8 takes");
    }
    expect(cachedIn(folder, compiled)).toEqual(["const one = 1;", true]);
    // Nor is a file of which the system did not write everything.
    for (const [file] of kept) {
        const content = readFileSync(file);
        writeFileSync(file, content.fill(0, content.length / 2));
    }
    expect(cachedIn(folder, compiled)).toEqual(["const one = 1;", true]);
});

test("cached code of packages runs like code that Node compiles", () => {
    const folder = newFolder();
    const packages = newFolder();
    const at = (name: string) => join(packages, "node_modules", "sample", name);
    mkdirSync(at("lib"), { recursive: true });
    const write = (files: Record<string, string>) => {
        for (const [name, text] of Object.entries(files)) {
            writeFileSync(at(name), text);
        }
    };
    write({
        "package.json": '{ "name": "sample", "version": "1.0.0", "imports": { "#part": "./lib/part.js" } }',
        "index.js": `exports.place = new Error().stack.split("\\n")[1].trim();
            exports.part = require("#part").name;
            exports.main = [require.main === module, require.main === process.mainModule];
            exports.loaded = require.cache[__filename] === module && module.children.map((child) => child.filename);
            exports.parent = module.parent?.filename;
            exports.resolved = [require.resolve("./lib/part"), require.resolve("./lib/link"), require.resolve.paths("sample")[0], __dirname];
            exports.extensions = Object.keys(require.extensions);
            exports.self = this === exports;
            exports.strict = (function () { return this === undefined; })();
            exports.hashbang = require("./lib/hashbang.js");
            try { require("./lib/missing"); } catch ({ code, requireStack }) { exports.missing = [code, requireStack]; }
            try { require("./lib/module"); } catch ({ code }) { exports.module = code; }
            try { require("./lib/wrong.js"); } catch ({ name, message }) { exports.wrong = [name, message]; }
            exports.imported = require("./lib/imported.js");`,
        // Modules that import others are compiled by Node.
        "lib/imported.js": 'module.exports = () => import("./module/index.js").then(({ value }) => value);',
        "lib/part.js": '"use strict"; exports.name = (function () { return this === undefined; })();',
        "lib/hashbang.js": "#!/usr/bin/env node\nmodule.exports = 1;",
        "lib/wrong.js": "const = 1;",
    });
    mkdirSync(at("lib/module"));
    symlinkSync(at("lib/part.js"), at("lib/link.js"));
    write({ "lib/module/package.json": '{ "type": "module" }', "lib/module/index.js": "export const value = 2;" });
    // Node compiles the program itself, and can stop at its first line for a debugger.
    const script = `
        const program = String(arguments.callee);
        const sample = require(${JSON.stringify(at("index.js"))});
        sample.imported().then((imported) => console.log(JSON.stringify({ ...sample, imported, program })));`;
    const links = { NODE_OPTIONS: "--preserve-symlinks" };
    const expected = runAt("other/index.js", script, links);
    const place = expect.stringMatching(/sample.index\.js:1:\d+\)$/);
    expect(expected).toMatchObject({ place, main: [false, true], part: true, hashbang: 1, imported: 2 });
    expect(expected.resolved).toContain(at("lib/link.js"));
    const cached = () => cachedIn(folder, script, links);
    expect(cached()).toEqual(expected);
    const kept = writtenIn(folder);
    expect(kept.length).toBeGreaterThan(0);
    expect(cached()).toEqual(expected);
    expect(writtenIn(folder)).toEqual(kept);
    // The same size, and the time that npm gives to all files.
    const part = readFileSync(at("lib/part.js"), "utf8");
    utimesSync(at("lib/part.js"), 1, 1);
    expect(cached().part).toBe(true);
    write({ "lib/part.js": part.replace('"use strict"', '"use_strict"') });
    utimesSync(at("lib/part.js"), 1, 1);
    expect(cached()).toEqual({ ...expected, part: false });
});

test("code is cached of modules that are loaded before and after V8's options change", () => {
    const folder = newFolder();
    const script = `
        const { join } = require("node:path");
        const { writeFileSync } = require("node:fs");
        // Newer versions of Node use a cache of their own.
        const vm = require("node:vm");
        let fromCache = 0;
        vm.Script = class extends vm.Script {
            runInThisContext(...options) {
                fromCache += this.cachedDataRejected === false;
                return super.runInThisContext(...options);
            }
        };
        const write = (name, text) => writeFileSync(join(${JSON.stringify(folder)}, name), text);
        write("before.js", "exports.value = 1;");
        write("options.js", 'require("node:v8").setFlagsFromString("--allow-natives-syntax");');
        write("after.js", "exports.value = 2;");
        const values = ["before", "options", "after"].map((name) => require(join(${JSON.stringify(folder)}, name)).value);
        const isFromCache = "enableCompileCache" in module.constructor || fromCache === 2;
        console.log(JSON.stringify({ values, isFromCache, isSavedOnce: process.listenerCount("exit") < 2 }));`;
    const expected = { values: [1, null, 2], isFromCache: true, isSavedOnce: true };
    expect(cachedIn(folder, script)).toMatchObject({ values: expected.values, isSavedOnce: true });
    const kept = writtenIn(folder);
    expect(cachedIn(folder, script)).toEqual(expected);
    expect(writtenIn(folder)).toEqual(kept);
});

test("code is cached in one folder that only this user can read, and in no folder that others can write", () => {
    const folder = newFolder();
    writeFileSync(join(folder, "part.js"), "exports.value = 1;");
    const load = `console.log(JSON.stringify(require(${JSON.stringify(join(folder, "part.js"))}).value));`;
    const other = join(folder, "other");
    const again = `
        const { cacheCode } = module.constructor.createRequire(${JSON.stringify(localPreload)})("../../../lib/program/codeCache.js");
        cacheCode(${JSON.stringify(other)});
        ${load}`;
    expect(cachedIn(folder, again)).toBe(1);
    expect(existsSync(other)).toBe(false);
    expect(statSync(codeIn(folder)).mode & 0o777).toBe(0o700);
    const kept = writtenIn(folder);
    expect(kept.length).toBeGreaterThan(0);
    // A process of another kind has files of its own.
    const provider = "node_modules/@pulumi/pulumi/cmd/dynamic-provider/index.js";
    expect(cachedIn(folder, `require("semver"); ${load}`, {}, provider)).toBe(1);
    expect(writtenIn(folder)).toEqual(expect.arrayContaining(kept));
    const open = newFolder();
    mkdirSync(codeIn(open), { recursive: true });
    chmodSync(codeIn(open), 0o777);
    expect(cachedIn(open, load)).toBe(1);
    expect(writtenIn(open)).toEqual([]);
});

test("other compilers of modules get the source", () => {
    const folder = newFolder();
    writeFileSync(join(folder, "source.ts"), "export const value = 1;");
    const script = `
        const load = require.extensions[".js"];
        require.extensions[".ts"] = (module, file) => {
            const compile = module._compile;
            module._compile = (code, path) => compile.call(module, code.replace("export const ", "exports."), path);
            load(module, file);
        };
        console.log(JSON.stringify(require(${JSON.stringify(join(folder, "source.ts"))}).value));`;
    expect(cachedIn(folder, script)).toBe(1);
});
