import { Command } from "commander";
import { examples } from "../../../lib/commandLine";
import { folderOption, stackOption } from "../engine/stackOptions";

interface Options {
    stack?: string[];
    cwd?: string;
    preview?: boolean;
    json?: boolean;
}

const collected = (value: string, values: string[] = []) => [...values, value];

/** The command `slipway cost`, and `slipway local cost` of the local Google Cloud. */
export function costCommand(local: boolean): Command {
    const name = local ? "npx slipway local cost" : "npx slipway cost";
    return new Command("cost")
        .description("list what stacks cost per month, by component, with the source of each price")
        .addOption(
            stackOption("the stack; a second one gets a column of its own; default: the selected one").argParser(
                collected,
            ),
        )
        .addOption(folderOption())
        .option("--preview", "of what the next deployment would make of the stack")
        .option("--json", "print JSON, with the source and date of each price")
        .addHelpText(
            "after",
            examples({
                [`${name} -s dev -s prod`]: "development and production, with a column each",
                [`${name} -s prod --preview`]: "what production would cost after the next deployment",
                [`${name} -s prod --json | jq .[0].atLeast`]: "print only the sum",
            }),
        )
        .action(async ({ stack = [], json = false, ...options }: Options) => {
            const { readResources, remaining } = await import("../engine/stackResources.js");
            const readAll = async () => {
                const all = [];
                for (const each of stack.length > 0 ? stack : [undefined]) {
                    all.push(await readResources({ ...options, stack: each, local }));
                }
                return all;
            };
            // All prices and all rules, which other commands do not need, are loaded while Pulumi reads the stacks.
            const [stacks, { estimate }, { formatCosts }] = await Promise.all([
                readAll(),
                import("./estimate.js"),
                import("./table.js"),
            ]);
            const estimates = stacks.map((read) => ({ stack: read.stack, ...estimate(remaining(read)) }));
            process.stdout.write(json ? `${JSON.stringify(estimates, undefined, 2)}\n` : formatCosts(estimates));
        });
}
