import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Engine } from "../commands/engine/engine";
import type { CommandResult } from "../commands/engine/pulumiCommand";
import { stopDaemons } from "../machine/daemon/client";
import { resourcesOf } from "../machine/stacks";
import { type Workspace, workspace } from "../machine/workspace";
import type { PolicySpec } from "../simulator/cloud/organization";
import { settingsVariables } from "../simulator/cloud/settings";
import { cloudOf } from "../simulator/cloudOf";
import { findResources, inventory, type Resource } from "../simulator/inventory";
import { LocalApp } from "./app";
import { linkProgram, type StackConfig, writeStackFile } from "./linked";
import { type CommandOptions, LocalStack } from "./stack";

export interface LocalCloudOptions {
    /**
     * Accept resource types without simulation rules; their inputs are stored unchanged.
     *
     * @default false
     */
    generic?: boolean;
    /**
     * Check the program's types with each command, which takes seconds.
     *
     * @default false, as editors and the compiler check them
     */
    typeCheck?: boolean;
    /**
     * Use the Pulumi version that this package pins, whatever is on PATH. It is built from source once per machine.
     *
     * @default false
     */
    pinned?: boolean;
    /** Additional environment variables of all commands and the program. */
    environment?: NodeJS.ProcessEnv;
    /**
     * Who deploys: a service account's email, or a principal such as `principal://iam.googleapis.com/…/subject/…`.
     *
     * @default an owner of all projects
     */
    as?: string;
    /** Returns the address of a running language host to use instead of Pulumi's own. */
    languageHost?: (environment: NodeJS.ProcessEnv) => Promise<string>;
    /**
     * The folder of the background process with the providers, for several clouds to share one. Not stopped by `remove`.
     *
     * @default the cloud's own folder
     */
    providers?: string;
}

