#!/usr/bin/env node
import { readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { buffer } from "node:stream/consumers";
import { parseArgs } from "node:util";
import { Command } from "commander";
import { ended, examples, exitCodes, hasColors, prepared, progress } from "../../lib/commandLine";
import { stopDaemons } from "../machine/daemon/client";
import { hasProtected } from "../machine/stacks";
import { cloudFolder, workspace } from "../machine/workspace";
import { selected } from "../runtime/console/selection";
import { registryCommand } from "../runtime/docker/command";
import { serveCommand } from "../runtime/emulator/command";
import { kubectlCommand } from "../runtime/kubernetes/command";
import { cloudOf } from "../simulator/cloudOf";
import { formatResource, inventory } from "../simulator/inventory";
import { adoptCommand } from "./adopt/command";
import { isLocked } from "./configuration/staleLocks";
import { costCommand } from "./cost/command";
import { devCommand } from "./dev/command";
import { Engine } from "./engine/engine";
import { explainCommand } from "./explain/command";
import { flagValue, positionals, withoutFlag } from "./flags";
import { gkeTokenCommand } from "./gkeToken";
import { graphCommand } from "./graphCommand";
import { formatList } from "./listing";
import { newCommand } from "./newCommand";
import { callCommand } from "./running/callCommand";
import { logsCommand } from "./running/logsCommand";

const report = (line: string) => process.stderr.write(`${line}\n`);

interface DeployOptions {
    generic?: boolean;
    as?: string;
    lenient?: boolean;
    explainPermissions?: boolean;
    localConfig?: string[];
}

/** Own options of Pulumi's commands, which can be before or after the name of the command: `slipway local up --as …`. */
const ownOptions = {
    generic: { type: "boolean" },
    as: { type: "string" },
    lenient: { type: "boolean" },
    "explain-permissions": { type: "boolean" },
    "local-config": { type: "string", multiple: true },
} as const;

function withOwnOptions(args: string[], options: DeployOptions): { args: string[]; options: DeployOptions } {
    const { tokens } = parseArgs({ args, options: ownOptions, strict: false, tokens: true });
    const own = tokens.filter((token) => token.kind === "option" && token.name in ownOptions) as OptionToken[];
    const taken = own.flatMap(({ index, value, inlineValue }) =>
        value && !inlineValue ? [index, index + 1] : [index],
    );
    const value = (name: string) => own.filter((token) => token.name === name).at(-1);
    const given = own.filter(({ name }) => name === "local-config").map((token) => token.value ?? "");
    return {
        args: args.filter((_, index) => !taken.includes(index)),
        options: {
            generic: value("generic") !== undefined || options.generic,
            as: value("as")?.value ?? options.as,
            lenient: value("lenient") !== undefined || options.lenient,
            explainPermissions: value("explain-permissions") !== undefined || options.explainPermissions,
            localConfig: [...(options.localConfig ?? []), ...given],
        },
    };
}

/** Whether a command shows or makes changes, and not only its help. */
const changesCloud = (args: string[]) =>
    /^(up|update|preview|pre|refresh|destroy|down|dn|import|watch)$/.test(positionals(args)[0] ?? "") &&
    !args.some((argument) => /^(-h|--help)$/.test(argument));

const isDestroy = (args: string[]) => /^(destroy|down|dn)$/.test(positionals(args)[0] ?? "");

interface OptionToken {
    name: string;
    index: number;
    value?: string;
    inlineValue?: boolean;
}

/** Runs a Pulumi command on the local Google Cloud, and exits with its exit code. */
async function deploy(given: string[], settings: DeployOptions): Promise<void> {
    const { args, options } = withOwnOptions(withoutFlag(given, "-C", "--cwd"), settings);
    const { generic, as, lenient, explainPermissions, localConfig } = options;
    const place = workspace(flagValue(given, "-C", "--cwd") ?? ".");
    // Report which Pulumi is used only if it has to be built.
    const onlyBuilding = (line: string) => line.startsWith("using ") || report(line);
    const explaining = explainPermissions ? await import("./engine/recording.js") : undefined;
    const recording = explaining?.startRecording();
    const engine = await Engine.start(place, {
        generic,
        settings: { as, lenient, record: recording?.file },
        report: onlyBuilding,
    });
    if (changesCloud(args)) {
        report(`Local Google Cloud in ${relative(".", place.home)}: nothing is created at Google.`);
    }
    const isDestroying = isDestroy(args) && changesCloud(args);
    const beforehand = (stack: string) => {
        if (isDestroying && hasProtected(place, stack)) {
            report(
                `Stack ${stack} has protected resources, which 'slipway:protection off' makes deletable in two steps: ` +
                    `'npx slipway local config set slipway:protection off -s ${stack}' and 'npx slipway local up -s ${stack}' ` +
                    "disable the protection, then destroy again.",
            );
        }
    };
    const { code, stack } = await engine.run(args, "terminal", { config: localConfig, beforehand });
    process.exitCode = code;
    if (code !== 0 && stack !== undefined && isLocked(place, stack)) {
        report(
            `The lock of a command that was killed on another machine is removed by 'npx slipway local cancel -s ${stack}'.`,
        );
    }
    if (code !== 0 && stack !== undefined && isDestroying) {
        const { heldLines } = await import("./heldResources.js");
        heldLines(place, stack).forEach(report);
    }
    if (code === 0 && stack !== undefined && /^(up|update)$/.test(positionals(args)[0] ?? "")) {
        const { unansweredUrls } = await import("./unansweredUrls.js");
        unansweredUrls(place, stack).forEach(report);
    }
    if (recording) {
        process.stdout.write(`\n${recording.explanation(place, flagValue(args, "-s", "--stack"))}`);
    }
}

/** The version of this package. */
const version = (): string =>
    JSON.parse(readFileSync(join(__dirname, "..", "..", "..", "package.json"), "utf8")).version;

const program = new Command("slipway")
    .description("Typed Pulumi components for Google Cloud")
    .enablePositionalOptions()
    .addHelpText("after", exitCodes);

const local = program
    .command("local")
    .description("run a Pulumi command against a local Google Cloud, without an account or network access")
    .version(version(), "--version", "print the version")
    .usage(
        "[options] <pulumi command…> | new | ls | show | graph | explain | cost | adopt | declare | set | backup | add-secret-version | serve | registry | kubectl | stop | reset",
    )
    .option("--generic", "accept resource types without simulation rules")
    .option("--as <identity>", "run as a service account, or as a principal of a pool, instead of as an owner")
    .option("--lenient", "do not look at anybody's permissions, and let everything take effect at once")
    .option(
        "--explain-permissions",
        "print the permissions that the program uses, and the least roles that contain them",
    )
    .option(
        "--local-config <key=value>",
        "set a configuration value for this command only, such as app:apiKey=value; can be repeated",
        (value, values: string[]) => [...values, value],
        [],
    )
    .argument("<command...>", "a Pulumi command, such as: up -s dev")
    .enablePositionalOptions()
    .passThroughOptions()
    .allowUnknownOption()
    .addHelpText(
        "after",
        examples({
            "npx slipway local up -s dev": "deploy the stack dev",
            "npx slipway local preview -s prod --diff": "show what a deployment of prod would change",
            "npx slipway local up -s dev --explain-permissions": "print the permissions that it uses",
            "npx slipway local ls --json": "list what is deployed",
        }),
    )
    .addHelpText("after", `${exitCodes}; Pulumi's commands and kubectl have their own`)
    .action(deploy);

local
    .command("ls [text]")
    .description("list the resources by project, or only those whose type, ID or component contains <text>")
    .option("--project <id>", "only those of a project")
    .option("--all", "also the subnetworks that Google Cloud creates in each region")
    .option("--json", "print JSON, with all properties")
    .addHelpText(
        "after",
        examples({
            "npx slipway local ls": "list all resources",
            "npx slipway local ls topic --project acme-dev": "list the topics of a project",
            "npx slipway local ls --json | jq -r '.[].id'": "print all IDs",
        }),
    )
    .action((text, { json, ...options }) => {
        const place = workspace(".");
        const found = inventory(cloudOf(place));
        const { columns } = process.stdout;
        const format = { ...options, columns, colors: hasColors(process.stdout) };
        const rows = selected(found, place, { text, ...options });
        if (json) {
            process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
        } else if (rows.length > 0) {
            process.stdout.write(formatList(rows, format));
        } else {
            process.stdout.write(
                found.length > 0
                    ? "No resource matches; 'slipway local ls' lists all of them.\n"
                    : "No resources. Deploy a stack with 'slipway local up -s dev'.\n",
            );
        }
    });

local
    .command("show <id>")
    .description("show a resource as JSON; <id> can be the end of its ID")
    .option("--json", "print JSON, which is the default")
    .addHelpText(
        "after",
        examples({
            "npx slipway local show topics/sales": "show a topic",
            "npx slipway local show topics/sales | jq .properties": "show only its properties",
        }),
    )
    .action((id) => {
        process.stdout.write(formatResource(inventory(cloudOf(workspace("."))), id));
    });

local
    .command("set <id> <property> <value>")
    .description("change a property of a resource outside of Pulumi, for a refresh to detect; null removes it")
    .addHelpText(
        "after",
        examples({ "npx slipway local set subscriptions/sales ackDeadlineSeconds 30": "set a number" }),
    )
    .allowUnknownOption()
    .action(async (id, path, text) => {
        // Loads the rules of all services, which other commands do not need.
        const { changeProperty } = await import("./manual/change.js");
        const { parseValue } = await import("./manual/property.js");
        const { id: fullId } = changeProperty(workspace("."), id, path, (property) => parseValue(text, property));
        report(`changed ${path} of ${fullId}`);
    });

local
    .command("declare <file>")
    .description("create, change and remove what other teams have, as a YAML file says")
    .addHelpText(
        "after",
        examples({ "npx slipway local declare shared.yaml": "declare what the file has, which can be repeated" }),
    )
    .action(async (file) => {
        const place = workspace(".");
        const { declare } = await import("./manual/declare.js");
        const lines = declare(place, file);
        process.stdout.write(lines.length > 0 ? `${lines.join("\n")}\n` : "Everything is as declared.\n");
    });

local
    .command("backup <instance>")
    .description("back up a Cloud SQL instance, and print the ID of the backup")
    .addHelpText("after", examples({ "npx slipway local backup sales": "back up the instance sales" }))
    .action(async (instance) => {
        const { createBackup } = await import("./manual/backup.js");
        process.stdout.write(`${createBackup(cloudOf(workspace(".")), instance).id}\n`);
    });

local
    .command("add-secret-version <secret>")
    .description("add a version to a secret, with the value of the standard input; <secret> can be the end of its ID")
    .addHelpText(
        "after",
        examples({ "npx slipway local add-secret-version api-key < key.txt": "add the text of a file" }),
    )
    .action(async (secret) => {
        const { addSecretVersion } = await import("./manual/secretVersion.js");
        if (process.stdin.isTTY) {
            report("Type the value, and end it with Ctrl-D:");
        }
        const value = await buffer(process.stdin);
        report(`added ${addSecretVersion(cloudOf(workspace(".")), secret, value)}`);
    });

local.addCommand(costCommand(true));
local.addCommand(newCommand(report));
local.addCommand(graphCommand(true, report));
local.addCommand(serveCommand(report));
local.addCommand(registryCommand(report));
local.addCommand(kubectlCommand(report));
local.addCommand(explainCommand(true, report));
local.addCommand(adoptCommand(true, report));

local
    .command("stop")
    .description("stop the background processes of this program; the next command starts those that it needs")
    .addHelpText("after", examples({ "npx slipway local stop": "stop them, and keep what is deployed" }))
    .action(async () => {
        const { home } = workspace(".");
        progress("stopping background processes…");
        const stopped = await stopDaemons(home);
        report(stopped.length > 0 ? `stopped ${stopped.join(", ")}` : "no background process is running");
    });

local
    .command("reset")
    .description("delete the local Google Cloud of this program and its stacks")
    .addHelpText("after", examples({ "npx slipway local reset": "delete it, without a question" }))
    .action(async () => {
        const place = workspace(".");
        const { home } = place;
        progress("stopping background processes…");
        await stopDaemons(home);
        // What a killed `slipway local serve` left.
        const { Docker } = await import("../runtime/emulator/containers/docker.js");
        const { removeLeftovers } = await import("../runtime/emulator/containers/runFolder.js");
        const folder = cloudFolder(place);
        if (removeLeftovers(folder)) {
            await Docker.find(folder).catch(({ message }: Error) =>
                report(`containers were not removed, as ${message}`),
            );
        }
        rmSync(home, { recursive: true, force: true });
        report(`removed ${home}`);
    });

program.addCommand(devCommand(report));
program.addCommand(callCommand(report));
program.addCommand(logsCommand());
program.addCommand(costCommand(false));
program.addCommand(gkeTokenCommand());
program.addCommand(explainCommand(false, report));
program.addCommand(graphCommand(false, report));
program.addCommand(adoptCommand(false, report));

/** Adds the commands whose code others do not need: `doctor`, and `complete`, which prints the completions of a shell and answers them. */
async function addRest(command: string | undefined): Promise<void> {
    if (command === "doctor" || command === "complete") {
        const { doctorCommand } = await import("../../lib/doctor/index.js");
        const { localChecks } = await import("./engine/localChecks.js");
        program.addCommand(doctorCommand(localChecks));
    }
    if (command === "complete") {
        const { default: tab } = await import("@bomb.sh/tab/commander");
        tab(prepared(program));
        program.commands
            .find((each) => each.name() === "complete")
            ?.addHelpText(
                "after",
                examples({
                    "source <(npx slipway complete bash)": "complete commands in this shell",
                    "npx slipway complete fish > ~/.config/fish/completions/slipway.fish": "complete them in fish",
                }),
            );
    }
}

void ended(addRest(process.argv[2]).then(() => prepared(program).parseAsync()));
