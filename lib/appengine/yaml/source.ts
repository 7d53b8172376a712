import { readFileSync } from "node:fs";
import { isMap, isNode, LineCounter, type Node, parseDocument } from "yaml";
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
        for (const { code, message, pos } of this.document.errors) {
            const { line, col } = this.lines.linePos(pos[0]);
            const what = code === "MULTIPLE_DOCS" ? "has more than one document" : `is not valid YAML: ${message}`;
            findings.reject(`${this.name}:${line}:${col}`, "", `${what.replace(/[.:]?$/, "")}.`);
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
        return errors.length > 0 || contents === null
            ? undefined
            : isMap(contents)
              ? value
              : value.reject("must have keys and values, such as runtime: python313");
    }

    /** The file and line: `app.yaml:12`. */
    place(node: Node | null): string {
        const start = node?.range?.[0];
        return start === undefined ? this.name : `${this.name}:${this.lines.linePos(start).line}`;
    }

    /** Resolves an alias. */
    resolved(node: Node | null): Node | null {
        return node && "resolve" in node ? (node.resolve(this.document) ?? null) : node;
    }

    plain(node: Node | null): unknown {
        return isNode(node) ? node.toJS(this.document) : "";
    }
}
