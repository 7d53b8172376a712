import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endDaemons } from "../daemon/client";
import { type Ended, Engine, resourcesOf } from "../engine";
import { found, inventory, type Resource } from "../inventory";
import type { Delay, Fault, FaultPlan } from "../provider/faults";
import { cloudOf, type Workspace, workspace } from "../workspace";
import { linked, type StackConfig, writeStackFile } from "./linked";
import { LocalStack } from "./stack";

export interface LocalCloudOptions {
    /**
     * Accept resource types that the local Google Cloud has no rules for; they are kept as they are given.
     *
     * @default false
     */
    generic?: boolean;
    /**
     * Have each command check the program's types, which takes seconds.
     *
     * @default false, as the editor and the compiler check them already
     */
    typeCheck?: boolean;
    /**
     * Take the Pulumi that this package pins whatever is on PATH. It is built from source, once a machine.
     *
     * @default false
     */
    pinned?: boolean;
    /** More environment variables for every command and the program. */
    environment?: NodeJS.ProcessEnv;
    /** Gives the address of a running language host for the program, in the place of Pulumi's own. */
    languageHost?: (environment: NodeJS.ProcessEnv) => Promise<string>;
}

/** How one command is run. */
export interface CommandOptions {
    /** What goes wrong on purpose: calls of Google Cloud, or a whole plan. */
    faults?: (Fault | Delay)[] | FaultPlan;
    /** More environment variables, for pulumi and the program. */
    environment?: NodeJS.ProcessEnv;
    /** When it is aborted, pulumi is killed as by SIGKILL. */
    kill?: AbortSignal;
}

/**
 * A fresh Google Cloud of this machine, and a Pulumi program to deploy to it. It has a folder of its own: the program's
 * stays as it is, and several clouds are there at the same time, also with the same program.
 */
export class LocalCloud {
    private readonly place: Workspace;
    private readonly source?: Workspace;
    private readonly running = new Set<Promise<unknown>>();
    private engine?: Promise<Engine>;

    /**
     * @param program the folder of a Pulumi program, or one below it; or a workspace, to use it in place with its own stack
     *   files and the cloud that is there already
     */
    constructor(
        program: string | Workspace = ".",
        private readonly options: LocalCloudOptions = {},
    ) {
        if (typeof program === "string") {
            this.source = workspace(program, {});
            this.place = linked(this.source, mkdtempSync(join(tmpdir(), "slipway-cloud-")));
        } else {
            this.place = program;
        }
    }

    /** The folder in which the cloud, the stacks and the engine's own files are: `SLIPWAY_LOCAL_HOME`. */
    get home(): string {
        return this.place.home;
    }

    /**
     * A stack of the program.
     *
     * @param config what is configured beyond the program's own stack file of this name, which need not be there; a value
     *   that is `undefined` takes its key out
     */
    stack(name: string, config: StackConfig = {}): LocalStack {
        if (this.source) {
            writeStackFile(this.source, this.place, name, config);
        } else if (Object.keys(config).length > 0) {
            throw new Error(`the configuration of "${name}" is that of ${this.place.folder}: set it there.`);
        }
        return new LocalStack(this, name, () => resourcesOf(this.place, name));
    }

    /**
     * What exists, by project, type and id, with the properties that Google Cloud has of it.
     *
     * @param type only these: a token such as `gcp:pubsub/topic:Topic`, or its last part
     */
    resources(type?: string): Resource[] {
        const all = inventory(cloudOf(this.place));
        return type === undefined ? all : all.filter((each) => each.type === type || each.type.endsWith(`:${type}`));
    }

    /**
     * The one resource of an id, or of the end of an id.
     *
     * @throws Error when none fits, with the nearest; when several fit, with all of them
     */
    resource(id: string): Resource {
        return found(this.resources(), id)[0] as Resource;
    }

    /** Everything that exists in one line each, as `Topic projects/acme-dev/topics/sales`, to compare a whole cloud. */
    existing(project?: string): string[] {
        return this.resources()
            .filter((each) => project === undefined || each.project === project)
            .map(({ type, id }) => `${type.split(/[:/]/).at(-1)} ${id}`);
    }

    /**
     * Changes a property as somebody does who is not Pulumi, so that a refresh finds it.
     *
     * @param id the resource's id, or the end of it
     * @param property such as `labels.team` or `lifecycleRules[0].action.type`
     * @param value the new value; `null` takes the property out
     * @returns the resource as it is now
     */
    set(id: string, property: string, value: unknown): Resource {
        // Loaded when it is needed: it brings the rules of every service.
        const { changedByHand }: typeof import("../hand/change") = require("../hand/change");
        return changedByHand(this.place, id, property, () => value);
    }

    /**
     * Backs up an instance of Cloud SQL, as somebody does in the console.
     *
     * @param instance its name
     * @returns the backup's id, for `restoreBackupContext`
     */
    backup(instance: string): number {
        const { backsUpByHand }: typeof import("../hand/backup") = require("../hand/backup");
        return backsUpByHand(cloudOf(this.place), instance).id;
    }

    /** Runs any pulumi command in the program's folder, whatever it ends with. */
    run(args: string[], options: CommandOptions = {}): Promise<Ended> {
        const ended = this.command(args, options);
        this.running.add(ended);
        return ended.finally(() => this.running.delete(ended));
    }

    private async command(args: string[], { faults, environment, kill }: CommandOptions): Promise<Ended> {
        const { generic, pinned, typeCheck, languageHost } = this.options;
        this.engine ??= Engine.start(this.place, { generic, pinned });
        return (await this.engine).run([...args, "--non-interactive"], "quiet", {
            kill,
            languageHost,
            environment: {
                ...(!typeCheck && { PULUMI_NODEJS_TRANSPILE_ONLY: "true" }),
                ...this.options.environment,
                ...environment,
                ...(faults && { SLIPWAY_LOCAL_FAULTS: JSON.stringify(faults) }),
            },
        });
    }

    /** Removes the cloud with its stacks, once no command runs any more. The program's folder is not touched. */
    async remove(): Promise<void> {
        if (this.running.size > 0) {
            await Promise.allSettled(this.running);
        }
        const { folder, home } = this.place;
        await endDaemons(home);
        rmSync(this.source ? folder : home, { recursive: true, force: true });
    }

    /** For `await using cloud = new LocalCloud()`. */
    [Symbol.asyncDispose](): Promise<void> {
        return this.remove();
    }
}
