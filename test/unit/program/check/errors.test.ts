import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs, { readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Checks } from "../../../../lib/program/check";
import { CheckedProgram, message, onlyOfFive, options } from "./checkedProgram";

let program: CheckedProgram;

beforeEach(() => {
    program = new CheckedProgram();
});

afterEach(() => program.remove());

test("a program with wrong types is refused, with the places and the messages of the compiler", async () => {
    await program.create({
        "index.ts":
            'import { text } from "./part";\n\nconst number: number = text;\nconst list: { a: { b: 1 } } = { a: { b: 2 } };\n',
        "part.ts": 'export const text = "a";\nexport const wrong: string = 1;\n',
        "unused.ts": "const unused: string = 1;\n",
    });
    expect(program.errors()).toBe(
        message(
            "index.ts(3,7): error TS2322: Type 'string' is not assignable to type 'number'.",
            "index.ts(4,38): error TS2322: Type '2' is not assignable to type '1'.",
            "part.ts(2,14): error TS2322: Type 'number' is not assignable to type 'string'.",
        ),
    );
    // Only results without errors are cached.
    expect(program.errors()).toBeDefined();
    expect(program.checks).toBe(2);
});

test("a program that has not changed is not checked again, also if its files were written with the same content", async () => {
    const files = { "index.ts": 'import "./part";\n', "part.ts": "export const one = 1;\n" };
    await program.create(files);
    expect([program.errors(), program.errors(), program.checks]).toEqual([undefined, undefined, 1]);
    await program.create(files);
    expect([program.errors(), program.checks]).toEqual([undefined, 1]);
    // The second time, the files are not even read.
    const read = jest.spyOn(fs, "readFileSync");
    expect([program.errors(), program.checks]).toEqual([undefined, 1]);
    expect(read.mock.calls.map(([path]) => String(path)).filter((path) => path.endsWith(".ts"))).toEqual([]);
    read.mockRestore();
});

test("a tsconfig.json that cannot be read is an error of the program", async () => {
    await program.create({ "index.ts": "", "tsconfig.json": "{ 'strict': true }" });
    expect(program.errors()).toMatch(/^⨯ Unable to compile TypeScript:\n.*tsconfig\.json: error TS5083: Cannot read/);
});

test("nothing is cached if a file was written during the check", async () => {
    await program.create({ "index.ts": "export const one = 1;\n" });
    program.write("index.ts", "export const one = 2;\n");
    expect([program.errors(), readdirSync(program.folder).includes("cache")]).toEqual([undefined, false]);
});

test("without a cache, a program is checked each time", async () => {
    process.env.SLIPWAY_PROGRAM_CACHE = "off";
    await program.create({ "index.ts": "export const one = 1;\n" });
    expect([program.errors(), program.errors(), program.checks]).toEqual([undefined, undefined, 2]);
});

test.each([
    [{ PULUMI_NODEJS_TRANSPILE_ONLY: "true" }, {}],
    [{}, { noCheck: true }],
])("%j and %j turn the check off", async (environment, more) => {
    await program.create({
        "index.ts": 'export const one: number = "a";\n',
        "tsconfig.json": { compilerOptions: { ...options, ...more } },
    });
    Object.assign(process.env, environment);
    try {
        expect([program.errors(), program.checks]).toEqual([undefined, 0]);
    } finally {
        delete process.env.PULUMI_NODEJS_TRANSPILE_ONLY;
    }
});

test("a preview starts beside its check, and fails at its end", async () => {
    await program.create({ "index.ts": "export const number: number = '';\n" });
    expect(await program.previewed()).toEqual({
        code: 32,
        output: `started\nTSError ${message("index.ts(1,14): error TS2322: Type 'string' is not assignable to type 'number'.")}\n`,
    });
    program.write("index.ts", "export const number: number = 1;\n");
    await sleep(50);
    expect([await program.previewed(), program.errors(), program.checks]).toEqual([
        { code: 0, output: "started\n" },
        undefined,
        0,
    ]);
});

test("a preview of a program that ends by itself is checked before", async () => {
    await program.create({ "index.ts": "export const number: number = '';\n" });
    const error = message("index.ts(1,14): error TS2322: Type 'string' is not assignable to type 'number'.");
    expect(await program.previewed("process.exit();")).toEqual({ code: 1, output: `${error}\n` });
    // A program that failed has reported why.
    expect(await program.previewed("process.exit(3);")).toEqual({ code: 3, output: "" });
});

