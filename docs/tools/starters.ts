import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import type { Exported } from "../../local/machine/exported";
import { repository } from "./repository";

/** A starter, with what it deploys. */
interface Starter {
    name: string;
    description: string;
    /** The lines of the program, without the code of its applications. */
    lines: number;
    /** What the release deploys to its first environment. */
    resources: Exported[];
}

/** The newest release whose deployments are recorded. */
const recordings = join(repository, "test", "extended", "upgrades");
const release = () =>
    readdirSync(recordings)
        .filter((name) => /^\d+\.\d+\.\d+$/.test(name))
        .sort((one, other) => one.localeCompare(other, "en", { numeric: true }))
        .at(-1) as string;

function starters(): Starter[] {
    const readme = readFileSync(join(repository, "README.md"), "utf8");
    const rows = [...readme.matchAll(/^\| \[`examples\/(.+?)`\]\(.+?\) \| (.+?) \|$/gm)];
    return rows.map(([, name = "", description = ""]) => {
        const folder = join(repository, "examples", name);
        const programs = readdirSync(folder).filter((file) => file.endsWith(".ts"));
        const lines = programs.map((file) => readFileSync(join(folder, file), "utf8").trimEnd().split("\n").length);
        return {
            name,
            description,
            lines: lines.reduce((sum, each) => sum + each, 0),
            resources: deployedBy(name),
        };
    });
}

/** What a starter deploys to its first environment. */
function deployedBy(name: string): Exported[] {
    const recording = brotliDecompressSync(readFileSync(join(recordings, release(), `${name}.json.br`)));
    const [first] = Object.values(JSON.parse(recording.toString())) as [
        { state: { checkpoint: { latest: { resources: Exported[] } } } },
    ];
    // Pulumi does not count its default providers either.
    return first.state.checkpoint.latest.resources.filter(({ urn }) => !/:pulumi:providers:\w+::default/.test(urn));
}

/** A section for each starter, after a table of all. */
export function starterGallery(): string {
    const all = starters();
    const table = all.map(
        ({ name, description, lines, resources }) =>
            `| [${name}](#${name}) | ${description} | ${lines} | ${resources.length} |`,
    );
    const sections = all.map(({ name, description, lines, resources }) =>
        [
            `## ${name}`,
            "",
            `${description.charAt(0).toUpperCase()}${description.slice(1)}.`,
            "",
            `![What flows in ${name}](pictures/${name}.svg)`,
            "",
            `${lines} lines, ${resources.length} resources. [Read more](../examples/${name}), or copy it: \`npx slipway local new ${name}\``,
        ].join("\n"),
    );
    return [
        ["| starter | description | lines | resources |", "|---|---|---:|---:|", ...table].join("\n"),
        ...sections,
    ].join("\n\n");
}
