import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Changes, changesIn } from "../commands/engine/changes";
import type { CommandResult } from "../commands/engine/pulumiCommand";
import type { Exported } from "../machine/exported";
import { marks } from "../machine/marks";
import type { Delay, Fault, FaultPlan } from "../simulator/provider/faults";

/** Options of a command. */
export interface CommandOptions {
    /** Who runs the command, if not the one who deploys the cloud. */
    as?: string;
    /** Simulated errors: a list of faults, or a fault plan. */
    faults?: (Fault | Delay)[] | FaultPlan;
    /** Additional environment variables of Pulumi and the program. */
    environment?: NodeJS.ProcessEnv;
    /** Kills Pulumi with SIGKILL when aborted. */
    kill?: AbortSignal;
}

/** The changes of an update, and the program's exports. */
export interface Deployed extends Changes {
    outputs: Record<string, unknown>;
}

/** A failed Pulumi command. The message contains Pulumi's output, including Google's errors. */
export class CommandFailed extends Error {
    constructor(
        command: string,
        readonly output: string,
        /** The changes that were completed before. */
        readonly changes: Changes,
    ) {
        super(`${command} failed:\n${output}`);
        this.name = "CommandFailed";
    }
}

/**
 * A stack of a program on a local Google Cloud. Methods resolve when Pulumi has finished, and throw {@link
 * CommandFailed} if it fails.
 */
export class LocalStack {
    constructor(
        readonly name: string,
        private readonly runCommand: (args: string[], options?: CommandOptions) => Promise<CommandResult>,
        private readonly resources: () => Exported[],
    ) {}

    /** Deploys the program. */
    async up(options: CommandOptions = {}): Promise<Deployed> {
        const changes = await this.changes(["up", "--yes", "--skip-preview"], options);
        return { ...changes, outputs: await this.outputs() };
    }

    /** Previews an update. */
    preview(options: CommandOptions = {}): Promise<Changes> {
        return this.changes(["preview"], options);
    }

    /** Updates the state from the cloud: `updated` resources were changed by others, `deleted` ones no longer exist. */
    refresh(options: CommandOptions = {}): Promise<Changes> {
        return this.changes(["refresh", "--yes", "--skip-preview"], options);
    }

    /** Deletes all resources. Fails before deleting anything if resources are protected. */
    destroy(options: CommandOptions = {}): Promise<Changes> {
        return this.changes(["destroy", "--yes"], options);
    }

    /** The program's exports of the last deployment, with secrets in plain text. */
    async outputs(): Promise<Record<string, unknown>> {
        const stack = (await this.exported()).find(({ type }) => type === "pulumi:pulumi:Stack");
        const outputs = stack?.outputs ?? {};
        if (!JSON.stringify(outputs).includes(marks.secret)) {
            return outputs;
        }
        const { output } = await this.run(["stack", "output", "--json", "--show-secrets"]);
        return JSON.parse(output.slice(output.indexOf("{")));
    }

    /** The resources and components of the stack in Pulumi's state. */
    async exported(): Promise<Exported[]> {
        return this.resources();
    }

    /** Runs any Pulumi command on this stack, and returns even if it fails. */
    run(args: string[], options: CommandOptions = {}): Promise<CommandResult> {
        return this.runCommand([...args, "--stack", this.name], options);
    }

    private async changes(command: string[], options: CommandOptions): Promise<Changes> {
        const folder = mkdtempSync(join(tmpdir(), "slipway-events-"));
        const log = join(folder, "log");
        try {
            // `--event-log` is a debugging option of Pulumi, which its Automation API uses as well.
            const environment = { PULUMI_DEBUG_COMMANDS: "true", ...options.environment };
            const { code, output } = await this.run([...command, "--event-log", log], { ...options, environment });
            const changes = changesIn(log);
            if (code !== 0) {
                throw new CommandFailed(`pulumi ${command[0]} of the stack ${this.name}`, output, changes);
            }
            return changes;
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    }
}
