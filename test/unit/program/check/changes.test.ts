import {
    mkdirSync,
    readdirSync,
    readFileSync,
    statSync,
    symlinkSync,
    unlinkSync,
    utimesSync,
    writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CheckedProgram, type Files, onlyOfFive, options } from "./checkedProgram";

let program: CheckedProgram;

beforeEach(() => {
    program = new CheckedProgram();
});

afterEach(() => program.remove());

const imports = (path: string) => `import { one } from "${path}";\nexport const number: 1 = one;\n`;
const one = "export declare const one: 1;\n";
const two = "export declare const one: 2;\n";
const manifest = { name: "dependency", version: "1.0.0", types: "index.d.ts" };

/** A change after which a program that passed has errors: what it was, and what is changed. */
const changes: Record<string, [before: Files, after: () => void]> = {
    "a source": [
        { "index.ts": "export const number: number = 1;\n" },
        () => program.write("index.ts", "export const number: number = '';\n"),
    ],
    "a source of the same size, with the time of the former": [
        {
            "index.ts": 'import { one } from "./part";\nexport const number: 1 = one;\n',
            "part.ts": "export const one = 1;\n",
        },
        () => {
            const { atime, mtime } = statSync(program.file("part.ts"));
            program.write("part.ts", "export const one = 2;\n");
            utimesSync(program.file("part.ts"), atime, mtime);
        },
    ],
    "an import that is deleted": [
        { "index.ts": imports("./part"), "part.ts": "export const one = 1;\n" },
        () => unlinkSync(program.file("part.ts")),
    ],
    "a file that takes precedence over a declaration": [
        { "index.ts": imports("./part"), "part.d.ts": one },
        () => program.write("part.ts", "export const one = 2;\n"),
    ],
    "a file that takes precedence over a folder": [
        { "index.ts": imports("./part"), "part/index.ts": "export const one = 1;\n" },
        () => program.write("part.ts", "export const one = 2;\n"),
    ],
    "a declaration of a package that is upgraded": [
        {
            "index.ts": imports("dependency"),
            "node_modules/dependency/package.json": manifest,
            "node_modules/dependency/index.d.ts": one,
        },
        () => program.write("node_modules/dependency/index.d.ts", two),
    ],
    "the manifest of a package": [
        {
            "index.ts": imports("dependency"),
            "node_modules/dependency/package.json": manifest,
            "node_modules/dependency/index.d.ts": one,
            "node_modules/dependency/next.d.ts": two,
        },
        () => program.write("node_modules/dependency/package.json", { ...manifest, types: "next.d.ts" }),
    ],
    "a nearer package": [
        {
            "index.ts": 'import { number } from "./src/part";\nexport const two: 1 = number;\n',
            "src/part.ts": 'import { one } from "dependency";\nexport const number = one;\n',
            "node_modules/dependency/package.json": manifest,
            "node_modules/dependency/index.d.ts": one,
        },
        () => {
            program.write("src/node_modules/dependency/package.json", manifest);
            program.write("src/node_modules/dependency/index.d.ts", two);
        },
    ],
    "a scoped package that was missing": [
        {
            "index.ts": 'import type { one } from "dependency";\nexport const number: typeof one = 2;\n',
            "node_modules/dependency/package.json": manifest,
            "node_modules/dependency/index.d.ts":
                'import type { one as other } from "@missing/types";\nexport declare const one: typeof other;\n',
        },
        () => {
            program.write("node_modules/@missing/types/package.json", { ...manifest, name: "@missing/types" });
            program.write("node_modules/@missing/types/index.d.ts", one);
        },
    ],
    "a link to another package": [
        {
            "index.ts": imports("dependency"),
            "one/package.json": manifest,
            "one/index.d.ts": one,
            "two/package.json": manifest,
            "two/index.d.ts": two,
            "node_modules/.keep": "",
        },
        () => {
            unlinkSync(program.file("node_modules/dependency"));
            symlinkSync(program.file("two"), program.file("node_modules/dependency"));
        },
    ],
    "global types that are upgraded": [
        {
            "index.ts": "export const number: 1 = one;\n",
            "tsconfig.json": { compilerOptions: { ...options, types: ["globals"] } },
            "node_modules/@types/globals/index.d.ts": "declare const one: 1;\n",
        },
        () => program.write("node_modules/@types/globals/index.d.ts", "declare const one: 2;\n"),
    ],
    "global types that are added": [
        {
            "index.ts": "declare global {\n    const one: 1;\n}\nexport const number: 1 = one;\n",
            "tsconfig.json": { compilerOptions: { ...options, types: undefined } },
            "node_modules/@types/first/index.d.ts": "",
        },
        () => program.write("node_modules/@types/second/index.d.ts", "declare const one: 2;\n"),
    ],
    "a package.json between": [
        {
            "index.ts": 'import { one } from "./src/part";\nexport const number: 1 = one;\n',
            "src/part.ts": "export const one = 1;\n",
        },
        () => program.write("src/package.json", { type: "module" }),
    ],
    "the tsconfig.json": [
        {
            "index.ts": "export function same(value) {\n    return value;\n}\n",
            "tsconfig.json": { compilerOptions: { ...options, strict: false } },
        },
        () => program.write("tsconfig.json", { compilerOptions: options }),
    ],
    "a tsconfig.json that is extended": [
        {
            "index.ts": "export function same(value) {\n    return value;\n}\n",
            "tsconfig.json": { extends: "./base" },
            "base.json": { extends: ["./node_modules/shared/one.json"], compilerOptions: options },
            "node_modules/shared/one.json": { compilerOptions: { noImplicitAny: false } },
        },
        () => program.write("base.json", { compilerOptions: options }),
    ],
    "a target of paths": [
        {
            "index.ts": imports("@/part"),
            "tsconfig.json": { compilerOptions: { ...options, paths: { "@/*": ["./first/*", "./second/*"] } } },
            "first/other.ts": "",
            "second/part.ts": "export const one = 1;\n",
        },
        () => program.write("first/part.ts", "export const one = 2;\n"),
    ],
};

