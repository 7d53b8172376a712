import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ModuleKind, ScriptTarget, transpileModule } from "typescript";
import { newFolder, root } from "../local/world";

/** Compiles sources of this repository, because unit tests load another SDK with them. */
function compileTo(folder: string, from: string): void {
    const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022, esModuleInterop: true };
    for (const name of readdirSync(from, { recursive: true, encoding: "utf8" })) {
        if (name.endsWith(".ts")) {
            const { outputText } = transpileModule(readFileSync(join(from, name), "utf8"), { compilerOptions });
            write(folder, { [name.replace(/\.ts$/, ".js")]: outputText });
        }
    }
}

export function write(folder: string, files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), text);
    }
}

const compiled = newFolder();
const slipway = join(compiled, "node_modules", "slipway");
// The package slipway-local contains the modules that its code shares with slipway.
for (const folder of [slipway, join(compiled, "lib")]) {
    compileTo(join(folder, "program"), join(root, "lib", "program"));
    compileTo(join(folder, "privateFiles"), join(root, "lib", "privateFiles"));
}
compileTo(join(compiled, "local", "commands", "engine"), join(root, "local", "commands", "engine"));
write(slipway, { "package.json": JSON.stringify({ name: "slipway", exports: { "./program": "./program/index.js" } }) });

/** The preload of programs. The check of types notes that it was called, and fails if a variable says so. */
export const preload = join(slipway, "program", "index.js");
write(join(slipway, "program"), {
    "check/index.js": `
        exports.typeCheck = (program) => {
            (globalThis.checked ??= []).push({ ...program, loaded: globalThis.loaded ?? 0 });
            if (process.env.CHECK_FAILS) {
                throw Object.assign(new Error("index.ts(1,1): error TS2322"), { name: "TSError" });
            }
        };`,
});

/** The preload of local programs. */
export const localPreload = join(compiled, "local", "commands", "engine", "preload.js");

/** Runs a script at this path in a folder with these arguments of Node; returns the JSON that it prints. */
export function run(file: string, script: string, node: string[], args: string[] = [], environment = {}) {
    write(dirname(file), { [file.slice(dirname(file).length + 1)]: script });
    const output = execFileSync(process.execPath, [...node, file, ...args], {
        env: { ...process.env, PULUMI_NODEJS_TYPESCRIPT: undefined, ...environment },
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
    });
    return JSON.parse(output);
}

/** The path at which a preload takes a script for a program. */
export const programPath = "node_modules/@pulumi/pulumi/cmd/run/index.js";

/** Runs a script with the preload of local programs, or of others, at this path; returns the JSON that it prints. */
export function runAt(
    path: string,
    script: string,
    environment: NodeJS.ProcessEnv = {},
    preloaded = localPreload,
    folder = newFolder(),
) {
    const required = `require = module.constructor.createRequire(${JSON.stringify(join(root, "x.js"))});`;
    return run(join(folder, path), `${required}\n${script}`, ["--require", preloaded], [], environment);
}

/** What Pulumi does with a program, without an engine: https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/nodejs/cmd/run/run.ts */
const pulumi = `
    require("source-map-support/register");
    const { join } = require("node:path");
    const { pathToFileURL } = require("node:url");
    const folder = process.argv[process.argv.indexOf("--pwd") + 1];
    process.chdir(folder);
    const { existsSync, readFileSync } = require("node:fs");
    const { type, main = "index.ts" } = existsSync("package.json") ? JSON.parse(readFileSync("package.json", "utf8")) : {};
    const file = process.argv.at(-1) === "." ? main : process.argv.at(-1);
    const load = async () => type === "module" ? import(pathToFileURL(join(folder, file)).href) : require(join(folder, file));
    const finish = (result) => console.log(JSON.stringify({
        ...result,
        checked: globalThis.checked,
        compiled: Object.keys(require.cache).some((file) => /typescript\\/lib\\/typescript\\.js$/.test(file)),
    }));
    load().then(
        (exports) => finish({ exports: { ...(exports.default ?? exports) } }),
        ({ name, message }) => finish({ error: name + ": " + message }),
    );`;

/** A program, in a folder of its own with the packages of Pulumi's SDK and TypeScript. */
export class Program {
    readonly folder = newFolder();

    constructor(files: Record<string, string>) {
        write(this.folder, { "package.json": "{}", ...files });
        mkdirSync(join(this.folder, "node_modules"), { recursive: true });
        for (const name of ["typescript", "source-map-support"]) {
            symlinkSync(join(root, "node_modules", name), join(this.folder, "node_modules", name));
        }
    }

    write(files: Record<string, string>): void {
        write(this.folder, files);
    }

    /** Runs it as Pulumi does; returns what it exports, or its error, and whether TypeScript was loaded in its thread. */
    run({ args = [] as string[], environment = {}, program = ".", folder = this.folder } = {}): {
        exports?: Record<string, unknown>;
        error?: string;
        checked?: unknown[];
        compiled: boolean;
    } {
        const file = join(this.folder, "node_modules", "@pulumi", "pulumi", "cmd", "run", "index.js");
        return run(
            file,
            pulumi,
            ["--require", preload],
            ["--monitor", "x", "--pwd", folder, ...args, program],
            environment,
        );
    }
}
