import { readFileSync } from "node:fs";
import { join } from "node:path";
import { icons } from "@iconify-json/lucide";
import { type Font, openSync } from "fontkit";
import { signNames } from "../../local/commands/pictures/signs";
import { weights } from "../../local/commands/pictures/text";

/** What pictures need of packages that are too large for the users of `slipway local`: the widths of texts, and the signs. */
export function pictureData(repository: string): [string, string][] {
    const folder = join(repository, "local", "commands", "pictures");
    return [
        [join(folder, "inter.json"), textWidths(repository)],
        [join(folder, "lucide.json"), signs(repository)],
    ];
}

const versionOf = (repository: string, name: string): string =>
    JSON.parse(readFileSync(join(repository, "node_modules", name, "package.json"), "utf8")).version;

/** The characters of ASCII, of which pairs are measured, and others of texts in Western European languages. */
const ascii = characters(0x20, 0x7e);
const others = [...characters(0xa0, 0xff), ..."–—‘’“”…−→±"];

function characters(first: number, last: number): string[] {
    return Array.from({ length: last - first + 1 }, (_, index) => String.fromCharCode(first + index));
}

/** Widths in units of the font: of each character, and by how much two of them are closer together (kerning). */
function textWidths(repository: string): string {
    const rows = Object.entries(weights).map(([weight, number]) => {
        const file = join("@fontsource", "inter", "files", `inter-latin-${number}-normal.woff`);
        const font = openSync(join(repository, "node_modules", file)) as Font;
        const width = (text: string) => Math.round(font.layout(text).advanceWidth);
        const single = Object.fromEntries([...ascii, ...others].map((each) => [each, width(each)]));
        const pairs = ascii.flatMap((one) =>
            ascii.flatMap((other) => {
                const difference = width(one + other) - width(one) - width(other);
                return difference === 0 ? [] : [[one + other, difference]];
            }),
        );
        const { unitsPerEm } = font;
        return `    "${weight}": ${JSON.stringify({ unitsPerEm, single, pairs: Object.fromEntries(pairs) })}`;
    });
    const source = `@fontsource/inter ${versionOf(repository, "@fontsource/inter")}`;
    return `{\n    "source": "${source}",\n${rows.join(",\n")}\n}\n`;
}

/** The shapes of the used signs, without the attributes that all of them share. */
function signs(repository: string): string {
    const shapes = signNames().map((name) => {
        const body = icons.icons[name]?.body;
        if (body === undefined) {
            throw new Error(
                `Lucide has no sign ${name}: choose another sign in local/commands/pictures/signs.ts or in the data file of the component.`,
            );
        }
        return [name, body.replaceAll(/ (stroke|fill|stroke-width|stroke-linecap|stroke-linejoin)="[^"]*"/g, "")];
    });
    const source = `@iconify-json/lucide ${versionOf(repository, "@iconify-json/lucide")}`;
    return `${JSON.stringify({ source, shapes: Object.fromEntries(shapes) }, undefined, 4)}\n`;
}
