import { type Change, markers, type Node } from "./graph";
import { type Placed, type PlacedArrow, type PlacedFrame, type PlacedNode, type Point, sizes } from "./layout";
import { signOf } from "./signs";
import { textWidth, type Weight } from "./text";

export const style = `
svg { --paper: #ffffff; --ink: #1f2328; --faint: #59636e; --line: #6e7781; --edge: #d1d9e0; --box: #f6f8fa; --warning: #b42318; }
@media (prefers-color-scheme: dark) {
svg { --paper: #161b22; --ink: #f0f6fc; --faint: #9da7b3; --line: #9198a1; --edge: #3d444d; --box: #21262d; --warning: #ff8a80; }
}
text { font-family: Inter, "Helvetica Neue", Helvetica, Arial, sans-serif; fill: var(--ink); }
.faint { fill: var(--faint); }
.warning { fill: var(--warning); }
.paper { fill: var(--paper); }
.node { fill: var(--box); stroke: var(--edge); }
.rule { stroke: var(--edge); }
.frame { fill: none; stroke: var(--edge); stroke-dasharray: 5 4; }
.arrow { fill: none; stroke: var(--line); stroke-width: 1.5; }
.attached { stroke-dasharray: 3 4; }
.arrow.warning { stroke: var(--warning); fill: none; }
.head { fill: var(--line); }
.sign { fill: none; stroke: #ffffff; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
`;

/** Additional style of signs without a ground, which are too dark for a dark picture in their own color. */
export const frameStyle = `
.outline { fill: none; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
@media (prefers-color-scheme: dark) {
.outline { stroke: var(--faint); }
}
`;

/** Additional style of previews. */
export const previewStyle = `
:root { --create: #1a7f37; --update: #8a5a00; --replace: #8250df; --delete: #cf222e; }
@media (prefers-color-scheme: dark) {
:root { --create: #4ac26b; --update: #d4a72c; --replace: #b392f0; --delete: #ff8a80; }
}
.create { --change: var(--create); } .update { --change: var(--update); } .replace { --change: var(--replace); } .delete { --change: var(--delete); }
.changed > .node { stroke: var(--change); stroke-width: 2; }
.changed > .frame { stroke: var(--change); stroke-width: 2; }
.delete > .node, .delete > .arrow { stroke-dasharray: 6 3; }
.changed > .arrow { stroke: var(--change); }
.changed > .head, text.marker { fill: var(--change); }
`;

/** A picture in the one style of all. It is light or dark as its reader is, and needs no other file. */
export function svg(picture: Placed): string {
    const { width, height } = sizeOf(picture);
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${px(width)} ${px(height)}" width="${px(width)}" height="${px(height)}" role="img">`,
        `<title>${escaped(picture.title)}</title>`,
        "<!-- Signs: Lucide, https://lucide.dev, ISC License -->",
        `<style>${style}${picture.frames.length > 0 ? frameStyle : ""}${picture.isPreview ? previewStyle : ""}</style>`,
        `<rect class="paper" width="${px(width)}" height="${px(height)}" rx="10"/>`,
        ...drawn(picture),
        "</svg>",
        "",
    ].join("\n");
}

/** What is in a picture, without its size and style. `item` can put what is drawn of a thing into an element. */
export function drawn(picture: Placed, item = (_node: Node, drawing: string) => drawing): string[] {
    const { frames, nodes, arrows, isPreview } = picture;
    return [
        ...frames.map((each) => item(each.node, inChange(each.node.change, frame(each)))),
        ...arrows.map((each) => inChange(each.arrow.change, line(each))),
        ...arrows.map(label),
        ...nodes.map((each) => item(each.node, inChange(each.node.change, node(each)))),
        ...(isPreview ? legend(picture) : []),
    ];
}

/** In a preview, the legend is below the picture. */
export function sizeOf({ width, height, isPreview, ...picture }: Placed): { width: number; height: number } {
    const legendWidth = isPreview ? Math.max(0, ...legendTexts(picture).map(({ right }) => right)) + 16 : 0;
    return { width: Math.max(width, legendWidth), height: height + (isPreview ? legendHeight : 0) };
}

const legendHeight = 30;

/** The texts of the legend: each change with how many things have it. */
function legendTexts({ frames, nodes }: Pick<Placed, "frames" | "nodes">) {
    const changes = [...frames, ...nodes].flatMap(({ node }) => node.change ?? []);
    const found = (Object.keys(markers) as Change[]).filter((each) => changes.includes(each));
    const texts: { change?: Change; content: string; x: number; right: number }[] = [];
    const add = (content: string, change?: Change) => {
        const x = (texts.at(-1)?.right ?? 0) + 16;
        texts.push({ content, change, x, right: x + textWidth(content, sizes.kind, "bold") });
    };
    for (const change of found) {
        add(`${markers[change]}: ${changes.filter((each) => each === change).length}`, change);
    }
    if (found.length === 0) {
        add("nothing changes");
    }
    return texts;
}

function legend(picture: Placed): string[] {
    return legendTexts(picture).map(({ change, content, x }) => {
        const drawing = text(content, x, picture.height + 12, sizes.kind, "bold", change ? "marker" : "faint");
        return inChange(change, drawing);
    });
}

