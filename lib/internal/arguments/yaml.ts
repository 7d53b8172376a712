import type { Alias, Document, Node, Scalar, YAMLMap } from "yaml";
import { positionIn } from "./json";

/** A syntax error of YAML: what is wrong, and the offset of its start. */
export interface YamlFault {
    reason: string;
    at: number;
    /** Whether the text has another document, and nothing else is wrong. */
    isSecondDocument?: boolean;
}

/** Loaded on first use. */
export const yaml = (): typeof import("yaml") => require("yaml");

/** Far more levels than a file of a person has, and fewer than the parser, which calls itself for each, has stack for. */
const maxLevels = 100;

/** Where a text has too many levels, for which the parser would end the process. */
export function nestingFault(text: string): YamlFault | undefined {
    const { CST, Lexer } = yaml();
    let at = 0;
    let flows = 0;
    // A level of a block needs an indicator, or other columns in which its line starts.
    let blocks = 0;
    let previous = "newline";
    for (const token of new Lexer().lex(text)) {
        const type = previous === "scalar" ? (token.endsWith("\n") ? "newline" : "text") : CST.tokenType(token);
        if (type === "newline") {
            blocks = 0;
        } else if (type === "space" && previous === "newline") {
            blocks = 2 * token.length;
        } else if (type === "flow-seq-start" || type === "flow-map-start") {
            flows++;
        } else if (type === "flow-seq-end" || type === "flow-map-end") {
            flows = Math.max(0, flows - 1);
        } else if (type === "seq-item-ind" || type === "explicit-key-ind" || type === "map-value-ind") {
            blocks += flows > 0 ? 0 : 2;
        }
        if (flows + blocks / 2 > maxLevels) {
            return { reason: `There are more than ${maxLevels} levels`, at };
        }
        // These are marks of the lexer, which the text does not have.
        at += type === "doc-mode" || type === "flow-error-end" || type === "scalar" ? 0 : token.length;
        previous = type ?? "text";
    }
    return undefined;
}

/** How documents are parsed. The parser would compare each key with all others of its mapping, which takes minutes for 10,000: {@link inspectNodes}. */
export const parseOptions = { prettyErrors: false, uniqueKeys: false } as const;

/**
 * What the aliases of a document refer to, and what is wrong with its nodes: aliases that refer to nothing, or to what they are in, and keys that
 * are twice in a mapping. The parser only looks for anchors when it converts a document as a whole, and reads all of it for each alias.
 */
export function inspectNodes(document: Document.Parsed): { targets: Map<Alias, Node>; faults: YamlFault[] } {
    const anchors = new Map<string, Node>();
    const targets = new Map<Alias, Node>();
    const faults: YamlFault[] = [];
    const { isMap, visit } = yaml();
    visit(document, {
        Node: (_, node) => {
            if ("anchor" in node && node.anchor) {
                anchors.set(node.anchor, node as Node);
            }
            for (const fault of isMap(node) ? repeatedKeys(node) : []) {
                faults.push(fault);
            }
        },
        Alias: (_, alias, path) => {
            const target = anchors.get(alias.source);
            const at = alias.range?.[0] ?? 0;
            if (target === undefined) {
                const reason = `Unresolved alias (the anchor must be set before the alias): ${alias.source}`;
                faults.push({ reason, at });
            } else if (path.includes(target)) {
                faults.push({ reason: `The alias is in its own anchor: ${alias.source}`, at });
            } else {
                targets.set(alias, target);
            }
        },
    });
    return { targets, faults };
}

function repeatedKeys({ items }: YAMLMap): YamlFault[] {
    const found = new Set<unknown>();
    return items.flatMap(({ key }) => {
        const { value = key, range } = key as Scalar;
        const isRepeated = found.has(value);
        found.add(value);
        return isRepeated ? [{ reason: "Map keys must be unique", at: range?.[0] ?? 0 }] : [];
    });
}

/** A key that is a list or a mapping, which no file that is read here has, and whose conversion to a name takes long. */
function keyFault(document: Document.Parsed): YamlFault | undefined {
    let fault: YamlFault | undefined;
    const { isCollection, visit } = yaml();
    visit(document, {
        Pair: (_, { key }) => {
            if (isCollection(key)) {
                fault = { reason: "A key must be a text", at: key.range?.[0] ?? 0 };
                return visit.BREAK;
            }
            return undefined;
        },
    });
    return fault;
}

/** Reads a document of YAML or JSON. */
export function readYaml(text: string): { value: unknown } | { fault: YamlFault } {
    const deep = nestingFault(text);
    if (deep) {
        return { fault: deep };
    }
    const document = yaml().parseDocument(text, parseOptions);
    const [error] = document.errors;
    if (error) {
        const [at] = error.pos;
        return { fault: { reason: error.message, at, isSecondDocument: error.code === "MULTIPLE_DOCS" } };
    }
    const { targets, faults } = inspectNodes(document);
    const fault = faults[0] ?? keyFault(document);
    if (fault) {
        return { fault };
    }
    try {
        return { value: document.toJS() };
    } catch (error) {
        // Aliases of aliases, whose values would not fit into the memory.
        const [last] = [...targets.keys()].slice(-1);
        return { fault: { reason: (error as Error).message, at: last?.range?.[0] ?? 0 } };
    }
}

/** The error of a text, with its line and column. */
export function formatFault({ reason, at }: YamlFault, text: string): string {
    const { line, column } = positionIn(text, at);
    return `${reason.replace(/[.:]$/, "")} at line ${line}, column ${column}`;
}
