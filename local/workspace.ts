import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { Cloud } from "./cloud/cloud";
import { yaml } from "./yaml";

const projectFiles = ["Pulumi.yaml", "Pulumi.yml"];

/** A Pulumi program on this machine, and the local Google Cloud that it is deployed to. */
export interface Workspace {
    /** The folder of its `Pulumi.yaml`. */
    folder: string;
    /** That file. */
    file: string;
    /** The name in its `Pulumi.yaml`. */
    project: string;
    /** Where its code lies. */
    program: string;
    /** Where the cloud, the stacks and the engine's own files are kept. */
    home: string;
}

/** The workspace around a folder: its `Pulumi.yaml` may lie above, as with pulumi itself. */
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
                `there is no Pulumi.yaml in ${resolve(from)} or above it. Run this in the folder of a Pulumi program.`,
            );
        }
    }
}

export function cloudOf({ home }: Workspace): Cloud {
    return new Cloud(join(home, "cloud"));
}
