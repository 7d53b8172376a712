import { readFileSync } from "node:fs";
import { type Alias, isAlias, isMap, isNode, LineCounter, type Node, parseDocument, type Range } from "yaml";
import * as check from "../../internal/arguments/check";
import { positionIn } from "../../internal/arguments/json";
import { inspectNodes, nestingFault, parseOptions, type YamlFault } from "../../internal/arguments/yaml";
import type { Findings } from "./findings";
import { Value } from "./value";

/** How many faults of a file's syntax an error has. */
const maxFaults = 10;

/** A YAML file of an application. */
export class Source {
    private readonly lines = new LineCounter();
    private readonly document;
    private readonly targets: Map<Alias, Node>;
    private readonly faults: YamlFault[];

    private readonly name: string;

    constructor(
        readonly file: string,
        readonly findings: Findings,
    ) {
        this.name = findings.nameOf(file);
        const text = readFileSync(file, "utf8");
        const deep = nestingFault(text);
        this.document = parseDocument(deep ? "" : text, {
            ...parseOptions,
            lineCounter: this.lines,
            // App Engine's tools read every scalar as a string.
            schema: "failsafe",
        });
        const { targets, faults } = inspectNodes(this.document);
        this.targets = targets;
        const errors = this.document.errors.map(({ code, message, pos: [at] }) => ({ code, reason: message, at }));
        this.faults = deep ? [deep] : [...errors, ...faults];
        // Most of many faults follow from the first ones.
        for (const { at, reason, ...error } of this.faults.slice(0, maxFaults)) {
            const { line, column } = positionIn(text, at);
            const place = `${this.name}:${line}:${column}`;
            const what = `is not valid YAML: ${reason.replace(/[.:]?$/, "")}.`;
            findings.problems.push(
                "code" in error && error.code === "MULTIPLE_DOCS"
                    ? check.problem(place, "appengine/yaml-several-documents", "has more than one document.")
                    : check.problem(place, "appengine/yaml-invalid", what),
            );
        }
    }

    /** Whether the file has only comments. */
    get isEmpty(): boolean {
        return this.faults.length === 0 && this.document.contents === null;
    }

    /** The content of the file; undefined if it is empty or invalid. */
    get root(): Value | undefined {
        const { contents } = this.document;
        const value = new Value(this, "", contents);
        if (this.faults.length > 0 || contents === null) {
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
        return isAlias(node) ? this.resolved(this.targets.get(node) ?? null) : node;
    }

    plain(node: Node | null): unknown {
        try {
            return isNode(node) ? node.toJS(this.document) : "";
        } catch {
            // Aliases of aliases, whose values would not fit into the memory.
            return {};
        }
    }
}
