import type { ElkExtendedEdge, ElkNode } from "elkjs";
import { type Arrow, type Change, type Graph, markers, type Node } from "./graph";
import { textWidth } from "./text";

export interface Box {
    x: number;
    y: number;
    width: number;
    height: number;
}

export interface Point {
    x: number;
    y: number;
}

export interface Placed extends Pick<Graph, "title" | "isPreview"> {
    width: number;
    height: number;
    frames: PlacedFrame[];
    nodes: PlacedNode[];
    arrows: PlacedArrow[];
}

export interface PlacedNode extends Box {
    node: Node;
}

export interface PlacedFrame extends PlacedNode {
    /** Where its sign and name are. */
    heading: Box;
}

export interface PlacedArrow {
    arrow: Arrow;
    points: Point[];
    label?: Box;
}

/** Sizes in pixels, shared with what draws. */
export const sizes = { name: 13, kind: 11, label: 11, line: 14, sign: 32, padding: 10, node: 52, frame: 30 } as const;

/** The width that a page has for a picture. */
const pageWidth = 760;

/** What a window of a usual size has for a picture. */
const screen = { width: 1600, height: 900 };

/**
 * Gives everything a place such that no two boxes and texts overlap, and no arrow crosses a box or a text. From left to right if
 * that fits a page, and from top to bottom if that is narrower. A picture of more than two screens is arranged for a screen instead.
 */
export async function placed(graph: Graph): Promise<Placed> {
    const right = await inDirection(graph, { direction: "RIGHT" });
    if (right.width <= pageWidth) {
        return right;
    }
    const down = await inDirection(graph, { direction: "DOWN" });
    const narrower = down.width < right.width ? down : right;
    return narrower.height > 2 * screen.height ? placedOnScreen(graph) : narrower;
}

/** For wide and high pictures: `wrap` is the ratio at which a long chain continues in a next row or column. */
const onScreen: Arrangement[] = [
    { direction: "RIGHT" },
    { direction: "DOWN" },
    { direction: "RIGHT", wrap: 1.6 },
    { direction: "DOWN", wrap: 1.6 },
    { direction: "DOWN", wrap: 3 },
];

/** Like {@link placed}, in the arrangement that fits a screen, or else in the one that has to be scaled least. */
export async function placedOnScreen(graph: Graph): Promise<Placed> {
    const scale = ({ width, height }: Placed) => Math.min(1, screen.width / width, screen.height / height);
    let best: Placed | undefined;
    for (const arrangement of onScreen) {
        const found = await inDirection(graph, arrangement).catch((error) => {
            // ELK cannot wrap every picture.
            if (arrangement.wrap === undefined) {
                throw error;
            }
            return undefined;
        });
        best = found && (best === undefined || scale(found) > scale(best)) ? found : best;
        if (best && scale(best) === 1) {
            break;
        }
    }
    return best as Placed;
}

interface Arrangement {
    direction: "RIGHT" | "DOWN";
    wrap?: number;
}

/** The width of the text that marks a change, with the space before it. */
export const markerWidth = (change: Change | undefined): number =>
    change === undefined ? 0 : textWidth(markers[change], sizes.kind, "bold") + 8;

/** Frames whose name has no place in a first layout, by their ID. */
interface Retries {
    /** Arrows cross each place: the name gets one at the left of what is in the frame. */
    crowded: ReadonlySet<string>;
    /** The name is wider than the frame. */
    narrow: ReadonlySet<string>;
}

async function inDirection(
    graph: Graph,
    { direction, wrap }: Arrangement,
    { crowded, narrow }: Retries = { crowded: new Set(), narrow: new Set() },
): Promise<Placed> {
    const { default: Elk } = await import("elkjs");
    const options = {
        "elk.algorithm": "layered",
        "elk.direction": direction,
        "elk.edgeRouting": "ORTHOGONAL",
        "elk.hierarchyHandling": "INCLUDE_CHILDREN",
        "elk.json.shapeCoords": "ROOT",
        "elk.json.edgeCoords": "ROOT",
        "elk.edgeLabels.inline": "true",
        "elk.padding": "[top=16,left=16,bottom=16,right=16]",
        "elk.spacing.nodeNode": "22",
        "elk.spacing.edgeNode": "16",
        "elk.spacing.edgeEdge": "12",
        "elk.spacing.edgeLabel": "4",
        "elk.layered.spacing.nodeNodeBetweenLayers": "34",
        "elk.layered.spacing.edgeNodeBetweenLayers": "16",
        "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
        "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
        "elk.layered.nodePlacement.bk.fixedAlignment": "BALANCED",
        "elk.randomSeed": "1",
        ...(wrap && { "elk.layered.wrapping.strategy": "MULTI_EDGE", "elk.aspectRatio": String(wrap) }),
    };
    const root = await new Elk.default().layout({
        id: "root",
        layoutOptions: options,
        children: graph.nodes.map((node) => elkNode(node, { crowded, narrow })),
        edges: graph.arrows.map(elkEdge),
    });
    const nodes = new Map(all(graph.nodes).map((node) => [node.id, node]));
    const boxes = all(root.children as ElkNode[]).map((each) => ({ ...box(each), node: nodes.get(each.id) as Node }));
    const arrows = graph.arrows.map((arrow, index) => placedArrow(arrow, root.edges?.[index] as ElkExtendedEdge));
    const frames = boxes.flatMap((each) => (each.node.children ? [{ ...each, heading: headingOf(each, arrows) }] : []));
    const tooNarrow = frames.filter(({ node, width }) => width < minimumWidth(node) && !narrow.has(node.id));
    if (tooNarrow.length > 0) {
        const all = new Set([...narrow, ...tooNarrow.map(({ node }) => node.id)]);
        return inDirection(graph, { direction, wrap }, { crowded, narrow: all });
    }
    const without = frames.find(({ node, heading }) => heading === undefined && !crowded.has(node.id));
    if (without) {
        return inDirection(graph, { direction, wrap }, { crowded: new Set([...crowded, without.node.id]), narrow });
    }
    const { title, isPreview } = graph;
    return {
        title,
        ...(isPreview && { isPreview }),
        ...box(root as Partial<Box>),
        frames: frames.map(({ heading, ...frame }) => ({ ...frame, heading: heading ?? noPlace(frame) })),
        nodes: boxes.filter(({ node }) => node.children === undefined),
        arrows,
    };
}