/** The configuration key at the start of a path. */
const topKey = (path: string) => path.split(/[.[]/)[0] as string;

/**
 * A temporary local Google Cloud, and a Pulumi program to deploy to it. It uses its own folder and does not change the
 * program's folder, so several clouds can be used in parallel, even with the same program.
 */
export class LocalCloud {
    private readonly place: Workspace;
    private readonly source?: Workspace;
    private readonly running = new Set<Promise<unknown>>();
    private readonly apps: Promise<LocalApp>[] = [];
    private engine?: Promise<Engine>;

    /**
     * @param program the folder of a Pulumi program, or a subfolder; or a workspace, to use its own stack files and
     *   existing cloud
     */
    constructor(
        program: string | Workspace = ".",
        private readonly options: LocalCloudOptions = {},
    ) {
        if (typeof program === "string") {
            this.source = workspace(program, {});
            this.place = linkProgram(this.source, mkdtempSync(join(tmpdir(), "slipway-cloud-")));
        } else {
            this.place = program;
        }
    }

    /** The folder of the cloud, the stacks and the engine's files: `SLIPWAY_LOCAL_HOME`. */
    get home(): string {
        return this.place.home;
    }

    /**
     * Returns a stack of the program.
     *
     * @param config configuration in addition to the program's stack file, which is optional; `undefined` values remove
     *   keys
     */
    stack(name: string, config: StackConfig = {}): LocalStack {
        if (this.source) {
            writeStackFile(this.source, this.place, name, config);
        } else if (Object.keys(config).length > 0) {
            throw new Error(`the stack "${name}" uses the configuration in ${this.place.folder}: set it there.`);
        }
        return new LocalStack(
            name,
            (args, options) => this.run(args, options),
            () => resourcesOf(this.place, name),
        );
    }

    /**
     * Lists all resources by project, type and ID, with their properties.
     *
     * @param type a token such as `gcp:pubsub/topic:Topic`, or its last part
     */
    resources(type?: string): Resource[] {
        const all = inventory(cloudOf(this.place));
        return type === undefined ? all : all.filter((item) => item.type === type || item.type.endsWith(`:${type}`));
    }

    /**
     * Sets an organization policy, as an administrator would, with a specification in the format of `gcp.orgpolicy.Policy`.
     *
     * @param parent `projects/acme-dev`, `folders/123` or `organizations/123`; by default the organization of all projects
     */
    setPolicy(constraint: string, spec: PolicySpec, parent?: string): void {
        cloudOf(this.place).organization.setPolicy(constraint, spec, parent);
    }

    /**
     * Returns the resource with an ID, or the end of an ID.
     *
     * @throws Error with the nearest ID if none matches, or with all matching IDs
     */
    resource(id: string): Resource {
        return findResources(this.resources(), id)[0] as Resource;
    }

    /** Lists all resources as strings such as `Topic projects/acme-dev/topics/sales`, for comparison. */
    existing(project?: string): string[] {
        return this.resources()
            .filter((item) => project === undefined || item.project === project)
            .map(({ type, id }) => `${type.split(/[:/]/).at(-1)} ${id}`);
    }

    /**
     * Changes a property outside of Pulumi, for a refresh to detect.
     *
     * @param id the resource's ID, or the end of it
     * @param property such as `labels.team` or `lifecycleRules[0].action.type`
     * @param value the new value; `null` removes the property
     * @returns the changed resource
     */
    set(id: string, property: string, value: unknown): Resource {
        // Loaded on demand, because it loads the rules of all services.
        const { changeProperty }: typeof import("../commands/manual/change") = require("../commands/manual/change");
        return changeProperty(this.place, id, property, () => value);
    }

    /**
     * Backs up a Cloud SQL instance, as in the console.
     *
     * @param instance its name
     * @returns the ID of the backup, for `restoreBackupContext`
     */
    backup(instance: string): number {
        const { createBackup }: typeof import("../commands/manual/backup") = require("../commands/manual/backup");
        return createBackup(cloudOf(this.place), instance).id;
    }

    /**
     * Adds a version to a secret outside of Pulumi, such as one with `external: true`.
     *
     * @param secret its ID, or the end of it
     * @returns the name of the version
     */
    addSecretVersion(secret: string, value: string | Uint8Array): string {
        const {
            addSecretVersion,
        }: typeof import("../commands/manual/secretVersion") = require("../commands/manual/secretVersion");
        return addSecretVersion(cloudOf(this.place), secret, value);
    }

    /**
     * Records an image in a repository of Artifact Registry as pushed, without content: Cloud Run and App Engine do not deploy images
     * that do not exist.
     *
     * @param image such as `europe-west1-docker.pkg.dev/acme-dev/app/predict:1.4.0`, with a tag or a digest
     * @returns its digest
     */
    pushImage(image: string): string {
        const { recordImage }: typeof import("../commands/manual/image") = require("../commands/manual/image");
        return recordImage(cloudOf(this.place), image);
    }

    /** Runs any Pulumi command in the program's folder, and returns even if it fails. */
    run(args: string[], options: CommandOptions = {}): Promise<CommandResult> {
        const ended = this.command(args, options);
        this.running.add(ended);
        return ended.finally(() => this.running.delete(ended));
    }

    private async command(
        args: string[],
        { as = this.options.as, faults, environment, kill }: CommandOptions,
    ): Promise<CommandResult> {
        const { generic, pinned, providers, typeCheck, languageHost } = this.options;
        // Tests set values with the stack: files of the program's folder are only copied.
        const settingValues = (stack: string, paths: string[]) =>
            paths.map((path) => `cloud.stack(${JSON.stringify(stack)}, { ${JSON.stringify(topKey(path))}: … })`);
        this.engine ??= Engine.start(this.place, { generic, pinned, providers, ...(this.source && { settingValues }) });
        return (await this.engine).run([...args, "--non-interactive"], "quiet", {
            kill,
            languageHost,
            environment: {
                ...(!typeCheck && { PULUMI_NODEJS_TRANSPILE_ONLY: "true" }),
                ...this.options.environment,
                ...environment,
                ...settingsVariables({ as }),
                ...(faults && { SLIPWAY_LOCAL_FAULTS: JSON.stringify(faults) }),
            },
        });
    }

    /** Runs the code of what is deployed: functions as processes of this machine, and containers with Docker, until {@link remove}. */
    serve(): Promise<LocalApp> {
        const started = LocalApp.start(this.place);
        this.apps.push(started);
        return started;
    }

    /** Deletes the cloud and its stacks, after running commands have finished. The program's folder is not changed. */
    async remove(): Promise<void> {
        if (this.running.size > 0) {
            await Promise.allSettled(this.running);
        }
        for (const app of await Promise.allSettled(this.apps.splice(0))) {
            await (app.status === "fulfilled" && app.value.close());
        }
        const { folder, home } = this.place;
        await stopDaemons(home);
        rmSync(this.source ? folder : home, { recursive: true, force: true });
    }

    /** Supports `await using cloud = new LocalCloud()`. */
    [Symbol.asyncDispose](): Promise<void> {
        return this.remove();
    }
}
