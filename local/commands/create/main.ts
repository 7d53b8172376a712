#!/usr/bin/env node
/** The command of the package create-slipway, which `npm create slipway` runs. */
import { spawnSync } from "node:child_process";
import { relative, resolve } from "node:path";
import { Command } from "commander";
import { installPackages } from "./packages";
import { ask } from "./questions";
import { copyStarter, firstStack, starterLines } from "./starters";

interface Options {
    projects?: string;
    yes?: boolean;
    install: boolean;
    up: boolean;
}

const program = new Command("npm create slipway")
    .description("Creates a Pulumi program for Google Cloud from a starter, and deploys it to this machine.")
    .argument("[starter]", "the starter to copy; default with --yes: model-function")
    .argument("[folder]", "the new folder, which names the project; default: the name of the starter")
    .option("--projects <prefix>", "start of the IDs of your Google Cloud projects; default: the name of the folder")
    .option("-y, --yes", "ask nothing")
    .option("--no-install", "do not install the packages, and deploy nothing")
    .option("--no-up", "do not deploy to this machine")
    .addHelpText(
        "after",
        () => `\nStarters:\n${starterLines()}\nWith npm, options follow two hyphens: npm create slipway -- --yes`,
    )
    .action(create);

async function create(starter: string | undefined, folder: string | undefined, options: Options): Promise<void> {
    const given = { starter, folder, projects: options.projects };
    const answers = await ask(given, { isAsking: !options.yes && process.stdin.isTTY });
    if (answers === undefined) {
        process.exitCode = 1;
        return;
    }
    const target = { folder: resolve(answers.folder), projects: answers.projects };
    copyStarter(answers.starter, target);
    const path = relative(".", target.folder);
    report(`created ${path}`);
    const stack = firstStack(target.folder);
    const isInstalled = options.install;
    if (isInstalled) {
        installPackages(target.folder, report);
    }
    const isDeployed = isInstalled && options.up && deploy(target.folder, stack);
    const next = [
        `cd ${path}`,
        ...(isInstalled ? [] : ["npm install"]),
        ...(isDeployed ? ["npx slipway local ls          # what exists on this machine"] : []),
        `npx slipway dev -s ${stack}         # run it, with a line that calls it, and follow edits`,
        `pulumi up -s ${stack}               # deploy to Google Cloud: README.md`,
    ];
    report(`Next:\n${next.map((command) => `    ${command}`).join("\n")}`);
    process.exitCode = isInstalled && options.up && !isDeployed ? 1 : 0;
}

/** Deploys the program to the local Google Cloud; returns whether it succeeded. */
function deploy(folder: string, stack: string): boolean {
    const args = ["slipway", "local", "up", "-s", stack, "--yes", "--skip-preview"];
    const { status } = spawnSync("npx", args, { cwd: folder, stdio: "inherit", shell: process.platform === "win32" });
    if (status !== 0) {
        report(`'npx ${args.join(" ")}' failed: correct the error above, and run it again. The program is complete.`);
    }
    return status === 0;
}

function report(line: string): void {
    process.stderr.write(`${line}\n`);
}

program.parseAsync().catch((error) => {
    report(`create-slipway: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
});
