import { writeFileSync } from "node:fs";
import { extname } from "node:path";
import { Command, Option } from "commander";
import { examples, UsageError } from "../../lib/commandLine";
import { folderOption, stackOption } from "./engine/stackOptions";
import { readResources } from "./engine/stackResources";
import type { Format, Level } from "./pictures/drawing";

const endings: Record<string, Format> = { ".svg": "svg", ".html": "html", ".mmd": "mermaid" };
const formats = Object.values(endings);
const levels: Level[] = ["flows", "rights"];

interface GraphOptions {
    stack?: string;
    cwd?: string;
    preview?: boolean;
    show: Level;
    format?: Format;
    output?: string;
}

/** The command `slipway graph`, for a stack of the user's own backend, and `slipway local graph`. */
export function graphCommand(local: boolean, report: (line: string) => void): Command {
    const command = local ? "npx slipway local graph" : "npx slipway graph";
    return new Command("graph")
        .description("draw a stack as SVG, as a page with details, or for Mermaid: what flows, or who may do what")
        .addOption(stackOption())
        .addOption(folderOption())
        .option("--preview", "draw what the next deployment would make of the stack, with what changes in color")
        .addOption(
            new Option("--show <level>", "flows: data and calls; rights: who may do what. A page has both")
                .choices(levels)
                .default("flows"),
        )
        .addOption(
            new Option(
                "--format <format>",
                "default: from the ending of the output (.svg, .html, .mmd), or svg",
            ).choices(formats),
        )
        .option("-o, --output <file>", "the file to write; default: the standard output")
        .addHelpText(
            "after",
            examples({
                [`${command} -s dev -o dev.html`]: "a page with both levels, zoom and details",
                [`${command} -s dev --show rights -o rights.svg`]: "who may do what, as a picture",
                [`${command} -s prod --preview --format mermaid`]: "what a deployment would change, for Markdown",
            }),
        )
        .action(async (options: GraphOptions) => {
            const format = formatOf(options);
            // Other commands do not load what draws.
            const { drawing } = await import("./pictures/drawing.js");
            const drawn = await drawing(await readResources({ ...options, local, report }), options.show, format);
            if (options.output === undefined) {
                process.stdout.write(drawn);
            } else {
                writeFileSync(options.output, drawn);
                report(`wrote ${options.output}`);
            }
        });
}

function formatOf({ format, output }: GraphOptions): Format {
    const found = format ?? (output === undefined ? "svg" : endings[extname(output).toLowerCase()]);
    if (found === undefined) {
        throw new UsageError(
            `--output must end in ${Object.keys(endings).join(", ")}, or --format must name the format (got ${output}).`,
        );
    }
    return found;
}
