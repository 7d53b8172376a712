import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import type { Cloud } from "../../local/cloud/cloud";
import { stopDaemons } from "../../local/daemon/client";
import { inventory } from "../../local/inventory";
import { cloudOf, workspace } from "../../local/workspace";
import { run } from "../../toolchain/process";
import { counts } from "../counts";
import { packed } from "../packages";

const root = join(__dirname, "..", "..");

/** A starter as somebody has it who copied it: in an empty folder, with the packed packages installed. */
export class Starter {
    readonly cloud: Cloud;
    private isChecked = false;

    /** @param home where its local Google Cloud is, if not in its own folder */
    private constructor(
        readonly folder: string,
        private readonly home = join(folder, ".slipway"),
    ) {
        this.cloud = cloudOf(workspace(folder, { SLIPWAY_LOCAL_HOME: home }));
    }

    static async copied(name: string): Promise<Starter> {
        const folder = mkdtempSync(join(tmpdir(), `slipway-${name}-`));
        copy(name, folder);
        writeFileSync(join(folder, ".npmrc"), "fund=false\naudit=false\nprefer-offline=true\nloglevel=error\n");
        const packages = await packed(folder);
        await run("npm", ["install", ...Object.values(packages).map(({ tarball }) => tarball)], { cwd: folder });
        return new Starter(folder);
    }

    /** Another starter on the same local Google Cloud, with the packages of this one. */
    beside(name: string): Starter {
        const folder = join(this.folder, name);
        copy(name, folder);
        symlinkSync(join(this.folder, "node_modules"), join(folder, "node_modules"));
        return new Starter(folder, this.home);
    }

    /**
     * Runs `slipway local` in the folder and returns what it printed; that is also the error's text. The first time it is as a
     * person does it; later without what takes seconds each time, npm's search for the command and the check of types.
     */
    async local(...args: string[]): Promise<string> {
        const [command = "npx", ...before] = this.isChecked
            ? [join(this.folder, "node_modules/.bin/slipway")]
            : ["npx", "slipway"];
        const quick = this.isChecked && { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };
        this.isChecked = true;
        const ended = promisify(execFile)(command, [...before, "local", ...args], {
            cwd: this.folder,
            env: { ...process.env, ...quick, SLIPWAY_LOCAL_HOME: this.home },
        });
        const { stdout } = await ended.catch(({ stdout, stderr }) => {
            throw new Error(`slipway local ${args.join(" ")} failed:\n${stdout}${stderr}`);
        });
        return stdout;
    }

    /** Deploys a stack; what that did to resources: `{ created: 47 }`. */
    async up(stack: string): Promise<Record<string, number>> {
        return counts(await this.local("up", "-s", stack, "--yes", "--skip-preview", "--non-interactive"));
    }

    /** Reads what exists into a stack; what that found: `{ unchanged: 47 }`. */
    async refresh(stack: string): Promise<Record<string, number>> {
        return counts(await this.local("refresh", "-s", stack, "--yes", "--skip-preview", "--non-interactive"));
    }

    async outputs(stack: string): Promise<Record<string, unknown>> {
        return JSON.parse(await this.local("stack", "output", "--json", "-s", stack));
    }

    /** What exists, as `Topic projects/acme/topics/sales`, without what belongs to the project for good, such as its default network. */
    existing(project: string): string[] {
        const kept =
            /^((projects|Service|ServiceIdentity|Account projects\/\S+-compute@\S+|IAMMember) |\w+ \S+\/default(-allow-\w+)?$)/;
        return inventory(this.cloud)
            .filter((each) => each.project === project)
            .map(({ type, id }) => `${type.split(/[:/]/).at(-1)} ${id}`)
            .filter((each) => !kept.test(each));
    }

    /** Destroys a stack of production in the two steps that it takes, the first of which is refused. */
    async takeDown(stack: string): Promise<void> {
        await expect(this.local("destroy", "-s", stack, "--yes")).rejects.toThrow("cannot be deleted");
        await this.local("config", "set", "-s", stack, "slipway:protection", "off");
        await this.up(stack);
        await this.destroy(stack);
    }

    async destroy(stack: string): Promise<void> {
        await this.local("destroy", "-s", stack, "--yes", "--skip-preview");
    }

    edit(path: string, change: (text: string) => string): void {
        const file = join(this.folder, path);
        writeFileSync(file, change(readFileSync(file, "utf8")));
    }

    async remove(): Promise<void> {
        await stopDaemons(this.home);
        rmSync(this.folder, { recursive: true, force: true });
    }
}

function copy(name: string, folder: string): void {
    cpSync(join(root, "examples", name), folder, {
        recursive: true,
        filter: (file) => !/^(node_modules|\.slipway|__pycache__)$/.test(basename(file)),
    });
}
