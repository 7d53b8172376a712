/** Copies of the working tree, in which parts of the library are changed or taken out to see which tests fail. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";

/** A copy with its compiled files, with links to packages. */
export function copied(root) {
    const copy = mkdtempSync(join(tmpdir(), "slipway-copy-"));
    const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
        cwd: root,
        encoding: "utf8",
    });
    for (const file of files.split("\n").filter(Boolean)) {
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
    return copy;
}

/**
 * Changes files of a copy and what is compiled of them, which programs and dynamic providers load.
 *
 * @param edits texts to `remove`, each there once, and to `replace` them with
 * @returns restores the files
 */
export function edited(copy, edits) {
    const before = new Map();
    for (const { file, remove, replace = "" } of edits) {
        const path = join(copy, file);
        const text = readFileSync(path, "utf8");
        const [start, end, ...more] = text.split(remove);
        if (end === undefined || more.length > 0) {
            throw new Error(`${file} must contain this once: ${remove}`);
        }
        const changed = start + replace + end;
        for (const [target, content] of [
            [path, changed],
            [join(copy, "dist", file.replace(/\.ts$/, ".js")), transpiled(changed)],
        ]) {
            before.set(target, before.get(target) ?? readFileSync(target));
            writeFileSync(target, content);
        }
    }
    return () => {
        for (const [target, content] of before) {
            writeFileSync(target, content);
        }
    };
}

const transpiled = (text) =>
    ts.transpileModule(text, {
        compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, esModuleInterop: true },
    }).outputText;
