import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { closest } from "fastest-levenshtein";
import { repository } from "./repository";

// The package create-slipway has a copy of this folder and of the starters: nothing here imports other parts of `local`.

/** A program to copy. */
export interface Starter {
    name: string;
    /** What it is, in a line. */
    description: string;
}

/** Where a starter is copied to. */
export interface Target {
    /** The new folder, whose name is the name of the project. */
    folder: string;
    /** The start of the IDs of the Google Cloud projects, which end with the stack. @default the name of the folder */
    projects?: string;
}

/** The folder with the starters, next to the compiled `local`, or in the repository. */
function startersFolder(): string {
    const root = repository();
    return root === undefined ? join(__dirname, "..", "..", "..", "starters") : join(root, "examples");
}

export function starters(): Starter[] {
    return readdirSync(startersFolder()).map((name) => {
        const { description } = yaml().parse(readFileSync(join(startersFolder(), name, "Pulumi.yaml"), "utf8"));
        return { name, description };
    });
}

/** Refuses a name that is not a starter's. */
export function checkStarter(starter: string): void {
    const names = readdirSync(startersFolder());
    if (!names.includes(starter)) {
        const others = new Intl.ListFormat("en").format(names);
        throw new Error(
            `there is no starter "${starter}"; did you mean "${closest(starter, names)}"? The starters are ${others}.`,
        );
    }
}

/** Why a folder cannot become a project; undefined if it can. */
export function folderProblem(folder: string): string | undefined {
    if (!isPrefix(basename(folder))) {
        return `the folder names the project: its name must have ${prefixFormat} (got "${basename(folder)}").`;
    }
    return existsSync(folder) && readdirSync(folder).length > 0 ? `${folder} is not empty.` : undefined;
}

/** Why IDs of projects cannot start with a text; undefined if they can. */
export function projectsProblem(projects: string): string | undefined {
    return isPrefix(projects)
        ? undefined
        : `the IDs of the Google Cloud projects must start with ${prefixFormat} (got "${projects}").`;
}

const prefixFormat = "2 to 25 lower-case letters, digits and hyphens";

/** IDs of Google Cloud projects have at most 30 characters, of which a stack such as `-prod` takes five. */
const isPrefix = (text: string) => /^[a-z][a-z0-9-]{0,23}[a-z0-9]$/.test(text);

/** The starters with their descriptions, a line each. */
export function starterLines(): string {
    const all = starters();
    const width = Math.max(...all.map(({ name }) => name.length));
    return all.map(({ name, description }) => `  ${name.padEnd(width)}  ${description}\n`).join("");
}

/** Copies a starter, whose project is named after the folder. */
export function copyStarter(starter: string, { folder, projects = basename(folder) }: Target): void {
    checkStarter(starter);
    const problem = folderProblem(folder) ?? projectsProblem(projects);
    if (problem !== undefined) {
        throw new Error(problem);
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
    rename(starter, { folder, projects });
}

function rename(starter: string, { folder, projects }: Required<Target>): void {
    const files = readdirSync(folder).filter((file) => /^(Pulumi\..*yaml|package\.json|README\.md)$/.test(file));
    const texts = new Map(files.map((file) => [file, readFileSync(join(folder, file), "utf8")]));
    const [prefix = projects] = [...texts]
        .filter(([file]) => /^Pulumi/.test(file))
        .flatMap(([, text]) => /\bacme-[a-z]+/.exec(text) ?? []);
    for (const [file, text] of texts) {
        const renamed = text
            .replaceAll(new RegExp(`\\b${prefix}\\b`, "g"), projects)
            .replace(new RegExp(`^(name: |# |    "name": ")${starter}\\b`, "m"), `$1${basename(folder)}`);
        writeFileSync(join(folder, file), file === "Pulumi.yaml" ? withoutTemplate(renamed) : renamed);
    }
}

/** Removes what only `pulumi new` reads, which also removes it. */
function withoutTemplate(text: string): string {
    const project = yaml().parseDocument(text);
    project.delete("template");
    return project.toString({ lineWidth: 0 });
}

/** The stack of a copied starter that is deployed first: of its stack files the first, `dev` in most. */
export function firstStack(folder: string): string {
    const stacks = readdirSync(folder).flatMap((file) => /^Pulumi\.([a-z]+)\.yaml$/.exec(file)?.[1] ?? []);
    return stacks.sort()[0] ?? "dev";
}

/** Loaded on first use: a command that is not `new` does not need it. */
const yaml = (): typeof import("yaml") => require("yaml");
