import { existsSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { privateFolder } from "../../lib/privateFiles";
import { findProject, type Project } from "../../lib/project";

const homeName = ".slipway";

/** A Pulumi program, and the local Google Cloud that it is deployed to. */
export interface Workspace extends Omit<Project, "content"> {
    /** The folder of the cloud, the stacks and the engine's files, which only this user can access. */
    home: string;
}

/** Finds the workspace of a folder: `Pulumi.yaml` can be in a parent folder, as in Pulumi. */
export function workspace(from: string, environment: NodeJS.ProcessEnv = process.env): Workspace {
    const { content, ...project } = findProject(from);
    const home = resolve(environment.SLIPWAY_LOCAL_HOME || join(project.folder, homeName));
    if (existsSync(home)) {
        privateHome(home);
    }
    return { ...project, home };
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

/** The folder of the cloud's resources, also if another release has written them in a format that `cloudOf` refuses. */
export const cloudFolder = ({ home }: Workspace): string => join(home, "cloud");
