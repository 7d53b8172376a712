import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type CommandOptions, type Ended, LocalCloud, type LocalCloudOptions, type Resource } from "../../local";
import { endDaemons } from "../../local/daemon/client";
import { type Exported, resourcesOf } from "../../local/engine";
import { type Workspace, workspace } from "../../local/workspace";
import { counts } from "../counts";

const root = join(__dirname, "..", "..");
const preload = join(root, "dist", "local", "program", "preload.js");

/** What a preview would do to one resource, such as `update Function predict`. */
interface Step {
    op: string;
    urn: string;
}

/** A program in a folder of its own, where a test edits it, deployed by the pinned engine to the cloud in this folder. */
export class Deployment {
    readonly place: Workspace;
    readonly cloud: LocalCloud;
    private host?: ChildProcess;

    /** @param files the program: texts by their path, or a folder that is copied. */
    constructor(
        files: Record<string, string> | string,
        /** More environment variables for every command. */
        environment: NodeJS.ProcessEnv = {},
        options: LocalCloudOptions = {},
    ) {
        const folder = mkdtempSync(join(tmpdir(), "slipway-deploy-"));
        if (typeof files === "string") {
            cpSync(files, folder, {
                recursive: true,
                filter: (file) => !/^(node_modules|\.slipway)$/.test(basename(file)),
            });
        } else {
            for (const [path, text] of Object.entries(files)) {
                writeFileSync(join(folder, path), text);
            }
        }
        symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
        this.place = workspace(folder, {});
        const languageHost = this.isJavaScript() ? this.languageHost : undefined;
        this.cloud = new LocalCloud(this.place, { pinned: true, environment, languageHost, ...options });
    }

    /** The platform example, as a user copies it. */
    static platform(environment?: NodeJS.ProcessEnv): Deployment {
        return new Deployment(join(root, "examples", "platform"), environment);
    }

    /** A program in JavaScript with the raw provider, in the project `acme-raw`. */
    static raw(program: string, options?: LocalCloudOptions): Deployment {
        const files = {
            "Pulumi.yaml": "name: raw\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
            "Pulumi.dev.yaml": "config:\n  gcp:project: acme-raw\n  gcp:region: europe-west1\n",
            "package.json": '{ "name": "raw", "version": "1.0.0", "main": "index.js" }\n',
            "index.js": `"use strict";\nconst gcp = require("@pulumi/gcp");\n${program}\n`,
        };
        return new Deployment(files, {}, options);
    }

    private isJavaScript(): boolean {
        return /typescript: false/.test(readFileSync(this.file("Pulumi.yaml"), "utf8"));
    }

    /** Runs programs in JavaScript in one process, which spares each command more than half of its time. */
    private readonly languageHost = async (environment: NodeJS.ProcessEnv): Promise<string> => {
        this.host ??= fork(join(__dirname, "programHost.js"), [this.place.folder, preload], {
            env: environment,
            execArgv: [],
        });
        const { host } = this;
        const address = once(host, "message");
        host.send(environment);
        return String((await address)[0]);
    };

    file(path: string): string {
        return join(this.place.folder, path);
    }

    edit(path: string, change: (text: string) => string): void {
        writeFileSync(this.file(path), change(readFileSync(this.file(path), "utf8")));
    }

    /** Runs a pulumi command whatever it ends with. */
    run(args: string[], environment: NodeJS.ProcessEnv = {}, options: CommandOptions = {}): Promise<Ended> {
        return this.cloud.run(args, { environment, ...options });
    }

    /** Runs a pulumi command that must succeed; what it did to resources: `{ created: 47 }`. */
    async succeed(args: string[], environment: NodeJS.ProcessEnv = {}): Promise<Record<string, number>> {
        const { code, output } = await this.run(args, environment);
        if (code !== 0) {
            throw new Error(`pulumi ${args.join(" ")} failed:\n${output}`);
        }
        return counts(output);
    }

    up(stack: string, environment?: NodeJS.ProcessEnv): Promise<Record<string, number>> {
        return this.succeed(["up", "-s", stack, "--yes", "--skip-preview"], environment);
    }

    /**
     * What a refresh and then an up do to a stack that was just deployed: `{ unchanged: 47 }` when the one finds all as it was made,
     * and the other nothing to do. With the one between, the other would find what a second up without it finds, and what a preview
     * after it does.
     */
    async again(stack: string): Promise<Record<string, number>> {
        const refreshed = await this.succeed(["refresh", "-s", stack, "--yes", "--skip-preview"]);
        return Object.keys(refreshed).join() === "unchanged" ? this.up(stack) : refreshed;
    }

    /** What a preview would do, also to components: `["update Function predict"]`. What stays is left out. */
    async preview(stack: string): Promise<string[]> {
        const { code, output } = await this.run(["preview", "-s", stack, "--json"]);
        if (code !== 0) {
            throw new Error(`the preview failed:\n${output}`);
        }
        const steps: Step[] = JSON.parse(output.slice(output.indexOf("{"))).steps;
        return steps
            .filter(({ op }) => op !== "same")
            .map(({ op, urn }) => `${op} ${urn.split("::").slice(2).join(" ").split(/[:$]/).at(-1)}`)
            .sort();
    }

    /** The resources of a stack as its state has them. */
    async exported(stack: string): Promise<Exported[]> {
        return resourcesOf(this.place, stack);
    }

    async outputs(stack: string): Promise<Record<string, string>> {
        const root = (await this.exported(stack)).find(({ type }) => type === "pulumi:pulumi:Stack");
        return root?.outputs as Record<string, string>;
    }

    resources(): Resource[] {
        return this.cloud.resources();
    }

    /** What exists, as `Topic projects/acme/topics/sale-range`. */
    existing(project?: string): string[] {
        return this.cloud.existing(project);
    }

    async remove(): Promise<void> {
        this.host?.disconnect();
        await endDaemons(this.place.home);
        rmSync(this.place.folder, { recursive: true, force: true });
    }
}