test.each(Object.keys(changes))("a program that passed is checked again if it changes: %s", async (name) => {
    const [before, change] = changes[name] as (typeof changes)[string];
    if (name.startsWith("a link")) {
        mkdirSync(program.file("node_modules"));
        symlinkSync(program.file("one"), program.file("node_modules/dependency"));
    }
    await program.create(before);
    expect([program.errors(), program.errors(), program.checks]).toEqual([undefined, undefined, 1]);
    change();
    expect(program.errors()).toMatch(/^⨯ Unable to compile TypeScript:\n\S+\(\d+,\d+\): error TS/);
});

test.each([
    "an import that is deleted",
    "a file that takes precedence over a declaration",
    "a nearer package",
    "global types that are added",
    "a package.json between",
    "a tsconfig.json that is extended",
])("a program that passed its own TypeScript is checked again if it changes: %s", async (name) => {
    const [before, change] = changes[name] as (typeof changes)[string];
    program.link("typescript");
    await program.create(before);
    const settings = program.file(before["base.json"] ? "base.json" : "tsconfig.json");
    const { compilerOptions, ...more } = JSON.parse(readFileSync(settings, "utf8"));
    writeFileSync(settings, JSON.stringify({ ...more, compilerOptions: { ...compilerOptions, ...onlyOfFive } }));
    await sleep(50);
    const passed = { code: 0, output: "started\n" };
    expect(await program.previewed()).toEqual(passed);
    const [code, result = ""] = readdirSync(program.cache);
    expect([code, result]).toEqual(["code", expect.stringMatching(/^types-/)]);
    const { ino } = statSync(join(program.cache, result));
    // A result that was written again would be another file.
    expect([await program.previewed(), statSync(join(program.cache, result)).ino]).toEqual([passed, ino]);
    change();
    expect(await program.previewed()).toEqual({
        code: 32,
        output: expect.stringMatching(/\nTSError .*\n\S+\(\d+,\d+\): error TS/),
    });
});
