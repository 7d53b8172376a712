import { relative, resolve } from "node:path";
import { Command } from "commander";
import { examples, progress } from "../../lib/commandLine";
import { installPackages } from "./create/packages";
import { copyStarter, firstStack, starterLines, starters } from "./create/starters";

interface NewOptions {
    install: boolean;
    json?: boolean;
}

/** The command `slipway local new`. */
export function newCommand(report: (line: string) => void): Command {
    return new Command("new")
        .description("copy a starter to a new folder, name the project after the folder, and install its packages")
        .usage("[options] <starter> [folder]")
        .argument("[starter]", "the name of a starter; without it, they are listed")
        .argument("[folder]", "the new folder; default: the name of the starter")
        .option("--no-install", "do not install the packages")
        .option("--json", "print the list of starters as JSON")
        .addHelpText(
            "after",
            examples({
                "npx slipway local new": "list the starters",
                "npx slipway local new model-function ../forecast": "copy one to a folder, and install its packages",
            }),
        )
        .action((starter: string | undefined, to: string | undefined, { install, json }: NewOptions) => {
            if (starter === undefined) {
                process.stdout.write(json ? `${JSON.stringify(starters(), undefined, 2)}\n` : listOfStarters());
                return;
            }
            const folder = resolve(to ?? starter);
            copyStarter(starter, { folder });
            report(`created ${relative(".", folder)}`);
            if (install) {
                installPackages(folder, progress);
            }
            const commands = [
                `cd ${relative(".", folder)}`,
                ...(install ? [] : ["npm install"]),
                `npx slipway local up -s ${firstStack(folder)}`,
            ];
            report(`Next:\n${commands.map((command) => `    ${command}`).join("\n")}`);
            report("Before you deploy it to Google Cloud, set your projects in the files Pulumi.*.yaml.");
        });
}

const listOfStarters = () => `Starters, for 'slipway local new <starter> [folder]':\n${starterLines()}`;
