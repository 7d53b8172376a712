import * as ts from "typescript";
import { labelLimits } from "../../lib/facts/limits/labels";
import { secondsIn } from "../../lib/formats/duration";
import { bytesIn } from "../../lib/internal/arguments/size";

/** An argument whose check has bounds. */
export interface DocumentedLimit {
    /** The type that declares it, and its name: `BackupOptions.retained`. */
    argument: string;
    /** The bounds of the check: numbers, seconds or bytes. */
    bounds: number[];
    /** The bounds that the doc comment states. */
    stated: number[];
}

/** Checks that have their bounds as arguments. */
const bounded = new Set([
    "whole",
    "limit",
    "atMost",
    "duration",
    "durationWithin",
    "wholeDays",
    "size",
    "cidr",
    "diskSize",
    "longest",
]);

/** Checks of objects and lists, whose bounds are those of what they contain. */
const containers = new Set(["options", "explainedOptions", "record", "list"]);

/** A number with its unit: `10`, `1,000`, `"10 minutes"`. */
const amount = String.raw`"?(\d[\d,.]*\d|\d)( (?:(?:millisecond|second|minute|hour|day)s?|[KMGT]i?B)\b)?"?`;

const phrases = [`${amount} (?:to|and) ${amount}`, `(?:up to|at most|at least) ${amount}`].map(
    (phrase) => new RegExp(phrase, "g"),
);

/** The arguments in the library whose checks have bounds, with the numbers of phrases such as "1 to 100" in their doc comments. */
export function documentedLimits(program: ts.Program, lib: string): DocumentedLimit[] {
    const checker = program.getTypeChecker();
    const found: DocumentedLimit[] = [];
    const visit = (node: ts.Node): void => {
        if (ts.isPropertyAssignment(node) || ts.isShorthandPropertyAssignment(node)) {
            const property = checker.getContextualType(node.parent)?.getProperty(node.name.getText());
            const bounds = boundsOf(ts.isPropertyAssignment(node) ? node.initializer : node.name, checker);
            if (property && bounds.length > 0) {
                const comment = ts.displayPartsToString(property.getDocumentationComment(checker));
                found.push({ argument: nameOf(property), bounds, stated: statedIn(comment) });
            }
        }
        ts.forEachChild(node, visit);
    };
    for (const source of program.getSourceFiles()) {
        if (source.fileName.startsWith(`${lib}/`)) {
            visit(source);
        }
    }
    return found;
}

/** The bounds of all checks in the library, by file: also of parts of arguments, such as keys of a record. */
export function limitsByFile(program: ts.Program, lib: string): string[] {
    const checker = program.getTypeChecker();
    return program.getSourceFiles().flatMap((source) => {
        const found: number[] = [];
        const visit = (node: ts.Node): void => {
            found.push(...(ts.isCallExpression(node) && isBounded(node) ? ownBounds(node, checker) : []));
            ts.forEachChild(node, visit);
        };
        if (source.fileName.startsWith(`${lib}/`)) {
            visit(source);
        }
        return found.length > 0 ? [`${source.fileName.slice(lib.length + 1)}: ${found.join(", ")}`] : [];
    });
}

function nameOf(property: ts.Symbol): string {
    let owner: ts.Node | undefined = property.declarations?.[0]?.parent;
    while (owner && !ts.isInterfaceDeclaration(owner) && !ts.isTypeAliasDeclaration(owner)) {
        owner = owner.parent;
    }
    return `${owner?.name.text}.${property.name}`;
}

function boundsOf(expression: ts.Expression, checker: ts.TypeChecker): number[] {
    if (ts.isIdentifier(expression)) {
        const check = definitionOf(expression, checker);
        return check ? boundsOf(check, checker) : [];
    }
    if (!ts.isCallExpression(expression)) {
        return [];
    }
    const { arguments: args } = expression;
    const name = functionOf(expression);
    if (name === "labelsBeside") {
        const own = args.flatMap((each) => numbersIn(checker.getTypeAtLocation(each), checker));
        return own.map((each) => labelLimits.rows.labels.max - each);
    }
    if (isBounded(expression)) {
        return ownBounds(expression, checker);
    }
    return containers.has(name) ? [] : args.flatMap((each) => boundsOf(each, checker));
}

/** The name of the function that is called. */
const functionOf = ({ expression }: ts.CallExpression) =>
    ts.isPropertyAccessExpression(expression) ? expression.name.text : expression.getText();

const isBounded = (call: ts.CallExpression) => bounded.has(functionOf(call));

/** The bounds among the arguments of a check. */
function ownBounds(call: ts.CallExpression, checker: ts.TypeChecker): number[] {
    const unit = functionOf(call) === "diskSize" ? "GB" : undefined;
    return call.arguments.flatMap((each) => numbersIn(checker.getTypeAtLocation(each), checker, unit));
}

/** The expression of a constant. */
function definitionOf(name: ts.Identifier, checker: ts.TypeChecker): ts.Expression | undefined {
    const found = ts.isShorthandPropertyAssignment(name.parent)
        ? checker.getShorthandAssignmentValueSymbol(name.parent)
        : checker.getSymbolAtLocation(name);
    const symbol = found && found.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(found) : found;
    const declaration = symbol?.valueDeclaration;
    return declaration && ts.isVariableDeclaration(declaration) ? declaration.initializer : undefined;
}

/** A literal, or the minimum and maximum of a row of facts. */
function numbersIn(type: ts.Type, checker: ts.TypeChecker, unit?: string): number[] {
    if (type.isStringLiteral() || type.isNumberLiteral()) {
        return numberIn(`${type.value}`, unit);
    }
    return ["min", "max"].flatMap((bound) => {
        const property = type.getProperty(bound);
        return property ? numbersIn(checker.getTypeOfSymbol(property), checker, unit) : [];
    });
}

/** What a text such as `10 minutes`, `20 GB` or `1,000` is in seconds, bytes or as a number. A unit of a message is none. */
function numberIn(text: string, usual?: string): number[] {
    const [number = "", unit = usual] = text.replaceAll(",", "").trim().split(" ");
    if (!/^\d/.test(number)) {
        return [];
    }
    const amount = `${number} ${unit}`;
    return [!unit ? Number(number) : /B$/.test(unit) ? bytesIn(amount) : secondsIn(amount as `${number} days`)];
}

function statedIn(comment: string): number[] {
    const text = comment.replace(/\{@link \S+|https?:\S+|`/g, "");
    return phrases.flatMap((phrase) =>
        [...text.matchAll(phrase)].flatMap(([, one, unit, other, otherUnit]) => [
            // "4 to 24 hours".
            ...numberIn(`${one}${unit ?? otherUnit ?? ""}`),
            ...(other ? numberIn(`${other}${otherUnit ?? ""}`) : []),
        ]),
    );
}
