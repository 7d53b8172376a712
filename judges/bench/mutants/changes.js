const { execFileSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const ts = require("typescript");

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

/** A property of an object, or values that are spread into one or a list: left out, a grant or a wait is missing. */
const isPart = (node) =>
    ts.isPropertyAssignment(node) ||
    ts.isShorthandPropertyAssignment(node) ||
    ts.isSpreadAssignment(node) ||
    (ts.isSpreadElement(node) && ts.isArrayLiteralExpression(node.parent));

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
    } else if (isPart(node)) {
        yield [node, ""];
    } else if (ts.isCallExpression(node) && node.expression.getText() === "pulumi.secret") {
        yield [node, node.arguments[0].getText()];
    }
    for (const child of node.getChildren()) {
        yield* changesOf(child);
    }
}

/** The rows of the tables of facts are not mutated: they have sources, and a test could only repeat them. */
const isMutated = (file) => file.endsWith(".ts") && !file.startsWith("lib/facts/");

/** All mutants of the folder, in the order of the files, with their nodes of the syntax tree. */
function everyMutant(root, folder) {
    const files = execFileSync("git", ["ls-files", folder], { cwd: root, encoding: "utf8" }).split("\n");
    return files.filter(isMutated).flatMap((file) => mutantsOf(root, file));
}

/** The mutants of a file. `at` is their place among them. */
function mutantsOf(root, file) {
    const source = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.ES2022, true);
    return [...changesOf(source)].map(([node, replacement], at) => {
        const [start, end] = [node.getStart(), node.getEnd()];
        // What is deleted goes with its comma.
        const comma = replacement === "" ? /^\s*,/.exec(source.text.slice(end))?.[0].length : 0;
        const line = source.getLineAndCharacterOfPosition(start).line + 1;
        return { file, at, line, start, end: end + (comma ?? 0), was: node.getText(), replacement, node };
    });
}

/** Selects by the hash of the seed and a count, so that a run is reproducible. */
function drawn(root, { folder, seed, count }) {
    const all = everyMutant(root, folder);
    const picked = new Map();
    for (let turn = 0; picked.size < Math.min(Number(count), all.length); turn++) {
        const hash = createHash("sha256").update(`${seed}\n${turn}`).digest();
        const index = Number(hash.readBigUInt64BE() % BigInt(all.length));
        picked.set(index, all[index]);
    }
    return [...picked.values()].map(({ node, ...mutant }, index) => ({ ...mutant, number: index + 1 }));
}

const short = (text) => text.replaceAll(/\s+/g, " ").replaceAll("|", "¦").slice(0, 70);

/** A mutant as the first cells of a row: its number, its place and its change. */
const described = ({ number, file, line, was, replacement }) =>
    `| ${number} | ${file}:${line} | \`${short(was)}\` → \`${short(replacement)}\` |`;

module.exports = { described, drawn, isMutated, mutantsOf };
