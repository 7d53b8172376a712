import { readFileSync } from "node:fs";
import { join } from "node:path";

export const weights = { regular: 400, bold: 600 };
export type Weight = keyof typeof weights;

/** Widths in units of the font Inter. */
interface Widths {
    unitsPerEm: number;
    single: Record<string, number>;
    pairs: Record<string, number>;
}

let font: Record<Weight, Widths> | undefined;

/** The width of a text in pixels in the font Inter. Pictures stretch or squeeze other fonts to this width. */
export function textWidth(text: string, size: number, weight: Weight = "regular"): number {
    font ??= JSON.parse(readFileSync(join(__dirname, "inter.json"), "utf8")) as Record<Weight, Widths>;
    const { unitsPerEm, single, pairs } = font[weight];
    let width = 0;
    let before = "";
    for (const character of text) {
        // Characters that the font lacks are in fonts of other scripts, some of which are as wide as high.
        width += (single[character] ?? unitsPerEm) + (pairs[before + character] ?? 0);
        before = character;
    }
    return Math.ceil((width / unitsPerEm) * size);
}
