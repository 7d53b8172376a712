const ts = require("typescript");
const { isPattern } = require("../mutants/switched.js");

const { SyntaxKind } = ts;
const comparisons = new Set([
    SyntaxKind.EqualsEqualsEqualsToken,
    SyntaxKind.ExclamationEqualsEqualsToken,
    SyntaxKind.LessThanToken,
    SyntaxKind.LessThanEqualsToken,
    SyntaxKind.GreaterThanToken,
    SyntaxKind.GreaterThanEqualsToken,
]);
const logical = new Set([SyntaxKind.AmpersandAmpersandToken, SyntaxKind.BarBarToken, SyntaxKind.QuestionQuestionToken]);

/** Whether a value can be undefined, by its form. */
const isVariable = (value) =>
    ts.isIdentifier(value) ||
    ts.isCallExpression(value) ||
    ts.isBinaryExpression(value) ||
    ts.isConditionalExpression(value) ||
    ts.isPropertyAccessExpression(value) ||
    ts.isElementAccessExpression(value) ||
    ts.isAsExpression(value) ||
    ts.isAwaitExpression(value);

/** The part of a node of which both outcomes must be seen, with the function that observes it. */
function observedIn(node) {
    if (ts.isPropertyAssignment(node) && isVariable(node.initializer)) {
        return { value: node.initializer, kind: "value" };
    }
    if (ts.isShorthandPropertyAssignment(node)) {
        return { value: node, kind: "value" };
    }
    if (ts.isSpreadAssignment(node) || (ts.isSpreadElement(node) && ts.isArrayLiteralExpression(node.parent))) {
        return { value: node.expression, kind: "spread" };
    }
    if (ts.isBinaryExpression(node) && comparisons.has(node.operatorToken.kind)) {
        return { value: node, kind: "condition" };
    }
    if (ts.isBinaryExpression(node) && logical.has(node.operatorToken.kind)) {
        const isFallback = node.operatorToken.kind === SyntaxKind.QuestionQuestionToken;
        return { value: node.left, kind: isFallback ? "fallback" : "condition" };
    }
    if (ts.isConditionalExpression(node)) {
        return { value: node.condition, kind: "condition" };
    }
    return ts.isIfStatement(node) ? { value: node.expression, kind: "condition" } : undefined;
}

/** The observed places of a source, with their kind and code. */
function placesOf(file, text) {
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
    const places = [];
    const visit = (node) => {
        if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) {
            return;
        }
        const observed = isPattern(node) ? undefined : observedIn(node);
        if (observed) {
            const { line } = source.getLineAndCharacterOfPosition(node.getStart());
            const code = node.getText().replaceAll(/\s+/g, " ").slice(0, 100);
            places.push({ ...observed, name: `${file}:${line + 1} ${places.length}`, code });
        }
        ts.forEachChild(node, visit);
    };
    visit(source);
    return places;
}

/** The source with a call around each place: `observed("lib/a.ts:3 7", "condition", value)`. */
function observing(file, text) {
    const insertions = placesOf(file, text).flatMap(({ value, kind, name }) => {
        const call = `observed(${JSON.stringify(name)}, "${kind}", (`;
        const [start, end] = [value.getStart(), value.getEnd()];
        return ts.isShorthandPropertyAssignment(value)
            ? [{ at: end, isEnd: true, other: start, code: `: ${call}${value.getText()}))` }]
            : [
                  { at: start, isEnd: false, other: end, code: call },
                  { at: end, isEnd: true, other: start, code: "))" },
              ];
    });
    // From the end; at the same place, what is inserted later comes first: ends before starts, and the outer call around the inner one.
    insertions.sort(
        (one, other) => other.at - one.at || Number(one.isEnd) - Number(other.isEnd) || one.other - other.other,
    );
    return insertions.reduce((code, { at, code: inserted }) => code.slice(0, at) + inserted + code.slice(at), text);
}

module.exports = { observing, placesOf };
