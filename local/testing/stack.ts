import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Ended, Exported } from "../engine";
import { type Changes, changesIn } from "./changes";
import type { CommandOptions, LocalCloud } from "./cloud";

/** What an `up` did, and what the program exports. */
export interface Deployed extends Changes {
    outputs: Record<string, unknown>;
}

/** A pulumi command that failed. The message has all that pulumi printed, with the errors in Google's words. */
export class CommandFailed extends Error {
    constructor(
        command: string,
        readonly output: string,
        /** What was done before. */
        readonly changes: Changes,
    ) {
        super(`${command} failed:\n${output}`);
        this.name = "CommandFailed";
    }
}

/**
 * A stack of a program on a local Google Cloud. Each command resolves when pulumi has ended, and throws
 * {@link CommandFailed} when pulumi fails.
 */
export class LocalStack {
    constructor(
        private readonly cloud: LocalCloud,
        readonly name: string,
        private readonly resources: () => Exported[],
    ) {}

    /** Deploys the program as it is now. */
    async up(options: CommandOptions = {}): Promise<Deployed> {
        const changes = await this.changes(["up", "--yes", "--skip-preview"], options);
        return { ...changes, outputs: await this.outputs() };
    }

    /** What an `up` would do. */
    preview(options: CommandOptions = {}): Promise<Changes> {
        return this.changes(["preview"], options);
    }

    /** Reads what exists into the stack: `updated` is what others changed, `deleted` what is gone. */
    refresh(options: CommandOptions = {}): Promise<Changes> {
        return this.changes(["refresh", "--yes", "--skip-preview"], options);
    }

    /** Takes everything down. Where something is protected, it is refused before anything is deleted. */
    destroy(options: CommandOptions = {}): Promise<Changes> {
        return this.changes(["destroy", "--yes"], options);
    }

    /** What the program exported when it was deployed last, secrets in clear. */
    async outputs(): Promise<Record<string, unknown>> {
        const stack = (await this.exported()).find(({ type }) => type === "pulumi:pulumi:Stack");
        const outputs = stack?.outputs ?? {};
        if (!JSON.stringify(outputs).includes(secret)) {
            return outputs;
        }
        const { output } = await this.run(["stack", "output", "--json", "--show-secrets"]);
        return JSON.parse(output.slice(output.indexOf("{")));
    }

    /** The resources of the stack as pulumi keeps them, with the components that they belong to. */
    async exported(): Promise<Exported[]> {
        return this.resources();
    }

    /** Runs any pulumi command on this stack, whatever it ends with. */
    run(args: string[], options: CommandOptions = {}): Promise<Ended> {
        return this.cloud.run([...args, "--stack", this.name], options);
    }

    private async changes(command: string[], options: CommandOptions): Promise<Changes> {
        const folder = mkdtempSync(join(tmpdir(), "slipway-events-"));
        const log = join(folder, "log");
        try {
            // The log of events is among pulumi's commands for debugging; its own Automation API reads it as well.
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

/** Pulumi's mark of a secret among plain values. */
const secret = "1b47061264138c4ac30d75fd1eb44270";