function noPlace({ node }: PlacedNode): never {
    throw new Error(`there is no place for the name of ${node.kind} ${node.name}`);
}

/** The first place from the left above or below the content of a frame that no arrow crosses. */
function headingOf(frame: PlacedNode, arrows: PlacedArrow[]): Box | undefined {
    const width = headingWidth(frame.node);
    const lines = arrows.flatMap(({ points, label }) => [
        ...points.slice(1).map((point, index) => between(point, points[index] as Point)),
        ...(label ? [label] : []),
    ]);
    const rows = [frame.y + 8, frame.y + frame.height - sizes.frame + 6];
    const places = rows.flatMap((y) => {
        const count = Math.max(0, Math.floor((frame.width - width - 2 * sizes.padding) / 4));
        return Array.from({ length: count + 1 }, (_, index) => {
            return { x: frame.x + sizes.padding + 4 * index, y, width, height: 18 };
        });
    });
    return places.find((place) => !lines.some((line) => overlap(place, line, 6)));
}

const headingWidth = ({ kind, name, change }: Node) =>
    textWidth(`${kind} ${name}`, sizes.kind, "bold") + 22 + markerWidth(change);

const minimumWidth = (frame: Node) => headingWidth(frame) + 2 * sizes.padding;

/** Whether two boxes are closer than some pixels. */
export function overlap(one: Box, other: Box, gap = 0): boolean {
    return (
        one.x < other.x + other.width + gap &&
        other.x < one.x + one.width + gap &&
        one.y < other.y + other.height + gap &&
        other.y < one.y + one.height + gap
    );
}

/** A straight line as a box. */
export function between(from: Point, to: Point): Box {
    return {
        x: Math.min(from.x, to.x),
        y: Math.min(from.y, to.y),
        width: Math.abs(from.x - to.x),
        height: Math.abs(from.y - to.y),
    };
}

function elkNode(node: Node, retries: Retries): ElkNode {
    if (node.children !== undefined) {
        const free = retries.crowded.has(node.id) ? headingWidth(node) + sizes.padding : 16;
        const minimum = {
            "elk.nodeSize.constraints": "[MINIMUM_SIZE]",
            "elk.nodeSize.minimum": `(${minimumWidth(node)}, 0)`,
        };
        return {
            id: node.id,
            layoutOptions: {
                "elk.padding": `[top=${sizes.frame + 10},left=${free},bottom=${sizes.frame},right=16]`,
                ...(retries.narrow.has(node.id) && minimum),
            },
            children: node.children.map((child) => elkNode(child, retries)),
        };
    }
    const { name, kind, notes = [], change } = node;
    const text = Math.max(textWidth(name, sizes.name, "bold"), textWidth(kind, sizes.kind) + markerWidth(change));
    const noted = Math.max(...notes.map((note) => textWidth(note, sizes.kind)));
    return {
        id: node.id,
        width: Math.max(text + sizes.sign + 3 * sizes.padding, noted + 2 * sizes.padding),
        height: sizes.node + (notes.length > 0 ? notes.length * sizes.line + 8 : 0),
    };
}

function elkEdge({ from, to, label }: Arrow, index: number): ElkExtendedEdge {
    const width = Math.max(...label.map((line) => textWidth(line, sizes.label))) + 8;
    const labels = label.length > 0 ? [{ text: label.join("\n"), width, height: label.length * sizes.line + 4 }] : [];
    return { id: `arrow ${index}`, sources: [from], targets: [to], labels };
}

function placedArrow(arrow: Arrow, edge: ElkExtendedEdge): PlacedArrow {
    const [section] = edge.sections ?? [];
    const [label] = edge.labels ?? [];
    if (section === undefined) {
        throw new Error(`no way was found for the arrow from ${arrow.from} to ${arrow.to}`);
    }
    const points = [section.startPoint, ...(section.bendPoints ?? []), section.endPoint];
    return { arrow, points, ...(label && { label: box(label) }) };
}

function box({ x = 0, y = 0, width = 0, height = 0 }: Partial<Box>): Box {
    return { x, y, width, height };
}

function all<T extends { children?: T[] }>(nodes: T[]): T[] {
    return nodes.flatMap((node) => [node, ...all(node.children ?? [])]);
}
