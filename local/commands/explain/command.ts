import { Command } from "commander";
import { examples, hasColors } from "../../../lib/commandLine";
import { folderOption, stackOption } from "../engine/stackOptions";
import { readResources, remaining } from "../engine/stackResources";

interface Options {
    stack?: string;
    cwd?: string;
    preview?: boolean;
    json?: boolean;
}

/** The command `slipway explain`, or `slipway local explain` for stacks of the local Google Cloud. */
export function explainCommand(local: boolean, report: (line: string) => void): Command {
    const command = local ? "npx slipway local explain" : "npx slipway explain";
    return new Command("explain")
        .description(
            "explain a component of a stack: who may call it, what it may do and why, what protects it, and what it waits for",
        )
        .argument("<component...>", "its name, such as: predict, or its type and name: ServerlessFunction predict")
        .addOption(stackOption())
        .addOption(folderOption())
        .option("--preview", "explain what the next deployment would make of it")
        .option("--json", "print JSON")
        .addHelpText(
            "after",
            examples({
                [`${command} predict -s dev`]: "explain the component with the name predict",
                [`${command} CloudRunService web --preview`]: "before it is deployed",
                [`${command} web --json | jq '.callers[].who'`]: "list who may call it",
            }),
        )
        .action(async (names: string[], { json, ...options }: Options) => {
            const resources = remaining(await readResources({ ...options, local, report }));
            const { explanationOf } = await import("./explanation.js");
            const { formatExplanation } = await import("./format.js");
            const explanation = explanationOf(resources, names.join(" "));
            process.stdout.write(
                json
                    ? `${JSON.stringify(explanation, undefined, 2)}\n`
                    : formatExplanation(explanation, hasColors(process.stdout)),
            );
        });
}
