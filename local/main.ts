#!/usr/bin/env node
import { rmSync } from "node:fs";
import { Command } from "commander";
import { endDaemons } from "./daemon/client";
import { registryCommand } from "./docker/command";
import { serveCommand } from "./emulator/command";
import { Engine, flagValue } from "./engine";
import { gkeTokenCommand } from "./gkeToken";
import { inventory, listed, shown } from "./inventory";
import { kubectlCommand } from "./kubernetes/command";
import { cloudOf, workspace } from "./workspace";

const report = (line: string) => process.stderr.write(`${line}\n`);

/** Runs pulumi on the local Google Cloud and ends as it ends. */
async function deploy(args: string[], { generic }: { generic?: boolean }): Promise<void> {
    const place = workspace(flagValue(args, "-C", "--cwd") ?? ".");
    // Which pulumi is used is worth a line only when it has to be built.
    const onlyBuilding = (line: string) => line.startsWith("using ") || report(line);
    const engine = await Engine.start(place, { generic, report: onlyBuilding });
    process.exitCode = (await engine.run(args, "terminal")).code;
}

const program = new Command("slipway")
    .description("Typed Pulumi components for Google Cloud")
    .enablePositionalOptions();

const local = program
    .command("local")
    .description("run a pulumi command on a Google Cloud of this machine: no account, no network")
    .usage("[options] <pulumi command…> | ls | show | set | backup | serve | registry | kubectl | reset")
    .option("--generic", "accept resource types that the local Google Cloud has no rules for")
    .argument("<command...>", "a pulumi command, such as: up -s dev")
    .enablePositionalOptions()
    .passThroughOptions()
    .allowUnknownOption()
    .action(deploy);

local
    .command("ls")
    .description("what exists, by project")
    .option("--json", "for programs")
    .action(({ json }) => {
        const found = inventory(cloudOf(workspace(".")));
        process.stdout.write(json ? `${JSON.stringify(found, undefined, 2)}\n` : listed(found));
    });

local
    .command("show <id>")
    .description("one resource, by its id or the end of it")
    .action((id) => {
        process.stdout.write(shown(inventory(cloudOf(workspace("."))), id));
    });

local
    .command("set <id> <property> <value>")
    .description("change a property of a resource by hand, so that a refresh finds it; null takes it out")
    .allowUnknownOption()
    .action(async (id, path, text) => {
        // The rules of all services, for which the other commands need not wait.
        const { changedByHand } = await import("./hand/change.js");
        const { fromText } = await import("./hand/property.js");
        const { id: whole } = changedByHand(workspace("."), id, path, (property) => fromText(text, property));
        report(`changed ${path} of ${whole}`);
    });

local
    .command("backup <instance>")
    .description("back up an instance of Cloud SQL by hand, and print the backup's id")
    .action(async (instance) => {
        const { backsUpByHand } = await import("./hand/backup.js");
        process.stdout.write(`${backsUpByHand(cloudOf(workspace(".")), instance).id}\n`);
    });

local.addCommand(serveCommand(report));
local.addCommand(registryCommand(report));
local.addCommand(kubectlCommand(report));

local
    .command("reset")
    .description("forget the local Google Cloud of this program, with its stacks")
    .action(async () => {
        const { home } = workspace(".");
        await endDaemons(home);
        rmSync(home, { recursive: true, force: true });
        report(`removed ${home}`);
    });

program.addCommand(gkeTokenCommand());

program.parseAsync().catch((error) => {
    report(`slipway: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
});
