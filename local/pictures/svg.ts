import { type Placed, type PlacedArrow, type PlacedFrame, type PlacedNode, type Point, sizes } from "./layout";
import { signOf } from "./signs";
import { textWidth, type Weight } from "./text";

const style = `
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

/** A picture in the one style of all. It is light or dark as its reader is, and needs no other file. */
export function svg({ title, width, height, frames, nodes, arrows }: Placed): string {
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${px(width)} ${px(height)}" width="${px(width)}" height="${px(height)}" role="img">`,
        `<title>${escaped(title)}</title>`,
        "<!-- Signs: Lucide, https://lucide.dev, ISC License -->",
        `<style>${style}</style>`,
        `<rect class="paper" width="${px(width)}" height="${px(height)}" rx="10"/>`,
        ...frames.map(frame),
        ...arrows.map(line),
        ...arrows.map(label),
        ...nodes.map(node),
        "</svg>",
        "",
    ].join("\n");
}

function frame({ node, x, y, width, height, heading }: PlacedFrame): string {
    const { body, color } = signOf(node.kind);
    return [
        `<rect class="frame" x="${px(x)}" y="${px(y)}" width="${px(width)}" height="${px(height)}" rx="10"/>`,
        `<g transform="translate(${px(heading.x)} ${px(heading.y)}) scale(0.66)"><g class="sign" style="stroke:${color}">${body}</g></g>`,
        text(`${node.kind} ${node.name}`, heading.x + 22, heading.y + 12, sizes.kind, "bold", "faint"),
    ].join("");
}

function node({ node: { kind, name, notes = [] }, x, y, width, height }: PlacedNode): string {
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

function escaped(content: string): string {
    return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
