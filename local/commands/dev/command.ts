import { Command } from "commander";
import { examples, exitCodes } from "../../../lib/commandLine";
import { workspace } from "../../machine/workspace";
import { asOption, parsedPort } from "../../runtime/emulator/command";

/** The command `slipway dev`. */
export function devCommand(report: (line: string) => void): Command {
    return new Command("dev")
        .description("deploy to the local Google Cloud, run what is deployed, and follow edits until interrupted")
        .option("-s, --stack <name>", "the stack to deploy", "dev")
        .option("--port <number>", "port of the APIs; default: a free port", parsedPort)
        .addOption(asOption())
        .option(
            "--inspect <name>",
            "let a debugger attach to a function or App Engine service; repeatable",
            (name: string, before: string[]) => [...before, name],
            [],
        )
        .option("--vscode", "write .vscode/launch.json for the debuggers")
        .addHelpText(
            "after",
            examples({
                "npx slipway dev": "deploy the stack dev, run it, and follow edits",
                "npx slipway dev --inspect predict --vscode": "the same, with a debugger in the function predict",
                "npx slipway dev -s prod --port 8085": "the same for the stack prod, with the APIs on this port",
            }),
        )
        .addHelpText("after", exitCodes)
        .action(async ({ stack, port, as, inspect, vscode }) => {
            const { Dev } = await import("./dev.js");
            await new Dev(workspace("."), { stack, port, as, inspect, vscode, report }).run();
        });
}
