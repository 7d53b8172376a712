/**
 * Checks the texts for users with vale: pages, READMEs of starters and services, the rows of `judges/fieldFailures`, and in `lib` the doc comments and
 * messages. `docs/style/README.md` describes the rules.
 * `node packages/scripts/prose.mjs [path…]` checks only these files and folders.
 */
import { execFile } from "node:child_process";
import {
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, extname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import ts from "typescript";
import { LineCounter, parseDocument, visit } from "yaml";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const { install } = createRequire(import.meta.url)("../../dist/local/toolchain/index.js");
const { pages } = JSON.parse(readFileSync(join(root, "docs/style/prose.json"), "utf8"));

/** The pages and sources in a folder, by path in the repository. */
function files(path) {
    const isText = (file) => /\.md$|\.ts$|fieldFailures.*\.yaml$/.test(file) && !file.endsWith(".d.ts");
    const found = statSync(join(root, path)).isFile()
        ? [path]
        : readdirSync(join(root, path), { recursive: true })
              .filter((each) => !/(^|[\\/])(node_modules|dist)[\\/]/.test(each))
              .map((each) => join(path, each));
    return found
        .filter((file) => isText(file) && statSync(join(root, file)).isFile())
        .map((file) => file.replaceAll(sep, "/"));
}

/**
 * A page without the tables, examples and lists that `npm run docs` writes from sources, which are checked themselves, and without the name of
 * a starter or service as its heading.
 */
function page(file) {
    const blank = (text) => text.replace(/[^\n]/g, "");
    const text = readFileSync(join(root, file), "utf8")
        .replace(/<!-- \w+(: .*)? -->[\s\S]*?<!-- end -->/g, blank)
        .replace(file.startsWith("local/simulator/services/") ? /^# .*/ : /^# [a-z-]+$/m, blank);
    return { text };
}

/** The doc comments and messages of a source file as paragraphs of Markdown, and for each line of it the line of the source. */
function prose(file) {
    const source = ts.createSourceFile(file, readFileSync(join(root, file), "utf8"), ts.ScriptTarget.Latest, true);
    const [text, lines] = [[], []];
    const paragraph = (content, position) => {
        const first = source.getLineAndCharacterOfPosition(position).line + 1;
        for (const [index, line] of content.split("\n").entries()) {
            text.push(line);
            lines.push(first + index);
        }
        text.push("");
        lines.push(first);
    };
    const comments = new Set();
    const read = (node) => {
        for (const comment of ts.getLeadingCommentRanges(source.text, node.pos) ?? []) {
            const content = source.text.slice(comment.pos, comment.end);
            if (content.startsWith("/**") && !comments.has(comment.pos)) {
                comments.add(comment.pos);
                paragraph(markdown(content), comment.pos);
            }
        }
        const message = textOf(node);
        if (message === undefined) {
            ts.forEachChild(node, read);
        } else if (isSentence(message)) {
            paragraph(message.replaceAll("\n", " "), node.getStart());
        }
    };
    read(source);
    return { text: text.join("\n"), lines };
}

/** The texts of a file of `judges/fieldFailures` as paragraphs, without the messages that they quote, and the line of each in the file. */
function failures(file) {
    const [counter, text, lines] = [new LineCounter(), [], []];
    visit(parseDocument(readFileSync(join(root, file), "utf8"), { lineCounter: counter }), {
        Pair(_, { key, value }) {
            if (["here", "fails"].includes(key.value)) {
                const { line } = counter.linePos(value.range[0]);
                const unquoted = value.value.replaceAll(/"[^"]*"/g, "`message`");
                text.push(unquoted.replaceAll("\n", " "), "");
                lines.push(line, line);
            }
        },
    });
    return { text: text.join("\n"), lines };
}

/** A doc comment without its decoration and its examples. Each tag begins a paragraph, as its text alone. */
function markdown(comment) {
    return comment
        .replace(/^\/\*\*/, "")
        .replace(/\s*\*\/$/, "")
        .replace(/^[ \t]*\* ?/gm, "")
        .replace(/\{@link\s+[^\s}]+\s+([^}]+)\}/g, "$1")
        .replace(/\{@link\s+([^\s}]+)\s*\}/g, "`$1`")
        .replace(/^@example\n```[\s\S]*?^```$/gm, (example) => example.replace(/[^\n]/g, ""))
        .replace(/^@(category|see|internal).*$/gm, "")
        .replace(/^@\w+\s*/gm, "- ");
}

/** The text of a literal, of a template with `x` for what is inserted, or of a concatenation of them. */
function textOf(node) {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
        return node.text;
    }
    if (ts.isTemplateExpression(node)) {
        return node.head.text + node.templateSpans.map(({ literal }) => `x${literal.text}`).join("");
    }
    if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
        const [left, right] = [textOf(node.left), textOf(node.right)];
        return left === undefined && right === undefined ? undefined : (left ?? "x") + (right ?? "x");
    }
    return undefined;
}

/** Whether a literal is read by people: three words in a row, and not code. */
function isSentence(text) {
    return /[a-zA-Z']+ [a-z']{2,},? [a-zA-Z']+/.test(text) && !/^\s*[A-Z]{3,} /.test(text);
}

const starters = readdirSync(join(root, "examples")).map((name) => `examples/${name}/README.md`);
const services = readdirSync(join(root, "local/simulator/services"))
    .map((name) => `local/simulator/services/${name}/README.md`)
    .filter((file) => existsSync(join(root, file)));
const named = process.argv.slice(2).map((path) => relative(root, resolve(path)));
const checked = (named.length > 0 ? named : [...pages, ...services, ...starters, "lib"]).flatMap(files);

const temporary = mkdtempSync(join(tmpdir(), "slipway-prose-"));
try {
    const originals = new Map();
    for (const file of checked) {
        const copy = join(temporary, file.endsWith(".md") ? file : `${file}.md`);
        const extract = { ".md": page, ".ts": prose, ".yaml": failures }[extname(file)];
        const { text, lines } = extract(file);
        mkdirSync(dirname(copy), { recursive: true });
        writeFileSync(copy, text);
        originals.set(copy, { file, line: (line) => lines?.[line - 1] ?? line });
    }
    const vale = join(await install("vale", console.error), process.platform === "win32" ? "vale.exe" : "vale");
    const args = [
        "--config",
        join(root, "docs/style/vale.ini"),
        "--output",
        "JSON",
        "--no-exit",
        "--no-global",
        temporary,
    ];
    const { stdout } = await promisify(execFile)(vale, args, { maxBuffer: 2 ** 28 });
    const findings = Object.entries(JSON.parse(stdout)).flatMap(([copy, alerts]) => {
        const { file, line } = originals.get(copy);
        return alerts.map(({ Line, Message, Check }) => `${file}:${line(Line)}: ${Message} (${Check})`);
    });
    if (findings.length > 0) {
        console.log(findings.join("\n"));
        process.exitCode = 1;
    }
} finally {
    rmSync(temporary, { recursive: true });
}
