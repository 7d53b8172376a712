import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import * as ts from "typescript";

/** The sources of the simulator. */
const root = join(__dirname, "..", "..", "local", "simulator");

/** What asks for the permissions of an account, or whether it exists. */
const checks = ["cloud/access.ts#isAllowed", "cloud/access.ts#isAllowedOn", "cloud/encryption.ts#canEncrypt"].map(
    (name) => join(root, name),
);
const ofAccounts = "hasAccount";

/** Properties of the rules of a type that are not about its creation. */
const others = ["beforeDelete", "deleteErrorPrefix", "read", "remove", "verifyRemoval"];

/** The names that a file's declarations refer to, by the declaration: `…/services/run/start.ts#start`. */
type References = Map<string, Set<string>>;

/** Finds the types whose creation is checked against the permissions of accounts, by what the code of their rules refers to. */
export function checkedTypes(): string[] {
    const references: References = new Map();
    const types = new Map<string, Set<string>>();
    const files = readdirSync(root, { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(".ts") && !/^(dist|node_modules)\//.test(file))
        .map((file) => join(root, file));
    const sources = files.map((file) =>
        ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true),
    );
    const constants = new Map(sources.flatMap(constantsOf));
    for (const source of sources) {
        read(source, { references, types, constants });
    }
    const found = new Map<string, boolean>();
    const isChecked = (name: string): boolean => {
        if (name === ofAccounts || checks.includes(name)) {
            return true;
        }
        if (!found.has(name) && !name.startsWith(join(root, "cloud"))) {
            found.set(name, false);
            const [file, own] = name.split("#");
            const reexported = [...(references.get(`${file}#*`) ?? [])].map((other) => `${other}#${own}`);
            found.set(name, [...(references.get(name) ?? reexported)].some(isChecked));
        }
        return found.get(name) ?? false;
    };
    return [...types].flatMap(([type, names]) => ([...names].some(isChecked) ? type : [])).sort();
}

/** What is read of all files. */
interface Code {
    references: References;
    types: Map<string, Set<string>>;
    /** Texts by constants, for types as in `[standardType]: standardAppVersion`. */
    constants: Map<string, string>;
}

/** Notes the references of a file's declarations, and of the types in it. */
function read(source: ts.SourceFile, { references, types, constants }: Code): void {
    const file = source.fileName;
    const known = namesOf(source, file, references);
    const note = (node: ts.Node, into: Set<string>): void => {
        if (ts.isTypeNode(node) || (isProperty(node) && others.includes(node.name.getText()))) {
            return;
        }
        const type =
            ts.isPropertyAssignment(node) && file.includes("/services/") && typeOf(node.name, known, constants);
        if (type) {
            const own = types.get(type) ?? new Set();
            types.set(type, own);
            note((node as ts.PropertyAssignment).initializer, own);
            return;
        }
        if (ts.isPropertyAccessExpression(node)) {
            if (node.name.text === ofAccounts) {
                into.add(ofAccounts);
            }
            note(node.expression, into);
            return;
        }
        const name = ts.isIdentifier(node) && known.get(node.text);
        if (name) {
            into.add(name);
        }
        ts.forEachChild(node, (child) => note(child, into));
    };
    for (const [name, declaration] of declarationsOf(source)) {
        const own = new Set<string>();
        note(declaration, own);
        references.set(`${file}#${name}`, own);
    }
}

const isProperty = (node: ts.Node): node is ts.PropertyAssignment | ts.MethodDeclaration =>
    ts.isPropertyAssignment(node) || ts.isMethodDeclaration(node);

/** The type that a property has the rules of. */
function typeOf(name: ts.PropertyName, known: Map<string, string>, constants: Code["constants"]): string | undefined {
    const text =
        ts.isComputedPropertyName(name) && ts.isIdentifier(name.expression)
            ? constants.get(known.get(name.expression.text) ?? "")
            : ts.isStringLiteral(name)
              ? name.text
              : undefined;
    return text?.match(/^gcp:[\w]+\/\w+:[A-Z]\w+$/)?.[0];
}

const constantsOf = (source: ts.SourceFile): [string, string][] =>
    declarationsOf(source).flatMap(([name, node]): [string, string][] => {
        const value = ts.isVariableDeclaration(node) && node.initializer;
        return value && ts.isStringLiteral(value) ? [[`${source.fileName}#${name}`, value.text]] : [];
    });

/** The declarations of a file by name. */
function declarationsOf(source: ts.SourceFile): [string, ts.Node][] {
    return source.statements.flatMap((statement): [string, ts.Node][] => {
        if (ts.isVariableStatement(statement)) {
            return statement.declarationList.declarations.map((each) => [each.name.getText(), each]);
        }
        const isNamed = ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement);
        return isNamed && statement.name ? [[statement.name.text, statement]] : [];
    });
}

/** What the names in a file mean: its own declarations, and imports. Notes what it exports of other files. */
function namesOf(source: ts.SourceFile, file: string, references: References): Map<string, string> {
    const known = new Map(declarationsOf(source).map(([name]) => [name, `${file}#${name}`]));
    const fileOf = (node: ts.Expression | undefined) => {
        const path = node && ts.isStringLiteral(node) && node.text.startsWith(".") && resolve(dirname(file), node.text);
        return path ? (existsSync(`${path}.ts`) ? `${path}.ts` : join(path, "index.ts")) : undefined;
    };
    for (const statement of source.statements) {
        const bindings = ts.isImportDeclaration(statement) && statement.importClause?.namedBindings;
        const from =
            ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement)
                ? fileOf(statement.moduleSpecifier)
                : undefined;
        if (from === undefined) {
            continue;
        }
        if (bindings && ts.isNamedImports(bindings)) {
            for (const { name, propertyName } of bindings.elements) {
                known.set(name.text, `${from}#${(propertyName ?? name).text}`);
            }
        } else if (ts.isExportDeclaration(statement)) {
            const exported = statement.exportClause;
            for (const { name, propertyName } of exported && ts.isNamedExports(exported) ? exported.elements : []) {
                references.set(`${file}#${name.text}`, new Set([`${from}#${(propertyName ?? name).text}`]));
            }
            const all = references.get(`${file}#*`) ?? new Set();
            references.set(`${file}#*`, exported ? all : all.add(from));
        }
    }
    return known;
}
