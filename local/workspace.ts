import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Cloud } from "./cloud/cloud";
import { yaml } from "./yaml";

const projectFiles = ["Pulumi.yaml", "Pulumi.yml"];

/** A Pulumi program, and the local Google Cloud that it is deployed to. */
export interface Workspace {
    /** The folder of its `Pulumi.yaml`. */
    folder: string;
    /** The path of its `Pulumi.yaml`. */
    file: string;
    /** The project name. */
    project: string;
    /** The folder of its code. */
    program: string;
    /** The folder of the cloud, the stacks and the engine's files. */
    home: string;
}

/** Finds the workspace of a folder: `Pulumi.yaml` can be in a parent folder, as in Pulumi. */
export function workspace(from: string, environment: NodeJS.ProcessEnv = process.env): Workspace {
    for (let folder = resolve(from); ; folder = dirname(folder)) {
        const file = projectFiles.map((name) => join(folder, name)).find(existsSync);
        if (file) {
            const { name, main = "." } = yaml().parse(readFileSync(file, "utf8"));
            const home = resolve(environment.SLIPWAY_LOCAL_HOME ?? join(folder, ".slipway"));
            return { folder, file, project: name, program: join(folder, main), home };
        }
        if (folder === dirname(folder)) {
            throw new Error(
                `no Pulumi.yaml in ${resolve(from)} or its parent folders. Run this command in the folder of a Pulumi program.`,
            );
        }
    }
}

export function cloudOf({ home }: Workspace): Cloud {
    return new Cloud(join(home, "cloud"));
}
