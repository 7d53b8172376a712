import { Command } from "commander";
import { examples, hasColors } from "../../../lib/commandLine";
import { folderOption, stackOption } from "../engine/stackOptions";

interface Options {
    stack?: string;
    cwd?: string;
    json?: boolean;
}

/** The command `slipway adopt`, or `slipway local adopt` for stacks of the local Google Cloud. */
export function adoptCommand(local: boolean, report: (line: string) => void): Command {
    const command = local ? "npx slipway local adopt" : "npx slipway adopt";
    return new Command("adopt")
        .description("let a program of components take over resources that exist, without replacing any")
        .argument(
            "[state]",
            "a file with a state of Terraform, or the output of 'pulumi stack export' of another stack; by default the stack's own resources that are in no component",
        )
        .addOption(stackOption("the stack that takes over; default: the selected one"))
        .addOption(folderOption())
        .option("--json", "print JSON")
        .addHelpText(
            "after",
            examples({
                [`${command} terraform.tfstate -s dev`]: "take over what Terraform has created",
                [`${command} old.json -s dev`]: "take over what another stack has, of which this is the export",
                [`${command} -s dev`]: "move the stack's resources into components",
            }),
        )
        .action(async (file: string | undefined, { json, ...options }: Options) => {
            const { adopt } = await import("./adoption.js");
            const { formatAdoption } = await import("./format.js");
            const adoption = await adopt({ ...options, file, local, report });
            process.stdout.write(
                json
                    ? `${JSON.stringify(adoption, undefined, 2)}\n`
                    : formatAdoption(adoption, { local, colors: hasColors(process.stdout) }),
            );
        });
}
