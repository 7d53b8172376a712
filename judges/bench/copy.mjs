/** A copy of the working tree, in which parts of the library are changed or taken out to see which tests fail. */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const listed = (folder, ...more) =>
    execFileSync("git", ["ls-files", ...more], { cwd: folder, encoding: "utf8" })
        .split("\n")
        .filter((file) => file && existsSync(join(folder, file)));

/**
 * Copies the working tree and what is compiled of it, with links to packages and to folders of other programs. The folder should be the same
 * each time, because jest's caches belong to it.
 */
export function copied(root, copy) {
    rmSync(copy, { recursive: true, force: true });
    mkdirSync(copy, { recursive: true });
    for (const file of listed(root, "--cached", "--others", "--exclude-standard")) {
        cpSync(join(root, file), join(copy, file), { recursive: true });
    }
    for (const compiled of ["dist", join("local", "dist"), join("packages", "policy", "dist")]) {
        cpSync(join(root, compiled), join(copy, compiled), { recursive: true, verbatimSymlinks: true });
    }
    mkdirSync(join(copy, "node_modules"));
    for (const name of readdirSync(join(root, "node_modules"))) {
        // Links to packages of this repository must lead to the copy.
        const own = { slipway: "..", "slipway-local": "../local" }[name];
        symlinkSync(own ?? join(root, "node_modules", name), join(copy, "node_modules", name));
    }
}

/** The compiler's settings for one file: its code is the same as after `tsc`, which the whole project takes half a minute for. */
function compilerOptions(root) {
    const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, root);
    return { ...options, declaration: false, incremental: false };
}

/**
 * Runs something with changed files in the copy, also with their compiled code: programs and dynamic providers load that. Afterwards both
 * are as before.
 *
 * @param changes each replaces the text from `start` to `end` in a file
 */
export function withChanges(copy, changes, run) {
    const options = compilerOptions(copy);
    const before = new Map();
    const write = (path, text) => {
        before.set(path, before.get(path) ?? readFileSync(path, "utf8"));
        writeFileSync(path, text);
    };
    try {
        for (const { file, start, end, replacement } of changes) {
            const source = join(copy, file);
            const text = readFileSync(source, "utf8");
            const changed = text.slice(0, start) + replacement + text.slice(end);
            const { outputText } = ts.transpileModule(changed, { compilerOptions: options, fileName: source });
            write(source, changed);
            const compiled = join(copy, "dist", file.replace(/\.ts$/, ".js"));
            if (existsSync(compiled)) {
                write(compiled, outputText);
            }
        }
        return run();
    } finally {
        for (const [path, text] of before) {
            writeFileSync(path, text);
        }
    }
}
