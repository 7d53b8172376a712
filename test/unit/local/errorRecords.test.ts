import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { recordings } from "../../oracles/recordings/recordings";
import { root } from "./world";

/** A message whose words are on record. */
interface Recorded {
    file: string;
    code?: number;
    /** The message, with `…` for values. */
    message: string;
    /** The public thread, or a page of the documentation. */
    thread?: string;
    /** The test of Config Connector whose log has the words. */
    log?: string;
}

const folders = ["local/cloud", "local/services"];

const files = folders.flatMap((folder) =>
    (readdirSync(join(root, folder), { recursive: true }) as string[])
        .filter((name) => name.endsWith(".ts"))
        .map((name) => `${folder}/${name}`),
);

const sources = files.map((file) =>
    ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true),
);

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
    visit(node);
    ts.forEachChild(node, (child) => walk(child, visit));
}

/** The texts of constants, and of functions that return one. */
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

/** A string, with `…` for the values of a template. */
function text(node: ts.Node | undefined): string | undefined {
    if (node && ts.isStringLiteralLike(node)) {
        return node.text;
    }
    return node && ts.isTemplateExpression(node)
        ? node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join("")
        : undefined;
}

/** The message of an error: the first argument that is a text, or the name of one. */
function messageOf(values: readonly ts.Expression[], file: string): string {
    const found = values.map((value) => {
        const name = ts.isCallExpression(value) ? value.expression.getText() : value.getText();
        return text(value) ?? named.get(`${file} ${name}`) ?? named.get(name);
    });
    return found.find((each) => each !== undefined) ?? "";
}

/** The error and the record of a call of `recordedIn`. */
function recorded(call: ts.CallExpression, error: ts.Expression, file: string): Recorded {
    const values = ts.isNewExpression(error) || ts.isCallExpression(error) ? (error.arguments ?? []) : [];
    const [code] = values;
    const [record] = call.arguments;
    const log = record && ts.isCallExpression(record) ? text(record.arguments[0]) : undefined;
    return {
        file,
        message: messageOf(values, file),
        code: code && ts.isNumericLiteral(code) ? Number(code.text) : undefined,
        log,
        thread: log ? undefined : (text(record) ?? named.get(`${file} ${record?.getText()}`)),
    };
}

const found: Recorded[] = [];
for (const source of sources) {
    walk(source, (node) => {
        const isMark =
            ts.isCallExpression(node) &&
            ts.isPropertyAccessExpression(node.expression) &&
            node.expression.name.text === "recordedIn";
        if (isMark) {
            found.push(recorded(node, (node.expression as ts.PropertyAccessExpression).expression, source.fileName));
        }
    });
}

/** A page of Google's documentation that cites messages. */
const isPage = (record: string) => record.startsWith("https://docs.cloud.google.com/");

/** A public source file that has or expects messages. */
const isSource = (record: string) => /^https:\/\/github\.com\/\S+\/blob\/\S+$/.test(record);

test("each record is a public thread, a source file, a page of the documentation, or a log of Config Connector", () => {
    const isPublic = (record: string) =>
        isPage(record) || isSource(record) || /^https:\/\/\S+\/(issues|pull)\/\d+$/.test(record);
    const odd = found.filter(({ log, thread = "" }) => !log && !isPublic(thread));
    expect(odd).toEqual([]);
    expect(found.filter(({ message }) => message === "")).toEqual([]);
});

const withLog = found.flatMap(({ log, code, message }) => (log ? [{ log, code, message }] : []));

test.each(withLog)("$log has an error $code with the words: $message", ({ log, code, message }) => {
    const recording = recordings[`basic/${log}/_http.log`];
    expect(recording?.answeredBy).toMatch(/google|either/);
    const words = message.split("…").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const pattern = new RegExp(`^${words.join(".+")}$`);
    const errors = recording?.exchanges.map(({ status, answer }) => [status, answer?.error?.message] as const) ?? [];
    expect(errors.filter(([status, said]) => status === code && pattern.test(said ?? ""))).not.toEqual([]);
});

test("local/README.md lists the messages that are on record", () => {
    const rows = found.map(({ file, message, log, thread = "" }) => {
        const [, folder = "", name = ""] = /^local\/(\w+)\/(\w+)/.exec(file) ?? [];
        const words = message.length > 90 ? `${message.slice(0, 90)}…` : message;
        const record = log ? "log" : `[${isPage(thread) ? "page" : isSource(thread) ? "source" : "thread"}](${thread})`;
        return `| ${folder === "services" ? `\`${name}\`` : "all"} | ${words.replaceAll("|", "\\|").replaceAll("\t", " ")} | ${record} |`;
    });
    const readme = readFileSync(join(root, "local", "README.md"), "utf8");
    const section = readme.split("## Error messages\n")[1]?.split("\n## ")[0] ?? "";
    expect(section.split("\n").filter((line) => /\| (log|\[(thread|page|source)\].*) \|$/.test(line))).toEqual(
        [...new Set(rows)].sort(),
    );
});
