import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Box, between, overlap, type Point } from "../../local/commands/pictures/layout";

const folder = join(__dirname, "..", "..", "docs", "pictures");

/** Charts are drawn by others. */
const pictures = readdirSync(folder).filter((name) =>
    readFileSync(join(folder, name), "utf8").includes('class="paper"'),
);

interface Picture {
    nodes: Box[];
    texts: (Box & { content: string })[];
    lines: Box[];
    size: Box;
}

function read(name: string): Picture {
    const source = readFileSync(join(folder, name), "utf8");
    const attributes = (tag: string) =>
        Object.fromEntries([...tag.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
    const box = ({ x = 0, y = 0, width, height }: Record<string, unknown>): Box => {
        return { x: Number(x), y: Number(y), width: Number(width), height: Number(height) };
    };
    const rects = [...source.matchAll(/<rect [^>]*>/g)].map(([tag]) => attributes(tag));
    const texts = [...source.matchAll(/(<text [^>]*>)([^<]*)/g)].map(([, tag = "", content = ""]) => {
        const { x, y, textLength, "font-size": size } = attributes(tag);
        // From the top of capitals to the end of descenders, in the font's proportions.
        const [top, bottom] = [0.73 * Number(size), 0.2 * Number(size)];
        return { x: Number(x), y: Number(y) - top, width: Number(textLength), height: top + bottom, content };
    });
    const lines = [...source.matchAll(/<path class="arrow[^"]*" d="([^"]*)"/g)].flatMap(([, d = ""]) => {
        const points = [...d.matchAll(/[MLQ ]?(-?[\d.]+) (-?[\d.]+)/g)].map(([, x, y]) => ({
            x: Number(x),
            y: Number(y),
        }));
        return points.slice(1).map((point, index) => between(point, points[index] as Point));
    });
    return {
        nodes: rects.filter((each) => each.class === "node").map(box),
        texts,
        lines,
        size: box(rects.find((each) => each.class === "paper") ?? {}),
    };
}

const inside = (inner: Box, outer: Box) =>
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height;

/** All pairs of two lists. */
const pairs = <One, Other>(some: One[], others: Other[]) =>
    some.flatMap((one) => others.map((other) => [one, other] as const));

test.each(pictures)("nothing in %s overlaps", (name) => {
    const { nodes, texts, lines, size } = read(name);
    expect(nodes.length).toBeGreaterThan(0);
    expect([...nodes, ...texts].filter((each) => !inside(each, size))).toEqual([]);
    const different = <T>([one, other]: readonly [T, T]) => one !== other;
    expect(
        pairs(nodes, nodes)
            .filter(different)
            .filter(([one, other]) => overlap(one, other)),
    ).toEqual([]);
    expect(
        pairs(texts, texts)
            .filter(different)
            .filter(([one, other]) => overlap(one, other)),
    ).toEqual([]);
    // A text is in a box, or outside of all.
    expect(pairs(texts, nodes).filter(([text, node]) => overlap(text, node) && !inside(text, node))).toEqual([]);
    expect(pairs(texts, lines).filter(([text, line]) => overlap(text, line))).toEqual([]);
    // Arrows end at the border of a box.
    expect(pairs(nodes, lines).filter(([node, line]) => overlap(node, line, -1.5))).toEqual([]);
});
