import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";
import { refusals } from "../../docs/tools/errors";
import { adviceIn } from "./advice";
import { cases, ofProgram } from "./advisedPrograms";

const root = join(__dirname, "../..");
const all = refusals(join(root, "lib"));
const ids = all.map(({ id }) => id);

test("a test sees each refusal, by its identifier", () => {
    const tests = readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" }).filter((file) =>
        file.endsWith(".ts"),
    );
    const texts = tests.map((file) => readFileSync(join(root, "test", file), "utf8")).join("\n");
    // In regular expressions, brackets and slashes are escaped.
    const seen = new Set(
        [...texts.matchAll(/[["]([a-z]+)\\*\/([a-z0-9-]+)\\*[\]"]/g)].map(([, room, name]) => `${room}/${name}`),
    );
    expect(ids.filter((id) => !seen.has(id))).toEqual([]);
});

test("an identifier is the folder and words", () => {
    for (const id of ids) {
        expect(id).toMatch(/^[a-z]+\/[a-z0-9]+(-[a-z0-9]+)*$/);
    }
});

test("advice is followed of each text that names a value, unless that is a part of the program", () => {
    const advising = all
        .filter(({ texts }) => texts.some((text) => adviceIn(text).some(({ literal }) => literal !== undefined)))
        .map(({ id }) => id);
    expect(advising.filter((id) => !(id in cases) && !(id in ofProgram))).toEqual([]);
    expect(Object.keys(ofProgram).filter((id) => !advising.includes(id) || id in cases)).toEqual([]);
});

/** The texts of warnings and notes: in a call that prints, or in a function or constant that is called a warning or a note. */
function printedTexts(): string[] {
    const calls = /^(pulumi\.)?log\.(warn|info)$|^(warn|noted|withChangeWarning)$/;
    const lib = join(root, "lib");
    const files = readdirSync(lib, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const texts: string[] = [];
    const walk = (node: ts.Node, isOuter: boolean): void => {
        const isDeclared =
            (ts.isFunctionDeclaration(node) || ts.isVariableDeclaration(node) || ts.isMethodDeclaration(node)) &&
            /(warning|note)$|^warn/i.test(node.name?.getText() ?? "");
        const isPrinted = isOuter || isDeclared || (ts.isCallExpression(node) && calls.test(node.expression.getText()));
        if (isPrinted && (ts.isTemplateExpression(node) || ts.isStringLiteralLike(node))) {
            texts.push(node.getText());
        }
        ts.forEachChild(node, (child) => walk(child, isPrinted));
    };
    for (const file of files) {
        const text = readFileSync(join(lib, file), "utf8");
        walk(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true), false);
    }
    return texts;
}

/** Values that no test sets, with the reason. */
const notSet: Record<string, string> = {
    "from: { ": "is for another instance",
};

test("values that warnings and notes name are set by a test", () => {
    const named = printedTexts().flatMap((text) =>
        [...text.matchAll(/\b\w+: (?:true|false|"[^"]*"|\{ )/g)].map(String),
    );
    expect(named.length).toBeGreaterThan(10);
    const tests = ["unit/advisedWarnings.test.ts", "deploy/advice.test.ts"];
    const followed = tests.map((file) => readFileSync(join(root, "test", file), "utf8")).join("\n");
    expect(named.filter((each) => !followed.includes(each))).toEqual(Object.keys(notSet));
});
