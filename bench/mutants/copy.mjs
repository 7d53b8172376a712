import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const listed = (folder, ...more) =>
    execFileSync("git", ["ls-files", ...more], { cwd: folder, encoding: "utf8" })
        .split("\n")
        .filter((file) => file && existsSync(join(folder, file)));

/**
 * A copy of the working tree for mutants, with links to packages and to folders of other programs. The folder is always the same, because
 * jest's caches belong to it.
 */
export function copied(root, copy) {
    rmSync(copy, { recursive: true, force: true });
    mkdirSync(copy, { recursive: true });
    for (const file of listed(root, "--cached", "--others", "--exclude-standard")) {
        cpSync(join(root, file), join(copy, file), { recursive: true });
    }
    for (const compiled of ["dist", join("local", "dist")]) {
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
 * Runs something with a mutant in the copy, also in its compiled code: programs and dynamic providers load that. Afterwards both are as
 * before.
 */
export function withMutant(copy, { file, start, end, replacement }, run) {
    const source = join(copy, file);
    const compiled = join(copy, "dist", file.replace(/\.ts$/, ".js"));
    const [text, code] = [readFileSync(source, "utf8"), readFileSync(compiled, "utf8")];
    const mutated = text.slice(0, start) + replacement + text.slice(end);
    const { outputText } = ts.transpileModule(mutated, { compilerOptions: compilerOptions(copy), fileName: source });
    writeFileSync(source, mutated);
    writeFileSync(compiled, outputText);
    try {
        return run();
    } finally {
        writeFileSync(source, text);
        writeFileSync(compiled, code);
    }
}
