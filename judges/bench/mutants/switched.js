const ts = require("typescript");
const { mutantsOf } = require("./changes.js");

/** The name of a mutant's switch. */
const switchOf = ({ file, at }) => `${file} ${at}`;

/**
 * The source of a file with a switch for each of its mutants: `isSwitchedOn("lib/a.ts 3") ? changed : original`. So tests of many mutants run in
 * one process. Undefined if there are none.
 */
function switched(root, file) {
    const mutants = new Map();
    for (const mutant of mutantsOf(root, file)) {
        mutants.set(mutant.node, [...(mutants.get(mutant.node) ?? []), mutant]);
    }
    const [first] = mutants.keys();
    const source = first?.getSourceFile();
    return source && source.text.slice(0, source.getStart()) + withSwitches(source, mutants);
}

function withSwitches(node, mutants) {
    const source = node.getSourceFile();
    const { text } = source;
    let [code, end] = ["", node.getStart()];
    for (const child of node.getChildren()) {
        const start = child.getStart();
        // Comments are among the children.
        if (start >= end && child.getEnd() > start && !ts.isJSDoc(child)) {
            code += text.slice(end, start) + withSwitches(child, mutants);
            end = child.getEnd();
        }
    }
    code += text.slice(end, node.getEnd());
    for (const mutant of mutantsIn(node, mutants)) {
        code = chosen(node, mutant, code, mutants);
    }
    return code;
}

/** The mutants of a node; those of an operator change the whole expression. */
function mutantsIn(node, mutants) {
    const isOperator = ts.isBinaryExpression(node.parent ?? node) && node.parent?.operatorToken === node;
    const own = isOperator || isPattern(node) ? [] : (mutants.get(node) ?? []);
    return [...own, ...(ts.isBinaryExpression(node) ? (mutants.get(node.operatorToken) ?? []) : [])];
}

/** The code that runs the mutant if it is switched on, and otherwise the original. */
function chosen(node, mutant, code, mutants) {
    const { replacement } = mutant;
    const isOn = `isSwitchedOn(${JSON.stringify(switchOf(mutant))})`;
    if (mutant.node !== node) {
        const [left, right] = [node.left, node.right].map((side) => withSwitches(side, mutants));
        return `(${isOn} ? (${left} ${replacement} ${right}) : (${code}))`;
    }
    if (replacement !== "") {
        const choice = `${isOn} ? (${replacement}) : (${code})`;
        const isName = node.parent.name === node || node.parent.propertyName === node;
        return isName ? `[${choice}]` : `(${choice})`;
    }
    const nothing = ts.isSpreadElement(node) ? "[]" : "{}";
    const isSpread = ts.isSpreadElement(node) || ts.isSpreadAssignment(node);
    return `...(${isOn} ? ${nothing} : ${isSpread ? code.replace(/^\.\.\./, "") : `{ ${code} }`})`;
}

/** Whether a node is in the pattern of an assignment: `({ first: this.first } = all)`. */
function isPattern(node) {
    const { parent } = node;
    if (parent && ts.isBinaryExpression(parent)) {
        return parent.left === node && parent.operatorToken.kind === ts.SyntaxKind.EqualsToken;
    }
    const isLiteral =
        parent &&
        (ts.isObjectLiteralExpression(parent) ||
            ts.isArrayLiteralExpression(parent) ||
            ts.isPropertyAssignment(parent));
    return isLiteral === true && isPattern(parent);
}

module.exports = { isPattern, switched, switchOf };
