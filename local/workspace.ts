import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { privateFolder } from "slipway/privateFiles";
import { Cloud } from "./cloud/cloud";
import { yaml } from "./yaml";

const homeName = ".slipway";
const projectFiles = ["Pulumi.yaml", "Pulumi.yml"];

/** A Pulumi program, and the local Google Cloud that it is deployed to. */
export interface Workspace {
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
    /** The folder of the cloud, the stacks and the engine's files, which only this user can access. */
    home: string;
}

/** Finds the workspace of a folder: `Pulumi.yaml` can be in a parent folder, as in Pulumi. */
export function workspace(from: string, environment: NodeJS.ProcessEnv = process.env): Workspace {
    for (let folder = resolve(from); ; folder = dirname(folder)) {
        const file = projectFiles.map((name) => join(folder, name)).find(existsSync);
        if (file) {
            const { name, main = ".", stackConfigDir, config } = yaml().parse(readFileSync(file, "utf8"));
            // Older projects have the folder of their stack files in `config`.
            const stackFolder = join(folder, stackConfigDir ?? (typeof config === "string" ? config : "."));
            const home = resolve(environment.SLIPWAY_LOCAL_HOME ?? join(folder, homeName));
            if (existsSync(home)) {
                privateHome(home);
            }
            return { folder, file, project: name, stackFolder, program: join(folder, main), home };
        }
        if (folder === dirname(folder)) {
            throw new Error(
                `no Pulumi.yaml in ${resolve(from)} or its parent folders. Run this command in the folder of a Pulumi program.`,
            );
        }
    }
}

/** What is in the folder is trusted: it has the processes to stop, and secrets. */
const privateHome = (home: string) => privateFolder(home, "SLIPWAY_LOCAL_HOME");

/** Creates the folder of the cloud. Git ignores it, as it contains secrets. */
export function createHome({ home }: Workspace): void {
    const isNew = !existsSync(home);
    privateHome(home);
    const file = join(home, ".gitignore");
    // `SLIPWAY_LOCAL_HOME` can be a folder with other files.
    if ((isNew || basename(home) === homeName) && !existsSync(file)) {
        writeFileSync(file, "*\n");
    }
}

export function cloudOf({ home }: Workspace): Cloud {
    return new Cloud(join(home, "cloud"));
}
