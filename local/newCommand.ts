import { spawnSync } from "node:child_process";
import {
    cpSync,
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    realpathSync,
    renameSync,
    writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { Command } from "commander";
import { closest } from "fastest-levenshtein";
import { stacksWithFile } from "slipway/project";
import { packageFolder } from "../toolchain";
import { workspace } from "./workspace";
import { yaml } from "./yaml";

/** The command `slipway local new`. */
export function newCommand(report: (line: string) => void): Command {
    return new Command("new")
        .description("copy a starter to a new folder, name the project after the folder, and install its packages")
        .usage("[options] <starter> [folder]")
        .argument("[starter]", "the name of a starter; without it, they are listed")
        .argument("[folder]", "the new folder; default: the name of the starter")
        .option("--no-install", "do not install the packages")
        .action((starter: string | undefined, to: string | undefined, { install }: { install: boolean }) => {
            if (starter === undefined) {
                process.stdout.write(listOfStarters());
                return;
            }
            const folder = resolve(to ?? starter);
            copyStarter(starter, folder);
            report(`created ${relative(".", folder)}`);
            if (install) {
                installPackages(folder);
            }
            const [stack = "dev"] = stacksWithFile(workspace(folder, {}));
            const commands = [
                `cd ${relative(".", folder)}`,
                ...(install ? [] : ["npm install"]),
                `npx slipway local up -s ${stack}`,
            ];
            report(`Next:\n${commands.map((command) => `    ${command}`).join("\n")}`);
            report("Before you deploy it to Google Cloud, set your projects in the files Pulumi*.yaml.");
        });
}

/** The repository, if this package was not installed but is part of it. */
function repository(): string | undefined {
    return [packageFolder(), join(packageFolder(), "..", "..")].find((folder) =>
        existsSync(join(folder, "toolchain", "setup.mjs")),
    );
}

function startersFolder(): string {
    const root = repository();
    return root === undefined ? join(packageFolder(), "starters") : join(root, "examples");
}

function listOfStarters(): string {
    const names = readdirSync(startersFolder());
    const width = Math.max(...names.map(({ length }) => length));
    const lines = names.map((name) => {
        const { description } = yaml().parse(readFileSync(join(startersFolder(), name, "Pulumi.yaml"), "utf8"));
        return `  ${name.padEnd(width)}  ${description}\n`;
    });
    return `Starters, for 'slipway local new <starter> [folder]':\n${lines.join("")}`;
}

/** Copies a starter; its project, and the Google Cloud projects of its environments, are named after the folder. */
function copyStarter(starter: string, folder: string): void {
    const names = readdirSync(startersFolder());
    if (!names.includes(starter)) {
        const others = new Intl.ListFormat("en").format(names);
        throw new Error(
            `there is no starter "${starter}"; did you mean "${closest(starter, names)}"? The starters are ${others}.`,
        );
    }
    const name = basename(folder);
    // The IDs of its Google Cloud projects are this name with `-dev` and `-prod`, of at most 30 characters.
    if (!/^[a-z][a-z0-9-]{0,23}[a-z0-9]$/.test(name)) {
        throw new Error(
            `the folder names the project: its name must have 2 to 25 lower-case letters, digits and hyphens (got "${name}").`,
        );
    }
    if (existsSync(folder) && readdirSync(folder).length > 0) {
        throw new Error(`${folder} is not empty.`);
    }
    mkdirSync(folder, { recursive: true });
    cpSync(join(startersFolder(), starter), folder, {
        recursive: true,
        filter: (file) => !/^(node_modules|\.slipway|__pycache__)$/.test(basename(file)),
    });
    // npm packs no files with the name .gitignore.
    if (existsSync(join(folder, "gitignore"))) {
        renameSync(join(folder, "gitignore"), join(folder, ".gitignore"));
    }
    rename(folder, starter, name);
}

function rename(folder: string, starter: string, name: string): void {
    const files = readdirSync(folder).filter((file) => /^(Pulumi\..*yaml|package\.json|README\.md)$/.test(file));
    const texts = new Map(files.map((file) => [file, readFileSync(join(folder, file), "utf8")]));
    const [prefix = name] = [...texts]
        .filter(([file]) => /^Pulumi/.test(file))
        .flatMap(([, text]) => /\bacme-[a-z]+/.exec(text) ?? []);
    for (const [file, text] of texts) {
        const renamed = text
            .replaceAll(new RegExp(`\\b${prefix}\\b`, "g"), name)
            .replace(new RegExp(`^(name: |# |    "name": ")${starter}\\b`, "m"), `$1${name}`)
            .replaceAll(new RegExp(`^  ${starter}:`, "gm"), `  ${name}:`);
        writeFileSync(join(folder, file), renamed);
    }
}

/** Installs the packages of a starter, with slipway from where this package is from. */
function installPackages(folder: string): void {
    const file = join(folder, "package.json");
    const description = JSON.parse(readFileSync(file, "utf8"));
    const { slipway, "slipway-local": local } = sources(folder);
    description.dependencies.slipway = slipway ?? description.dependencies.slipway;
    description.devDependencies["slipway-local"] = local ?? description.devDependencies["slipway-local"];
    writeFileSync(file, `${JSON.stringify(description, undefined, 4)}\n`);
    npm(folder, "install", "--no-audit", "--no-fund");
}

/** The packages of slipway as npm finds them, if they are not from the registry: files of a clone, or those that were installed. */
function sources(folder: string): Record<string, string | undefined> {
    const root = repository();
    if (root !== undefined) {
        const packages = join(folder, "packages");
        mkdirSync(packages);
        const packed: { name: string; filename: string }[] = JSON.parse(
            npm(root, "pack", "--json", "--pack-destination", packages, ".", "./local"),
        );
        return Object.fromEntries(packed.map(({ name, filename }) => [name, `file:packages/${filename}`]));
    }
    const modules = dirname(dirname(realpathSync(packageFolder())));
    const lock = join(modules, ".package-lock.json");
    const { packages = {} } = existsSync(lock) ? JSON.parse(readFileSync(lock, "utf8")) : {};
    return Object.fromEntries(
        ["slipway", "slipway-local"].map((name) => {
            const [, file] = /^file:(.+)$/.exec(packages[`node_modules/${name}`]?.resolved ?? "") ?? [];
            return [name, file && `file:${resolve(dirname(modules), file)}`];
        }),
    );
}

/** Runs npm, and returns its output. */
function npm(folder: string, ...args: string[]): string {
    const { status, stdout } = spawnSync("npm", args, {
        cwd: folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "inherit"],
        shell: process.platform === "win32",
    });
    if (status !== 0) {
        throw new Error(`'npm ${args.join(" ")}' failed in ${folder}: see the errors above.`);
    }
    return stdout;
}