test("a syntax error is printed once: by the program that cannot load the source, otherwise at the end of the preview", async () => {
    await program.create({
        "index.ts": 'import "./one";\nimport "./two";\n',
        "one.ts": "const one = ;\n",
        "two.ts": "f(=);\n",
    });
    const one = "one.ts(1,13): error TS1109: Expression expected.";
    const two = "two.ts(1,3): error TS1135: Argument expression expected.";
    const failed = (output: string) => ({ code: 32, output });
    expect(await program.previewed()).toEqual(failed(`started\nTSError ${message(one, two)}\n`));
    const loading = (...errors: string[]) =>
        `setImmediate(() => { throw Object.assign(new Error(${JSON.stringify(message(...errors))}), { name: "TSError" }); });`;
    expect(await program.previewed(loading(one))).toEqual(failed(`TSError ${message(one)}\nTSError ${message(two)}\n`));
    expect(await program.previewed(loading(one, two))).toEqual(failed(`TSError ${message(one, two)}\n`));
    const exiting = `setInterval(() => process.listenerCount("beforeExit") > 0 && process.exit(), 10);`;
    expect(await program.previewed(exiting)).toEqual({ code: 1, output: `${message(one, two)}\n` });
    expect(await program.previewed(loading(one) + exiting)).toEqual(
        failed(`TSError ${message(one)}\n${message(two)}\n`),
    );
});

test("sources that are not imported are checked when they are loaded, and together with the program", async () => {
    await program.create({
        "index.ts": 'import "./imported";\n',
        "imported.ts": "export const one = 1;\n",
        "required.ts": 'import "./imported";\nexport const number: number = "";\n',
    });
    const load = (...names: string[]) => names.map((name) => `load(${JSON.stringify(program.file(name))});`).join("\n");
    const error = message("required.ts(2,14): error TS2322: Type 'string' is not assignable to type 'number'.");
    expect(await program.previewed(load("imported.ts", "required.ts"))).toEqual({
        code: 32,
        output: `TSError ${error}\n`,
    });
    // Also if the program has not changed since it passed.
    expect(program.errors()).toBeUndefined();
    expect(await program.previewed(load("imported.ts", "required.ts"))).toEqual({
        code: 32,
        output: `TSError ${error}\n`,
    });
    expect(await program.previewed(load("imported.ts"))).toEqual({ code: 0, output: "" });
});

test("sources that are loaded during the check of a preview are checked after it, without those that it included", async () => {
    await program.create({
        "index.ts": 'import "./imported";\n',
        "imported.ts": "export const one = 1;\n",
        "required.ts": "export const two = 2;\n",
    });
    const started = jest.spyOn(require("node:child_process"), "spawn");
    const ended = (at: number) => once(started.mock.results[at]?.value as ChildProcess, "exit");
    const checks = new Checks();
    const load = (name: string) => checks.run({ entry: program.file(name), folder: program.folder, isPreview: true });
    for (const name of ["index.ts", "imported.ts", "required.ts"]) {
        load(name);
    }
    expect(started).toHaveBeenCalledTimes(1);
    await ended(0);
    expect(started).toHaveBeenCalledTimes(2);
    await ended(1);
    load("required.ts");
    expect(started).toHaveBeenCalledTimes(2);
    expect(program.checks).toBe(0);
    started.mockRestore();
});

/** Programs with errors, and options of TypeScript 5. */
const wrong = {
    "index.ts": `import { readFileSync } from "node:fs";
import * as part from "./part";
import { missing } from "./missing";
import data from "./data.json";

export const number: number = part.text;
export function same(value) {
    return value.length;
}
class Base {
    protected name: string;
}
export const list: { a: { b: (one: string) => number } } = { a: { b: (one: number) => one } };
export const text: string = readFileSync("a");
export const name = new Base().name;
part.nothing();
process.exit("1");
for (const one of [1, 2] as const) {
    one.toFixed().unknown;
}
let unused = [data, missing].map(({ id }) => id);
`,
    "part.ts": 'export const text = "a";\nexport enum Kind { One }\nexport const kind: Kind.One = "one";\n',
    "data.json": '{ "id": 1 }\n',
};

test.each([
    [{}],
    [{ module: "node16", strict: true, noUnusedLocals: true }],
    [{ module: "preserve", target: "esnext", noImplicitAny: true }],
    [{ strict: true, verbatimModuleSyntax: true, noUncheckedIndexedAccess: true }],
])("TypeScript 7 reports the same errors as the program's own TypeScript: %j", async (compilerOptions) => {
    program.link("typescript", "@types/node", "undici-types");
    await program.create({ ...wrong, "tsconfig.json": { compilerOptions } });
    const bySeven = await program.previewed();
    expect(bySeven.output).toMatch(/TSError .*\n(.+\n){5,}/);
    program.write("tsconfig.json", { compilerOptions: { ...compilerOptions, ...onlyOfFive } });
    expect(await program.previewed()).toEqual(bySeven);
});

test("a program without TypeScript is checked by TypeScript 7, with the defaults of TypeScript 5", async () => {
    await program.create({ "index.ts": "export function same(value) {\n    return value;\n}\n", "tsconfig.json": {} });
    expect(program.errors()).toBeUndefined();
    program.write("tsconfig.json", { compilerOptions: onlyOfFive });
    expect(program.errors()).toMatch(/error TS5102: Option 'downlevelIteration' has been removed/);
});
