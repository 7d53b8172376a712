import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { transformSync } from "@swc/core";

const folder = join(__dirname, "..", "..", "docs", "examples");

/** The examples of the pages, with the folder that they run in. */
export const pageExamples: string[] = ["", "gke"].flatMap((part) =>
    readdirSync(join(folder, part))
        .filter((file) => file.endsWith(".ts"))
        .map((file) => join(part, file)),
);

/** Changes the name of each component that an example constructs. */
export type Rename = (name: string, construct: (name: string) => object) => object;

/** Runs an example, and returns what it exports. */
export function runExample(file: string, rename?: Rename): object {
    return runProgram(join(folder, file), folder, rename);
}

/** Runs a program in a folder, and returns what it exports. */
export function runProgram(
    path: string,
    folder = dirname(path),
    rename: Rename = (name, construct) => construct(name),
): object {
    const { code } = transformSync(readFileSync(path, "utf8"), {
        filename: path,
        swcrc: false,
        jsc: { parser: { syntax: "typescript" }, target: "es2022" },
        module: { type: "commonjs" },
    });
    const module = { exports: {} };
    const own = createRequire(path);
    const load = (id: string) => (/^slipway(\/|$)/.test(id) ? renaming(require(id), rename) : own(id));
    const before = process.cwd();
    process.chdir(folder);
    try {
        new Function("module", "exports", "require", "__dirname", code)(module, module.exports, load, folder);
    } finally {
        process.chdir(before);
    }
    return module.exports;
}

/** A module whose components have other names. */
function renaming(module: object, rename: Rename): object {
    return new Proxy(module, {
        get: (target, key) => {
            const value = Reflect.get(target, key);
            return typeof value === "function" && /^[A-Z]/.test(String(key)) ? constructing(value, rename) : value;
        },
    });
}

function constructing(component: object, rename: Rename): object {
    return new Proxy(component, {
        construct: (target, [name, ...rest]) =>
            rename(name as string, (other) => Reflect.construct(target as never, [other, ...rest])),
    });
}
