import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import * as ts from "typescript";

/** A combination of arguments that the library refuses: a call of `problem` or `when`. */
export interface Refusal {
    id: string;
    /** The argument and the text, with `…` where the call has a value. */
    path: string;
    texts: string[];
    /** The file below `lib`. */
    file: string;
}

/** All refusals of the library, by identifier. Each is in one place, in the folder that it has the name of. */
export function refusals(lib: string): Refusal[] {
    const files = readdirSync(lib, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const found = files.flatMap((file) => refusalsIn(join(lib, file), file.split(sep).join("/")));
    const places = new Map<string, string>();
    for (const { id, file } of found) {
        const [room = "", shared] = [file.split("/")[0], places.get(id)];
        if (shared !== undefined) {
            throw new Error(`${id} is in ${shared} and in ${file}: give each refusal an identifier of its own`);
        }
        if (room !== "internal" && !id.startsWith(`${room}/`)) {
            throw new Error(`${id} is in ${file}: its identifier must begin with ${room}/`);
        }
        places.set(id, file);
    }
    return found.sort((one, other) => one.id.localeCompare(other.id));
}

/** A table of the refusals of each folder. */
export function refusalTables(lib: string): string {
    const all = refusals(lib);
    const rooms = [...new Set(all.map(roomOf))];
    const cell = (text: string) => text.replaceAll(/[|*[]/g, "\\$&").replaceAll("<", "&lt;");
    const row = ({ id, path, texts }: Refusal) =>
        `| \`${id}\` | ${path && `\`${path}\``} | ${texts.map(cell).join("<br>")} |`;
    const table = (room: string) => [
        "| identifier | argument | error |",
        "|---|---|---|",
        ...all.filter((one) => roomOf(one) === room).map(row),
    ];
    return rooms.map((room) => [`## ${room}`, "", ...table(room)].join("\n")).join("\n\n");
}

function roomOf({ id }: Refusal): string {
    return id.replace(/\/.*/, "");
}

function refusalsIn(path: string, file: string): Refusal[] {
    const source = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.ES2022, true);
    // Files have functions of their own with these names.
    const [, imported = ""] = /import \{([^}]*)\} from "[^"]*\/argumentsError";/.exec(source.text) ?? [];
    const ours = ["check.problem", "check.when", ...imported.split(",").map((each) => each.trim())];
    const found: Refusal[] = [];
    const visit = (node: ts.Node): void => {
        ts.forEachChild(node, visit);
        if (!ts.isCallExpression(node)) {
            return;
        }
        const name = node.expression.getText();
        const [at, id, text] = node.arguments.slice(name.endsWith("when") ? 1 : 0);
        if (
            !ours.includes(name) ||
            !/(problem|when)$/.test(name) ||
            at === undefined ||
            id === undefined ||
            text === undefined
        ) {
            return;
        }
        if (!ts.isStringLiteral(id)) {
            throw new Error(`${file}: the identifier of a refusal is a literal, not ${id.getText()}`);
        }
        found.push({ id: id.text, path: variants(at)[0] ?? "", texts: variants(text), file });
    };
    visit(source);
    return found;
}

/** More alternatives in one text are not listed one by one. */
const maxVariants = 4;

/** What a text can be, with `…` for values. */
function variants(node: ts.Expression | undefined, depth = 0): string[] {
    if (node === undefined || depth > 5) {
        return ["…"];
    }
    if (ts.isStringLiteralLike(node)) {
        return [node.text];
    }
    if (ts.isTemplateExpression(node)) {
        return node.templateSpans.reduce(
            (before, { expression, literal }) =>
                combined(combined(before, variants(expression, depth + 1)), [literal.text]),
            [node.head.text],
        );
    }
    if (ts.isParenthesizedExpression(node)) {
        return variants(node.expression, depth);
    }
    if (ts.isConditionalExpression(node)) {
        return [...variants(node.whenTrue, depth + 1), ...variants(node.whenFalse, depth + 1)];
    }
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
        return combined(variants(node.left, depth + 1), variants(node.right, depth + 1));
    }
    const constant = ts.isIdentifier(node) ? constantOf(node) : undefined;
    return constant ? variants(constant, depth + 1) : ["…"];
}

function combined(before: string[], after: string[]): string[] {
    const all = before.flatMap((start) => after.map((end) => `${start}${end}`));
    return all.length > maxVariants ? before.map((start) => `${start}…`) : all;
}

const declaresName = (binding: ts.BindingName, name: string): boolean =>
    ts.isIdentifier(binding)
        ? binding.text === name
        : binding.elements.some((each) => ts.isBindingElement(each) && declaresName(each.name, name));

/** What a `const` around an identifier is set to, unless a parameter has the name. */
function constantOf(name: ts.Identifier): ts.Expression | undefined {
    for (let scope: ts.Node | undefined = name.parent; scope; scope = scope.parent) {
        if (ts.isFunctionLike(scope) && scope.parameters.some((each) => declaresName(each.name, name.text))) {
            return undefined;
        }
        const statements = ts.isBlock(scope) || ts.isSourceFile(scope) ? scope.statements : [];
        for (const statement of statements) {
            const declared = ts.isVariableStatement(statement) ? statement.declarationList.declarations : [];
            const found = declared.find((each) => each.name.getText() === name.text);
            if (found) {
                return found.initializer;
            }
        }
    }
    return undefined;
}
