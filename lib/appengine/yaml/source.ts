import { readFileSync } from "node:fs";
import { isMap, isNode, LineCounter, type Node, parseDocument, type Range, visit, YAMLParseError } from "yaml";
import * as check from "../../internal/check";
import type { Findings } from "./findings";
import { Value } from "./value";

/** A YAML file of an application. */
export class Source {
    private readonly lines = new LineCounter();
    private readonly document;

    private readonly name: string;

    constructor(
        readonly file: string,
        readonly findings: Findings,
    ) {
        this.name = findings.nameOf(file);
        this.document = parseDocument(readFileSync(file, "utf8"), {
            lineCounter: this.lines,
            prettyErrors: false,
            // App Engine's tools read every scalar as a string.
            schema: "failsafe",
        });
        // The parser only looks for anchors when it converts a document as a whole.
        visit(this.document, {
            Alias: (_, alias) => {
                if (alias.resolve(this.document) === undefined) {
                    const [start, end] = alias.range as Range;
                    const reason = `Unresolved alias (the anchor must be set before the alias): ${alias.source}`;
                    this.document.errors.push(new YAMLParseError([start, end], "BAD_ALIAS", reason));
                }
            },
        });
        for (const { code, message, pos } of this.document.errors) {
            const { line, col } = this.lines.linePos(pos[0]);
            const at = `${this.name}:${line}:${col}`;
            const reason = `is not valid YAML: ${message.replace(/[.:]?$/, "")}.`;
            findings.problems.push(
                code === "MULTIPLE_DOCS"
                    ? check.problem(at, "appengine/yaml-several-documents", "has more than one document.")
                    : check.problem(at, "appengine/yaml-invalid", reason),
            );
        }
    }

    /** Whether the file has only comments. */
    get isEmpty(): boolean {
        const { errors, contents } = this.document;
        return errors.length === 0 && contents === null;
    }

    /** The content of the file; undefined if it is empty or invalid. */
    get root(): Value | undefined {
        const { errors, contents } = this.document;
        const value = new Value(this, "", contents);
        if (errors.length > 0 || contents === null) {
            return undefined;
        }
        if (isMap(contents)) {
            return value;
        }
        const reason = `must have keys and values, such as runtime: python313 (got ${value.shown}).`;
        return value.reject(check.problem(value.path, "appengine/yaml-file-not-mapping", reason));
    }

    /** The file and line: `app.yaml:12`. */
    place(node: Node | null): string {
        const [start] = (node as Node).range as Range;
        return `${this.name}:${this.lines.linePos(start).line}`;
    }

    /** Resolves an alias. */
    resolved(node: Node | null): Node | null {
        return node && "resolve" in node ? (node.resolve(this.document) as Node) : node;
    }

    plain(node: Node | null): unknown {
        return isNode(node) ? node.toJS(this.document) : "";
    }
}
