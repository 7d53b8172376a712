import { type Arrow, type Change, type Graph, markers, type Node } from "./graph";

/** Colors of what changes, readable in Mermaid's light and dark theme. */
const colors: Record<Change, string> = { create: "#1a7f37", update: "#8a5a00", replace: "#8250df", delete: "#cf222e" };

/** A picture as a flowchart of Mermaid, which places it itself. */
export function mermaid({ title, nodes, arrows }: Graph): string {
    const ids = new Map<string, string>();
    const idOf = (id: string) => {
        ids.set(id, ids.get(id) ?? `n${ids.size + 1}`);
        return ids.get(id) as string;
    };
    const changed: [string, Change][] = [];
    const drawn = (node: Node, indent: string): string[] => {
        const { name, kind, notes = [], children, change } = node;
        const id = idOf(node.id);
        if (change) {
            changed.push([id, change]);
        }
        const marker = change ? [markers[change]] : [];
        if (children) {
            const heading = text([kind, name, ...marker].join(" "));
            const inside = children.flatMap((child) => drawn(child, `${indent}    `));
            return [`${indent}subgraph ${id}["${heading}"]`, ...inside, `${indent}end`];
        }
        const lines = [`<b>${text(name)}</b>`, ...[[kind, ...marker].join(" "), ...notes].map(text)];
        return [`${indent}${id}["${lines.join("<br/>")}"]`];
    };
    const all = nodes.flatMap((node) => drawn(node, "    "));
    const used = [...new Set(changed.map(([, change]) => change))];
    return [
        "---",
        `title: ${JSON.stringify(title)}`,
        "---",
        "flowchart LR",
        ...all,
        ...arrows.map((arrow) => `    ${idOf(arrow.from)} ${arrowOf(arrow)} ${idOf(arrow.to)}`),
        ...used.map((change) => `    classDef ${change}d stroke:${colors[change]},stroke-width:2px`),
        ...changed.map(([id, change]) => `    class ${id} ${change}d`),
        "",
    ].join("\n");
}

function arrowOf({ label, both, attached, change }: Arrow): string {
    const line = attached ? "-.-" : both ? "<-->" : "-->";
    const lines = (label.length === 0 && change ? [markers[change]] : label).map(text);
    return lines.length > 0 ? `${line}|"${lines.join("<br/>")}"|` : line;
}

/** Mermaid has entities with `#` instead of `&`, reads HTML and Markdown in texts, and ends a text at a quotation mark. */
const text = (content: string) =>
    content.replaceAll(/[^\p{L}\p{N} .,:/()@+~±−_=-]/gu, (character) => `#${character.codePointAt(0)};`);
