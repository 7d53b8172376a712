#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ended, examples, exitCodes, prepared } from "./commandLine";

/** Commands of the package slipway-local, which developers have and deployments do not need. */
const ofLocal: Record<string, string> = {
    "local <command...>": "run a pulumi command on a Google Cloud of this machine: no account, no network",
    dev: "deploy to the local Google Cloud, run what is deployed, and follow edits",
    "call <component> [path]": "call a component of the running 'slipway dev', as its owner or as an account",
    "logs [component]": "print what the running 'slipway dev' has logged, with requests and their traces",
    "explain <component...>":
        "explain a component of a stack: who may use it, what its accounts may do, what protects it",
    graph: "draw a stack: what flows, who may do what, and what a preview changes",
    cost: "list what the resources of stacks cost a month, by component",
    "adopt [file]": "let components take over resources of Terraform, of another stack, or without a component",
    "complete <shell>": "print the completions of zsh, bash, fish or powershell",
};
const isOfLocal = (command: string) => Object.keys(ofLocal).some((usage) => usage.split(" ")[0] === command);

async function main(args: string[], { SLIPWAY_LOCAL_CLOUD }: NodeJS.ProcessEnv): Promise<void> {
    const [command = ""] = args;
    // A local cluster takes the local token, and the doctor also looks at the local Google Cloud.
    const isLocal = isOfLocal(command) || (command === "gke-token" && SLIPWAY_LOCAL_CLOUD !== undefined);
    if (isLocal || (command === "doctor" && localFrom() !== undefined)) {
        require(localCommand());
        return;
    }
    const { Command } = await import("commander");
    const { doctorCommand } = await import("./doctor/index.js");
    const program = new Command("slipway")
        .description("Typed Pulumi components for Google Cloud")
        .version(version(), "-v, --version", "print the version of this package")
        .addHelpText("after", some)
        .addHelpText("after", exitCodes);
    for (const [usage, description] of Object.entries(ofLocal)) {
        program.command(usage).description(`${description} (needs slipway-local)`);
    }
    program.addCommand(doctorCommand());
    program
        .command("gke-token")
        .description("print a token for GKE of the Application Default Credentials, as kubectl and Pulumi ask for it")
        .addHelpText("after", examples({ "npx slipway gke-token": "print the token, in the format of kubectl" }))
        .action(async () => {
            const { tokenOfDefaultCredentials } = await import("./gke/token.js");
            process.stdout.write(`${await tokenOfDefaultCredentials()}\n`);
        });
    await prepared(program).parseAsync(args, { from: "user" });
}

const some = examples({
    "npx slipway local new": "list the starters",
    "npx slipway local up -s dev": "deploy to the local Google Cloud",
    "npx slipway dev": "deploy to the local Google Cloud, run it, and follow edits",
    "npx slipway doctor": "check this machine and the program",
    "source <(npx slipway complete bash)": "complete commands in this shell",
});

const version = (): string => JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8")).version;

/** Finds modules of the package `slipway-local`, if it is installed for the program or for this package. */
function localFrom(): NodeJS.Require | undefined {
    return [join(process.cwd(), "package.json"), __filename].map((file) => createRequire(file)).find(hasLocal);
}

/** The file that runs `slipway local`, of the package `slipway-local` in the version of this one. */
function localCommand(): string {
    const requireLocal = localFrom();
    const installed = requireLocal?.(`${local}/package.json`).version;
    if (requireLocal === undefined || installed !== version()) {
        const found = installed === undefined ? "is not installed" : `is ${installed} and slipway is ${version()}`;
        throw new Error(
            `the local Google Cloud is the package ${local}, which ${found}: run 'npm install --save-dev ${local}@${version()}'.`,
        );
    }
    return requireLocal.resolve(`${local}/command`);
}

/**
 * Among the development dependencies of the program. It is no optional peer of slipway, as npm would then install it for production,
 * too: it asks for slipway in its own version.
 */
const local = "slipway-local";

function hasLocal(require: NodeJS.Require): boolean {
    try {
        return require.resolve(`${local}/package.json`) !== "";
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") {
            return false;
        }
        throw error;
    }
}

void ended(main(process.argv.slice(2), process.env));
