import { existsSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { closest } from "fastest-levenshtein";
import { stacksWithFile } from "../../../lib/project";
import { existingStacks, stackName, stateFile } from "../../machine/stacks";
import type { Workspace } from "../../machine/workspace";
import { yaml } from "../../machine/yaml";
import { secretsProvider } from "../../runtime/emulator/secretsKey";
import type { CommandResult, RunOptions, SpawnOptions } from "../engine/pulumiCommand";
import { flagValue, positionals, withoutFlag } from "../flags";
import { changedFile } from "./configCommand";
import { ignore } from "./ignored";
import { parsePath } from "./merge";
import { type Copied, copyConfiguration, qualified, stackFiles } from "./stackFiles";

export interface StackOptions {
    /** Receives messages for the user. */
    report?: (line: string) => void;
    /** How to set values instead of encrypted ones that cannot be read; by default with `slipway local config set`. */
    settingValues?: (stack: string, paths: string[]) => string[];
}

/** Runs a Pulumi command and captures its output. */
type Run = (args: string[], options: SpawnOptions) => Promise<CommandResult>;

/** Commands that read the configuration of a stack, and have the option `--config-file`. */
const configured = /^(up|update|preview|pre|refresh|destroy|down|dn|import|watch|logs|config)$/;

/** Whether a command always runs the program, and not only what is in the state. */
const runsProgram = (args: string[]) =>
    /^(up|update|preview|pre|watch)$/.test(positionals(args)[0] ?? "") || args.includes("--run-program");

/** The local stacks of a program. They have their own secrets provider, and a copy of the configuration. */
export class LocalStacks {
    private readonly report: (line: string) => void;
    private readonly settingValues: (stack: string, paths: string[]) => string[];

    constructor(
        private readonly place: Workspace,
        private readonly environment: NodeJS.ProcessEnv,
        private readonly run: Run,
        { report, settingValues }: StackOptions,
    ) {
        this.report = report ?? (() => undefined);
        this.settingValues = settingValues ?? ((stack, paths) => commandsToSet(place, stack, paths));
    }

    /** Creates the stack of a Pulumi command if necessary; returns the arguments with the configuration of the local stack. */
    async prepare(args: string[], options: RunOptions): Promise<{ args: string[]; stack?: string }> {
        const [command = ""] = positionals(args);
        if (args.some((argument) => /^(-h|--help)$/.test(argument))) {
            return { args };
        }
        const flag = flagValue(args, "-s", "--stack");
        if (command === "stack") {
            return { args: await this.stackCommand(args, flag, options), stack: flag };
        }
        const given = flag ?? { ...this.environment, ...options.environment }.PULUMI_STACK;
        if (given !== undefined) {
            await this.ensure(given, options);
        }
        if (!configured.test(command)) {
            return { args, stack: given };
        }
        const stack = given ?? (await this.selected(options));
        return { args: this.configure(args, stack, options), stack };
    }

    private configure(args: string[], stack: string, options: RunOptions): string[] {
        const [command, , key] = positionals(args);
        const files = stackFiles(this.place, stack);
        const changed = command === "config" ? changedFile(args, files, this.place) : undefined;
        if (changed === files.own) {
            this.report(`Stored in ${ignore(files.own)}, for the local Google Cloud only.`);
        }
        if (changed !== undefined) {
            return changed === files.own ? [...args, "--config-file", changed] : args;
        }
        const file = flagValue(args, "--config-file");
        const copied = this.copy(stack, options, file);
        const { missing, lacksEnvironments } = copied;
        // `config get` needs one value, and other commands of `config` list all of them.
        const needed =
            command === "config" && key !== undefined
                ? missing.filter((path) => topOf(path) === qualified(topOf(key), this.place.project))
                : missing;
        if (needed.length > 0 && (runsProgram(args) || command === "config")) {
            const message = lacking(copied, file, this.settingValues(stackName(stack), needed));
            if (command !== "config" || key !== undefined) {
                throw new Error(message);
            }
            this.report(message);
        }
        if (lacksEnvironments && runsProgram(args)) {
            this.report(
                `Environments of Pulumi ESC are not read: set the values of those that ${basename(files.shared)} imports in ${basename(files.own)}.`,
            );
        }
        return [...withoutFlag(args, "--config-file"), "--config-file", files.copy];
    }

    private copy(stack: string, { config, environment }: RunOptions, file?: string): Copied {
        return copyConfiguration(this.place, stack, {
            file: file && resolve(this.place.folder, file),
            values: config,
            environment: { ...this.environment, ...environment },
        });
    }

    /** The stack that `slipway local stack select` selected. */
    private async selected(options: RunOptions): Promise<string> {
        const { code, output } = await this.run(["stack", "--show-name"], options);
        if (code !== 0) {
            const known = this.known();
            const list = known.length > 1 ? `, of ${listed(known)}` : "";
            throw new Error(`no stack is selected. Name one with '-s ${known[0] ?? "dev"}'${list}.`);
        }
        return output.trim();
    }

    /** All stacks: those that exist, and those that have a stack file. */
    private known(): string[] {
        return [...new Set([...stacksWithFile(this.place), ...existingStacks(this.place)])].sort();
    }

    private exists(stack: string): boolean {
        return existsSync(stateFile(this.place, stack));
    }

    /** Creates a stack, unless it exists. A name without a file is probably a mistake, if other stacks have files. */
    private async ensure(stack: string, options: RunOptions): Promise<void> {
        if (this.exists(stack)) {
            return;
        }
        const known = this.known();
        const name = stackName(stack);
        const { shared, own } = stackFiles(this.place, stack);
        if (known.length > 0 && !known.includes(name) && !existsSync(own)) {
            const list = known.length > 1 ? ` The stacks are ${listed(known)}.` : "";
            throw new Error(
                `there is no stack "${name}"; did you mean "${closest(name, known)}"?${list} ` +
                    `For a new one, write ${basename(shared)} or run 'npx slipway local stack init ${name}'.`,
            );
        }
        await this.init(stack, options);
    }

    /** `stack …`: its subcommands would change the secrets provider in the stack file, or delete the file. */
    private async stackCommand(args: string[], flag: string | undefined, options: RunOptions): Promise<string[]> {
        const [, subcommand = "", named] = positionals(args);
        const stack = flag ?? named;
        if (subcommand === "change-secrets-provider") {
            throw new Error("local stacks have their own secrets provider, which cannot be changed.");
        }
        if (subcommand === "history" && args.includes("--show-secrets")) {
            throw new Error(
                "'stack history --show-secrets' needs the secrets provider of the real stack; 'stack export --show-secrets' shows the secrets of the local stack.",
            );
        }
        if (subcommand === "rm") {
            return [...args, "--preserve-config"];
        }
        const creates = subcommand === "init" || args.some((argument) => /^(-c|--create)$/.test(argument));
        if (/^(init|select)$/.test(subcommand) && stack !== undefined) {
            if (subcommand === "init" && this.exists(stack)) {
                throw new Error(`the stack "${stackName(stack)}" exists already.`);
            }
            await (creates && !this.exists(stack) ? this.init(stack, options) : this.ensure(stack, options));
            return args.includes("--no-select") ? ["stack", "ls"] : ["stack", "select", stack];
        }
        if (subcommand === "init") {
            throw new Error("name the new stack: 'npx slipway local stack init dev'.");
        }
        if (flag !== undefined) {
            await this.ensure(flag, options);
        }
        return args;
    }

    /** Creates a stack in the folder of the copies, because Pulumi writes the secrets provider to the stack file. */
    private async init(stack: string, options: RunOptions): Promise<void> {
        const folder = dirname(this.copy(stack, options).files.copy);
        const { project, file } = this.place;
        writeFileSync(join(folder, basename(file)), yaml().stringify({ name: project, runtime: "nodejs" }));
        const args = ["stack", "init", stack, "--no-select", "--secrets-provider", secretsProvider];
        const { code, output } = await this.run(args, { ...options, folder });
        // Another command can have created it in the meantime.
        if (code !== 0 && !this.exists(stack)) {
            throw new Error(`the stack "${stack}" could not be created: ${output.trim()}`);
        }
    }
}

const topOf = (path: string) => String(parsePath(path)[0]);

const listed = (names: string[]) => new Intl.ListFormat("en").format(names);

/** Says which encrypted values cannot be read, and how to set others. */
function lacking({ files, encryptedBy }: Copied, file: string | undefined, setting: string[]): string {
    const reason =
        encryptedBy === "passphrase"
            ? "with a passphrase, and PULUMI_CONFIG_PASSPHRASE is not it"
            : `by ${encryptedBy}, which the local Google Cloud does not call`;
    return [
        `${basename(file ?? files.shared)} contains values that are encrypted ${reason}. Set other values:`,
        ...setting.map((line) => `    ${line}`),
    ].join("\n");
}

/** The commands that set values for the local Google Cloud. */
function commandsToSet(place: Workspace, stack: string, paths: string[]): string[] {
    const own = basename(stackFiles(place, stack).own);
    const commands = paths.map((path) => {
        const isPath = /[.[]/.test(path);
        return `npx slipway local config set --secret ${isPath ? `--path '${path}'` : path} -s ${stack}`;
    });
    return [
        ...commands,
        `(stored in ${own}, which git ignores; for one command only: --local-config '${paths[0]}=<value>')`,
    ];
}
