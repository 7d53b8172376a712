#!/usr/bin/env node
import { rmSync } from "node:fs";
import { Command } from "commander";
import { stopDaemons } from "./daemon/client";
import { registryCommand } from "./docker/command";
import { serveCommand } from "./emulator/command";
import { Engine, flagValue } from "./engine";
import { gkeTokenCommand } from "./gkeToken";
import { formatResource, formatResources, inventory } from "./inventory";
import { kubectlCommand } from "./kubernetes/command";
import { cloudOf, workspace } from "./workspace";

const report = (line: string) => process.stderr.write(`${line}\n`);

interface DeployOptions {
    generic?: boolean;
    as?: string;
    lenient?: boolean;
    explainPermissions?: boolean;
}

/** Options before and after the name of the command: `slipway local up --as …`. */
function withOwnOptions(args: string[], options: DeployOptions): { args: string[]; options: DeployOptions } {
    const as = flagValue(args, "--as");
    const isOwn = (argument: string, index: number) =>
        /^--(as(=.*)?|lenient|explain-permissions)$/s.test(argument) || args[index - 1] === "--as";
    return {
        args: args.filter((argument, index) => !isOwn(argument, index)),
        options: {
            ...options,
            ...(as !== undefined && { as }),
            ...(args.includes("--lenient") && { lenient: true }),
            ...(args.includes("--explain-permissions") && { explainPermissions: true }),
        },
    };
}

/** Runs a Pulumi command on the local Google Cloud, and exits with its exit code. */
async function deploy(given: string[], settings: DeployOptions): Promise<void> {
    const { args, options } = withOwnOptions(given, settings);
    const { generic, as, lenient, explainPermissions } = options;
    const place = workspace(flagValue(args, "-C", "--cwd") ?? ".");
    // Report which Pulumi is used only if it has to be built.
    const onlyBuilding = (line: string) => line.startsWith("using ") || report(line);
    const explaining = explainPermissions ? await import("./permissions/recording.js") : undefined;
    const recording = explaining?.startRecording();
    const engine = await Engine.start(place, {
        generic,
        settings: { as, lenient, record: recording?.file },
        report: onlyBuilding,
    });
    process.exitCode = (await engine.run(args, "terminal")).code;
    if (recording) {
        process.stdout.write(`\n${recording.explanation(place, flagValue(args, "-s", "--stack"))}`);
    }
}

const program = new Command("slipway")
    .description("Typed Pulumi components for Google Cloud")
    .enablePositionalOptions();

const local = program
    .command("local")
    .description("run a Pulumi command against a local Google Cloud, without an account or network access")
    .usage("[options] <pulumi command…> | ls | show | set | backup | serve | registry | kubectl | reset")
    .option("--generic", "accept resource types without simulation rules")
    .option("--as <identity>", "run as a service account, or as a principal of a pool, instead of as an owner")
    .option("--lenient", "do not look at anybody's permissions, and let everything take effect at once")
    .option(
        "--explain-permissions",
        "print the permissions that the program uses, and the least roles that contain them",
    )
    .argument("<command...>", "a Pulumi command, such as: up -s dev")
    .enablePositionalOptions()
    .passThroughOptions()
    .allowUnknownOption()
    .action(deploy);

local
    .command("ls")
    .description("list the resources by project")
    .option("--json", "print JSON")
    .action(({ json }) => {
        const found = inventory(cloudOf(workspace(".")));
        process.stdout.write(json ? `${JSON.stringify(found, undefined, 2)}\n` : formatResources(found));
    });

local
    .command("show <id>")
    .description("show a resource; <id> can be the end of its ID")
    .action((id) => {
        process.stdout.write(formatResource(inventory(cloudOf(workspace("."))), id));
    });

local
    .command("set <id> <property> <value>")
    .description("change a property of a resource outside of Pulumi, for a refresh to detect; null removes it")
    .allowUnknownOption()
    .action(async (id, path, text) => {
        // Loads the rules of all services, which other commands do not need.
        const { changeProperty } = await import("./manual/change.js");
        const { parseValue } = await import("./manual/property.js");
        const { id: fullId } = changeProperty(workspace("."), id, path, (property) => parseValue(text, property));
        report(`changed ${path} of ${fullId}`);
    });

local
    .command("backup <instance>")
    .description("back up a Cloud SQL instance, and print the ID of the backup")
    .action(async (instance) => {
        const { createBackup } = await import("./manual/backup.js");
        process.stdout.write(`${createBackup(cloudOf(workspace(".")), instance).id}\n`);
    });

local.addCommand(serveCommand(report));
local.addCommand(registryCommand(report));
local.addCommand(kubectlCommand(report));

local
    .command("reset")
    .description("delete the local Google Cloud of this program and its stacks")
    .action(async () => {
        const { home } = workspace(".");
        await stopDaemons(home);
        rmSync(home, { recursive: true, force: true });
        report(`removed ${home}`);
    });

program.addCommand(gkeTokenCommand());

program.parseAsync().catch((error) => {
    report(`slipway: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
});
