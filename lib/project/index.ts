/**
 * The files of a Pulumi program.
 *
 * @packageDocumentation
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";

const projectFiles = ["Pulumi.yaml", "Pulumi.yml"];

/** A Pulumi program. */
export interface Project {
    /** The folder of its `Pulumi.yaml`. */
    folder: string;
    /** The path of its `Pulumi.yaml`. */
    file: string;
    /** The project name. */
    project: string;
    /** The folder of its stack files. */
    stackFolder: string;
    /** The folder of its code. */
    program: string;
    /** The content of its `Pulumi.yaml`. */
    content: ProjectContent;
}

export interface ProjectContent {
    name: string;
    main?: string;
    stackConfigDir?: string;
    backend?: { url?: string };
    /** Values of all stacks. Older projects have the folder of their stack files here. */
    config?: string | Record<string, unknown>;
}

/** Finds the program of a folder: `Pulumi.yaml` can be in a parent folder, as in Pulumi. */
export function findProject(from: string): Project {
    for (let folder = resolve(from); ; folder = dirname(folder)) {
        const file = projectFiles.map((name) => join(folder, name)).find(existsSync);
        if (file) {
            const content = contentOf(file);
            const { name, main = ".", stackConfigDir, config } = content;
            const stackFolder = join(folder, stackConfigDir ?? (typeof config === "string" ? config : "."));
            return { folder, file, project: name, stackFolder, program: join(folder, main), content };
        }
        if (folder === dirname(folder)) {
            throw new Error(
                `no Pulumi.yaml in ${resolve(from)} or its parent folders. Run this command in the folder of a Pulumi program.`,
            );
        }
    }
}

function contentOf(file: string): ProjectContent {
    // Modules that only name this function do not load the parser.
    const { formatFault, readYaml } =
        require("../internal/arguments/yaml") as typeof import("../internal/arguments/yaml");
    const text = readFileSync(file, "utf8");
    const read = readYaml(text);
    if ("fault" in read) {
        throw new Error(`${file} is not valid YAML: ${formatFault(read.fault, text)}.`);
    }
    const content = read.value as ProjectContent | null;
    if (typeof content?.name !== "string") {
        throw new Error(`${file} has no name, which Pulumi needs. Add it, such as name: sales.`);
    }
    return content;
}

/** The path of a stack's file, which does not have to exist. */
export const stackFile = (stack: string, { stackFolder, file }: Pick<Project, "stackFolder" | "file">): string =>
    join(stackFolder, `Pulumi.${stack}${extname(file)}`);

/** The names of the stacks that have a stack file. */
export function stacksWithFile({ stackFolder, file }: Pick<Project, "stackFolder" | "file">): string[] {
    const extension = extname(file);
    return (existsSync(stackFolder) ? readdirSync(stackFolder) : [])
        .filter((name) => name.startsWith("Pulumi.") && name.endsWith(extension) && name !== basename(file))
        .map((name) => name.slice("Pulumi.".length, -extension.length))
        .filter((name) => !name.endsWith(".local"));
}
