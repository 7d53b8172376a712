import { join } from "node:path";
import { type Font, openSync } from "fontkit";

const weights = { regular: 400, bold: 600 };
export type Weight = keyof typeof weights;

const fonts = new Map<Weight, Font>();

/** The width of a text in pixels in the font Inter. Pictures stretch or squeeze other fonts to this width. */
export function textWidth(text: string, size: number, weight: Weight = "regular"): number {
    let font = fonts.get(weight);
    if (font === undefined) {
        const folder = join(require.resolve("@fontsource/inter/package.json"), "..", "files");
        font = openSync(join(folder, `inter-latin-${weights[weight]}-normal.woff`)) as Font;
        fonts.set(weight, font);
    }
    return Math.ceil((font.layout(text).advanceWidth / font.unitsPerEm) * size);
}
