/**
 * Measures which bugs the tests detect. Selects small changes (mutants) of the library's code by a seed, applies each in a
 * copy of the working tree, and runs the unit tests until one fails. Mutants that pass also run the given levels.
 *
 *     node bench/mutants.mjs [--count 40] [--seed 1] [--levels deploy,apps] [--folder lib] [--list]
 */
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import ts from "typescript";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values: options } = parseArgs({
    options: {
        count: { type: "string", default: "40" },
        seed: { type: "string", default: "1" },
        levels: { type: "string", default: "" },
        folder: { type: "string", default: "lib" },
        list: { type: "boolean", default: false },
    },
});

const { SyntaxKind } = ts;
const swapped = new Map([
    [SyntaxKind.EqualsEqualsEqualsToken, "!=="],
    [SyntaxKind.ExclamationEqualsEqualsToken, "==="],
    [SyntaxKind.AmpersandAmpersandToken, "||"],
    [SyntaxKind.BarBarToken, "&&"],
    [SyntaxKind.LessThanToken, "<="],
    [SyntaxKind.LessThanEqualsToken, "<"],
    [SyntaxKind.GreaterThanToken, ">="],
    [SyntaxKind.GreaterThanEqualsToken, ">"],
    [SyntaxKind.PlusToken, "-"],
]);

/** The changes of a node of the syntax tree: the original code, and its replacement. */
function* changesOf(node) {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) {
        return;
    }
    if (ts.isBinaryExpression(node)) {
        const { left, operatorToken, right } = node;
        const other = swapped.get(operatorToken.kind);
        if (other) {
            yield [operatorToken, other];
        } else if (operatorToken.kind === SyntaxKind.QuestionQuestionToken) {
            yield [node, left.getText()];
        }
        if (operatorToken.kind === SyntaxKind.AmpersandAmpersandToken) {
            yield [node, right.getText()];
        }
    } else if (node.kind === SyntaxKind.TrueKeyword || node.kind === SyntaxKind.FalseKeyword) {
        yield [node, node.kind === SyntaxKind.TrueKeyword ? "false" : "true"];
    } else if (ts.isNumericLiteral(node)) {
        yield [node, String(Number(node.text) + 1)];
    } else if (ts.isConditionalExpression(node)) {
        yield [node, node.whenTrue.getText()];
        yield [node, node.whenFalse.getText()];
    } else if (ts.isIfStatement(node)) {
        yield [node.expression, "false"];
    } else if (ts.isArrayLiteralExpression(node) && node.elements.length > 0) {
        yield [node, "[]"];
    } else if (ts.isPropertyAssignment(node) && ts.isObjectLiteralExpression(node.parent)) {
        yield [node, ""];
    } else if (ts.isCallExpression(node) && node.expression.getText() === "pulumi.secret") {
        yield [node, node.arguments[0].getText()];
    }
    for (const child of node.getChildren()) {
        yield* changesOf(child);
    }
}

/** All mutants of the folder, in the order of the files. */
function everyMutant() {
    const files = execFileSync("git", ["ls-files", options.folder], { cwd: root, encoding: "utf8" }).split("\n");
    return files
        .filter((file) => file.endsWith(".ts"))
        .flatMap((file) => {
            const source = ts.createSourceFile(
                file,
                readFileSync(join(root, file), "utf8"),
                ts.ScriptTarget.ES2022,
                true,
            );
            return [...changesOf(source)].map(([node, replacement]) => {
                const [start, end] = [node.getStart(), node.getEnd()];
                // A property is deleted with its comma.
                const comma = replacement === "" ? /^\s*,/.exec(source.text.slice(end))?.[0].length : 0;
                const line = source.getLineAndCharacterOfPosition(start).line + 1;
                return { file, line, start, end: end + (comma ?? 0), was: node.getText(), replacement };
            });
        });
}

/** Selects by the hash of the seed and a count, so that a run is reproducible. */
function drawn(all) {
    const picked = new Map();
    for (let turn = 0; picked.size < Math.min(Number(options.count), all.length); turn++) {
        const hash = createHash("sha256").update(`${options.seed}\n${turn}`).digest();
        const index = Number(hash.readBigUInt64BE() % BigInt(all.length));
        picked.set(index, all[index]);
    }
    return [...picked.values()];
}

/** A copy of the working tree for mutants, with links to packages and to folders of other programs. */
function copied() {
    const copy = mkdtempSync(join(tmpdir(), "slipway-mutants-"));
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

const short = (text) => text.replaceAll(/\s+/g, " ").slice(0, 70);

/** Whether tests pass in the copy. */
function passes(copy, ...more) {
    const jest = ["node_modules/jest/bin/jest.js", "--bail", "--silent", ...more];
    return spawnSync(process.execPath, jest, { cwd: copy, stdio: "ignore" }).status === 0;
}

/** The first test level that fails for a mutant. */
function caughtBy(copy, { file, start, end, replacement }) {
    const path = join(copy, file);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.slice(0, start) + replacement + text.slice(end));
    try {
        const [, field = ""] = /^\w+\/(\w+)/.exec(file) ?? [];
        // The tests of the same field run first, because they are most likely to fail.
        if (!passes(copy, "--selectProjects", "unit", "--testPathPatterns", field, "--passWithNoTests")) {
            return "unit";
        }
        if (spawnSync("npx", ["tsc", "--noEmit", "-p", "."], { cwd: copy, stdio: "ignore" }).status !== 0) {
            return "compiler";
        }
        if (!passes(copy, "--selectProjects", "unit", "types")) {
            return "unit";
        }
        for (const level of options.levels.split(",").filter(Boolean)) {
            spawnSync("npx", ["tsc", "-p", "."], { cwd: copy, stdio: "ignore" });
            if (!passes(copy, "--selectProjects", level)) {
                return level;
            }
        }
        return "nothing";
    } finally {
        writeFileSync(path, text);
    }
}

const mutants = drawn(everyMutant());
const copy = options.list ? undefined : copied();
if (copy && !passes(copy, "--selectProjects", "unit", "types")) {
    throw new Error("The tests fail without any change: run 'npm run test:unit' first.");
}
let survivors = 0;
for (const [index, mutant] of mutants.entries()) {
    const caught = copy ? caughtBy(copy, mutant) : "";
    survivors += caught === "nothing" ? 1 : 0;
    const change = `\`${short(mutant.was)}\` → \`${short(mutant.replacement)}\``;
    console.log(`| ${index + 1} | ${mutant.file}:${mutant.line} | ${change} | ${caught} |`);
}
if (copy) {
    rmSync(copy, { recursive: true, force: true });
    console.log(`${mutants.length - survivors} caught, ${survivors} not`);
}