const inChange = (change: Change | undefined, content: string) =>
    change === undefined ? content : `<g class="changed ${change}">${content}</g>`;

/** The text that marks a change. */
const marker = (change: Change | undefined, x: number, y: number) =>
    change === undefined ? [] : [text(markers[change], x, y, sizes.kind, "bold", "marker")];

function frame({ node, x, y, width, height, heading }: PlacedFrame): string {
    const { body, color } = signOf(node.kind);
    const name = `${node.kind} ${node.name}`;
    return [
        `<rect class="frame" x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" rx="10"/>`,
        `<g transform="translate(${px(heading.x)} ${px(heading.y)}) scale(0.66)"><g class="outline" stroke="${color}">${body}</g></g>`,
        text(name, heading.x + 22, heading.y + 12, sizes.kind, "bold", "faint"),
        ...marker(node.change, heading.x + 30 + textWidth(name, sizes.kind, "bold"), heading.y + 12),
    ].join("");
}

function node({ node: { kind, name, notes = [], change }, x, y, width, height }: PlacedNode): string {
    const { body, color } = signOf(kind);
    const left = x + sizes.padding;
    const top = y + (sizes.node - sizes.sign) / 2;
    const textLeft = left + sizes.sign + sizes.padding;
    return [
        `<rect class="node" x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" rx="8"/>`,
        `<rect x="${px(left)}" y="${px(top)}" width="${sizes.sign}" height="${sizes.sign}" rx="7" fill="${color}"/>`,
        `<g class="sign" transform="translate(${px(left + 6)} ${px(top + 6)}) scale(0.83)">${body}</g>`,
        text(name, textLeft, y + 23, sizes.name, "bold"),
        text(kind, textLeft, y + 39, sizes.kind, "regular", "faint"),
        ...marker(change, textLeft + textWidth(kind, sizes.kind) + 8, y + 39),
        ...(notes.length > 0 ? [`<path class="rule" d="M${px(x)} ${px(y + sizes.node)}h${px(width)}"/>`] : []),
        ...notes.map((note, index) =>
            text(note, left, y + sizes.node + 14 + index * sizes.line, sizes.kind, "regular", "faint"),
        ),
    ].join("");
}

function line({ arrow, points }: PlacedArrow): string {
    const classes = ["arrow", ...(arrow.attached ? ["attached"] : []), ...(arrow.warns ? ["warning"] : [])];
    const heads = arrow.attached ? [] : [head(points), ...(arrow.both ? [head([...points].reverse())] : [])];
    return [`<path class="${classes.join(" ")}" d="${rounded(points)}"/>`, ...heads].join("");
}

function label({ arrow, label: place }: PlacedArrow): string {
    if (place === undefined) {
        return "";
    }
    const lines = arrow.label.map((each, index) => {
        const left = place.x + (place.width - textWidth(each, sizes.label)) / 2;
        return text(
            each,
            left,
            place.y + 13 + index * sizes.line,
            sizes.label,
            "regular",
            arrow.warns ? "warning" : "faint",
        );
    });
    return lines.join("");
}

/** The width is set, so that another font than the measured one stays in its box. */
function text(content: string, x: number, y: number, size: number, weight: Weight, shade?: string): string {
    const width = textWidth(content, size, weight);
    const classes = shade ? ` class="${shade}"` : "";
    const bold = weight === "bold" ? ' font-weight="600"' : "";
    return `<text${classes} x="${px(x)}" y="${px(y)}" font-size="${size}"${bold} textLength="${width}" lengthAdjust="spacingAndGlyphs">${escaped(content)}</text>`;
}

const radius = 6;

/** A line with round corners. */
function rounded(points: Point[]): string {
    const [first, ...rest] = points as [Point, ...Point[]];
    const corners = rest.slice(0, -1).map((corner, index) => {
        const before = toward(corner, points[index] as Point);
        const after = toward(corner, points[index + 2] as Point);
        return `L${px(before.x)} ${px(before.y)}Q${px(corner.x)} ${px(corner.y)} ${px(after.x)} ${px(after.y)}`;
    });
    const last = rest.at(-1) as Point;
    return `M${px(first.x)} ${px(first.y)}${corners.join("")}L${px(last.x)} ${px(last.y)}`;
}

/** The point on the way from a corner to another point where the round part ends. */
function toward(corner: Point, to: Point): Point {
    const length = Math.hypot(to.x - corner.x, to.y - corner.y);
    const part = Math.min(radius, length / 2) / (length || 1);
    return { x: corner.x + (to.x - corner.x) * part, y: corner.y + (to.y - corner.y) * part };
}

/** The head of an arrow at the last point. */
function head(points: Point[]): string {
    const [before, tip] = points.slice(-2) as [Point, Point];
    const angle = (Math.atan2(tip.y - before.y, tip.x - before.x) * 180) / Math.PI;
    return `<path class="head" d="M0 0L-9 -4.5L-9 4.5Z" transform="translate(${px(tip.x)} ${px(tip.y)}) rotate(${px(angle)})"/>`;
}

const px = (value: number) => String(Math.round(value * 10) / 10);

/** A text for elements of HTML and SVG. */
export function escaped(content: string): string {
    return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
