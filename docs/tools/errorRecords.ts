import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as ts from "typescript";

/** A message of the local Google Cloud whose words are on record (`recordedIn` in `local/simulator/cloud/errors.ts`). */
export interface Recorded {
    /** The service, unless several answer with it. */
    service?: string;
    code?: number;
    /** The message, with `…` for values. */
    message: string;
    /** The public thread, a source file, or a page of the documentation. */
    thread?: string;
    /** The test of Config Connector whose log has the words. */
    log?: string;
}

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
    visit(node);
    ts.forEachChild(node, (child) => walk(child, visit));
}

/** A string, with `…` for the values of a template. */
function text(node: ts.Node | undefined): string | undefined {
    if (node && ts.isStringLiteralLike(node)) {
        return node.text;
    }
    return node && ts.isTemplateExpression(node)
        ? node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join("")
        : undefined;
}

/** The texts of constants, and of functions that return one, by name, and by file and name. */
function namedTexts(sources: ts.SourceFile[]): Map<string, string> {
    const named = new Map<string, string>();
    for (const source of sources) {
        walk(source, (node) => {
            if (ts.isVariableDeclaration(node) && node.initializer) {
                const value = ts.isArrowFunction(node.initializer) ? node.initializer.body : node.initializer;
                const found = text(value);
                if (found !== undefined) {
                    named.set(node.name.getText(), found);
                    named.set(`${source.fileName} ${node.name.getText()}`, found);
                }
            }
        });
    }
    return named;
}

/** The message of an error: the first argument that is a text, or the name of one. */
function messageOf(values: readonly ts.Expression[], file: string, named: Map<string, string>): string {
    const found = values.map((value) => {
        const name = ts.isCallExpression(value) ? value.expression.getText() : value.getText();
        return text(value) ?? named.get(`${file} ${name}`) ?? named.get(name);
    });
    return found.find((each) => each !== undefined) ?? "";
}

/** The text of an argument, also of a constant of the same block. */
function textIn(node: ts.Node | undefined): string {
    const name = node && ts.isIdentifier(node) ? node.text : undefined;
    let declared: string | undefined;
    for (let block = node?.parent; name && block && declared === undefined; block = block.parent) {
        ts.forEachChild(block, (child) => {
            const [variable] = ts.isVariableStatement(child) ? child.declarationList.declarations : [];
            declared = variable?.name.getText() === name ? text(variable.initializer) : declared;
        });
    }
    return declared ?? text(node) ?? "…";
}

/** The message of `invalidField`, by the field and the cause. */
function messageOfField([field, , cause]: readonly ts.Expression[]): string {
    return `Invalid value for field 'resource.${textIn(field)}': '…'. ${textIn(cause)}`;
}

/** The error and the record of a call of `recordedIn`. */
function recorded(call: ts.CallExpression, error: ts.Expression, file: string, named: Map<string, string>): Recorded {
    const values = ts.isNewExpression(error) || ts.isCallExpression(error) ? (error.arguments ?? []) : [];
    const [code] = values;
    const [record] = call.arguments;
    const log = record && ts.isCallExpression(record) ? text(record.arguments[0]) : undefined;
    return {
        service: /^local\/(?:simulator|runtime)\/services\/(\w+)/.exec(file)?.[1],
        message:
            ts.isCallExpression(error) && error.expression.getText() === "invalidField" && values.length === 3
                ? messageOfField(values)
                : messageOf(values, file, named),
        code: code && ts.isNumericLiteral(code) ? Number(code.text) : undefined,
        log,
        thread: log ? undefined : (text(record) ?? named.get(`${file} ${record?.getText()}`)),
    };
}

/** What was read, by repository: each page of a service has a part of it. */
const read = new Map<string, Recorded[]>();

/** All messages that are on record, as the code of the local Google Cloud names them. */
export function readErrorRecords(repository: string): Recorded[] {
    const records = read.get(repository) ?? findRecords(repository);
    read.set(repository, records);
    return records;
}

function findRecords(repository: string): Recorded[] {
    const sources = ["local/simulator/cloud", "local/simulator/services", "local/runtime/services"]
        .flatMap((folder) =>
            readdirSync(join(repository, folder), { recursive: true, encoding: "utf8" })
                .filter((name) => name.endsWith(".ts"))
                .map((name) => `${folder}/${name}`),
        )
        .map((file) =>
            ts.createSourceFile(file, readFileSync(join(repository, file), "utf8"), ts.ScriptTarget.Latest, true),
        );
    const named = namedTexts(sources);
    const found: Recorded[] = [];
    for (const source of sources) {
        walk(source, (node) => {
            const isMark =
                ts.isCallExpression(node) &&
                ts.isPropertyAccessExpression(node.expression) &&
                node.expression.name.text === "recordedIn";
            if (isMark) {
                const error = (node.expression as ts.PropertyAccessExpression).expression;
                found.push(recorded(node, error, source.fileName, named));
            }
        });
    }
    return found;
}

/** A page of Google's documentation that cites messages. */
export const isPage = (record: string) => record.startsWith("https://docs.cloud.google.com/");

/** A public source file that has or expects messages. */
export const isSource = (record: string) => /^https:\/\/github\.com\/\S+\/blob\/\S+$/.test(record);

/** The rows of a table of messages with their records. */
export function recordRows(records: Recorded[]): string[] {
    const rows = records.map(({ message, log, thread = "" }) => {
        const words = message.length > 90 ? `${message.slice(0, 90)}…` : message;
        const record = log ? "log" : `[${isPage(thread) ? "page" : isSource(thread) ? "source" : "thread"}](${thread})`;
        return `| ${words.replaceAll("|", "\\|").replaceAll("\t", " ")} | ${record} |`;
    });
    return [...new Set(rows)].sort();
}
