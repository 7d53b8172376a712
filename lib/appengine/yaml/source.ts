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
            // As App Engine's tools, which take every scalar for a text.
            schema: "failsafe",
        });
        for (const { code, message, pos } of this.document.errors) {
            const { line, col } = this.lines.linePos(pos[0]);
            const what = code === "MULTIPLE_DOCS" ? "has more than one document" : `is no YAML: ${message}`;
            findings.wrong(`${this.name}:${line}:${col}`, "", `${what.replace(/[.:]?$/, "")}.`);
        }
    }

    /** Whether there is nothing in it but comments. */
    get isEmpty(): boolean {
        const { errors, contents } = this.document;
        return errors.length === 0 && contents === null;
    }

    /** What stands in the file; nothing where it is no YAML, or empty. */
    get root(): Value | undefined {
        const { errors, contents } = this.document;
        const value = new Value(this, "", contents);
        return errors.length > 0 || contents === null
            ? undefined
            : isMap(contents)
              ? value
              : value.wrong("must have keys and values, as runtime: python313");
    }

    /** `app.yaml:12` */
    place(node: Node | null): string {
        const start = node?.range?.[0];
        return start === undefined ? this.name : `${this.name}:${this.lines.linePos(start).line}`;
    }

    /** What an alias stands for. */
    resolved(node: Node | null): Node | null {
        return node && "resolve" in node ? (node.resolve(this.document) ?? null) : node;
    }

    plain(node: Node | null): unknown {
        return isNode(node) ? node.toJS(this.document) : "";
    }
}
