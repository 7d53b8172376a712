import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Node } from "./graph";
import type { Placed } from "./layout";
import { drawn, escaped, frameStyle, previewStyle, sizeOf, style } from "./svg";

/** A picture of a page, with the text of its tab. */
export interface Tab {
    id: string;
    label: string;
    picture: Placed;
}

export interface Page {
    project: string;
    stack: string;
    /** In the order of their tabs; the first one is shown. */
    tabs: Tab[];
    /** HTML by the ID of a node. */
    details: Map<string, string>;
}

/** A page with pictures to zoom, to move and to choose things in. It needs no other file, and loads none. */
export function html({ project, stack, tabs, details }: Page): string {
    const isPreview = tabs.some(({ picture }) => picture.isPreview);
    const styles = [read("viewer.css"), style, frameStyle, previewStyle].join("\n");
    const script = read("viewer.js");
    const policy = [
        "default-src 'none'",
        `style-src '${hash(styles)}'`,
        `script-src '${hash(script)}'`,
        "base-uri 'none'",
        "form-action 'none'",
    ].join("; ");
    const sections = new Map([...details.keys()].map((id, index) => [id, `details-${index + 1}`]));
    const of = isPreview ? `preview of the stack ${stack}` : `stack ${stack}`;
    return [
        "<!doctype html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        `<title>${escaped(`${project}, ${of}`)}</title>`,
        "<!-- Signs: Lucide, https://lucide.dev, ISC License -->",
        `<style>${styles}</style>`,
        "</head>",
        "<body>",
        "<header>",
        `<h1>${escaped(project)} <small>${escaped(of)}</small></h1>`,
        `<div role="tablist" aria-label="Pictures">${tabs.map(tabButton).join("")}</div>`,
        '<div class="tools" role="group" aria-label="Zoom">',
        '<button type="button" id="out" aria-label="Zoom out" title="Zoom out (−)">−</button>',
        '<button type="button" id="fit" title="Show all (0)">Fit</button>',
        '<button type="button" id="in" aria-label="Zoom in" title="Zoom in (+)">+</button>',
        "</div>",
        "</header>",
        "<main>",
        ...tabs.map((tab, index) => panel(tab, index, sections)),
        "</main>",
        '<aside aria-label="Details" hidden>',
        '<button type="button" class="close" aria-label="Close the details" title="Close (Esc)">×</button>',
        ...[...details].map(([id, content]) => `<section id="${sections.get(id)}" hidden>${content}</section>`),
        "</aside>",
        `<script>${script}</script>`,
        "</body>",
        "</html>",
        "",
    ].join("\n");
}

const read = (file: string) => readFileSync(join(__dirname, file), "utf8");
const hash = (content: string) => `sha256-${createHash("sha256").update(content).digest("base64")}`;

function tabButton({ id, label }: Tab, index: number): string {
    const selected = index === 0 ? 'aria-selected="true"' : 'aria-selected="false" tabindex="-1"';
    return `<button type="button" role="tab" id="tab-${id}" aria-controls="${id}" ${selected}>${escaped(label)}</button>`;
}

function panel({ id, label, picture }: Tab, index: number, sections: Map<string, string>): string {
    const { width, height } = sizeOf(picture);
    const item = ({ id, kind, name }: Node, drawing: string) => {
        const text = escaped(`${kind} ${name}`).replaceAll('"', "&quot;");
        return `<g class="item" role="button" tabindex="0" aria-expanded="false" aria-controls="${sections.get(id)}" aria-label="${text}">${drawing}</g>`;
    };
    const content =
        picture.nodes.length === 0
            ? ["<p>There is nothing to show.</p>"]
            : [
                  `<svg xmlns="http://www.w3.org/2000/svg" data-width="${width}" data-height="${height}" viewBox="0 0 ${width} ${height}" role="group" aria-label="${escaped(label)}">`,
                  ...drawn(picture, item),
                  "</svg>",
              ];
    const hidden = index === 0 ? "" : " hidden";
    return `<div class="picture" role="tabpanel" id="${id}" aria-labelledby="tab-${id}"${hidden}>${content.join("\n")}</div>`;
}
