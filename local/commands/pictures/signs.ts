import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type ComponentData, componentData } from "../componentData";

type Color = ComponentData["picture"]["color"];

/** The colors of what belongs together: white signs on them have a contrast of at least 4.5. */
const colors: Record<Color, string> = {
    computing: "#1a63d8",
    data: "#0b7a55",
    messages: "#7c3aed",
    network: "#b54708",
    identity: "#be185d",
    models: "#6d28d9",
    watching: "#475467",
    outside: "#344054",
};

/** A sign of Lucide and a color for each kind of thing that is no component. The data files of components have the others. */
const signs: Partial<Record<Color, Record<string, string[]>>> = {
    computing: {
        layers: ["NodePool"],
    },
    data: {
        "hard-drive": ["Disk"],
    },
    identity: {
        "id-card": ["service account", "service agent"],
    },
    outside: {
        globe: ["everybody"],
        users: ["group", "user", "domain"],
        building: ["project"],
        "git-branch": ["GitHub"],
        box: ["other"],
        "file-code": ["code, reads $MODELS", "code", "running code"],
        laptop: ["machine"],
        cog: ["engine", "refuses what Google refuses"],
        plug: ["Google's APIs for your code"],
        folder: ["folder"],
        "scroll-text": ["records"],
    },
};

let found: Map<string, { icon: string; color: string }> | undefined;

/** The sign and color of each kind of thing. */
function all() {
    found ??= new Map([
        ...Object.entries(signs).flatMap(([group, byIcon]) =>
            Object.entries(byIcon).flatMap(([icon, kinds]) =>
                kinds.map((kind) => [kind, { icon, color: colors[group as Color] }] as const),
            ),
        ),
        ...[...componentData()].flatMap(([component, { picture }]) =>
            [component, ...(picture.resources ?? [])].map(
                (kind) => [kind, { icon: picture.sign, color: colors[picture.color] }] as const,
            ),
        ),
    ]);
    return found;
}

/** The names of all signs, which `npm run docs` copies from Lucide. */
export const signNames = () => [...new Set([...all().values()].map(({ icon }) => icon))].sort();

let shapes: Record<string, string> | undefined;

/** The sign of a kind of thing: what is in it, in a square of 24, and its color. */
export function signOf(kind: string): { body: string; color: string } {
    shapes ??= JSON.parse(readFileSync(join(__dirname, "lucide.json"), "utf8")).shapes as Record<string, string>;
    const { icon, color } = all().get(kind) ?? { icon: "box", color: colors.outside };
    const body = shapes[icon];
    if (body === undefined) {
        throw new Error(`there is no sign ${icon}: run 'npm run docs', which copies it from Lucide`);
    }
    return { body, color };
}

export const hasSign = (kind: string): boolean => all().has(kind);
