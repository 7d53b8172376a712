import type { StackResources } from "../engine/stackResources";
import { withoutSecrets } from "../engine/withoutSecrets";
import { componentsOf } from "./components";
import { detailsOf } from "./details";
import { flows } from "./flows";
import type { Graph } from "./graph";
import { html } from "./html";
import { placedOnScreen } from "./layout";
import { mermaid } from "./mermaid";
import { rights } from "./rights";
import { svg } from "./svg";

export type Format = "svg" | "html" | "mermaid";

/** What a picture of a stack shows. */
const levels = {
    flows: { draw: flows, label: "What flows" },
    rights: { draw: rights, label: "Who may do what" },
};
export type Level = keyof typeof levels;

/** Draws a stack, or the preview of one. A page has all levels, of which it shows one first. */
export async function drawing(read: StackResources, show: Level, format: Format): Promise<string> {
    const { project, stack, operations } = read;
    // The order of registrations is not the same every time.
    const resources = withoutSecrets(read.resources).sort((one, other) => (one.urn < other.urn ? -1 : 1));
    const graphOf = (level: Level): Graph => {
        const { draw, label } = levels[level];
        const of = `${operations ? "the preview of " : ""}${project}, stack ${stack}`;
        return { ...draw(`${label} in ${of}`, resources, operations), ...(operations && { isPreview: true }) };
    };
    const others = (Object.keys(levels) as Level[]).filter((level) => level !== show);
    if (format === "html") {
        const graphs = [show, ...others].map((id) => ({ id, label: levels[id].label, graph: graphOf(id) }));
        const tabs = [];
        for (const { graph, ...tab } of graphs) {
            tabs.push({ ...tab, picture: await placedOnScreen(graph) });
        }
        const details = detailsOf(
            graphs.map(({ graph }) => graph),
            componentsOf(resources, operations),
        );
        return html({ project, stack, tabs, details });
    }
    const graph = graphOf(show);
    if (graph.nodes.length === 0) {
        throw new Error(`the stack ${stack} has nothing that --show ${show} draws. Try --show ${others.join(" or ")}.`);
    }
    return format === "mermaid" ? mermaid(graph) : svg(await placedOnScreen(graph));
}
