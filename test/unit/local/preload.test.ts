import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "@swc/core";
import { newFolder, root } from "./world";

/** The preload as it is compiled: unit tests load a different SDK together with the sources. */
const preload = (() => {
    const folder = newFolder();
    for (const name of ["preload", "codeCache"]) {
        const source = readFileSync(join(root, "local", "program", `${name}.ts`), "utf8");
        const options = {
            module: { type: "commonjs" },
            jsc: { parser: { syntax: "typescript" }, target: "es2022" },
        } as const;
        writeFileSync(join(folder, `${name}.js`), transformSync(source, options).code);
    }
    return join(folder, "preload.js");
})();

/** Runs a script with the preload, as the program of that path; what it prints as JSON. */
function run(path: string, script: string, environment: NodeJS.ProcessEnv = {}) {
    const file = join(newFolder(), path);
    mkdirSync(join(file, ".."), { recursive: true });
    const required = `require = module.constructor.createRequire(${JSON.stringify(join(root, "x.js"))});`;
    writeFileSync(file, `${required}\n${script}`);
    const output = execFileSync(process.execPath, ["--require", preload, file], {
        env: { ...process.env, ...environment },
        encoding: "utf8",
    });
    return JSON.parse(output);
}

const program = "node_modules/@pulumi/pulumi/cmd/run/index.js";
/** The SDK's own files load each other. */
const promise = `
    require("@pulumi/pulumi");
    const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
    const noted = Promise.resolve();
    debuggablePromise(noted, "a test");`;
const frames = `${promise} console.log(JSON.stringify([String(noted._debugStackTrace).includes("\\n"), Error.stackTraceLimit > 0]));`;
const packages = `
    const isLoaded = () => Object.keys(require.cache).some((file) => /@npmcli.arborist/.test(file));
    require("@pulumi/pulumi");
    const before = isLoaded();`;

test("programs note no stacks of promises, unless leaks are looked for; other processes are as ever", () => {
    expect(run(program, frames)).toEqual([false, true]);
    expect(run(program, frames, { PULUMI_DEBUG_PROMISE_LEAKS: "true" })).toEqual([true, true]);
    expect(run("other/index.js", frames)).toEqual([true, true]);
});

test("what reads the installed packages is loaded when it is used", () => {
    const used = `
        process.chdir(__dirname);
        require("node:fs").writeFileSync("package.json", '{ "name": "bare", "version": "1.0.0" }');
        const { computeCodePaths } = require("@pulumi/pulumi/runtime/closure/codePaths");
        computeCodePaths().then((paths) => console.log(JSON.stringify([before, isLoaded(), paths.size])));`;
    expect(run(program, packages + used)).toEqual([false, true, 0]);
    expect(run("other/index.js", `${packages} console.log(JSON.stringify(before));`)).toBe(true);
});

test("the TypeScript compiler is kept as it was compiled, and works the second time", () => {
    const folder = newFolder();
    const compiled = `
        const ts = require("typescript");
        const text = ts.transpile("const one: number = 1;", { target: "ES2022" });
        console.log(JSON.stringify([text.trim(), ts.sys.fileExists(__filename)]));`;
    const files = () => readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
    expect(run(program, compiled, { SLIPWAY_LOCAL_CODE: folder })).toEqual(["const one = 1;", true]);
    const kept = files().map((file) => [file, statSync(file).mtimeMs]);
    expect(kept.length).toBeGreaterThan(0);
    expect(run(program, compiled, { SLIPWAY_LOCAL_CODE: folder })).toEqual(["const one = 1;", true]);
    expect(files().map((file) => [file, statSync(file).mtimeMs])).toEqual(kept);
    // Whatever lies there instead is not run.
    for (const file of files().filter((each) => statSync(each).isFile())) {
        writeFileSync(file, "nothing that V8 takes");
    }
    expect(run(program, compiled, { SLIPWAY_LOCAL_CODE: folder })).toEqual(["const one = 1;", true]);
});
